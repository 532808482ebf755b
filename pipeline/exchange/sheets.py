"""Sheets of a workbook as plain records, what a cell can hold, and the same as CSV files for programs."""

from __future__ import annotations

import math
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
_MOST_LINES = 27
_CUT = " [… cut here by the limit of a cell]"
_FORBIDDEN = re.compile("[\ud800-\udfff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


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


def n_lines(row: Sequence[Cell], widths: Sequence[int]) -> int:
    """Lines that the tallest cell of a row needs when its words are wrapped; a sheet shows up to 27 (409 points)."""
    texts = [(value, width) for value, width in zip(row, widths, strict=False) if isinstance(value, str)]
    counts = [sum(max(1, math.ceil(len(line) / width)) for line in text.split("\n")) for text, width in texts]
    return min(max(counts, default=1), _MOST_LINES)


def width_of(columns: Sequence[str], wide: dict[str, int]) -> tuple[int, ...]:
    """A width for each column: as told, else as wide as its heading."""
    return tuple(wide.get(column, max(11, len(column) + 4)) for column in columns)


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, guard: bool) -> bytes:
    """A CSV file by RFC 4180, but with LF, in UTF-8; nothing is an empty field.

    There is no byte order mark: R's read.csv would put it into the first heading.

    guard: texts that a spreadsheet would take for a formula get an apostrophe in front; else they are verbatim.
    """
    text = "".join(",".join(_field(value, guard) for value in row) + "\n" for row in (columns, *rows))
    return _SURROGATE.sub("\ufffd", text).encode()


def _field(value: Cell, guard: bool) -> str:
    if not isinstance(value, str):
        return "" if value is None else str(value)
    text = f"'{value}" if guard and like_formula(value) else value
    if any(mark in text for mark in ',"\r\n') or text != text.strip():
        return '"' + text.replace('"', '""') + '"'
    return text
