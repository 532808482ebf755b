"""What office documents are made of, whatever their file: paragraphs, bold type, tables, and talk in tables.

The adapters (Word, OpenDocument, rich text) walk their documents and tell `Blocks` what they meet, so that the same
talk gives the same turns from every kind of file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pipeline.ingest.asides import page_numbers
from pipeline.ingest.formats.left_out import LeftOut
from pipeline.ingest.formats.talk_tables import may_be_label, talk_of
from pipeline.ingest.labels import Label

_SOFT_HYPHEN = "\N{SOFT HYPHEN}"
_LOST = "\N{REPLACEMENT CHARACTER}"
_GLUE = "\n\n"
_WIDEST = 100  # columns that one cell can cover


@dataclass(frozen=True, slots=True)
class Typed:
    """The text of an office document: its paragraphs with a blank line between them.

    labels: speakers that a table's column or bold type vouches for.  given: the labels that tables give, by the offsets
    of their lines.
    """

    text: str
    labels: frozenset[str]
    given: Mapping[int, Label]
    left_out: LeftOut


@dataclass
class _Grid:
    """A table that is being read: rows of cells of paragraphs.

    at: the place of the present cell in its row.  hanging: how many rows more a cell of that column reaches down.
    covered: the columns of the present row that cells above reach into.
    """

    rows: list[list[list[str]]] = field(default_factory=list)
    at: int = 0
    hanging: dict[int, int] = field(default_factory=dict)
    covered: frozenset[int] = frozenset()


class Blocks:
    """Collects a document in the order of its text; `typed` gives what was collected."""

    def __init__(self) -> None:
        self._paragraphs: list[tuple[str, Label | None, bool]] = []  # with the label, and whether from a table
        self._labels: set[str] = set()
        self._bold_lines: list[str] = []
        self._pieces: list[str] = []
        self._plain = False  # something outside bold type stands in this paragraph
        self._tables: list[_Grid] = []
        self._soft_hyphens = self._times = self._others = self._columns = 0

    def text(self, text: str, bold: bool = False) -> None:
        """Text of the present paragraph; a line break in it is a line feed."""
        self._pieces.append(text)
        self._plain = self._plain or (not bold and bool(text.strip()))

    def end_paragraph(self) -> None:
        """The present paragraph is complete; one without text is none."""
        text = "".join(self._pieces)
        self._soft_hyphens += text.count(_SOFT_HYPHEN)
        text = text.replace(_SOFT_HYPHEN, "").strip(" \n")
        if text.strip():
            if not self._plain and may_be_label(text):
                self._bold_lines.append(text.removesuffix(":"))
            self._put(text)
        self._pieces, self._plain = [], False

    def start_table(self) -> None:
        """A table begins, perhaps in a cell of another."""
        self.end_paragraph()
        self._tables.append(_Grid())

    def start_row(self) -> None:
        """The next row of the table."""
        if self._tables:
            grid = self._tables[-1]
            grid.rows.append([])
            grid.covered = frozenset(grid.hanging)
            grid.hanging = {column: rows - 1 for column, rows in grid.hanging.items() if rows > 1}

    def start_cell(self, columns: int = 1, rows: int = 1) -> None:
        """The next cell of the row, over so many columns and rows; the other places that it covers are empty cells."""
        self.end_paragraph()
        if not self._tables or not self._tables[-1].rows:
            return
        grid = self._tables[-1]
        row = grid.rows[-1]
        while len(row) in grid.covered:
            row.append([])
        grid.at = len(row)
        width = min(max(columns, 1), _WIDEST)
        row.extend([] for _ in range(width))
        if rows > 1:
            grid.hanging |= dict.fromkeys(range(grid.at, grid.at + width), rows - 1)

    def end_table(self) -> None:
        """The table is complete: as talk if it is a transcript, else cell by cell."""
        self.end_paragraph()
        if not self._tables:
            return
        rows = [["\n".join(cell) for cell in row] for row in self._tables.pop().rows]
        table = talk_of(rows)
        if table is None:
            cells = [cell for row in rows for cell in row if cell]
            self._others += sum(map(bool, cells)) > 1
            lines: list[tuple[str, Label | None]] = [(cell, None) for cell in cells]
        else:
            lines = list(table.lines)
            self._labels |= table.labels
            self._times += table.times
            self._columns += table.columns
        for text, label in lines:
            self._put(text, label, in_table=True)

    def typed(self, left_out: LeftOut) -> Typed:
        """What was collected.  left_out: what the adapter left out."""
        while self._tables:
            self.end_table()
        self.end_paragraph()
        numbers = self._page_numbers()
        given, pieces, at = {}, [], 0
        for i, (text, label, _) in enumerate(self._paragraphs):
            if i in numbers:
                continue
            if label is not None:
                given[at] = label
            pieces.append(text)
            at += len(text) + len(_GLUE)
        bold = {name for name, n in Counter(self._bold_lines).items() if n > 1}
        told = replace(
            left_out,
            page_numbers=len(numbers),
            soft_hyphens=self._soft_hyphens,
            times=self._times,
            columns=self._columns,
            other_tables=self._others,
            unreadable=sum(piece.count(_LOST) for piece in pieces),
        )
        return Typed(_GLUE.join(pieces), frozenset(self._labels | bold), given, told)

    def _page_numbers(self) -> frozenset[int]:
        """Which paragraphs outside tables are page numbers; none if one of them is what somebody says below a name."""
        outside = [i for i, (_, _, in_table) in enumerate(self._paragraphs) if not in_table]
        numbers = page_numbers([self._paragraphs[i][0] for i in outside])
        before = {self._paragraphs[outside[i - 1]][0].rstrip() for i in numbers if i > 0}
        names = {name for name, n in Counter(self._bold_lines).items() if n > 1}
        said = any(text.endswith(":") or text in names for text in before)
        return frozenset() if said else frozenset(outside[i] for i in numbers)

    def _put(self, text: str, label: Label | None = None, in_table: bool = False) -> None:
        if self._tables and self._tables[-1].rows and self._tables[-1].rows[-1]:
            grid = self._tables[-1]
            grid.rows[-1][grid.at].append(text)
        else:
            self._paragraphs.append((text, label, in_table))
