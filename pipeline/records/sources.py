"""What was read: documents, turns, speakers, the codebook and the codings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Who speaks: only participants (and unknown speakers) are analysed; interviewers' turns are context."""

    PARTICIPANT = "participant"
    INTERVIEWER = "interviewer"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in an input that an analyst should know about although the run goes on."""

    where: str
    what: str
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One transcript.

    text: as in the file, byte order mark removed, CRLF and CR turned into LF.
    paragraphs: start offset of each paragraph, ascending; paragraph k (from 1) starts at paragraphs[k - 1].
    form: "transcript" (speakers talk), "table" (a row a turn) or "answers" (a row without a speaker is a document).
    attributes: further columns of documents.csv as (name, value) pairs in the order of the file.
    """

    id: str
    text: str
    source: str
    sha256: str
    encoding: str
    form: str
    paragraphs: tuple[int, ...]
    site: str = ""
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker's stretch of talk: document.text[start:end], without the speaker's label.

    number: from 1 in its document.  paragraph: of its first character.  speaker: the label as typed, "" if none.
    person: identifies the speaker over the whole study (document and label, unless labels are global).
    start_ms, end_ms: time in the recording, milliseconds, where the source gives it.
    original: the turn in its original language, where the source gives both.
    """

    document: str
    number: int
    paragraph: int
    start: int
    end: int
    speaker: str
    person: str
    role: Role
    start_ms: int | None = None
    end_ms: int | None = None
    original: str = ""


@dataclass(frozen=True, slots=True)
class Speaker:
    """What was understood of one speaker label in one document, with the reason for the role."""

    document: str
    label: str
    role: Role
    reason: str
    turns: int
    words: int
    questions: int


@dataclass(frozen=True, slots=True)
class Dropped:
    """A stretch of text that is left out of the analysis, and why.

    turn: number of the turn that it belongs to, 0 for text outside every turn (headers).
    whole_turn: true if nothing of that turn is analysed.
    """

    document: str
    start: int
    end: int
    text: str
    stage: str
    reason: str
    turn: int = 0
    whole_turn: bool = False


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file that was read: its name as given, sha256 of its bytes, and what it was read as."""

    name: str
    sha256: str
    kind: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """All documents of a study in the order of their ids, their turns, and what was noticed on reading them.

    skipped: files that could not be read and were left out because the user asked for that, each with its error.
    """

    documents: tuple[Document, ...]
    turns: tuple[Turn, ...]
    speakers: tuple[Speaker, ...]
    dropped: tuple[Dropped, ...]
    problems: tuple[Problem, ...]
    files: tuple[InputFile, ...]
    skipped: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Code:
    """One code of the human codebook.

    name: unique in the codebook; where a program's tree uses one name in several branches it is the whole path,
    `Barriers > citizenship`, and label holds the name as that program shows it (else label is "").
    theme: name of the parent in the coding tree, which is a code, a folder or a word of its own; "" at the top.
    color: `#RRGGBB` or "".  guid: the identifier in the project that the code came from, upper case, "" if none.
    """

    name: str
    theme: str = ""
    definition: str = ""
    include: str = ""
    exclude: str = ""
    examples: str = ""
    color: str = ""
    label: str = ""
    guid: str = ""


@dataclass(frozen=True, slots=True)
class Folder:
    """A node of the coding tree that nothing can be coded with; fields as in Code, parent is its theme."""

    name: str
    parent: str = ""
    definition: str = ""
    color: str = ""
    label: str = ""
    guid: str = ""


@dataclass(frozen=True, slots=True)
class CodeSet:
    """Codes that the team grouped across the tree (a set in MAXQDA, a code group in ATLAS.ti), by their names."""

    name: str
    members: tuple[str, ...] = ()
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Memo:
    """Free text of an analyst, tied to a code, to a document, to document.text[start:end], or to the study.

    start, end: -1 if it is not tied to a stretch.  date: as in Coding.
    """

    text: str
    title: str = ""
    author: str = ""
    date: str = ""
    document: str = ""
    start: int = -1
    end: int = -1
    code: str = ""


@dataclass(frozen=True, slots=True)
class Codebook:
    """The human coding tree, codes in the order of the file; empty if the study has none.

    codes: what can be coded with.  folders: nodes that only group; a theme that is neither is a bare word.
    memos: those tied to codes.
    """

    codes: tuple[Code, ...] = ()
    problems: tuple[Problem, ...] = ()
    folders: tuple[Folder, ...] = ()
    sets: tuple[CodeSet, ...] = ()
    memos: tuple[Memo, ...] = ()


@dataclass(frozen=True, slots=True)
class Coding:
    """One coder applied one code to document.text[start:end]; date: ISO date or date and time, "" if not known."""

    document: str
    start: int
    end: int
    coder: str
    code: str
    date: str = ""


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A coding that a file holds and that has no place in the texts.  where: file and line or element; reason: why."""

    where: str
    document: str
    coder: str
    code: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Codings:
    """Human codings in file order, with what could not be placed, and the memos on documents and their stretches.

    refused: codes that people said do not belong there, each in the name of who said so (from the review).
    reviewed: those of items that were made utterance by utterance in the review, and say nothing of the rest of their
    document.  finished: the stretches that coders are done with there, with code "".
    """

    items: tuple[Coding, ...] = ()
    problems: tuple[Problem, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()
    memos: tuple[Memo, ...] = ()
    refused: tuple[Coding, ...] = ()
    reviewed: tuple[Coding, ...] = ()
    finished: tuple[Coding, ...] = ()
