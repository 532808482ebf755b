"""Did the candidates find the team's themes?  Two rules, and for each theme that was not found the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.compare.pairing import Pairing, pair_held_out
from pipeline.compare.structure import rotations
from pipeline.compare.units import Study, has_code, renumber
from pipeline.config import CompareConfig
from pipeline.records import Bools, Ints, ThemeFound

FOUND_F1 = 0.5
FOUND_UTTERANCES = 3
FOUND_PEOPLE = 2


@dataclass(frozen=True, slots=True, eq=False)
class _Evidence:
    """Coded utterances beside candidates.

    theme, person: int32 [n].  values: bool [n, human themes]; names: of these.  counts: int64 [candidates, names].
    """

    theme: Ints
    person: Ints
    values: Bools
    names: tuple[str, ...]
    theme_ids: tuple[str, ...]
    counts: NDArray[np.int64]
    pairing: Pairing


def themes_found(
    study: Study, theme: Ints, theme_ids: Sequence[str], parents: Mapping[str, str]
) -> tuple[ThemeFound, ...]:
    """For each human theme that people used (a code without a parent stands for itself): found, by which rule, or not.

    Found: the candidate that fits best on the other documents reaches F1 .5 on those left out; or at least 3 of its
    coded utterances from at least 2 people are in one candidate whose largest human theme it is (alone, no tie).
    theme: int32 [n] in the study's order.  parents: code -> parent theme.  In the order of the codes.
    """
    names, values = by_parent(study, parents)
    units = has_code(study.coded)
    own, values = theme[units], values[units]
    counts = np.zeros((len(theme_ids), len(names)), dtype=np.int64)
    np.add.at(counts, own[own >= 0], values[own >= 0].astype(np.int64))
    pairing = pair_held_out(own, len(theme_ids), values, renumber(study.document[units]))
    evidence = _Evidence(own, study.person[units], values, names, tuple(theme_ids), counts, pairing)
    return tuple(_verdict(evidence, k) for k in range(len(names)))


def found_by_chance(
    study: Study, theme: Ints, theme_ids: Sequence[str], parents: Mapping[str, str], config: CompareConfig
) -> float | None:
    """How many human themes would be found by candidates that say nothing: the mean over rotations within documents.

    The second rule is easily met by frequent themes, so that a count of themes found means little without this.
    """
    if not theme_ids or not has_code(study.coded).any():
        return None
    turned = rotations(theme, study.document, config.draws, config.seed)
    return float(np.mean([sum(f.found for f in themes_found(study, t, theme_ids, parents)) for t in turned]))


def by_parent(study: Study, parents: Mapping[str, str]) -> tuple[tuple[str, ...], Bools]:
    """The human themes that people used, and bool [n, themes]: has the utterance a code of this theme."""
    theme_of = [parents.get(code, "") or code for code in study.codes]
    column = {name: k for k, name in enumerate(dict.fromkeys(theme_of))}
    values = np.zeros((len(study.row), len(column)), dtype=bool)
    for j, name in enumerate(theme_of):
        values[:, column[name]] |= study.coded[:, j]
    used: Bools = np.asarray(values.any(axis=0))
    return tuple(name for name, k in column.items() if used[k]), values[:, used]


def _verdict(evidence: _Evidence, k: int) -> ThemeFound:
    name, value = evidence.names[k], float(evidence.pairing.pooled[k])
    f1 = None if np.isnan(value) else value
    best = int(evidence.pairing.best[k])
    if f1 is not None and f1 >= FOUND_F1:
        return ThemeFound(name, True, _id(evidence, best), f1, f"held-out F1 {f1:.2f}")
    for candidate in np.argsort(-evidence.counts[:, k], kind="stable"):
        n, people = int(evidence.counts[candidate, k]), _people(evidence, int(candidate), k)
        if n >= FOUND_UTTERANCES and people >= FOUND_PEOPLE and _leads(evidence.counts[candidate], k):
            theme = evidence.theme_ids[candidate]
            how = f"{n} of its utterances from {people} people are in {theme}, more than of any other theme"
            return ThemeFound(name, True, theme, f1, how)
    return ThemeFound(name, False, _id(evidence, best), f1, _why_not(evidence, k, f1))


def _why_not(evidence: _Evidence, k: int, f1: float | None) -> str:
    n = int(evidence.values[:, k].sum())
    held = "held-out F1 cannot be computed with one document" if f1 is None else f"held-out F1 is {f1:.2f}"
    if n < FOUND_UTTERANCES:
        return f"only {n} coded utterance{'' if n == 1 else 's'}; {held}"
    if not evidence.counts[:, k].any():
        return f"none of its {n} utterances is in a candidate theme"
    candidate = int(evidence.counts[:, k].argmax())
    shared, people = int(evidence.counts[candidate, k]), _people(evidence, candidate, k)
    start = f"{held}; at most {shared} of its {n} utterances are in one candidate ({evidence.theme_ids[candidate]}"
    if _leads(evidence.counts[candidate], k):
        return f"{start}, from {people} {'person' if people == 1 else 'people'})"
    others = np.where(np.arange(len(evidence.names)) == k, -1, evidence.counts[candidate])
    return f"{start}, which holds {int(others.max())} of {evidence.names[int(others.argmax())]})"


def _leads(counts: NDArray[np.int64], k: int) -> bool:
    """Is theme k the largest of this candidate, alone?"""
    return bool(counts[k] > np.delete(counts, k).max(initial=0))


def _people(evidence: _Evidence, candidate: int, k: int) -> int:
    return len(np.unique(evidence.person[(evidence.theme == candidate) & evidence.values[:, k]]))


def _id(evidence: _Evidence, candidate: int) -> str:
    return evidence.theme_ids[candidate] if candidate >= 0 else ""
