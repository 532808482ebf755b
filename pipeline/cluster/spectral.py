"""Groups from the leading eigenvectors of a weighted graph: of neighbours (a run), or of co-association (consensus)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.cluster.neighbours import Neighbours
from pipeline.records import Floats, Ints

F64 = NDArray[np.float64]

# Groups asked for are this many times the square root of the rows, the rule of thumb of k-means being .71 (Mardia, Kent
# and Bibby 1979, p. 365). .5 to .8 are level in agreement on four coded sets, .6 is the steadiest (docs/method.md).
_GROUPS = 0.6
# Never fewer than this many times the root: five from 500 utterances. Interviews have more themes than a gap tells.
_LEAST = 0.22
# A drop between neighbouring eigenvalues as large as this tells the number of groups: well-kept groups have an
# eigenvalue near 1. On real interviews the largest drop was .22, on noise and on clear-cut groups .43 to .64.
_GAP = 1 / 3
# Up to this many rows all eigenvectors are computed. Above, the iteration keeps this many vectors, and four times as
# many as it is asked for: with its usual number it passes over repeated eigenvalues, and two clear groups become one.
_DENSE, _KEPT = 300, 60


def usual_number(n: int) -> int:
    """How many groups n rows are put into where nothing tells it: 0.6 times the square root of n, at least 2."""
    return max(2, round(_GROUPS * float(np.sqrt(n))))


def neighbour_graph(near: Neighbours) -> Any:
    """A scipy.sparse array [n, n] (untyped): mean of the two cosines by which rows count each other as neighbours."""
    from scipy.sparse import csr_array

    n, k = near.row.shape
    weight = np.maximum(near.cosine[:, 1:], 0).ravel().astype(np.float64)
    graph = csr_array((weight, (np.repeat(np.arange(n), k - 1), near.row[:, 1:].ravel())), shape=(n, n))
    return (graph + graph.T) / 2


def leading(graph: Any, count: int) -> tuple[F64, F64]:
    """Leading eigenvalues [count], falling, and eigenvectors [n, count] of D^-1/2 graph D^-1/2.

    graph: symmetric, not negative, dense or sparse.  Rows without any weight keep zeros. Source: Ng, Jordan and Weiss
    (2001), "On spectral clustering", NeurIPS 14.
    """
    from scipy.linalg import eigh
    from scipy.sparse import diags_array, issparse
    from scipy.sparse.linalg import eigsh

    n = graph.shape[0]
    count = min(count, n)
    weight = np.asarray(graph.sum(axis=1)).ravel()
    if not weight.any():
        return np.zeros(count), np.zeros((n, count))
    scale = 1 / np.sqrt(np.maximum(weight, 1e-9))
    if n <= _DENSE or count >= n - 1:
        dense = graph.toarray() if issparse(graph) else graph
        values, vectors = eigh(dense * np.outer(scale, scale), subset_by_index=[n - count, n - 1])
    else:
        scaled = diags_array(scale) @ graph @ diags_array(scale) if issparse(graph) else graph * np.outer(scale, scale)
        # Start and restarts of its own: the usual ones are drawn anew for each call.
        start, kept = np.random.default_rng(0).random(n), min(n, max(4 * count, _KEPT))
        values, vectors = eigsh(scaled, k=count, v0=start, ncv=kept, rng=0)
    order = np.argsort(-values, kind="stable")
    return values[order], vectors[:, order]


def unit_rows(vectors: F64) -> F64:
    """Rows scaled to length 1; zeros stay."""
    unit: F64 = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return unit


def number_told(values: F64, n: int) -> int:
    """How many groups the eigenvalues of a consensus of n rows tell: see the notes at _GROUPS, _LEAST and _GAP."""
    usual = min(usual_number(n), len(values) - 1)
    drops = values[:usual] - values[1 : usual + 1]
    if not len(drops) or drops.max() < _GAP:
        return max(usual, 1)
    return int(min(max(int(drops.argmax()) + 1, 2, round(_LEAST * np.sqrt(n))), max(usual, 1)))


def turned(vectors: F64) -> Ints:
    """int32 [n]: the group of each row, from eigenvectors [n, k] turned so that each column stands for one group.

    No start is drawn: pivoted QR picks k rows that differ most. Source: Damle, Minden and Ying (2019),
    doi:10.1093/imaiai/iay008.
    """
    from scipy.linalg import qr, svd

    k = vectors.shape[1]
    pivots = qr(vectors.T, pivoting=True, mode="economic")[2][:k]
    left, _, right = svd(vectors[pivots].T, full_matrices=False)
    groups: Ints = np.abs(vectors @ (left @ right)).argmax(axis=1).astype(np.int32)
    return groups


def consensus_spectrum(together: Floats) -> tuple[F64, F64]:
    """Eigenvalues and eigenvectors of a co-association table, as many as groups can be told, and one more."""
    graph = together.astype(np.float64)
    np.fill_diagonal(graph, 1)
    return leading(graph, usual_number(len(graph)) + 1)
