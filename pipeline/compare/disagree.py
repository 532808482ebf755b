"""Utterances on which views differ, the most telling first: what a team should look at together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from pipeline.compare.coefficients import masi_distance
from pipeline.compare.units import MACHINE, Machine, Study, code_sets, has_code
from pipeline.records import Disagreement

UNCODED = "machine sure, no code"
ELSEWHERE = "human code, machine elsewhere"
SILENT = "human code, machine says no code"
BETWEEN = "coder against coder"
NO_CODE = "no code"

SURE = 0.6
"""Probability from which a suggestion for an uncoded utterance is worth a look."""
LEANS = 0.5
DOUBTS = 0.2
BEYOND = 3
PER_PAIR = 3
ONE_SIDED = 0.6
"""Weight where only one of two coders gave a code: often a matter of what to code at all, not of how."""
_FADE = 0.95


@dataclass(frozen=True, slots=True)
class _Case:
    """A possible entry; pair: the codes that stand against each other; place: of the utterance in the study."""

    place: int
    entry: Disagreement
    pair: tuple[str, ...]


def disagreements(study: Study, machine: Machine | None, limit: int) -> tuple[Disagreement, ...]:
    """At most `limit` disagreements, weight falling from at most 1; Disagreement.utterance is the caller's index.

    Four kinds; of each pair of codes at most 3.  Each further entry of a kind weighs 5% less than the last, so that
    no kind fills the list.  Only suggestions from which the utterance's document was held out (fold >= 0) are used.
    What was settled in the review is no disagreement any more.
    """
    cases: list[_Case] = list(_between(study, machine))
    if machine is not None:
        cases += [*_uncoded(study, machine), *_elsewhere(study, machine), *_silent(study, machine)]
    cases.sort(key=lambda case: (-case.entry.weight, case.place, case.entry.kind, case.entry.views))
    pairs: Counter[tuple[str, ...]] = Counter()
    kinds: Counter[str] = Counter()
    kept = []
    for case in cases:
        if pairs[case.pair] < PER_PAIR and kinds[case.entry.kind] < limit:
            entry = case.entry
            weight = round(entry.weight * _FADE ** kinds[entry.kind], 6)
            kept.append(
                (-weight, case.place, Disagreement(entry.utterance, entry.kind, entry.views, entry.why, weight))
            )
            pairs[case.pair] += 1
            kinds[entry.kind] += 1
    kept.sort(key=lambda each: (each[0], each[1], each[2].kind, each[2].views))
    return tuple(entry for _, _, entry in kept[: max(limit, 0)])


def _uncoded(study: Study, machine: Machine) -> Iterator[_Case]:
    """A confident suggestion where everybody who worked on the utterance gave no code, and the machine would.

    Not where people were asked of this very code and said no.
    """
    first, probability = _first(machine)
    worked = study.worked.any(axis=0) & ~study.settled
    sure = worked & ~has_code(study.coded) & (machine.fold >= 0) & (first >= 0) & ~_denies(machine)
    for i in np.flatnonzero(sure & (np.nan_to_num(probability, nan=0.0) >= SURE)):
        if study.refused[i, first[i]]:
            continue
        coders = [coder for c, coder in enumerate(study.coders) if study.worked[c, i]]
        code, says = study.codes[first[i]], _says(study, machine, int(i))
        views = (*((coder, NO_CODE) for coder in coders), (MACHINE, says))
        nobody = f"{coders[0]} gave" if len(coders) == 1 else "the coders gave"
        why = f"Passages like this one were coded “{code}” in other documents, but {nobody} this one no code."
        yield _case(study, int(i), UNCODED, views, why, float(probability[i]), (NO_CODE, code))


def _elsewhere(study: Study, machine: Machine) -> Iterator[_Case]:
    """The machine is confident of one code, people gave others that it ranks low.

    Where there are probabilities: at least .5 for its first suggestion and less than .2 for each of the human codes.
    Without them: no human code among its best three, and the weight at most .5.  Not where it says "no code".
    """
    first, probability = _first(machine)
    known = np.where(np.isfinite(machine.scores), machine.scores, -np.inf)
    coded = has_code(study.coded) & ~study.settled
    for i in np.flatnonzero(coded & (machine.fold >= 0) & (first >= 0) & ~_denies(machine)):
        codes = np.flatnonzero(study.coded[i])
        if study.coded[i, first[i]]:
            continue
        rank = 1 + int((known[i] > known[i, codes].max()).sum())
        if np.isnan(probability[i]):
            if rank <= BEYOND:
                continue
            weight = 0.5 * (rank - 1) / len(study.codes)
        else:
            human = float(np.nan_to_num(machine.probabilities[i, codes], nan=0.0).max())
            if probability[i] < LEANS or human >= DOUBTS:
                continue
            weight = float(probability[i]) - human
        given, code = _join(study, study.coded[i]), study.codes[first[i]]
        why = f"The machine puts “{code}” first and “{given}” only in place {rank} of {len(study.codes)}."
        yield _case(study, int(i), ELSEWHERE, _views(study, machine, int(i)), why, weight, (given, code))


def _silent(study: Study, machine: Machine) -> Iterator[_Case]:
    """People gave a code of which the machine thinks little, and it is sure that no code applies."""
    sure = has_code(study.coded) & ~study.settled & (machine.fold >= 0) & (machine.no_code >= SURE)
    for i in np.flatnonzero(sure):
        human = float(np.nan_to_num(machine.probabilities[i, study.coded[i]], nan=0.0).max())
        if human >= DOUBTS:
            continue
        given = _join(study, study.coded[i])
        why = f"Passages like this one got no code in other documents, but here somebody gave “{given}”."
        weight = float(machine.no_code[i]) - human
        yield _case(study, int(i), SILENT, _views(study, machine, int(i)), why, weight, (given, NO_CODE))


def _between(study: Study, machine: Machine | None) -> Iterator[_Case]:
    """Two coders who both worked on the document gave different codes; one without a code weighs .6 of the rest.

    Most telling where the machine is sure of what one of the two said: up to 1, otherwise up to .7.
    """
    for a, b in combinations(range(len(study.coders)), 2):
        worked = study.worked[a] & study.worked[b] & ~study.settled
        differ = worked & has_code(study.values[a] != study.values[b])
        places = np.flatnonzero(differ)
        sets, which = code_sets(np.concatenate([study.values[a, places], study.values[b, places]]))
        apart = masi_distance(sets)[which[: len(places)], which[len(places) :]]
        for i, distance in zip(places, apart, strict=True):
            pair = study.values[[a, b], i]
            share = 1.0 if pair.any(axis=1).all() else ONE_SIDED
            one, other = (_join(study, codes) for codes in pair)
            views: tuple[tuple[str, str], ...] = ((study.coders[a], one), (study.coders[b], other))
            why, support = f"{study.coders[a]} gave “{one}”, {study.coders[b]} gave “{other}”", 0.0
            if machine is not None and machine.fold[i] >= 0 and machine.ranked[i, :1].max(initial=-1) >= 0:
                views = (*views, (MACHINE, _says(study, machine, int(i))))
                sides = [study.coders[c] for c in (a, b) if _agrees(study.values[c, i], machine, int(i))]
                support = _support(machine, int(i)) if len(sides) == 1 else 0.0
                why += (
                    f"; the machine agrees with {sides[0]}" if len(sides) == 1 else "; the machine does not decide it"
                )
            weight = float(distance) * share * (0.7 + 0.3 * support)
            yield _case(study, int(i), BETWEEN, views, f"{why}.", weight, tuple(sorted((one, other))))


def _case(
    study: Study,
    place: int,
    kind: str,
    views: tuple[tuple[str, str], ...],
    why: str,
    weight: float,
    pair: tuple[str, ...],
) -> _Case:
    entry = Disagreement(int(study.row[place]), kind, views, why, min(max(weight, 0.0), 1.0))
    return _Case(place, entry, (kind, *pair))


def _views(study: Study, machine: Machine, i: int) -> tuple[tuple[str, str], ...]:
    """What each coder who worked on the document says, then the machine."""
    people = tuple(
        (coder, _join(study, study.values[c, i])) for c, coder in enumerate(study.coders) if study.worked[c, i]
    )
    return (*people, (MACHINE, _says(study, machine, i)))


def _first(machine: Machine) -> tuple[np.ndarray, np.ndarray]:
    """The first suggestion [n], -1 if none, and its probability [n], NaN if it has none."""
    if not machine.ranked.shape[1]:
        return np.full(len(machine.fold), -1), np.full(len(machine.fold), np.nan)
    return machine.ranked[:, 0], machine.probability[:, 0]


def _denies(machine: Machine) -> np.ndarray:
    """Where the machine's answer is that no code applies, bool [n]."""
    denies: np.ndarray = machine.no_code >= LEANS  # false for NaN
    return denies


def _agrees(given: np.ndarray, machine: Machine, i: int) -> bool:
    """Did the coder give the machine's answer: its first code, or none where it says so?"""
    return not given.any() if machine.no_code[i] >= LEANS else bool(given[machine.ranked[i, 0]])


def _support(machine: Machine, i: int) -> float:
    """The chance of the machine's answer; .5 where it has no number."""
    chance = machine.no_code[i] if machine.no_code[i] >= LEANS else machine.probability[i, 0]
    return float(np.nan_to_num(chance, nan=LEANS))


def _says(study: Study, machine: Machine, i: int) -> str:
    """The machine's answer in words: "code (72%)", the code alone without a probability, or "no code (64%)"."""
    if machine.no_code[i] >= LEANS:
        return f"{NO_CODE} ({machine.no_code[i]:.0%})"
    code, probability = study.codes[machine.ranked[i, 0]], float(machine.probability[i, 0])
    return code if np.isnan(probability) else f"{code} ({probability:.0%})"


def _join(study: Study, given: Sequence[bool] | np.ndarray) -> str:
    return "; ".join(study.codes[j] for j in np.flatnonzero(given)) or NO_CODE
