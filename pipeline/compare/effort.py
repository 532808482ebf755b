"""How much has to be read until the codes were met?  The machine's order against random reading."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.compare.intervals import F64
from pipeline.records import Bools, Effort, Floats

MEETINGS = 3
SHARE = 0.95
POINTS = 25


def reading_effort(values: Bools, scores: Floats | None, reason: str = "") -> Effort:
    """Utterances to read until 95% of the codes (of those used at least 3 times) were met three times.

    values: bool [n, codes], coded utterances in canonical order.  scores: float32 [n, codes], held out, which give the
    machine's order; None if there are none: then only random reading is given.  reason: what the order rests on, or
    why there is none.  At the curve's points without an order the suggested share repeats the random one.
    """
    often = values.sum(axis=0) >= MEETINGS
    n, n_codes = len(values), int(often.sum())
    if not n_codes:
        return Effort(None, None, n, 0, reason=f"no code was used {MEETINGS} times")
    uses = values[:, often]
    by_chance = random_share(uses.sum(axis=0), n)
    by_machine = None if scores is None else share_met(uses[reading_order(scores)])
    # denser at the start, where the orders differ
    points = np.unique(np.round(np.linspace(0, 1, POINTS) ** 2 * n).astype(np.int64))
    shown = by_chance if by_machine is None else by_machine
    return Effort(
        suggested=None if by_machine is None else _first(by_machine),
        random=float(_first(by_chance)),
        total=n,
        n_codes=n_codes,
        curve=tuple((int(r), float(shown[r]), float(by_chance[r])) for r in points),
        reason=reason,
    )


def reading_order(scores: Floats) -> NDArray[np.int64]:
    """All utterances, those first that are most likely to show a code again; int64 [n].

    scores: float32 [n, codes].  In turn each code names its best utterance that is not yet in the order; within a
    turn the code with the highest score goes first.  No human coding is looked at.  Ties by code, then by row.
    Codes without finite scores (the machine does not know them) name nothing.
    """
    scores = scores[:, np.isfinite(scores).all(axis=0)]
    n, n_codes = scores.shape
    if not n_codes:
        return np.arange(n)
    lists = np.argsort(-scores, axis=0, kind="stable")
    taken = np.zeros(n, dtype=bool)
    cursor = np.zeros(n_codes, dtype=np.int64)
    order: list[int] = []
    while len(order) < n:
        heads = []
        for j in range(n_codes):
            while cursor[j] < n and taken[lists[cursor[j], j]]:
                cursor[j] += 1
            if cursor[j] < n:
                heads.append((-float(scores[lists[cursor[j], j], j]), j, int(lists[cursor[j], j])))
        for _, _, i in sorted(heads):
            if not taken[i]:
                taken[i] = True
                order.append(i)
    return np.array(order, dtype=np.int64)


def share_met(uses: Bools) -> F64:
    """Share of the codes met at least three times after reading 0 .. n utterances in this order, float64 [n + 1]."""
    met = np.cumsum(uses, axis=0) >= MEETINGS
    return np.concatenate([[0.0], met.mean(axis=1)])


def random_share(uses: NDArray[np.int64], n: int) -> F64:
    """Expected share of the codes met at least three times after reading r of n utterances at random, r = 0 .. n.

    uses: int [codes], utterances with the code.  Exact: the hypergeometric chance of fewer than three meetings.
    """
    from scipy.special import gammaln

    log_factorial = gammaln(np.arange(n + 1) + 1.0)

    def log_choose(top: NDArray[np.int64], k: NDArray[np.int64]) -> F64:
        valid = (k >= 0) & (k <= top)
        inside = np.where(valid, k, 0)
        logs: F64 = log_factorial[top] - log_factorial[inside] - log_factorial[top - inside]
        return np.where(valid, logs, -np.inf)

    sizes, times = np.unique(uses, return_counts=True)
    read, size = np.arange(n + 1)[:, None], sizes[None, :]
    whole = log_choose(np.full_like(read, n), read)
    fewer = np.zeros((n + 1, len(sizes)))
    for k in range(MEETINGS):
        some = np.full_like(size, k)
        fewer += np.exp(log_choose(size, some) + log_choose(n - size, read - k) - whole)
    share: F64 = (1 - np.minimum(fewer, 1.0)) @ times / times.sum()
    return share


def _first(share: F64) -> int:
    """The least number of utterances with which the share is reached (rounding aside); always reached at the end."""
    return int(np.flatnonzero(share >= SHARE - 1e-9)[0])
