"""What a REFI-QDA project does not hold of texts, codes, codings and memos, in sentences for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pipeline.exchange import attributes
from pipeline.exchange.dates import instant
from pipeline.exchange.marks import fits
from pipeline.exchange.nodes import NAMELESS, is_safe, plain
from pipeline.exchange.plan import Plan
from pipeline.exchange.team import parents
from pipeline.exchange.texts import comes_apart
from pipeline.records import MACHINE


def plan_losses(plan: Plan) -> tuple[str, ...]:
    """One sentence for each thing that the project file leaves out or changes; only what this study has is named."""
    return (*_talk(plan), *_codes(plan), *_codings(plan), *_memos(plan), *_characters(plan))


def tree_losses(plan: Plan) -> tuple[str, ...]:
    """The same for a codebook file, which has no notes."""
    n_memos = many(len(plan.now.codebook.memos), "memo")
    memos = (f"{n_memos} on codes: a codebook file has no notes.",) if plan.now.codebook.memos else ()
    return (*_codes(plan), *memos, *_names_with_strange_characters(plan))


def _talk(plan: Plan) -> Iterator[str]:
    corpus = plan.study.corpus
    if corpus.skipped:
        yield f"{many(len(corpus.skipped), 'file')} that could not be read and were skipped."
    if corpus.dropped:
        n_dropped = many(len(corpus.dropped), "passage")
        yield f"What was left out of the analysis and why ({n_dropped}); the texts are complete."
    turns = [turn for turn in corpus.turns if turn.document not in plan.turns]
    if turns:
        yield f"Speakers and roles of {many(len(turns), 'turn')}, other than as text."
    n_timed = sum(turn.start_ms is not None or turn.end_ms is not None for turn in turns)
    if n_timed:
        yield f"Times in the recording of {many(n_timed, 'turn')}, other than as text."
    n_original = sum(bool(turn.original) for turn in corpus.turns)
    if n_original:
        yield f"The original language of {many(n_original, 'turn')}."
    if attributes.names(corpus.documents):
        yield "The type of attributes: all are written as text; empty values are left out."


def _codes(plan: Plan) -> Iterator[str]:
    book = plan.now.codebook
    if any(code.include or code.exclude or code.examples for code in book.codes):
        yield "Include, exclude and examples as fields of their own: they are paragraphs of the descriptions."
    apart = [code.name for code in book.codes if comes_apart(code)]
    if apart:
        yield f"Which field a paragraph stands in that begins as another field does, in: {', '.join(apart)}."
    repeated = sorted(name for name, count in Counter(code.name for code in book.codes).items() if count > 1)
    if repeated:
        yield f"Which branch a coding meant, for codes with the same name (the first is used): {', '.join(repeated)}."
    loops = [
        node.name for node, above in zip(plan.team, parents(plan.team), strict=True) if above == "" and node.parent
    ]
    if loops:
        yield f"The parent of codes that are their own ancestors: {', '.join(loops)}."
    opened = [folder.name for folder in book.folders if folder.name in plan.used]
    if opened:
        yield f"That these only group codes, since codings use them: {', '.join(opened)}."
    known = {name for node in plan.team for name in (node.name, node.parent)}
    n_strange = sum(name not in known for one in book.sets for name in one.members)
    if n_strange:
        yield f"{many(n_strange, 'member')} of sets that the codebook does not know."


def _codings(plan: Plan) -> Iterator[str]:
    documents = {document.id: document for document in plan.study.corpus.documents}
    placed = [coding for coding in plan.codings.items if fits(coding, documents)]
    n_outside = len(plan.codings.items) - len(placed)
    if n_outside:
        yield f"{many(n_outside, 'coding')} outside every text (unknown document, or positions past its end)."
    if plan.codings.unplaced:
        yield f"{many(len(plan.codings.unplaced), 'coding')} that had no place in the texts when they were read."
    n_repeated = len(placed) - len({(c.document, c.start, c.end, c.coder, c.code) for c in placed})
    if n_repeated:
        yield f"{many(n_repeated, 'repetition')} of a coding by the same coder on the same text."
    coders = {coding.coder for coding in placed}
    if "" in coders:
        yield f"That codings name no coder: the user is {NAMELESS}."
    if MACHINE in {*coders, *(memo.author for memo in plan.memos)}:
        yield f"The name of a person who is called {MACHINE} as the machine is: it has a number."
    dates = [*(coding.date for coding in placed), *(memo.date for memo in plan.memos)]
    n_dates = sum(bool(date) and not instant(date) for date in dates)
    if n_dates:
        yield f"Dates that are not written as year, month and day ({n_dates})."


def _memos(plan: Plan) -> Iterator[str]:
    if plan.ties.moved:
        yield f"What {many(len(plan.ties.moved), 'memo')} is tied to in full: that is not in the file."


def _characters(plan: Plan) -> Iterator[str]:
    documents = plan.study.corpus.documents
    n_texts = sum(not is_safe(document.text) for document in documents)
    if n_texts:
        yield (
            f"Characters that XML 1.0 forbids, in {many(n_texts, 'document')}: they stay in the texts, but names of "
            "selections show U+FFFD."
        )
    n_changed = sum(plain(document.text) != document.text for document in documents)
    if n_changed:
        yield f"Half surrogate pairs, or a second byte order mark, in {many(n_changed, 'text')}: they are replaced."
    yield from _names_with_strange_characters(plan)


def _names_with_strange_characters(plan: Plan) -> Iterator[str]:
    if not all(is_safe(name) for name in _names(plan)):
        yield "Characters that XML 1.0 forbids in names and descriptions: they show as U+FFFD."


def _names(plan: Plan) -> Iterator[str]:
    for node in plan.team:
        yield from (node.name, node.parent, node.label, node.text)
    for one in plan.now.codebook.sets:
        yield from (one.name, one.definition)
    for coding in plan.codings.items:
        yield coding.coder
    for memo in plan.memos:
        yield from (memo.text, memo.title, memo.author)
    for theme in plan.study.themes:
        yield from (theme.label, *theme.keywords, *theme.flags)
    for document in plan.study.corpus.documents:
        yield document.id
        for pair in attributes.values(document):
            yield from pair
    yield plan.study.name


def many(count: int, noun: str) -> str:
    """`1 theme`, `2 themes`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
