"""Who speaks in rows whose speaker cell is blank: merged cells, sheets that name a speaker once for several rows."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.ingest.drafts import key_of
from pipeline.ingest.tables import Grid, Row
from pipeline.records import Problem

_CARRIED = ("document", "speaker", "role", "site")  # a merged text is one text, not one for each row
_LEAST = 3  # blank cells: one or two are as likely forgotten


def unmerged(grid: Grid, places: Mapping[str, int]) -> tuple[Grid, list[Problem]]:
    """The sheet with the text of merged cells in each of their rows, in the columns that say who speaks where."""
    carried = [places[column] for column in _CARRIED if column in places]
    rows, filled = [], 0
    for row in grid.rows[1:]:
        cells = list(row.cells)
        for at in carried:
            if (row.line, at) in grid.merged:
                cells[at] = grid.merged[row.line, at]
                filled += at == places.get("speaker", -1)
        rows.append(Row(row.line, tuple(cells)))
    rows_told = "1 row stands" if filled == 1 else f"{filled} rows stand"
    told = f"{rows_told} beside a merged speaker cell: the speaker was carried over"
    problems = [Problem(grid.where, told)] if filled else []
    return replace(grid, rows=(grid.rows[0], *rows)), problems


def carried_down(labels: Sequence[str], where: str) -> tuple[list[str], list[Problem]]:
    """The labels of a document's rows, blank ones filled with the one above where the sheet looks as if it meant that.

    It does if the first row has a label, at least three have none, and no label stands directly below itself: who
    repeats names fills every cell.  Else blank cells stay blank, which is an unknown speaker.
    """
    keys = [key_of(label) for label in labels]
    blank = sum(not key for key in keys)
    repeated = any(above and above == below for above, below in itertools.pairwise(keys))
    if blank < _LEAST or not keys[0] or repeated or len(set(filter(None, keys))) < 2:
        return list(labels), []
    filled: list[str] = []
    for label in labels:
        filled.append(label or filled[-1])
    told = f"{blank} blank speaker cells were read as the speaker above, since no name is repeated from row to row"
    return filled, [Problem(where, told, "Write a name, or a question mark, into each cell if this is wrong.")]
