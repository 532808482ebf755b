"""Where the texts of a project stand in a study, and where their selections lie there.

A study may hold the project's own texts or the team's files of the same talk. In an equal text positions hold; in a
text that differs the quoted words are looked for: words that occur once have a place, and so have words whose
surroundings occur once.
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

_REACH = (200, 80, 30)  # characters on both sides


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
    hits = find(text, home.text)
    if hit := hits[0] if len(hits) == 1 else _among(source.plain.text, start, end, home.text) if hits else None:
        return replace(bare, start=hit[0], end=hit[1], text=home.text[slice(*hit)])
    told = f"occur {many(len(hits), 'time')} in it" if hits else "are not in it"
    reason = f"the study's text of {home.document} is not the one in the project, and the words {told}"
    return replace(bare, text=text, reason=reason)


def _among(text: str, start: int, end: int, other: str) -> tuple[int, int] | None:
    """The place in another text of words that occur several times: where their surroundings occur once."""
    for reach in _REACH:
        begin = max(0, start - reach)
        around = text[begin : end + reach]
        found = find(around, other)
        if len(found) != 1:
            continue
        here = find(text[start:end], around)
        there = find(text[start:end], other[slice(*found[0])])
        which = [k for k, hit in enumerate(here) if hit[0] <= end - begin - 1 and hit[1] > start - begin]
        if len(here) == len(there) and len(which) == 1:
            return found[0][0] + there[which[0]][0], found[0][0] + there[which[0]][1]
    return None


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
