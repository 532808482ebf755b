"""What readers hand on inside this room: a document with its turns, before roles are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.config import IngestConfig
from pipeline.records import Dropped, Problem


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file in memory.  name: the file's own name, which is what messages and the manifest show."""

    path: Path
    name: str
    data: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Talk:
    """One turn as read: text[start:end] of its draft, label as typed, role as a table states it ("" if it does not)."""

    number: int
    start: int
    end: int
    label: str
    role: str = ""
    start_ms: int | None = None
    end_ms: int | None = None
    original: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A document as read, its turns still without roles and persons; other fields as in records.Document."""

    id: str
    text: str
    source: str
    sha256: str
    encoding: str
    form: str
    paragraphs: tuple[int, ...]
    talks: tuple[Talk, ...]
    dropped: tuple[Dropped, ...] = ()
    site: str = ""
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file gave.  kind: "transcript" or "table"."""

    drafts: tuple[Draft, ...]
    problems: tuple[Problem, ...]
    kind: str


Reader = Callable[[Loaded, IngestConfig], Reading]


def key_of(label: str) -> str:
    """The form in which two spellings of a label are one person: case folded, blanks collapsed."""
    return " ".join(label.split()).casefold()


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without its leading and trailing white space; empty at `start` if there is nothing else."""
    piece = text[start:end]
    inner = piece.strip()
    if not inner:
        return start, start
    begin = start + len(piece) - len(piece.lstrip())
    return begin, begin + len(inner)
