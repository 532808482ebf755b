"""Tables of any file type as rows of text cells under headings, with the line to show in messages."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.decode import decode
from pipeline.ingest.drafts import Loaded
from pipeline.ingest.read_calamine import read_sheets
from pipeline.ingest.read_pyarrow import read_columns
from pipeline.records import Problem

_CELL_LIMIT = 1 << 30  # characters; the csv module's own limit of 131,072 is below one long interview
_SEPARATORS = (",", ";", "\t")
_DECLARED = re.compile(r"sep=(.)\n", re.IGNORECASE)  # a first line that Excel writes and understands
_QUOTED = re.compile(r'"[^"]*"?')


@dataclass(frozen=True, slots=True)
class Row:
    """One row.  line: number to show, from 1, headings included; for CSV the line on which the row begins."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings.  columns: heading as `fold` gives it -> position.  headings: as typed."""

    name: str
    encoding: str
    headings: tuple[str, ...]
    columns: Mapping[str, int]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]

    def cell(self, row: Row, column: str) -> str:
        """The cell without blanks around it, "" if the table has no such column or the row ends before it."""
        at = self.columns.get(column, -1)
        return row.cells[at].strip() if 0 <= at < len(row.cells) else ""

    def place(self, row: Row) -> str:
        """File and line for a message."""
        return f"{self.name}, line {row.line}"


def fold(heading: str) -> str:
    """A heading without its case and blanks: ` Start Time ` and `start_time` are one."""
    return re.sub(r"[\s_-]+", "_", heading.strip().casefold())


def read_table(loaded: Loaded, config: IngestConfig, wanted: str, used: Collection[str]) -> Table:
    """The table in a CSV, TSV, XLSX or Parquet file.

    wanted: the column that tells the right sheet of a workbook.  Blank rows are left out.
    used: headings, as `fold` gives them, that the caller reads; other columns without text are left out, and told.
    Raises InputError if the file is no table, a heading occurs twice, a row has more cells than headings, a cell holds
    a NUL character, or a used column holds bytes, lists or the like.
    """
    suffix = loaded.path.suffix.lower()
    if suffix == ".parquet":
        return _column_store(loaded, {wanted, *used})
    if suffix == ".xlsx":
        return _workbook(loaded, wanted, config)
    decoded = decode(loaded, config)
    rows = list(_csv_rows(decoded.text, loaded.name))
    if not rows:
        raise InputError("the table is empty", loaded.name, "The first line must hold the column headings.")
    return _table(loaded.name, decoded.encoding, rows[0].cells, rows[1:], decoded.problems)


def _column_store(loaded: Loaded, used: Collection[str]) -> Table:
    """Bytes and lists would come out as Python writes them, and be quoted as if somebody had said that."""
    headings: list[str] = []
    columns: list[Sequence[object]] = []
    problems: list[Problem] = []
    for heading, column in zip(*read_columns(loaded), strict=True):
        at = next((i for i, value in enumerate(column, start=1) if isinstance(value, bytes | list | dict)), 0)
        if not at:
            headings.append(heading)
            columns.append(column)
            continue
        fact = f"the column {heading!r} holds {type(column[at - 1]).__name__}, not text"
        if fold(heading) in used:
            raise InputError(fact, f"{loaded.name}, row {at}", "Save it as a column of text.")
        problems.append(Problem(f"{loaded.name}, row {at}", fact, "It was left out."))
    cells = [tuple(map(text_of, row)) for row in zip(*columns, strict=True)]
    rows = [Row(i, row) for i, row in enumerate(cells, start=1)]
    return _table(loaded.name, "parquet", headings, rows, tuple(problems))


def text_of(value: object) -> str:
    """A cell of a spreadsheet or column store as text: 3.0 is `3`, a date is ISO 8601, nothing is ""."""
    if value is None or value != value:  # NaN, whatever its type
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return str(value).replace("\r\n", "\n").replace("\r", "\n")


def _workbook(loaded: Loaded, wanted: str, config: IngestConfig) -> Table:
    """The first sheet with the wanted column, else the first sheet that is not empty."""
    filled = []
    for name, sheet in read_sheets(loaded, config.max_file_mb):
        rows = [Row(i, tuple(map(text_of, row))) for i, row in enumerate(sheet, start=1)]
        rows = [row for row in rows if any(cell.strip() for cell in row.cells)]
        if rows:
            filled.append((name, rows))
    if not filled:
        raise InputError("the workbook is empty", loaded.name, "The first row must hold the column headings.")
    fitting = [(name, rows) for name, rows in filled if wanted in map(fold, rows[0].cells)]
    chosen, rows = (fitting or filled)[0]
    others = [name for name, _ in filled if name != chosen]
    problems: tuple[Problem, ...] = ()
    if others:
        told = f"only sheet {chosen!r} was read; not read: {', '.join(others)}"
        problems = (Problem(loaded.name, told, "Save further sheets as files of their own."),)
    return _table(loaded.name, "xlsx", rows[0].cells, rows[1:], problems)


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
            yield Row(line, tuple(cells))
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


def _table(
    name: str, encoding: str, headings: Sequence[str], rows: Sequence[Row], problems: tuple[Problem, ...]
) -> Table:
    columns: dict[str, int] = {}
    for at, heading in enumerate(map(fold, headings)):
        if "\0" in heading:
            raise InputError(f"the heading {heading!r} holds a NUL character", name, "Remove it and save again.")
        if heading and heading in columns:
            raise InputError(f"the column {heading!r} occurs twice", name, "Rename one of them.")
        if heading:
            columns[heading] = at
    kept = tuple(row for row in rows if any(cell.strip() for cell in row.cells))
    for row in kept:
        if any("\0" in cell for cell in row.cells):
            raise InputError("a cell holds a NUL character", f"{name}, line {row.line}", "Remove it and save again.")
        if any(cell.strip() for cell in row.cells[len(headings) :]):
            raise InputError(
                f"the row has {len(row.cells)} cells, the headings are {len(headings)}",
                f"{name}, line {row.line}",
                "A cell that holds the separator must stand in quotation marks.",
            )
    return Table(name, encoding, tuple(headings), columns, kept, problems)


def missing_column(table: Table, column: str) -> InputError:
    """The error for a table without a column that it needs."""
    found = ", ".join(heading for heading in table.headings if heading.strip()) or "none"
    return InputError(f"the column {column!r} is missing", table.name, f"Columns found: {found}.")
