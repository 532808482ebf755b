"""Codings of people and placements of the machine, as stretches of documents that a user put a code on."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from pipeline.exchange.refi.study import Study
from pipeline.exchange.talk import fits
from pipeline.records import Coding


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """What one user marked: document.text[start:end].  The order of the fields is the order in the file.

    machine: false for people.  coder: "" for the machine.
    """

    document: str
    start: int
    end: int
    machine: bool
    coder: str


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """One code on a place.  code: the name of a code, for the machine the id of a theme.  date: as in Coding."""

    place: Place
    code: str
    date: str = field(default="", compare=False)


def marks(study: Study, codings: Iterable[Coding], themes: Collection[str]) -> list[Mark]:
    """All marks of a study, sorted; a coding that was entered twice is one mark, with its earliest date.

    themes: ids of the themes that the file holds.
    """
    texts = {document.id: document for document in study.corpus.documents}
    found: dict[Mark, Mark] = {}
    for coding in codings:
        if fits(coding, texts):
            place = Place(coding.document, coding.start, coding.end, False, coding.coder)
            mark = Mark(place, coding.code, coding.date)
            there = found.get(mark, mark)
            found[mark] = min(mark, there, key=lambda one: (not one.date, one.date))
    for utterance, index in zip(study.utterances, study.placed, strict=False):
        theme = study.themes[index].id if index >= 0 else ""
        if theme in themes:
            mark = Mark(Place(utterance.document, utterance.start, utterance.end, True, ""), theme)
            found[mark] = mark
    return sorted(found.values())
