"""Rows of a transcript as they are drawn: words with coded stretches in them, and what stands beside them."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from pipeline.records import Document, Role
from pipeline.report.frame import Mark
from pipeline.report.words import listing
from pipeline.review.desk import Desk
from pipeline.review.marks import marks_of, theme_of
from pipeline.review.views.reading_codes import Beside, Stretch, beside
from pipeline.review.views.reading_text import Piece, Row

DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of the text as it is drawn: document.text[start:start + len(text)].

    kind: "label" (names the speaker), "blank" (nothing but blanks) or "".  depth: coded stretches that it lies in, at
    most DEEPEST; title: which.
    """

    text: str
    start: int
    kind: str
    depth: int = 0
    title: str = ""


@dataclass(frozen=True, slots=True)
class RowView:
    """One row.

    id: of its utterance, "" if it is none; start, end: where that stands.  kind: "participant", "interviewer" or
    "outside".  paragraphs: `42`, `42–43`, "" if none begins here.  speaker: only where the text itself does not name
    it.  begins: coded stretches that begin here and do not stand beside the whole utterance anyhow.  differs: "coders",
    "machine" or "".  chosen: the reader came for it.  hit: the code that is looked for stands beside it.
    original: of the turn that begins here.
    """

    id: str
    start: int
    end: int
    kind: str
    opens: bool
    paragraphs: str
    speaker: str
    words: tuple[Words, ...]
    reason: str
    beside: Beside | None
    begins: tuple[Stretch, ...]
    mark: Mark | None
    differs: str
    chosen: bool
    hit: bool
    original: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is needed to draw rows.  at: the chosen utterance; who: only this coder's codes; rest as in RowView."""

    desk: Desk
    coder: str
    document: Document
    at: str
    who: str
    colours: Mapping[str, int]
    differs: Mapping[str, str]
    hits: Set[str]
    stretches: Sequence[Stretch]

    def row(self, row: Row) -> RowView:
        """One row as it is drawn."""
        id_ = row.utterance.id if row.utterance else ""
        turn = row.turn
        labelled = any(piece.label for piece in row.pieces)
        stands = beside(self.desk, self.coder, id_, self.colours, self.who) if id_ else None
        said = {mark.code for mark in stands.human} if stands else set()
        return RowView(
            id=id_,
            start=row.utterance.start if row.utterance else row.start,
            end=row.utterance.end if row.utterance else row.end,
            kind="outside" if turn is None else "interviewer" if turn.role is Role.INTERVIEWER else "participant",
            opens=row.opens,
            paragraphs=paragraphs_of(self.document, row.start, row.end),
            speaker=turn.speaker if turn and row.opens and not labelled else "",
            words=tuple(words for piece in row.pieces for words in self._words(piece)),
            reason=row.reason,
            beside=stands,
            begins=tuple(
                each
                for each in self.stretches
                if row.start <= each.start < row.end and (each.takeable or each.code not in said)
            ),
            mark=marks_of(self.desk).get(theme_of(self.desk).get(id_, "")),
            differs=self.differs.get(id_, ""),
            chosen=bool(id_) and id_ == self.at,
            hit=id_ in self.hits,
            original=turn.original.strip() if turn and row.opens else "",
        )

    def _words(self, piece: Piece) -> Iterator[Words]:
        """The piece, cut wherever a coded stretch begins or ends."""
        text = self.document.text
        over = [each for each in self.stretches if each.start < piece.end and each.end > piece.start]
        edges = {edge for each in over for edge in (each.start, each.end) if piece.start < edge < piece.end}
        cuts = [piece.start, *sorted(edges), piece.end]
        for start, end in itertools.pairwise(cuts):
            here = [each for each in over if each.start <= start and each.end >= end]
            title = "; ".join(dict.fromkeys(f"{listing(each.coders)}: {each.code}" for each in here))
            kind = "label" if piece.label else "" if text[start:end].strip() else "blank"
            yield Words(text[start:end], start, kind, min(len(here), DEEPEST), title)


def paragraphs_of(document: Document, start: int, end: int) -> str:
    """The numbers of the paragraphs that begin in a stretch: `42`, `42–43`, "" if none does."""
    first = bisect.bisect_left(document.paragraphs, start) + 1
    last = bisect.bisect_left(document.paragraphs, end)
    return "" if last < first else str(first) if last == first else f"{first}–{last}"
