"""Positions in plain text as programs count them, resolved by test: no brand is trusted.

Programs disagree on whether a line end counts one or two, whether a letter beyond U+FFFF counts one (code points) or
two (UTF-16), and whether a byte order mark counts. For each text all ways of counting that its content tells apart are
tried; the one under which the selections make most sense wins. Inside this software positions are code points of the
text with LF line ends and without a mark.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

from pipeline.records import ORIGIN

Ends = Literal["one", "two", "as is"]
_CRLF = re.compile("\r\n")
_LF = re.compile("\n")
_WIDE = re.compile("[\U00010000-\U0010ffff]")
# XML 1.0 cannot hold these, so that a name shows another character in their place (https://www.w3.org/TR/xml/#charsets).
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BLANKS = re.compile(r"\s+")
_CUT = re.compile(r"\s*(?:…|\.\.\.)\s*\Z")
# What speaks for a way of counting: a name that is the quoted text says nearly everything.
_NAMED, _WHOLE, _INSIDE, _EDGE = 6, 1, 2, 1


@dataclass(frozen=True, slots=True)
class Marked:
    """A selection as a file gives it; name: often the quoted text or its beginning, sometimes a person's words."""

    start: int
    end: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Plain:
    """A text in a project.  raw: with its own line ends, without a mark; text: with LF; mark: true if it has one."""

    raw: str
    text: str
    mark: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """A way of counting.  wide: letters beyond U+FFFF count two; mark: the byte order mark counts one."""

    ends: Ends = "one"
    wide: bool = False
    mark: bool = False

    def told(self) -> str:
        """The way in words."""
        ends = {"one": "a line end counts one", "two": "a line end counts two", "as is": "line ends count as they are"}
        more = ("an emoji or rare letter counts two (UTF-16)",) if self.wide else ()
        return ", ".join((ends[self.ends], *more, *(("the byte order mark counts",) if self.mark else ())))


class Ruler:
    """Positions in one way of counting, turned into code points of the text."""

    def __init__(self, plain: Plain, way: Way) -> None:
        double = [] if way.ends == "one" else _ends(plain, way.ends)
        if way.wide:
            double = sorted((*double, *(match.start() for match in _WIDE.finditer(plain.text))))
        self._before = int(way.mark)
        self._starts = [self._before + at + number for number, at in enumerate(double)]
        self.way = way
        self.length = len(plain.text) + len(double) + self._before
        self._text_length = len(plain.text)

    def at(self, position: int) -> int:
        """The code point at a position; between the halves of one, its beginning; -1 outside the text."""
        found = position - self._before - bisect_left(self._starts, position)
        return found if 0 <= found <= self._text_length and position <= self.length else -1

    def halves(self, position: int) -> bool:
        """True if a position stands between the two halves of a letter or line end."""
        before = bisect_left(self._starts, position)
        return before > 0 and self._starts[before - 1] == position - 1


@dataclass(frozen=True, slots=True)
class Resolved:
    """The way of counting that was chosen, as a ruler.

    other: another way that fits as well and gives other places, None if there is none; differing: on how many
    selections the two disagree.
    """

    ruler: Ruler
    other: Way | None = None
    differing: int = 0


def resolve(texts: Sequence[tuple[Plain, Sequence[Marked]]], origin: str) -> tuple[Resolved, ...]:
    """How each text of a project is counted.

    Where several ways fit one text equally, the way that fits the other texts is taken, then the way that is known of
    the program (origin), then the plainest.
    """
    scored = [_best(plain, marked) for plain, marked in texts]
    votes = Counter(rulers[0].way for rulers in scored if len(rulers) == 1)
    found = []
    for (plain, marked), rulers in zip(texts, scored, strict=True):
        order = sorted(rulers, key=lambda ruler: (-votes[ruler.way], *_liking(ruler.way, plain, origin)))
        found.append(_checked(order, marked))
    return tuple(found)


