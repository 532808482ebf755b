"""The exact nearest neighbours of each row, on which both kinds of run rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.records import Bools, Floats, Ints

# UMAP's own default; 15 to 30 are level in agreement (docs/method.md), and 15 takes half the time.
NEIGHBOURS = 15
_BLOCK = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """The k nearest rows of each of n rows, itself first: row int32 [n, k], cosine float32 [n, k], falling."""

    row: Ints
    cosine: Floats


def nearest(similarity: Floats, k: int) -> Neighbours:
    """Exact neighbours from cosines float32 [n, n], k <= n; of equally near rows the first ones."""
    n = len(similarity)
    rows, cosines = np.empty((n, k), np.int32), np.empty((n, k), np.float32)
    for start in range(0, n, _BLOCK):
        block = similarity[start : start + _BLOCK]
        # Below 1e-6 two cosines are equal, and the first row comes first; nothing comes before the row itself.
        key = np.round(block * 1e6).astype(np.int64) * n - np.arange(n)
        own = np.arange(len(block))
        key[own, start + own] = np.iinfo(np.int64).max
        chosen = np.argpartition(-key, k - 1, axis=1)[:, :k]
        order = np.argsort(-np.take_along_axis(key, chosen, axis=1), axis=1)
        chosen = np.take_along_axis(chosen, order, axis=1)
        here = slice(start, start + len(block))
        rows[here] = chosen
        cosines[here] = np.minimum(np.take_along_axis(block, chosen, axis=1), 1)
    return Neighbours(rows, cosines)


def among(similarity: Floats, near: Neighbours, drawn: Bools) -> Neighbours:
    """Neighbours within the rows drawn (bool [n]), numbered as those rows.

    near: of all rows, more of each than are wanted (see generous). Only where too few of them were drawn are the
    cosines gone through again.
    """
    k = min(NEIGHBOURS, int(drawn.sum()))
    number = np.cumsum(drawn) - 1
    rows, cosines = near.row[drawn], near.cosine[drawn]
    inside = drawn[rows]
    if (inside.sum(axis=1) < k).any():
        return nearest(similarity[np.ix_(drawn, drawn)], k)
    first = np.argsort(~inside, axis=1, kind="stable")[:, :k]
    chosen = np.take_along_axis(rows, first, axis=1)
    return Neighbours(number[chosen].astype(np.int32), np.take_along_axis(cosines, first, axis=1))


def generous(similarity: Floats) -> Neighbours:
    """Neighbours enough for resamples of nine in ten rows: three times as many as wanted."""
    return nearest(similarity, min(3 * NEIGHBOURS, len(similarity)))
