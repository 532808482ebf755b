"""WebVTT through webvtt-py: the cues; what it would leave out without a word is put right before, or told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.errors import InputError
from pipeline.ingest.formats.cues import Cue
from pipeline.records import Problem

_TIMES = re.compile(r"\s*(?:\d{1,10}:)?\d{1,2}:[0-5]?\d\.\d{1,3}\s*-->\s*(?:\d{1,10}:)?\d{1,2}:[0-5]?\d\.\d{1,3}(?!\d)")
_ASIDE = re.compile(r"(?:NOTE|STYLE|REGION)(?=\s|$)")
_TURN = re.compile(r"turn \d{1,9}")
_ARROW = "-->"
_AGAIN = "Look at that line, or export the captions again."


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines without a blank one between them; line is where they begin."""

    line: int
    lines: tuple[str, ...]


def read_cues(text: str, name: str) -> tuple[list[Cue], tuple[Problem, ...]]:
    """The cues in the order of the file, tags and entities as they stand there, and what was noticed.

    Words behind a blank line inside a cue stay with their cue.
    Raises InputError if the file does not begin with WEBVTT or a cue's times cannot be read.
    """
    from webvtt import WebVTT
    from webvtt.errors import MalformedCaptionError, MalformedFileError

    mended, problems = _mended(text, name)
    try:
        captions = WebVTT.from_string(mended).captions
    except (MalformedFileError, MalformedCaptionError, ValueError) as problem:
        told = "these are no WebVTT captions: the first line must begin with WEBVTT"
        raise InputError(told, f"{name}, line 1", "Export the captions again.") from problem
    return [
        Cue(
            number,
            tuple(line for line in caption.lines if line.strip()),
            caption.start_time.in_milliseconds(),
            caption.end_time.in_milliseconds(),
            _turn(caption.identifier),
        )
        for number, caption in enumerate(captions, start=1)
    ], problems


def _turn(identifier: str | None) -> str:
    return identifier if identifier and _TURN.fullmatch(identifier) else ""


def _mended(text: str, name: str) -> tuple[str, tuple[Problem, ...]]:
    """The file with the words behind a blank line moved up to their cue; words before the first cue are told."""
    blocks = _blocks(text)
    _refuse_bad_times(blocks, name)
    kept: list[list[str]] = []
    moved: list[int] = []
    lost: list[int] = []
    in_cue = False
    for k, block in enumerate(blocks):
        if k == 0 or _ASIDE.match(block.lines[0]):
            kept.append(list(block.lines))
            in_cue = in_cue or (k == 0 and _holds_cue(block.lines))
        elif _holds_cue(block.lines):
            kept.append(list(block.lines))
            in_cue = True
        elif all(not line.strip() or line.strip().isdigit() for line in block.lines):
            continue  # the number of a cue that lost its words
        elif in_cue:
            _last_cue(kept).extend(block.lines)
            moved.append(block.line)
        else:
            lost.append(block.line)
    found = []
    if moved:
        told = f"blank lines inside a cue: {len(moved)}; what stands behind them was kept with the cue"
        found.append(Problem(f"{name}, line {moved[0]}", told))
    if lost:
        told = f"paragraphs before the first cue were left out, since they have no time: {len(lost)}"
        found.append(Problem(f"{name}, line {lost[0]}", told))
    return "\n\n".join("\n".join(lines) for lines in kept), tuple(found)


def _last_cue(blocks: Sequence[list[str]]) -> list[str]:
    return next(lines for lines in reversed(blocks) if _holds_cue(lines))


def _holds_cue(lines: Sequence[str]) -> bool:
    return any(_ARROW in line for line in lines)


def _blocks(text: str) -> list[_Block]:
    """The paragraphs of the file; a line of blanks only is part of its cue, unless the next cue begins behind it."""
    blocks: list[_Block] = []
    lines: list[str] = []
    every = [*text.split("\n"), ""]
    for number, line in enumerate(every, start=1):
        parts = not line or (line.isspace() and _holds_cue(every[number : number + 2]))
        if not parts:
            lines.append(line)
        elif lines:
            blocks.append(_Block(number - len(lines), tuple(lines)))
            lines = []
    return blocks


def _refuse_bad_times(blocks: Sequence[_Block], name: str) -> None:
    """Raises InputError for the first times that cannot be read: the library would leave that cue out."""
    for block in blocks:
        if _ASIDE.match(block.lines[0]):
            continue
        for k, line in enumerate(block.lines):
            if _ARROW in line and not _TIMES.match(line):
                told = f"the times of a cue cannot be read: {line.strip()[:60]!r}"
                raise InputError(told, f"{name}, line {block.line + k}", _AGAIN)
