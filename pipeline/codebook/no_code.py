"""Whether any code of the book applies, learned from what people worked past."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.codebook.calibrate import logistic
from pipeline.codebook.clues import inner_folds
from pipeline.codebook.evidence import Evidence, documents_of
from pipeline.codebook.fit_sklearn import log_odds, platt
from pipeline.config import CodebookConfig
from pipeline.records import Bools, Floats

_REGULARISATION = 3.0  # C; 1 to 10 were level on two sets
_NEARNESS = 3.0  # the best cosine to a definition lies within .2 to .6: spread out like the other columns


@dataclass(frozen=True, slots=True, eq=False)
class NoCode:
    """Probability that no code applies.  new: float32 [new rows].  left_out: float32 [n], each learned without its own
    document, NaN where there is none.  Both all NaN where the evidence does not allow a number."""

    new: Floats
    left_out: Floats


def no_code(evidence: Evidence, coded: Bools, worked: Bools, new: Bools, config: CodebookConfig) -> NoCode:
    """Learned from the rows in `worked`: those coded against those that people worked past, in whole documents.

    NaN from fewer than codebook.min_documents documents, or where people coded everything or nothing.
    """
    unknown = NoCode(np.full(int(new.sum()), np.nan, np.float32), np.full(len(worked), np.nan, np.float32))
    documents = documents_of(evidence, worked)
    if len(documents) < config.min_documents or not _both(coded[worked]) or not len(evidence.codes):
        return unknown
    features, fold = _features(evidence), inner_folds(evidence, documents, config)
    odds = np.full(len(worked), np.nan)
    for number in range(int(fold.max()) + 1):
        kept, out = worked & (fold != number), worked & (fold == number)
        if _both(coded[kept]):
            odds[out] = log_odds(features[kept], ~coded[kept], _REGULARISATION, features[out])
    known = ~np.isnan(odds)
    if not _both(coded[known]):
        return unknown
    slope, intercept = platt(odds[known], ~coded[known])
    found = log_odds(features[worked], ~coded[worked], _REGULARISATION, features[new])
    left_out = unknown.left_out
    left_out[known] = logistic(slope * odds[known] + intercept)
    return NoCode(logistic(slope * found + intercept), left_out)


def _both(coded: Bools) -> bool:
    return bool(coded.any() and not coded.all())


def _features(evidence: Evidence) -> Floats:
    nearest = (evidence.vectors.mixed @ evidence.codes.T).max(axis=1, keepdims=True)
    columns = [evidence.vectors.mixed, np.float32(_NEARNESS) * nearest]
    if evidence.words:
        columns.append(np.log1p(np.array(evidence.words, np.float32))[:, None])
    features: Floats = np.concatenate(columns, axis=1).astype(np.float32)
    return features
