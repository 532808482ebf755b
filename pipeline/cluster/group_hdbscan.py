"""The one adapter to hdbscan."""

from __future__ import annotations

import warnings

import numpy as np

from pipeline.records import Floats, Ints


def group(points: Floats, min_size: int) -> Ints:
    """int32 [n]: HDBSCAN groups from 0, -1 for noise.

    Leaf selection: `eom` returned two or three giant groups on real interviews without a warning (docs/method.md).
    Source: Campello, Moulavi and Sander (2013), doi:10.1007/978-3-642-37456-2_14.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn's renamed arguments, used inside hdbscan
        from hdbscan import HDBSCAN

        model = HDBSCAN(min_cluster_size=min_size, cluster_selection_method="leaf", core_dist_n_jobs=1)
        labels: Ints = model.fit_predict(points.astype(np.float64)).astype(np.int32)
    return labels
