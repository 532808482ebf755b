"""The frame in which utterances are compared: centred vectors, mixed with their neighbours and the question asked."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.config import EmbedConfig
from pipeline.records import Floats, Space, Utterance, Vectors


def in_context(
    utterances: Sequence[Utterance], plain: Floats, asked: Floats, config: EmbedConfig, space: Space | None = None
) -> Vectors:
    """Vectors of utterances for clustering and suggestions: unit(x + 0.5 n + 0.3 q), weights from the configuration.

    plain: float32 [n, d], embeddings of the utterances' clean text.  asked: float32 [n, d], embeddings of their
    questions, rows of utterances without a question are ignored.  space: of an earlier run, to place new utterances
    beside old ones; fitted on these utterances if None.

    x is the centred utterance; n half the one before and half the one after it in its document, as long as no
    interviewer spoke in between; q the centred question. In a document without an interviewer nothing is mixed in.
    Source: own measurements, docs/method.md.
    """
    has_question = np.array([bool(u.question) for u in utterances], bool)
    if space is None:
        questions = {u.question: asked[i] for i, u in enumerate(utterances) if u.question}
        texts = {u.clean: plain[i] for i, u in enumerate(utterances)}
        space = Space(_mean(texts, plain), _mean(questions, plain), config.neighbour_weight, config.question_weight)
    own = centre(plain, space.mean)
    question: Floats = np.where(has_question[:, None], centre(asked, space.question_mean), np.float32(0))
    weights = np.float32(space.neighbour_weight), np.float32(space.question_weight)
    mixed = own + weights[0] * _neighbours(utterances, own) + weights[1] * question
    return Vectors(plain, own, _unit(mixed), question, space)


def centre(vectors: Floats, mean: Floats | None = None) -> Floats:
    """Vectors less their mean (or the mean given), scaled to length 1; a vector equal to the mean becomes zeros."""
    if not len(vectors):
        return vectors.astype(np.float32)
    return _unit(vectors - (np.mean(vectors, axis=0) if mean is None else mean))


def rows(vectors: Vectors, chosen: NDArray[np.int64]) -> Vectors:
    """The vectors of some utterances (row numbers, in their order), in the same frame."""
    return Vectors(
        plain=vectors.plain[chosen],
        own=vectors.own[chosen],
        mixed=vectors.mixed[chosen],
        question=vectors.question[chosen],
        space=vectors.space,
    )


def joined(first: Vectors, second: Vectors) -> Vectors:
    """The vectors of two waves of utterances, one after the other, in the frame of the second."""
    return Vectors(
        plain=np.concatenate([first.plain, second.plain]),
        own=np.concatenate([first.own, second.own]),
        mixed=np.concatenate([first.mixed, second.mixed]),
        question=np.concatenate([first.question, second.question]),
        space=second.space,
    )


def _mean(by_text: dict[str, Floats], like: Floats) -> Floats:
    """Mean over distinct texts in their sorted order: neither repetitions nor the order of files change a bit of it."""
    if not by_text:
        return np.zeros(like.shape[1], np.float32)
    rows = np.stack([by_text[text] for text in sorted(by_text)]).astype(np.float64)
    mean: Floats = np.mean(rows, axis=0).astype(np.float32)
    return mean


def _unit(vectors: Floats) -> Floats:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    # Below 1e-6 nothing but rounding is left of a vector: one text alone is its own mean.
    unit: Floats = np.where(length > 1e-6, vectors / np.maximum(length, 1e-6), 0).astype(np.float32)
    return unit


def _neighbours(utterances: Sequence[Utterance], own: Floats) -> Floats:
    """float32 [n, d]: half the utterance before and half the one after, zeros where there is none.

    An utterance said twice in a row counts once, so that repeating it changes nobody's context.
    """
    mixed = np.zeros_like(own)
    asked = {u.document for u in utterances if u.block}
    runs: list[list[int]] = []
    for i, u in enumerate(utterances):
        if u.document not in asked:
            continue
        same_stretch = runs and (utterances[runs[-1][0]].document, utterances[runs[-1][0]].block) == (
            u.document,
            u.block,
        )
        if same_stretch and utterances[runs[-1][0]].clean == u.clean:
            runs[-1].append(i)
        else:
            runs.append([i])
    for before, after in pairwise(runs):
        left, right = utterances[before[0]], utterances[after[0]]
        if (left.document, left.block) == (right.document, right.block):
            mixed[after] += np.float32(0.5) * own[before[0]]
            mixed[before] += np.float32(0.5) * own[after[0]]
    return mixed
