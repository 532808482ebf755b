"""What a REFI-QDA file does not hold of a run, or of texts, codes, codings and memos alone, in sentences for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.exchange import told
from pipeline.exchange.refi.nodes import NAMELESS, instant
from pipeline.exchange.refi.plan import Plan, plan_of
from pipeline.exchange.refi.study import Study, attributes, study_of
from pipeline.exchange.refi.team import parents
from pipeline.exchange.talk import fits, many
from pipeline.exchange.texts import is_safe, plain
from pipeline.records import MACHINE, Codebook, Corpus, Decision, Result, Theme


def losses(result: Result, decisions: Sequence[Decision] = ()) -> tuple[str, ...]:
    """One sentence for each thing that the project file leaves out or changes; only what this run has is named.

    Raises CountError if placements and utterances or themes do not belong together.
    """
    study = study_of(result, decisions)
    corpus = replace(study.corpus, dropped=tuple(dict.fromkeys((*result.corpus.dropped, *result.dropped))))
    plan = plan_of(replace(study, corpus=corpus))
    n_placed = int((result.clusters.placement.theme >= 0).sum())
    votes = f"With what share of the vote {many(n_placed, 'utterance')} were placed: a coding has no strength."
    return (
        *told.decisions(result, decisions, plan.said),
        *_plan(plan),
        *((votes,) if n_placed else ()),
        *told.report(result, plan.said),
    )


def qdc_losses(codebook: Codebook, themes: Sequence[Theme], decisions: Sequence[Decision] = ()) -> tuple[str, ...]:
    """The same for codebook_qdc, whose arguments these are."""
    nothing = Corpus((), (), (), (), (), ())
    plan = plan_of(Study("", nothing, codebook, themes=tuple(themes), decisions=tuple(decisions)))
    n_memos = many(len(plan.now.codebook.memos), "memo")
    memos = (f"{n_memos} on codes: a codebook file has no notes.",) if plan.now.codebook.memos else ()
    return (*told.on_themes(themes, decisions, plan.said), *_codes(plan), *memos, *_strange_names(plan))


def study_losses(study: Study) -> tuple[str, ...]:
    """The same for study_qdpx: texts, codes, codings and memos without a run."""
    return _plan(plan_of(study))


def _plan(plan: Plan) -> tuple[str, ...]:
    return (*_talk(plan), *_codes(plan), *_codings(plan), *_memos(plan), *_texts(plan), *_strange_names(plan))


def _talk(plan: Plan) -> Iterator[str]:
    corpus = plan.study.corpus
    if corpus.skipped:
        yield f"{many(len(corpus.skipped), 'file')} that could not be read and were skipped."
    if corpus.dropped:
        n_dropped = many(len(corpus.dropped), "passage")
        yield f"What was left out of the analysis and why ({n_dropped}); the texts are complete."
    turns = [turn for turn in corpus.turns if turn.document not in plan.turns]
    if turns:
        yield f"Speakers and roles of {many(len(turns), 'turn')}, other than as words of the text."
    yield from told.times(turns)
    yield from told.translated(corpus.turns)


def _codes(plan: Plan) -> Iterator[str]:
    book = plan.now.codebook
    yield from told.fields(book)
    repeated = sorted(name for name, count in Counter(code.name for code in book.codes).items() if count > 1)
    if repeated:
        yield f"Which branch a coding meant, for codes with the same name (the first is used): {', '.join(repeated)}."
    loops = [
        node.name for node, above in zip(plan.team, parents(plan.team), strict=True) if above == "" and node.parent
    ]
    if loops:
        yield f"That codes stand below themselves in the codebook (they are written at the top): {told.listed(loops)}."
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
    yield from told.codings(plan.codings, plan.study.corpus.documents)
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


def _texts(plan: Plan) -> Iterator[str]:
    documents = plan.study.corpus.documents
    n_texts = sum(not is_safe(document.text) for document in documents)
    if n_texts:
        yield (
            f"Characters that XML 1.0 forbids, in {many(n_texts, 'document')}: they stay in the texts, but names of "
            "selections show a blank or U+FFFD."
        )
    n_changed = sum(plain(document.text) != document.text for document in documents)
    if n_changed:
        yield f"Half surrogate pairs, or a second byte order mark, in {many(n_changed, 'text')}: they are replaced."


def _strange_names(plan: Plan) -> Iterator[str]:
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
        for pair in attributes(document):
            yield from pair
    yield plan.study.name
