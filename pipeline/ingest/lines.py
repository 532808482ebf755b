"""The lines of a transcript, its paragraphs, and which labels in it are speakers.

Paragraphs are separated by blank lines if the file has blank lines, fewer than half of the lines that directly follow
another line begin with a speaker's label, and those lines are as short as hard-wrapped ones; otherwise every line that
is not empty is a paragraph. Inside a hard-wrapped block a line that begins with an accepted label starts a paragraph.

A label is accepted if it occurs at least twice (once of these at the start of a paragraph), is a usual word for a role,
carries a time that fits, or is vouched for by the configuration or the file's layout. An accepted label inside a line,
behind the end of a sentence (`I: Yes? P: No.`), begins a turn, but no paragraph. A name alone on its line may be a
label if it is in capitals, in bold type, or beside a line with a time, as some programs for transcripts write them.

Lines that nobody said (asides.py) are paragraphs of their own.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.config import IngestConfig
from pipeline.ingest.asides import PAGE_NUMBER, TABLE_HEADING, aside_of, page_numbers
from pipeline.ingest.drafts import key_of
from pipeline.ingest.labels import Label, find, is_heading, is_name, is_stopped, is_usual, usual_role
from pipeline.ingest.stamps import begins_with_time, is_time

_LINE = re.compile(r"[^\n\f]+")
_PAGE_BREAK = re.compile(r"\n?\f\n?")
_WRAPPED = 120  # characters: a hard-wrapped line is shorter
_HEADER_WORDS = 12
_MIN_COUNT = 2
_RUNNING = re.compile(r"(.*\D)[ _-]?(\d{1,5})")
_MIN_RUNNING = 4
_INNER = re.compile(r"(?<=[.?!…”\"\])][ \t])(?P<label>[^\W\d_][\w'’ -]{0,39}):(?=\s)")
_INSIDE = (
    "colon",
    "bracket",
    "beside",
    "layout",
)  # a wrapped line may begin with a dash, or be one word in capitals, without a speaker


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank: text[start:end].  gap: a blank line (or nothing) stands before it.

    aside: why nobody said it, "" if somebody may have.  time, timed: it is, it begins with, a time stamp in brackets.
    """

    start: int
    end: int
    gap: bool
    label: Label | None
    words: int
    closed: bool
    aside: str = ""
    time: bool = False
    timed: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """text[start:end], with its speaker's label if it begins a turn.  inner: a turn that begins inside a paragraph.

    aside: why nobody said it (asides.py).  time: it is a time stamp and nothing else.
    """

    start: int
    end: int
    label: Label | None
    inner: bool = False
    aside: str = ""
    time: bool = False


def paragraphs_of(
    text: str, config: IngestConfig, known: Collection[str] = (), given: Mapping[int, Label] | None = None
) -> tuple[Paragraph, ...]:
    """The paragraphs of a transcript with the labels that are accepted as speakers.

    known: labels that another source vouches for (a table's first column, bold type), in any spelling.
    given: labels that the layout gives to the lines that start at these offsets.
    """
    vouched = {key_of(name) for name in (*known, *config.interviewers, *config.participants)}
    lines = _without_running_numbers(_beside_times(_lines(text, given or {})))
    body = _header_lines(lines, vouched)
    lines = [replace(line, label=None) if i < body else line for i, line in enumerate(lines)]
    lines = [line if _is_possible(line.label, vouched) else replace(line, label=None) for line in lines]
    accepted = _accepted([line.label for line in lines], vouched)
    accepted |= _timed_once(lines, accepted)
    by_blocks = _by_blocks(lines, accepted)
    if by_blocks:
        accepted &= _accepted([line.label for line in lines if line.gap], vouched, least=1)
    found: list[Paragraph] = []
    for line in lines:
        inside = by_blocks and not line.gap and not line.aside and not found[-1].aside
        label = line.label if line.label and line.label.key in accepted else None
        if inside and (label is None or label.kind not in _INSIDE):
            found[-1] = replace(found[-1], end=line.end, time=False)
        else:
            found.append(Paragraph(line.start, line.end, label, aside=line.aside, time=line.time))
    return tuple(part for paragraph in found for part in _parts(text, paragraph, accepted))


def _parts(text: str, paragraph: Paragraph, accepted: Collection[str]) -> list[Paragraph]:
    """The paragraph, cut where a line goes on with another accepted speaker."""
    parts = [paragraph]
    if not accepted:
        return parts
    begin = paragraph.start + (paragraph.label.end if paragraph.label else 0)
    for match in _INNER.finditer(text, begin, paragraph.end):
        key = key_of(match["label"])
        if key in accepted:
            at = match.start("label")
            label = Label(match["label"], key, match.end() - at, "colon")
            parts[-1] = replace(parts[-1], end=at)
            parts.append(Paragraph(at, paragraph.end, label, inner=True))
    return parts


def _lines(text: str, given: Mapping[int, Label]) -> list[Line]:
    lines: list[Line] = []
    last = 0
    for match in _LINE.finditer(text):
        line = match[0]
        if not line.strip():
            continue
        # A page break inside a hard-wrapped paragraph is one line break, not a blank line.
        gap = not lines or _PAGE_BREAK.sub("\n", text[last : match.start()]).count("\n") > 1
        words = len(line[:200].split())
        closed = line.rstrip().endswith((".", "?", "!"))
        aside = aside_of(line)
        label = given.get(match.start()) or (None if aside else find(line))
        if label is not None and label.kind == "heading":
            label, aside = None, TABLE_HEADING
        time = is_time(line)
        lines.append(
            Line(match.start(), match.end(), gap, label, words, closed, aside, time, time or begins_with_time(line))
        )
        last = match.end()
    numbers = page_numbers([text[line.start : line.end] for line in lines])
    return [replace(line, aside=PAGE_NUMBER) if i in numbers else line for i, line in enumerate(lines)]


