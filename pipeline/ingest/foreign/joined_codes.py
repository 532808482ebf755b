"""Codes that ATLAS.ti joins in one cell by `, ` or by line feeds, although names hold commas themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence

_MARK = re.compile(r",\s+")


def parted(cell: str, known: Sequence[str], number: str = "") -> tuple[str, ...]:
    """The codes in a cell, in its order.

    known: every way to write a code of the codebook, longest first.  number: how many there are, if the file tells.
    What stands between known codes is one unknown code, even if it holds a comma: nobody can tell.  Without known
    codes the cell is parted at line feeds, or at all commas if that gives as many codes as there are.
    """
    cell = cell.strip()
    if not cell:
        return ()
    if "\n" in cell:
        return tuple(line.strip() for line in cell.splitlines() if line.strip())
    if not known:
        parts = tuple(part.strip() for part in _MARK.split(cell) if part.strip())
        return parts if number == str(len(parts)) else (cell,)
    marks = [*_MARK.finditer(cell)]
    starts = [0, *(mark.end() for mark in marks)]
    ends = [*(mark.start() for mark in marks), len(cell)]
    codes = {code.casefold() for code in known}
    widest = 1 + max(code.count(",") for code in codes)
    found = _whole(cell, starts, ends, codes, widest)
    return tuple(found) if found else _greedy(cell, starts, ends, codes, widest)


def _whole(cell: str, starts: Sequence[int], ends: Sequence[int], codes: set[str], widest: int) -> list[str]:
    """The cell as known codes only, the longest first wherever there is a choice; empty if that is not possible."""
    steps: list[tuple[int, str] | None] = [None] * len(starts) + [(0, "")]
    for first in reversed(range(len(starts))):
        for last in reversed(range(first, min(first + widest, len(starts)))):
            piece = cell[starts[first] : ends[last]].strip()
            if piece.casefold() in codes and steps[last + 1] is not None:
                steps[first] = (last + 1, piece)
                break
    found, at = [], 0
    while at < len(starts) and (step := steps[at]) is not None:
        at = step[0]
        found.append(step[1])
    return found if at == len(starts) else []


def _greedy(cell: str, starts: Sequence[int], ends: Sequence[int], codes: set[str], widest: int) -> tuple[str, ...]:
    """Known codes from left to right, the longest first, and what stands between them."""
    found: list[str] = []
    first, open_from = 0, -1
    while first < len(starts):
        lasts = reversed(range(first, min(first + widest, len(starts))))
        last = next((i for i in lasts if cell[starts[first] : ends[i]].strip().casefold() in codes), -1)
        if last < 0:
            open_from = first if open_from < 0 else open_from
            first += 1
            continue
        if open_from >= 0:
            found.append(cell[starts[open_from] : ends[first - 1]].strip())
            open_from = -1
        found.append(cell[starts[first] : ends[last]].strip())
        first = last + 1
    if open_from >= 0:
        found.append(cell[starts[open_from] : ends[-1]].strip())
    return tuple(found)
