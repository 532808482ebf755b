"""Times in a recording as columns of tables hold them: what a whole column says of the unit of its cells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pipeline.ingest.tables import Table
from pipeline.ingest.times import milliseconds
from pipeline.records import Problem

_DAY = 86_400_000
_HOUR = 3_600_000
_MINUTE = 60_000
_FRACTION = re.compile(r"0?[.,]\d+|0|\d+(?:[.,]\d+)?[eE]-\d+")
_DECIMALS = 4  # seconds with more decimals are no seconds: Excel keeps a time as a part of the day
_LEAST = 3
_LONG = 4 * _HOUR
_SHEETS = ("xlsx", "ods")
_CUT = 999  # a full second as a part of the day ends just below it


def times_of(table: Table, column: str, in_milliseconds: bool) -> tuple[Mapping[int, int], list[Problem]]:
    """The times in a column in milliseconds by line of the table, and what was noticed.

    in_milliseconds: plain numbers count so, because the heading says it.  Else plain numbers are seconds, or parts of
    a day where all of them are below 1 and some have more than four decimals.
    """
    cells = {row.line: cell for row in table.rows if (cell := table.cell(row, column))}
    if not cells:
        return {}, []
    problems = []
    heading = table.headings[table.columns[column]].strip()
    if _are_parts_of_a_day(list(cells.values())):
        found = {line: round(float(cell.replace(",", ".")) * _DAY) for line, cell in cells.items()}
        told = f"the times in {heading!r} are parts of a day, as Excel keeps them; they were turned into seconds"
        problems.append(Problem(table.name, told))
    else:
        found = {line: ms for line, cell in cells.items() if (ms := _one(cell, in_milliseconds)) is not None}
        if table.encoding in _SHEETS:
            found = {line: ms + (ms % 1000 == _CUT) for line, ms in found.items()}
        if table.encoding in _SHEETS and _are_minutes(list(cells.values()), found):
            found = {line: ms // 60 for line, ms in found.items()}
            told = (
                f"the times in {heading!r} were taken for hours by the spreadsheet; they were read as minutes:seconds"
            )
            problems.append(Problem(table.name, told, "Check a few; write 0:01:02 or seconds if this is wrong."))
    if bad := [line for line in cells if line not in found]:
        told = f"{len(bad)} cells of {heading!r} are no time, such as {cells[bad[0]]!r} in line {bad[0]}"
        problems.append(Problem(table.name, told, "Write times as 1:02:03 or as seconds."))
    return found, problems


def _one(cell: str, in_milliseconds: bool) -> int | None:
    found = milliseconds(cell)
    return found // 1000 if found is not None and in_milliseconds and ":" not in cell else found


def _are_parts_of_a_day(cells: Sequence[str]) -> bool:
    if not all(_FRACTION.fullmatch(cell) for cell in cells):
        return False
    values = [float(cell.replace(",", ".")) for cell in cells]
    return all(value < 1 for value in values) and any(value != round(value, _DECIMALS) for value in values)


def _are_minutes(cells: Sequence[str], found: Mapping[int, int]) -> bool:
    """Who types 25:10 into a spreadsheet gets 25 hours.  A talk that begins in its first hour, lasts more than four and
    was never stamped off the full minute is such a one."""
    times = list(found.values())
    clocks = len(times) >= _LEAST and len(times) == len(cells) and all(":" in cell for cell in cells)
    return clocks and not any(time % _MINUTE for time in times) and times[0] < _HOUR and max(times) >= _LONG
