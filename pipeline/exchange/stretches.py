"""Who put which code on which stretch of talk, as rows of other programs' tables show it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipeline.exchange.branches import Branch, Branches
from pipeline.exchange.decided import suggested
from pipeline.exchange.marks import fits
from pipeline.exchange.talk import paragraphs_of
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


def n_twice(found: Iterable[Stretch]) -> int:
    """Codings of people on words that stand several times in the paragraphs that they touch.

    A table with words and paragraphs does not tell which of them was meant.
    """
    number = 0
    for stretch in found:
        document = stretch.document
        first, last = paragraphs_of(document, stretch.start, stretch.end)
        begin = document.paragraphs[first - 1] if document.paragraphs else 0
        end = document.paragraphs[last] if last < len(document.paragraphs) else len(document.text)
        once = document.text.find(stretch.text, begin, end)
        again = document.text.find(stretch.text, once + 1, end)
        number += not stretch.machine and bool(stretch.text) and again >= 0
    return number


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
