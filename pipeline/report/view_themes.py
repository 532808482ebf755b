"""Themes at a glance (section 3) and a card for each (section 5)."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.records import Result, Theme, ThemeCode
from pipeline.report.frame import Frame, Mark, QuoteView, card_quotes, mark_of, quote
from pipeline.report.lines import NOT_TOLD, has_levels, why_nothing_coded
from pipeline.report.tables import relations
from pipeline.report.words import (
    UNNAMED_SITE,
    Figure,
    count,
    is_missing,
    listing,
    n_sites,
    number,
    percent,
    plural,
    share,
)

RELATIONS = {
    "agreement": "agreement: it meets a code of the team",
    "complementary": "machine only: no code fits",
    "dissonant": "overlap with a code, but other content",
    NOT_TOLD: "not told",
}
_GLANCE_QUOTE = 170
_MOST_CODES = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a small bar row: a site, its utterances, and the height from 0 to 20."""

    site: str
    n: int
    height: float


@dataclass(frozen=True, slots=True)
class GlanceRow:
    """One theme at a glance.  unstable: true for those that stand at the end."""

    mark: Mark
    size: str
    bars: tuple[Bar, ...]
    sites: str
    stability: str
    nearest: Figure
    quote: QuoteView | None
    unstable: bool


@dataclass(frozen=True, slots=True)
class Level:
    """Themes that stand near each other (the upper of two levels).  heading: "" where there is one level only."""

    heading: str
    size: str
    themes: tuple[Theme, ...]


