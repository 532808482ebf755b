"""Sentences on what a file leaves out of a run that several formats share; only what the run has is named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set

from pipeline.exchange.sheets import n_long
from pipeline.exchange.talk import fits, many
from pipeline.exchange.texts import comes_apart
from pipeline.exchange.verdicts import Verdicts, reasons
from pipeline.records import Codebook, Codings, Decision, Document, Result, Theme, Turn, Verdict

_SHOWN = 5


def listed(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(f'“{name}”' for name in names[:_SHOWN])}{more}"


def report(result: Result, said: Verdicts, *, quotes: bool = False) -> Iterator[str]:
    """One sentence on what stands in the report alone.  quotes: true if the format has the quotes of themes."""
    parts = (*_of_themes(result, quotes), *_of_utterances(result, said))
    if parts:
        yield f"Only the report has: {'; '.join(parts)}."


def _of_themes(result: Result, quotes: bool) -> Iterator[str]:
    if result.themes:
        yield f"stability figures of {many(len(result.themes), 'candidate theme')}"
        if not quotes:
            yield "which quotes are typical of them"
        if result.mapping.cells or result.mapping.relations or result.mapping.silent:
            yield "how they stand to the codes"
    if result.groups:
        yield f"the {many(len(result.groups), 'group')} that they stand in"


def _of_utterances(result: Result, said: Verdicts) -> Iterator[str]:
    themes = result.clusters.placement.theme
    if (themes >= 0).any():
        yield "second candidate themes of utterances"
    n_aside = int((themes < 0).sum())
    if n_aside:
        was = "was set aside, and its" if n_aside == 1 else "were set aside, and their"
        yield f"why {many(n_aside, 'utterance')} {was} nearest theme"
    if result.new_themes is not None and result.new_themes.themes:
        yield f"{many(len(result.new_themes.themes), 'candidate theme')} among utterances set aside"
    if result.suggestions is not None:
        decided = {decision.utterance for decision in (*said.codes, *said.refused)}
        n_open = len({utterance.id for utterance in result.utterances} - decided)
        yield f"suggested codes for {many(n_open, 'utterance')} on which nobody decided"
    if result.comparison.n_coded:
        yield f"agreement and disagreements over {many(result.comparison.n_coded, 'coded utterance')}"
    if result.triage.items or result.triage.documents:
        yield "what to read next"


def decisions(result: Result, taken: Sequence[Decision], said: Verdicts) -> Iterator[str]:
    """Rejected themes and suggestions, and decisions on what the run does not have."""
    yield from on_themes(result.themes, taken, said, frozenset(theme.id for theme in result.standing.themes))
    if said.refused:
        yield f"{many(len(said.refused), 'suggested code')} that analysts rejected."
    utterances = {utterance.id for utterance in result.utterances}
    n_lost = sum(one.utterance not in utterances or not one.code for one in said.codes)
    if n_lost:
        yield f"{many(n_lost, 'accepted suggestion')} for utterances that this run does not have, or without a code."


def on_themes(
    themes: Sequence[Theme], taken: Sequence[Decision], said: Verdicts, gone: Set[str] = frozenset()
) -> Iterator[str]:
    """Rejected themes, votes against accepted ones, and decisions on themes that are not known.

    gone: ids of themes that the run had before its review took them away.
    """
    known = {theme.id for theme in themes} | gone
    rejected = [f"{key} ({reasons(found)})" for key, found in said.rejected.items() if key in known]
    if rejected:
        yield f"Candidate themes that were rejected, with the utterances placed there: {', '.join(rejected)}."
    last = {(one.coder, one.theme): one for one in taken if one.theme in said.accepted}
    against = [f"{one.theme} ({reasons((one,))})" for one in last.values() if one.verdict == Verdict.REJECTED]
    if against:
        yield f"That some rejected candidate themes which others accepted: {', '.join(against)}."
    strange = sorted((said.accepted.keys() | said.rejected.keys()) - known)
    if strange:
        yield f"Decisions on candidate themes that this run does not have: {listed(strange)}."


def codings(found: Codings, documents: Sequence[Document]) -> Iterator[str]:
    """Codings without a place in the texts."""
    if found.unplaced:
        yield f"{many(len(found.unplaced), 'coding')} that found no place in the texts when they were read."
    texts = {document.id: document for document in documents}
    n_outside = sum(not fits(coding, texts) for coding in found.items)
    if n_outside:
        yield f"{many(n_outside, 'coding')} outside every text (unknown document, or positions past its end)."


def fields(book: Codebook) -> Iterator[str]:
    """Fields of codes, where a format has one text for all of them."""
    if any(code.include or code.exclude or code.examples for code in book.codes):
        yield "Include, exclude and examples as fields of their own: they are paragraphs of the code's text."
    apart = [code.name for code in book.codes if comes_apart(code)]
    if apart:
        yield f"Which field a paragraph belongs to, where it begins like another one (“Include: ”): {listed(apart)}."


def tree(book: Codebook, *, sets: bool, colours: bool) -> Iterator[str]:
    """What a table of codes lacks.  sets, colours: true if the format has them."""
    yield from fields(book)
    if book.memos:
        told = many(len(book.memos), "memo")
        yield f"{told} on codes as memos of their own, with author and date: they end the code's text."
    if book.sets and not sets:
        yield f"{many(len(book.sets), 'set')} of codes: {listed([found.name for found in book.sets])}."
    n_coloured = sum(bool(code.color) for code in book.codes) + sum(bool(folder.color) for folder in book.folders)
    if n_coloured and not colours:
        yield f"Colours of {many(n_coloured, 'code')}."
    n_guids = sum(bool(code.guid) for code in book.codes) + sum(bool(folder.guid) for folder in book.folders)
    if n_guids:
        yield f"Identifiers that {many(n_guids, 'code')} had in the program that they came from."


def talk(result: Result, *, site: bool = True, speakers: bool = False, originals: bool = False) -> Iterator[str]:
    """What is known of documents and turns.  site, speakers, originals: true if the format has them."""
    found, turns = result.corpus.documents, result.corpus.turns
    columns = list(dict.fromkeys(name for document in found for name, value in document.attributes if value))
    if not site and any(document.site for document in found):
        columns.insert(0, "site")
    if columns:
        yield f"Attributes of documents: {listed(columns)}."
    n_spoken = sum(bool(turn.speaker) for turn in turns)
    if n_spoken and not speakers:
        yield f"Who speaks in {many(n_spoken, 'turn')}."
    yield from times(turns)
    if not originals:
        yield from translated(turns)


def times(turns: Sequence[Turn]) -> Iterator[str]:
    """Times in a recording."""
    n = sum(turn.start_ms is not None or turn.end_ms is not None for turn in turns)
    if n:
        yield f"Times in the recording of {many(n, 'turn')}, other than as words of the text."


def translated(turns: Sequence[Turn]) -> Iterator[str]:
    """The original language of translated talk."""
    n = sum(bool(turn.original) for turn in turns)
    if n:
        yield f"The original language of {many(n, 'turn')}."


def memos(result: Result) -> Iterator[str]:
    """Memos on documents, on stretches of text and on the study."""
    if result.codings.memos:
        yield f"{many(len(result.codings.memos), 'memo')} on documents and on stretches of text."


def cells(texts: Iterable[str]) -> Iterator[str]:
    """Texts that a cell of a workbook cannot hold."""
    n_cut = n_long(texts)
    if n_cut:
        yield f"The end of {many(n_cut, 'text')} longer than the 32,767 characters of a cell: the cell says so."
