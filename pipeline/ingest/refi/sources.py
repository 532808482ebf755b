"""The texts of a REFI-QDA project as transcripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.counted import many, shown
from pipeline.ingest.drafts import Draft, Loaded, Reading, Talk
from pipeline.ingest.read_lxml import local
from pipeline.ingest.refi.elements import children
from pipeline.ingest.refi.own_turns import Origin, marked_turns, origin_of, rows_of
from pipeline.ingest.refi.paths import orphans
from pipeline.ingest.refi.positions import Ruler
from pipeline.ingest.refi.project import Project, open_project
from pipeline.ingest.refi.selections import rulers
from pipeline.ingest.refi.texts import Source, texts_of
from pipeline.ingest.refi.tree import read_tree
from pipeline.ingest.refi.users import Users
from pipeline.ingest.refi.variables import attributes, site_of
from pipeline.ingest.turns import draft_of
from pipeline.records import Dropped, Problem


def read(loaded: Loaded, config: IngestConfig) -> Reading:
    """The documents of a project, each text a document; texts of PDFs and transcripts of recordings count.

    Turns are those of typed text, unless this software marked the turns itself when it wrote the project.
    Raises InputError if the file cannot be read; missing texts and other oddities are problems.
    """
    project = open_project(loaded, config)
    if local(project.root) != "Project":
        raise InputError("a codebook file holds no transcripts", loaded.name, "Name it as the codebook of the study.")
    sources, missing = texts_of(project, config)
    speakers, users = read_tree(project, config).speakers, Users(project)
    values, odd = attributes(project, sources)
    problems = [*project.problems, *missing, *odd, *_orphans(project)]
    drafts = []
    for source, ruler, pairs in zip(sources, rulers(project, sources), values, strict=True):
        if source.missing or not source.plain.text.strip():
            continue
        talks = marked_turns(source.elements, speakers, users, ruler) if speakers else ()
        draft, noticed = _draft(source, talks, ruler, loaded, config)
        site, further = site_of(pairs)
        drafts.append(replace(draft, site=site, attributes=further))
        problems += noticed
    return Reading(tuple(drafts), tuple(problems), "project")


def _draft(
    source: Source, talks: Sequence[Talk], ruler: Ruler, loaded: Loaded, config: IngestConfig
) -> tuple[Draft, tuple[Problem, ...]]:
    named = replace(loaded, path=Path("text"), name=f"{loaded.name}, {source.id}")
    known = {talk.label for talk in talks if talk.label}
    typed, problems = draft_of(source.plain.text, named, source.encoding, config, known)
    origin = origin_of(source.elements) or Origin(typed.form, source.encoding, loaded.name)
    dropped = tuple(replace(one, document=source.id) for one in typed.dropped)
    draft = replace(typed, id=source.id, source=origin.file, encoding=origin.encoding, dropped=dropped)
    if not talks:
        # without marked turns a form says nothing: `table` means that rows tell who speaks
        return replace(draft, talks=_timed(draft, source, ruler)), problems
    if origin.form == "transcript":
        dropped = tuple(d for d in dropped if all(d.end <= talk.start or talk.end <= d.start for talk in talks))
        return replace(draft, talks=tuple(talks), dropped=dropped), ()
    starts, empty = rows_of(source.plain.text, talks)
    dropped = tuple(Dropped(source.id, start, start, "", "ingest", "empty turn", turn) for start, turn in empty)
    return replace(draft, form=origin.form, talks=tuple(talks), paragraphs=starts, dropped=dropped), ()


def _timed(draft: Draft, source: Source, ruler: Ruler) -> tuple[Talk, ...]:
    """Turns with the times of the transcript's synchronisation points that stand at their beginning."""
    times: dict[int, int] = {}
    for point in (one for element in source.elements for one in children(element, "SyncPoint")):
        try:
            place, time = ruler.at(int(point.get("position") or "")), int(point.get("timeStamp") or "")
        except ValueError:
            continue
        if place >= 0:
            times.setdefault(place, time)
    if not times:
        return draft.talks
    found, last = [], 0
    for talk in draft.talks:
        line = max(last, draft.text.rfind("\n", 0, talk.start) + 1)
        start = next((times[place] for place in range(talk.start, line - 1, -1) if place in times), None)
        found.append(talk if start is None or talk.start_ms is not None else replace(talk, start_ms=start))
        last = talk.end
    return tuple(found)


def _orphans(project: Project) -> tuple[Problem, ...]:
    found = orphans(project)
    if not found:
        return ()
    verb = "is" if len(found) == 1 else "are"
    told = f"{many(len(found), 'file')} in the project that nothing refers to {verb} not read: {shown(found)}"
    return (Problem(project.name, told),)
