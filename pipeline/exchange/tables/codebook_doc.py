"""The codebook as a document to print, discuss and append to a paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.config import ExchangeConfig
from pipeline.exchange import blocks, told
from pipeline.exchange.blocks import Block, Piece
from pipeline.exchange.tables.branches import Branches, branches
from pipeline.exchange.tables.quotes import CANDIDATES
from pipeline.exchange.tables.stretches import stretches
from pipeline.exchange.talk import many, spoken
from pipeline.exchange.texts import theme_facts
from pipeline.exchange.verdicts import reasons, verdicts
from pipeline.exchange.write_docx import document
from pipeline.records import Code, Decision, Result, Utterance

_EXAMPLES = 2
_FEW, _LONG = 8, 60
"""Words: an example must say something by itself, and be short enough for a codebook."""


@dataclass(frozen=True, slots=True)
class _Study:
    """What is told of codes.  counts: passages by (code, coder); examples: coded utterances by code."""

    result: Result
    tree: Branches
    counts: Mapping[str, Counter[str]]
    examples: Mapping[str, tuple[Utterance, ...]]


def codebook_files(result: Result, decisions: Sequence[Decision], _config: ExchangeConfig) -> dict[str, bytes]:
    """codebook.docx: codes in the order of the tree, sets, and the candidate themes as an appendix."""
    said = verdicts(decisions)
    tree = branches(result, said)
    counts: dict[str, Counter[str]] = {}
    for stretch in stretches(result, said, tree):
        if not stretch.machine:
            counts.setdefault(stretch.branch.code.name, Counter())[stretch.coder or "(no name)"] += 1
    study = _Study(result, tree, counts, _examples(result))
    title = result.manifest.study or result.manifest.name
    lost = codebook_losses(result, decisions)
    rejected = [
        f"{theme.id} {theme.label} ({reasons(said.rejected[theme.id])})"
        for theme in result.themes
        if theme.id in said.rejected
    ]
    shown = (*_front(title, tree), *_codes(study), *_sets(study), *_appendix(study, rejected), *_end(lost))
    return {"codebook.docx": document(shown, f"Codebook: {title}")}


def codebook_losses(result: Result, decisions: Sequence[Decision]) -> tuple[str, ...]:
    """What the document leaves out."""
    said = verdicts(decisions)
    people = [s for s in stretches(result, said, branches(result, said)) if not s.machine]
    words = (f"Coded passages of a code beyond {_EXAMPLES} (there are {len(people):,} in all).",)
    book = result.codebook
    guids = any(code.guid for code in book.codes) or any(folder.guid for folder in book.folders)
    placed = int((result.clusters.placement.theme >= 0).sum())
    machine = (f"Which {many(placed, 'utterance')} the machine placed in candidate themes.",) if placed else ()
    return (
        *(words if people else ()),
        *machine,
        *(("Identifiers that codes had in the program that they came from.",) if guids else ()),
        *told.codings(result.codings, result.corpus.documents),
        *told.decisions(result, decisions, said),
        *told.report(result, said),
        *told.memos(result),
        *told.talk(result, site=False),
    )


def _front(title: str, tree: Branches) -> Iterator[Block]:
    n = sum(branch.kind == "code" for branch in tree.team)
    yield blocks.title("Codebook")
    yield blocks.text(Piece(title, "bold"))
    suggested = many(len(tree.suggested), "candidate theme")
    yield blocks.text(
        f"{many(n, 'code')}, in the order of the coding tree. "
        + (
            f"{suggested} that the machine suggests stand in the appendix; they are not codes."
            if tree.suggested
            else ""
        )
    )


def _codes(study: _Study) -> Iterator[Block]:
    if not study.tree.team:
        yield blocks.text("The team's codebook is empty.")
    for branch in study.tree.team:
        yield blocks.heading(branch.path[-1], len(branch.path), branch.code.color)
        if branch.kind == "folder":
            yield from _said("", branch.code.definition)
        else:
            yield from _code(branch.code, study)
        for memo in study.tree.book.memos:
            if memo.code == branch.code.name:
                told_by = ", ".join(filter(None, (memo.title, memo.author, memo.date)))
                yield from _said(f"Memo ({told_by})" if told_by else "Memo", memo.text)


def _code(code: Code, study: _Study) -> Iterator[Block]:
    if code.definition:
        yield from _said("Definition", code.definition)
    else:
        yield blocks.text(Piece("No definition is written yet.", "muted"))
    yield from _said("Include", code.include)
    yield from _said("Exclude", code.exclude)
    yield from _said("Examples", code.examples)
    coded = study.examples.get(code.name, ())
    yield from _quoted("From the coded talk", coded)
    if not coded:
        yield from _quoted("From the talk that the machine placed in the accepted theme", _typical(code, study))
    counts = study.counts.get(code.name)
    told_of = "; ".join(f"{coder} {n:,}" for coder, n in sorted(counts.items())) if counts else "none"
    yield blocks.text(Piece(f"Passages coded: {told_of}", "muted"))


def _said(name: str, text: str) -> Iterator[Block]:
    if text:
        yield blocks.text(Piece(f"{name}: ", "bold"), text) if name else blocks.text(text)


def _typical(code: Code, study: _Study) -> tuple[Utterance, ...]:
    """Typical quotes of the candidate themes that became the code."""
    themes = [study.result.themes[k] for k, b in study.tree.themes.items() if b.kind == "code" and b.code is code]
    found = [quote.utterance for theme in themes for quote in theme.quotes if quote.kind == "typical"]
    return tuple(study.result.utterances[i] for i in dict.fromkeys(found))[:_EXAMPLES]


def _quoted(name: str, found: Sequence[Utterance]) -> Iterator[Block]:
    if found and name:
        yield blocks.text(Piece(name, "bold"), joined=True)
    for u in found:
        yield blocks.quote(u.text, spoken(u))


def _examples(result: Result) -> dict[str, tuple[Utterance, ...]]:
    """For each code the utterances that most coders gave it, of readable length, from different documents first.

    Of equals one code begins with the first document, the next with the second, so that all sites are heard.
    """
    table, n = result.table, len(result.corpus.documents)
    place = {document.id: number for number, document in enumerate(result.corpus.documents)}
    votes = np.sum(table.values, axis=0)
    found: dict[str, tuple[Utterance, ...]] = {}
    for j, code in enumerate(table.codes):
        ranked = []
        for i in np.flatnonzero(votes[:, j]).tolist():
            u = result.utterances[i]
            ranked.append((not _readable(u), -int(votes[i, j]), (place[u.document] - j) % n, i))
        order = [i for *_, i in sorted(ranked)]
        firsts = {result.utterances[i].document: i for i in reversed(order)}.values()
        best = sorted(firsts, key=order.index)
        chosen = [*best, *(i for i in order if i not in firsts)][:_EXAMPLES]
        found[code] = tuple(result.utterances[i] for i in chosen)
    return found


def _readable(utterance: Utterance) -> bool:
    return _FEW <= len(utterance.text.split()) <= _LONG


def _sets(study: _Study) -> Iterator[Block]:
    sets = study.tree.book.sets
    if sets:
        yield blocks.heading("Sets of codes")
    for found in sets:
        members = ", ".join(found.members) or "no codes"
        text = f"{found.definition}\n{members}" if found.definition else members
        yield blocks.text(Piece(f"{found.name}: ", "bold"), text)


def _appendix(study: _Study, rejected: Sequence[str]) -> Iterator[Block]:
    if not study.tree.suggested and not rejected:
        return
    yield blocks.heading("Appendix: suggestions by the machine, not codes")
    yield blocks.text(CANDIDATES)
    for k in (index for index, branch in study.tree.themes.items() if branch.kind == "theme"):
        theme = study.result.themes[k]
        yield blocks.heading(f"{theme.id} {theme.label}", 2)
        yield blocks.text(Piece("\n".join(theme_facts(theme)), "muted"), joined=True)
        typical = next((q.utterance for q in theme.quotes if q.kind == "typical"), None)
        if typical is not None:
            yield from _quoted("", (study.result.utterances[typical],))
    if rejected:
        yield blocks.heading("Rejected", 2)
        yield from (blocks.text(how) for how in rejected)


def _end(lost: Sequence[str]) -> Iterator[Block]:
    if lost:
        yield blocks.heading("What this document leaves out")
        yield from (blocks.text(sentence) for sentence in lost)
