"""How much each clue counts in this study: weights learned on documents left out, held near sensible ones."""

from __future__ import annotations

import numpy as np

from pipeline.codebook.clues import F64
from pipeline.config import CodebookConfig

# Weights before anything was learned: regression, prototype, frequency, neighbours; the definition has
# codebook.similarity_weight. The regression learns how frequent codes are from many utterances, but where these come
# from one or two documents it says little about the next: there frequency counts up to half less. And how far codings
# may move each weight: one standard deviation. Both set by hand on four studies (docs/method.md).
_START = (1.0, 1.0, -0.5, 0.1, 0.2)
_SPREAD = (0.5, 2.0, 2.0, 0.3, 0.3, 0.3)
_SETTLED = 20  # utterances from which on the regression leans on frequencies
_STEPS = 30


def start(n_documents: int, n_utterances: int, config: CodebookConfig) -> F64:
    """The weights [6] that hold when nothing tells about them but how much was coded (both counts at least 1)."""
    regression, prototype, frequency, beside, around = _START
    frequency *= n_utterances / (n_utterances + _SETTLED) / max(n_documents, 1)
    return np.array([regression, config.similarity_weight, prototype, frequency, beside, around], np.float64)


def weigh(clues: F64, shares: F64, n_documents: int, config: CodebookConfig) -> F64:
    """Weights [6] under which the codes that people gave are most likely, given a normal prior around start().

    clues: [m, codes, 6], each row learned without its own document.  shares: [m, codes], rows sum to 1.
    A conditional logit (McFadden 1974, "Conditional logit analysis of qualitative choice behavior"), stacked on
    held-out predictions (Wolpert 1992, doi:10.1016/S0893-6080(05)80023-1), by Newton's method with step halving.
    """
    first = start(n_documents, len(clues), config)
    weights, precision = first, 1 / np.square(np.array(_SPREAD))

    def fit(at: F64) -> tuple[float, F64]:
        z = clues @ at
        log_p = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
        penalty = float((precision * np.square(at - first)).sum())
        return float((shares * log_p).sum()) - 0.5 * penalty, np.exp(log_p)

    value, p = fit(weights)
    for _ in range(_STEPS):
        mean = np.einsum("nc,nck->nk", p, clues)
        slope = np.einsum("nc,nck->k", shares, clues) - mean.sum(axis=0) - precision * (weights - first)
        weighted = (clues * p[:, :, None]).reshape(-1, clues.shape[2])
        curve = weighted.T @ clues.reshape(-1, clues.shape[2]) - mean.T @ mean + np.diag(precision)
        step, length = np.linalg.solve(curve, slope), 1.0
        while length > 1e-4 and (new := fit(weights + length * step))[0] < value:
            length /= 2
        if length <= 1e-4:
            break
        weights, gain, (value, p) = weights + length * step, new[0] - value, new
        if gain < 1e-6:
            break
    return weights
