"""The log of the review: entries as they were made, the runs that they speak of, and what they amount to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipeline.records.decisions import Verdict
from pipeline.records.sources import Code, Coding, Memo

AGREED = "agreed"
"""The coder under whose name the codings stand that coders agreed on in the review."""


class Act(StrEnum):
    """What an entry of the log can say; fields of Entry that the act uses are named behind it."""

    OPEN = "open"  # the review of a run began: run
    PLAN = "plan"  # how to work: details (blind, double, decoys, seed); members: utterances that everybody codes
    DECOYS = "decoys"  # details: (utterance, code) pairs that were drawn as decoys
    ACCEPT_THEME = "accept theme"  # theme
    REJECT_THEME = "reject theme"  # theme; text: why
    RENAME_THEME = "rename theme"  # theme; text: the name
    MERGE_THEMES = "merge themes"  # theme: the one that stays; members: ids of those that go into it
    SPLIT_THEME = "split theme"  # theme: the one that is cut; members: utterances of the new theme; text: its name
    MOVE_UTTERANCES = "move utterances"  # theme: where to, "" for out of every theme; members: utterances
    TIE_THEME = "tie theme"  # theme; code: the code that it becomes, "" to untie
    ACCEPT_CODE = "accept code"  # utterance, code: a suggestion
    REJECT_CODE = "reject code"  # utterance, code: a suggestion, or a code that the coder gave before
    GIVE_CODE = "give code"  # utterance, code: not suggested; or document, start, end, code: a selected stretch
    TAKE_CODE = "take code"  # as GIVE_CODE: the coder takes her own code off again
    NO_CODE = "no code"  # utterance: no code of the book applies
    LOCK = "lock"  # utterance: what the coder said before suggestions were shown stands; members: its codes
    SETTLE = "settle"  # utterance; members: the codes agreed on, none if no code applies; text: why
    NEW_CODE = "new code"  # code; details: theme, definition, include, exclude, examples
    EDIT_CODE = "edit code"  # code; details as above, and name if it is renamed
    DROP_CODE = "drop code"  # code; text: the code into which its codings go, "" if it has none
    MEMO = "memo"  # text; theme, utterance or code that it is tied to
    INTRUDER = "intruder"  # theme; members: utterances shown; utterance: the one picked; text: the one that was it
    UNDO = "undo"  # undoes: number of the entry that is taken back


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a document: document.text[start:end]."""

    document: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the log; which fields say something depends on the act (see Act), the others are empty.

    number: from 1 in the order of the log, 0 before it is in.  at: UTC, ISO date and time.  run: id of the run on
    screen.  utterance: its id in that run; document, start, end: the same as a stretch (start -1: none).
    shown: codes that were on screen as suggestions, in their order.  seconds: from page to decision, None if not known.
    undoes: number of an earlier entry, 0 if none.
    """

    act: Act
    coder: str
    run: str
    theme: str = ""
    utterance: str = ""
    document: str = ""
    start: int = -1
    end: int = -1
    code: str = ""
    text: str = ""
    members: tuple[str, ...] = ()
    details: tuple[tuple[str, str], ...] = ()
    shown: tuple[str, ...] = ()
    seconds: float | None = None
    undoes: int = 0
    number: int = 0
    at: str = ""


@dataclass(frozen=True, slots=True)
class SeenTheme:
    """A candidate theme as a run offered it.

    members: ids of its utterances.  held: the run took it over from decisions, under the id that it had there.
    """

    id: str
    label: str
    members: tuple[str, ...]
    held: bool = False


@dataclass(frozen=True, slots=True)
class SeenRun:
    """What the log must remember of a run to understand its entries later.

    id: digest of the run's inputs and settings.  utterances: (id, document, start, end), in the order of the run.
    """

    id: str
    name: str
    utterances: tuple[tuple[str, str, int, int], ...]
    themes: tuple[SeenTheme, ...]


@dataclass(frozen=True, slots=True)
class HeldTheme:
    """A theme that analysts shaped, accepted or rejected.

    id, name: stay with it over runs.  verdict: None if it was shaped (merged, split, renamed, tied, moved into) and
    not decided on.  coders: who decided last.  members: what was in it when that was said.  code: what it became.
    """

    id: str
    name: str
    verdict: Verdict | None
    members: tuple[Span, ...]
    coders: tuple[str, ...] = ()
    code: str = ""
    memo: str = ""


@dataclass(frozen=True, slots=True)
class CodeEdit:
    """One change of the coding tree.  name: the code before, "" if it is new.  code: after, None if it was dropped.

    into: for a dropped code the one that its codings go to, "" if it had none.
    """

    name: str
    code: Code | None
    into: str = ""


@dataclass(frozen=True, slots=True)
class Finished:
    """A coder is done with a stretch: codes that she did not give there, she did not want."""

    coder: str
    span: Span


@dataclass(frozen=True, slots=True)
class Standing:
    """What all decisions of a log amount to, tied to the texts and so to no run.

    retired: ids of themes that went into others or were rejected; no run gives them again.  edits: in their order.
    codings: what people gave, each under her name, what was settled under AGREED.  refused: (coding, by its coder)
    that must not be suggested again: people said no and nobody yes, or it was settled so.  out: what was taken out of
    its theme and is in no other.  withdrawn: codings of the
    given files that their coder took back.  lost: sentences on decisions whose words are in no document any more.
    """

    themes: tuple[HeldTheme, ...] = ()
    retired: tuple[str, ...] = ()
    edits: tuple[CodeEdit, ...] = ()
    codings: tuple[Coding, ...] = ()
    refused: tuple[Coding, ...] = ()
    out: tuple[Span, ...] = ()
    withdrawn: tuple[Coding, ...] = ()
    finished: tuple[Finished, ...] = ()
    memos: tuple[Memo, ...] = ()
    lost: tuple[str, ...] = ()
