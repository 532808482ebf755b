"""Codes suggested for utterances: by definitions alone, learned from codings, and held out to be scored."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.codebook.fit_sklearn import log_probabilities, platt
from pipeline.config import CodebookConfig
from pipeline.records import Bools, CodingTable, Floats, Ints, Progress, Suggestions, Vectors

_TOP = 3
_CALIBRATED_ON = 5  # the best five codes of an utterance enter the calibration (docs/method.md)
_INNER_FOLDS = 3
_ONE_AT_A_TIME = 12  # up to this many coded documents each is left out alone, above they are left out in folds
_NOT_HELD_OUT = _NO_CODE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """All that suggestions rest on: n utterances' vectors and documents, the codes' vectors, and the codings.

    codes: float32 [codes, d], centred, of length 1.
    """

    vectors: Vectors
    documents: tuple[str, ...]
    codes: Floats
    table: CodingTable


def by_definition(evidence: Evidence) -> Suggestions:
    """Codes ranked by cosine of the mixed vector and the code's vector; ranks only, no probabilities."""
    cosine = evidence.vectors.mixed @ evidence.codes.T
    unknown = np.full(cosine.shape, np.nan, np.float32)
    return _ranked(evidence, cosine, unknown, _nobody(evidence), "definitions alone")


def learned(evidence: Evidence, config: CodebookConfig) -> Suggestions:
    """Suggestions for all utterances from every coding there is; by definition if there is none.

    These must not be scored: they learned from the codings that they would be scored on. See held_out.
    """
    coded = evidence.table.coded
    if not coded.any():
        return by_definition(evidence)
    everything = np.ones(len(coded), np.bool_)
    scores, probabilities = _fit(evidence, coded, everything, config)
    n_documents = len({evidence.documents[i] for i in np.flatnonzero(coded)})
    basis = f"definitions and the codings of {int(coded.sum())} utterances in {n_documents} documents"
    return _ranked(evidence, scores, probabilities, _nobody(evidence), basis)


def held_out(evidence: Evidence, config: CodebookConfig, progress: Progress | None = None) -> Suggestions | None:
    """For every coded document the suggestions learned from the other documents; None with fewer than two of them.

    Up to 12 coded documents each is left out alone, above that in 5 folds of whole documents. Utterances of documents
    that nobody coded get no code (-1).
    """
    coded = evidence.table.coded
    documents = sorted({evidence.documents[i] for i in np.flatnonzero(coded)})
    if len(documents) < 2:
        return None
    n_folds = len(documents) if len(documents) <= _ONE_AT_A_TIME else min(config.folds, len(documents))
    fold = _folds(evidence.documents, documents, n_folds, config.seed)
    n, n_codes = evidence.table.values.shape[1:]
    scores = np.zeros((n, n_codes), np.float32)
    probabilities = np.full((n, n_codes), np.nan, np.float32)
    for number in range(n_folds):
        left_out = fold == number
        scores[left_out], probabilities[left_out] = _fit(evidence, coded & ~left_out, left_out, config)
        if progress:
            progress(number + 1, n_folds)
    found = _ranked(evidence, scores, probabilities, fold, f"held out by document, {n_folds} folds")
    return dataclasses.replace(found, ranked=np.where(fold[:, None] >= 0, found.ranked, np.int32(_NO_CODE)))


def _nobody(evidence: Evidence) -> Ints:
    return np.full(len(evidence.documents), _NOT_HELD_OUT, np.int32)


