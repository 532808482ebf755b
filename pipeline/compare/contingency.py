"""Adjusted mutual information on contingency tables: many tables of one study, so marginals are shared and grouped."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.compare.intervals import F64

I64 = NDArray[np.int64]


def adjusted_mutual_information(first: NDArray[np.int32], second: NDArray[np.int32]) -> float | None:
    """AMI of two groupings of the same units (arithmetic mean of the entropies as the upper bound).

    first, second: int [n], any labels.  1 = the same groups, 0 = what chance gives with groups of these sizes.
    None where undefined: no units, or both groupings so trivial that chance already gives all there is.
    Source: Vinh, Epps & Bailey (2010), JMLR 11, 2837-2854.  Own code because scikit-learn's takes seconds to import
    and recomputes the chance term for each rotation; parity is tested.
    """
    if not len(first):
        return None
    rows, row_of = np.unique(first, return_inverse=True)
    columns, column_of = np.unique(second, return_inverse=True)
    cells = np.unique(row_of.astype(np.int64) * len(columns) + column_of, return_counts=True)[1]
    a, b = np.bincount(row_of, minlength=len(rows)), np.bincount(column_of, minlength=len(columns))
    information = mutual_information(cells, a, b)
    return adjust(information, expected_information(a, b), mean_entropy(a, b))


def adjust(information: float, expected: float, bound: float) -> float | None:
    """(information - expected) / (bound - expected); None where the bound is what chance gives."""
    room = bound - expected
    return None if abs(room) < 1e-10 else (information - expected) / room


def xlogx(x: F64 | I64) -> F64:
    """x log x elementwise, 0 at 0; float64."""
    values = np.asarray(x, dtype=np.float64)
    logs: F64 = values * np.log(np.where(values > 0, values, 1.0))
    return logs


def mutual_information(cells: I64, rows: I64, columns: I64) -> float:
    """Mutual information in nats from the counts of a contingency table's cells (zeros may be missing) and margins."""
    n = float(rows.sum())
    total = xlogx(cells).sum() - xlogx(rows).sum() - xlogx(columns).sum() + n * np.log(n)
    return max(float(total) / n, 0.0)


def mean_entropy(rows: I64, columns: I64) -> float:
    """Mean of the entropies (nats) of two groupings with these group sizes."""
    n = float(rows.sum())
    return float(np.log(n) - (xlogx(rows).sum() + xlogx(columns).sum()) / (2 * n))


def expected_information(rows: I64, columns: I64) -> float:
    """Mutual information (nats) that two random groupings with these group sizes share on average.

    Exact sum over the hypergeometric distribution, once for each pair of *different* sizes: with every document as a
    group there are a thousand groups but few sizes.
    """
    n = int(rows.sum())
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, n + 1)))])
    sizes, times = np.unique(rows[rows > 0], return_counts=True)
    others, other_times = np.unique(columns[columns > 0], return_counts=True)
    total = 0.0
    for size, count in zip(sizes, times, strict=True):
        total += float(count) * float(_expected_row(int(size), others, n, log_factorial) @ other_times)
    return total


def _expected_row(size: int, others: I64, n: int, log_factorial: F64) -> F64:
    """The chance term of one group size against each of others [m]."""
    least, most = np.maximum(1, size + others - n), np.minimum(size, others)
    # outside twelve standard deviations (and a margin for rare events) the terms vanish in float64
    mean = size * others / n
    spread = 12 * np.sqrt(mean * (1 - size / n) * (1 - others / n)) + 30
    least = np.maximum(least, np.floor(mean - spread)).astype(np.int64)
    most = np.minimum(most, np.ceil(mean + spread)).astype(np.int64)
    length = np.maximum(most - least + 1, 0)
    which = np.repeat(np.arange(len(others)), length)
    shared = np.arange(len(which)) - np.repeat(np.cumsum(length) - length, length) + least[which]
    b = others[which]
    log_chance = (
        (log_factorial[size] + log_factorial[n - size] - log_factorial[n] - log_factorial[shared])
        + (log_factorial[others] + log_factorial[n - others])[which]
        - (log_factorial[size - shared] + log_factorial[b - shared] + log_factorial[n - size - b + shared])
    )
    terms = shared / n * (np.log(shared) + np.log(n / size) - np.log(b)) * np.exp(log_chance)
    sums: F64 = np.bincount(which, weights=terms, minlength=len(others)).astype(np.float64)
    return sums
