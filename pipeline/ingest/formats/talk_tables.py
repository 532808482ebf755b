"""Tables in office documents that are transcripts: a row is a turn, its columns speaker, text and perhaps time."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.ingest.drafts import key_of
from pipeline.ingest.labels import MAX_CHARS, MAX_WORDS, Label, is_stopped
from pipeline.ingest.times import bounds, milliseconds
from pipeline.ingest.words import NUMBER_HEADINGS, SPEAKER_HEADINGS, TABLE_HEADINGS, TEXT_HEADINGS, TIME_HEADINGS

_BLANKS = re.compile(r"\s+")
_KINDS = (SPEAKER_HEADINGS, TEXT_HEADINGS, TIME_HEADINGS)
_NONE = -1


@dataclass(frozen=True, slots=True)
class TalkTable:
    """lines: a paragraph a row, `[TIME] SPEAKER: text`, with its label.  times: rows without a speaker that had a time.

    columns: further columns that hold text and were left out.
    """

    lines: tuple[tuple[str, Label | None], ...]
    labels: frozenset[str]
    times: int
    columns: int


@dataclass(frozen=True, slots=True)
class _Order:
    """Which column is what; -1: none."""

    speaker: int
    text: int
    time: int = _NONE
    heading: bool = False
    others: tuple[int, ...] = ()


def may_be_label(text: str) -> bool:
    """Whether a cell or a bold line is short enough for a speaker's name."""
    return len(text) <= MAX_CHARS and len(text.split()) <= MAX_WORDS and not text.endswith((".", "?", "!"))


def talk_of(rows: Sequence[Sequence[str]]) -> TalkTable | None:
    """The talk in a table; None if the table is no transcript.

    A heading row says which column is what. Without one a table of two or three columns is a transcript if the time
    column holds times only, and the speakers' cells are short and recur; if both other columns look so, the speakers
    are those with fewer letters. A column that only counts the rows is no time. A row without a speaker continues the
    row before.
    """
    filled = [row for row in rows if any(map(str.strip, row))]
    order = _by_heading(filled) or _by_content(filled)
    if order is None:
        return None
    lines: list[tuple[str, Label | None]] = []
    labels, times, others = set(), 0, set()
    if order.heading:
        lines.append((" | ".join(cell.strip() for cell in filled[0] if cell.strip()), Label("", "", 0, "heading")))
    for row in filled[order.heading :]:
        speaker, text, time = (
            row[i].strip() if 0 <= i < len(row) else "" for i in (order.speaker, order.text, order.time)
        )
        others |= {i for i in order.others if i < len(row) and row[i].strip()}
        name = _BLANKS.sub(" ", speaker).removesuffix(":").rstrip()
        stamp = time.strip("[]()# \t") if _is_time(time) else ""
        if name:
            labels.add(name)
            lines.append(_line(name, text, stamp))
        else:
            times += bool(stamp)
            lines.extend([(text, None)] if text else [])
    return TalkTable(tuple(lines), frozenset(labels), times, len(others))


def _line(name: str, text: str, stamp: str) -> tuple[str, Label]:
    head = f"[{stamp}] {name}: " if stamp else f"{name}: "
    label = Label(name, key_of(name), len(head) if text else len(head) - 1, "layout", stamp, stamped=True)
    return (head + text).rstrip(), label


def _is_time(cell: str) -> bool:
    return bool(cell) and all(milliseconds(part) is not None for part in bounds(cell) if part)


def _by_heading(rows: Sequence[Sequence[str]]) -> _Order | None:
    if not rows:
        return None
    names = [key_of(cell).removesuffix(":") for cell in rows[0]]
    places = [next((i for i, name in enumerate(names) if name in kind), _NONE) for kind in _KINDS]
    speaker, text, time = places
    if _NONE in (speaker, text):
        return None
    rest = [i for i, name in enumerate(names) if i not in places and name not in NUMBER_HEADINGS]
    others = tuple(i for i in rest if not _counts(_cells(rows[1:], i)))
    return _Order(speaker, text, time, True, others)


def _by_content(rows: Sequence[Sequence[str]]) -> _Order | None:
    width = max(map(len, rows), default=0)
    heading = bool(rows) and {key_of(cell) for cell in rows[0] if cell.strip()} <= TABLE_HEADINGS
    body = rows[heading:]
    columns = [i for i in range(width) if not _counts(_cells(body, i))]
    if len(columns) not in (2, 3) or len(rows) < 2:
        return None
    # the first row may be a heading in words that are not known here
    times = [i for i in columns if _all_times(_cells(rows, i)[1:])]
    rest = [i for i in columns if i not in times]
    if len(rest) != 2 or len(times) > 1 or any(_are_headings(_cells(rows, i)[1:]) for i in rest):
        return None
    time = times[0] if times else _NONE
    shorter_first = sorted(rest, key=lambda i: len("".join(_cells(rows, i))))
    for speaker, text in (shorter_first, shorter_first[::-1]):
        if _are_names(_cells(rows, speaker)[1:]):
            return _Order(speaker, text, time, heading)
    return None


def _are_names(cells: Sequence[str]) -> bool:
    names = [cell for cell in cells if cell]
    return bool(names) and all(map(may_be_label, names)) and not len(set(names)) == len(names) > 2


def _are_headings(cells: Sequence[str]) -> bool:
    """`Date`, `Place`: the head of a transcript and no speakers."""
    names = [cell for cell in cells if cell]
    return bool(names) and all(is_stopped(key_of(name.removesuffix(":"))) for name in names)


def _cells(rows: Sequence[Sequence[str]], column: int) -> list[str]:
    return [row[column].strip() if column < len(row) else "" for row in rows]


def _all_times(cells: Sequence[str]) -> bool:
    return any(cells) and all(_is_time(cell) for cell in cells if cell)


def _counts(cells: Sequence[str]) -> bool:
    """Whether a column holds nothing but whole numbers, each one more than the last."""
    numbers = [int(cell) for cell in cells if cell.isascii() and cell.isdigit() and len(cell) < 6]
    return len(numbers) == len(cells) > 1 and all(b == a + 1 for a, b in itertools.pairwise(numbers))
