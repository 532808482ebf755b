"""Which time stamps of a typed transcript belong to which turn, and how they are to be understood.

A time before a speaker, behind the speaker's label, or alone on the line before is the start of that turn. A time at
the very end of a turn (f4 and MAXQDA write `#00:00:05-0#` or `[00:00:05]` there) is its end, and stays in the text as
other marks do. A range gives both. The start of a turn is never filled in from the end of the turn before. A time alone
on its line belongs to what follows if the first of them stands before the first speaker, else to what stands before it.

`12:30` is minutes and seconds, or hours and minutes: one answer for the whole file. That reading wins under which fewer
times fall behind the one before; between equals minutes and seconds, unless more than 8 words a second would be
spoken then (people speak 2 to 4) and not in the other reading. The figure is this software's rule of thumb.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.ingest.drafts import Talk
from pipeline.ingest.times import BARE, MARKED, PATTERN, bounds, in_two_parts, milliseconds
from pipeline.records import Problem

_FAST = 8  # words a second
_TO = r"[ \t]*-->[ \t]*"
_LONE = r"(?:\d{1,2}:)?\d{1,2}:\d{1,2}(?:\.\d{1,6})?"  # Teams wrote `0:0:0.0 --> 0:0:3.120`
_FIRST = re.compile(rf"\s*(?P<stamp>{MARKED}|{BARE}(?=[ \t]*\n))[ \t]*")
_LAST = re.compile(rf"(?:\[{PATTERN}\]|\#(?:{PATTERN}|\d{{1,5}})\#)\s*\Z")
_ONLY = re.compile(rf"\s*(?P<stamp>{MARKED}|{BARE}|{_LONE}{_TO}{_LONE})\s*")
_TAIL = 40


@dataclass(frozen=True, slots=True)
class Stamp:
    """The times of one turn as written.  last: the one at the end of its text, "" if none."""

    start: str = ""
    end: str = ""
    last: str = ""


def is_time(line: str) -> bool:
    """Whether a line holds one time stamp and nothing else."""
    return len(line) <= _TAIL and _ONLY.fullmatch(line) is not None


def begins_with_time(line: str) -> bool:
    """Whether a line begins with a time stamp in brackets."""
    return re.match(rf"\s*{MARKED}", line[:_TAIL]) is not None


def after_time(text: str, start: int, end: int) -> tuple[int, str]:
    """Where talk begins in text[start:end] behind the time that it may begin with, and that time ("" if none)."""
    match = _FIRST.match(text, start, min(end, start + _TAIL))
    return (match.end(), match["stamp"]) if match else (start, "")


def at_end(text: str) -> str:
    """The time stamp that closes a turn, as written; "" if there is none."""
    match = _LAST.search(text[-_TAIL:])
    return match[0].strip() if match else ""


def stamp_of(begins: str, ends: str) -> Stamp:
    """The stamp of a turn from what stands before it (a time or a range) and at its end."""
    start, end = bounds(begins) if begins else ("", "")
    return Stamp(start, end, ends)


def timed(
    text: str, talks: Sequence[Talk], stamps: Sequence[Stamp], where: str
) -> tuple[list[Talk], tuple[Problem, ...]]:
    """The turns with their times in milliseconds, and what was decided or looks wrong; see the head of this file."""
    hours_first = _hours_first(text, talks, stamps)
    found, impossible = [], 0
    for talk, stamp in zip(talks, stamps, strict=True):
        start = milliseconds(stamp.start, hours_first) if stamp.start else None
        closes = stamp.end or stamp.last
        end = milliseconds(closes, hours_first) if closes else None
        if start is not None and end is not None and end < start:
            impossible, end = impossible + 1, None
        found.append(replace(talk, start_ms=start, end_ms=end))
    return found, tuple(_told(found, stamps, hours_first, impossible, where))


def _told(
    talks: Sequence[Talk], stamps: Sequence[Stamp], hours_first: bool, impossible: int, where: str
) -> list[Problem]:
    told = []
    if ends := sum(bool(stamp.last) for stamp in stamps):
        what = (
            f"times at the end of a turn ({ends} in all) were read as the end of that turn, as f4 and MAXQDA mean them"
        )
        told.append(
            Problem(where, what, "If yours mark the start of what follows, put them before the speaker's name.")
        )
    if hours_first:
        what = "times of two numbers were read as hours and minutes: as minutes and seconds they would not fit the talk"
        told.append(Problem(where, what, "Write h:mm:ss if that is wrong."))
    if impossible:
        what = f"{impossible} turns would end before they start; these ends were left out"
        told.append(Problem(where, what, "Correct the times in the transcript."))
    falls = [talk.number for talk, before in _falling(talks)]
    if falls:
        what = f"times go back at {len(falls)} turns, first at turn {falls[0]}; they were kept as they are"
        told.append(
            Problem(where, what, "Correct the times in the transcript, or split two recordings into two files.")
        )
    return told


def _falling(talks: Sequence[Talk]) -> list[tuple[Talk, Talk]]:
    """Turns that start before the turn before them did, or end before it ended."""
    pairs = []
    for kind in ("start_ms", "end_ms"):
        known = [talk for talk in talks if getattr(talk, kind) is not None]
        pairs += [(b, a) for a, b in itertools.pairwise(known) if getattr(b, kind) < getattr(a, kind)]
    return sorted(pairs, key=lambda pair: pair[0].number)


def _hours_first(text: str, talks: Sequence[Talk], stamps: Sequence[Stamp]) -> bool:
    written = [
        (talk, time) for talk, stamp in zip(talks, stamps, strict=True) for time in (stamp.start or stamp.last,) if time
    ]
    if not any(in_two_parts(time) for _, time in written) or any(
        not in_two_parts(time) and time.count(":") == 1 for _, time in written
    ):
        return False
    minutes = [milliseconds(time) or 0 for _, time in written]
    hours = [milliseconds(time, hours_first=True) or 0 for _, time in written]
    falls = [sum(b < a for a, b in itertools.pairwise(times)) for times in (minutes, hours)]
    if falls[0] != falls[1]:
        return falls[1] < falls[0]
    words = len(text[written[0][0].start : written[-1][0].start].split())
    return _too_fast(words, minutes) and not _too_fast(words, hours)


def _too_fast(words: int, times: Sequence[int]) -> bool:
    return words * 1000 > _FAST * max(max(times) - min(times), 1)
