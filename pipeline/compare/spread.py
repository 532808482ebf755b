"""An order of reading without any codes: the candidate themes in turn, and every third utterance at random."""

from __future__ import annotations

import numpy as np

from pipeline.compare.order import I64, RANDOM_EVERY, alternate
from pipeline.records import Floats, Ints


def spread_order(theme: Ints, membership: Floats, lot: I64) -> list[tuple[int, bool, int]]:
    """(row, drawn at random, turn) for all rows in the order in which to read them.

    theme: int32 [n], the largest first, -1 = set aside.  In turn 0 each theme names its utterance of highest
    membership, in turn 1 the next, and so on; every third row is drawn, and so are those that are set aside at last.
    lot: int64 [n], a random order, which also breaks ties.
    """
    n = len(theme)
    turn = np.zeros(n, dtype=np.int64)
    for k in np.unique(theme):
        here = np.flatnonzero(theme == k)
        turn[here[np.lexsort((lot[here], -membership[here]))]] = np.arange(len(here))
    placed = np.flatnonzero(theme >= 0)
    named = [int(i) for i in placed[np.lexsort((theme[placed], turn[placed]))]]
    return [(i, drawn, int(turn[i])) for i, drawn in alternate(named, [int(i) for i in np.argsort(lot)], RANDOM_EVERY)]
