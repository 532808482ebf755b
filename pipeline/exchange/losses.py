"""What a REFI-QDA project does not hold of a run, in sentences for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pipeline.exchange import attributes
from pipeline.exchange.marks import fits
from pipeline.exchange.nodes import is_safe, plain
from pipeline.exchange.tree import parents
from pipeline.records import Result


def losses(result: Result) -> tuple[str, ...]:
    """One sentence for each thing that the project file leaves out or changes; only what this run has is named."""
    return (*_machine(result), *_comparison(result), *_talk(result), *_codes(result), *_characters(result))


def _machine(result: Result) -> Iterator[str]:
    themes = result.clusters.placement.theme
    n_placed = int((themes >= 0).sum())
    n_aside = len(themes) - n_placed
    if result.themes:
        n_themes = _many(len(result.themes), "candidate theme")
        yield f"Stability and cohesion of {n_themes} as figures; their words are kept."
        yield "Which quotes are typical or atypical of a candidate theme, or near misses."
    if n_placed:
        yield f"Membership and second candidate theme of {_many(n_placed, 'utterance')}: a coding has no strength."
    if n_aside:
        yield f"{_many(n_aside, 'utterance')} set aside, with the reason and the nearest candidate theme."
    if result.suggestions is not None:
        n_suggested = _many(len(result.suggestions.ranked), "utterance")
        yield f"Suggested codes for {n_suggested}, with their probabilities: they are undecided."
    if result.utterances:
        yield "Vectors and the map of utterances."


def _comparison(result: Result) -> Iterator[str]:
    if result.mapping.cells or result.mapping.relations or result.mapping.silent:
        yield "How candidate themes stand to the codes."
    if result.comparison.n_coded:
        yield f"Agreement and disagreements over {_many(result.comparison.n_coded, 'coded utterance')}."


def _talk(result: Result) -> Iterator[str]:
    n_dropped = len({*result.dropped, *result.corpus.dropped})
    if n_dropped:
        yield f"What was left out of the analysis and why ({_many(n_dropped, 'passage')}); the texts are complete."
    if result.corpus.turns:
        yield f"Speakers and roles of {_many(len(result.corpus.turns), 'turn')}, other than as text."
    n_timed = sum(turn.start_ms is not None or turn.end_ms is not None for turn in result.corpus.turns)
    if n_timed:
        yield f"Times in the recording of {_many(n_timed, 'turn')}."
    n_original = sum(bool(turn.original) for turn in result.corpus.turns)
    if n_original:
        yield f"The original language of {_many(n_original, 'turn')}."
    if attributes.names(result.corpus.documents):
        yield "The type of attributes: all are written as text; empty values are left out."


def _codes(result: Result) -> Iterator[str]:
    codes = result.codebook.codes
    if any(code.include or code.exclude or code.examples for code in codes):
        yield "Include, exclude and examples as fields of their own: they are paragraphs of the descriptions."
    repeated = sorted(name for name, count in Counter(code.name for code in codes).items() if count > 1)
    if repeated:
        yield f"Which branch a coding meant, for codes with the same name (the first is used): {', '.join(repeated)}."
    loops = [code.name for code, above in zip(codes, parents(codes), strict=True) if above == "" and code.theme]
    if loops:
        yield f"The parent of codes that are their own ancestors: {', '.join(loops)}."
    documents = {document.id: document for document in result.corpus.documents}
    placed = [coding for coding in result.codings.items if fits(coding, documents)]
    n_outside = len(result.codings.items) - len(placed)
    if n_outside:
        yield f"{_many(n_outside, 'coding')} outside every text (unknown document, or positions past its end)."
    n_repeated = len(placed) - len(set(placed))
    if n_repeated:
        yield f"{_many(n_repeated, 'repetition')} of a coding by the same coder on the same text."


def _characters(result: Result) -> Iterator[str]:
    n_texts = sum(not is_safe(document.text) for document in result.corpus.documents)
    if n_texts:
        yield (
            f"Characters that XML 1.0 forbids, in {_many(n_texts, 'document')}: they stay in the texts, but names of "
            "selections show U+FFFD."
        )
    n_changed = sum(plain(document.text) != document.text for document in result.corpus.documents)
    if n_changed:
        yield f"Half surrogate pairs, or a second byte order mark, in {_many(n_changed, 'text')}: they are replaced."
    if not all(is_safe(name) for name in _names(result)):
        yield "Characters that XML 1.0 forbids in names and descriptions: they show as U+FFFD."


def _names(result: Result) -> Iterator[str]:
    for code in result.codebook.codes:
        yield from (code.name, code.theme, code.definition, code.include, code.exclude, code.examples)
    for coding in result.codings.items:
        yield from (coding.coder, coding.code)
    for theme in result.themes:
        yield from (theme.label, *theme.keywords, *theme.flags)
    for document in result.corpus.documents:
        yield document.id
        for pair in attributes.values(document):
            yield from pair
    yield result.manifest.study


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