def quoted(name: str) -> str:
    """The words that a selection's name quotes: without an ellipsis at the end, blanks squeezed."""
    return " ".join(_CUT.sub("", name).split())


def _ends(plain: Plain, ends: Ends) -> list[int]:
    """Where line ends stand that count two: all, or those that are CRLF in the file."""
    if ends == "two":
        return [match.start() for match in _LF.finditer(plain.text)]
    return [match.start() - number for number, match in enumerate(_CRLF.finditer(plain.raw))]


def _best(plain: Plain, marked: Sequence[Marked]) -> list[Ruler]:
    """The rulers that fit best; all of them where nothing tells them apart."""
    rulers = [Ruler(plain, way) for way in _ways(plain)]
    scores = [_score(ruler, plain.text, marked) for ruler in rulers]
    best = max(scores)
    found = [ruler for ruler, score in zip(rulers, scores, strict=True) if score == best]
    if "\r\n" in plain.raw or "\n" not in plain.text:
        return found
    # line ends may have been changed after positions were fixed: believed only if the quoted words say so
    plainly = max(_n_named(ruler, plain.text, marked) for ruler in found)
    if plainly < sum(bool(quoted(one.name)) for one in marked):
        for wide in {ruler.way.wide for ruler in rulers}:
            ruler = Ruler(plain, Way("two", wide))
            if _n_named(ruler, plain.text, marked) > plainly:
                return [ruler]
    return found


def _ways(plain: Plain) -> list[Way]:
    """All ways of counting that this text can tell apart, the plainest first."""
    ends: list[Ends] = ["one"]
    n_crlf, n_ends = plain.raw.count("\r\n"), plain.text.count("\n")
    if n_crlf:
        ends += ["two"] if n_crlf == n_ends else ["as is", "two"]
    wide = (False, True) if _WIDE.search(plain.text) else (False,)
    return [Way(*way) for way in product(ends, wide, (False, True) if plain.mark else (False,))]


def _liking(way: Way, plain: Plain, origin: str) -> tuple[bool, ...]:
    """What is known of programs, only to break ties: with CRLF in the file most programs count two.

    ATLAS.ti counts one, QualCoder's export writes CRLF only under positions that count one (QualCoder, refi.py).
    """
    single = origin.startswith(("ATLAS.ti", "QualCoder", ORIGIN))
    crlf = "\r\n" in plain.raw
    return way.wide, way.mark, crlf and (way.ends != "one") == single, way.ends == "two" and not single


def _checked(order: Sequence[Ruler], marked: Sequence[Marked]) -> Resolved:
    """The first ruler, with the first other one that gives other places."""
    used = order[0]
    for ruler in order[1:]:
        differing = sum(_span(ruler, one) != _span(used, one) for one in marked)
        if differing:
            return Resolved(used, ruler.way, differing)
    return Resolved(used)


def _span(ruler: Ruler, one: Marked) -> tuple[int, int]:
    return ruler.at(one.start), ruler.at(one.end)


def _score(ruler: Ruler, text: str, marked: Sequence[Marked]) -> int:
    return sum(_points(ruler, text, one) for one in marked)


def _points(ruler: Ruler, text: str, one: Marked) -> int:
    start, end = _span(ruler, one)
    if one.start >= one.end or start < 0 or end < 0 or start == end:
        return 0
    points = _INSIDE
    points += _EDGE * (not ruler.halves(one.start) and not _in_word(text, start))
    points += _EDGE * (not ruler.halves(one.end) and not _in_word(text, end))
    if name := quoted(one.name):
        there = _BLANKS.sub(" ", _FORBIDDEN.sub("\ufffd", text[start:end]))
        points += _NAMED * there.lstrip().startswith(name) + _WHOLE * (there == _BLANKS.sub(" ", one.name))
    return points


def _n_named(ruler: Ruler, text: str, marked: Sequence[Marked]) -> int:
    """How many selections begin with the words that their names quote."""
    return sum(_points(ruler, text, one) >= _NAMED for one in marked if quoted(one.name))


def _in_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()