def _fit(evidence: Evidence, train: Bools, new: Bools, config: CodebookConfig) -> tuple[Floats, Floats]:
    """Scores and calibrated probabilities [new rows, codes] learned from the rows in train.

    No probabilities (NaN) from too few documents, or with a single code: every coded utterance carries it, so there is
    nothing to calibrate on.
    """
    scores = _scores(evidence, train, new, config)
    documents = sorted({evidence.documents[i] for i in np.flatnonzero(train)})
    if len(documents) < config.min_documents or len(evidence.codes) < 2:
        return scores, np.full(scores.shape, np.nan, np.float32)
    inner = _folds(evidence.documents, documents, min(_INNER_FOLDS, len(documents)), config.seed)
    logits, truth = [], []
    applied = evidence.table.by_anyone
    for number in range(int(inner.max()) + 1):
        kept, left_out = train & (inner != number), train & (inner == number)
        logit = _logit(_scores(evidence, kept, left_out, config))
        best = np.argsort(-logit, axis=1, kind="stable")[:, :_CALIBRATED_ON]
        logits.append(np.take_along_axis(logit, best, axis=1).ravel())
        truth.append(np.take_along_axis(applied[left_out], best, axis=1).ravel())
    slope, intercept = platt(np.concatenate(logits), np.concatenate(truth))
    probabilities = np.exp(-np.logaddexp(0, -(slope * _logit(scores) + intercept)))
    return scores, probabilities.astype(np.float32)


def _scores(evidence: Evidence, train: Bools, new: Bools, config: CodebookConfig) -> Floats:
    """Log-probability of a softmax regression + 2 x cosine(utterance, code), float32 [new rows, codes].

    Each code's definition is a training row of weight 3, so that a code that nobody used yet can be suggested; an
    utterance with m codes is m rows that share weight 1. Sources: docs/method.md.
    """
    vectors, codes = evidence.vectors, evidence.codes
    features = np.concatenate([vectors.mixed, np.float32(config.question_weight) * vectors.question], axis=1)
    definitions = np.concatenate([codes, np.zeros_like(codes)], axis=1)
    counts = evidence.table.values[:, train].sum(axis=0).astype(np.float32)
    rows, classes = np.nonzero(counts)
    weights = counts[rows, classes] / counts.sum(axis=1)[rows]
    cosine = vectors.mixed[new] @ codes.T
    if len(codes) < 2:
        return np.float32(config.similarity_weight) * cosine
    log_probability = log_probabilities(
        np.concatenate([features[train][rows], definitions]),
        np.concatenate([classes, np.arange(len(codes))]).astype(np.int32),
        np.concatenate([weights, np.full(len(codes), config.definition_weight)]).astype(np.float32),
        config.regularisation,
        features[new],
    )
    return log_probability + np.float32(config.similarity_weight) * cosine


def _logit(scores: Floats) -> NDArray[np.float64]:
    """Log-odds of each code after the scores were scaled to sum to 1 over the codes."""
    total = np.logaddexp.reduce(scores.astype(np.float64), axis=1, keepdims=True)
    log_p = np.minimum(scores - total, -1e-6)
    logit: NDArray[np.float64] = log_p - np.log(-np.expm1(log_p))
    return logit


def _folds(of: Sequence[str], documents: Sequence[str], n_folds: int, seed: int) -> Ints:
    """int32 [n]: fold of each utterance's document, -1 outside `documents`; folds are level in utterances."""
    sizes = dict.fromkeys(documents, 0)
    for document in of:
        if document in sizes:
            sizes[document] += 1
    order = sorted(documents, key=lambda d: (-sizes[d], hashlib.sha256(f"{seed}:{d}".encode()).digest()))
    loads, fold = [0] * n_folds, {}
    for document in order:
        lightest = loads.index(min(loads))
        fold[document] = lightest
        loads[lightest] += sizes[document]
    return np.array([fold.get(document, _NOT_HELD_OUT) for document in of], np.int32)


def _ranked(evidence: Evidence, scores: Floats, probabilities: Floats, fold: Ints, basis: str) -> Suggestions:
    ranked = np.argsort(-scores, axis=1, kind="stable")[:, :_TOP].astype(np.int32)
    probability = np.take_along_axis(probabilities, ranked, axis=1)
    n = len(scores)
    chosen = np.nan_to_num(probabilities, nan=0.0) >= 0.5
    if scores.shape[1]:
        chosen[np.arange(n), ranked[:, 0]] = True
    none = np.full(n, np.nan, np.float32)
    return Suggestions(
        codes=evidence.table.codes,
        ranked=ranked,
        probability=probability,
        scores=scores.astype(np.float32),
        probabilities=probabilities,
        fold=fold,
        basis=basis,
        chosen=chosen,
        no_code=none,
        themes=(),
        theme_probability=none[:, None][:, :0],
        plausible=chosen[:, :0],
    )
