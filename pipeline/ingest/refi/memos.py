"""Memos of a project with their places in a study: on documents, on stretches, on codings, or on the study itself."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.ingest.counted import many
from pipeline.ingest.refi.elements import guid, moment, words
from pipeline.ingest.refi.homes import Spot
from pipeline.ingest.refi.notes import Notes
from pipeline.ingest.refi.project import Project
from pipeline.ingest.refi.users import Users
from pipeline.records import Memo, Problem

MARKED = "(marked without a code or a comment)"


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
