"""Our own table of codes, and the workbook from which MAXQDA reads codes (Code and Memo, paths in Code)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.config import IngestConfig
from pipeline.ingest.coding_tree import TreeNode, plain, split_at, split_description, steps
from pipeline.ingest.counted import many, shown
from pipeline.ingest.drafts import Loaded, key_of
from pipeline.ingest.foreign.code_tables import Colours
from pipeline.ingest.foreign.trees import Entry, Listing, refuse_depth
from pipeline.ingest.tables import Row, Table, missing_column, read_table
from pipeline.records import Problem

_ALIASES = {
    "theme": ("theme", "parent", "parent_code", "übergeordneter_code"),  # the German heading is a guess
    "definition": ("definition", "description", "memo", "comment"),
    "include": ("include",),
    "exclude": ("exclude",),
    "examples": ("examples", "example"),
    "color": ("color", "colour", "farbe"),
    "folder": ("folder",),
    "id": ("id", "guid"),
}
_TEXTS = ("definition", "include", "exclude", "examples")
_COUNTED = ("coded_segments", "codierte_segmente", "codings")
_YES = ("yes", "y", "true", "1", "x", "ja")
_NO = ("", "no", "n", "false", "0", "nein")
_GUID = re.compile(r"\{?([0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12})\}?")
_BACKSLASH = re.compile(r"\\(?!>)")
_LONGEST = 63
"""Characters of a name that MAXQDA keeps when it imports codes from Excel (its help, versions 12 and 2022)."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a table is read.  maxqda: its workbook, where `\\` parts names, too, and one cell holds all texts.

    column: our names to the headings of this table.  Optional columns whose cells are something else are not in it.
    """

    maxqda: bool
    column: dict[str, str]


def read_own(loaded: Loaded, config: IngestConfig) -> Listing:
    """The rows of a table with the column code.

    Raises InputError if the column is missing or the file is no table.
    """
    aliases = [alias for group in _ALIASES.values() for alias in group]
    table = read_table(loaded, config, "code", aliases)
    if "code" not in table.columns:
        raise missing_column(table, "code")
    shape = _shape(table, loaded)
    typed = [_typed(table, row, shape, config) for row in table.rows]
    paths, unsure = _paths(typed, table.name)
    listing = Listing(table.name, problems=[*table.problems, *_unused(table, shape)])
    colours = Colours()
    for row, (path, themed) in zip(table.rows, paths, strict=True):
        node = replace(_node(table, row, path, shape, colours), themed=themed)
        listing.entries.append(Entry(node, row.line))
    listing.problems += [*colours.told(table.name), *_remarks(table, listing.entries, unsure, shape.maxqda)]
    return listing


def _shape(table: Table, loaded: Loaded) -> _Shape:
    column = {
        key: next(alias for alias in group if alias in table.columns)
        for key, group in _ALIASES.items()
        if set(group) & set(table.columns)
    }
    for key in ("color", "folder", "id"):
        if key in column and not _fits(key, [table.cell(row, column[key]) for row in table.rows]):
            del column[key]
    workbook = loaded.data.startswith(b"PK")
    maxqda = workbook and column.get("definition") == "memo" and column.get("theme") != "theme"
    return _Shape(maxqda, column)


def _fits(key: str, cells: Sequence[str]) -> bool:
    """Whether a column holds what its heading says; blank cells fit everywhere."""
    filled = [cell for cell in cells if cell]
    if key == "color":
        return any(map(Colours().read, filled)) or not filled
    if key == "folder":
        return all(cell.casefold() in (*_YES, *_NO) for cell in filled)
    return all(map(_GUID.fullmatch, filled))


@dataclass(frozen=True, slots=True)
class _Typed:
    """A code as typed: the names in its cell, the cell, and the cell of its parent."""

    names: tuple[str, ...]
    cell: str
    theme: str


def _typed(table: Table, row: Row, shape: _Shape, config: IngestConfig) -> _Typed:
    cell = table.cell(row, "code")
    theme = table.cell(row, shape.column.get("theme", ""))
    names = steps(cell)
    if len(names) == 1 and shape.maxqda:
        names = tuple(filter(None, map(plain, _BACKSLASH.split(cell)))) or names
    if len(names) == 1 and not theme:
        names = split_at(names[0], config.code_separator)
    return _Typed(names, cell, theme)


def _paths(rows: Sequence[_Typed], where: str) -> tuple[list[tuple[tuple[str, ...], bool]], list[str]]:
    """For each row its path, and whether that begins with a theme; and parents that are the name of several codes.

    A path in the cell counts if the column of the parent is blank or agrees with it; else the cell is a name.
    A parent without a path is the one code of that name, else a word of its own.
    """
    by_name: dict[str, list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        by_name[key_of(row.names[-1])].append(at)
    unsure = []

    def path(at: int, below: frozenset[int]) -> tuple[tuple[str, ...], bool]:
        refuse_depth(len(below), where)
        row = rows[at]
        above = steps(row.theme)
        if not row.theme or (len(row.names) > 1 and _ends(row.names[:-1], above)):
            return row.names, False
        name = row.names[-1] if len(row.names) == 1 else plain(row.cell)
        if len(above) > 1:
            return (*above, name), False
        parents = [other for other in by_name.get(key_of(above[0]), ()) if other != at]
        if len(parents) > 1:
            unsure.append(above[0])
        if len(parents) == 1 and parents[0] not in below:
            whole, themed = path(parents[0], below | {at})
            return (*whole, name), themed
        return (above[0], name), True

    return [path(at, frozenset()) for at in range(len(rows))], list(dict.fromkeys(unsure))


def _ends(path: Sequence[str], end: Sequence[str]) -> bool:
    return [key_of(name) for name in path[-len(end) :]] == [key_of(name) for name in end]


def _node(table: Table, row: Row, path: tuple[str, ...], shape: _Shape, colours: Colours) -> TreeNode:
    cells = {key: table.cell(row, column) for key, column in shape.column.items()}
    definition, include, exclude, examples = (cells.get(key, "") for key in _TEXTS)
    if shape.maxqda and not (include or exclude or examples):
        definition, include, exclude, examples = split_description(definition)
    guid = _GUID.fullmatch(cells.get("id", ""))
    return TreeNode(
        path,
        cells.get("folder", "").casefold() not in _YES,
        definition,
        include,
        exclude,
        examples,
        color=colours.read(cells.get("color", "")),
        guid=guid[1].upper() if guid else "",
    )


def _unused(table: Table, shape: _Shape) -> list[Problem]:
    used = {"code", *shape.column.values(), *(_COUNTED if shape.maxqda else ())}
    unused = [table.headings[at].strip() for key, at in table.columns.items() if key not in used]
    return [Problem(table.name, f"columns that are not used: {', '.join(unused)}")] if unused else []


def _remarks(table: Table, entries: Sequence[Entry], unsure: Sequence[str], maxqda: bool) -> list[Problem]:
    found = []
    if unsure:
        told = f"several codes are called {', '.join(map(repr, unsure))}: it is not sure which of them is the parent"
        found.append(Problem(table.name, told, "Write the parent as a path: `Barriers > Citizenship`."))
    long = [entry.node.path[-1] for entry in entries if len(entry.node.path[-1]) > _LONGEST]
    if maxqda and long:
        told = (
            f"{many(len(long), 'name')} longer than the {_LONGEST} characters that MAXQDA keeps of one: {shown(long)}"
        )
        found.append(Problem(table.name, told, "They were read whole; MAXQDA cuts them when it imports this file."))
    return found
