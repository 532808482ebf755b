"""Agreement coefficients for one code, for sets of codes and for probabilities; each a pure function of two codings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.compare.intervals import F64, Statistic, by_document, ratio
from pipeline.compare.units import code_sets
from pipeline.records import Bools, Floats, Ints

BINS = 10


def kappa(first: Bools, second: Bools) -> float | None:
    """Cohen's kappa of two coders on one code, expected agreement from both yes and no.

    first, second: bool [n], in the same order of utterances.  Returns a value in [-1, 1]; None where undefined: no
    utterances, or both coders constant and alike.  Raises ValueError if the shapes differ.
    Source: Cohen (1960), doi:10.1177/001316446002000104.
    """
    if first.shape != second.shape:
        raise ValueError(f"two coders over {first.shape} and {second.shape} utterances")
    counts = confusion(first.reshape(-1, 1), second.reshape(-1, 1)).sum(axis=0)
    value = float(kappa_of(counts[None, :, :], np.array([float(len(first))]))[0, 0])
    return None if np.isnan(value) else value


def confusion(first: Bools, second: Bools) -> F64:
    """Per utterance and code: both gave it, only the first did, only the second did; float64 [n, 3, codes]."""
    counts: F64 = np.stack([first & second, first & ~second, second & ~first], axis=1).astype(np.float64)
    return counts


def kappa_of(counts: F64, n: F64) -> F64:
    """Cohen's kappa [b, codes] from counts [b, 3, codes] as in confusion over n [b] utterances; NaN where undefined."""
    both, first_only, second_only = counts[:, 0], counts[:, 1], counts[:, 2]
    neither = n[:, None] - both - first_only - second_only
    first, second = both + first_only, both + second_only
    # (observed - expected) / (1 - expected), multiplied out: whole numbers, so that no agreement is exactly 0
    return ratio(
        2 * (both * neither - first_only * second_only),
        first * (neither + first_only) + second * (neither + second_only),
    )


def macro_kappa(first: Bools, second: Bools, document: Ints, min_positives: int) -> Statistic | None:
    """Mean kappa over the codes with at least min_positives positives in first, as a statistic over documents.

    None if no code has that many.  In a resample, codes whose kappa is undefined are left out of the mean.
    """
    often = first.sum(axis=0) >= max(min_positives, 1)
    if not often.any():
        return None
    counts = confusion(first[:, often], second[:, often])
    sums = by_document(document, counts.reshape(len(counts), -1))
    n = np.bincount(document).astype(np.float64)

    def mean(weights: F64) -> F64:
        values = kappa_of((weights @ sums).reshape(len(weights), 3, -1), weights @ n)
        known = ~np.isnan(values)
        return ratio(np.where(known, values, 0.0).sum(axis=1), known.sum(axis=1).astype(np.float64))

    return mean


def masi_distance(sets: Bools) -> F64:
    """MASI distance between sets of codes, float64 [s, s]; sets: bool [s, codes], all different or not.

    The empty set counts as a set with one code of its own, so that two coders who both gave nothing agree.
    Source: Passonneau (2006), LREC, 831-836; thirds as in nltk.metrics.masi_distance.
    """
    full = np.column_stack([sets, ~sets.any(axis=1)]).astype(np.float64)
    shared = full @ full.T
    size = full.sum(axis=1)
    least = np.minimum(size[:, None], size[None, :])
    most = np.maximum(size[:, None], size[None, :])
    weight = np.where(shared == most, 1.0, np.where(shared == least, 2 / 3, np.where(shared > 0, 1 / 3, 0.0)))
    distance: F64 = 1 - shared / (size[:, None] + size[None, :] - shared) * weight
    return distance


def masi_alpha(first: Bools, second: Bools) -> float | None:
    """Krippendorff's alpha of two coders' sets of codes with MASI distance.

    first, second: bool [n, codes].  None where undefined: no utterances, or all sets alike.
    Source: Krippendorff (2004), Content Analysis, chapter 11.  Own code because nltk's takes minutes with resamples.
    """
    if not len(first):
        return None
    value = float(alpha_statistic(first, second, np.zeros(len(first), dtype=np.int32))(np.ones((1, 1)))[0])
    return None if np.isnan(value) else value


def alpha_statistic(first: Bools, second: Bools, document: Ints) -> Statistic:
    """masi_alpha as a statistic over documents: NaN where undefined."""
    sets, which = code_sets(np.concatenate([first, second]))
    distance = masi_distance(sets)
    n = len(first)
    apart = distance[which[:n], which[n:]]
    pool = np.zeros((int(document.max()) + 1, len(sets)))
    np.add.at(pool, (np.concatenate([document, document]), which), 1.0)
    observed = by_document(document, apart[:, None])[:, 0]
    counts = np.bincount(document).astype(np.float64)

    def alpha(weights: F64) -> F64:
        units = weights @ counts
        used = weights @ pool
        expected = ((used @ distance) * used).sum(axis=1)
        values = 2 * units
        return 1 - ratio((weights @ observed) * values * (values - 1), units * expected)

    return alpha


def rate(marks: Bools, document: Ints) -> Statistic:
    """Share of marked utterances as a statistic over documents."""
    hits, n = by_document(document, marks[:, None].astype(np.float64))[:, 0], np.bincount(document).astype(np.float64)
    return lambda weights: ratio(weights @ hits, weights @ n)


def expected_calibration_error(probability: Floats, hit: Bools) -> float | None:
    """Expected calibration error in 10 bins of equal width; None without utterances.

    probability: float [n] in 0..1, of the first suggestion; hit: bool [n], was it right.
    Source: Naeini, Cooper & Hauskrecht (2015), AAAI, doi:10.1609/aaai.v29i1.9602.
    """
    if not len(hit):
        return None
    document = np.zeros(len(hit), dtype=np.int32)
    return float(calibration_statistic(probability, hit, document)(np.ones((1, 1)))[0])


def calibration_statistic(probability: Floats, hit: Bools, document: Ints) -> Statistic:
    """expected_calibration_error as a statistic over documents."""
    bins = np.clip((probability.astype(np.float64) * BINS).astype(np.int64), 0, BINS - 1)
    gap = np.zeros((int(document.max()) + 1, BINS))
    np.add.at(gap, (document, bins), probability.astype(np.float64) - hit)
    n = np.bincount(document).astype(np.float64)
    return lambda weights: ratio(np.abs(weights @ gap).sum(axis=1), weights @ n)


def precision_recall_f1(both: NDArray[np.float64], first_only: F64, second_only: F64) -> tuple[F64, F64, F64]:
    """Precision, recall and F1 of the second coder with the first as reference; NaN where a division is by 0."""
    return (
        ratio(both, both + second_only),
        ratio(both, both + first_only),
        ratio(2 * both, 2 * both + first_only + second_only),
    )
