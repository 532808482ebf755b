"""Tables as CSV files for programs: UTF-8 without a byte order mark, LF, quotation marks where they are needed.

R, SPSS and our own reader take UTF-8 without the mark; with it R's read.csv would put it into the first heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline.exchange.sheets import Cell, like_formula

_SURROGATE = re.compile("[\ud800-\udfff]")


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, guard: bool) -> bytes:
    """A CSV file by RFC 4180, but with LF; nothing is an empty field.

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
