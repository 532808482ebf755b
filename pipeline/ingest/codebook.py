"""The human codebook from a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.drafts import key_of
from pipeline.ingest.files import load
from pipeline.ingest.tables import Table, missing_column, read_table
from pipeline.records import Code, Codebook, Problem

_ALIASES = {
    "theme": ("theme", "parent", "parent_code"),
    "definition": ("definition", "description", "memo", "comment"),
    "include": ("include",),
    "exclude": ("exclude",),
    "examples": ("examples", "example"),
}
_SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".parquet")
_WORD = re.compile(r"[^\W\d_]{3,}")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])")
_SHOWN = 5
_ABBREVIATION = 6  # characters: a single word in capitals up to this length is taken for an abbreviation


def read_codebook(path: Path, config: IngestConfig | None = None) -> Codebook:
    """The codes of a CSV, TSV, XLSX or Parquet table with the column code, and optionally theme, definition, include,
    exclude, examples.

    Raises InputError if the file is no such table, a code has no name, or a name occurs twice.
    """
    settings = config or IngestConfig()
    if path.suffix.lower() not in _SUFFIXES:
        raise InputError(f"a codebook of type {path.suffix!r} cannot be read", str(path), "Give a CSV or XLSX table.")
    aliases = [alias for group in _ALIASES.values() for alias in group]
    table = read_table(load(path, settings.max_file_mb), settings, "code", aliases)
    if "code" not in table.columns:
        raise missing_column(table, "code")
    codes: list[Code] = []
    lines: dict[str, int] = {}
    for row in table.rows:
        name = table.cell(row, "code")
        if not name:
            raise InputError("a code has no name", table.place(row), "Fill the column code in every row.")
        first = lines.setdefault(key_of(name), row.line)
        if first != row.line:
            told = f"the code {name!r} stands in lines {first} and {row.line}"
            raise InputError(told, table.name, "Give each code a name of its own.")
        fields = {key: table.cell(row, _column(table, key)) for key in _ALIASES}
        codes.append(Code(name=name, **fields))
    if not codes:
        raise InputError("the codebook holds no code", table.name, "Give at least one row below the headings.")
    return Codebook(tuple(codes), (*table.problems, *_remarks(table, codes)))


def _column(table: Table, key: str) -> str:
    return next((alias for alias in _ALIASES[key] if alias in table.columns), key)


def _remarks(table: Table, codes: Sequence[Code]) -> list[Problem]:
    found = []
    used = {"code", *(_column(table, key) for key in _ALIASES)}
    unused = [table.headings[at].strip() for key, at in table.columns.items() if key not in used]
    if unused:
        found.append(Problem(table.name, f"columns that are not used: {', '.join(unused)}"))
    dark = [code.name for code in codes if not code.definition and not is_readable(code.name)]
    if dark:
        shown = ", ".join(dark[:_SHOWN]) + (", …" if len(dark) > _SHOWN else "")
        told = f"{len(dark)} of {len(codes)} codes have neither readable names nor definitions: {shown}"
        todo = "Write definitions: without them suggestions for these codes rest on codings alone."
        found.append(Problem(table.name, told, todo))
    return found


def is_readable(name: str) -> bool:
    """Whether a code's name says something to a reader who has no codebook: `Gaining trust`, `PayBill`; not `GENHX`."""
    words = _WORD.findall(_CAMEL.sub(" ", name))
    if len(words) == 1 and words[0].isupper() and len(words[0]) <= _ABBREVIATION:
        return False
    return any(len(word) > 3 or len(words) > 1 for word in words)
