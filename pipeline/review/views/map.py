"""The map: utterances as points, coloured by candidate theme as it stands now, and one of them to read."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

import numpy as np

from pipeline import decide
from pipeline.records import Bools, Floats, Ints, Utterance
from pipeline.report.frame import Mark
from pipeline.report.words import UNNAMED_SITE, cite, count, cut, plain_reason, plural
from pipeline.review.coded import coded_now
from pipeline.review.context import Context, context_of
from pipeline.review.desk import Desk
from pipeline.review.marks import marks_of, theme_of
from pipeline.review.page import Shell
from pipeline.review.paging import part_of
from pipeline.review.queue import done_with, hidden
from pipeline.review.views.map_drawing import HEIGHT, Label, Point, path_of, scaled, spread
from pipeline.review.views.reading import initials
from pipeline.review.views.reading_codes import Beside, beside, colours_of

MOST_POINTS = 2000
MOST_FILTERED = 5000
MOST_LABELS = 24
A_PAGE = 25
ASIDE = "aside"
"""Stands for the utterances in no theme where a filter names a theme."""
NOT_MINE, NOT_CODED = "me", "anybody"


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the map is asked for; "" for all.

    theme: an id, or "aside".  open: "me" or "anybody": not yet coded by the reader, or by nobody.
    """

    theme: str = ""
    site: str = ""
    code: str = ""
    open: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The utterance that is read.  aside: why it is in no theme, and the nearest one, "" if it is in one."""

    utterance: Utterance
    citation: str
    context: Context
    beside: Beside
    mark: Mark | None
    aside: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list beside the map."""

    id: str
    citation: str
    speaker: str
    text: str
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class PanelView:
    """Only what is read.  chosen: None if nothing was chosen; coders: (coder, initials) pairs."""

    chosen: Chosen | None
    coders: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MapView:
    """The map.  query: the filter as part of an address, ending in `&` unless it is empty.

    points: by theme, set-aside ones first so that they lie beneath.  rest: a path of dots, what the filter leaves out.
    legend: (mark, utterances) of each theme; n_aside: utterances in none.  n_text: how many match; thinned: where not
    all of them are points, the sentence that says so.  ring: where the one that is read stands; outside the drawing if
    there is none.  listed: a page of the matching ones.
    """

    shell: Shell
    filter: Filter
    query: str
    themes: tuple[Mark, ...]
    sites: tuple[str, ...]
    codes: tuple[str, ...]
    points: tuple[tuple[Mark | None, tuple[Point, ...]], ...]
    rest: str
    labels: tuple[Label, ...]
    legend: tuple[tuple[Mark, int], ...]
    n_aside: int
    n_text: str
    ring: tuple[float, float]
    thinned: str
    listed: tuple[Listed, ...]
    page: int
    n_pages: int
    chosen: Chosen | None
    coders: tuple[tuple[str, str], ...]
    empty: str


def panel_view(desk: Desk, coder: str, at: str) -> PanelView:
    """The utterance `at` ("": none) without the map."""
    return PanelView(chosen_view(desk, coder, at) if at else None, tuple(initials(desk.coders).items()))


def map_view(shell: Shell, desk: Desk, coder: str, filter_: Filter, at: str, page: int) -> MapView:
    """The map with what matches the filter, and the utterance `at` beside it ("": none)."""
    keep = matching(desk, coder, filter_)
    rows: Ints = np.flatnonzero(keep).astype(np.int32)
    drawn = _drawn(desk, keep, filter_ != Filter())
    marks = marks_of(desk)
    sizes = Counter(theme_of(desk).values())
    listed, page, n_pages = part_of(rows.tolist(), page, A_PAGE)
    return MapView(
        shell=shell,
        filter=filter_,
        query=query_of(filter_),
        themes=tuple(mark for mark in marks.values() if sizes[mark.id]),
        sites=tuple(sorted({u.site or UNNAMED_SITE for u in desk.result.utterances})),
        codes=tuple(code.name for code in desk.codebook.codes),
        points=_points(desk, drawn, at),
        rest=path_of(_places(desk)[_drawn(desk, ~keep, full=False)]),
        labels=_labels(desk, rows),
        legend=tuple((mark, sizes[mark.id]) for mark in marks.values() if sizes[mark.id]),
        n_aside=len(desk.result.utterances) - sizes.total(),
        n_text=f"{plural(len(rows), 'utterance')} {'match' if filter_ != Filter() else 'in all'}.",
        ring=_ring(desk, at),
        thinned=_thinned(len(drawn), len(rows)),
        listed=tuple(_listed(desk, row) for row in listed),
        page=page,
        n_pages=n_pages,
        chosen=chosen_view(desk, coder, at) if at else None,
        coders=tuple(initials(desk.coders).items()),
        empty=_empty(desk, len(rows)),
    )


def chosen_view(desk: Desk, coder: str, id_: str) -> Chosen:
    """One utterance to read; raises UsageError if the run has none of this id."""
    utterance, marks = desk.utterance(id_), marks_of(desk)
    mark = marks.get(theme_of(desk).get(id_, ""))
    return Chosen(
        utterance=utterance,
        citation=cite(utterance),
        context=context_of(desk, id_, n_before=1),
        beside=beside(desk, coder, id_, colours_of(desk)),
        mark=mark,
        aside="" if mark else _aside(desk, id_),
    )


