"""What our themes are compared with: BERTopic with its defaults, and one run of UMAP + HDBSCAN."""

from __future__ import annotations

import dataclasses
import os
import warnings
from collections.abc import Sequence

import numpy as np
from threadpoolctl import threadpool_limits

from pipeline.cluster.distinct import collapse
from pipeline.cluster.members import ensemble
from pipeline.config import ClusterConfig
from pipeline.errors import StageError
from pipeline.records import Floats, Ints, Utterance, Vectors


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


def leaf(utterances: Sequence[Utterance], vectors: Vectors, config: ClusterConfig, seed: int) -> Ints:
    """int32 [n]: the bare groups of one run of UMAP + HDBSCAN (leaf) on our vectors, -1 for noise; no vote."""
    alone = dataclasses.replace(config, engine="single", small_study=0, seed=seed)
    with threadpool_limits(1):
        distinct = collapse(utterances, vectors)
        member = next(ensemble(distinct, distinct.vectors @ distinct.vectors.T, alone, None))
    return np.asarray(member.groups[distinct.of], np.int32)
