"""Memos of a project with their places in a study: on documents, on stretches, on codings, or on the study itself.

Programs write them as notes that something refers to, as notes that a link ties to something, or as descriptions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.config import IngestConfig
from pipeline.ingest.counted import many
from pipeline.ingest.refi.elements import below, children, every, guid, moment, targets, words
from pipeline.ingest.refi.homes import Spot
from pipeline.ingest.refi.project import Project
from pipeline.ingest.refi.texts import content
from pipeline.ingest.refi.users import Users
from pipeline.records import Memo, Problem

MARKED = "(marked without a code or a comment)"


@dataclass(frozen=True, slots=True)
class Notes:
    """memos: by identifier, not yet tied to anything.  elements: by identifier.  links: notes by what a link ties them
    to (ATLAS.ti has no NoteRef).
    """

    memos: dict[str, Memo]
    elements: dict[str, Any]
    links: dict[str, list[str]]
    problems: tuple[Problem, ...]

    def of(self, element: Any) -> list[str]:
        """The identifiers of the notes on an element: those it refers to, then those that links tie to it."""
        found = [*targets(element, "NoteRef"), *self.links.get(guid(element), ())]
        return [own for own in dict.fromkeys(found) if own in self.memos]

    def untied(self, placed: Iterable[str]) -> list[Memo]:
        """The memos that stand nowhere else: they are on the study as a whole."""
        elsewhere = set(placed)
        return [memo for own, memo in self.memos.items() if own not in elsewhere]


def read_notes(project: Project, users: Users, config: IngestConfig) -> Notes:
    """The notes of a project.

    Raises InputError as texts_of does.
    """
    memos: dict[str, Memo] = {}
    elements: dict[str, Any] = {}
    problems: list[Problem] = []
    lost = []
    for note in below(project.root, "Notes", "Note"):
        plain, encoding, noticed = content(project, note, config)
        problems += noticed
        if not encoding and not words(note):
            lost.append(note.get("name") or guid(note))
        text = "\n\n".join(filter(None, (words(note), plain.text.strip())))
        own = guid(note)
        author = guid(note, "creatingUser")
        name = (note.get("name") or "").strip()
        memos[own] = Memo(text, name, users.name(author) if author else "", moment(note))
        elements[own] = note
    if lost:
        problems.append(Problem(project.name, f"memos without a text: {', '.join(lost)}"))
    return Notes(memos, elements, _links(project.root, set(memos)), tuple(problems))


def dangling(project: Project, notes: Notes) -> tuple[Problem, ...]:
    """References to notes that the file does not hold."""
    wanted = {guid(reference, "targetGUID") for reference in every(project.root, "NoteRef")}
    lacking = wanted - set(notes.memos)
    if not lacking:
        return ()
    return (Problem(project.name, f"{len(lacking)} memos are referred to, but missing from the file"),)


def stretch(note: Any) -> tuple[int, int] | None:
    """The place that a note's own selection gives: QualCoder's annotations name a place in the source by it."""
    for selection in children(note, "PlainTextSelection"):
        if not children(selection, "Coding"):
            try:
                return int(selection.get("startPosition") or ""), int(selection.get("endPosition") or "")
            except ValueError:
                return None
    return None


def _links(root: Any, notes: set[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for link in below(root, "Links", "Link"):
        ends = guid(link, "originGUID"), guid(link, "targetGUID")
        for note, other in (ends, ends[::-1]):
            if note in notes and other not in notes:
                found.setdefault(other, []).append(note)
    return found


@dataclass(slots=True)
class Memos:
    """Gathers memos while a project is walked.  placed: identifiers of the notes that have a place."""

    notes: Notes
    users: Users
    found: list[Memo] = field(default_factory=list)
    placed: set[str] = field(default_factory=set)
    unplaced: int = 0
    homeless: int = 0

    def noted(self, element: Any, spot: Spot, code: str = "") -> int:
        """Takes in the notes on an element that lies there; gives their number."""
        found = self.notes.of(element)
        for own in found:
            self.tied(own, spot, code)
        return len(found)

    def tied(self, own: str, spot: Spot, code: str = "") -> None:
        """Takes in one note that belongs to a place."""
        self.placed.add(own)
        self._add(replace(self.notes.memos[own], code=code), spot)

    def described(self, element: Any, spot: Spot) -> int:
        """Takes in the description of an element as a memo: programs write comments so."""
        text = words(element)
        if text:
            self.say(text, element, spot)
        return int(bool(text))

    def say(self, text: str, element: Any, spot: Spot) -> None:
        """Takes in a memo by the person who made an element."""
        author = guid(element, "creatingUser")
        self._add(Memo(text, "", self.users.name(author) if author else "", moment(element)), spot)

    def on_study(self, project: Project, elsewhere: set[str]) -> None:
        """Takes in the project's own description and the notes that stand nowhere else."""
        text = "" if project.ours else words(project.root)
        if text:
            self.found.append(Memo(text, project.root.get("name") or ""))
        self.found += self.notes.untied(self.placed | elsewhere)

    def problems(self, file: str) -> list[Problem]:
        """Memos that stand on more than their place."""
        found = []
        if self.unplaced:
            told = f"{many(self.unplaced, 'memo')} on stretches without a place; kept as memos on the documents"
            found.append(Problem(file, told))
        if self.homeless:
            told = f"{many(self.homeless, 'memo')} on documents that the study lacks; kept as memos on the study"
            found.append(Problem(file, told))
        return found

    def _add(self, memo: Memo, spot: Spot) -> None:
        if not spot.document:
            self.homeless += 1
            self.found.append(replace(memo, title=memo.title or spot.source))
        else:
            self.unplaced += bool(spot.reason)
            self.found.append(replace(memo, document=spot.document, start=spot.start, end=spot.end))
