"""Simulated analysts, who answer as a coder of the study did."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.benchmark.case import Case
from pipeline.records import Bools, Ints, Suggestions

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Analyst:
    """Somebody who answers as one coder of the study did.

    truth: bool [n, codes], her codes.  reads: int64 [m], the utterances of one half of the documents, on which she
    decides.  scored: bool [n], those of the other half that she coded; nothing of that half is ever decided on.
    """

    case: Case
    truth: Bools
    reads: Rows
    scored: Bools


@dataclass(frozen=True, slots=True)
class Work:
    """What some decisions took.  coded: utterances to which she gave a code.

    shown: those of them whose codes all stood among the three shown.  by_hand: codes that did not and had to be named;
    by_definition: how many that had been, of the same utterances, under suggestions by the definitions alone.
    """

    decisions: int
    coded: int
    shown: int
    by_hand: int
    by_definition: int


def analyst_of(case: Case, number: int) -> Analyst:
    """Somebody who reads one half of the documents; the coders take turns.

    Documents with the lowest hashes are read until they hold half of the utterances on which the coder worked.
    """
    table = case.table
    if not table.coders:
        return Analyst(case, table.by_anyone, np.zeros(0, np.int64), np.zeros(len(case.utterances), np.bool_))
    coder = number % len(table.coders)
    of, worked, truth = np.array([u.document for u in case.utterances]), table.worked[coder], table.values[coder]
    size = dict(zip(*(each.tolist() for each in np.unique(of[worked], return_counts=True)), strict=True))
    read: list[str] = []
    for name in sorted(size, key=lambda each: hashlib.sha256(f"half {number}:{each}".encode()).digest()):
        if 2 * sum(size[each] for each in read) < sum(size.values()):
            read.append(name)
    here = np.isin(of, read)
    return Analyst(case, truth, np.flatnonzero(here & worked).astype(np.int64), ~here & truth.any(axis=1))


def answer(analyst: Analyst, batch: Rows, now: Suggestions, definitions: Suggestions, refused: Bools) -> Work:
    """Each code shown is accepted or refused (noted in `refused`), others are named by hand, or none applies."""
    truth = analyst.truth[batch]
    shown, before = (_shown(each.ranked[batch], truth.shape[1]) for each in (now, definitions))
    refused[batch] = shown & ~truth
    by_hand, coded = (truth & ~shown).sum(axis=1), truth.any(axis=1)
    by_definition = int((truth & ~before).sum())
    return Work(len(batch), int(coded.sum()), int((coded & (by_hand == 0)).sum()), int(by_hand.sum()), by_definition)


def _shown(ranked: Ints, n_codes: int) -> Bools:
    """bool [m, codes]: the codes that are ranked."""
    shown = np.zeros((len(ranked), n_codes), np.bool_)
    rows, places = np.nonzero(ranked >= 0)
    shown[rows, ranked[rows, places]] = True
    return shown
