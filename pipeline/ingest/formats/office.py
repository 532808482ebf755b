"""Typed transcripts: plain text, Word, OpenDocument and rich text."""

from __future__ import annotations

from pipeline.config import IngestConfig
from pipeline.ingest.decode import decode
from pipeline.ingest.drafts import Loaded, Reading
from pipeline.ingest.formats import read_mammoth, read_odfdo, read_striprtf
from pipeline.ingest.formats.blocks import Typed
from pipeline.ingest.formats.left_out import told
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
    return _reading(read_mammoth.read_docx(loaded, config), loaded, "docx", config)


def read_odt(loaded: Loaded, config: IngestConfig) -> Reading:
    """The transcript in an OpenDocument text; its text as in a Word file."""
    return _reading(read_odfdo.read_odt(loaded, config), loaded, "odt", config)


def read_rtf(loaded: Loaded, config: IngestConfig) -> Reading:
    """The transcript in a rich text file; its text as in a Word file."""
    return _reading(read_striprtf.read_rtf(loaded), loaded, "rtf", config)


def _reading(typed: Typed, loaded: Loaded, encoding: str, config: IngestConfig) -> Reading:
    remarks = told(loaded.name, typed.left_out)
    if not typed.text.strip():
        return _nothing(loaded, remarks)
    draft, problems = draft_of(typed.text, loaded, encoding, config, typed.labels, typed.given)
    return Reading((draft,), (*remarks, *problems), "transcript")


def _nothing(loaded: Loaded, problems: tuple[Problem, ...]) -> Reading:
    return Reading((), (*problems, Problem(loaded.name, "the file holds no text", "It was left out.")), "transcript")
