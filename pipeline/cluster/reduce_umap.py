"""The one adapter to umap-learn."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from pipeline.records import Floats

# Epochs of a run: 30 give the agreement of UMAP's own 500 (docs/method.md) at a tenth of the time.
_EPOCHS = 30
_ALIKE = 1e-6


def reduce(similarity: Floats, start: Floats, neighbours: int, min_dist: float, seed: int) -> Floats:
    """float32 [n, dimensions]: UMAP on exact cosine neighbours.

    similarity: float32 [n, n] cosines.  start: float32 [n, dimensions], principal components to start from.  The
    result is the same whenever rows, order and seed are: no row may occur twice (a spectral start and repeated rows
    made UMAP differ from run to run), and one thread is used. Rows that are all alike give zeros: UMAP would divide by
    their spread. Source: McInnes, Healy and Melville (2018), arXiv:1802.03426.
    """
    if np.ptp(start, axis=0).max(initial=0) < _ALIKE:
        return np.zeros_like(start)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # numba's and sklearn's deprecations, "n_jobs overridden", "no transform"
        from umap import UMAP

        model = UMAP(
            n_neighbors=neighbours,
            n_components=start.shape[1],
            min_dist=min_dist,
            metric="cosine",
            init=start,
            n_epochs=_EPOCHS,
            random_state=seed,
            n_jobs=1,
            precomputed_knn=(*_neighbours(similarity, neighbours), None),
        )
        reduced: Floats = model.fit_transform(start).astype(np.float32)
    return reduced


def _neighbours(similarity: Floats, k: int) -> tuple[NDArray[np.int32], Floats]:
    """Indices int32 [n, k] and cosine distances float32 [n, k] of the nearest rows, each row first in its own list."""
    scores = similarity.copy()
    np.fill_diagonal(scores, np.inf)
    nearest = np.argpartition(-scores, k - 1, axis=1)[:, :k]
    nearest.sort(axis=1)
    ordered = np.argsort(-np.take_along_axis(scores, nearest, axis=1), axis=1, kind="stable")
    nearest = np.take_along_axis(nearest, ordered, axis=1)
    cosines = np.minimum(np.take_along_axis(scores, nearest, axis=1), 1)
    return nearest.astype(np.int32), (1 - cosines).astype(np.float32)
