"""The one adapter to umap-learn."""

from __future__ import annotations

import warnings

import numpy as np

from pipeline.cluster.neighbours import Neighbours
from pipeline.records import Floats

# Epochs of a run: 30 give the agreement of UMAP's own 500 (docs/method.md) at a tenth of the time.
_EPOCHS = 30
_ALIKE = 1e-6


def reduce(near: Neighbours, start: Floats, min_dist: float, seed: int) -> Floats:
    """float32 [n, dimensions]: UMAP on exact cosine neighbours.

    near: the exact neighbours.  start: float32 [n, dimensions], principal components to start from.  The
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
            n_neighbors=near.row.shape[1],
            n_components=start.shape[1],
            min_dist=min_dist,
            metric="cosine",
            init=start,
            n_epochs=_EPOCHS,
            random_state=seed,
            n_jobs=1,
            precomputed_knn=(near.row, 1 - near.cosine, None),
        )
        reduced: Floats = model.fit_transform(start).astype(np.float32)
    return reduced
