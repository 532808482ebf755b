"""Tables of any file type as rows of text cells under headings, with the line to show in messages."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.drafts import Loaded
from pipeline.ingest.grids import Grid, Row, grids, text_of
from pipeline.records import Problem

__all__ = ["Grid", "Row", "Table", "fold", "grids", "missing_column", "read_table", "table_of", "text_of"]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings.  columns: heading as `fold` gives it -> position.  headings: as typed.

    name: of the file, with its sheet where several are read.
    """

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
    """The table in a CSV, TSV, XLSX, ODS or Parquet file; of several sheets the first with the column `wanted`, else
    the first.  Blank rows are left out.

    used: headings, as `fold` gives them, that the caller reads; other columns without text are left out, and told.
    Raises InputError if the file is no table, a heading occurs twice, a row has more cells than headings, a cell holds
    a NUL character, or a used column holds bytes, lists or the like.
    """
    found = grids(loaded, config)
    if not found:
        raise InputError("the table is empty", loaded.name, "The first line must hold the column headings.")
    fitting = [grid for grid in found if wanted in map(fold, grid.rows[0].cells)]
    chosen = (fitting or found)[0]
    others = [grid.name for grid in found if grid is not chosen]
    told: tuple[Problem, ...] = ()
    if others:
        what = f"only sheet {chosen.name!r} was read; not read: {', '.join(others)}"
        told = (Problem(loaded.name, what, "Save further sheets as files of their own."),)
    table = table_of(replace(chosen, where=loaded.name), {wanted, *used})
    return replace(table, problems=(*told, *table.problems))


def table_of(grid: Grid, used: Collection[str], places: Mapping[str, int] | None = None) -> Table:
    """The rows of a sheet under its headings.  used and errors: as in read_table; messages name grid.where.

    places: which columns there are and where, if the caller knows better than the headings; these may then repeat.
    """
    problems = list(grid.problems)
    left_out = set()
    headings = list(grid.rows[0].cells)
    for at, line, kind in grid.not_text:
        fact = f"the column {headings[at]!r} holds {kind}, not text"
        if fold(headings[at]) in used:
            raise InputError(fact, f"{grid.where}, row {line}", "Save it as a column of text.")
        problems.append(Problem(f"{grid.where}, row {line}", fact, "It was left out."))
        left_out.add(at)
    kept = ["" if at in left_out else heading for at, heading in enumerate(headings)]
    columns = _columns(kept, grid.where) if places is None else places
    _refuse_damage(grid, len(headings))
    return Table(grid.where, grid.encoding, tuple(kept), columns, grid.rows[1:], tuple(problems))


def _columns(headings: Sequence[str], name: str) -> dict[str, int]:
    columns: dict[str, int] = {}
    for at, heading in enumerate(map(fold, headings)):
        if heading and heading in columns:
            raise InputError(f"the column {heading!r} occurs twice", name, "Rename one of them.")
        if heading:
            columns[heading] = at
    return columns


def _refuse_damage(grid: Grid, width: int) -> None:
    for heading in grid.rows[0].cells:
        if "\0" in heading:
            told = f"the heading {fold(heading)!r} holds a NUL character"
            raise InputError(told, grid.where, "Remove it and save again.")
    for row in grid.rows[1:]:
        place = f"{grid.where}, line {row.line}"
        if any("\0" in cell for cell in row.cells):
            raise InputError("a cell holds a NUL character", place, "Remove it and save again.")
        if any(cell.strip() for cell in row.cells[width:]):
            raise InputError(
                f"the row has {len(row.cells)} cells, the headings are {width}",
                place,
                "A cell that holds the separator must stand in quotation marks.",
            )


def missing_column(table: Table, column: str) -> InputError:
    """The error for a table without a column that it needs."""
    found = ", ".join(heading for heading in table.headings if heading.strip()) or "none"
    return InputError(f"the column {column!r} is missing", table.name, f"Columns found: {found}.")