@dataclass(frozen=True, slots=True)
class CodeMet:
    """A code that the theme meets, in words."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """One candidate theme in full; quotes as (heading, quotes) in the order of reading."""

    mark: Mark
    group: str
    keywords: tuple[str, ...]
    size: str
    stability: str
    cohesion: str
    speakers: str
    people: str
    bars: tuple[Bar, ...]
    sites: str
    quotes: tuple[tuple[str, tuple[QuoteView, ...]], ...]
    relation: str
    reason: str
    codes: tuple[CodeMet, ...]
    no_codes: str
    flags: tuple[str, ...]


def glance_levels(frame: Frame) -> tuple[tuple[Level, tuple[GlanceRow, ...]], ...]:
    """(group, a row a theme); by size, unstable ones at the end of their group."""
    found = levels(frame.result)
    return tuple((level, tuple(_glance(frame, theme) for theme in level.themes)) for level in found)


def cards(frame: Frame) -> tuple[Card, ...]:
    """A card a theme, in the order of the table above."""
    return tuple(_card(frame, theme) for level in levels(frame.result) for theme in level.themes)


def levels(result: Result) -> tuple[Level, ...]:
    """Groups of themes, the largest first, then the themes that stand alone; one level where groups say nothing."""
    if not result.themes:
        return ()
    if not has_levels(result):
        return (Level("", "", in_order(result.themes)),)
    themes = {theme.id: theme for theme in result.themes}
    found = []
    for group in sorted(result.groups, key=lambda g: -g.size):
        if len(group.themes) > 1:
            size = f"{plural(len(group.themes), 'candidate theme')}, {plural(group.size, 'utterance')}"
            members = tuple(themes.pop(name) for name in group.themes)
            found.append(Level(f"{group.id} {group.label}", size, in_order(members)))
    if themes:
        total = sum(theme.size for theme in themes.values())
        size = f"{plural(len(themes), 'candidate theme')}, {plural(total, 'utterance')}"
        found.append(Level("Standing alone", size, in_order(tuple(themes.values()))))
    return tuple(found)


def in_order(themes: tuple[Theme, ...]) -> tuple[Theme, ...]:
    """Largest first, unstable ones at the end."""
    return tuple(sorted(themes, key=lambda theme: (is_unstable(theme), -theme.size)))


def is_unstable(theme: Theme) -> bool:
    """True for a theme that does not come back when part of the talk is left out."""
    return theme.stability_word == "unstable"


def _glance(frame: Frame, theme: Theme) -> GlanceRow:
    relation = relations(frame.result).get(theme.id)
    if relation is not None and relation.nearest_code:
        nearest = Figure(relation.nearest_code)
    elif not frame.result.codebook.codes:
        nearest = frame.notes.missing("no codebook was given")
    elif relation is None:
        nearest = frame.notes.missing("it could not be laid beside the codes")
    elif relation.relation == NOT_TOLD:
        nearest = frame.notes.missing(f"not told: {relation.reason}")
    else:
        nearest = frame.notes.missing("no code of the codebook fits this candidate")
    first = next((q for q in theme.quotes if q.kind == "typical"), None)
    shown = quote(frame, first.utterance, theme.keywords, _GLANCE_QUOTE) if first else None
    size = share(theme.size, len(frame.result.utterances))
    mark = mark_of(frame, theme.id)
    return GlanceRow(mark, size, _bars(theme), _sites(frame, theme), _word(theme), nearest, shown, is_unstable(theme))


def _card(frame: Frame, theme: Theme) -> Card:
    relation = relations(frame.result).get(theme.id)
    met = [cell for cell in frame.result.mapping.cells if cell.theme == theme.id and cell.n]
    met.sort(key=lambda cell: (-cell.share, cell.code))
    places = plural(theme.n_documents, "document")
    return Card(
        mark=mark_of(frame, theme.id),
        group=_group(frame.result, theme),
        keywords=theme.keywords,
        size=share(theme.size, len(frame.result.utterances)),
        stability=_why_stable(frame, theme),
        cohesion=f"{theme.cohesion_word} ({number(theme.cohesion)})" if theme.cohesion_word else number(theme.cohesion),
        speakers=f"{plural(theme.n_speakers, 'participant')} in {places}",
        people=", ".join(f"{person} ({n})" for person, n in theme.people[:4] if person),
        bars=_bars(theme),
        sites=_sites(frame, theme),
        quotes=_quotes(frame, theme),
        relation=RELATIONS.get(relation.relation, relation.relation) if relation else "",
        reason=relation.reason if relation and (relation.relation == NOT_TOLD or not frame.reflexive) else "",
        codes=tuple(_code(frame, cell) for cell in met[:_MOST_CODES]),
        no_codes="no codebook was given"
        if not frame.result.codebook.codes
        else why_nothing_coded(frame.result) or "none of its utterances carries a code",
        flags=theme.flags,
    )


def _group(result: Result, theme: Theme) -> str:
    """`B Doubt and trust, with T2 and T5`; "" where groups say nothing."""
    if not has_levels(result):
        return ""
    group = next((group for group in result.groups if theme.id in group.themes), None)
    others = [name for name in group.themes if name != theme.id] if group else []
    return f"{group.id} {group.label}, with {listing(others, 6)}" if group and others else "stands alone"


def _quotes(frame: Frame, theme: Theme) -> tuple[tuple[str, tuple[QuoteView, ...]], ...]:
    heads = {"typical": "Typical", "atypical": "Fits badly", "near miss": "Near miss, not in this theme"}
    found = []
    for kind, head in heads.items():
        chosen = [q for q in card_quotes(theme, frame.config) if q.kind == kind]
        if chosen:
            found.append((head, tuple(quote(frame, q.utterance, theme.keywords) for q in chosen)))
    return tuple(found)


def _code(frame: Frame, cell: ThemeCode) -> CodeMet:
    carried = "suggested" if why_nothing_coded(frame.result) else "coded"
    text = f"{count(cell.n)} of its {carried} utterances ({percent(cell.share)})"
    return CodeMet(cell.code, f"{text}, {number(cell.lift)} times as often as overall")


def _bars(theme: Theme) -> tuple[Bar, ...]:
    most = max((n for _, n in theme.sites), default=0)
    if not any(site for site, _ in theme.sites):
        return ()
    return tuple(Bar(site or UNNAMED_SITE, n, round(20 * n / most, 1) if most else 0.0) for site, n in theme.sites)


def _sites(frame: Frame, theme: Theme) -> str:
    known = frame.sites
    return f"{n_sites(theme)} of {plural(len(known), 'site')}" if known else "sites unknown"


def _word(theme: Theme) -> str:
    return theme.stability_word or "not told"


def _why_stable(frame: Frame, theme: Theme) -> str:
    if is_missing(theme.stability) and theme.id in {held.id for held in frame.result.standing.themes}:
        return f"{_word(theme)}: analysts shaped it, and it stands as they left it"
    if is_missing(theme.stability):
        return f"{_word(theme)}: one run alone cannot tell"
    overlap = f"an overlap of {number(theme.stability)} (1 would be the same utterances)"
    return f"{_word(theme)}: with part of the talk left out, it comes back with {overlap}"
