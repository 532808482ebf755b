"""All candidate themes as they stand: decided on or not, with their size, spread and stability."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline import decide
from pipeline.decide import WorkingTheme
from pipeline.records import Theme, Verdict
from pipeline.report.frame import Mark
from pipeline.report.tables import relations
from pipeline.report.words import UNNAMED_SITE, cite, plural, share
from pipeline.review.desk import Desk
from pipeline.review.marks import marks_of
from pipeline.review.page import Shell

STANDINGS = ("open", "accepted", "rejected")
_TITLES = {"open": "Nobody decided on these yet", "accepted": "Accepted", "rejected": "Rejected"}
_TALLEST = 20


@dataclass(frozen=True, slots=True)
class Bar:
    """A site in a small bar row; height from 0 to 20."""

    site: str
    n: int
    height: float


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """One theme in the list.  verdict: who said what, "" while nobody did.

    code: the one that it was tied to; nearest: the one that the machine holds it beside.  quote: a typical one.
    """

    id: str
    mark: Mark
    size: str
    bars: tuple[Bar, ...]
    spread: str
    stability: str
    verdict: str
    disputed: bool
    code: str
    nearest: str
    quote: str
    citation: str


@dataclass(frozen=True, slots=True)
class ThemesView:
    """Themes by how they stand.  groups: (title, rows).  filters: (standing, title, how many).  show: one of them."""

    shell: Shell
    show: str
    filters: tuple[tuple[str, str, int], ...]
    groups: tuple[tuple[str, tuple[ThemeRow, ...]], ...]
    n_merged: int


def themes_view(shell: Shell, desk: Desk, show: str = "") -> ThemesView:
    """All themes that stand, or those of one standing; the largest first within each group."""
    themes = [theme for theme in desk.state.themes.values() if theme.stands]
    themes.sort(key=lambda theme: -len(theme.members))
    found = {name: [theme for theme in themes if standing_of(theme) == name] for name in STANDINGS}
    show = show if found.get(show) else ""
    return ThemesView(
        shell=shell,
        show=show,
        filters=tuple((name, _TITLES[name], len(found[name])) for name in STANDINGS if found[name]),
        groups=tuple(
            (_TITLES[name], tuple(_row(desk, theme) for theme in found[name]))
            for name in STANDINGS
            if found[name] and show in ("", name)
        ),
        n_merged=sum(not theme.stands for theme in desk.state.themes.values()),
    )


def standing_of(theme: WorkingTheme) -> str:
    """open, accepted or rejected."""
    return {None: "open", Verdict.ACCEPTED: "accepted", Verdict.REJECTED: "rejected"}[theme.verdict]


def _row(desk: Desk, theme: WorkingTheme) -> ThemeRow:
    rows = rows_of(desk, theme)
    quote, citation = quote_of(desk, theme.id, rows)
    return ThemeRow(
        id=theme.id,
        mark=marks_of(desk)[theme.id],
        size=share(len(rows), len(desk.result.utterances)),
        bars=bars_of(desk, rows),
        spread=spread_of(desk, rows),
        stability=stability_of(desk, theme),
        verdict=verdict_of(theme),
        disputed=theme.disputed,
        code=theme.code,
        nearest=nearest_code(desk, theme),
        quote=quote,
        citation=citation,
    )


def offered_as(desk: Desk, id_: str) -> Theme | None:
    """The theme as the run offered it; None for one that analysts made."""
    return next((theme for theme in desk.result.themes if theme.id == id_), None)


def rows_of(desk: Desk, theme: WorkingTheme) -> tuple[int, ...]:
    """Rows of a theme's utterances in the order of the run."""
    return _rows(desk, theme.members)


@lru_cache(maxsize=256)
def _rows(desk: Desk, members: frozenset[str]) -> tuple[int, ...]:
    return tuple(sorted(desk.row[member] for member in members if member in desk.row))


def verdict_of(theme: WorkingTheme) -> str:
    """`accepted by Ann; rejected by Ben`, "" while nobody decided."""
    words = [
        f"{verdict} by {', '.join(coder for coder, word in theme.verdicts if word is verdict)}"
        for verdict in Verdict
        if any(word is verdict for _, word in theme.verdicts)
    ]
    return "; ".join(words)


def stability_of(desk: Desk, theme: WorkingTheme) -> str:
    """How the run found it to come back, in a word; of a changed theme that this cannot be told."""
    offered = offered_as(desk, theme.id)
    if offered is None or is_changed(desk, theme):
        return "changed by analysts"
    return offered.stability_word or "not told"


def is_changed(desk: Desk, theme: WorkingTheme) -> bool:
    """Whether other utterances are in it than those that the run put there."""
    seen = desk.followed("seen members", lambda: _seen_members(desk), lambda old, _: old)
    return theme.members != seen.get(theme.id)


def _seen_members(desk: Desk) -> dict[str, frozenset[str]]:
    return {theme.id: frozenset(theme.members) for theme in desk.state.runs[desk.run].themes}


def bars_of(desk: Desk, rows: Sequence[int]) -> tuple[Bar, ...]:
    """The spread over sites; () where sites are not known."""
    sites = desk.sites
    if not any(sites):
        return ()
    counts = Counter(desk.result.utterances[row].site for row in rows)
    most = max(counts.values(), default=1)
    return tuple(Bar(site or UNNAMED_SITE, counts[site], round(_TALLEST * counts[site] / most, 1)) for site in sites)


def spread_of(desk: Desk, rows: Sequence[int]) -> str:
    """`12 people in 5 documents at 3 sites`."""
    found = [desk.result.utterances[row] for row in rows]
    people = len({utterance.person for utterance in found})
    documents, sites = len({u.document for u in found}), len({u.site for u in found if u.site})
    told = f"{people} {'person' if people == 1 else 'people'} in {plural(documents, 'document')}"
    return f"{told} at {plural(sites, 'site')}" if sites else told


def nearest_code(desk: Desk, theme: WorkingTheme) -> str:
    """The code that the run held the theme beside, under its name of today; "" if none, or if it was changed since."""
    relation = relations(desk.result).get(theme.id)
    if relation is None or is_changed(desk, theme):
        return ""
    names = decide.renamed(edit for _, edit in desk.state.edits)
    return names.get(relation.nearest_code, relation.nearest_code)


def quote_of(desk: Desk, id_: str, rows: Sequence[int]) -> tuple[str, str]:
    """A quote that the run found typical of a theme and that is still in it (rows), with its citation."""
    offered = offered_as(desk, id_)
    typical = [quote.utterance for quote in offered.quotes if quote.kind == "typical"] if offered else []
    chosen = next((row for row in typical if row in rows), rows[0] if rows else None)
    if chosen is None:
        return "", ""
    utterance = desk.result.utterances[chosen]
    return utterance.text, cite(utterance)
