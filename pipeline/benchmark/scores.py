"""Small measures that no room of the pipeline needs; numpy only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from pipeline.compare import kappa
from pipeline.records import Bools, CodingTable, Floats, Ints, Suggestions

F64 = NDArray[np.float64]


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
    ranked = suggestions.ranked[where].astype(np.int64)
    right = np.take_along_axis(reference, np.maximum(ranked, 0), axis=1) & (ranked >= 0)
    often = reference.sum(axis=0) >= min_positives
    values = [kappa(reference[:, j], suggestions.chosen[where, j]) for j in np.flatnonzero(often)]
    known = [value for value in values if value is not None]
    return Hits(
        top1=float(right[:, 0].mean()),
        top3=float(right.any(axis=1).mean()),
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
    """Adjusted Rand index over the rows that both groupings placed (>= 0); None with fewer than two of them.

    1 where both put all rows into one group, or each into its own. Source: Hubert and Arabie (1985),
    doi:10.1007/BF01908075.
    """
    both = (first >= 0) & (second >= 0)
    n = int(both.sum())
    if n < 2:
        return None
    cells = _crossed(first[both], second[both])
    together, own, other = (_pairs(each) for each in (cells, cells.sum(axis=1), cells.sum(axis=0)))
    expected, most = own * other / _pairs(np.array([n])), (own + other) / 2
    return 1.0 if most == expected else float((together - expected) / (most - expected))


def mean_rand(groupings: Sequence[Ints]) -> float | None:
    """Mean adjusted Rand index over all pairs of groupings; None for a single one."""
    return mean([adjusted_rand(first, second) for first, second in combinations(groupings, 2)])


def best_jaccards(themes: Ints, others: Ints) -> Floats:
    """float32 [themes]: each theme's highest Jaccard with a group of `others` over the same rows; -1 = in none.

    NaN for themes without a row here.
    """
    n_themes, n_others = int(themes.max(initial=-1)) + 1, int(others.max(initial=-1)) + 1
    overlap = np.zeros((n_themes, max(n_others, 1)))
    both = (themes >= 0) & (others >= 0)
    np.add.at(overlap, (themes[both], others[both]), 1)
    sizes = np.bincount(themes[themes >= 0], minlength=n_themes)
    other_sizes = np.bincount(others[others >= 0], minlength=max(n_others, 1))
    union = sizes[:, None] + other_sizes[None, :] - overlap
    best = (overlap / np.maximum(union, 1)).max(axis=1, initial=0.0)
    found: Floats = np.where(sizes > 0, best, np.nan).astype(np.float32)
    return found


def roc_area(score: Floats, truth: Bools) -> float | None:
    """The chance that a true row scores above a false one, ties half (Mann-Whitney); None if all rows are alike."""
    n_true, n_false = int(truth.sum()), int((~truth).sum())
    if not n_true or not n_false:
        return None
    _, place, counts = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return float((rank[truth].sum() - n_true * (n_true + 1) / 2) / (n_true * n_false))


def _crossed(first: Ints, second: Ints) -> F64:
    rows, columns = (np.unique(each, return_inverse=True)[1] for each in (first, second))
    table = np.zeros((int(rows.max()) + 1, int(columns.max()) + 1))
    np.add.at(table, (rows, columns), 1)
    return table


def _pairs(counts: F64) -> float:
    return float((counts * (counts - 1) / 2).sum())
