"""One transcript to read: its words in rows, people's codes on the left of them and the machine's on the right."""

from __future__ import annotations

import bisect
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.records import MACHINE, Code, Document, Span
from pipeline.review.desk import Desk
from pipeline.review.page import Shell
from pipeline.review.views.reading_codes import colours_of, differing, having, stretches
from pipeline.review.views.reading_rows import Drawing, RowView
from pipeline.review.views.reading_text import Row, rows_of_text

ROWS_A_PART = 80
MOST_ROWS_A_PART = 160


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a long transcript.  number: from 1; first, last: its paragraphs, last 0 where the text has none."""

    number: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader asked to see.

    at: an utterance.  part: from 1, 0 for the one that holds `at`.  code: to look for.  who: only this coder's codes.
    """

    at: str = ""
    part: int = 0
    code: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class ReadingView:
    """A part of one transcript.

    parts: all of them; part: this one.  coders: (coder, initials) pairs.  codes: those of the tree of today below their
    parents, in its order.  n_differs, n_hits: in the whole transcript; next_differs, next_hit: ids of utterances, "" if
    there is none.  waiting: utterances of this part whose other codes do not show yet.  first: of this part, where the
    reader codes before the machine's suggestions show.  machine: stands for the machine where a coder can be chosen.
    """

    shell: Shell
    document: Document
    asked: Asked
    rows: tuple[RowView, ...]
    parts: tuple[Part, ...]
    part: Part
    coders: tuple[tuple[str, str], ...]
    codes: tuple[tuple[str, tuple[Code, ...]], ...]
    n_differs: int
    next_differs: str
    n_hits: int
    next_hit: str
    waiting: int
    first: int
    machine: str
    empty: str


@lru_cache(maxsize=32)
def text_rows(desk: Desk, document: str) -> tuple[Row, ...]:
    """The rows of a document; they do not change with what people say."""
    return rows_of_text(
        desk.documents[document],
        desk.turns.get(document, ()),
        [desk.result.utterances[row] for row in desk.rows_of[document]],
        [each for each in desk.result.dropped if each.document == document],
    )


def reading_view(shell: Shell, desk: Desk, coder: str, document: str, asked: Asked) -> ReadingView:
    """The part of a transcript that was asked for, as this coder may see it."""
    text, rows, colours = desk.documents[document], text_rows(desk, document), colours_of(desk)
    cuts = cuts_of(rows)
    first, end = cuts[_place(rows, cuts, asked) - 1]
    within = Span(document, rows[first].start, rows[end - 1].end) if rows else Span(document, 0, 0)
    differs = differing(desk, coder, document)
    hits = having(desk, coder, document, asked.code, asked.who) if asked.code else frozenset()
    marked = stretches(desk, coder, within, colours, asked.who)
    drawing = Drawing(desk, coder, text, asked.at, asked.who, colours, differs, hits, marked)
    views = tuple(drawing.row(row) for row in rows[first:end])
    besides = [row.beside for row in views if row.beside is not None]
    here = asked.at or next((row.id for row in views if row.id), "")
    return ReadingView(
        shell=shell,
        document=text,
        asked=asked,
        rows=views,
        parts=tuple(_part(text, rows, number, *cut) for number, cut in enumerate(cuts, start=1)),
        part=_part(text, rows, cuts.index((first, end)) + 1, first, end),
        coders=tuple(initials(desk.coders).items()),
        codes=codes_by_parent(desk),
        n_differs=len(differs),
        next_differs=_after(rows, here, differs, skip=bool(asked.at)),
        n_hits=len(hits),
        next_hit=_after(rows, here, hits, skip=bool(asked.at)),
        waiting=sum(1 for each in besides if each.hidden),
        first=sum(1 for each in besides if each.first),
        machine=MACHINE,
        empty="" if rows else "this transcript holds no text",
    )


def cuts_of(rows: Sequence[Row]) -> tuple[tuple[int, int], ...]:
    """(first, end) of the rows of each part: about ROWS_A_PART, cut before a turn where one begins soon enough."""
    cuts = [0]
    for place, row in enumerate(rows):
        length = place - cuts[-1]
        if length >= MOST_ROWS_A_PART or (length >= ROWS_A_PART and (row.opens or row.turn is None)):
            cuts.append(place)
    return tuple(zip(cuts, [*cuts[1:], len(rows)], strict=True))


def initials(names: Sequence[str]) -> dict[str, str]:
    """Short marks of coders, each of one coder only: `A`, or `Ann` and `Ana` where one letter does not tell them."""
    return {name: _shortest(name, names) for name in names}


def _shortest(name: str, names: Sequence[str]) -> str:
    others = [other.casefold() for other in names if other != name]
    heads = (name[:length] for length in range(1, len(name)))
    return next((h for h in heads if not any(other.startswith(h.casefold()) for other in others)), name)


def codes_by_parent(desk: Desk) -> tuple[tuple[str, tuple[Code, ...]], ...]:
    """The codes of today's tree under their parents, parents in the order of their first codes."""
    found: dict[str, list[Code]] = {}
    for code in desk.codebook.codes:
        found.setdefault(code.theme, []).append(code)
    return tuple((parent, tuple(codes)) for parent, codes in found.items())


def _place(rows: Sequence[Row], cuts: Sequence[tuple[int, int]], asked: Asked) -> int:
    """The number of the part that was asked for; the part of the utterance that the reader came for goes before."""
    if asked.part:
        return min(asked.part, len(cuts))
    at = next((place for place, row in enumerate(rows) if row.utterance and row.utterance.id == asked.at), 0)
    return next((number for number, (first, end) in enumerate(cuts, start=1) if first <= at < end), 1)


def _part(document: Document, rows: Sequence[Row], number: int, first: int, end: int) -> Part:
    if first == end:
        return Part(number, 0, 0)
    starts = document.paragraphs
    from_ = bisect.bisect_right(starts, rows[first].start)
    return Part(number, from_, max(from_, bisect.bisect_left(starts, rows[end - 1].end)))


def _after(rows: Sequence[Row], here: str, found: Collection[str], *, skip: bool) -> str:
    """The first of the utterances found after this one (or at it, unless it is skipped), from the start again."""
    order = [row.utterance.id for row in rows if row.utterance]
    start = order.index(here) + skip if here in order else 0
    return next((id_ for id_ in (*order[start:], *order[:start]) if id_ in found), "")


def asked_of(query: Mapping[str, str]) -> Asked:
    """What an address asks for; a part that is no number is the first."""
    part = query.get("part", "")
    number = int(part) if part.isascii() and part.isdecimal() and len(part) < 7 else 0
    return Asked(query.get("at", ""), number, query.get("code", ""), query.get("who", ""))
