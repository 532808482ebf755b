"""What every section of the page shares: theme marks, quotes as they are shown, and which utterances are listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.config import ReportConfig
from pipeline.records import Document, Quote, Result, Theme, Turn
from pipeline.report.lines import is_reflexive
from pipeline.report.words import Notes, cite, cut, keyword_runs

N_COLOURS = 8
N_SHAPES = 4
MOST_LISTED = 2000
MOST_CHARACTERS = 1_000_000
"""Of all listed quotes together: keeps the page under 3 MB also where an utterance is a whole turn."""
LONGEST_QUOTE = 1200
MOST_NEXT = 15
"""Utterances to read next whose quotes lead into the list."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How a theme is told from others.  colour: 0 to 7 (Okabe-Ito); shape: 0 to 3, the next one after each 8 themes."""

    id: str
    label: str
    colour: int
    shape: int


@dataclass(frozen=True, slots=True)
class QuoteView:
    """A quote as it is shown.  runs: (piece, is a keyword).  href: where it stands in the full list, "" if left out.

    original: what was said in the language of the talk, "" if the transcript gives only one language.  whole_turn: true
    if it is the original of the whole turn, of which the quote is a part.
    """

    runs: tuple[tuple[str, bool], ...]
    citation: str
    speaker: str
    href: str
    original: str = ""
    whole_turn: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """One page being written: the result, its lookups, and the footnotes collected on the way.

    bilingual: turns that are given in their original language, too, by document and number.
    """

    result: Result
    config: ReportConfig
    reflexive: bool
    notes: Notes
    marks: tuple[Mark, ...]
    listed: frozenset[int]
    documents: Mapping[str, Document]
    sites: tuple[str, ...]
    bilingual: Mapping[tuple[str, int], Turn]


def open_frame(result: Result, config: ReportConfig) -> Frame:
    """The frame of a result, with the utterances chosen that the page lists in full."""
    marks = tuple(
        Mark(theme.id, theme.label, k % N_COLOURS, k // N_COLOURS % N_SHAPES) for k, theme in enumerate(result.themes)
    )
    documents = {document.id: document for document in result.corpus.documents}
    sites = tuple(sorted({utterance.site for utterance in result.utterances if utterance.site}))
    bilingual = {(turn.document, turn.number): turn for turn in result.corpus.turns if turn.original.strip()}
    listed = _listed(result, config)
    return Frame(result, config, is_reflexive(result), Notes(), marks, listed, documents, sites, bilingual)


def mark_of(frame: Frame, theme_id: str) -> Mark:
    """The mark of a theme by its id; a plain one for an id that no theme has."""
    return next((mark for mark in frame.marks if mark.id == theme_id), Mark(theme_id, "", N_COLOURS - 1, 0))


def quote(frame: Frame, index: int, keywords: Sequence[str] = (), most: int = LONGEST_QUOTE) -> QuoteView:
    """The utterance as a quote, cut with `[…]` beyond most characters."""
    utterance = frame.result.utterances[index]
    runs = keyword_runs(cut(utterance.text, most), keywords)
    turn = frame.bilingual.get((utterance.document, utterance.turn))
    return QuoteView(
        runs,
        cite(utterance),
        utterance.speaker,
        f"#u-{index}" if index in frame.listed else "",
        original=cut(turn.original, most) if turn else "",
        whole_turn=turn is not None and (turn.start, turn.end) != (utterance.start, utterance.end),
    )


def card_quotes(theme: Theme, config: ReportConfig) -> tuple[Quote, ...]:
    """The quotes that a card shows: some typical ones, one that fits badly, one near miss."""
    chosen = [q for q in theme.quotes if q.kind == "typical"][: config.quotes_per_theme]
    for kind in ("atypical", "near miss"):
        chosen += [q for q in theme.quotes if q.kind == kind][:1]
    return tuple(chosen)


def groups(result: Result) -> tuple[tuple[int, ...], ...]:
    """Utterances by theme, in the order of the transcripts; the last group holds those set aside."""
    found: list[list[int]] = [[] for _ in range(len(result.themes) + 1)]
    for index, theme in enumerate(result.clusters.placement.theme.tolist()):
        found[theme if 0 <= theme < len(result.themes) else -1].append(index)
    return tuple(tuple(members) for members in found)


def _listed(result: Result, config: ReportConfig) -> frozenset[int]:
    n = len(result.utterances)
    lengths = [min(len(utterance.text), LONGEST_QUOTE) for utterance in result.utterances]
    if n <= MOST_LISTED and sum(lengths) <= MOST_CHARACTERS:
        return frozenset(range(n))
    chosen = {q.utterance for theme in result.themes for q in card_quotes(theme, config)}
    chosen |= {d.utterance for d in result.comparison.disagreements[: config.disagreements]}
    chosen |= {item.utterance for item in result.triage.items[:MOST_NEXT]}
    spent = sum(lengths[index] for index in chosen)
    for index in _fill(result, MOST_LISTED / n):
        spent += 0 if index in chosen else lengths[index]
        if spent > MOST_CHARACTERS or len(chosen) >= MOST_LISTED:
            break
        chosen.add(index)
    return frozenset(chosen)


def _fill(result: Result, part: float) -> Iterator[int]:
    """The same part of each group, the surest members first; rank by rank, so that a budget cuts all groups alike."""
    membership = result.clusters.placement.membership
    ranked = [sorted(members, key=lambda i: (-float(membership[i]), i)) for members in groups(result)]
    quota = [max(1, round(part * len(members))) for members in ranked]
    for rank in range(max(quota, default=0)):
        for members, most in zip(ranked, quota, strict=True):
            if rank < min(most, len(members)):
                yield members[rank]
