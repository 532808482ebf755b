"""Where the texts of a project stand in a study, and where their selections lie there.

A study may hold the project's own texts or the team's files of the same talk. In an equal text positions hold; in a
text that differs the quoted words are looked for: they have a place if they, or they with their surroundings, occur
once in both texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.ingest.counted import many
from pipeline.ingest.foreign.anchor import find
from pipeline.ingest.naming import Names
from pipeline.ingest.refi.positions import Ruler
from pipeline.ingest.refi.selections import Selection
from pipeline.ingest.refi.texts import Source
from pipeline.records import Corpus

_REACHES = ((200, 200), (80, 80), (30, 30), (0, 80), (80, 0), (0, 30), (30, 0), (0, 12), (12, 0))
"""Characters before and after: the widest first, since one side may have been changed or cut away."""
_TELLING = 20  # characters: shorter words that occur once in both texts may still be two different places


@dataclass(frozen=True, slots=True)
class Home:
    """The document of the study that a source is, "" if none.

    same: true if its text is the source's.  lacking: why there is none.
    """

    document: str
    text: str = ""
    same: bool = False
    lacking: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """document[start:end] in the study, the words there, and why there is no such place ("" if there is).

    source: the document as the project calls it.  document: "" if the study lacks it.  start: -1 for no stretch.
    """

    source: str
    document: str
    start: int = -1
    end: int = -1
    text: str = ""
    reason: str = ""


def homes(sources: Sequence[Source], corpus: Corpus) -> tuple[Home, ...]:
    """The document of each source: by its name, else the only one with an equal text."""
    names = Names(document.id for document in corpus.documents)
    texts = {document.id: document.text for document in corpus.documents}
    equal: dict[str, list[str]] = {}
    for own, text in texts.items():
        equal.setdefault(text, []).append(own)
    found = []
    for source in sources:
        name = names.find(source.id)
        alike = equal.get(source.plain.text, []) if source.plain.text else []
        if name is None and len(alike) == 1:
            name = alike[0]
        if name is None:
            hint = names.nearest(source.id)
            found.append(Home("", lacking=f"the study has no document {source.id!r}{hint}"))
        else:
            found.append(Home(name, texts[name], texts[name] == source.plain.text))
    return tuple(found)


def spot_of(selection: Selection, source: Source, home: Home, ruler: Ruler) -> Spot:
    """Where a selection lies in the study."""
    if source.missing or selection.place is None:
        reason = source.missing or "the selection has no positions"
        return Spot(source.id, home.document, text=selection.name, reason=reason)
    return placed(selection.place, source, home, ruler, selection.name)


def placed(place: tuple[int, int], source: Source, home: Home, ruler: Ruler, name: str = "") -> Spot:
    """Where positions of the file lie in the study.  name: shown where they lie nowhere."""
    first, last = place
    start, end = ruler.at(first), ruler.at(last)
    bare = Spot(source.id, home.document)
    if odd := _odd(first, last, ruler):
        return replace(bare, text=name, reason=odd)
    if start == end:
        return replace(bare, text=name, reason="the selection is empty")
    text = source.plain.text[start:end]
    if not home.document:
        return replace(bare, text=text, reason=home.lacking)
    if home.same:
        return replace(bare, start=start, end=end, text=text)
    hit, told = _elsewhere(source.plain.text, start, end, home.text)
    if hit:
        return replace(bare, start=hit[0], end=hit[1], text=home.text[slice(*hit)])
    reason = f"the study's text of {home.document} is not the one in the project, and the words {told}"
    return replace(bare, text=text, reason=reason)


def _elsewhere(text: str, start: int, end: int, other: str) -> tuple[tuple[int, int] | None, str]:
    """The place of text[start:end] in another text of the same talk, or why it has none.

    Words that occur once in both have a place if they are not very short. Else their surroundings decide: one of the
    texts may lack the very passage that is meant, so that the only place left would be the wrong one.
    """
    here, there = find(text[start:end], text), find(text[start:end], other)
    if not there:
        return None, "are not in it"
    if len(here) == len(there) == 1 and end - start >= _TELLING:
        return there[0], ""
    for before, after in _REACHES:
        begin = max(0, start - before)
        around = text[begin : end + after]
        homes_of = find(around, other)
        if len(homes_of) != 1 or len(find(around, text)) != 1:
            continue
        inside = find(text[start:end], around)
        inner = find(text[start:end], other[slice(*homes_of[0])])
        which = [k for k, hit in enumerate(inside) if hit[0] < end - begin and hit[1] > start - begin]
        if len(inside) == len(inner) and len(which) == 1:
            first, last = inner[which[0]]
            return (homes_of[0][0] + first, homes_of[0][0] + last), ""
    return None, f"occur {many(len(there), 'time')} in it, {many(len(here), 'time')} in the project's"


def whole(source: Source, home: Home) -> Spot:
    """The whole of a document."""
    reason = source.missing or home.lacking or ("" if home.text else "the text is empty")
    if reason:
        return Spot(source.id, home.document, reason=reason)
    return Spot(source.id, home.document, 0, len(home.text), home.text)


def _odd(first: int, last: int, ruler: Ruler) -> str:
    if first < 0:
        return f"the selection begins before the text, at {first}"
    if first > last:
        return f"the selection ends before it begins ({first} to {last})"
    if first == last:
        return f"the selection is empty (at {first})"
    if ruler.at(last) < 0:
        return f"the selection runs past the end of the text ({first} to {last} of {ruler.length})"
    return "the selection begins before the text" if ruler.at(first) < 0 else ""
