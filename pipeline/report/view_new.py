"""Part of section 6: what stands together among the utterances that fit nothing so far."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.records import Quote, Theme
from pipeline.report.frame import Frame, Mark, QuoteView, mark_of, quote
from pipeline.report.words import count, n_sites, plural

_QUOTES = 3


@dataclass(frozen=True, slots=True)
class NewCard:
    """One new candidate, shorter than a card of section 5."""

    mark: Mark
    size: str
    people: str
    keywords: tuple[str, ...]
    flags: tuple[str, ...]
    quotes: tuple[QuoteView, ...]


@dataclass(frozen=True, slots=True)
class NewView:
    """how: what was looked through; empty: why there is no card, "" where there is one."""

    how: str
    cards: tuple[NewCard, ...]
    empty: str


def new_view(frame: Frame) -> NewView:
    """The new candidates, the largest first."""
    new = frame.result.new_themes
    if new is None:
        return NewView("", (), "no codebook was given" if not frame.result.codebook.codes else "none were looked for")
    basis = new.basis.rstrip(".")
    told = f" ({basis})" if basis else ""
    if not new.n_open:
        return NewView("", (), f"no utterance is left that fits nothing{told}")
    if not new.themes:
        return NewView("", (), f"of {plural(new.n_open, 'utterance')} that fit nothing{told} none stand together")
    how = (
        f"Among {plural(new.n_open, 'utterance')} that fit nothing so far{told} these stand together. They may be what "
        f"the codebook lacks, or talk that belongs to no code: read the quotes and decide."
    )
    return NewView(how, tuple(_card(frame, theme) for theme in new.themes), "")


def _card(frame: Frame, theme: Theme) -> NewCard:
    mark = mark_of(frame, theme.id)
    people = f"{plural(theme.n_speakers, 'participant')} in {plural(theme.n_documents, 'document')}"
    if frame.sites:
        people += f", {n_sites(theme)} of {plural(len(frame.sites), 'site')}"
    chosen: tuple[Quote, ...] = tuple(q for q in theme.quotes if q.kind == "typical") or theme.quotes
    return NewCard(
        Mark(mark.id, theme.label, mark.colour, mark.shape),
        f"{count(theme.size)} utterances",
        people,
        theme.keywords,
        theme.flags,
        tuple(quote(frame, q.utterance, theme.keywords) for q in chosen[:_QUOTES]),
    )
