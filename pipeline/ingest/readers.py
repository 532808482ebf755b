"""Which file is read by what: by its content where that is plain, else by its ending.

This is the one place where a further format is added.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest import suffixes
from pipeline.ingest.drafts import Loaded, Reader, Reading
from pipeline.ingest.formats import captions, chat, elan, office, subtitles, table_documents, whisper
from pipeline.ingest.refi import sources
from pipeline.ingest.unreadable import MOST_PARTS, refuse_other_kinds
from pipeline.ingest.unzip import names_of
from pipeline.records import Problem

_WORD = re.compile(r"word/document\d*\.xml", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file.  looks: whether content is of this kind beyond doubt; None if content cannot tell."""

    name: str
    suffixes: tuple[str, ...]
    read: Reader
    looks: Callable[[Loaded], bool] | None = None


def _holds(part: str) -> Callable[[Loaded], bool]:
    """Whether the file is an archive with a part of that name, or of that ending outside every folder."""

    def looks(loaded: Loaded) -> bool:
        names = [name.casefold() for name in names_of(loaded.data, MOST_PARTS)]
        return part in names or (part.startswith(".") and any(n.endswith(part) and "/" not in n for n in names))

    return looks


def _is_word(loaded: Loaded) -> bool:
    """Whether the file is a Word document; the Word of browsers calls its main part document2.xml."""
    return any(map(_WORD.fullmatch, names_of(loaded.data, MOST_PARTS)))


def _open_document(kind: bytes) -> Callable[[Loaded], bool]:
    """Whether the file is an OpenDocument of that kind: the first part of such an archive is its media type."""

    def looks(loaded: Loaded) -> bool:
        head = loaded.data[:200]
        return head.startswith(b"PK") and b"mimetypeapplication/vnd.oasis.opendocument." + kind in head

    return looks


def _starts(mark: bytes) -> Callable[[Loaded], bool]:
    return lambda loaded: loaded.data.startswith(mark)


FORMATS: tuple[Format, ...] = (
    Format("REFI-QDA project", suffixes.PROJECTS, sources.read, _holds(".qde")),
    Format("Word document", suffixes.WORD, office.read_docx, _is_word),
    Format("OpenDocument text", suffixes.OPEN_TEXT, office.read_odt, _open_document(b"text")),
    Format("rich text", suffixes.RICH_TEXT, office.read_rtf, _starts(b"{\\rtf")),
    Format("Excel workbook", (".xlsx",), table_documents.read_talk, _holds("xl/workbook.xml")),
    Format("OpenDocument sheet", (".ods",), table_documents.read_talk, _open_document(b"spreadsheet")),
    Format("Parquet table", (".parquet",), table_documents.read_talk, _starts(b"PAR1")),
    Format("WebVTT captions", suffixes.CAPTIONS, captions.read, captions.looks),
    Format("SubRip subtitles", suffixes.SUBTITLES, subtitles.read, subtitles.looks),
    Format("Whisper JSON", suffixes.RECOGNISED, whisper.read, whisper.looks),
    Format("ELAN annotations", suffixes.ANNOTATED, elan.read, elan.looks),
    Format("CHAT transcript", suffixes.CHAT, chat.read, chat.looks),
    Format("table", (".csv", ".tsv"), table_documents.read_talk),
    Format("text", suffixes.TEXT, office.read_text),
)


def format_of(loaded: Loaded) -> Format:
    """What a file is: what its content surely is, else what its ending says.

    Raises InputError if neither tells, or the content is of a kind that cannot be read.
    """
    found = next((kind for kind in FORMATS if kind.looks is not None and kind.looks(loaded)), None)
    if found is None:
        refuse_other_kinds(loaded)
    found = found or next((kind for kind in FORMATS if loaded.path.suffix.lower() in kind.suffixes), None)
    if found is None:
        kind = f"of type {loaded.path.suffix!r}" if loaded.path.suffix else "without an ending"
        raise InputError(f"files {kind} cannot be read", str(loaded.path), known_endings())
    return found


def read_transcript(loaded: Loaded, config: IngestConfig) -> Reading:
    """The documents in a file, with a Problem if its ending says something else than its content.

    Raises InputError if the file cannot be read.
    """
    kind = format_of(loaded)
    try:
        reading = kind.read(loaded, config)
    except (RecursionError, MemoryError) as problem:
        told = (
            "the file is nested too deeply" if isinstance(problem, RecursionError) else "the file needs too much memory"
        )
        raise InputError(told, loaded.name, "Export it again, or split it.") from problem
    if loaded.path.suffix.lower() in kind.suffixes:
        return reading
    ends = f"ends in {loaded.path.suffix!r}" if loaded.path.suffix else "has no ending"
    told = f"the name {ends}, the content is a {kind.name}; it was read as that"
    return replace(reading, problems=(Problem(loaded.name, told, "Rename the file."), *reading.problems))


def known_endings() -> str:
    """A sentence that lists the endings that can be read."""
    return f"Files that can be read end in {', '.join(suffixes.TRANSCRIPTS)}."
