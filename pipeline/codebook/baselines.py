"""What suggestions must beat: a regression without definitions, and the mean of each code's utterances."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from pipeline.codebook.clues import features_of
from pipeline.codebook.evidence import Evidence, outer_folds
from pipeline.codebook.fit_sklearn import log_probabilities
from pipeline.codebook.learn import Judged, judge_by_definition
from pipeline.codebook.suggest import assembled, suggestions_of
from pipeline.config import CodebookConfig
from pipeline.records import Bools, Floats, Suggestions

_NEVER = -30.0  # log-probability of a code that no codings were learned for


def learning_alone(evidence: Evidence, train: Bools, config: CodebookConfig) -> Floats:
    """float32 [n, codes]: log-probability of a softmax regression on the same vectors, definitions left out.

    train: bool [n], learned from the coded rows among these. A code that none of them has gets -30, all of them if
    nothing is coded.
    """
    features, _ = features_of(evidence, config)
    counts = evidence.table.n_givers[train].astype(np.float32)
    found = np.full((len(features), counts.shape[1]), _NEVER, np.float32)
    rows, codes = np.nonzero(counts)
    used, classes = np.unique(codes, return_inverse=True)
    if len(used) == 1:
        found[:, used] = 0
    if len(used) > 1:
        weights = counts[rows, codes] / counts.sum(axis=1)[rows]
        learned_from = features[train][rows]
        found[:, used] = log_probabilities(
            learned_from, classes.astype(np.int32), weights, config.regularisation, features
        )
    return found


def prototype_scores(evidence: Evidence, train: Bools, config: CodebookConfig) -> Floats:
    """float32 [n, codes]: cosine to the mean vector of the code's utterances in train (few-shot); -1 without any."""
    features, _ = features_of(evidence, config)
    features = features / np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-9)
    counts = evidence.table.n_givers[train].astype(np.float32)
    means = (counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)).T @ features[train]
    length = np.linalg.norm(means, axis=1, keepdims=True)
    cosine: Floats = (features @ (means / np.maximum(length, 1e-9)).T).astype(np.float32)
    return np.where(length.T > 0, cosine, np.float32(-1))


def plain_regression(evidence: Evidence, config: CodebookConfig, taught: Bools | None = None) -> Suggestions | None:
    """learning_alone held out by the same folds as held_out, its own probabilities uncalibrated; None as there."""
    return _held_out(evidence, config, taught, learning_alone, "plain regression", True)


def prototypes(evidence: Evidence, config: CodebookConfig, taught: Bools | None = None) -> Suggestions | None:
    """prototype_scores held out by the same folds as held_out, without probabilities; None as there."""
    return _held_out(evidence, config, taught, prototype_scores, "prototypes", False)


def _held_out(
    evidence: Evidence,
    config: CodebookConfig,
    taught: Bools | None,
    score: Callable[[Evidence, Bools, CodebookConfig], Floats],
    name: str,
    log_probability: bool,
) -> Suggestions | None:
    fold = outer_folds(evidence, config)
    if fold is None:
        return None
    coded, parts = evidence.table.coded if taught is None else evidence.table.coded & taught, []
    for number in range(int(fold.max()) + 1):
        left_out = fold == number
        scores = score(evidence, coded & ~left_out, config)[left_out]
        parts.append(_first_only(judge_by_definition(evidence, left_out), scores, log_probability))
    return suggestions_of(evidence, assembled(parts, fold), fold, f"{name}, held out by document, {len(parts)} folds")


def _first_only(unknown: Judged, scores: Floats, log_probability: bool) -> Judged:
    """The best code of each row is given, and nothing more."""
    chosen = np.zeros(scores.shape, np.bool_)
    chosen[np.arange(len(scores)), scores.argmax(axis=1)] = True
    probabilities = np.exp(scores) if log_probability else unknown.probabilities
    return dataclasses.replace(unknown, scores=scores, probabilities=probabilities, chosen=chosen)
