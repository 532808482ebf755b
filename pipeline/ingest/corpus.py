"""A study's transcripts from disk: all documents, turns with roles, and whatever was noticed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.attributes import Attributes, read_attributes
from pipeline.ingest.drafts import Draft, Reading, Talk, key_of
from pipeline.ingest.files import listing, load, record
from pipeline.ingest.readers import READERS
from pipeline.ingest.roles import speakers_of
from pipeline.records import Corpus, Document, InputFile, Problem, Progress, Role, Speaker, Turn


def read(transcripts: Path, documents: Path | None, config: IngestConfig, progress: Progress | None = None) -> Corpus:
    """The study in a folder (a document a file, tables among them) or in one file.

    documents: a table with the column document, perhaps site, and further attributes; None if there is none.
    progress: called after each file with (files read, files in all).
    Raises InputError if a file cannot be read, two documents have one name, or nothing readable is there.
    """
    paths, problems = _sources(transcripts, documents)
    readings: list[Reading] = []
    files: list[InputFile] = []
    for done, path in enumerate(paths, start=1):
        loaded = load(path, config.max_file_mb)
        reading = READERS[path.suffix.lower()](loaded, config)
        readings.append(reading)
        files.append(record(loaded, reading.kind))
        if progress is not None:
            progress(done, len(paths))
    problems += [problem for reading in readings for problem in reading.problems]
    drafts = sorted((draft for reading in readings for draft in reading.drafts), key=lambda draft: draft.id)
    if not drafts:
        raise InputError("no transcript holds any text", str(transcripts), _known_endings())
    _refuse_doubles(drafts)
    if documents is not None:
        loaded = load(documents, config.max_file_mb)
        attributes = read_attributes(loaded, [draft.id for draft in drafts], config)
        files.append(record(loaded, "documents"))
        problems += attributes.problems
        return _corpus(drafts, attributes, problems, files, config)
    return _corpus(drafts, Attributes({}, {}, ()), problems, files, config)


def _sources(transcripts: Path, documents: Path | None) -> tuple[list[Path], list[Problem]]:
    try:
        there = transcripts.exists()
    except (OSError, ValueError) as problem:  # a name that is too long, a NUL in the path
        fact = f"this is no path ({getattr(problem, 'strerror', problem)})"
        raise InputError(fact, str(transcripts), "Check the path of the transcripts.") from problem
    if not there:
        raise InputError("there is no such file or folder", str(transcripts), "Check the path of the transcripts.")
    if not transcripts.is_dir():
        if transcripts.suffix.lower() not in READERS:
            raise InputError(f"files of type {transcripts.suffix!r} cannot be read", str(transcripts), _known_endings())
        return [transcripts], []
    files, folders = listing(transcripts)
    if documents is not None:
        files = [path for path in files if not _same(path, documents)]
    known = [path for path in files if path.suffix.lower() in READERS]
    unknown = [path.name for path in files if path.suffix.lower() not in READERS]
    problems = []
    if unknown:
        told = f"{len(unknown)} files were not read: {_some(unknown)}"
        problems.append(Problem(transcripts.name, told, _known_endings()))
    if folders:
        told = f"{len(folders)} folders inside were not read: {_some(folders)}"
        problems.append(Problem(transcripts.name, told, "Put all transcripts into one folder."))
    if not known:
        raise InputError("the folder holds no transcript", str(transcripts), _known_endings())
    return known, problems


def _same(path: Path, documents: Path) -> bool:
    """Whether both are one file; a path that leads nowhere is told when it is read."""
    try:
        return path.samefile(documents)
    except (OSError, ValueError):
        return False


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")


def _known_endings() -> str:
    return f"Files that can be read end in {', '.join(READERS)}."


def _refuse_doubles(drafts: Sequence[Draft]) -> None:
    """Two documents of one name, be it that only the case or the file's ending differs, would mix their codings."""
    seen: dict[str, Draft] = {}
    for draft in drafts:
        other = seen.setdefault(draft.id.casefold(), draft)
        if other is not draft:
            raise InputError(
                f"two documents are called {draft.id!r}"
                + ("" if other.id == draft.id else f" and {other.id!r}")
                + f", in {other.source} and {draft.source}",
                draft.source,
                "Rename one of them; capital letters and file endings do not tell documents apart.",
            )


def _corpus(
    drafts: Sequence[Draft],
    attributes: Attributes,
    problems: Sequence[Problem],
    files: Sequence[InputFile],
    config: IngestConfig,
) -> Corpus:
    speakers = speakers_of(drafts, config)
    roles = {(speaker.document, key_of(speaker.label)): speaker.role for speaker in speakers}
    turns = [
        _turn(draft, talk, roles[draft.id, key_of(talk.label)], config) for draft in drafts for talk in draft.talks
    ]
    silent = [Problem(d.source, f"document {d.id} holds no turn with text") for d in drafts if not d.talks]
    return Corpus(
        documents=tuple(_document(draft, attributes) for draft in drafts),
        turns=tuple(turns),
        speakers=speakers,
        dropped=tuple(dropped for draft in drafts for dropped in draft.dropped),
        problems=(*problems, *silent, *_role_problems(speakers)),
        files=tuple(sorted(files, key=lambda file: (file.kind, file.name))),
    )


def _document(draft: Draft, attributes: Attributes) -> Document:
    return Document(
        id=draft.id,
        text=draft.text,
        source=draft.source,
        sha256=draft.sha256,
        encoding=draft.encoding,
        form=draft.form,
        paragraphs=draft.paragraphs,
        site=attributes.sites.get(draft.id) or draft.site,
        attributes=attributes.values.get(draft.id, ()),
    )


def _turn(draft: Draft, talk: Talk, role: Role, config: IngestConfig) -> Turn:
    return Turn(
        document=draft.id,
        number=talk.number,
        paragraph=bisect_right(draft.paragraphs, talk.start),
        start=talk.start,
        end=talk.end,
        speaker=talk.label,
        person=_person(draft, talk, config),
        role=role,
        start_ms=talk.start_ms,
        end_ms=talk.end_ms,
        original=talk.original,
    )


def _person(draft: Draft, talk: Talk, config: IngestConfig) -> str:
    if draft.form == "answers":
        return draft.id
    key = key_of(talk.label)
    return key if config.speakers_global and key else f"{draft.id}/{key}"


def _role_problems(speakers: Sequence[Speaker]) -> list[Problem]:
    """Documents in which somebody speaks but nobody is analysed."""
    heard = {speaker.document for speaker in speakers}
    analysed = {speaker.document for speaker in speakers if speaker.role != Role.INTERVIEWER}
    todo = "Check ingest.interviewers in the configuration."
    return [
        Problem(name, "every speaker is an interviewer: nothing is analysed", todo) for name in sorted(heard - analysed)
    ]
