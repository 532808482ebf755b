"""Lists of coded passages as MAXQDA, ATLAS.ti, QualCoder and Taguette save them.

German headings are guesses. Columns that repeat others, or that programs compute, are left out without a word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pipeline.config import IngestConfig
from pipeline.ingest.code_index import CodeIndex, Path
from pipeline.ingest.coding_tree import split_at, steps
from pipeline.ingest.counted import many, shown
from pipeline.ingest.foreign.dates import Calendar, calendar_of
from pipeline.ingest.foreign.headings import (
    DOCUMENT_NAME,
    QUOTATION,
    SEGMENT,
    Columns,
    Passages,
    cell_at,
    columns_of,
    qualcoder_offset,
)
from pipeline.ingest.foreign.joined_codes import parted
from pipeline.ingest.foreign.segments import Marked, Segment
from pipeline.ingest.tables import Grid, Row
from pipeline.records import Problem

_DOCUMENT = (*DOCUMENT_NAME, "document", "dokument")
_CODER = ("created_by", "coder", "author", "erstellt_von", "autor")
_CREATED = ("created", "creation_date", "date_created", "erstellt", "erstellt_am", "erstellungsdatum")
_MODIFIED = ("modified", "modification_date", "date_modified", "geändert", "geändert_am", "änderungsdatum")
_COMMENT = ("comment", "kommentar")
_FIRST = ("beginning", "initial_position", "start", "anfang", "anfangsposition")
_LAST = ("end", "final_position", "ende", "endposition")
_REFERENCE = ("reference", "referenz")
_CODES = ("codes", "kodes")
_DERIVED = (
    "color", "farbe", "document_group", "dokumentgruppe", "modified_by", "geändert_von", "area", "fläche",
    "coverage_%", "abdeckungsgrad_%", "number", "id", "number_of_codes", "extent", "name", "quotation_name",
    "document_groups",
)  # fmt: skip
_WHOLE = re.compile(r"\d{1,9}")
_BACKSLASH = re.compile(r"\\(?!>)")

Reader = Callable[[Grid, CodeIndex, IngestConfig, str], Marked]


def read_maxqda(grid: Grid, index: CodeIndex, config: IngestConfig, file: str) -> Marked:
    """MAXQDA's coded segments: a row for each code on a segment; paths in Code are joined by `\\` or ` > `."""
    del index
    columns, rows = columns_of(grid), grid.rows[1:]
    used = (*_DOCUMENT, "code", *SEGMENT, *_CODER, *_CREATED, *_MODIFIED, *_COMMENT, *_FIRST, *_LAST, *_DERIVED)
    marked = _begun(grid, columns, used, file)
    calendar = _calendar(columns, rows, marked)
    for row in rows:
        cell = columns.cell(row, ("code",))
        marked.segments.append(
            Segment(
                f"{grid.where}, line {row.line}",
                columns.cell(row, _DOCUMENT),
                cell,
                readings(cell, config),
                columns.cell(row, SEGMENT),
                columns.cell(row, _CODER),
                calendar.read(columns.cell(row, _CREATED)) or calendar.read(columns.cell(row, _MODIFIED)),
                _within(columns, row),
                columns.cell(row, _COMMENT),
            )
        )
    return marked


def readings(cell: str, config: IngestConfig) -> tuple[Path, ...]:
    """The paths that a cell may stand for: parted at ` > `, at `\\`, at the study's own separator, or not at all."""
    if not cell:
        return ()
    backslash = tuple(part.strip().replace("\\>", ">") for part in _BACKSLASH.split(cell) if part.strip())
    found = (steps(cell), backslash, split_at(cell, config.code_separator), (cell,))
    ordered = sorted((path for path in found if path), key=len, reverse=True)
    return tuple(dict.fromkeys(ordered))


def read_atlasti(grid: Grid, index: CodeIndex, config: IngestConfig, file: str) -> Marked:
    """ATLAS.ti's quotations: a row a quotation, all its codes in one cell, numbers of paragraphs as its position."""
    columns, rows = columns_of(grid), grid.rows[1:]
    used = (
        *_DOCUMENT, *QUOTATION, *_CODES, *_CODER, *_CREATED, *_MODIFIED, *_COMMENT, *_FIRST, *_LAST, *_REFERENCE,
        *_DERIVED,
    )  # fmt: skip
    marked = _begun(grid, columns, used, file)
    calendar = _calendar(columns, rows, marked)
    known = index.known(": ")
    joined: list[str] = []
    for row in rows:
        codes = parted(columns.cell(row, _CODES), known, columns.cell(row, ("number_of_codes",)))
        joined += [code for code in codes if not known and ", " in code]
        note = columns.cell(row, _COMMENT)
        for number, code in enumerate(codes or ("",)):
            marked.segments.append(
                Segment(
                    f"{grid.where}, line {row.line}",
                    columns.cell(row, _DOCUMENT),
                    code,
                    _atlasti_readings(code, config),
                    columns.cell(row, QUOTATION),
                    columns.cell(row, _CODER),
                    calendar.read(columns.cell(row, _CREATED)),
                    _within(columns, row),
                    "" if number else note,
                    note_on_code=False,
                )
            )
    if joined:
        told = f"{many(len(joined), 'cell')} may hold several codes with commas between them, read as one: "
        marked.problems.append(Problem(file, told + shown(joined, 2), "Name the codebook, too: it tells them apart."))
    return marked


