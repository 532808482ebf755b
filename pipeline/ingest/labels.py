"""Speaker labels at the start of a line: how they are written, and which of them cannot be one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.ingest.drafts import key_of
from pipeline.ingest.times import BARE, MARKED, bounds, in_two_parts, milliseconds
from pipeline.ingest.times import PATTERN as TIME
from pipeline.ingest.words import (
    HEADINGS,
    INTERVIEWER_WORDS,
    NEUTRAL_WORDS,
    NEVER,
    NUMBERED_SPEAKERS,
    PARTICIPANT_WORDS,
    PLURALS,
    SAYING,
)

MAX_CHARS, MAX_WORDS = 40, 5
_HEAD = 160  # a label and its times end well before; long lines are never searched further
_MARKS = "[\u200e\u200f\u202a-\u202e\u2066-\u2069]*"  # direction marks that editors put into right-to-left text
_STAMP = rf"(?:{MARKED}|{BARE})"
_LEAD = rf"\s*{_MARKS}(?:(?P<before>{_STAMP})[ \t-]*)?(?P<strong>\*\*|__|\#{{1,6}}[ \t]+)?"
_NAME = rf"(?P<label>[^\W\d_][^:：\t\n\[\]()<>#*?!;\"“”„|]{{0,{MAX_CHARS - 1}}}?)"
_BOLD_END = r"(?:\*\*|__)?"
# `12. Dan (Nurse) [0:15]: `: the number of the paragraph, an aside and a time are not the name
_NUMBER = r"(?:\d{1,5}[.)]?[ \t]+)?"
_ASIDE = r"(?:[ \t]?\((?P<aside>[^()\d\n:]{1,30})\))?"
_AFTER = rf"[ \t]*(?P<after>{MARKED}|(?<=\s){TIME})?[ \t]*"
_COLON = re.compile(rf"{_LEAD}{_NUMBER}{_NAME}{_ASIDE}{_BOLD_END}{_AFTER}{_MARKS}[:：](?![/\d\\]){_BOLD_END}")
_BRACKET = re.compile(rf"{_LEAD}\[(?P<label>[^\W\d_][\w .-]{{0,{MAX_CHARS - 1}}})\][ \t]*[:：]?")
_DASH = re.compile(rf"{_LEAD}(?P<label>[^\W\d_][\w .]{{0,{MAX_CHARS - 1}}}?)[ \t]*[–—―][ \t]*")
_TAB = re.compile(rf"{_LEAD}{_NAME}{_BOLD_END}[ ]*\t[ \t]*")
# here a name may have its unit behind it: `Osei, Grace (Ward 3)   0:15`
_UNIT = r"(?:[ \t]?\((?P<aside>[^()\n:]{1,40})\))?"
_TIMED = re.compile(
    rf"{_LEAD}{_NAME}{_UNIT}{_BOLD_END}(?:[ \t]*(?P<after>[(\[]{TIME}[)\]])|(?P<gap>[ \t]+)(?P<bare>{TIME}))[ \t]*\Z"
)
_INLINE = re.compile(rf"{_LEAD}{_NAME}{_UNIT}{_BOLD_END}[ \t]+(?P<after>\[{TIME}\])[ \t]+(?=\S)")
_ALONE = re.compile(rf"{_LEAD}{_NAME}{_BOLD_END}[ \t]*\Z")
_IDENTIFIER = re.compile(r"[^\W\d_]{1,12}[ _-]?\d{1,4}")
_NUMBER_AT_END = re.compile(r"(?:[\s._#-]*\d+[a-z]?|[\s._-]+[a-z])\Z")  # `1`, ` 2b`, ` A`


@dataclass(frozen=True, slots=True)
class Label:
    """A possible label.  end: where the talk starts, in characters of the line.  kind: how it is written.

    stamp: the time that stands with it, as written, "" if none.  stamped: such a time makes it a speaker beyond doubt.
    strong: it is alone on its line in bold type or as a heading (Markdown).
    kind is "colon", "bracket", "dash", "tab", "inline" (`Ann [00:15] Well`), "timed" (alone on its line, with a time),
    "beside" (alone on its line, beside a line with a time), "alone", or, where a table says so, "layout" for a speaker
    and "heading" for a line that only names its columns.
    """

    text: str
    key: str
    end: int
    kind: str
    stamp: str = ""
    stamped: bool = False
    strong: bool = False

    @property
    def start_ms(self) -> int | None:
        """The time that goes with it, read as minutes and seconds if it has two numbers."""
        return milliseconds(bounds(self.stamp)[0]) if self.stamp else None


def find(line: str) -> Label | None:
    """The label that a line may begin with; whether it is one is decided over the whole document."""
    head = line[:_HEAD]
    for kind, pattern in (
        ("colon", _COLON),
        ("bracket", _BRACKET),
        ("dash", _DASH),
        ("tab", _TAB),
        ("inline", _INLINE),
    ):
        if (match := pattern.match(head)) and _fits(match["label"]) and _kind_fits(kind, match["label"]):
            return _label(match, kind)
    if len(line) > _HEAD:
        return None
    for kind, pattern in (("timed", _TIMED), ("alone", _ALONE)):
        if (match := pattern.match(head)) and _fits(match["label"]):
            return _label(match, kind)
    return None


def usual_role(key: str) -> str:
    """ "interviewer" or "participant" if the label, or what it says in brackets, is a usual word for one; else "".

    A number at the end does not matter.
    """
    name, _, aside = key.rstrip(")").partition(" (")
    for word in (name, aside):
        base = _NUMBER_AT_END.sub("", word)
        if base in INTERVIEWER_WORDS:
            return "interviewer"
        if base in PARTICIPANT_WORDS:
            return "participant"
    return ""


def is_usual(key: str) -> bool:
    """Whether a label names a speaker even if it occurs once: a usual word for one role, or `Speaker 3`."""
    return (bool(usual_role(key)) and key not in PLURALS) or is_anonymous(key)


def is_anonymous(key: str) -> bool:
    """Whether a label is what programs call people whose names they do not know: `Speaker 1`, `SPEAKER_00`."""
    return _NUMBER_AT_END.sub("", key) in NEUTRAL_WORDS


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
    return kind not in ("tab", "inline") or label[0].isupper() or bool(usual_role(key_of(label)))


def _is_stamp(before: str, following: str) -> bool:
    """Whether a time in front of a name is no talk: in a mark, with hours or tenths, or without a blank behind it."""
    return not before[0].isdigit() or not in_two_parts(before) or following.isalpha()


def is_name(label: str) -> bool:
    """Whether words look like a name: a capital or a digit first, no full stop last."""
    return not label.endswith(".") and all(word[0].isupper() or word[0].isdigit() for word in label.split())


def _label(match: re.Match[str], kind: str) -> Label:
    groups = match.groupdict()
    before, after = groups["before"], groups.get("after") or groups.get("bare")
    # `[0:15] Ann`, `Ann (0:15)`, `Ann  0:15`; other times may be talk: `10:30 we left`, `We left at 10:30`, and f4 ends
    # a turn with a time: `We left [0:15]`
    behind = len(groups.get("gap") or "") > 1 or bool(
        groups.get("after") and (kind == "colon" or is_name(match["label"]))
    )
    stamped = (behind and kind != "inline") or bool(
        before
        and _is_stamp(before, match.string[match.end("before")])
        and (kind not in ("alone", "timed") or is_name(match["label"]))
    )
    if kind == "alone" and stamped:
        kind = "timed"
    text = " ".join(match["label"].split())
    if (aside := groups.get("aside")) and usual_role(key_of(aside)):
        text = f"{text} ({' '.join(aside.split())})"
    strong = kind in ("alone", "timed") and bool(groups.get("strong"))
    return Label(text, key_of(text), match.end(), kind, before or after or "", stamped, strong)
