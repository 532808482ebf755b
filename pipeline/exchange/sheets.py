"""Sheets of a workbook as plain records, and what a cell can hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

Cell = str | int | float | None
Row = tuple[Cell, ...]

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""Characters that make a spreadsheet take a text for a formula; https://owasp.org/www-community/attacks/CSV_Injection"""
MOST_UNITS = 32_767
"""UTF-16 units that Excel lets a cell hold."""
MOST_ROWS = 1_048_575
"""Rows below the headings that Excel lets a sheet hold."""
_CUT = " [… cut here by the limit of a cell]"
_FORBIDDEN = re.compile("[\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet.  widths: of the columns, in characters.  fixed: how many columns stay when scrolling sideways."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    widths: tuple[int, ...]
    fixed: int = 0


def about(lines: Iterable[tuple[str, str]]) -> Sheet:
    """The sheet that says what the file is and what it leaves out."""
    return Sheet("about", ("About", "In words"), tuple(lines), (24, 100))


def paged(sheets: Iterable[Sheet], most: int = MOST_ROWS) -> Iterator[Sheet]:
    """The sheets; one with more rows than Excel can hold goes on in further sheets, so that nothing is lost."""
    for sheet in sheets:
        yield replace(sheet, rows=sheet.rows[:most])
        for number, first in enumerate(range(most, len(sheet.rows), most), start=2):
            yield replace(sheet, name=f"{sheet.name} {number}", rows=sheet.rows[first : first + most])


def cell_text(text: str) -> str:
    """The text as a cell can hold it: cut with a remark if it is too long, U+FFFD for what no file can hold."""
    text = _FORBIDDEN.sub("\ufffd", text)
    if is_short(text):
        return text
    room = MOST_UNITS - len(_CUT)
    return text.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore") + _CUT


def is_short(text: str) -> bool:
    """True if a cell can hold the whole text; Excel counts a character beyond U+FFFF twice."""
    return len(text) <= MOST_UNITS // 2 or len(text.encode("utf-16-le", "surrogatepass")) <= 2 * MOST_UNITS


def like_formula(text: str) -> bool:
    """True if a spreadsheet would take the text for a formula."""
    return text.startswith(FORMULA_STARTS)


def n_long(texts: Iterable[str]) -> int:
    """How many texts are longer than a cell."""
    return sum(not is_short(text) for text in texts)


def width_of(columns: Sequence[str], wide: dict[str, int]) -> tuple[int, ...]:
    """A width for each column: as told, else as wide as its heading."""
    return tuple(wide.get(column, max(11, len(column) + 4)) for column in columns)