def _atlasti_readings(code: str, config: IngestConfig) -> tuple[Path, ...]:
    """As for all, and `Category: Code`, as versions from 2025 on write a code that stands in a category."""
    if not code:
        return ()
    return tuple(dict.fromkeys(((code,), *readings(code, config), split_at(code, ": "))))


def read_qualcoder(grid: Grid, index: CodeIndex, config: IngestConfig, file: str) -> Marked:
    """QualCoder's coded text, read by position: its heading Category stands there once for each level."""
    del index, config
    columns, rows = columns_of(grid), grid.rows[1:]
    at = qualcoder_offset(columns.folded)
    categories = [i for i, heading in enumerate(columns.folded) if i > at + 5 and heading == "category"]
    used = {columns.folded[i] for i in (*range(at + 6), *categories) if i < len(columns.folded)}
    marked = _begun(grid, columns, tuple(used), file)
    for row in rows:
        document, coder, quote, _, code, note = (cell_at(row, at + i) for i in range(6))
        above = tuple(filter(None, (cell_at(row, i) for i in categories)))
        paths = dict.fromkeys(((code,), (*above, code), (*reversed(above), code))) if code else ()
        marked.segments.append(
            Segment(f"{grid.where}, line {row.line}", document, code, tuple(paths), quote, coder, note=note)
        )
    return marked


def read_taguette(grid: Grid, index: CodeIndex, config: IngestConfig, file: str) -> Marked:
    """Taguette's highlights: a row for each tag on a highlight; without a tag it is a mark."""
    del index
    columns = columns_of(grid)
    marked = _begun(grid, columns, ("id", "document", "tag", "content"), file)
    for row in grid.rows[1:]:
        document, tag, quote = (columns.cell(row, (name,)) for name in ("document", "tag", "content"))
        paths = tuple(dict.fromkeys(((tag,), split_at(tag, config.code_separator)))) if tag else ()
        marked.segments.append(Segment(f"{grid.where}, line {row.line}", document, tag, paths, quote))
    return marked


READERS: dict[Passages, Reader] = {
    "maxqda": read_maxqda,
    "atlasti": read_atlasti,
    "qualcoder": read_qualcoder,
    "taguette": read_taguette,
}


def _begun(grid: Grid, columns: Columns, used: Sequence[str], file: str) -> Marked:
    names = columns.unused(grid.rows[1:], used)
    told = [Problem(file, f"columns that are not used: {', '.join(names)}")] if names else []
    return Marked(file, [], [*grid.problems, *told])


def _calendar(columns: Columns, rows: Sequence[Row], marked: Marked) -> Calendar:
    """How the file writes dates; dates that stay unsure are told."""
    cells = [columns.cell(row, names) for row in rows for names in (_CREATED, _MODIFIED)]
    calendar = calendar_of(cells)
    lost = [cell for cell in cells if cell and not calendar.read(cell)]
    if lost:
        dates = many(len(lost), "date")
        told = f"left out: {dates} whose day and month cannot be told apart, or not a date: {shown(lost)}"
        marked.problems.append(Problem(marked.file, told, "Write dates as 2026-05-31 if they matter."))
    return calendar


def _within(columns: Columns, row: Row) -> tuple[int, int] | None:
    """First and last paragraph, from their columns or from a reference such as `¶ 4 - 6`; None if they are no numbers.

    ATLAS.ti writes places in PDF files as page and characters; these are no paragraphs.
    """
    cells = (columns.cell(row, _FIRST), columns.cell(row, _LAST))
    if all(map(_WHOLE.fullmatch, cells)):
        return int(cells[0]), int(cells[1])
    reference = columns.cell(row, _REFERENCE)
    numbers = [int(number) for number in _WHOLE.findall(reference)] if reference.startswith("¶") else []
    return (numbers[0], numbers[-1]) if 1 <= len(numbers) <= 2 else None
