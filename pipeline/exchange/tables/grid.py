"""A grid of documents and themes with a representative quote in each cell, to compare across."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.config import ExchangeConfig
from pipeline.exchange import told
from pipeline.exchange.sheets import Row, Sheet, about
from pipeline.exchange.tables.quotes import CANDIDATES
from pipeline.exchange.talk import cite, many
from pipeline.exchange.verdicts import shown_themes, standing, verdicts
from pipeline.exchange.write_xlsxwriter import workbook
from pipeline.records import Decision, Result

_FEW, _LONG = 8, 90
"""Words: a quote must say something by itself, and be short enough to be read."""
_NO_SITE = "(no site)"
_ASIDE = -1
_READING = (
    "A cell of the sheet quotes holds one utterance of the document in the theme, verbatim, with document and "
    "paragraph, and how many there are; an empty cell: none. It is the one with the highest share of the vote among "
    f"those of {_FEW} to {_LONG} words (among all, if there are none); of equals a typical quote of the theme, then "
    "what was said first."
)


@dataclass(frozen=True, slots=True)
class _Grid:
    """heads: of the themes.  shown, gone: indices of themes in columns, and of those that analysts rejected.

    members: utterances by (document or site, theme), the most representative first; totals: by document or site.
    """

    heads: tuple[str, ...]
    shown: tuple[int, ...]
    gone: tuple[int, ...]
    members: Mapping[tuple[str, int], list[int]]
    totals: Mapping[str, int]


def grid_files(result: Result, decisions: Sequence[Decision], _config: ExchangeConfig) -> dict[str, bytes]:
    """grid.xlsx: documents x themes with quotes, the same with counts, and sites x themes with counts.

    Documents are rows, since a study may have more of them than a sheet has columns.
    """
    documents = result.corpus.documents
    at = {document.id: document.site or _NO_SITE for document in documents}
    grid = _grid(result, decisions, {name: name for name in at})
    sites = _grid(result, decisions, at)
    title = result.manifest.study or result.manifest.name
    ends = ("Not placed", *(("In rejected themes",) if grid.gone else ()), "All utterances")
    wide = (*(14,) * len(grid.shown), *(13,) * len(ends))
    quotes = ((d.id, d.site, *(_cell(result, grid.members.get((d.id, k), ())) for k in grid.shown)) for d in documents)
    counts: Iterator[Row] = ((d.id, d.site, *_counts(grid, d.id)) for d in documents)
    at_sites: Iterator[Row] = ((site, *_counts(sites, site)) for site in dict.fromkeys(at.values()))
    sheets = [
        Sheet("quotes", ("Document", "Site", *grid.heads), tuple(quotes), (18, 14, *(45,) * len(grid.shown)), 2),
        Sheet("counts", ("Document", "Site", *grid.heads, *ends), tuple(counts), (18, 14, *wide), 2),
        Sheet("sites", ("Site", *grid.heads, *ends), tuple(at_sites), (18, *wide), 1),
        about(_about(title, grid_losses(result, decisions))),
    ]
    return {"grid.xlsx": workbook(sheets, title)}


def grid_losses(result: Result, decisions: Sequence[Decision]) -> tuple[str, ...]:
    """What the grid leaves out."""
    said = verdicts(decisions)
    shown = set(shown_themes(result, said))
    places = result.clusters.placement.theme.tolist()
    filled = [(u.document, k) for u, k in zip(result.utterances, places, strict=True) if k in shown]
    n_other = len(filled) - len(set(filled))
    told_of = f"The words of {many(n_other, 'utterance')}: a cell has one quote and the number of the others."
    others = (told_of,) if n_other else ()
    n_codings = len(result.codings.items)
    coded = (f"{many(n_codings, 'coding')} by people: the grid is by theme.",) if n_codings else ()
    return (
        *others,
        *coded,
        *told.decisions(result, decisions, said),
        *told.report(result, said),
        *told.memos(result),
        *told.talk(result),
        *told.cells(u.text for u in result.utterances),
    )


def _about(title: str, lost: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield "Grid", title
    yield "Themes", CANDIDATES
    yield "How to read it", _READING
    yield from (("Left out", sentence) for sentence in lost)


def _grid(result: Result, decisions: Sequence[Decision], of_document: Mapping[str, str]) -> _Grid:
    """of_document: the row in which the utterances of a document are counted."""
    said = verdicts(decisions)
    shown = shown_themes(result, said)
    placement = result.clusters.placement
    typical = {q.utterance for theme in result.themes for q in theme.quotes if q.kind == "typical"}

    def rank(i: int) -> tuple[bool, float, bool, int]:
        words = len(result.utterances[i].text.split())
        return (not _FEW <= words <= _LONG, -round(float(placement.membership[i]), 6), i not in typical, i)

    members: dict[tuple[str, int], list[int]] = {}
    totals: dict[str, int] = {}
    for i in sorted(range(len(result.utterances)), key=rank):
        row = of_document[result.utterances[i].document]
        members.setdefault((row, max(_ASIDE, int(placement.theme[i]))), []).append(i)
        totals[row] = totals.get(row, 0) + 1
    heads = []
    for k in shown:
        word = standing(result.themes[k].id, said)
        heads.append(f"{result.themes[k].id} {result.themes[k].label} ({word})")
    gone = tuple(k for k in range(len(result.themes)) if k not in shown)
    return _Grid(tuple(heads), shown, gone, members, totals)


def _cell(result: Result, members: Sequence[int]) -> str:
    """The best member verbatim, with its citation; how many there are comes last, so that the words come first."""
    if not members:
        return ""
    best = result.utterances[members[0]]
    return f"{best.text} {cite(best)}\n[{many(len(members), 'utterance')}]"


def _counts(grid: _Grid, row: str) -> Iterator[int]:
    yield from (len(grid.members.get((row, k), ())) for k in (*grid.shown, _ASIDE))
    if grid.gone:
        yield sum(len(grid.members.get((row, k), ())) for k in grid.gone)
    yield grid.totals.get(row, 0)
