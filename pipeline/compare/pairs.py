"""Phi over pairs of utterances from different documents: do utterances of one theme share a code, neighbours aside?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.compare.intervals import F64
from pipeline.compare.units import code_sets, renumber
from pipeline.records import Bools, Ints

_BLOCK = 1000


def phi_across_documents(groups: Ints, values: Bools, document: Ints) -> float | None:
    """Correlation between "same group" and "share a code" over all pairs of units from different documents.

    groups: int32 [n], all placed.  values: bool [n, codes].  document: int32 [n].  Exact, by counts,
    with no loop over pairs.
    None where undefined: no such pairs, or one of the two holds for all or for none of them.
    """
    if not len(groups):
        return None
    sets, which = code_sets(values)
    shares = ((sets.astype(np.float32) @ sets.T.astype(np.float32)) > 0).astype(np.float32)
    inside = document.astype(np.int64) * (int(groups.max()) + 1) + groups
    everything = np.zeros(len(groups), dtype=np.int32)
    pairs = _pairs(everything) - _pairs(document)
    together = _pairs(groups) - _pairs(renumber(inside))
    sharing = _sharing(everything, which, shares) - _sharing(document, which, shares)
    both = _sharing(groups, which, shares) - _sharing(renumber(inside), which, shares)
    return _phi(pairs, together, sharing, both)


def _phi(pairs: float, first: float, second: float, both: float) -> float | None:
    """The correlation of two yes/no marks from the counts of pairs: all, with the first, the second, both."""
    spread = first * (pairs - first) * second * (pairs - second)
    if spread <= 0:
        return None
    return float((pairs * both - first * second) / np.sqrt(spread))


def _pairs(groups: NDArray[np.int32]) -> float:
    """Ordered pairs of units in the same group, each with itself included (it cancels against the documents)."""
    return float((np.bincount(groups).astype(np.float64) ** 2).sum())


def _sharing(groups: NDArray[np.int32], which: Ints, shares: NDArray[np.float32]) -> float:
    """Ordered pairs of units in the same group that share a code, each with itself included."""
    from scipy.sparse import csr_array

    n_groups = int(groups.max()) + 1
    # float32 is exact here: every entry is a count below 2 ** 24; the sum over them is taken in float64
    counts = csr_array((np.ones(len(groups), np.float32), (groups, which)), shape=(n_groups, len(shares)))
    counts.sum_duplicates()
    total = 0.0
    for start in range(0, n_groups, _BLOCK):
        block = counts[start : start + _BLOCK]
        own = block.tocoo()
        reached: F64 = (block @ shares)[own.coords].astype(np.float64)
        total += float(own.data.astype(np.float64) @ reached)
    return total
