"""Turns as this software marked them in a project: who speaks where, for texts that do not show it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.ingest.drafts import Talk
from pipeline.ingest.refi.elements import children, guid, targets, words
from pipeline.ingest.refi.positions import Ruler
from pipeline.ingest.refi.users import Users
from pipeline.ingest.times import milliseconds
from pipeline.records import Role

_GLUE = "\n\n"
_NOBODY = ("(no speaker)", "(no name)")
_SOURCE = re.compile(r"form: (transcript|table|answers); encoding: (.*?); file: (.*)", re.DOTALL)
_NUMBER = re.compile(r"turn (\d{1,9})")
_ROLE = re.compile(r"role (\w+)")
_TIME = re.compile(r"(?:(from|to) )?([\d:.]+)(?: to ([\d:.]+))?")


@dataclass(frozen=True, slots=True)
class Origin:
    """What a document was before it went into the project."""

    form: str
    encoding: str
    file: str


def origin_of(elements: Sequence[Any]) -> Origin | None:
    """What our own export says of a source in its description; None if it says something else."""
    for element in elements:
        if match := _SOURCE.fullmatch(words(element)):
            return Origin(match[1], match[2], match[3])
    return None


def marked_turns(elements: Sequence[Any], speakers: Mapping[str, str], users: Users, ruler: Ruler) -> tuple[Talk, ...]:
    """The turns of a text in their order, from the codings that the machine put on them.

    speakers: label by the identifier of its code.
    """
    found: dict[int, Talk] = {}
    for selection in (one for element in elements for one in children(element, "PlainTextSelection")):
        for coding in children(selection, "Coding"):
            code = next(iter(targets(coding, "CodeRef")), "")
            if code in speakers and users.is_machine(guid(coding, "creatingUser") or guid(selection, "creatingUser")):
                talk = _talk(selection, speakers[code], ruler, len(found) + 1)
                if talk is not None:
                    found.setdefault(talk.number, talk)
    turns: list[Talk] = []
    for talk in sorted(found.values(), key=lambda talk: (talk.start, talk.number)):
        if not turns or talk.start >= turns[-1].end:  # turns never overlap, whatever became of the file elsewhere
            turns.append(talk)
    return tuple(turns)


def rows_of(text: str, talks: Sequence[Talk]) -> tuple[tuple[int, ...], tuple[tuple[int, int], ...]]:
    """Where the rows of a table begin in the text that was made of it, and (offset, number of turn) of the empty ones.

    Rows are glued by a blank line: more than one between two turns is an empty row, which counts as a paragraph.
    """
    starts: list[int] = []
    empty: list[tuple[int, int]] = []
    last, number = 0, 0
    spans = [(talk.start, talk.end, talk.number) for talk in talks]
    for start, end, following in (*spans, (len(text), len(text), 0)):
        gap = text[last:start]
        between = 1 if last else 0
        glues = len(gap) // len(_GLUE) if gap == _GLUE * (len(gap) // len(_GLUE)) else between
        n_empty = glues if not following else glues - between
        for k in range(n_empty):
            starts.append(last + len(_GLUE) * (k + (1 if last else 0)))
            empty.append((starts[-1], number + 1 + k if following in (0, number + 1 + n_empty) else 0))
        if following:
            starts.append(start)
        last, number = end, following
    return tuple(starts), tuple(empty)


def _talk(selection: Any, label: str, ruler: Ruler, following: int) -> Talk | None:
    try:
        places = (int(selection.get("startPosition") or ""), int(selection.get("endPosition") or ""))
    except ValueError:
        return None
    start, end = (ruler.at(place) for place in places)
    if not 0 <= start < end:
        return None
    number, role, start_ms, end_ms = following, "", None, None
    for piece in words(selection).split("; "):
        if match := _NUMBER.fullmatch(piece):
            number = int(match[1])
        elif match := _ROLE.fullmatch(piece):
            role = match[1] if match[1] in tuple(Role) else ""
        elif match := _TIME.fullmatch(piece):
            only_end = match[1] == "to"
            start_ms = None if only_end else milliseconds(match[2])
            end_ms = milliseconds(match[2]) if only_end else milliseconds(match[3] or "")
    return Talk(number, start, end, "" if label in _NOBODY else label, role, start_ms, end_ms)
