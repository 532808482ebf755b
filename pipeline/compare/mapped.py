"""Groups as a coder: each group takes its best codes from the other documents.  Random groups must come to nothing."""

from __future__ import annotations

import numpy as np

from pipeline.compare.intervals import F64
from pipeline.compare.units import Machine
from pipeline.records import Bools, Ints

CANDIDATES_MAPPED = "candidate themes, mapped"
RANDOM_MAPPED = "random themes, mapped"
TOP = 3
OFTEN = 0.5
"""Share of a group's coded utterances from which a code beside the best is given, too."""


def map_groups(groups: Ints, values: Bools, fold: Ints) -> Machine:
    """What a coder would say who only knows in which group an utterance is, held out by fold.

    groups: int32 [n], -1 = in none: no suggestion.  values: bool [n, codes], given by any coder.  fold: int32 [n], -1:
    not left out, and gets nothing.  In each fold a group's codes are ranked by how often they stand on its utterances
    of the other folds; it gives the first, and each that stands on at least half of them.
    """
    n, n_codes = values.shape
    found = _nothing(n, n_codes, fold)
    for k in np.unique(fold[fold >= 0]):
        here, learn = fold == k, fold != k
        ranked, shares = codes_of_groups(groups[learn], values[learn], int(groups.max(initial=-1)) + 1)
        placed = np.flatnonzero(here & (groups >= 0))
        found.ranked[placed] = ranked[groups[placed]]
        found.scores[placed] = shares[groups[placed]].astype(np.float32)
        found.chosen[placed] = given(ranked, shares)[groups[placed]]
    return found


def codes_of_groups(groups: Ints, values: Bools, n_groups: int) -> tuple[Ints, F64]:
    """The best codes of each group, int32 [groups, up to 3], -1 padded, and all shares, float64 [groups, codes].

    share: part of the group's coded utterances with the code; 0 where none was coded.  Ties in the order of the codes.
    """
    here = (groups >= 0) & values.any(axis=1)
    counts = np.zeros((n_groups, values.shape[1]))
    np.add.at(counts, groups[here], values[here].astype(np.float64))
    sizes = np.bincount(groups[here], minlength=n_groups)
    best = np.argsort(-counts, axis=1, kind="stable")[:, :TOP].astype(np.int32)
    ranked = np.where(np.take_along_axis(counts, best, axis=1) > 0, best, np.int32(-1))
    return ranked, counts / np.maximum(sizes, 1)[:, None]


def given(ranked: Ints, shares: F64) -> Bools:
    """The codes that each group gives, bool [groups, codes]: its first, and those on at least half of it."""
    chosen: Bools = np.asarray(shares >= OFTEN)
    if ranked.shape[1]:
        known = np.flatnonzero(ranked[:, 0] >= 0)
        chosen[known, ranked[known, 0]] = True
    return chosen


def shuffled(groups: Ints, units: Bools, seed: int) -> Ints:
    """The groups handed out anew at random among these utterances, sizes kept; int32 [n], -1 elsewhere."""
    dealt = np.full_like(groups, -1)
    dealt[units] = np.random.default_rng(seed).permutation(groups[units])
    return dealt


def _nothing(n: int, n_codes: int, fold: Ints) -> Machine:
    width = min(TOP, n_codes)
    return Machine(
        ranked=np.full((n, width), -1, dtype=np.int32),
        probability=np.full((n, width), np.nan, dtype=np.float32),
        scores=np.zeros((n, n_codes), dtype=np.float32),
        probabilities=np.full((n, n_codes), np.nan, dtype=np.float32),
        chosen=np.zeros((n, n_codes), dtype=bool),
        no_code=np.full(n, np.nan, dtype=np.float32),
        fold=fold,
    )
