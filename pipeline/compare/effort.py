"""How much has to be read until the codes were met?  The machine's order against random reading."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.compare.intervals import F64
from pipeline.compare.order import I64, MEETINGS, best_fit, likely, lots, reading_order
from pipeline.compare.units import Machine, Study, has_code
from pipeline.config import CompareConfig
from pipeline.records import Bools, Effort

SHARE = 0.95
POINTS = 25
BATCH = 25
"""Utterances that are read and coded before the order is made anew."""
DRAWS = 10
"""The order draws every third utterance by lot: the curve is the mean over so many draws."""


def effort(study: Study, machine: Machine | None, definitions: Machine | None, config: CompareConfig) -> Effort:
    """Reading effort over the coded utterances, in the order that triage would give, asked again every 25 utterances.

    The chances were learned without the utterance's document, the count of what was met starts at nothing.
    Where coded utterances were not held out, by the definitions alone; where there are none, random reading only.
    """
    units = has_code(study.coded)
    if machine is not None and (machine.fold[units] >= 0).all():
        basis, reason = machine, ""
    elif definitions is not None:
        basis, reason = definitions, "the order rests on the definitions alone"
    else:
        return reading_effort(study.coded[units], None, "the machine gives no order: nothing was held out")
    chance = likely(basis)[units]
    ids = [study.ids[i] for i in np.flatnonzero(units)]
    seeds = range(config.seed, config.seed + min(DRAWS, config.draws))
    fit, values = best_fit(basis)[units], study.coded[units]
    orders = [with_feedback(values, chance, fit, lots(ids, seed)) for seed in seeds]
    return reading_effort(study.coded[units], orders, reason)


def with_feedback(values: Bools, chance: F64, fit: F64, lot: I64) -> I64:
    """The rows in the order in which a team would read them that codes 25, then asks again; int64 [n].

    values: bool [n, codes], looked at only for what was read.  chance, fit, lot: see reading_order; the chances stay.
    """
    left = np.arange(len(lot))
    read = np.zeros(0, dtype=np.int64)
    while len(left):
        met = values[read].sum(axis=0).astype(np.float64)
        batch = left[reading_order(chance[left], fit[left], met, lot[left], BATCH).rows]
        read, left = np.concatenate([read, batch]), np.setdiff1d(left, batch)
    return read


def reading_effort(values: Bools, orders: Sequence[I64] | None, reason: str = "") -> Effort:
    """Utterances to read until 95% of the codes (of those used at least 3 times) were met three times.

    values: bool [n, codes], coded utterances in canonical order.  orders: orders of reading them, of which the mean
    curve counts; None if there are none: then only random reading is given.  reason: what the orders rest on, or
    why there is none.  At the curve's points without an order the suggested share repeats the random one.
    """
    often = values.sum(axis=0) >= MEETINGS
    n, n_codes = len(values), int(often.sum())
    if not n_codes:
        return Effort(None, None, n, 0, reason=f"no code was used {MEETINGS} times")
    uses = values[:, often]
    by_chance = random_share(uses.sum(axis=0), n)
    by_machine = None if orders is None else np.mean([share_met(uses[rows]) for rows in orders], axis=0)
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
