"""Sentences on what a table or document leaves out that several formats share; only what the run has is named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pipeline.exchange.marks import fits
from pipeline.exchange.sheets import like_formula, n_long
from pipeline.exchange.stretches import Stretch, n_twice
from pipeline.exchange.talk import many
from pipeline.exchange.texts import comes_apart
from pipeline.exchange.verdicts import Verdicts
from pipeline.records import Result

_SHOWN = 5


def listed(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(f'“{name}”' for name in names[:_SHOWN])}{more}"


def decisions(result: Result, said: Verdicts) -> Iterator[str]:
    """Rejected themes and suggestions, decisions without an object, and suggestions that nobody decided on."""
    known = {theme.id for theme in result.themes}
    n_rejected = len(known & said.rejected.keys())
    if n_rejected:
        yield f"{many(n_rejected, 'candidate theme')} that analysts rejected: left out."
    if said.refused:
        yield f"{many(len(said.refused), 'suggested code')} that analysts rejected: left out."
    lost = (said.accepted.keys() | said.rejected.keys()) - known
    if lost:
        yield f"Decisions on themes that this run does not have: {listed(sorted(lost))}."
    utterances = {utterance.id for utterance in result.utterances}
    n_lost = sum(decision.utterance not in utterances for decision in said.codes)
    if n_lost:
        yield f"{many(n_lost, 'accepted suggestion')} for utterances that this run does not have."
    if result.suggestions is not None:
        n_open = len(utterances - {decision.utterance for decision in (*said.codes, *said.refused)})
        told = many(n_open, "utterance")
        yield f"Suggested codes for {told} that nobody decided on, with their probabilities."


def machine(result: Result) -> Iterator[str]:
    """Set-aside utterances, second themes, figures of themes, and comparison."""
    themes = result.clusters.placement.theme
    n_aside = int((themes < 0).sum())
    if n_aside:
        yield f"{many(n_aside, 'utterance')} set aside, with the reason and the nearest candidate theme."
    if result.themes:
        yield f"Second candidate themes of utterances, and stability figures of {many(len(result.themes), 'theme')}."
    if result.comparison.n_coded:
        yield f"Agreement and disagreements over {many(result.comparison.n_coded, 'coded utterance')}."


def codings(result: Result) -> Iterator[str]:
    """Codings without a place in the texts."""
    if result.codings.unplaced:
        told = many(len(result.codings.unplaced), "coding")
        yield f"{told} that found no place in the texts when they were read: left out."
    documents = {document.id: document for document in result.corpus.documents}
    n_outside = sum(not fits(coding, documents) for coding in result.codings.items)
    if n_outside:
        yield f"{many(n_outside, 'coding')} outside every text (unknown document, or positions past its end)."


def positions(found: Sequence[Stretch]) -> Iterator[str]:
    """Places of codings, where a table has words and numbers of paragraphs."""
    if found:
        yield f"Exact positions of {many(len(found), 'coding')}: the table has the words and their paragraphs."
    n = n_twice(found)
    if n:
        yield f"Which of the same words in a paragraph was meant, for {many(n, 'coding')}."


def tree(result: Result, *, sets: bool, colours: bool) -> Iterator[str]:
    """What a table of codes lacks.  sets, colours: true if the format has them."""
    book = result.codebook
    if any(code.include or code.exclude or code.examples for code in book.codes):
        yield "Include, exclude and examples as fields of their own: they are paragraphs of the code's text."
    apart = [code.name for code in book.codes if comes_apart(code)]
    if apart:
        yield f"Which field a paragraph belongs to, where it begins like another one (“Include: ”): {listed(apart)}."
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
    documents, turns = result.corpus.documents, result.corpus.turns
    columns = list(dict.fromkeys(name for document in documents for name, value in document.attributes if value))
    if not site and any(document.site for document in documents):
        columns.insert(0, "site")
    if columns:
        yield f"Attributes of documents: {listed(columns)}."
    if any(turn.speaker for turn in turns) and not speakers:
        yield f"Speakers of {many(len(turns), 'turn')}, other than as words of the text."
    n_timed = sum(turn.start_ms is not None or turn.end_ms is not None for turn in turns)
    if n_timed:
        yield f"Times in the recording of {many(n_timed, 'turn')}."
    n_original = sum(bool(turn.original) for turn in turns)
    if n_original and not originals:
        yield f"The original language of {many(n_original, 'turn')}."


def memos(result: Result) -> Iterator[str]:
    """Memos on documents, on stretches of text and on the study."""
    if result.codings.memos:
        yield f"{many(len(result.codings.memos), 'memo')} on documents and on stretches of text."


def cells(texts: Iterable[str]) -> Iterator[str]:
    """Texts that a cell of a workbook cannot hold."""
    n_cut = n_long(texts)
    if n_cut:
        yield f"The end of {many(n_cut, 'text')} longer than the 32,767 characters of a cell: the cell says so."


def formulas(texts: Iterable[str]) -> Iterator[str]:
    """Texts in CSV files that a spreadsheet would take for a formula."""
    n = sum(map(like_formula, texts))
    if n:
        yield (
            f"Beginnings of {many(n, 'text')} in the CSV files that look like a formula: with exchange.guard_formulas "
            "there is an apostrophe in front, without it a spreadsheet may take the text for a formula."
        )
