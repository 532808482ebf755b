"""Candidates paired with codes on some documents and scored on the others: never both on the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.compare.coefficients import precision_recall_f1
from pipeline.compare.intervals import F64
from pipeline.compare.units import has_code, number
from pipeline.records import Bools, Floats, Ints

LEAVE_ONE_OUT = 20
FOLDS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Pairing:
    """Candidates against codes, held out.

    pooled: float64 [codes], F1 over all left-out documents of whichever candidate was best on the other documents; NaN
    with fewer than two documents, or where the code was not used.
    pairs: float32 [candidates, codes], F1 over the folds in which this candidate was the best; NaN where it never was.
    best: int32 [codes], the best on all documents, -1 if no candidate shares an utterance with the code.
    """

    pooled: F64
    pairs: Floats
    best: Ints


def theme_code_f1(theme: Ints, values: Bools, documents: Sequence[str]) -> Floats:
    """Held-out F1 of "is in this candidate" for each code, float32 [candidates, codes] (column of theme_codes.csv).

    theme: int32 [n], -1 = set aside; values: bool [n, codes], given by any coder; documents: n document ids.
    In each fold (one document, or one of 5 groups above 20 documents) a code is paired with the candidate of best F1 on
    the other documents, and the fold counts for that pair only.  NaN where a candidate was never the best for a code,
    with fewer than two coded documents, and where neither occurs in the folds that count.  Utterances without a code
    are left out.
    """
    coded = has_code(values)
    document = number([name for name, here in zip(documents, coded, strict=True) if here])[0]
    return pair_held_out(theme[coded], int(theme.max(initial=-1)) + 1, values[coded], document).pairs


def pair_held_out(theme: Ints, n_themes: int, values: Bools, document: Ints) -> Pairing:
    """Pairs of candidate and code, found on the other documents and scored on those left out.

    theme: int32 [n], below n_themes; values: bool [n, codes]; document: int32 [n], 0 .. without gaps.
    """
    both, sizes, uses = _fold_counts(theme, n_themes, values, fold_of(document))
    columns = np.arange(values.shape[1])
    pooled, pairs = np.zeros((3, len(columns))), np.zeros((3, n_themes, len(columns)))
    for k in range(len(uses) if len(uses) > 1 else 0):
        best = _best(both.sum(axis=0) - both[k], sizes.sum(axis=0) - sizes[k], uses.sum(axis=0) - uses[k])
        paired = np.flatnonzero(best >= 0)
        pooled[1] += uses[k]
        hits = both[k, best[paired], paired]
        counts = np.stack([hits, uses[k, paired] - hits, sizes[k, best[paired]] - hits])
        pairs[:, best[paired], paired] += counts
        pooled[:, paired] += counts - np.stack([np.zeros(len(paired)), uses[k, paired], np.zeros(len(paired))])
    pooled[:, uses.sum(axis=0) == 0] = 0
    return Pairing(
        pooled=precision_recall_f1(*pooled)[2],
        pairs=precision_recall_f1(*pairs)[2].astype(np.float32),
        best=_best(both.sum(axis=0), sizes.sum(axis=0), uses.sum(axis=0)),
    )


def fold_of(document: Ints) -> Ints:
    """The fold of each utterance, int32 [n]: its document, or above 20 documents one of 5 groups of documents.

    Groups are of even size: the largest document first into the smallest group, ties by the order of documents.
    """
    size = np.bincount(document)
    if len(size) <= LEAVE_ONE_OUT:
        return document
    load = np.zeros(FOLDS, dtype=np.int64)
    group = np.zeros(len(size), dtype=np.int32)
    for k in np.argsort(-size, kind="stable"):
        group[k] = load.argmin()
        load[group[k]] += size[k]
    return group[document]


def _fold_counts(theme: Ints, n_themes: int, values: Bools, fold: Ints) -> tuple[F64, F64, F64]:
    """By fold: utterances in both [folds, candidates, codes], in the candidate, with the code."""
    n_folds = int(fold.max(initial=-1)) + 1
    both = np.zeros((n_folds, n_themes, values.shape[1]))
    sizes, uses = np.zeros((n_folds, n_themes)), np.zeros((n_folds, values.shape[1]))
    placed = theme >= 0
    np.add.at(both, (fold[placed], theme[placed]), values[placed].astype(np.float64))
    np.add.at(sizes, (fold[placed], theme[placed]), 1.0)
    np.add.at(uses, fold, values.astype(np.float64))
    return both, sizes, uses


def _best(both: F64, sizes: F64, uses: F64) -> Ints:
    """For each code the candidate of highest F1, the first of equals; -1 where none shares an utterance with it."""
    if not len(sizes):
        return np.full(len(uses), -1, dtype=np.int32)
    f1 = 2 * both / np.maximum(sizes[:, None] + uses[None, :], 1.0)
    return np.where(f1.max(axis=0) > 0, f1.argmax(axis=0), -1).astype(np.int32)
