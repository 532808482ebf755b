"""Which file ending is read by what: the one place where a further format is added."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pipeline.config import IngestConfig
from pipeline.ingest.decode import decode
from pipeline.ingest.drafts import Loaded, Reader, Reading
from pipeline.ingest.read_mammoth import read_paragraphs
from pipeline.ingest.table_documents import read_talk
from pipeline.ingest.turns import draft_of
from pipeline.records import Problem


def read_text(loaded: Loaded, config: IngestConfig) -> Reading:
    """The transcript in a plain text file."""
    decoded = decode(loaded, config)
    if not decoded.text.strip():
        return _nothing(loaded, decoded.problems)
    draft, problems = draft_of(decoded.text, loaded, decoded.encoding, config)
    return Reading((draft,), (*decoded.problems, *problems), "transcript")


def read_docx(loaded: Loaded, config: IngestConfig) -> Reading:
    """The transcript in a Word file; its text is the paragraphs with a blank line between them."""
    word = read_paragraphs(loaded, config.max_file_mb)
    text = "\n\n".join(word.paragraphs)
    if not text.strip():
        return _nothing(loaded, word.problems)
    draft, problems = draft_of(text, loaded, "docx", config, word.labels)
    return Reading((draft,), (*word.problems, *problems), "transcript")


def _nothing(loaded: Loaded, problems: tuple[Problem, ...]) -> Reading:
    return Reading((), (*problems, Problem(loaded.name, "the file holds no text", "It was left out.")), "transcript")


READERS: Mapping[str, Reader] = MappingProxyType(
    {
        ".txt": read_text,
        ".text": read_text,
        ".md": read_text,
        ".docx": read_docx,
        ".csv": read_talk,
        ".tsv": read_talk,
        ".xlsx": read_talk,
        ".parquet": read_talk,
    }
)
