"""The codings and memos of a .qdpx file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.counted import many, without_place
from pipeline.ingest.drafts import Loaded
from pipeline.ingest.read_lxml import local
from pipeline.ingest.refi.elements import below, children, every, guid, moment, targets
from pipeline.ingest.refi.homes import Home, Spot, homes, placed, spot_of, whole
from pipeline.ingest.refi.memos import MARKED, Memos, dangling, read_notes, stretch
from pipeline.ingest.refi.own_turns import origin_of
from pipeline.ingest.refi.positions import Ruler
from pipeline.ingest.refi.project import Project, open_project
from pipeline.ingest.refi.selections import Selection, counted, resolved, selections_of
from pipeline.ingest.refi.texts import Source, texts_of
from pipeline.ingest.refi.tree import Codes, Tree, read_tree
from pipeline.ingest.refi.users import Users
from pipeline.records import Codebook, Coding, Codings, Corpus, Problem, Unplaced

_ELSEWHERE = {
    "PDFSelection": "the coding lies on an area of a PDF page, which is not read",
    "PictureSelection": "the coding lies on an area of a picture, which is not read",
    "AudioSelection": "the coding lies on a stretch of a recording, not of a text",
    "VideoSelection": "the coding lies on a stretch of a recording, not of a text",
    "PlainTextSelection": "the coding lies on a memo, which is no document",
    "Note": "the coding lies on a memo, which is no document",
}
_NO_TEXT = "the coding lies on a source that has no text"


def read_codings(loaded: Loaded, corpus: Corpus, codebook: Codebook, config: IngestConfig) -> Codings:
    """The codings and memos of a .qdpx file, placed in the documents of a study.

    What has no place is kept as unplaced, with the reason. With an empty codebook the project's own codes count.
    Raises InputError if the file cannot be read.
    """
    project = open_project(loaded, config)
    if local(project.root) != "Project":
        raise InputError("a codebook file holds no codings", loaded.name, "Name a project (.qdpx) or a table.")
    sources, missing = texts_of(project, config)
    tree, users = read_tree(project, config), Users(project)
    counts = resolved(project, sources)
    notes = read_notes(project, users, config)
    walk = _Walk(project, tree, users, Codes(tree, codebook), Memos(notes, users))
    for source, home, count in zip(sources, homes(sources, corpus), counts, strict=True):
        walk.source(source, home, count.ruler)
    walk.elsewhere()
    # memos on the machine's branches have no code in the study: they stay with the study
    on_codes = {own for element in tree.elements for own in notes.of(element)}
    walk.memos.on_study(project, on_codes)
    problems = [
        *project.problems,
        *missing,
        *counted(project, sources, counts),
        *notes.problems,
        *dangling(project, notes),
        *users.problems(),
        *without_place(loaded.name, walk.unplaced, len(walk.items) + walk.repeated + len(walk.unplaced)),
        *walk.remarks(),
        *walk.memos.problems(loaded.name),
    ]
    items = tuple(replace(coding, date=when) for coding, when in walk.items.items())
    return Codings(items, tuple(problems), tuple(walk.unplaced), tuple(walk.memos.found))


@dataclass(slots=True)
class _Walk:
    """What is gathered from a project.  items: date by coding (without its date).  seen: Coding elements done."""

    project: Project
    tree: Tree
    users: Users
    codes: Codes
    memos: Memos
    items: dict[Coding, str] = field(default_factory=dict)
    unplaced: list[Unplaced] = field(default_factory=list)
    seen: set[Any] = field(default_factory=set)
    on_text: set[tuple[str, str, str]] = field(default_factory=set)
    machine: int = 0
    people_on_themes: int = 0
    repeated: int = 0
    wholes: int = 0
    twins: int = 0
    dateless: int = 0

    def source(self, source: Source, home: Home, ruler: Ruler) -> None:
        """Takes in the codings and memos on one text."""
        for selection in selections_of(source):
            self._selection(selection, spot_of(selection, source, home, ruler))
        cases = (
            one for one in below(self.project.root, "Cases", "Case") if source.guids & {*targets(one, "SourceRef")}
        )
        for case in cases:
            self.memos.described(case, Spot(source.id, home.document))
        holders = list(dict.fromkeys((*source.elements, *source.owners)))
        ours = origin_of(source.elements) is not None
        for holder in holders:
            for coding in children(holder, "Coding"):
                self.wholes += 1
                self._coding(coding, None, whole(source, home))
            there = Spot(source.id, home.document)
            if not ours:
                self.memos.described(holder, there)
            for own in self.memos.notes.of(holder):
                self.memos.tied(own, self._annotated(own, source, home, ruler) or there)

    def elsewhere(self) -> None:
        """Takes in the codings that lie on no text; those on PDF areas whose words are coded as well count there."""
        for coding in every(self.project.root, "Coding"):
            if coding in self.seen:
                continue
            held = coding.getparent()
            by = guid(coding, "creatingUser") or guid(held, "creatingUser")
            if all((guid(held), by, code) in self.on_text for code in targets(coding, "CodeRef")):
                self.twins += 1
                continue
            above = held.getparent()
            direct = above is None or local(held).endswith("Source")
            name = (held if direct else above).get("name") or ""
            reason = _ELSEWHERE.get(local(held), _NO_TEXT)
            spot = Spot(name, "", text="" if direct else held.get("name") or "", reason=reason)
            self._coding(coding, None if direct else held, spot)

    def remarks(self) -> Iterable[Problem]:
        """What was noticed, in numbers."""
        if self.machine:
            told = f"{many(self.machine, 'coding')} by the machine left out: suggestions are not people's codings"
            yield Problem(self.project.name, told)
        if self.people_on_themes:
            told = f"{many(self.people_on_themes, 'coding')} by people with candidate themes of the machine left out"
            todo = "Accept the theme as a code, then its codings count."
            yield Problem(self.project.name, told, todo)
        if self.wholes:
            told = f"{many(self.wholes, 'coding')} of whole documents; each counts for the whole text"
            yield Problem(self.project.name, told)
        if self.twins:
            told = f"{many(self.twins, 'coding')} of PDF areas whose words are coded as well; each counts once"
            yield Problem(self.project.name, told)
        if self.repeated:
            told = f"{many(self.repeated, 'coding')} made twice by one person on the same words; each counts once"
            yield Problem(self.project.name, told)
        if self.dateless:
            yield Problem(self.project.name, f"{many(self.dateless, 'date')} of codings could not be read")

    def _selection(self, selection: Selection, spot: Spot) -> None:
        element = selection.element
        codings = children(element, "Coding")
        for coding in codings:
            self._coding(coding, element, spot)
        said = self.memos.noted(element, spot)
        if self.users.is_machine(guid(element, "creatingUser")):
            return
        said += self.memos.described(element, spot)
        if not codings and not said:
            self.memos.say(MARKED, element, spot)

    def _coding(self, coding: Any, selection: Any, spot: Spot) -> None:
        self.seen.add(coding)
        by = guid(coding, "creatingUser") or ("" if selection is None else guid(selection, "creatingUser"))
        when = moment(coding) or ("" if selection is None else moment(selection))
        self.dateless += bool(coding.get("creationDateTime")) and not when
        references = targets(coding, "CodeRef") or [""]
        for target in references:
            if selection is not None:
                self.on_text.add((guid(selection), by, target))
            if target in self.tree.speakers or self._is_suggestion(by, target):
                continue
            self._human(coding, target, by, when, spot)

    def _is_suggestion(self, by: str, target: str) -> bool:
        if self.users.is_machine(by):
            self.machine += 1
            return True
        self.people_on_themes += target in self.tree.suggested
        return target in self.tree.suggested

    def _human(self, coding: Any, target: str, by: str, when: str, spot: Spot) -> None:
        coder = self.users.name(by)
        meant = self.codes.meant(target)
        if spot.reason or meant.reason:
            where = f"{self.project.name}, coding {guid(coding)}"
            document = spot.document or spot.source
            reason = spot.reason or meant.reason
            self.unplaced.append(Unplaced(where, document, coder, meant.name, spot.text, reason))
            self.memos.noted(coding, replace(spot, reason=reason), "")
            return
        found = Coding(spot.document, spot.start, spot.end, coder, meant.name)
        self.repeated += found in self.items
        self.items[found] = min(filter(None, (when, self.items.get(found, ""))), default="")
        self.memos.noted(coding, spot, meant.name)

    def _annotated(self, own: str, source: Source, home: Home, ruler: Ruler) -> Spot | None:
        """The place in the source that a note's own selection gives, None if it is one in the note itself.

        QualCoder writes annotations so; elsewhere such a selection lies on the note, as far as the note's text reaches.
        """
        place = stretch(self.memos.notes.elements[own])
        if place is None or source.missing:
            return None
        length = len(self.memos.notes.memos[own].text)
        if place[1] <= length and not self.project.origin.startswith("QualCoder"):
            return None
        return placed(place, source, home, ruler)