def _beside_times(lines: Sequence[Line]) -> list[Line]:
    """A name alone on its line may be a label if the line before is a time, or the line after begins with one.

    `[00:15] Hello` below a name that comes again, or before the next time, is talk, although it could be a name.
    """
    found = list(lines)
    counts = Counter(line.label.key for line in lines if line.label)
    for i, line in enumerate(lines):
        follower = lines[i + 1] if i + 1 < len(lines) else None
        if line.timed and line.label and line.label.kind == "timed" and (follower is None or follower.timed):
            found[i] = replace(line, label=None)  # nothing is said below it
        if line.label is None or line.label.kind != "alone":
            continue
        rival = follower.label if follower else None
        after = follower is not None and follower.timed
        if rival is not None:
            after = after and rival.kind in ("timed", "alone") and counts[rival.key] < counts[line.label.key]
        if after and rival is not None:
            found[i + 1] = replace(found[i + 1], label=None)
        if after or (i > 0 and lines[i - 1].time):
            found[i] = replace(line, label=replace(line.label, kind="beside"))
    return found


def _without_running_numbers(lines: list[Line]) -> list[Line]:
    """`Dan 1:`, `Ann 2:`, `Dan 3:` ... number the turns, not the people, if they only ever rise over several names."""
    numbered = []
    for i, line in enumerate(lines):
        if line.label and not is_stopped(line.label.key) and (match := _RUNNING.fullmatch(line.label.text)):
            numbered.append((i, match[1].strip(), int(match[2])))
    numbers = [number for _, _, number in numbered]
    rising = all(a < b for a, b in itertools.pairwise(numbers))
    names = Counter(key_of(name) for _, name, _ in numbered)
    if len(numbers) < _MIN_RUNNING or not rising or len(names) < 2 or max(names.values()) < 2:
        return lines
    changed = list(lines)
    for i, name, _ in numbered:
        label = lines[i].label
        if label is not None:
            changed[i] = replace(lines[i], label=replace(label, text=name, key=key_of(name)))
    return changed


def _header_lines(lines: Sequence[Line], vouched: Collection[str]) -> int:
    """How many lines at the start are a head such as `Date: 3 May` / `Interviewer: A. Smith`, and no talk.

    The head ends at the last `Date: ...`-like line of the short lines at the start, no two of which begin alike, with
    the short lines after it whose label occurs nowhere else. Without such a line there is no head.
    """
    counts = Counter(line.label.key for line in lines if line.label)
    seen: set[str] = set()
    end = 0
    for i, line in enumerate(lines):
        key = line.label.key if line.label else ""
        if line.words > _HEADER_WORDS or line.closed or key in seen or key in vouched:
            break
        if not key:
            continue
        seen.add(key)
        if is_heading(key) or (end and end == i and counts[key] == 1):
            end = i + 1
    return end


def _is_possible(label: Label | None, vouched: Collection[str]) -> bool:
    """A bare line is a label only if it is in capitals (as script writers do), bold, a usual word, or vouched for."""
    if label is None or label.kind != "alone" or label.strong or label.key in vouched:
        return True
    return len(label.key) > 2 and (label.text.isupper() or bool(usual_role(label.key)))


def _accepted(labels: Sequence[Label | None], vouched: Collection[str], least: int = _MIN_COUNT) -> frozenset[str]:
    counts = Counter(label.key for label in labels if label)
    usual = {key for key in counts if is_usual(key)}
    stamped = {label.key for label in labels if label and label.stamped}
    often = {key for key, n in counts.items() if (n >= least or key in stamped) and not is_stopped(key)}
    return frozenset(usual | often | (set(counts) & set(vouched)))


def _timed_once(lines: Sequence[Line], accepted: Collection[str]) -> frozenset[str]:
    """Names that occur once, alone on their lines with a time that fits between those of speakers written like this.

    `Bob 0:09` between `Ann 0:05` and `Ann 0:12` is a speaker, `Monday 10:30` there is talk.
    """
    timed = [line.label for line in lines if line.label and line.label.kind == "timed"]
    times = [(label, label.start_ms or 0) for label in timed if label.key in accepted or is_name(label.text)]
    found = set()
    for (before, early), (label, time), (after, late) in zip(times, times[1:], times[2:], strict=False):
        sure = before.key in accepted and after.key in accepted
        if sure and early <= time <= late and not is_stopped(label.key):
            found.add(label.key)
    return frozenset(found)


def _by_blocks(lines: Sequence[Line], accepted: Collection[str]) -> bool:
    """Whether blank lines separate the paragraphs; the rule is at the head of this file."""
    following = [line for line in lines if not line.gap]
    if not following:
        return True
    if len(following) == len(lines) - 1:
        return False
    labelled = sum(line.label is not None and line.label.key in accepted for line in following)
    long = sum(line.end - line.start > _WRAPPED for line in following)
    return labelled * 2 < len(following) and long * 10 <= len(following)
