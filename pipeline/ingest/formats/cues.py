"""The cues of captions and subtitles: their text without tags, and the lines that rolling captions show twice.

Rolling captions show a line again, above the next one. A file is taken to roll if in a quarter of its neighbouring
cues (two at least) the later one begins with the last lines of the earlier one, or with all its words, and goes on
from there without a gap in time; then what is repeated is left out everywhere. In any other file only a cue that
stands twice, with the same words at the same time, is left out: people do say "Yes." twice.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pipeline.records import Problem

_TOUCHING_MS = 100
_FEWEST, _SHARE = 2, 4
# The tags of WebVTT (times inside a cue among them) and those of SubRip; anything else in angle brackets is talk.
TAGS = re.compile(r"</?(?:c|i|b|u|s|ruby|rt|lang|font|v)(?:[.\s][^<>]*)?/?>|<\d[\d:.]*>|\{\\[^{}]*\}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cue:
    """What stands on the screen from start_ms to end_ms.  lines: as in the file, without the blank ones.

    turn: an identifier such as `turn 12`, "" for any other: it keeps two turns of one speaker apart.
    """

    number: int
    lines: tuple[str, ...]
    start_ms: int | None
    end_ms: int | None
    turn: str = ""


def without_repeats(cues: Sequence[Cue], bare: Callable[[str], str]) -> tuple[list[Cue], int]:
    """The cues without what they repeat (the rule is at the head), and how many of them were shortened or left out.

    bare: the words of a line, by which lines are compared.
    """
    words = [tuple(" ".join(bare(line).split()).casefold() for line in cue.lines) for cue in cues]
    pairs = list(zip(itertools.pairwise(cues), itertools.pairwise(words), strict=True))
    going_on = [_touch(*pair) and _repeated(*lines) < len(lines[1]) for pair, lines in pairs if _repeated(*lines)]
    rolls = sum(going_on) >= max(_FEWEST, len(pairs) / _SHARE)
    grows = sum(_touch(*pair) and _grown(*lines) for pair, lines in pairs) >= max(_FEWEST, len(pairs) / _SHARE)
    kept = list(cues[:1])
    for (last, cue), lines in pairs:
        again = _repeated(*lines) if (rolls and _touch(last, cue)) or _at_once(last, cue, *lines) else 0
        if again:
            kept.append(replace(cue, lines=cue.lines[again:]))
        elif grows and _touch(last, cue) and _grown(*lines):
            begun = kept[-1].start_ms  # a cue that is written word by word: the fullest one stays
            kept[-1] = replace(kept[-1], lines=())
            kept.append(replace(cue, start_ms=begun))
        else:
            kept.append(cue)
    shortened = sum(len(old.lines) > len(new.lines) for old, new in zip(cues, kept, strict=True))
    return [cue for cue in kept if cue.lines], shortened


def _repeated(last: Sequence[str], lines: Sequence[str]) -> int:
    """How many lines at the start of a cue are the last lines of the cue before."""
    most = min(len(last), len(lines))
    return next((n for n in range(most, 0, -1) if tuple(last[-n:]) == tuple(lines[:n])), 0)


def _grown(last: Sequence[str], lines: Sequence[str]) -> bool:
    """Whether a cue is the one before with more words behind it."""
    before, after = " ".join(last), " ".join(lines)
    return bool(before) and after.startswith(before + " ")


def _touch(last: Cue, cue: Cue) -> bool:
    if last.end_ms is None or cue.start_ms is None:
        return False
    return cue.start_ms - last.end_ms <= _TOUCHING_MS


def _at_once(last: Cue, cue: Cue, before: Sequence[str], after: Sequence[str]) -> bool:
    return before == after and (last.start_ms, last.end_ms) == (cue.start_ms, cue.end_ms) and cue.start_ms is not None


def repeats_told(shortened: int, name: str) -> tuple[Problem, ...]:
    """What to tell about cues that repeat what stood on the screen before."""
    if not shortened:
        return ()
    return (Problem(name, f"cues that repeat lines of the cue before: {shortened}; each line was taken once"),)
