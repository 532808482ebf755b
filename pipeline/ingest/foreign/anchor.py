"""Where a quoted passage stands in a text: blanks squeezed, marks and dashes unified, and never guessed.

Programs export passages without positions, or with their own blanks and marks. A passage has a place if it occurs once,
or once in the paragraphs that the program names; all else is reported.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"  # soft hyphens and letters without width
_ODD = re.compile(rf" [\s{_UNSEEN}]+|[^\S ][\s{_UNSEEN}]*|[{_UNSEEN}][\s{_UNSEEN}]*|[^\x00-\x7f]|`")
_ALIKE = {
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‘’‚‛‹›´`′", "'"),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "…": "...",
}
_MARKS = "\"'“”„‟«»‘’‚‛‹›"
_TEXTS_KEPT = 256


@dataclass(frozen=True, slots=True)
class Place:
    """text[start:end], or start -1 and the reason why there is no such place."""

    start: int = -1
    end: int = -1
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Flat:
    """A text in the form in which passages are compared.

    starts: of each piece in `text`.  origins: its [start, end) in the original.  A piece that was replaced (its lengths
    or letters differ) can only be hit as a whole.
    """

    text: str
    starts: tuple[int, ...]
    origins: tuple[tuple[int, int], ...]
    replaced: tuple[bool, ...]

    def original(self, start: int, end: int) -> tuple[int, int] | None:
        """The span in the original; None if it begins or ends inside a letter."""
        if end < len(self.text) and unicodedata.combining(self.text[end]):
            return None
        first = bisect_right(self.starts, start) - 1
        last = bisect_right(self.starts, end - 1) - 1
        if self.replaced[first]:
            if start != self.starts[first]:
                return None
            begin = self.origins[first][0]
        else:
            begin = self.origins[first][0] + start - self.starts[first]
        if self.replaced[last]:
            following = self.starts[last + 1] if last + 1 < len(self.starts) else len(self.text)
            return (begin, self.origins[last][1]) if end == following else None
        return begin, self.origins[last][0] + end - self.starts[last]


def find(quote: str, text: str, cut: bool = False) -> tuple[tuple[int, int], ...]:
    """All places of a passage in a text, as offsets [start, end) into the text as it is; hits may overlap.

    Blanks are squeezed and ignored at both ends; quotation marks, dashes and ellipses of any kind are alike; so are the
    two ways to store an accented letter.  cut: the passage may end in `…` or `...` because it was cut short; then the
    places are those of what stands before.  An empty passage has no place.
    """
    wanted = _ODD.sub(lambda match: _alike(match[0]), quote).strip()
    if cut:
        wanted = wanted.removesuffix("...").rstrip()
    if not wanted:
        return ()
    flat = _cached(text)
    found = []
    at = flat.text.find(wanted)
    while at >= 0:
        if (span := flat.original(at, at + len(wanted))) is not None:
            found.append(span)
        at = flat.text.find(wanted, at + 1)
    return tuple(found)


def place(
    quote: str, text: str, paragraphs: Sequence[int] = (), within: tuple[int, int] | None = None, cut: bool = False
) -> Place:
    """The one place of a passage: its only hit, else its only hit in the paragraphs that are named.

    paragraphs: start offset of each, ascending.  within: number from 1 of the first and the last that it touches.
    A passage in quotation marks that does not occur is looked for without them.
    """
    if not quote.strip():
        return Place(reason="no words are quoted")
    hits = find(quote, text, cut)
    bare = quote.strip()
    if not hits and len(bare) > 1 and bare[0] in _MARKS and bare[-1] in _MARKS:
        hits = find(bare[1:-1], text, cut)
    if len(hits) > 1 and within is not None:
        inside = [hit for hit in hits if _touches(hit, paragraphs, within)]
        hits = tuple(inside) if len(inside) == 1 else hits
    if len(hits) == 1:
        return Place(*hits[0])
    return Place(reason=f"found {len(hits)} times in the document" if hits else "not found in the document")


def _touches(hit: tuple[int, int], paragraphs: Sequence[int], within: tuple[int, int]) -> bool:
    """Whether a hit begins in the first paragraph that is named and ends in the last."""
    return paragraph_of(hit[0], paragraphs) == within[0] and paragraph_of(hit[1] - 1, paragraphs) == within[1]


def paragraph_of(offset: int, paragraphs: Sequence[int]) -> int:
    """The number, from 1, of the paragraph that holds an offset; 0 before the first."""
    return bisect_right(paragraphs, offset)


@lru_cache(maxsize=_TEXTS_KEPT)
def _cached(text: str) -> _Flat:
    return _flat(text)


def _flat(text: str) -> _Flat:
    pieces: list[tuple[str, int, int, bool]] = []
    at = 0
    for match in _ODD.finditer(text):
        if match.start() > at:
            pieces.append((text[at : match.start()], at, match.start(), False))
        if alike := _alike(match[0]):
            pieces.append((alike, match.start(), match.end(), True))
        at = match.end()
    if at < len(text):
        pieces.append((text[at:], at, len(text), False))
    starts, length = [], 0
    for written, *_ in pieces:
        starts.append(length)
        length += len(written)
    return _Flat(
        "".join(piece[0] for piece in pieces),
        tuple(starts),
        tuple((piece[1], piece[2]) for piece in pieces),
        tuple(piece[3] for piece in pieces),
    )


def _alike(odd: str) -> str:
    """How a blank, a mark or a letter beyond ASCII is compared; a run of blanks and unseen letters is one blank."""
    if odd[0].isspace() or odd[0] in _UNSEEN:
        return " " if any(map(str.isspace, odd)) else ""
    return _ALIKE.get(odd, unicodedata.normalize("NFD", odd))
