"""Speaker labels at the start of a line: how they are written, and which of them cannot be one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.ingest.drafts import key_of
from pipeline.ingest.times import PATTERN as TIME
from pipeline.ingest.times import milliseconds
from pipeline.ingest.words import HEADINGS, INTERVIEWER_WORDS, NEVER, NUMBERED_SPEAKERS, PARTICIPANT_WORDS, SAYING

MAX_CHARS, MAX_WORDS = 40, 5
_HEAD = 160  # a label and its times end well before; long lines are never searched further
_MARKS = "[\u200e\u200f\u202a-\u202e\u2066-\u2069]*"  # direction marks that editors put into right-to-left text
_STAMP = rf"(?:\[{TIME}\]|\({TIME}\)|#{TIME}#|{TIME})"
_LEAD = rf"\s*{_MARKS}(?:(?P<before>{_STAMP})[ \t-]*)?(?P<bold>\*\*|__)?"
_NAME = rf"(?P<label>[^\W\d_][^:：\t\n\[\]()<>#*?!;\"“”„|]{{0,{MAX_CHARS - 1}}}?)"
_COLON = re.compile(
    rf"{_LEAD}{_NAME}(?:\*\*|__)?[ \t]*(?P<after>\[{TIME}\]|\({TIME}\)|(?<=\s){TIME})?[ \t]*"
    rf"{_MARKS}[:：](?![/\d\\])(?:\*\*|__)?"
)
_BRACKET = re.compile(rf"{_LEAD}\[(?P<label>[^\W\d_][\w .-]{{0,{MAX_CHARS - 1}}})\][ \t]*[:：]?")
_DASH = re.compile(rf"{_LEAD}(?P<label>[^\W\d_][\w .]{{0,{MAX_CHARS - 1}}}?)[ \t]*[–—―][ \t]*")
_TAB = re.compile(rf"{_LEAD}{_NAME}(?:\*\*|__)?[ ]*\t[ \t]*")
_TIMED = re.compile(rf"{_LEAD}{_NAME}(?:\*\*|__)?(?:[ \t]*[(\[](?P<after>{TIME})[)\]]|[ \t]+(?P<bare>{TIME}))[ \t]*\Z")
_ALONE = re.compile(rf"{_LEAD}{_NAME}(?:\*\*|__)?[ \t]*\Z")
_IDENTIFIER = re.compile(r"[^\W\d_]{1,12}[ _-]?\d{1,4}")
_NUMBER_AT_END = re.compile(r"(?:[\s._#-]*\d+[a-z]?|[\s._-]+[a-z])\Z")  # `1`, ` 2b`, ` A`


@dataclass(frozen=True, slots=True)
class Label:
    """A possible label.  end: where the talk starts, in characters of the line.  kind: how it is written.

    kind is "colon", "bracket", "dash", "tab", "timed" (alone on its line, with a time) or "alone".
    """

    text: str
    key: str
    end: int
    kind: str
    start_ms: int | None


def find(line: str) -> Label | None:
    """The label that a line may begin with; whether it is one is decided over the whole document."""
    head = line[:_HEAD]
    for kind, pattern in (("colon", _COLON), ("bracket", _BRACKET), ("dash", _DASH), ("tab", _TAB)):
        if (match := pattern.match(head)) and _fits(match["label"]) and _kind_fits(kind, match["label"]):
            return _label(match, kind)
    if len(line) > _HEAD:
        return None
    for kind, pattern in (("timed", _TIMED), ("alone", _ALONE)):
        if (match := pattern.match(head)) and _fits(match["label"]):
            return _label(match, kind)
    return None


def usual_role(key: str) -> str:
    """ "interviewer" or "participant" if the label, its number aside, is a usual word for one; else ""."""
    base = _NUMBER_AT_END.sub("", key)
    if base in INTERVIEWER_WORDS:
        return "interviewer"
    return "participant" if base in PARTICIPANT_WORDS else ""


def stated_role(word: str) -> str:
    """The role that a cell of a table's role column names; "" for an empty cell or an unknown word."""
    key = key_of(word)
    return key if key == "unknown" else usual_role(key)


def is_stopped(key: str) -> bool:
    """Whether the words before the colon are known never to name a speaker (`Note:`, `Question 3:`, `He said:`)."""
    if key in NEVER or _NUMBER_AT_END.sub("", key) in NEVER - NUMBERED_SPEAKERS or key.rsplit(" ", 1)[-1] in SAYING:
        return True
    return bool(re.fullmatch(r"q ?\d+[a-z]?", key))


def is_heading(key: str) -> bool:
    """Whether the words before the colon belong to the head of a transcript (`Date:`, `Place:`)."""
    return key in HEADINGS


def _is_identifier(label: str) -> bool:
    """Whether a label is a short word with a number: `R1`, `id1`, `Speaker 2`."""
    return bool(_IDENTIFIER.fullmatch(label.strip()))


def _fits(label: str) -> bool:
    return len(label) <= MAX_CHARS and len(label.split()) <= MAX_WORDS


def _kind_fits(kind: str, label: str) -> bool:
    """Brackets and dashes are common in talk (`[laughs]`, `Yes – but`): there only identifiers and long role words."""
    if kind in ("bracket", "dash"):
        return _is_identifier(label) or (len(label.strip()) > 2 and bool(usual_role(key_of(label))))
    return kind != "tab" or label[0].isupper() or bool(usual_role(key_of(label)))


def _label(match: re.Match[str], kind: str) -> Label:
    groups = match.groupdict()
    stamp = groups.get("before") or groups.get("after") or groups.get("bare")
    if kind == "alone" and stamp and not stamp[0].isdigit():
        kind = "timed"  # `[00:15] Ann`; without brackets it may be talk: `10:30 we left`
    text = " ".join(match["label"].split())
    return Label(text, key_of(text), match.end(), kind, milliseconds(stamp) if stamp else None)
