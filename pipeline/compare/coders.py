"""Who is compared with whom, over which utterances: machine, people and baselines, all on the same rules."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from pipeline.compare.agreement import Side, Units, agree, person
from pipeline.compare.consensus import others
from pipeline.compare.units import MACHINE, Machine, Study, has_code
from pipeline.config import CompareConfig
from pipeline.errors import StageError
from pipeline.records import Agreement, Bools, Ints

MOST_FREQUENT = "most frequent code"
NEAREST_DEFINITION = "nearest definition"


def machine_with_coders(study: Study, machine: Machine, config: CompareConfig) -> tuple[Agreement, ...]:
    """The machine against each coder, over the utterances that this coder coded in documents held out from learning.

    Raises StageError if the machine learned from a document that is scored.
    """
    found = []
    for c, coder in enumerate(study.coders):
        units = machine_units(study, machine, c)
        if units.any():
            reference = person(coder, study.values[c, units])
            found.append(agree(reference, machine_side(machine, units), _units(study, units), config))
    return tuple(found)


def baselines_with_coders(
    study: Study,
    machine: Machine | None,
    definitions: Machine | None,
    more: Mapping[str, Machine],
    config: CompareConfig,
) -> tuple[Agreement, ...]:
    """The baselines against each coder over the machine's utterances (without a machine: all that the coder coded).

    more: further baselines by name, made like the machine; scored beside it only, as they have to be held out, too.
    Raises StageError if one of them learned from a document that is scored.
    """
    found = []
    for c, coder in enumerate(study.coders):
        units = has_code(study.values[c]) if machine is None else machine_units(study, machine, c)
        if not units.any():
            continue
        reference, where = person(coder, study.values[c, units]), _units(study, units)
        if machine is not None:
            found.append(agree(reference, most_frequent(study.values[c, units], machine.fold[units]), where, config))
        if definitions is not None:
            found.append(agree(reference, machine_side(definitions, units, NEAREST_DEFINITION), where, config))
        for name, baseline in more.items() if machine is not None else ():
            check_held_out(baseline.fold[units], study.document[units], study.documents)
            found.append(agree(reference, machine_side(baseline, units, name), where, config))
    return tuple(found)


def people(study: Study, machine: Machine | None, config: CompareConfig) -> tuple[Agreement, ...]:
    """Each pair of coders over utterances coded by at least one of the two, in documents that both worked on.

    Each pair is followed by the machine against the first and against the second over the *same* utterances, where it
    was held out on all of them: machine / human as a ratio compares rows of the same utterances only.
    """
    found = []
    for a, b in combinations(range(len(study.coders)), 2):
        both_worked = study.worked[a] & study.worked[b]
        units = both_worked & has_code(study.values[a] | study.values[b])
        if not units.any():
            continue
        first, second = (person(study.coders[c], study.values[c, units]) for c in (a, b))
        where = _units(study, units)
        found.append(agree(first, second, where, config))
        if machine is not None and (machine.fold[units] >= 0).all():
            check_held_out(machine.fold[units], study.document[units], study.documents)
            side = machine_side(machine, units)
            found += [agree(first, side, where, config), agree(second, side, where, config)]
    return tuple(found)


def with_others(study: Study, config: CompareConfig) -> tuple[Agreement, ...]:
    """Each of at least three coders against what most of the others gave, as in people; study without a consensus."""
    found = []
    for c, coder in enumerate(study.coders if len(study.coders) > 2 else ()):
        name, values, worked = others(study, c)
        units = worked & study.worked[c] & has_code(values | study.values[c])
        if units.any():
            first, second = person(name, values[units]), person(coder, study.values[c, units])
            found.append(agree(first, second, _units(study, units), config))
    return tuple(found)


def machine_units(study: Study, machine: Machine, coder: int) -> Bools:
    """The utterances that this coder coded in the documents on which the machine worked (any fold); bool [n].

    Raises StageError if one of them was not held out.
    """
    worked = np.zeros(len(study.documents), dtype=bool)
    worked[study.document[machine.fold >= 0]] = True
    units: Bools = has_code(study.values[coder]) & worked[study.document]
    check_held_out(machine.fold[units], study.document[units], study.documents)
    return units


def check_held_out(fold: Ints, document: Ints, documents: tuple[str, ...]) -> None:
    """Rule: suggestions are never scored on documents that they learned from.

    fold, document: int32 [n] of the scored utterances.  Raises StageError if an utterance has no fold (-1), or if the
    utterances of one document lie in several: then the others of the same document were learned from.
    """
    least = np.full(len(documents), np.iinfo(np.int32).max, dtype=np.int32)
    most = np.full(len(documents), -1, dtype=np.int32)
    np.minimum.at(least, document, fold)
    np.maximum.at(most, document, fold)
    scored = np.unique(document)
    wrong = scored[(least[scored] < 0) | (least[scored] != most[scored])]
    if len(wrong):
        raise StageError(
            "suggestions would be scored on a document that they learned from",
            documents[wrong[0]],
            "Give suggestions that were learned without the whole document.",
        )


def machine_side(machine: Machine, units: Bools | NDArray[np.int64], name: str = MACHINE) -> Side:
    """What the machine (or a baseline made like it) says on these utterances."""
    ranked = machine.ranked[units]
    width = ranked.shape[1]
    probability = machine.probability[units, 0] if width else np.full(len(ranked), np.nan, dtype=np.float32)
    return Side(name, machine.chosen[units], ranked, probability)


def most_frequent(given: Bools, fold: Ints) -> Side:
    """Always the codes that this coder used most in the other folds; ties in the order of the codes.

    given: bool [n, codes]; fold: int32 [n].  With one fold there is nothing to learn from: no code.
    """
    n, n_codes = given.shape
    ranked = np.full((n, min(3, n_codes)), -1, dtype=np.int32)
    chosen = np.zeros_like(given)
    for k in np.unique(fold):
        here = fold == k
        uses = given[~here].sum(axis=0)
        best = np.argsort(-uses, kind="stable")[: ranked.shape[1]].astype(np.int32)
        ranked[here] = np.where(uses[best] > 0, best, -1)
        if uses.any():
            chosen[here, best[0]] = True
    return Side(MOST_FREQUENT, chosen, ranked, np.full(n, np.nan, dtype=np.float32))


def _units(study: Study, units: Bools) -> Units:
    return Units(study.document[units], study.site[units], study.sites, study.codes)
