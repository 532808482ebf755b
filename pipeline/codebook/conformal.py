"""Sets of codes that hold all of a person's codes nine times in ten."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.codebook.clues import F64
from pipeline.records import Bools

MISS = 0.1
LEAST_DOCUMENTS = 9  # with fewer no set short of all codes can promise nine in ten: 1 / (9 + 1) = MISS


def weakest(logits: F64, given: Bools) -> F64:
    """[m]: log-odds of the least likely of the codes that people gave each utterance; every row has one."""
    low: F64 = np.where(given, logits, np.inf).min(axis=1, initial=np.inf)
    return low


def limit(conformity: F64, documents: Sequence[str]) -> float:
    """From which log-odds on a code is plausible; minus infinity if documents are too few.

    conformity: weakest() for utterances of documents left out.  Documents, not utterances, are exchangeable, so each
    document weighs the same and one more, unseen and worst of all, is added: hierarchical conformal prediction (Lee,
    Barber and Willett 2023, arXiv:2306.06342; Dunn, Wasserman and Ramdas 2022, arXiv:1809.07441).
    """
    names, where = np.unique(np.array(documents), return_inverse=True)
    if len(names) < LEAST_DOCUMENTS:
        return float("-inf")
    weight = 1 / (len(names) + 1) / np.bincount(where)[where]
    order = np.argsort(conformity, kind="stable")
    missed = 1 / (len(names) + 1) + np.concatenate([[0.0], np.cumsum(weight[order])[:-1]])
    # Highest value below which, with the unseen document, lies at most MISS of the weight.
    allowed = int(np.searchsorted(missed, MISS + 1e-9, side="right")) - 1
    return float(conformity[order[max(allowed, 0)]])


def plausible(logits: F64, lowest: float) -> Bools:
    """bool [m, codes]: every code from `lowest` on, and always the best one."""
    inside: Bools = logits >= lowest
    if logits.shape[1]:
        inside[np.arange(len(logits)), logits.argmax(axis=1)] = True
    return inside
