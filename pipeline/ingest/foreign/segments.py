"""Passages that another program's table quotes, as codings: each gets its one place in the texts or is reported."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.ingest.code_index import CodeIndex, Path
from pipeline.ingest.counted import NO_TRANSCRIPT, many, without_place
from pipeline.ingest.foreign.anchor import Place, paragraph_of, place
from pipeline.ingest.naming import Names
from pipeline.records import MACHINE, Codebook, Coding, Codings, Corpus, Document, Memo, Problem, Unplaced

NAMELESS = "coder"
Way = tuple[int, ...]
"""Where paragraphs start, in one way to count them."""
_LINE_END = re.compile("\n")
_SIMILAR = 20  # names for which similar ones are looked for
_UNCODED = "Marked without a code."


@dataclass(frozen=True, slots=True)
class Segment:
    """One code on one passage.  where: file and line.  document, code: as written.

    paths: what the code's cell may stand for, likeliest first; empty if the passage has no code.
    within: number from 1 of the first and last paragraph, None if the file does not tell.
    note: what the coder wrote on it; note_on_code: on this coding, not on the passage whatever its codes.
    """

    where: str
    document: str
    code: str
    paths: tuple[Path, ...]
    quote: str
    coder: str = ""
    date: str = ""
    within: tuple[int, int] | None = None
    note: str = ""
    note_on_code: bool = True


@dataclass(slots=True)
class Marked:
    """What a file of coded passages gave.  file: its name."""

    file: str
    segments: list[Segment] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class _Found:
    codings: dict[tuple[str, int, int, str, str], str] = field(default_factory=dict)
    unplaced: list[Unplaced] = field(default_factory=list)
    memos: list[Memo] = field(default_factory=list)
    nameless: int = 0
    repeated: int = 0
    uncoded: int = 0
    machine: int = 0


def placed(marked: Marked, corpus: Corpus, codebook: Codebook) -> Codings:
    """The codings, those without a place, and the notes.

    A passage has no place if its document or code is not known, or its words do not occur or occur several times;
    the paragraphs that the file names count only where they agree with the passages that occur once.
    """
    names = Names(document.id for document in corpus.documents)
    texts = {document.id: document for document in corpus.documents}
    index, found = CodeIndex(codebook), _Found()
    documents = [_document(segment.document, names) for segment in marked.segments]
    reasons = _unknown(marked.segments, documents, names if texts else None)
    places = [
        place(segment.quote, texts[name].text) if name else Place(reason=reasons[segment.document])
        for segment, name in zip(marked.segments, documents, strict=True)
    ]
    ways = _ways(marked.segments, documents, places, texts)
    for segment, name, there in zip(marked.segments, documents, places, strict=True):
        if segment.coder == MACHINE:
            found.machine += 1
            continue
        _take(segment, name or "", _narrowed(segment, there, texts, name, ways), index, found)
    items = tuple(Coding(*key, date=date) for key, date in found.codings.items())
    problems = (*marked.problems, *_remarks(marked, found))
    return Codings(items, problems, tuple(found.unplaced), tuple(dict.fromkeys(found.memos)))


def _document(written: str, names: Names) -> str | None:
    """The id of a document that a program may write with its folders."""
    return names.find(written) or names.find(written.replace("\\", "/").rpartition("/")[2])


def _unknown(segments: Sequence[Segment], documents: Sequence[str | None], names: Names | None) -> dict[str, str]:
    """What to say of each document that is not in the study; similar names for the first few, since they take long.

    names: None if the study has no documents at all.
    """
    lost = dict.fromkeys(s.document for s, name in zip(segments, documents, strict=True) if name is None)
    if names is None:
        return dict.fromkeys(lost, NO_TRANSCRIPT)
    return {
        written: f"unknown document '{written}'{names.nearest(written) if at < _SIMILAR else ''}"
        for at, written in enumerate(lost)
    }


def _take(segment: Segment, document: str, there: Place, index: CodeIndex, found: _Found) -> None:
    code = index.find(segment.paths) if segment.paths else ""
    reason = there.reason
    if not reason and code is None:
        reason = index.lacking(segment.code)
    coder = segment.coder or NAMELESS
    if reason:
        unplaced = Unplaced(segment.where, document or segment.document, coder, segment.code, segment.quote, reason)
        found.unplaced.append(unplaced)
    elif code:
        found.nameless += not segment.coder
        key = (document, there.start, there.end, coder, code)
        found.repeated += key in found.codings
        found.codings[key] = min(filter(None, (segment.date, found.codings.get(key, ""))), default="")
    found.uncoded += not segment.paths and not reason
    note = segment.note or ("" if segment.paths or reason else _UNCODED)
    if note:
        on = code or segment.code if segment.note_on_code else ""
        span = (there.start, there.end) if document and not there.reason else (-1, -1)
        title = "" if span[0] >= 0 else segment.where
        found.memos.append(Memo(note, title, segment.coder, segment.date, document, *span, on))


def _narrowed(
    segment: Segment, plain: Place, texts: Mapping[str, Document], name: str | None, ways: Mapping[str, Sequence[Way]]
) -> Place:
    """The place of a passage that occurs several times, if all ways to count paragraphs agree on it."""
    if name is None or name not in ways or not plain.reason or segment.within is None:
        return plain
    places = {place(segment.quote, texts[name].text, starts, segment.within) for starts in ways[name]}
    return places.pop() if len(places) == 1 else plain


def _ways(
    segments: Sequence[Segment], documents: Sequence[str | None], places: Sequence[Place], texts: Mapping[str, Document]
) -> dict[str, list[Way]]:
    """How a program counts paragraphs, for each document in which that decides where a passage stands."""
    wanted: set[str] = set()
    known: dict[str, set[tuple[Place, tuple[int, int]]]] = defaultdict(set)
    for segment, name, there in zip(segments, documents, places, strict=True):
        if name is None or segment.within is None:
            continue
        if not there.reason:
            known[name].add((there, segment.within))
        elif there.reason.startswith("found "):
            wanted.add(name)
    return {name: _numberings(texts[name], known[name]) for name in wanted}


def _numberings(document: Document, known: Collection[tuple[Place, tuple[int, int]]]) -> list[Way]:
    """The ways to count that fit a program's numbers best: our paragraphs, every line, lines that are not blank.

    known: passages that occur once, with the numbers of the program. Without such passages no way is ruled out.
    """
    text = document.text
    lines = [0, *(match.end() for match in _LINE_END.finditer(text))]
    filled = [at for at, end in zip(lines, [*lines[1:], len(text)], strict=True) if text[at:end].strip()]
    ways = list(dict.fromkeys((tuple(document.paragraphs), tuple(lines), tuple(filled))))
    told = [
        sum((paragraph_of(there.start, way), paragraph_of(there.end - 1, way)) == within for there, within in known)
        for way in ways
    ]
    best = max(told)
    return [way for way, number in zip(ways, told, strict=True) if number == best]


def _remarks(marked: Marked, found: _Found) -> list[Problem]:
    problems = without_place(marked.file, found.unplaced, len(marked.segments) - found.machine - found.uncoded)
    if found.uncoded:
        told = f"kept as memos: {many(found.uncoded, 'passage')} without a code"
        problems.append(Problem(marked.file, told))
    if found.nameless:
        told = f"without a coder: {many(found.nameless, 'coding')}; counted as those of {NAMELESS!r}"
        problems.append(Problem(marked.file, told))
    if found.repeated:
        told = f"counted once, with the earliest date: {many(found.repeated, 'repeated coding')}"
        problems.append(Problem(marked.file, told))
    if found.machine:
        were = "was" if found.machine == 1 else "were"
        told = f"{many(found.machine, 'placement')} by the machine {were} left out: only people's codings are read"
        problems.append(Problem(marked.file, told))
    return problems
