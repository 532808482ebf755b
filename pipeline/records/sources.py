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
    """All documents of a study in the order of their ids, their turns, and what was noticed on reading them."""

    documents: tuple[Document, ...]
    turns: tuple[Turn, ...]
    speakers: tuple[Speaker, ...]
    dropped: tuple[Dropped, ...]
    problems: tuple[Problem, ...]
    files: tuple[InputFile, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """One code of the human codebook; theme is the parent in the coding tree ("" if it has none)."""

    name: str
    theme: str = ""
    definition: str = ""
    include: str = ""
    exclude: str = ""
    examples: str = ""


@dataclass(frozen=True, slots=True)
class Codebook:
    """The human coding tree, codes in the order of the file; empty if the study has none."""

    codes: tuple[Code, ...] = ()
    problems: tuple[Problem, ...] = ()


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
class Codings:
    """Human codings in file order, with what could not be placed."""

    items: tuple[Coding, ...] = ()
    problems: tuple[Problem, ...] = ()
