"""The one adapter to scikit-learn's regressions in this room."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from pipeline.records import Bools, Floats, Ints


def log_probabilities(rows: Floats, classes: Ints, weights: Floats, regularisation: float, new: Floats) -> Floats:
    """float32 [n, classes]: softmax regression learned from weighted rows, applied to new rows.

    classes: int32 per row, every class from 0 to the highest occurs.  regularisation: scikit-learn's C.
    """
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    # One thread: with two on busy cores the same small fit took 30 times as long, and sums came in varying order.
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # 100 iterations are enough for the ranking; convergence is not the aim
        model = LogisticRegression(C=regularisation, max_iter=100)
        model.fit(rows, classes, sample_weight=weights)
        if len(model.classes_) == 2:
            margin = model.decision_function(new).astype(np.float64)
            return np.stack([-np.logaddexp(0, margin), -np.logaddexp(0, -margin)], axis=1).astype(np.float32)
        found: Floats = model.predict_log_proba(new).astype(np.float32)
    return found


def log_odds(rows: Floats, truth: Bools, regularisation: float, new: Floats) -> NDArray[np.float64]:
    """float64 [new]: log-odds of a logistic regression that learned from rows of both kinds.  C as above."""
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = LogisticRegression(C=regularisation, max_iter=100).fit(rows, truth)
        found: NDArray[np.float64] = model.decision_function(new).astype(np.float64)
    return found


def platt(logits: NDArray[np.float64], truth: Bools) -> tuple[float, float]:
    """Slope and intercept of Platt scaling: P(true) = 1 / (1 + exp(-(slope x logit + intercept))).

    Source: Platt (1999), "Probabilistic outputs for support vector machines", with its smoothed targets, so that a few
    codings that happen to be separable do not make anything certain. If the truth is all one value there is nothing to
    learn: (1.0, 0.0). If true ones rank lower, the ranking tells nothing: slope 0, the intercept is their log-odds.
    """
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    if truth.all() or not truth.any():
        return 1.0, 0.0
    n_true, n_false = int(truth.sum()), int((~truth).sum())
    target = np.where(truth, (n_true + 1) / (n_true + 2), 1 / (n_false + 2))
    with threadpool_limits(1):
        model = LogisticRegression(C=1e6, max_iter=1000).fit(
            np.tile(logits, 2)[:, None], np.repeat([True, False], len(truth)), np.concatenate([target, 1 - target])
        )
    slope, intercept = float(model.coef_[0, 0]), float(model.intercept_[0])
    return (slope, intercept) if slope > 0 else (0.0, float(np.log(n_true / n_false)))
