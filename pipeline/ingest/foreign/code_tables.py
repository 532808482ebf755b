"""Codebooks as ATLAS.ti, Taguette, NVivo, Requal and QualCoder write them, as entries of a coding tree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.coding_tree import TreeNode, colour, split_at, split_description
from pipeline.ingest.counted import many, shown
from pipeline.ingest.decode import decode
from pipeline.ingest.drafts import Loaded
from pipeline.ingest.foreign.headings import (
    DESCRIPTION,
    GROUPS,
    NAMES,
    Columns,
    cell_at,
    columns_of,
    is_group,
    tree_of,
)
from pipeline.ingest.foreign.trees import Entry, Listing, refuse_depth
from pipeline.ingest.tables import Grid, Row, fold, grids
from pipeline.records import Problem

_COMMENT = ("comment", "kommentar", "memo")
_COLOUR = ("color", "colour", "code_color", "farbe")
_COUNTED = (
    "number_of_highlights", "number_of_documents", "files", "references", "dateien", "referenzen", "grounded",
    "magnitude_degree", "density", "number_of_groups", "creation_date", "modification_date", "date_modified",
)  # fmt: skip
"""Columns that programs derive from the codings, or that say when a code was made: nothing is lost without them."""
_BULLETS = "●○◯•■□◆◇ \u00a0"
_TYPED = (".txt", ".text", ".csv", ".tsv")
_TYPED_PATH = re.compile(r"[^>\s][^>]*>>[^>]")
_LEAST_MARKED = 3  # at least a third of the rows hold a path
_MOST_SAID = 5  # at most a fifth of the rows end like a sentence
_NODES = ("codes", "nodes", "knoten")


def read_groups(grid: Grid, config: IngestConfig, where: str) -> Listing:
    """ATLAS.ti's codebook: Code, Comment and a column for each group that a code is in."""
    columns = columns_of(grid)
    places = [at for at, heading in enumerate(columns.folded) if is_group(heading)]
    listing = Listing(where)
    colours = Colours()
    for row in grid.rows[1:]:
        path = _path(columns.cell(row, ("code",)), config)
        groups = tuple(filter(None, (cell_at(row, at) for at in places)))
        listing.entries.append(_entry(path, row, columns.cell(row, _COMMENT), groups, colours.of(row, columns)))
    used = {"code", *_COMMENT, *_COLOUR, *(columns.folded[at] for at in places), *_COUNTED}
    listing.problems += [*grid.problems, *unused(columns, grid.rows[1:], used, where), *colours.told(where)]
    return listing


def read_list(grid: Grid, config: IngestConfig, where: str) -> Listing:
    """ATLAS.ti's Code Manager list: children stand in the next name column, whose heading is blank."""
    columns = columns_of(grid)
    levels = next((at for at, heading in enumerate(columns.folded) if at and heading), len(columns.folded))
    listing = Listing(where)
    colours = Colours()
    above: tuple[str, ...] = ()
    for row in grid.rows[1:]:
        level = next((at for at in range(levels) if cell_at(row, at)), 0)
        name = cell_at(row, level).lstrip(_BULLETS).strip()
        own = _path(name, config) if not level else (name,)
        above = (*above[:level], *own)
        groups = _groups(columns.cell(row, GROUPS), columns.cell(row, ("number_of_groups",)))
        listing.entries.append(_entry(above, row, columns.cell(row, _COMMENT), groups, colours.of(row, columns)))
    used = {"code", *_COMMENT, *_COLOUR, *GROUPS, *_COUNTED}
    listing.problems += [*grid.problems, *unused(columns, grid.rows[1:], used, where), *colours.told(where)]
    return listing


def _groups(written: str, number: str) -> tuple[str, ...]:
    """The groups in one cell: a line each, else parted by commas if that gives as many as the row says there are."""
    lines = tuple(filter(None, (line.strip() for line in written.splitlines())))
    if len(lines) != 1:
        return lines
    for mark in (",", ";"):
        parts = tuple(part.strip() for part in written.split(mark))
        if len(parts) > 1 and number == str(len(parts)):
            return parts
    return lines


def read_named(grid: Grid, config: IngestConfig, where: str) -> Listing:
    """Taguette, Requal and NVivo: one column with the name, one with a description.

    Raises InputError if several columns could hold the name.
    """
    columns = columns_of(grid)
    found = [name for name in NAMES if name in columns.folded]
    if len(found) > 1:
        told = f"the columns {' and '.join(map(repr, found))} could both hold the codes"
        raise InputError(told, where, "Keep one of them.")
    rows, at = grid.rows[1:], columns.at(found)
    nvivo = bool({"references", "referenzen"} & set(columns.folded))
    paths = list(_nested(rows, at, where)) if nvivo else [_path(cell_at(row, at), config) for row in rows]
    listing = Listing(where)
    colours = Colours()
    for row, path in zip(rows, paths, strict=True):
        listing.entries.append(_entry(path, row, columns.cell(row, DESCRIPTION), (), colours.of(row, columns)))
    used = {*NAMES, *DESCRIPTION, *_COLOUR, *_COUNTED}
    listing.problems += [*grid.problems, *unused(columns, rows, used, where), *colours.told(where)]
    return listing


