"""Tables of any file type as sheets of text cells, before anything is known of their headings."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.decode import decode
from pipeline.ingest.drafts import Loaded
from pipeline.ingest.read_calamine import Sheet, read_sheets
from pipeline.ingest.read_pyarrow import read_columns
from pipeline.records import Problem

_CELL_LIMIT = 1 << 30  # characters; the csv module's own limit of 131,072 is below one long interview
_SEPARATORS = (",", ";", "\t")
_DECLARED = re.compile(r"sep=(.)\n", re.IGNORECASE)  # a first line that Excel writes and understands
_QUOTED = re.compile(r'"[^"]*"?')
# What spreadsheets would run as a formula; an apostrophe before it is what a careful program writes against that.  A
# line feed stands for CR, which decoding turned into one.
_GUARDED = re.compile(r"'(?=[=+\-@\t\n])")
# Excel counts days from here, and shows 25 hours in the format of a time as the first of January 1900.
_DAY_ZERO = datetime.datetime(1899, 12, 31)
_FIRST_DATE = datetime.datetime(1900, 3, 1)


@dataclass(frozen=True, slots=True)
class Row:
    """One row.  line: number to show, from 1, headings included; for CSV the line on which the row begins."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet, its headings (if it has any) being the first of its rows; blank rows are left out.

    name: of the sheet, "" where the file has no sheets.  where: file and sheet, for messages.
    merged: for (line, column from 0) of a blank cell inside a merged block the text of that block.
    hidden_rows: lines that the program does not show.  not_text: columns that hold bytes, lists or the like, as
    (column from 0, line, type); their cells are "".
    """

    name: str
    where: str
    encoding: str
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()
    merged: Mapping[tuple[int, int], str] = field(default_factory=dict)
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    not_text: tuple[tuple[int, int, str], ...] = ()


def grids(loaded: Loaded, config: IngestConfig) -> tuple[Grid, ...]:
    """All sheets of a CSV, TSV, XLSX, ODS or Parquet file that are not empty, in the order of the file.

    Headings are neither folded nor checked: they may occur twice.  What the file is its content tells, then its ending.
    Raises InputError if the file cannot be read.
    """
    suffix = loaded.path.suffix.lower()
    if loaded.data.startswith(b"PAR1") or suffix == ".parquet":
        found = [_column_store(loaded, config)]
    elif loaded.data.startswith(b"PK") or suffix in (".xlsx", ".ods"):
        found = [_of_sheet(sheet, loaded) for sheet in read_sheets(loaded, config)]
    else:
        found = [_typed(loaded, config)]
    return tuple(grid for grid in found if grid.rows)


def _typed(loaded: Loaded, config: IngestConfig) -> Grid:
    decoded = decode(loaded, config)
    rows = tuple(row for row in _csv_rows(decoded.text, loaded.name) if _is_filled(row))
    return Grid("", loaded.name, decoded.encoding, rows, decoded.problems)


def _of_sheet(sheet: Sheet, loaded: Loaded) -> Grid:
    every = [Row(i, tuple(map(text_of, row))) for i, row in enumerate(sheet.rows, start=1)]
    return Grid(
        name=sheet.name,
        where=f"{loaded.name}, sheet {sheet.name!r}",
        encoding=sheet.encoding,
        rows=tuple(filter(_is_filled, every)),
        merged=_merged(sheet, every),
        hidden=sheet.hidden,
        hidden_rows=sheet.hidden_rows,
    )


def _merged(sheet: Sheet, rows: Sequence[Row]) -> dict[tuple[int, int], str]:
    """Blocks are clipped to the rows that are there: a merged column of a million rows costs nothing."""
    found = {}
    for (top, left), (bottom, right) in sheet.merged:
        if top >= len(rows) or left >= len(rows[top].cells):
            continue
        text = rows[top].cells[left]
        for at in range(top, min(bottom + 1, len(rows))):
            for column in range(left, min(right + 1, len(rows[at].cells))):
                if not rows[at].cells[column].strip():
                    found[at + 1, column] = text
    return found


def _column_store(loaded: Loaded, config: IngestConfig) -> Grid:
    """Bytes and lists would come out as Python writes them, and be quoted as if somebody had said that."""
    headings, columns = read_columns(loaded, config)
    not_text = []
    for place, column in enumerate(columns):
        at = next((i for i, value in enumerate(column, start=1) if isinstance(value, bytes | list | dict)), 0)
        if at:
            not_text.append((place, at, type(column[at - 1]).__name__))
    bad = {place for place, _, _ in not_text}
    texts = [["" if place in bad else text_of(value) for value in column] for place, column in enumerate(columns)]
    rows = [Row(i, row) for i, row in enumerate(zip(*texts, strict=True), start=1)]
    kept = (Row(0, tuple(headings)), *filter(_is_filled, rows))
    return Grid("", loaded.name, "parquet", kept, not_text=tuple(not_text))


def text_of(value: object) -> str:
    """A cell of a spreadsheet or column store as text: 3.0 is `3`, a date is ISO 8601, nothing is "".

    A duration is `h:mm:ss`, also above a day: Excel makes 25 hours and 10 minutes of a typed `25:10`.
    """
    if value is None or value != value:  # NaN, whatever its type
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime) and value < _FIRST_DATE:
        return _duration(value - _DAY_ZERO)
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return _duration(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return str(value).replace("\r\n", "\n").replace("\r", "\n")


def _duration(value: datetime.timedelta) -> str:
    seconds, rest = divmod(abs(value), datetime.timedelta(seconds=1))
    sign = "-" if value < datetime.timedelta() else ""
    fraction = f".{rest.microseconds:06d}" if rest.microseconds else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{fraction}"


def _is_filled(row: Row) -> bool:
    return any(cell.strip() for cell in row.cells)


def _csv_rows(text: str, name: str) -> Iterator[Row]:
    offset = 0
    if declared := _DECLARED.match(text):
        separator, text, offset = declared[1], text[declared.end() :], 1
    else:
        separator = _sniff(text)
    limit = csv.field_size_limit(_CELL_LIMIT)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        line = offset + 1
        for cells in reader:
            yield Row(line, tuple(_GUARDED.sub("", cell, count=1) if cell[:1] == "'" else cell for cell in cells))
            line = reader.line_num + offset + 1
    except csv.Error as problem:
        raise InputError(
            f"the table cannot be read from here on ({problem})",
            f"{name}, line {line}",
            "A quotation mark is probably not closed, or not doubled inside a quoted cell.",
        ) from problem
    finally:
        csv.field_size_limit(limit)


def _sniff(text: str) -> str:
    """The separator that is most frequent in the first line that is not blank, quoted cells aside."""
    first = next((line for line in text.split("\n", 100) if line.strip()), "")
    bare = _QUOTED.sub("", first)
    return max(_SEPARATORS, key=bare.count)
