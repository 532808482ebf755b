"""What speaks for each code at each utterance: six clues, to be weighed against each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.codebook.evidence import Evidence, documents_of, folds
from pipeline.codebook.fit_sklearn import log_probabilities
from pipeline.config import CodebookConfig
from pipeline.records import Bools, Floats, Ints

F64 = NDArray[np.float64]

REGRESSION, DEFINITION, PROTOTYPE, FREQUENCY, NEXT, AROUND = range(6)
N_CLUES = 6
INNER_FOLDS = 5
_REACH = 3  # AROUND looks this many utterances back and ahead


@dataclass(frozen=True, slots=True, eq=False)
class LeftOut:
    """Clues for taught utterances, each learned without its own document.  rows: int [m].  clues: [m, codes, 6]."""

    rows: NDArray[np.intp]
    clues: F64


def clues(evidence: Evidence, train: Bools, new: Bools, config: CodebookConfig) -> F64:
    """float64 [new rows, codes, 6], learned from the coded rows in train; `new` holds whole documents.

    REGRESSION: log-probability of a softmax regression in which each definition is a row, too.  DEFINITION: cosine of
    utterance and code.  PROTOTYPE: cosine to the mean of definition and coded utterances.  FREQUENCY: log share of the
    code among codings.  NEXT, AROUND: by how much regression and definition speak louder for the code in the
    neighbouring utterances (one, three on each side) than in this one, since codings run over neighbouring utterances.
    """
    counts = evidence.table.n_givers[train].astype(np.float32)
    shares: Floats = counts / counts.sum(axis=1, keepdims=True)
    features, definitions = features_of(evidence, config)
    regression = _regression(evidence, features, definitions, shares, train, new, config).astype(np.float64)
    cosine = (evidence.vectors.mixed[new] @ evidence.codes.T).astype(np.float64)
    means = _unit(shares.T @ features[train] + np.float32(config.definition_weight) * definitions)
    used = shares.sum(axis=0, dtype=np.float64)
    frequency = np.log((used + 1) / (used.sum() + len(used)))
    base = regression + config.similarity_weight * cosine
    documents = [evidence.documents[i] for i in np.flatnonzero(new)]
    found = [regression, cosine, features[new] @ means.T, np.broadcast_to(frequency, base.shape)]
    found += [neighbours(base, documents, reach) - base for reach in (1, _REACH)]
    return np.stack(found, axis=2).astype(np.float64)


def features_of(evidence: Evidence, config: CodebookConfig) -> tuple[Floats, Floats]:
    """What the regression reads of utterances [n, 2d] and of definitions [codes, 2d]: mixed vector and question."""
    vectors, codes = evidence.vectors, evidence.codes
    features = np.concatenate([vectors.mixed, np.float32(config.question_weight) * vectors.question], axis=1)
    return features, np.concatenate([codes, np.zeros_like(codes)], axis=1)


def left_out_clues(evidence: Evidence, train: Bools, config: CodebookConfig) -> LeftOut | None:
    """Clues for the rows in train, in inner folds of whole documents; None with fewer than two documents."""
    documents = documents_of(evidence, train)
    if len(documents) < 2:
        return None
    fold = inner_folds(evidence, documents, config)
    rows, found = [], []
    for number in range(int(fold.max()) + 1):
        new = fold == number
        rows.append(np.flatnonzero(train & new))
        found.append(clues(evidence, train & ~new, new, config)[train[new]])
    return LeftOut(np.concatenate(rows), np.concatenate(found))


def inner_folds(evidence: Evidence, documents: Sequence[str], config: CodebookConfig) -> Ints:
    """int32 [n]: the inner fold of each utterance of these documents, -1 elsewhere."""
    return folds(evidence.documents, documents, min(INNER_FOLDS, len(documents)), config.seed)


def neighbours(scores: F64, documents: Sequence[str], reach: int) -> F64:
    """Mean over the utterances up to `reach` rows away in the same document, weight 1 / distance; alone: its own."""
    codes = {document: number for number, document in enumerate(sorted(set(documents)))}
    where = np.array([codes[document] for document in documents], np.int64)
    total, weight = np.zeros_like(scores), np.zeros(len(scores))
    for distance in range(1, min(reach, len(scores) - 1) + 1):
        same = (where[distance:] == where[:-distance]) / distance
        total[distance:] += same[:, None] * scores[:-distance]
        total[:-distance] += same[:, None] * scores[distance:]
        weight[distance:] += same
        weight[:-distance] += same
    alone = weight == 0
    mean: F64 = np.where(alone[:, None], scores, total / np.where(alone, 1, weight)[:, None])
    return mean


def _regression(
    evidence: Evidence,
    features: Floats,
    definitions: Floats,
    shares: Floats,
    train: Bools,
    new: Bools,
    config: CodebookConfig,
) -> Floats:
    """Each definition is a row of weight 3, so that a code that nobody used yet can be suggested; an utterance with m
    codes is m rows that share weight 1.

    A refused code without another in its place is no row. As a complementary label (Ishida et al. 2017,
    arXiv:1705.07541: one of the other codes, by what the regression thinks of them) it moved top-1, top-3 and macro
    kappa by .003, -.001 and .004 on four sets, within the noise of the draws, for twice the time; where no code
    applied at all, top-3 fell by up to .011.
    """
    n_codes = len(evidence.codes)
    if n_codes < 2:
        return np.zeros((int(new.sum()), n_codes), np.float32)
    rows, classes = np.nonzero(shares)
    return log_probabilities(
        np.concatenate([features[train][rows], definitions]),
        np.concatenate([classes, np.arange(n_codes)]).astype(np.int32),
        np.concatenate([shares[rows, classes], np.full(n_codes, config.definition_weight)]).astype(np.float32),
        config.regularisation,
        features[new],
    )


def _unit(rows: Floats) -> Floats:
    unit: Floats = (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    return unit
