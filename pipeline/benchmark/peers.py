"""What our themes are compared with: BERTopic with its defaults, and k-means."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence

import numpy as np

from pipeline.errors import StageError
from pipeline.records import Floats, Ints


def bertopic(texts: Sequence[str], vectors: Floats) -> Ints:
    """int32 [n]: topics of BERTopic with its defaults on the vectors given, -1 for outliers.

    Its default UMAP takes no seed, so every call differs. Raises StageError if the bench extra is not installed.
    """
    # One thread for torch and tokenizers: they are not at work here, and would only compete with UMAP.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            from bertopic import BERTopic
        except ImportError as problem:
            raise StageError("BERTopic is not installed", "benchmark", "Run `make setup`.") from problem
        topics, _ = BERTopic().fit_transform(list(texts), vectors)
    return np.asarray(topics, np.int32)


def kmeans(vectors: Floats, groups: int, seed: int) -> Ints:
    """int32 [n]: k-means with k-means++ starts."""
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        labels: Ints = KMeans(min(groups, len(vectors)), n_init=1, random_state=seed).fit_predict(vectors)
    return labels.astype(np.int32)
