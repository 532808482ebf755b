"""The order in which to read: what brings codes nearer to three meetings first, every third utterance at random."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from pipeline.compare.intervals import F64
from pipeline.compare.units import Machine
from pipeline.records import Bools, Floats

MEETINGS = 3
RANDOM_EVERY = 3
"""Every third utterance is drawn: what the machine cannot foresee is met, too, and it never costs more than that."""
MOST_CHOSEN = 5000
"""The rest, beyond this many utterances, stands in random order: nobody reads so far by a list."""
_BLOCK = 64
_LEAST = 0.01  # of a meeting: an expected gain below this is none; .001 to .1 make no difference on four sets
_SHARPNESS = 1.5  # of scores without probabilities: standard deviations of one code's scores, times this, as log-odds

I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """An order of n rows.  rows: int64 [n].  gain: float64 [n], the expected progress of each when its turn came.

    drawn: bool [n], is it there at random.  code: int64 [n], the code for which it was chosen, -1 where drawn, and
    where it was chosen because no known code fits it well.  All in the order of reading.
    """

    rows: I64
    gain: F64
    drawn: Bools
    code: I64


def lots(ids: Sequence[str], seed: int) -> I64:
    """A fixed random order of utterances, whatever order they come in: the rank of the hash of each id, int64 [n]."""
    keys = [hashlib.sha256(f"{seed}:{each}".encode()).digest() for each in ids]
    rank = np.empty(len(keys), dtype=np.int64)
    rank[sorted(range(len(keys)), key=lambda i: (keys[i], ids[i]))] = np.arange(len(keys))
    return rank


def best_fit(machine: Machine) -> F64:
    """How well the best known code fits each utterance, float64 [n]; low: perhaps something new.

    The highest probability, or where there is none the highest score, scaled to 0 .. 1 over those utterances.
    """
    known = np.isfinite(machine.scores).any(axis=0)
    if not known.any():
        return np.zeros(len(machine.scores))
    fit: F64 = np.nan_to_num(machine.probabilities[:, known].astype(np.float64), nan=-1.0).max(axis=1)
    vague = fit < 0
    if vague.any():
        scores = _finite(machine.scores[np.ix_(vague, known)]).max(axis=1)
        fit[vague] = (scores - scores.min()) / max(float(np.ptp(scores)), 1e-9)
    return fit


def likely(machine: Machine) -> F64:
    """How likely each code stands on each utterance, float64 [n, codes]; 0 for codes that the machine does not know.

    The calibrated probabilities, less the chance that no code applies.  Where there are none: a softmax over the codes
    of each code's scores in standard deviations, which orders well and means nothing as a number.  0 for codes that
    people refused, which have no score on that utterance.
    """
    known = np.isfinite(machine.scores).any(axis=0)
    found = np.where(np.isnan(machine.probabilities), 0.0, machine.probabilities.astype(np.float64))
    vague = np.isnan(machine.probabilities[:, known]).all(axis=1)
    if known.any() and vague.any():
        scores = _finite(machine.scores[np.ix_(vague, known)])
        spread = scores.std(axis=0)
        apart = _SHARPNESS * (scores - scores.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
        odds = np.exp(apart - apart.max(axis=1, keepdims=True))
        found[np.ix_(vague, known)] = odds / odds.sum(axis=1, keepdims=True)
    found[~np.isfinite(machine.scores)] = 0.0
    return found * (1 - np.nan_to_num(machine.no_code.astype(np.float64), nan=0.0))[:, None]


def _finite(scores: Floats) -> F64:
    """Scores [n, codes]; where there is none, the lowest of its code, 0 if it has none here at all."""
    found: F64 = scores.astype(np.float64)
    lowest = np.where(np.isfinite(found), found, np.inf).min(axis=0)
    return np.where(np.isfinite(found), found, np.where(np.isfinite(lowest), lowest, 0.0))


def wanting(met: F64) -> F64:
    """What one more meeting of each code is worth: 1 up to two meetings, then less, nothing from the third on."""
    weight: F64 = np.clip(MEETINGS - met, 0.0, 1.0)
    return weight


def reading_order(chance: F64, fit: F64, met: F64, lot: I64, limit: int | None = None) -> Order:
    """All rows (at most `limit`) in the order in which to read them.

    chance: float64 [n, codes], see likely.  fit: float64 [n], see best_fit.  met: float64 [codes], how often each code
    was met so far.  lot: int64 [n], a random order.  Two of three rows are the ones expected to bring most codes nearer
    to three meetings, given what was met and what the rows before are expected to bring; the third is drawn.  Once
    nothing more is expected of the known codes, those come in place of the two which fit the known codes least.
    Exact greedy choice; gains only fall while reading, so that old gains bound new ones (Minoux, 1978,
    doi:10.1007/BFb0006528).
    """
    n = len(lot) if limit is None else min(limit, len(lot))
    queue = np.argsort(lot)
    met, left, bound = met.astype(np.float64), np.ones(len(lot), dtype=bool), chance @ wanting(met)
    picked: list[tuple[int, float, bool, int]] = []
    while len(picked) < min(n, MOST_CHOSEN):
        weight = wanting(met)
        by_lot = len(picked) % RANDOM_EVERY == RANDOM_EVERY - 1
        i = int(queue[left[queue].argmax()]) if by_lot else _best(chance, weight, bound)
        if not by_lot and bound[i] <= _LEAST:
            break
        code = -1 if by_lot else int((chance[i] * weight).argmax())
        picked.append((i, float(chance[i] @ weight), by_lot, code))
        met, left[i], bound[i] = met + chance[i], False, -1.0
    weight = wanting(met)
    rest = [int(i) for i in np.lexsort((lot, fit)) if left[i]] if len(picked) < n else []
    ends = islice(alternate(rest, [int(i) for i in queue if left[i]], 2), n - len(picked))
    picked += [(i, float(chance[i] @ weight), by_lot, -1) for i, by_lot in ends]
    rows, gain, drawn, code_of = zip(*picked, strict=True) if picked else ((), (), (), ())
    return Order(
        rows=np.array(rows, dtype=np.int64),
        gain=np.array(gain, dtype=np.float64),
        drawn=np.array(drawn, dtype=bool),
        code=np.array(code_of, dtype=np.int64),
    )


def alternate(named: Sequence[int], queue: Sequence[int], every: int) -> Iterator[tuple[int, bool]]:
    """(row, drawn) for every row: of `every` rows the last is drawn, the others are those named; each row once.

    queue: all rows in random order.
    """
    taken: set[int] = set()
    first, second = iter(named), iter(queue)
    while len(taken) < len(queue):
        drawn = len(taken) % every == every - 1
        i = None if drawn else next((row for row in first if row not in taken), None)
        drawn = i is None
        i = next(row for row in second if row not in taken) if i is None else i
        taken.add(i)
        yield i, drawn


def _best(chance: F64, weight: F64, bound: F64) -> int:
    """The row of highest gain, the first of equals; bound [n] is brought up to date where that was needed."""
    fresh = np.zeros(len(bound), dtype=bool)
    while True:
        top = int(bound.argmax())
        if fresh[top] or bound[top] < 0:
            return top
        some = np.argpartition(-bound, min(_BLOCK, len(bound)) - 1)[:_BLOCK]
        some = some[(bound[some] >= 0) & ~fresh[some]]
        some = some if len(some) else np.array([top])
        bound[some] = chance[some] @ weight
        fresh[some] = True
