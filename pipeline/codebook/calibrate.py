"""From scores to probabilities: Platt scaling learned on documents left out."""

from __future__ import annotations

import numpy as np

from pipeline.codebook.clues import F64
from pipeline.codebook.fit_sklearn import platt
from pipeline.records import Bools, Floats, Ints

_CALIBRATED_ON = 5  # the best five codes (themes) of an utterance enter the calibration (docs/method.md)


def logit(scores: F64) -> F64:
    """Log-odds of each code after the scores were scaled to sum to 1 over the codes."""
    log_p = np.minimum(scores - np.logaddexp.reduce(scores, axis=1, keepdims=True), -1e-6)
    odds: F64 = log_p - np.log(-np.expm1(log_p))
    return odds


def theme_logit(scores: F64, theme: Ints, n_themes: int) -> F64:
    """Log-odds [m, themes] that the scores, scaled to sum to 1, give to the codes of each theme together."""
    total = np.full((len(scores), n_themes), -np.inf)
    for j, k in enumerate(theme):
        total[:, k] = np.logaddexp(total[:, k], scores[:, j])
    return logit(total)


def calibrated(left_out: F64, truth: Bools, new: F64) -> Floats:
    """Probabilities for the log-odds in new, after those of documents left out and whether they came true."""
    best = np.argsort(-left_out, axis=1, kind="stable")[:, :_CALIBRATED_ON]
    slope, intercept = platt(
        np.take_along_axis(left_out, best, axis=1).ravel(), np.take_along_axis(truth, best, axis=1).ravel()
    )
    return logistic(slope * new + intercept)


def logistic(odds: F64) -> Floats:
    """Probabilities of log-odds."""
    p: Floats = np.exp(-np.logaddexp(0, -odds)).astype(np.float32)
    return p
