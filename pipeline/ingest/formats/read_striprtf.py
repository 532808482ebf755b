"""Rich text through striprtf, which knows code pages and letters; what it would mix up is marked before (rtf_marks)."""

from __future__ import annotations

import re
from collections.abc import Callable

from pipeline.errors import InputError
from pipeline.ingest.drafts import Loaded
from pipeline.ingest.formats.blocks import Blocks, Typed
from pipeline.ingest.formats.rtf_marks import (
    BOLD,
    CELL,
    CELL_PARAGRAPH,
    LINE,
    MARKS,
    PARAGRAPH,
    PLAIN,
    ROW,
    marked,
)

# before \ansicpg, a file named its character set so
_SETS = ((re.compile(rb"\\mac\b"), "mac_roman"), (re.compile(rb"\\pca\b"), "cp850"), (re.compile(rb"\\pc\b"), "cp437"))
_HEAD = 200


def read_rtf(loaded: Loaded) -> Typed:
    """The text of a rich text file, as from a Word file: tracked changes accepted, comments and footnotes left out.

    Raises InputError if the file is no rich text, or damaged.
    """
    from striprtf import striprtf

    text, left_out = marked(loaded.data, loaded.name, striprtf.destinations)
    head = loaded.data[:_HEAD]
    encoding = next((name for pattern, name in _SETS if pattern.search(head)), "cp1252")
    try:
        convert: Callable[..., str] = striprtf.rtf_to_text
        plain = convert(text, encoding=encoding, errors="replace")
    except (ValueError, LookupError, TypeError, OverflowError) as problem:
        raise InputError(
            f"the rich text cannot be read ({problem})", loaded.name, "Open and save it again."
        ) from problem
    # letters beyond the first 65,536 are written as two halves
    plain = plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").replace("\0", "")
    return _Assembly().blocks_of(plain).typed(left_out)


class _Assembly:
    """Puts paragraphs and tables together again from plain text with marks."""

    def __init__(self) -> None:
        self._blocks = Blocks()
        self._table = False
        self._row = False
        self._cell: list[
            tuple[str, bool]
        ] = []  # text of a cell that is not known to be one yet, and whether it is bold
        self._bold = False

    def blocks_of(self, plain: str) -> Blocks:
        """The document."""
        for piece in MARKS.split(plain):
            if piece in (BOLD, PLAIN):
                self._bold = piece == BOLD
            elif piece in (CELL_PARAGRAPH, LINE):
                self._cell.append(("\n", True))
            elif piece == CELL:
                self._end_cell()
            elif piece == ROW:
                self._row = False
            elif piece == PARAGRAPH:
                self._end_paragraph()
            elif piece:
                self._cell.append((piece.replace("\n", ""), self._bold))
        self._end_paragraph()
        return self._blocks

    def _end_cell(self) -> None:
        if not self._table:
            self._blocks.start_table()
            self._table = True
        if not self._row:
            self._blocks.start_row()
            self._row = True
        self._blocks.start_cell()
        self._flush()

    def _end_paragraph(self) -> None:
        if self._table:
            self._blocks.end_table()
            self._table = self._row = False
        self._flush()

    def _flush(self) -> None:
        for text, bold in self._cell:
            self._blocks.text(text, bold)
        self._blocks.end_paragraph()
        self._cell = []
