"""The human codebook from a table of our own, or from what another program saves; which it is its content tells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest import refi
from pipeline.ingest.counted import many, shown
from pipeline.ingest.drafts import Loaded, key_of
from pipeline.ingest.files import load
from pipeline.ingest.foreign.code_tables import read_groups, read_list, read_named, read_typed, typed_rows
from pipeline.ingest.foreign.headings import chosen, tree_of
from pipeline.ingest.foreign.own_codes import read_own
from pipeline.ingest.foreign.trees import Listing, codebook_from
from pipeline.ingest.suffixes import PROJECTS
from pipeline.ingest.tables import grids
from pipeline.records import Code, Codebook, Problem

CODEBOOKS = (".qdc",)
_SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".ods", ".parquet", *CODEBOOKS, *PROJECTS)
_READERS = {"groups": read_groups, "list": read_list, "named": read_named}
_WORD = re.compile(r"[^\W\d_]{3,}")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])")
_JOINTS = ("::", ": ", " - ", "/", ".")
_ABBREVIATION = 6  # characters: a single word in capitals up to this length is taken for an abbreviation


def read_codebook(path: Path, config: IngestConfig | None = None) -> Codebook:
    """The codes of a table (CSV, TSV, XLSX, ODS, Parquet), of a REFI-QDA file (.qdc, .qdpx), or of a text codebook.

    A table has the column code, and optionally theme (or parent), definition, include, exclude, examples, color,
    folder, id; or it is one that MAXQDA, ATLAS.ti, NVivo, Taguette, QualCoder or Requal writes or reads.
    Raises InputError if the file is none of these, a code has no name, or a path in the tree occurs twice.
    """
    settings = config or IngestConfig()
    suffix = path.suffix.lower()
    if suffix not in _SUFFIXES:
        todo = "Give a CSV or XLSX table, or a REFI-QDA codebook (.qdc)."
        raise InputError(f"a codebook of type {path.suffix!r} cannot be read", str(path), todo)
    loaded = load(path, settings.max_file_mb)
    if suffix in (*CODEBOOKS, *PROJECTS):
        codebook = refi.read_codebook(loaded, settings)
    else:
        codebook = codebook_from(_listing(loaded, settings))
    joined = () if settings.code_separator else _joined(loaded.name, codebook.codes)
    return replace(codebook, problems=(*codebook.problems, *joined, *_dark(loaded.name, codebook.codes)))


def _listing(loaded: Loaded, config: IngestConfig) -> Listing:
    rows, problems = typed_rows(loaded, config)
    if rows:
        listing = read_typed(rows, loaded.name)
        return replace(listing, problems=[*problems, *listing.problems])
    shape, grid, others = chosen(grids(loaded, config), tree_of, loaded.name)
    if shape in ("", "own"):
        return read_own(loaded, config)
    listing = _READERS[shape](grid, config, loaded.name)
    return replace(listing, problems=[*others, *listing.problems])


def _joined(where: str, codes: Sequence[Code]) -> list[Problem]:
    """Names that hold a path, as ATLAS.ti (`Coke::diet Coke`) and Taguette (`access.distance`) write trees."""
    names = {key_of(code.name) for code in codes}
    for mark in _JOINTS:
        found = [code.name for code in codes if mark in code.name and key_of(code.name.partition(mark)[0]) in names]
        if found:
            told = f"{many(len(found), 'name')} {'seems' if len(found) == 1 else 'seem'} to hold a path, parted by "
            told += f"{mark!r}; read as {'it is' if len(found) == 1 else 'they are'}: {shown(found, 2)}"
            todo = f"Set ingest.code_separator to {mark!r} to read them as a tree."
            return [Problem(where, told, todo)]
    return []


def _dark(where: str, codes: Sequence[Code]) -> list[Problem]:
    dark = [code.name for code in codes if not code.definition and not is_readable(code.name)]
    if not dark:
        return []
    told = f"{len(dark)} of {len(codes)} codes have neither readable names nor definitions: {shown(dark)}"
    todo = "Write definitions: without them suggestions for these codes rest on codings alone."
    return [Problem(where, told, todo)]


def is_readable(name: str) -> bool:
    """Whether a code's name says something to a reader who has no codebook: `Gaining trust`, `PayBill`; not `GENHX`."""
    words = _WORD.findall(_CAMEL.sub(" ", name))
    if len(words) == 1 and words[0].isupper() and len(words[0]) <= _ABBREVIATION:
        return False
    return any(len(word) > 3 or len(words) > 1 for word in words)
