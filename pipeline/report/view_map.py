"""The map of utterances, the theme x site table, and the list of utterances to which the map leads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.report.draw_matplotlib import MOST_POINTS, Group, Label, draw_map
from pipeline.report.frame import MOST_LISTED, Frame, Mark, QuoteView, groups, mark_of, quote
from pipeline.report.view_suggested import answer
from pipeline.report.words import UNNAMED_SITE, cite, count, cut, percent, plain_reason, plural, share

SHADES = 5


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One cell: its text, a shade from 0 (none) to 5 (all), and what it says when pointed at."""

    text: str
    shade: int
    title: str


@dataclass(frozen=True, slots=True)
class MapView:
    """Section 4.  svg: "" if there is nothing to draw, empty then says why; heat: a row a theme, a column a site."""

    svg: str
    thinned: str
    empty: str
    marks: tuple[Mark, ...]
    n_aside: str
    sites: tuple[str, ...]
    heat: tuple[tuple[Mark, tuple[HeatCell, ...], str], ...]


@dataclass(frozen=True, slots=True)
class ListedUtterance:
    """One line of the list of all utterances.  note: for one set aside, its reason and nearest theme.

    answer: the machine's answer, "" where it gives none.
    """

    id: str
    quote: QuoteView
    note: str
    answer: str


@dataclass(frozen=True, slots=True)
class UtteranceGroup:
    """The listed utterances of one theme (mark None: set aside).  left_out: a sentence where not all are listed."""

    mark: Mark | None
    title: str
    rows: tuple[ListedUtterance, ...]
    left_out: str


def shade(part: float) -> int:
    """0 for nothing, 1 to 5 for a share above 0 up to 1, in fifths."""
    return 0 if part <= 0 else min(SHADES, 1 + int(part * SHADES))


def map_view(frame: Frame) -> MapView:
    """The map with a symbol for each utterance, or with light dots where there are many, and the theme x site table."""
    result = frame.result
    members = groups(result)
    sites, heat = _by_site(frame)
    if not result.utterances:
        return MapView("", "", "there is no utterance to place on it", frame.marks, "", sites, heat)
    xy = np.nan_to_num(result.clusters.xy.astype(np.float64)).astype(np.float32)
    labels = [
        Label(
            float(np.median(xy[list(rows), 0])),
            float(np.quantile(xy[list(rows), 1], 0.8)),
            f"{mark.id} {cut(mark.label, 30)}",
        )
        for mark, rows in zip(frame.marks, members[:-1], strict=True)
        if rows
    ]
    placed = len(result.utterances) - len(members[-1])
    themes = (
        f"{count(placed)} in {plural(len(frame.marks), 'candidate theme')}" if frame.marks else "no candidate theme"
    )
    description = (
        f"{plural(len(result.utterances), 'utterance')} as points, {themes}, {count(len(members[-1]))} set aside. "
        f"The table of themes and sites below and the list of all utterances hold the same."
    )
    svg = draw_map(xy, _point_groups(frame, members), labels, "Map of utterances by candidate theme", description)
    return MapView(svg, _thinned(len(result.utterances)), "", frame.marks, count(len(members[-1])), sites, heat)


def _point_groups(frame: Frame, members: tuple[tuple[int, ...], ...]) -> list[Group]:
    """Points by theme, those set aside first so that they lie beneath; words and links only where all are listed."""
    light = len(frame.result.utterances) > MOST_LISTED
    found = [
        Group(
            f"c{frame.marks[k].colour}" if k < len(frame.marks) else "aside",
            frame.marks[k].shape if k < len(frame.marks) else 0,
            rows,
            () if light else tuple(_hover(frame, index) for index in rows),
            () if light else tuple(f"#u-{index}" if index in frame.listed else "" for index in rows),
        )
        for k, rows in enumerate(members)
    ]
    return [found[-1], *found[:-1]]


def _thinned(n: int) -> str:
    if n <= MOST_LISTED:
        return ""
    text = "Points carry no hover text and no link here, since there are so many; the list below holds a part."
    return f"{text} An even choice of at most {count(MOST_POINTS)} of {count(n)} is drawn." if n > MOST_POINTS else text


def utterance_groups(frame: Frame) -> tuple[UtteranceGroup, ...]:
    """The list of utterances by theme, those set aside last; what is left out is counted and said."""
    found = []
    for k, members in enumerate(groups(frame.result)):
        mark = frame.marks[k] if k < len(frame.marks) else None
        shown = [index for index in members if index in frame.listed]
        rest = len(members) - len(shown)
        left_out = (
            f"{plural(rest, 'further utterance')} of this group left out here; the whole is in utterances.csv."
            if rest
            else ""
        )
        keywords = frame.result.themes[k].keywords if mark else ()
        rows = tuple(
            ListedUtterance(
                f"u-{index}",
                quote(frame, index, keywords),
                "" if mark else aside_note(frame, index),
                answer(frame.result, index),
            )
            for index in shown
        )
        title = f"{mark.id} {mark.label}" if mark else "Set aside"
        found.append(UtteranceGroup(mark, f"{title}: {plural(len(members), 'utterance')}", rows, left_out))
    return tuple(group for group in found if group.rows or group.left_out)


def aside_note(frame: Frame, index: int) -> str:
    """`not placed (nearest: T4): vote too divided`."""
    placement = frame.result.clusters.placement
    nearest = int(placement.nearest[index])
    near = f" (nearest: {frame.marks[nearest].id})" if 0 <= nearest < len(frame.marks) else ""
    return f"not placed{near}: {plain_reason(placement.set_aside[index])}"


def _hover(frame: Frame, index: int) -> str:
    utterance = frame.result.utterances[index]
    theme = int(frame.result.clusters.placement.theme[index])
    where = frame.marks[theme].id if 0 <= theme < len(frame.marks) else aside_note(frame, index)
    return f"{where} · “{cut(utterance.text, 180)}” {cite(utterance)} {utterance.speaker}".strip()


def _by_site(frame: Frame) -> tuple[tuple[str, ...], tuple[tuple[Mark, tuple[HeatCell, ...], str], ...]]:
    sites = tuple(dict.fromkeys(site for theme in frame.result.themes for site, _ in theme.sites))
    if not any(sites):
        return (), ()
    rows = []
    for theme in frame.result.themes:
        sizes = dict(theme.sites)
        cells = tuple(_cell(sizes.get(site, 0), theme.size, theme.id, site or UNNAMED_SITE) for site in sites)
        rows.append((mark_of(frame, theme.id), cells, count(theme.size)))
    return tuple(site or UNNAMED_SITE for site in sites), tuple(rows)


def _cell(part: int, whole: int, theme: str, site: str) -> HeatCell:
    part_of = part / whole if whole else 0.0
    title = f"{theme} at {site}: {share(part, whole)}"
    return (
        HeatCell(count(part), shade(part_of), title)
        if part
        else HeatCell("0", 0, f"{theme} at {site}: none, {percent(0)}")
    )
