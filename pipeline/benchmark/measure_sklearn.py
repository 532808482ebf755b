"""The one adapter to scikit-learn in this room: simple groupings to compare with, and two standard measures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from pipeline.records import Bools, Floats, Ints


def kmeans(vectors: Any, groups: int, seed: int) -> Ints:
    """int32 [n]: k-means with k-means++ starts.  vectors: dense or sparse [n, d]."""
    from sklearn.cluster import KMeans

    with threadpool_limits(1):
        labels: Ints = KMeans(min(groups, vectors.shape[0]), n_init=1, random_state=seed).fit_predict(vectors)
    return labels.astype(np.int32)


def tfidf(texts: Sequence[str]) -> Any:
    """A scipy.sparse matrix [n, words] (untyped): TF-IDF without English stop words; words in two texts at least."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(stop_words="english", min_df=min(2, len(texts)))
    return words.fit_transform(texts)


def adjusted_rand(first: Ints, second: Ints) -> float:
    """Adjusted Rand index of two groupings of the same rows.

    Source: Hubert and Arabie (1985), doi:10.1007/BF01908075.
    """
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(first, second))


def roc_area(score: Floats, truth: Bools) -> float:
    """The chance that a true row scores above a false one, ties half; both kinds must occur."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(truth, score))
