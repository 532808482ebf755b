"""95% intervals over documents: people cite studies of few documents, so utterances are never taken as independent."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline.config import CompareConfig
from pipeline.records import Estimate

F64 = NDArray[np.float64]
Statistic = Callable[[F64], F64]
"""weights [b, documents] -> values [b]: the figure if each document counted weight times; NaN where undefined."""

FEW_DOCUMENTS = 20
ONE_DOCUMENT = "no interval: all of it comes from one document"
UNSTEADY = "no interval: the figure is undefined when documents are left out"


def estimate(
    statistic: Statistic,
    n_documents: int,
    n_units: int,
    config: CompareConfig,
    undefined: str,
    bounds: tuple[float, float] = (-1.0, 1.0),
    recentre: bool = False,
) -> Estimate:
    """A figure with its 95% interval over documents: jackknife with Student's t below 20 documents, else bootstrap.

    undefined: the reason given where the figure is NaN.  bounds: the range of the figure, to which the interval is cut.
    recentre: see bootstrap.  One document gives the figure without an interval, and the reason.
    """
    if n_documents == 0:
        return Estimate(None, n=n_units, reason=undefined)
    value = float(statistic(np.ones((1, n_documents)))[0])
    if np.isnan(value):
        return Estimate(None, n=n_units, reason=undefined)
    if n_documents == 1:
        return Estimate(value, n=n_units, reason=ONE_DOCUMENT)
    if n_documents < FEW_DOCUMENTS:
        interval = jackknife(statistic, n_documents)
    else:
        interval = bootstrap(statistic, n_documents, config.bootstrap, config.seed, recentre)
    if interval is None:
        return Estimate(value, n=n_units, reason=UNSTEADY)
    low, high = (float(np.clip(end, *bounds)) for end in interval)
    return Estimate(value, low, high, n_units)


def jackknife(statistic: Statistic, n_documents: int) -> tuple[float, float] | None:
    """The 95% interval from leaving out one document at a time, with Student's t on n_documents - 1 degrees of freedom.

    None if there are fewer than two documents, or the figure is undefined with a document left out.
    Source: Tukey's jackknife as in Efron & Tibshirani (1993), chapter 11, doi:10.1201/9780429246593.
    """
    if n_documents < 2:
        return None
    from scipy.special import stdtrit

    value = float(statistic(np.ones((1, n_documents)))[0])
    without = statistic(1.0 - np.eye(n_documents))
    if np.isnan(value) or np.isnan(without).any():
        return None
    variance = (n_documents - 1) / n_documents * float(((without - without.mean()) ** 2).sum())
    half = float(stdtrit(n_documents - 1, 0.975)) * variance**0.5
    return value - half, value + half


def bootstrap(
    statistic: Statistic, n_documents: int, replicates: int, seed: int, recentre: bool = False
) -> tuple[float, float] | None:
    """The 95% percentile interval over resamples of the documents; seeded.

    recentre: move the percentiles so that the resamples' mean lies on the figure; for figures that repeated documents
    pull to one side (mutual information: a document drawn twice looks like agreement).
    None if the figure is undefined in more than half of the resamples.
    """
    if n_documents < 1 or replicates < 1:
        return None
    values = statistic(_resamples(n_documents, replicates, seed))
    values = values[~np.isnan(values)]
    if 2 * len(values) < replicates:
        return None
    low, high = (float(end) for end in np.quantile(values, [0.025, 0.975]))
    if recentre:
        shift = float(statistic(np.ones((1, n_documents)))[0]) - float(values.mean())
        low, high = low + shift, high + shift
    return low, high


@lru_cache(maxsize=4)
def _resamples(n_documents: int, replicates: int, seed: int) -> F64:
    """How often each document was drawn, [replicates, documents]; kept, as one study asks for dozens of intervals."""
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(n_documents, np.full(n_documents, 1 / n_documents), size=replicates).astype(np.float64)
    drawn.setflags(write=False)
    return drawn


def by_document(document: NDArray[np.int32], values: F64) -> F64:
    """Sums of values [n, q] over the utterances of each document [documents, q]; document: 0 .. without gaps."""
    if not len(document):
        return np.zeros((0, values.shape[1]))
    order = np.argsort(document, kind="stable")
    starts = np.searchsorted(document[order], np.arange(int(document.max()) + 1))
    sums: F64 = np.add.reduceat(values[order], starts, axis=0, dtype=np.float64)
    return sums


def ratio(over: F64, under: F64) -> F64:
    """over / under, NaN where under is 0 (or so near to it that only rounding keeps it apart)."""
    valid = np.abs(under) > 1e-12
    return np.where(valid, over / np.where(valid, under, 1.0), np.nan)
