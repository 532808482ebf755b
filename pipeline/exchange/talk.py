"""Where talk stands: citations, paragraphs, and the original language of an utterance."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping

from pipeline.records import Coding, Document, Result, Utterance


def cite(utterance: Utterance) -> str:
    """The citation that the team uses: document and paragraph, `(BU 42)`."""
    return f"({utterance.document} {utterance.paragraph})"


def spoken(utterance: Utterance) -> str:
    """The citation with the speaker: `(BU 42, R4)`."""
    return f"{cite(utterance)[:-1]}, {utterance.speaker})" if utterance.speaker else cite(utterance)


def paragraph_at(document: Document, offset: int) -> int:
    """Number of the paragraph, from 1, in which a character stands."""
    return max(1, bisect_right(document.paragraphs, offset))


def paragraphs_of(document: Document, start: int, end: int) -> tuple[int, int]:
    """Numbers of the first and the last paragraph of a stretch."""
    return paragraph_at(document, start), paragraph_at(document, max(start, end - 1))


def fits(coding: Coding, documents: Mapping[str, Document]) -> bool:
    """True if the coding lies inside the text of a document that is known."""
    return is_inside(documents, coding.document, coding.start, coding.end)


def is_inside(documents: Mapping[str, Document], document: str, start: int, end: int) -> bool:
    """True if the stretch lies inside the text of a document that is known."""
    found = documents.get(document)
    return found is not None and 0 <= start <= end <= len(found.text)


def originals(result: Result) -> Mapping[tuple[str, int], str]:
    """The turns that have an original language, by document and number of the turn."""
    return {(turn.document, turn.number): turn.original for turn in result.corpus.turns if turn.original}


def many(count: int, noun: str, plural: str = "") -> str:
    """`1 theme`, `2 themes`; plural where adding an s is wrong."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"
