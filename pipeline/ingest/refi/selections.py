"""The selections on the texts of a project, and how their positions are counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.ingest.counted import many, shown
from pipeline.ingest.refi.elements import children, guid
from pipeline.ingest.refi.positions import Marked, Resolved, Ruler, Way, resolve
from pipeline.ingest.refi.project import Project
from pipeline.ingest.refi.texts import Source
from pipeline.records import Problem


@dataclass(frozen=True, slots=True)
class Selection:
    """One selection.  place: as the file counts; None if the file gives no numbers."""

    element: Any
    place: tuple[int, int] | None
    name: str


def selections_of(source: Source) -> tuple[Selection, ...]:
    """The selections on a text in the order of the file; those of transcripts lie between synchronisation points."""
    found = []
    for element in source.elements:
        points = {guid(point): point.get("position") or "" for point in children(element, "SyncPoint")}
        for one in children(element, "PlainTextSelection", "TranscriptSelection"):
            start = one.get("startPosition") or points.get(guid(one, "fromSyncPoint"), "")
            end = one.get("endPosition") or points.get(guid(one, "toSyncPoint"), "")
            found.append(Selection(one, _numbers(start, end), one.get("name") or ""))
    return tuple(found)


def resolved(project: Project, sources: Sequence[Source]) -> tuple[Resolved, ...]:
    """How the positions in each text are counted."""
    texts = []
    for source in sources:
        marked = [Marked(*one.place, one.name) for one in selections_of(source) if one.place is not None]
        texts.append((source.plain, marked))
    return resolve(texts, project.origin)


def rulers(project: Project, sources: Sequence[Source]) -> tuple[Ruler, ...]:
    """What turns the positions in each text into code points."""
    return tuple(one.ruler for one in resolved(project, sources))


def counted(project: Project, sources: Sequence[Source], found: Sequence[Resolved]) -> tuple[Problem, ...]:
    """Which way of counting was used, where it is not the plain one or not sure."""
    problems = []
    ways: dict[Way, list[str]] = {}
    for source, one in zip(sources, found, strict=True):
        if not source.missing and selections_of(source) and ("\r\n" in source.plain.raw or one.ruler.way != Way()):
            ways.setdefault(one.ruler.way, []).append(source.id)
    for way, names in ways.items():
        told = f"positions in {many(len(names), 'text')} ({shown(names)}) were read so: {way.told()}"
        problems.append(Problem(project.name, told))
    for source, one in zip(sources, found, strict=True):
        if one.other is not None and not source.missing:
            told = (
                f"positions in {source.id} are ambiguous: two ways of counting fit equally and disagree on "
                f"{many(one.differing, 'selection')}; used: {one.ruler.way.told()}; also possible: {one.other.told()}"
            )
            problems.append(Problem(project.name, told, "Compare a few codings with the program that wrote the file."))
    return tuple(problems)


def _numbers(start: str, end: str) -> tuple[int, int] | None:
    try:
        return int(start), int(end)
    except ValueError:
        return None
