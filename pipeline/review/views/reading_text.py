"""A whole transcript cut into rows, so that every character of it stands in exactly one piece of one row."""

from __future__ import annotations

import bisect
import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.records import Document, Dropped, Turn, Utterance
from pipeline.report.words import plain_reason


@dataclass(frozen=True, slots=True)
class Piece:
    """document.text[start:end]; label: it names the speaker of what follows."""

    start: int
    end: int
    label: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """What stands beside each other on the page: one utterance, or a stretch that is none.

    pieces: follow each other without a gap, also over rows.  turn: None outside every turn.  opens: the turn begins
    here.  utterance: None for what is not analysed; reason: why it is not, "" where nothing was said of it.
    """

    pieces: tuple[Piece, ...]
    turn: Turn | None = None
    opens: bool = False
    utterance: Utterance | None = None
    reason: str = ""

    @property
    def start(self) -> int:
        """Where the row begins in the document's text."""
        return self.pieces[0].start

    @property
    def end(self) -> int:
        """Where it ends, end exclusive."""
        return self.pieces[-1].end


def rows_of_text(
    document: Document, turns: Sequence[Turn], utterances: Sequence[Utterance], dropped: Iterable[Dropped]
) -> tuple[Row, ...]:
    """The document's text from its first to its last character, as rows in its order.

    turns, utterances: those of the document, in its order.  The speaker's label stands in the first row of its turn;
    blanks stand at the end of the row before them.
    """
    said: dict[int, list[Utterance]] = defaultdict(list)
    for utterance in utterances:
        said[utterance.turn].append(utterance)
    why = _Reasons.of(dropped)
    rows: list[Row] = []
    at = 0
    for turn in turns:
        label = _label(document.text, at, turn)
        _add(rows, document.text, Row((Piece(at, label),), reason=why.between(at, label)))
        rows.extend(_rows_of_turn(document.text, turn, said[turn.number], label, why))
        at = turn.end
    end = len(document.text)
    _add(rows, document.text, Row((Piece(at, end),), reason=why.between(at, end)))
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class _Reasons:
    """Why stretches were left out, by their first characters, ascending."""

    starts: tuple[int, ...]
    items: tuple[Dropped, ...]

    @classmethod
    def of(cls, dropped: Iterable[Dropped]) -> _Reasons:
        items = tuple(sorted(dropped, key=lambda each: (each.start, each.end)))
        return cls(tuple(each.start for each in items), items)

    def between(self, start: int, end: int) -> str:
        """The reasons of what was left out within a stretch, each once."""
        found = self.items[bisect.bisect_left(self.starts, start) : bisect.bisect_left(self.starts, end)]
        return "; ".join(dict.fromkeys(plain_reason(each.reason) for each in found if each.end <= end))


def _label(text: str, at: int, turn: Turn) -> int:
    """Where the line begins that names the turn's speaker; the turn's own start if none does."""
    before = text[at : turn.start]
    line = before.rstrip().rfind("\n") + 1
    return at + line if turn.speaker and turn.speaker.casefold() in before[line:].casefold() else turn.start


def _rows_of_turn(text: str, turn: Turn, utterances: Sequence[Utterance], label: int, why: _Reasons) -> Sequence[Row]:
    """The rows of one turn, its label, which begins at `label`, in front; a turn without words is its label alone."""
    rows: list[Row] = []
    at = turn.start
    for utterance in utterances:
        _add(rows, text, Row((Piece(at, utterance.start),), turn, reason=why.between(at, utterance.start)))
        _add(rows, text, Row((Piece(utterance.start, utterance.end),), turn, utterance=utterance))
        at = utterance.end
    _add(rows, text, Row((Piece(at, turn.end),), turn, reason=why.between(at, turn.end)))
    pieces = (Piece(label, turn.start, label=True),) if label < turn.start else ()
    if rows:
        rows[0] = replace(rows[0], pieces=(*pieces, *rows[0].pieces), opens=True)
    elif pieces:
        rows.append(Row(pieces, turn, opens=True, reason=why.between(turn.start, turn.end + 1)))
    return rows


def _add(rows: list[Row], text: str, row: Row) -> None:
    """Append a row of one piece; blanks go to the end of the row before as a piece of their own."""
    words = text[row.start : row.end]
    first, last = row.start + len(words) - len(words.lstrip()), row.start + len(words.rstrip())
    cuts = sorted({row.start, *((first, last) if first < last else ()), row.end})
    pieces = [Piece(start, end) for start, end in itertools.pairwise(cuts)]
    if rows and pieces and not text[pieces[0].start : pieces[0].end].strip():
        rows[-1] = replace(rows[-1], pieces=(*rows[-1].pieces, pieces.pop(0)))
    if pieces:
        rows.append(replace(row, pieces=tuple(pieces)))
