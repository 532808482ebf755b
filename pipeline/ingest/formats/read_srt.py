"""SubRip subtitles through srt: the cues, and the places that it cannot read."""

from __future__ import annotations

import re
from typing import Any

from pipeline.errors import InputError
from pipeline.ingest.formats.cues import Cue
from pipeline.records import Problem

_MOST_DAMAGE = 50
_DIGITS = re.compile(r"\d{100}")
_HUGE = re.compile(r"\d{8}")
# `00:03,250 --> 00:04,500`: the library would take the minutes for hours and the seconds for minutes
_NO_HOURS = re.compile(r"^(\d{1,2}:\d{2}[,.]\d{1,3}[ \t]*-->[ \t]*)(?=\d{1,2}:\d{2}[,.]\d)(.*)$")
_ARROW = re.compile(r"-[ -] *>")
_AGAIN = "Look at that line, or save the subtitles again."


def read_cues(text: str, name: str) -> tuple[list[Cue], tuple[Problem, ...]]:
    """The subtitles in the order of the file, tags as they stand there, and what could not be read.

    Raises InputError if nothing, or too much, cannot be read, or a time is larger than any time.
    """
    lines, places = _lean(text)
    if not lines:
        return [], ()
    _refuse_huge(lines, places, name)
    found: list[Cue] = []
    damage: list[tuple[int, str]] = []
    rest, at = "\n".join(lines), 0
    while at < len(rest) and len(damage) <= _MOST_DAMAGE:
        at = _go_on(rest, at, found, damage)
    problems = tuple(
        Problem(f"{name}, line {_place(rest, where, places)}", f"not a subtitle, left out: {' '.join(what.split())!r}")
        for where, what in damage
    )
    if not found or len(damage) > _MOST_DAMAGE:
        told = "no subtitle can be read here" if not found else "too much of the file is no subtitle"
        where = problems[0].where if problems else f"{name}, line 1"
        raise InputError(told, where, _AGAIN)
    return found, problems


def _go_on(rest: str, at: int, found: list[Cue], damage: list[tuple[int, str]]) -> int:
    """Reads from `at` to the end, or over the next place that cannot be read; returns where to go on."""
    import srt

    part = rest[at:] if at else rest
    try:
        for subtitle in srt.parse(part):
            found.append(_cue(len(found) + 1, subtitle))
    except srt.SRTParseError as problem:
        if problem.unmatched_content.strip():
            damage.append((at + problem.expected_start, problem.unmatched_content[:60]))
        return at + max(int(problem.actual_start), 1)
    return len(rest)


def _cue(number: int, subtitle: Any) -> Cue:
    lines = tuple(line for line in subtitle.content.split("\n") if line.strip())
    start, end = (round(time.total_seconds() * 1000) for time in (subtitle.start, subtitle.end))
    return Cue(number, lines, start, end)


def _lean(text: str) -> tuple[list[str], list[int]]:
    """The lines without blanks at their ends, at most one blank line at a time, and the number of each in the file.

    Times get their hours. The library's patterns take very long over long stretches of white space.
    """
    lines: list[str] = []
    places: list[int] = []
    for number, raw in enumerate(text.split("\n"), start=1):
        line = _NO_HOURS.sub("00:\\g<1>00:\\2", raw.strip())
        if line or (lines and lines[-1]):
            lines.append(line)
            places.append(number)
    return lines, places


def _refuse_huge(lines: list[str], places: list[int], name: str) -> None:
    """Raises InputError for numbers that no time has; the library would run out of numbers, or of time."""
    for line, place in zip(lines, places, strict=True):
        if _DIGITS.search(line) or (_ARROW.search(line) and _HUGE.search(line)):
            raise InputError("a number is too large to be a time", f"{name}, line {place}", _AGAIN)


def _place(rest: str, at: int, places: list[int]) -> int:
    """The number of the line in the file in which a place lies; blank lines before it do not count."""
    piece = rest[at:]
    at += len(piece) - len(piece.lstrip())
    return places[min(rest.count("\n", 0, at), len(places) - 1)] if places else 1
