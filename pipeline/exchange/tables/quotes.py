"""Quotes by theme for writing up: a workbook to sort, and a document to read and copy from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.config import ExchangeConfig
from pipeline.exchange import blocks, told
from pipeline.exchange.blocks import Block, Piece
from pipeline.exchange.sheets import Sheet, about, width_of
from pipeline.exchange.talk import cite, many, originals, spoken
from pipeline.exchange.verdicts import Verdicts, shown_themes, standing, verdicts
from pipeline.exchange.write_docx import document
from pipeline.exchange.write_xlsxwriter import workbook
from pipeline.records import Decision, Disagreement, Result, Theme, Utterance

CANDIDATES = (
    "Themes are candidates that the machine suggests from the talk alone, for people to accept, rename or reject; "
    "where a team accepted one, this is said."
)
_KINDS = {
    "typical": "typical",
    "atypical": "atypical (a member that fits badly)",
    "near miss": "near miss (just outside the theme)",
    "disagreement": "disagreement (views differ)",
}
_COLUMNS = (
    "Theme", "Label", "Standing", "Kind", "Quote", "Citation", "Speaker", "Document", "Paragraph", "Site",
    "Original language", "Remark", "Utterance",
)  # fmt: skip
_RARE = ("Speaker", "Site", "Original language", "Remark")
_WIDE = {"Quote": 60, "Original language": 45, "Label": 24, "Kind": 17, "Standing": 14, "Remark": 34, "Document": 12}


@dataclass(frozen=True, slots=True)
class _Shown:
    """One quote of a theme.  original: the whole turn in its original language, "" if not known."""

    kind: str
    utterance: Utterance
    original: str
    remark: str


def quotes_files(result: Result, decisions: Sequence[Decision], _config: ExchangeConfig) -> dict[str, bytes]:
    """quotes.xlsx (a row a quote, rare columns only if they hold something) and quotes.docx (a heading a theme).

    Accepted themes come first.
    """
    said = verdicts(decisions)
    lost = quotes_losses(result, decisions)
    title = result.manifest.study or result.manifest.name
    found = [(result.themes[k], tuple(_quotes(result, k))) for k in shown_themes(result, said)]
    rows = [_row(theme, shown, said) for theme, group in found for shown in group]
    # a column in which nothing stands would only push the others apart
    used = [k for k, name in enumerate(_COLUMNS) if name not in _RARE or any(row[k] for row in rows)]
    columns = tuple(_COLUMNS[k] for k in used)
    quotes = Sheet("quotes", columns, tuple(tuple(row[k] for k in used) for row in rows), width_of(columns, _WIDE), 1)
    lines = (("Quotes by theme", title), ("Themes", CANDIDATES), *(("Left out", sentence) for sentence in lost))
    return {
        "quotes.xlsx": workbook([quotes, about(lines)], title),
        "quotes.docx": document(_document(title, found, said, lost), f"Quotes by theme: {title}"),
    }


def quotes_losses(result: Result, decisions: Sequence[Decision]) -> tuple[str, ...]:
    """What the list leaves out."""
    shown = {quote.utterance for theme in result.themes for quote in theme.quotes}
    n_other = len(result.utterances) - len(shown | {d.utterance for d in result.comparison.disagreements})
    others = (f"{many(n_other, 'utterance')} that no theme shows as a quote.",) if n_other > 0 else ()
    n_codings = len(result.codings.items)
    coded = (f"{many(n_codings, 'coding')} by people: the list is by theme.",) if n_codings else ()
    texts = [u.text for u in result.utterances]
    return (
        *others,
        *coded,
        *told.decisions(result, decisions, verdicts(decisions)),
        *told.report(result, verdicts(decisions), quotes=True),
        *told.memos(result),
        *told.talk(result, speakers=True, originals=True),
        *told.cells(texts),
    )


def _quotes(result: Result, index: int) -> Iterator[_Shown]:
    """Quotes as they were chosen, then the disagreements on the theme's utterances."""
    placed, other = result.clusters.placement.theme, originals(result)
    for quote in result.themes[index].quotes:
        yield _shown(result.utterances[quote.utterance], _KINDS.get(quote.kind, quote.kind), "", other)
    for found in result.comparison.disagreements:
        if int(placed[found.utterance]) == index:
            yield _shown(result.utterances[found.utterance], _KINDS["disagreement"], _views(found), other)


def _views(found: Disagreement) -> str:
    views = "; ".join(f"{who}: {what}" for who, what in found.views)
    return ". ".join(filter(None, (views, found.why)))


def _shown(utterance: Utterance, kind: str, remark: str, other: Mapping[tuple[str, int], str]) -> _Shown:
    return _Shown(kind, utterance, other.get((utterance.document, utterance.turn), ""), remark)


def _row(theme: Theme, shown: _Shown, said: Verdicts) -> tuple[str | int, ...]:
    u = shown.utterance
    named = (theme.id, theme.label, standing(theme.id, said), shown.kind, u.text, cite(u), u.speaker)
    return (*named, u.document, u.paragraph, u.site, shown.original, shown.remark, u.id)


def _document(
    title: str, found: Sequence[tuple[Theme, tuple[_Shown, ...]]], said: Verdicts, lost: Sequence[str]
) -> Iterator[Block]:
    yield blocks.title("Quotes by theme")
    yield blocks.text(Piece(title, "bold"))
    yield blocks.text(CANDIDATES, " Quotes are verbatim; the citation gives document and paragraph.")
    if not found:
        yield blocks.text("This run has no themes to show.")
    for theme, quotes in found:
        yield blocks.heading(f"{theme.id} {theme.label}")
        sizes = (many(theme.size, "utterance"), many(theme.n_speakers, "speaker"), many(theme.n_documents, "document"))
        word = standing(theme.id, said)
        yield blocks.text(Piece(f"{word[0].upper()}{word[1:]}. ", "bold"), f"{', '.join(sizes)}.")
        yield from _quoted(quotes)
    if lost:
        yield blocks.heading("What this list leaves out")
        yield from (blocks.text(sentence) for sentence in lost)


def _quoted(quotes: Sequence[_Shown]) -> Iterator[Block]:
    kind = ""
    for shown in quotes:
        if shown.kind != kind:
            kind = shown.kind
            yield blocks.heading(kind[0].upper() + kind[1:], 2)
        u = shown.utterance
        yield blocks.quote(u.text, spoken(u))
        if shown.original:
            yield blocks.text(Piece("The whole turn in its original language: ", "muted"), shown.original)
        if shown.remark:
            yield blocks.text(Piece("Views: ", "muted"), shown.remark)
