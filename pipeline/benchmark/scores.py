"""Small measures that no room of the pipeline needs, from what the rooms and scikit-learn have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from pipeline.benchmark import measure_sklearn
from pipeline.cluster.consensus import best_jaccard
from pipeline.compare import kappa
from pipeline.compare.agreement import right
from pipeline.records import Bools, CodingTable, Floats, Ints, Suggestions


@dataclass(frozen=True, slots=True)
class Hits:
    """Suggestions against all coders, one after another: each coder's coded utterances are units of their own.

    None where nothing can be said.
    """

    top1: float | None
    top3: float | None
    kappa: float | None
    units: int


def hits(suggestions: Suggestions, table: CodingTable, rows: Bools, min_positives: int) -> Hits:
    """Right first suggestions, right within three, macro kappa over the codes with enough positives; rows: bool [n]."""
    scored = rows & (suggestions.ranked[:, :1] >= 0).any(axis=1)
    units = [np.flatnonzero(scored & given.any(axis=1)) for given in table.values]
    where = np.concatenate(units) if units else np.zeros(0, np.int64)
    if not len(where):
        return Hits(None, None, None, 0)
    reference = np.concatenate([table.values[c, each] for c, each in enumerate(units)])
    found = right(reference, suggestions.ranked[where])
    often = reference.sum(axis=0) >= min_positives
    values = [kappa(reference[:, j], suggestions.chosen[where, j]) for j in np.flatnonzero(often)]
    known = [value for value in values if value is not None]
    return Hits(
        top1=float(found[:, 0].mean()),
        top3=float(found.any(axis=1).mean()),
        kappa=float(np.mean(known)) if known else None,
        units=len(where),
    )


def mean(values: Sequence[float | None]) -> float | None:
    """Mean of what is known, None if nothing is."""
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def mean_hits(each: Sequence[Hits]) -> Hits:
    """The mean over several draws."""
    units = round(mean([one.units for one in each]) or 0)
    return Hits(
        mean([one.top1 for one in each]), mean([one.top3 for one in each]), mean([one.kappa for one in each]), units
    )


def adjusted_rand(first: Ints, second: Ints) -> float | None:
    """Adjusted Rand index over the rows that both groupings placed (>= 0); None with fewer than two of them."""
    both = (first >= 0) & (second >= 0)
    return measure_sklearn.adjusted_rand(first[both], second[both]) if both.sum() > 1 else None


def mean_rand(groupings: Sequence[Ints]) -> float | None:
    """Mean adjusted Rand index over all pairs of groupings; None for a single one."""
    return mean([adjusted_rand(first, second) for first, second in combinations(groupings, 2)])


def best_jaccards(themes: Ints, others: Ints) -> Floats:
    """float32 [themes]: each theme's highest Jaccard with a group of `others` over the same rows; -1 = in none.

    NaN for themes without a row here.
    """
    members = [themes == theme for theme in range(int(themes.max(initial=-1)) + 1)]
    return np.array([best_jaccard(rows, others) if rows.any() else np.nan for rows in members], np.float32)


def roc_area(score: Floats, truth: Bools) -> float | None:
    """The chance that a true row scores above a false one, ties half; None if all rows are alike."""
    return measure_sklearn.roc_area(score, truth) if truth.any() and not truth.all() else None
