"""Which codes the machine would give: as many as people do, leaning towards the rarer ones."""

from __future__ import annotations

import numpy as np

from pipeline.codebook.clues import F64
from pipeline.records import Bools, CodingTable, Floats

# This part of a code's log frequency is taken off before codes are chosen: agreement per code counts a rare code as
# much as a common one, while the most probable code is mostly a common one. Choosing it on inner folds was no better.
_RARE = 0.35
# Tried for "no code"; the machine may lose this much macro kappa on coded utterances for the sake of the others.
_THRESHOLDS = tuple(k / 20 for k in range(6, 20))
_LOSS = 0.01
_OFTEN = 10


def leaning(logits: F64, frequency: F64) -> F64:
    """Log-odds [m, codes] moved towards rare codes.  frequency: log share of each code, broadcastable."""
    return logits - _RARE * frequency


def codes_per_utterance(table: CodingTable, rows: Bools) -> float:
    """How many codes a coder gives an utterance that she codes, mean over coders and utterances; 1.0 if nobody did."""
    counts = table.values[:, rows].sum(axis=2)
    return float(counts[counts > 0].mean()) if counts.any() else 1.0


def further_threshold(leant: F64, per_utterance: float) -> float:
    """From which log-odds on a code is given beside the best, so that utterances get `per_utterance` codes on average.

    leant: [m, codes] on documents left out.  Infinite where people give one code each, or there is nothing to tell by.
    """
    n_further = round((per_utterance - 1) * len(leant))
    if n_further <= 0 or leant.shape[1] < 2:
        return float("inf")
    further = np.sort(leant, axis=1)[:, :-1].ravel()
    return float(np.sort(further)[::-1][min(n_further, len(further)) - 1])


def choose(leant: F64, threshold: float, empty: Bools) -> Bools:
    """bool [m, codes]: the best code and those from the threshold on; nothing in rows that are `empty`."""
    chosen: Bools = leant >= threshold
    if leant.shape[1]:
        chosen[np.arange(len(leant)), leant.argmax(axis=1)] = True
    chosen[empty] = False
    return chosen


def no_code_threshold(p_none: Floats, coded: Bools, given: Bools, chosen: Bools, at: Floats) -> float:
    """From which probability of "no code" on an utterance gets none; infinite where that probability tells nothing.

    p_none, coded: of the utterances that people worked on.  given, chosen: bool [m, codes], codes of people and machine
    on the coded ones, p_none there is `at`.  All learned without the utterance's document.

    Of the thresholds under which the machine loses at most .01 of macro kappa on coded utterances, the one with the
    highest kappa of coded against uncoded: accuracy would say "coded" to everything where most utterances are.
    """
    before = _macro_kappa(given, chosen)
    best, highest = float("inf"), 0.0
    for threshold in _THRESHOLDS:
        agreement = float(kappa(coded, p_none < threshold))
        if agreement > highest and _macro_kappa(given, chosen & (at < threshold)[:, None]) >= before - _LOSS:
            best, highest = threshold, agreement
    return best


def _macro_kappa(given: Bools, chosen: Bools) -> float:
    """Mean kappa over the codes given often enough to be judged, over all given if none was; 0 where undefined.

    Rare codes are left out here as in the comparison: their kappa is near 0 anyway and would hide what is lost.
    """
    uses = given.sum(axis=0)
    values = kappa(given, chosen)[uses >= min(_OFTEN, max(uses.max(initial=0), 1))]
    values = values[~np.isnan(values)]
    return float(values.mean()) if len(values) else 0.0


def kappa(first: Bools, second: Bools) -> F64:
    """Cohen's kappa of each column (doi:10.1177/001316446002000104); NaN where both are constant and alike."""
    both = (first & second).mean(axis=0)
    p, q = first.mean(axis=0), second.mean(axis=0)
    observed, expected = 1 - p - q + 2 * both, p * q + (1 - p) * (1 - q)
    with np.errstate(divide="ignore", invalid="ignore"):
        value: F64 = np.where(expected < 1, (observed - expected) / (1 - expected), np.nan)
    return value
