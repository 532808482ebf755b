"""Codings of people and placements of the machine, as stretches of documents that a user put a code on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.errors import CountError
from pipeline.records import Coding, Document, Result


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """One code on document.text[start:end].  The order of the fields is the order in the file.

    machine: false for people.  coder: "" for the machine.  code: the name of a code, or the id of a theme.
    theme: index of the candidate theme, -1 for people.
    """

    document: str
    start: int
    end: int
    machine: bool
    coder: str
    code: str
    theme: int


def marks(result: Result) -> list[Mark]:
    """All marks of a run, sorted; a coding that was entered twice is one mark.

    Raises CountError if placements and utterances or themes do not belong together.
    """
    texts = {document.id: document for document in result.corpus.documents}
    human = (
        Mark(coding.document, coding.start, coding.end, False, coding.coder, coding.code, -1)
        for coding in result.codings.items
        if fits(coding, texts)
    )
    return sorted({*human, *_placed(result)})


def fits(coding: Coding, documents: Mapping[str, Document]) -> bool:
    """True if the coding lies inside the text of a document that is known."""
    document = documents.get(coding.document)
    return document is not None and 0 <= coding.start <= coding.end <= len(document.text)


def _placed(result: Result) -> Iterator[Mark]:
    themes = result.clusters.placement.theme
    if len(themes) != len(result.utterances) or (len(themes) and int(themes.max()) >= len(result.themes)):
        raise CountError(
            f"{len(themes)} placements do not fit {len(result.utterances)} utterances and {len(result.themes)} themes",
            "exchange",
            "This is a defect: please report it.",
        )
    for utterance, theme in zip(result.utterances, themes.tolist(), strict=True):
        if theme >= 0:
            label = result.themes[theme].id
            yield Mark(utterance.document, utterance.start, utterance.end, True, "", label, theme)
