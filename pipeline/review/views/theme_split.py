"""Sub-themes that are proposed for a theme, before anything is decided."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.ask.parts import parts, typical
from pipeline.decide import WorkingTheme
from pipeline.report.frame import Mark
from pipeline.report.words import cite
from pipeline.review.desk import Desk
from pipeline.review.marks import marks_of
from pipeline.review.page import Shell
from pipeline.review.views.themes import Bar, bars_of, rows_of, spread_of

MOST_SHOWN = 100
"""Utterances of a part that are on the page, to be put elsewhere before it is cut; the others go with their part."""


@dataclass(frozen=True, slots=True)
class Member:
    """An utterance of a proposed part."""

    id: str
    text: str
    citation: str
    speaker: str


@dataclass(frozen=True, slots=True)
class Part:
    """A proposed sub-theme, its most typical utterances first; n_hidden: how many are not shown."""

    number: int
    size: int
    spread: str
    bars: tuple[Bar, ...]
    members: tuple[Member, ...]
    n_hidden: int


@dataclass(frozen=True, slots=True)
class SplitView:
    """A theme and the parts into which it may be cut.  empty: why there are none."""

    shell: Shell
    id: str
    mark: Mark
    n_parts: int
    parts: tuple[Part, ...]
    empty: str


def split_view(shell: Shell, desk: Desk, theme: WorkingTheme, n_parts: int) -> SplitView:
    """Two or three parts of the theme."""
    found = proposed(desk, theme, n_parts)
    told = tuple(
        Part(
            number=number,
            size=len(rows),
            spread=spread_of(desk, rows),
            bars=bars_of(desk, rows),
            members=tuple(_member(desk, row) for row in typical(desk.result, rows)[:MOST_SHOWN]),
            n_hidden=max(len(rows) - MOST_SHOWN, 0),
        )
        for number, rows in enumerate(found, start=1)
    )
    empty = "" if len(found) > 1 else "Its utterances do not fall apart: there is nothing along which to cut them."
    return SplitView(shell, theme.id, marks_of(desk)[theme.id], n_parts, told if len(found) > 1 else (), empty)


def proposed(desk: Desk, theme: WorkingTheme, n_parts: int) -> tuple[tuple[int, ...], ...]:
    """Rows of each part, the largest first; one part if the theme does not fall apart."""
    return parts(desk.result, rows_of(desk, theme), n_parts)


def _member(desk: Desk, row: int) -> Member:
    utterance = desk.result.utterances[row]
    return Member(utterance.id, utterance.text, cite(utterance), utterance.speaker)
