"""One candidate theme: who speaks, quotes in their context, what lies near, and all that can be done to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.ask.parts import near_misses, nearest_themes, typical
from pipeline.decide import WorkingTheme
from pipeline.report.frame import Mark
from pipeline.report.words import cite, plural, share
from pipeline.review.context import Context, context_of
from pipeline.review.desk import Desk
from pipeline.review.marks import marks_of, theme_of
from pipeline.review.page import Shell
from pipeline.review.paging import part_of
from pipeline.review.views.intruder import tally_of
from pipeline.review.views.theme_history import Event, history_of, memos_on, origin_of
from pipeline.review.views.themes import (
    Bar,
    bars_of,
    is_changed,
    nearest_code,
    offered_as,
    quote_of,
    rows_of,
    spread_of,
    stability_of,
    verdict_of,
)

A_PAGE = 20
N_TYPICAL = 3
N_NEAR = 6
N_PEOPLE = 6
N_CLOSE = 6
_WHY_STABLE = {
    "highly stable": "It came back nearly the same when a tenth of the talk was left out and all was done again.",
    "stable": "Most of it came back when a tenth of the talk was left out and all was done again.",
    "doubtful": "Only parts of it came back when a tenth of the talk was left out: look at where its edges are.",
    "unstable": "It hardly came back when a tenth of the talk was left out: do not take it as it is.",
    "changed by analysts": "How stable it was is known only of the theme as the run offered it.",
}


@dataclass(frozen=True, slots=True)
class Quoted:
    """An utterance with its talk around it.  theme: mark of the theme that it is in now, None if in none."""

    id: str
    text: str
    citation: str
    speaker: str
    context: Context
    theme: Mark | None = None


@dataclass(frozen=True, slots=True)
class Other:
    """A theme that may be merged with it.  verdict: what was decided on it, "" if nothing.

    together: what both would hold; it and quote: "" for those further off.
    """

    mark: Mark
    size: int
    verdict: str
    together: str = ""
    quote: str = ""
    citation: str = ""


@dataclass(frozen=True, slots=True)
class ThemeView:
    """Everything about one theme.  others: themes that it may be merged with, the nearest first.

    keywords, flags: of the theme as the run offered it, flags only while nobody changed it.  nearest: the code that
    the machine holds it beside.  parents: names under which a new code may stand.  origin: how it came to be.
    """

    shell: Shell
    id: str
    mark: Mark
    name: str
    offered: str
    keywords: tuple[str, ...]
    size: str
    n_members: int
    bars: tuple[Bar, ...]
    spread: str
    people: tuple[tuple[str, int], ...]
    stability: str
    why_stable: str
    flags: tuple[str, ...]
    verdict: str
    disputed: bool
    why: str
    code: str
    nearest: str
    codes: tuple[str, ...]
    parents: tuple[str, ...]
    typical: tuple[Quoted, ...]
    members: tuple[Quoted, ...]
    page: int
    n_pages: int
    near: tuple[Quoted, ...]
    others: tuple[Other, ...]
    memos: tuple[Event, ...]
    history: tuple[Event, ...]
    origin: str
    changed: bool
    guesses: str


def theme_view(shell: Shell, desk: Desk, theme: WorkingTheme, page: int) -> ThemeView:
    """The theme as it stands; page: of all its utterances, from 1."""
    rows, offered, stability = rows_of(desk, theme), offered_as(desk, theme.id), stability_of(desk, theme)
    ordered = typical(desk.result, rows)
    members, page, n_pages = part_of(ordered, page, A_PAGE)
    changed, codes = is_changed(desk, theme), desk.codebook.codes
    return ThemeView(
        shell=shell,
        id=theme.id,
        mark=marks_of(desk)[theme.id],
        name=theme.name,
        offered=offered.label if offered and offered.label != theme.name else "",
        keywords=offered.keywords if offered else (),
        size=share(len(rows), len(desk.result.utterances)),
        n_members=len(rows),
        bars=bars_of(desk, rows),
        spread=spread_of(desk, rows),
        people=_people(desk, rows),
        stability=stability,
        why_stable=_WHY_STABLE.get(stability, "There was too little to tell."),
        flags=offered.flags if offered and not changed else (),
        verdict=verdict_of(theme),
        disputed=theme.disputed,
        why=theme.why,
        code=theme.code,
        nearest=nearest_code(desk, theme),
        codes=tuple(code.name for code in codes),
        parents=tuple(dict.fromkeys(code.theme for code in codes if code.theme)),
        typical=tuple(quoted(desk, row) for row in _different_people(desk, ordered)),
        members=tuple(quoted(desk, row) for row in members),
        page=page,
        n_pages=n_pages,
        near=tuple(quoted(desk, row) for row in near_misses(desk.result, rows, N_NEAR)),
        others=_others(desk, theme),
        memos=memos_on(desk, theme.id),
        history=history_of(desk, theme.id),
        origin=origin_of(desk, theme.id),
        changed=changed,
        guesses=tally_of(desk, theme.id),
    )


def quoted(desk: Desk, row: int) -> Quoted:
    """The utterance of a row with its talk around it."""
    utterance = desk.result.utterances[row]
    now = theme_of(desk).get(utterance.id)
    mark = marks_of(desk)[now] if now else None
    return Quoted(
        utterance.id, utterance.text, cite(utterance), utterance.speaker, context_of(desk, utterance.id), mark
    )


def _different_people(desk: Desk, ordered: Sequence[int]) -> list[int]:
    """The most typical ones, each of another person as far as there are others."""
    chosen: dict[str, int] = {}
    for row in ordered:
        if len(chosen) == N_TYPICAL:
            break
        chosen.setdefault(desk.result.utterances[row].person, row)
    return list(chosen.values())


def _people(desk: Desk, rows: Sequence[int]) -> tuple[tuple[str, int], ...]:
    """Who speaks most in it: (`P4 in NO`, utterances)."""
    spoken = [desk.result.utterances[row] for row in rows]
    labels = {u.person: f"{u.speaker} in {u.document}" if u.speaker else u.document for u in spoken}
    counts = Counter(utterance.person for utterance in spoken)
    return tuple((labels[person], n) for person, n in counts.most_common(N_PEOPLE))


def _others(desk: Desk, theme: WorkingTheme) -> tuple[Other, ...]:
    standing = {each.id: rows_of(desk, each) for each in desk.state.themes.values() if each.stands}
    near = nearest_themes(desk.result, standing, theme.id)
    close = tuple(_close(desk, id_, standing[id_], standing[theme.id]) for id_ in near[:N_CLOSE])
    return (*close, *(Other(marks_of(desk)[id_], len(standing[id_]), _decided(desk, id_)) for id_ in near[N_CLOSE:]))


def _close(desk: Desk, id_: str, rows: Sequence[int], own: Sequence[int]) -> Other:
    both = (*own, *rows)
    quote, citation = quote_of(desk, id_, rows)
    together = f"{plural(len(both), 'utterance')}, {spread_of(desk, both)}"
    return Other(marks_of(desk)[id_], len(rows), _decided(desk, id_), together, quote, citation)


def _decided(desk: Desk, id_: str) -> str:
    theme = desk.state.themes[id_]
    return "the team does not agree on it" if theme.disputed else theme.verdict.value if theme.verdict else ""
