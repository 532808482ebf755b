"""The sheets of a file that hold talk, as tables under our own headings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.drafts import Loaded
from pipeline.ingest.formats.table_headings import COLUMNS, Found, find_columns, stated_headings
from pipeline.ingest.formats.table_speakers import unmerged
from pipeline.ingest.tables import Grid, Table, fold, grids, missing_column, table_of
from pipeline.records import Problem

_TITLES = 10  # rows above the headings that may hold a title
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Talks:
    """A sheet of talk.  sheet: its name, "" where the file has none or no other.  table.columns: our columns only.

    milliseconds: columns of times that are counted so.
    """

    sheet: str
    table: Table
    milliseconds: frozenset[str]


def talk_sheets(loaded: Loaded, config: IngestConfig) -> tuple[list[Talks], list[Problem]]:
    """All sheets with a column that we take for the text, and what was noticed.

    Raises InputError if there is none, a heading that the configuration names is nowhere, or a table is damaged.
    """
    every = grids(loaded, config)
    if not every:
        raise InputError("the table is empty", loaded.name, "The first line must hold the column headings.")
    if len(every) == 1:
        every = (replace(every[0], where=loaded.name),)
    headed = [_headed(grid, config) for grid in every]
    _refuse_missing(headed, config, loaded.name)
    fitting = [one for one in headed if "text" in one.found.places]
    if not fitting:
        raise _no_text(headed[0].grid, loaded.name)
    problems = _not_read(headed, fitting, loaded.name)
    talks = []
    for one in fitting:
        talk, noticed = _talks(one, several=len(fitting) > 1)
        talks.append(talk)
        problems += noticed
    return talks, problems


@dataclass(frozen=True, slots=True)
class _Headed:
    """A sheet whose first row is its headings.  above: rows that stood above them."""

    grid: Grid
    found: Found
    above: int


def _headed(grid: Grid, config: IngestConfig) -> _Headed:
    """The headings are the first row; if that names no text, the first of the next rows that names text and another
    column of ours."""
    first = find_columns(grid.rows[0].cells, config)
    if "text" in first.places:
        return _Headed(grid, first, 0)
    for at, row in enumerate(grid.rows[1:_TITLES], start=1):
        found = find_columns(row.cells, config)
        if "text" in found.places and len(found.places) > 1:
            return _Headed(replace(grid, rows=grid.rows[at:]), found, at)
    return _Headed(grid, first, 0)


def _refuse_missing(headed: Sequence[_Headed], config: IngestConfig, name: str) -> None:
    there = {fold(cell) for one in headed for cell in one.grid.rows[0].cells}
    for column, heading in stated_headings(config).items():
        if heading not in there:
            found = ", ".join(cell for cell in headed[0].grid.rows[0].cells if cell.strip()) or "none"
            todo = f"Columns found: {found}. Correct ingest.headings in the configuration."
            raise InputError(f"the column {heading!r}, which is to be read as {column}, is missing", name, todo)


def _no_text(grid: Grid, name: str) -> InputError:
    error = missing_column(replace(table_of(grid, ()), name=name), "text")
    todo = f'{error.todo} Say which of them holds what was said, such as ingest.headings = ["text = Translation"].'
    return InputError(error.what, error.where, todo)


def _not_read(headed: Sequence[_Headed], fitting: Sequence[_Headed], name: str) -> list[Problem]:
    others = [one.grid.name for one in headed if one not in fitting]
    if not others:
        return []
    read = f"only sheet {fitting[0].grid.name!r} was" if len(fitting) == 1 else f"{len(fitting)} sheets were"
    told = f"{read} read; not read: {', '.join(others)}"
    return [Problem(name, told, "They hold no column of talk; rename its heading to text if one does.")]


def _talks(one: _Headed, several: bool) -> tuple[Talks, list[Problem]]:
    grid, found = one.grid, one.found
    if found.doubled:
        raise InputError(f"the column {found.doubled!r} occurs twice", grid.where, "Rename one of them.")
    problems = _remarks(one)
    problems += _unheaded(grid, found.places)
    grid, noticed = unmerged(grid, found.places)
    used = {fold(grid.rows[0].cells[at]) for at in found.places.values()}
    table = table_of(grid, used, found.places)
    talk = Talks(grid.name if several else "", table, found.milliseconds)
    return talk, [*table.problems, *problems, *noticed]


def _remarks(one: _Headed) -> list[Problem]:
    grid, found = one.grid, one.found
    texts = []
    if one.above:
        texts.append((f"{_rows(one.above)} above the headings were not read", ""))
    if found.passed_over:
        todo = f'Set ingest.headings = ["text = {found.passed_over}", ...] if it holds the translation.'
        texts.append((f"the column {found.passed_over!r} was not read: another is called text", todo))
    left_out = {grid.rows[0].cells[at].strip() for at, _, _ in grid.not_text}  # told already
    if taken := _taken(grid, found):
        texts.append((f"headings were read as: {taken}", "Correct them with ingest.headings if one is wrong."))
    unused = [heading for heading in found.unused if heading != found.passed_over and heading not in left_out]
    if unused:
        todo = "Name them in ingest.headings if one of them is a column of ours; attributes belong into documents.csv."
        texts.append((f"columns that are not used: {', '.join(unused)}", todo))
    if grid.hidden:
        texts.append(("the sheet is hidden; it was read like the others", "Delete it from the file if it is no talk."))
    hidden = [row.line for row in grid.rows[1:] if row.line in grid.hidden_rows]
    if hidden:
        told = f"{_rows(len(hidden))} hidden in the sheet, read like the others ({told_lines(hidden)})"
        texts.append((told, "Delete them from the file if they are not to be analysed."))
    return [Problem(grid.where, what, todo) for what, todo in texts]


def _unheaded(grid: Grid, places: Mapping[str, int]) -> list[Problem]:
    headings = grid.rows[0].cells
    filled = {at for row in grid.rows[1:] for at, cell in enumerate(row.cells) if cell.strip()}
    bare = [
        at for at in sorted(filled) if at < len(headings) and not headings[at].strip() and at not in places.values()
    ]
    if not bare:
        return []
    told = f"text in columns without a heading was not read (columns {', '.join(str(at + 1) for at in bare[:_SHOWN])})"
    return [Problem(grid.where, told, "Give them headings.")]


def _taken(grid: Grid, found: Found) -> str:
    """What other words than ours were understood as: `text = Translation, speaker = Wer`."""
    headings = grid.rows[0].cells
    return ", ".join(
        f"{column} = {headings[at].strip()}"
        for column in COLUMNS
        if (at := found.places.get(column, -1)) >= 0 and fold(headings[at]) != column
    )


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


def told_lines(lines: Iterable[int]) -> str:
    """`line 4`, or `lines 4, 7, …`."""
    shown = list(lines)
    first = "line" if len(shown) == 1 else "lines"
    return f"{first} {', '.join(map(str, shown[:_SHOWN]))}" + (", …" if len(shown) > _SHOWN else "")
