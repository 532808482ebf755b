"""A study's transcripts from disk: all documents, turns with roles, and whatever was noticed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.attributes import Attributes, read_attributes
from pipeline.ingest.drafts import Draft, Loaded, Reading, Talk, key_of
from pipeline.ingest.files import load, record, shown
from pipeline.ingest.formats.table_names import sheets_apart
from pipeline.ingest.found import refuse_link_out, transcript_files, where_of
from pipeline.ingest.labels import is_anonymous
from pipeline.ingest.language import foreign_languages
from pipeline.ingest.readers import known_endings, read_transcript
from pipeline.ingest.roles import speakers_of
from pipeline.records import Corpus, Document, InputFile, Problem, Progress, Role, Speaker, Turn


def read(
    transcripts: Path | Sequence[Path],
    documents: Path | None,
    config: IngestConfig,
    progress: Progress | None = None,
    *,
    may_be_empty: bool = False,
) -> Corpus:
    """The study in a folder (a document a file, tables among them), in one file, or in several files.

    documents: a table with the column document, perhaps site, and further attributes; None if there is none.
    progress: called after each file with (files read, files in all).
    may_be_empty: a project may hold a coding tree alone.
    Raises InputError if a file cannot be read (with config.skip_unreadable it goes to `skipped`), two documents have
    one name, or nothing readable is there.
    """
    paths, problems = transcript_files(transcripts, documents)
    read_in = [
        _file(path, transcripts, config, _told(progress, done, len(paths))) for done, path in enumerate(paths, start=1)
    ]
    readings = [reading for reading in read_in if isinstance(reading, _Read)]
    skipped = tuple(reading for reading in read_in if isinstance(reading, Problem))
    files = [InputFile(one.loaded.name, one.loaded.sha256, one.reading.kind) for one in readings]
    problems += [problem for one in readings for problem in one.reading.problems]
    apart, renamed = sheets_apart([draft for one in readings for draft in one.reading.drafts])
    problems += renamed
    drafts = sorted(apart, key=lambda draft: draft.id)
    if not drafts and not may_be_empty:
        first = f" ({skipped[0].where}: {skipped[0].what})" if skipped else ""
        raise InputError(f"no transcript holds any text{first}", where_of(transcripts), known_endings())
    _refuse_doubles(drafts)
    problems += foreign_languages(drafts, config)
    attributes = Attributes({}, {}, ())
    if documents is not None:
        loaded = load(documents, config.max_file_mb)
        attributes = read_attributes(loaded, [draft.id for draft in drafts], config)
        files.append(record(loaded, "documents"))
        problems += attributes.problems
    return replace(_corpus(drafts, attributes, problems, files, config), skipped=skipped)


@dataclass(frozen=True, slots=True)
class _Read:
    """A file with what it gave."""

    loaded: Loaded
    reading: Reading


def _file(
    path: Path, transcripts: Path | Sequence[Path], config: IngestConfig, done: Callable[[], None]
) -> _Read | Problem:
    """What a file gave; the error as a Problem if it cannot be read and such files are to be skipped."""
    try:
        refuse_link_out(path, transcripts)
        loaded = load(path, config.max_file_mb)
        return _Read(loaded, read_transcript(loaded, config))
    except InputError as problem:
        if not config.skip_unreadable:
            raise
        where = problem.where if problem.where.startswith(path.name) else shown(path.name)
        return Problem(where, problem.what, problem.todo)
    finally:
        done()


def _told(progress: Progress | None, done: int, total: int) -> Callable[[], None]:
    return lambda: None if progress is None else progress(done, total)


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
        attributes=_merged(draft.attributes, attributes.values.get(draft.id, ())),
    )


def _merged(own: tuple[tuple[str, str], ...], given: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """What the document's own file says of it, and what documents.csv says, which goes before where both say it."""
    return tuple({**dict(own), **dict(given)}.items())


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
    named = key and not is_anonymous(key)
    return key if config.speakers_global and named else f"{draft.id}/{key}"


def _role_problems(speakers: Sequence[Speaker]) -> list[Problem]:
    """Documents in which somebody speaks but nobody is analysed."""
    heard = {speaker.document for speaker in speakers}
    analysed = {speaker.document for speaker in speakers if speaker.role != Role.INTERVIEWER}
    todo = "Check ingest.interviewers in the configuration."
    return [
        Problem(name, "every speaker is an interviewer: nothing is analysed", todo) for name in sorted(heard - analysed)
    ]
