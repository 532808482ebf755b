"""What a file holds that somebody named without saying so: told by its content and headings."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Literal

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.drafts import Loaded
from pipeline.ingest.files import load
from pipeline.ingest.foreign import nvivo
from pipeline.ingest.foreign.code_tables import typed_rows
from pipeline.ingest.foreign.headings import columns_of, is_decisions, passages_of, tree_of
from pipeline.ingest.suffixes import PROJECTS
from pipeline.ingest.tables import grids

Kind = Literal["transcript", "codebook", "codings", "project", "decisions"]

_TREES = (".qdc",)
_TABLES = (".csv", ".tsv", ".xlsx", ".ods", ".parquet")
_TEXTS = (".txt", ".text")


def what_is(path: Path, config: IngestConfig | None = None) -> Kind:
    """What a file holds; "project" is transcripts, codebook and codings in one, what nothing tells is a transcript.

    Raises InputError if the file cannot be opened.
    """
    settings = config or IngestConfig()
    return kind_of(load(path, settings.max_file_mb), settings)


def kind_of(loaded: Loaded, config: IngestConfig) -> Kind:
    """The same for a file in memory; what cannot be read counts as a transcript, whose reader says why."""
    if is_project(loaded):
        return "project"
    if loaded.path.suffix.lower() in _TREES:
        return "codebook"
    try:
        return _by_content(loaded, config)
    except InputError:
        return "transcript"


def _by_content(loaded: Loaded, config: IngestConfig) -> Kind:
    if nvivo.is_export(loaded, config):
        return "codings"
    if typed_rows(loaded, config)[0]:
        return "codebook"
    suffix = loaded.path.suffix.lower()
    if suffix in _TABLES or (suffix in _TEXTS and _may_be_table(loaded)):
        return _of_table(loaded, config)
    return "transcript"


def is_project(loaded: Loaded) -> bool:
    """Whether a file is a REFI-QDA project, by its ending or by what it holds."""
    if loaded.path.suffix.lower() in PROJECTS:
        return True
    if not loaded.data.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(loaded.data)) as archive:
            return any(name.casefold().endswith(".qde") for name in archive.namelist())
    except (zipfile.BadZipFile, UnicodeDecodeError, NotImplementedError, ValueError):
        return False


def _of_table(loaded: Loaded, config: IngestConfig) -> Kind:
    for grid in grids(loaded, config):
        folded = columns_of(grid).folded
        if is_decisions(folded):
            return "decisions"
        if passages_of(folded):
            return "codings"
        if tree_of(folded) and not {"text", "speaker", "document"} & set(folded):
            return "codebook"
    return "transcript"


def _may_be_table(loaded: Loaded) -> bool:
    """Tables may end in .txt: then their first line is short words between separators, one of which we know."""
    head = loaded.data[:2000].split(b"\n")[0].lower()
    return any(word in head for word in (b"code", b"tag", b"coded", b"decision", b"name"))
