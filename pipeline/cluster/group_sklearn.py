"""The one adapter to scikit-learn in this room: k-means."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from pipeline.records import Ints


def kmeans(points: NDArray[np.float64], groups: int, seed: int) -> Ints:
    """int32 [n]: k-means from one k-means++ start. Source: Arthur and Vassilvitskii (2007), SODA, 1027-1035."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "fewer distinct clusters than asked": points may be all alike
        from sklearn.cluster import KMeans

        labels: Ints = KMeans(groups, n_init=1, random_state=seed).fit_predict(points).astype(np.int32)
    return labels


def load() -> None:
    """Load scikit-learn now: a limit on threads reaches only what is loaded when it is set.

    With two threads on two busy cores the same fit took twenty times as long.
    """
    import sklearn.cluster  # noqa: F401