def _nested(rows: Sequence[Row], at: int, where: str) -> Iterator[tuple[str, ...]]:
    """NVivo nests by `Parent\\Child` or by blanks before the name; its own folder for codes is no parent."""
    open_names: list[tuple[int, str]] = []
    for row in rows:
        written = row.cells[at] if at < len(row.cells) else ""
        parts = tuple(part.strip() for part in re.split(r"\\+", written) if part.strip())
        if len(parts) > 1:
            yield parts[1:] if parts[0].casefold() in _NODES else parts
            continue
        indent = len(written) - len(written.lstrip())
        while open_names and open_names[-1][0] >= indent:
            open_names.pop()
        open_names.append((indent, written.strip()))
        refuse_depth(len(open_names), f"{where}, line {row.line}")
        yield tuple(name for _, name in open_names)


@dataclass(frozen=True, slots=True)
class TypedRow:
    """A row of QualCoder's text codebook."""

    line: int
    path: str
    memo: str


def typed_rows(loaded: Loaded, config: IngestConfig) -> tuple[tuple[TypedRow, ...], tuple[Problem, ...]]:
    """The rows of QualCoder's text codebook and what was noticed; none if the file is something else.

    Transcripts have `>>`, too, where the speaker changes: there lines begin with it, or are sentences.
    """
    if loaded.path.suffix.lower() not in _TYPED or loaded.data.startswith((b"PK", b"PAR1")) or b">>" not in loaded.data:
        return (), ()
    if loaded.path.suffix.lower() == ".csv":
        grid = grids(loaded, config)[0]
        rows = [TypedRow(row.line, cell_at(row, 0), cell_at(row, 1)) for row in grid.rows]
        problems = grid.problems
    else:
        decoded = decode(loaded, config)
        lines = [(i, line.partition("\t")) for i, line in enumerate(decoded.text.split("\n"), start=1) if line.strip()]
        rows = [TypedRow(i, path.strip(), memo.strip()) for i, (path, _, memo) in lines]
        problems = decoded.problems
    return (tuple(rows), problems) if _is_tree(rows) else ((), ())


def _is_tree(rows: Sequence[TypedRow]) -> bool:
    if not rows or tree_of([fold(cell) for cell in re.split("[,;\t]", rows[0].path)]):
        return False
    marked = sum(bool(_TYPED_PATH.match(row.path)) for row in rows)
    said = sum(row.path.endswith((".", "?", "!")) for row in rows)
    return marked * _LEAST_MARKED >= len(rows) and said * _MOST_SAID <= len(rows)


def read_typed(rows: Sequence[TypedRow], where: str) -> Listing:
    """QualCoder's text codebook: `category>>subcategory>>code` and a memo a row, without headings.

    Categories are folders, unless a row codes with the same path.
    """
    listing = Listing(where)
    paths = [tuple(part.strip() for part in path.split(">>") if part.strip()) for path in (row.path for row in rows)]
    codes = set(paths)
    seen: set[tuple[str, ...]] = set()
    for row, path in zip(rows, paths, strict=True):
        refuse_depth(len(path), f"{where}, line {row.line}")
        for depth in range(1, len(path)):
            category = path[:depth]
            if category not in seen and category not in codes:
                seen.add(category)
                listing.entries.append(Entry(TreeNode(category, codable=False), row.line))
        definition, include, exclude, examples = split_description(row.memo)
        listing.entries.append(Entry(TreeNode(path, True, definition, include, exclude, examples), row.line))
    return listing


class Colours:
    """Colours of codes as they are read, with those that nobody can read."""

    def __init__(self) -> None:
        self.bad: list[str] = []

    def of(self, row: Row, columns: Columns) -> str:
        """The colour in a row, "" if there is none."""
        return self.read(columns.cell(row, _COLOUR))

    def read(self, written: str) -> str:
        """`#RRGGBB` from a cell, "" for what is no colour."""
        found = colour(written) or colour(f"#{written}")
        if written and not found:
            self.bad.append(written)
        return found

    def told(self, where: str) -> list[Problem]:
        """What could not be read."""
        if not self.bad:
            return []
        told = f"left out: {many(len(self.bad), 'colour')} not written as #RRGGBB: {shown(self.bad)}"
        return [Problem(where, told)]


def unused(columns: Columns, rows: Sequence[Row], used: set[str], where: str) -> list[Problem]:
    """Columns with text that nothing is made of."""
    names = columns.unused(rows, used)
    return [Problem(where, f"columns that are not used: {', '.join(names)}")] if names else []


def _path(written: str, config: IngestConfig) -> tuple[str, ...]:
    """These programs have no paths in names: they are parted only if the study asks for it."""
    return split_at(written, config.code_separator)


def _entry(path: tuple[str, ...], row: Row, text: str, groups: tuple[str, ...], color: str) -> Entry:
    definition, include, exclude, examples = split_description(text)
    return Entry(TreeNode(path, True, definition, include, exclude, examples, color), row.line, groups)
