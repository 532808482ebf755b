"""Who put which code on which stretch of talk, as rows of other programs' tables show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.exchange.decided import suggested
from pipeline.exchange.tables.branches import Branch, Branches
from pipeline.exchange.talk import fits, many, paragraphs_of
from pipeline.exchange.verdicts import Verdicts
from pipeline.records import MACHINE, Document, Result

_ORIGIN = "Suggested by the machine, accepted by this analyst."


@dataclass(frozen=True, slots=True)
class Stretch:
    """One code on document.text[start:end].  created: ISO date or ""; machine: a placement that nobody checked."""

    document: Document
    start: int
    end: int
    coder: str
    branch: Branch
    created: str
    comment: str
    machine: bool

    @property
    def text(self) -> str:
        """The words, verbatim."""
        return self.document.text[self.start : self.end]


def stretches(result: Result, said: Verdicts, tree: Branches) -> tuple[Stretch, ...]:
    """Codings of people, suggestions that they accepted, and placements of the machine; by document and place."""
    documents = {document.id: document for document in result.corpus.documents}
    found: dict[tuple[str, int, int, str, str], Stretch] = {}
    for stretch in _people(result, said, tree, documents):
        key = (stretch.document.id, stretch.start, stretch.end, stretch.coder, stretch.branch.code.name)
        found.setdefault(key, stretch)
    order = {name: number for number, name in enumerate(documents)}
    return tuple(
        sorted(
            (*found.values(), *_placed(result, tree, documents)),
            key=lambda s: (order[s.document.id], s.start, s.end, s.machine, s.coder, s.branch.path),
        )
    )


def places_lost(found: Sequence[Stretch]) -> Iterator[str]:
    """What a table with words and numbers of paragraphs leaves out of the places of codings, in sentences."""
    if found:
        yield f"Exact positions of {many(len(found), 'coding')}: the table has the words and their paragraphs."
    n = sum(_is_twice(stretch) for stretch in found)
    if n:
        yield f"Which of the same words in a paragraph was meant, for {many(n, 'coding')}."


def _is_twice(stretch: Stretch) -> bool:
    """True if a person coded words that stand several times in the paragraphs that they touch."""
    if stretch.machine or not stretch.text:
        return False
    document = stretch.document
    first, last = paragraphs_of(document, stretch.start, stretch.end)
    begin = document.paragraphs[first - 1] if document.paragraphs else 0
    end = document.paragraphs[last] if last < len(document.paragraphs) else len(document.text)
    once = document.text.find(stretch.text, begin, end)
    return document.text.find(stretch.text, once + 1, end) >= 0


def _people(result: Result, said: Verdicts, tree: Branches, documents: Mapping[str, Document]) -> Iterator[Stretch]:
    """Codings, then accepted suggestions; memos on the same stretch and code, or on the stretch alone, are comments."""
    codings = suggested(result.codings, result.utterances, said)
    memos: dict[tuple[str, int, int, str], list[str]] = {}
    for memo in codings.memos:
        memos.setdefault((memo.document, memo.start, memo.end, memo.code), []).append(memo.text)
    for number, c in enumerate(codings.items):
        if fits(c, documents) and c.code in tree.codes:
            place = (c.document, c.start, c.end)
            origin = (_ORIGIN,) if number >= len(result.codings.items) else ()
            comment = "\n".join((*origin, *memos.get((*place, c.code), ()), *memos.get((*place, ""), ())))
            yield Stretch(
                documents[c.document], *place[1:], c.coder, tree.codes[c.code], c.date, comment, machine=False
            )


def _placed(result: Result, tree: Branches, documents: Mapping[str, Document]) -> Iterator[Stretch]:
    placement = result.clusters.placement
    for i, u in enumerate(result.utterances):
        branch = tree.themes.get(int(placement.theme[i]))
        if branch is None:
            continue
        told = "candidate theme, undecided" if branch.kind == "theme" else "the theme was accepted, not each placement"
        comment = f"Placed by the machine with {placement.membership[i]:.2f} of the vote ({told})."
        yield Stretch(documents[u.document], u.start, u.end, MACHINE, branch, "", comment, machine=True)
