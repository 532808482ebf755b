"""An utterance with the talk around it, verbatim."""

from __future__ import annotations

import bisect
from dataclasses import dataclass

from pipeline.records import Role, Turn
from pipeline.review.desk import Desk


@dataclass(frozen=True, slots=True)
class Talk:
    """A turn, or a part of one.  original: in the language of the talk, "" if the transcript gives only one."""

    speaker: str
    interviewer: bool
    text: str
    original: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """Turns before, the utterance's own turn in three parts, turns after.  asked: the last question, if further up."""

    document: str
    site: str
    asked: str
    before: tuple[Talk, ...]
    lead: str
    text: str
    rest: str
    speaker: str
    original: str
    after: tuple[Talk, ...]


def context_of(desk: Desk, id_: str, n_before: int = 2, n_after: int = 1) -> Context:
    """The utterance with so many turns before and after it; raises UsageError if the run has no such utterance."""
    utterance = desk.utterance(id_)
    text, turns = desk.documents[utterance.document].text, desk.turns[utterance.document]
    at = max(bisect.bisect_right([turn.start for turn in turns], utterance.start) - 1, 0)
    own = turns[at]
    before = turns[max(at - n_before, 0) : at]
    asked = "" if any(turn.role is Role.INTERVIEWER for turn in before) else utterance.question
    return Context(
        document=utterance.document,
        site=utterance.site,
        asked=asked,
        before=tuple(_talk(text, turn) for turn in before),
        lead=text[own.start : utterance.start],
        text=utterance.text,
        rest=text[utterance.end : own.end],
        speaker=own.speaker,
        original=own.original,
        after=tuple(_talk(text, turn) for turn in turns[at + 1 : at + 1 + n_after]),
    )


def _talk(text: str, turn: Turn) -> Talk:
    return Talk(turn.speaker, turn.role is Role.INTERVIEWER, text[turn.start : turn.end], turn.original)
