"""What somebody selected in a transcript, and the decision that codes it."""

from __future__ import annotations

import bisect
from dataclasses import dataclass

from pipeline.errors import UsageError
from pipeline.records import Act, Entry
from pipeline.review.desk import Desk
from pipeline.review.offers import act_for
from pipeline.review.views.reading import text_rows
from pipeline.review.views.reading_codes import shown_offers

LONGEST = 20_000
"""Characters that one code may be put on: several pages; more is a slip of the mouse."""


@dataclass(frozen=True, slots=True)
class Selection:
    """document.text[start:end] without blanks around it.  utterance: its id if the stretch is just that, else ""."""

    document: str
    start: int
    end: int
    utterance: str


def selected(desk: Desk, document: str, start: int, end: int) -> Selection:
    """A stretch of a document without the speaker's label in front.

    Raises UsageError if it lies outside the text, is blank or too long.
    """
    text = desk.documents[document].text
    if not 0 <= start < end <= len(text):
        raise UsageError("the selection is not inside the text", document, "Select the words again.")
    words = text[start:end]
    if not words.strip():
        raise UsageError("only blanks are selected", document, "Select the words that the code belongs to.")
    start, end = start + len(words) - len(words.lstrip()), start + len(words.rstrip())
    start = _after_label(desk, document, start, end)
    if end - start > LONGEST:
        todo = f"Select at most {LONGEST:,} characters, or code the utterances one by one."
        raise UsageError(f"{end - start:,} characters are selected", document, todo)
    return Selection(document, start, end, _utterance_at(desk, document, start, end))


def selected_paragraphs(desk: Desk, document: str, first: int, last: int) -> Selection:
    """Whole paragraphs by their numbers, without the speaker's label in front; raises UsageError as selected does."""
    text, starts = desk.documents[document].text, desk.documents[document].paragraphs
    if not 1 <= first <= last <= len(starts):
        todo = f"Paragraphs are numbered from 1 to {len(starts)} here, as in the citation."
        raise UsageError(f"there are no paragraphs {first} to {last}", document, todo)
    start, end = starts[first - 1], starts[last] if last < len(starts) else len(text)
    return selected(desk, document, start, end)


def coded(desk: Desk, coder: str, chosen: Selection, code: str, seconds: float | None) -> Entry:
    """The decision that the coder gives the selection a code; raises UsageError if the codebook has no such code.

    Where the code stands beside the utterance as a suggestion, giving it is a yes to that, as on the coding screen.
    """
    if code not in {each.name for each in desk.codebook.codes}:
        todo = "Choose one of the list, or make a new code in the codebook first."
        raise UsageError(f"the codebook has no code “{code}”", chosen.document, todo)
    offered = shown_offers(desk, coder, chosen.utterance) if chosen.utterance else ()
    act = next((act_for(desk, chosen.utterance, offer) for offer in offered if offer.code == code), Act.GIVE_CODE)
    return Entry(
        act,
        coder,
        "",
        utterance=chosen.utterance,
        document=chosen.document,
        start=chosen.start,
        end=chosen.end,
        code=code,
        shown=tuple(offer.code for offer in offered),
        seconds=seconds,
    )


def taken(desk: Desk, coder: str, chosen: Selection, code: str, seconds: float | None) -> Entry:
    """The decision that the coder takes her own code off again; raises UsageError if it is not hers."""
    place = (coder, chosen.document, chosen.start, chosen.end, code)
    utterance = "" if place in desk.state.spans else chosen.utterance
    if place not in desk.state.spans and not (utterance and code in desk.codes_by(coder, utterance)):
        raise UsageError(f"“{code}” is no code of yours there", chosen.document, "Take off only codes that you gave.")
    return Entry(
        Act.TAKE_CODE,
        coder,
        "",
        utterance=utterance,
        document=chosen.document,
        start=chosen.start,
        end=chosen.end,
        code=code,
        seconds=seconds,
    )


def _after_label(desk: Desk, document: str, start: int, end: int) -> int:
    """Where the talk begins if the selection begins in the speaker's label and goes on behind it, else `start`."""
    rows = text_rows(desk, document)
    label = rows[bisect.bisect_right(rows, start, key=lambda row: row.start) - 1].pieces[0]
    return label.end if label.label and start < label.end < end else start


def _utterance_at(desk: Desk, document: str, start: int, end: int) -> str:
    utterances = [desk.result.utterances[row] for row in desk.rows_of[document]]
    at = bisect.bisect_left(utterances, start, key=lambda utterance: utterance.start)
    same = at < len(utterances) and (utterances[at].start, utterances[at].end) == (start, end)
    return utterances[at].id if same else ""