def matching(desk: Desk, coder: str, filter_: Filter) -> Bools:
    """bool [n]: utterances of the run that match all of a filter."""
    utterances, n = desk.result.utterances, len(desk.result.utterances)
    keep = np.ones(n, np.bool_)
    if filter_.theme:
        in_theme = theme_of(desk)
        wanted = "" if filter_.theme == ASIDE else filter_.theme
        keep &= np.fromiter((in_theme.get(u.id, "") == wanted for u in utterances), np.bool_, n)
    if filter_.site:
        wanted = "" if filter_.site == UNNAMED_SITE else filter_.site
        keep &= np.fromiter((u.site == wanted for u in utterances), np.bool_, n)
    if filter_.code:
        keep &= _with_code(desk, coder, filter_.code)
    if filter_.open:
        who = (coder,) if filter_.open == NOT_MINE else desk.coders
        done = frozenset[str]().union(*(done_with(desk, each) for each in who))
        keep &= np.fromiter((u.id not in done for u in utterances), np.bool_, n)
    return keep


def query_of(filter_: Filter) -> str:
    """The filter as the beginning of an address's query, `theme=T3&`; "" for all."""
    told = {name: value for name, value in dataclasses.asdict(filter_).items() if value}
    return f"{urlencode(told)}&" if told else ""


def _with_code(desk: Desk, coder: str, code: str) -> Bools:
    """bool [n]: utterances with a code that `coder` may see; where others' are hidden, only with her own."""
    table, n = coded_now(desk), len(desk.result.utterances)
    if code not in table.codes:
        return np.zeros(n, np.bool_)
    given: Bools = table.values[:, :, table.codes.index(code)]
    found: Bools = np.any(given, axis=0)
    for id_ in hidden(desk, coder):
        if id_ in desk.row:
            found[desk.row[id_]] = coder in table.coders and given[table.coders.index(coder), desk.row[id_]]
    return found


@lru_cache(maxsize=2)
def _places(desk: Desk) -> Floats:
    return scaled(desk.result.clusters.xy)


@lru_cache(maxsize=2)
def _by_hash(desk: Desk) -> Ints:
    """All rows in an order that depends on nothing but the utterances' names."""
    names = [decide.draw.hash_of(0, "map", utterance.id) for utterance in desk.result.utterances]
    return np.array(sorted(range(len(names)), key=lambda row: names[row]), np.int32)


def _drawn(desk: Desk, keep: Bools, full: bool) -> Ints:
    """The rows that are drawn, in the order of the transcripts: all of them, or an even choice where they are many."""
    order = _by_hash(desk)
    rows: Ints = np.sort(order[keep[order]][: MOST_FILTERED if full else MOST_POINTS])
    return rows


def _points(desk: Desk, rows: Ints, at: str) -> tuple[tuple[Mark | None, tuple[Point, ...]], ...]:
    if at in desk.row and desk.row[at] not in rows:
        rows = np.append(rows, desk.row[at])
    marks, in_theme, places = marks_of(desk), theme_of(desk), _places(desk)
    found: dict[str, list[Point]] = {"": [], **{id_: [] for id_ in marks}}
    for row, (x, y) in zip(rows.tolist(), places[rows].tolist(), strict=True):
        utterance = desk.result.utterances[row]
        theme = in_theme.get(utterance.id, "")
        title = f"{theme or 'set aside'} · {cut(utterance.text, 90)} {cite(utterance)}"
        found[theme].append(Point(utterance.id, round(x, 1), round(y, 1), title, utterance.id == at))
    return tuple((marks.get(theme), tuple(points)) for theme, points in found.items() if points)


def _ring(desk: Desk, at: str) -> tuple[float, float]:
    if at not in desk.row:
        return (-100.0, -100.0)
    x, y = _places(desk)[desk.row[at]].tolist()
    return (round(x, 1), round(y, 1))


def _labels(desk: Desk, rows: Ints) -> tuple[Label, ...]:
    """The names of the largest themes at the middle of those of their utterances that match; the legend names all."""
    in_theme, places = theme_of(desk), _places(desk)
    members: dict[str, list[int]] = defaultdict(list)
    for row in rows.tolist():
        members[in_theme.get(desk.result.utterances[row].id, "")].append(row)
    middles = {theme: np.median(places[rows_], axis=0) for theme, rows_ in members.items()}
    largest = sorted((id_ for id_ in marks_of(desk) if id_ in middles), key=lambda id_: -len(members[id_]))[
        :MOST_LABELS
    ]
    placed = spread(
        [
            Label(float(middles[id_][0]), float(middles[id_][1]), f"{id_} {cut(marks_of(desk)[id_].label, 24)}")
            for id_ in largest
        ]
    )
    return tuple(label for label in placed if label.y < HEIGHT)


def _thinned(n_drawn: int, n: int) -> str:
    if n_drawn == n:
        return ""
    return (
        f"{count(n_drawn)} of {count(n)} utterances are drawn, the same ones each time; a filter shows more of its own."
    )


def _listed(desk: Desk, row: int) -> Listed:
    utterance = desk.result.utterances[row]
    mark = marks_of(desk).get(theme_of(desk).get(utterance.id, ""))
    return Listed(utterance.id, cite(utterance), utterance.speaker, cut(utterance.text, 140), mark)


def _aside(desk: Desk, id_: str) -> str:
    """Why an utterance is in no theme: people decided so, or the machine set it aside."""
    placement, row = desk.result.clusters.placement, desk.row[id_]
    if placement.theme[row] >= 0:
        return "In no candidate theme: analysts took it out, or rejected its theme."
    nearest, marks = int(placement.nearest[row]), marks_of(desk)
    themes = desk.result.themes
    near = themes[nearest].id if 0 <= nearest < len(themes) and themes[nearest].id in marks else ""
    return f"Not placed, {plain_reason(placement.set_aside[row])}{f' (nearest: {near})' if near else ''}."


def _empty(desk: Desk, n: int) -> str:
    if not desk.result.utterances:
        return "the run has no utterance"
    return "" if n else "no utterance matches all of what is chosen above"
