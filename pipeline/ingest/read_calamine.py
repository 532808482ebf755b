"""XLSX and ODS sheets through python-calamine."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.archive import checked_parts, copy_of
from pipeline.ingest.drafts import Loaded
from pipeline.ingest.sheet_marks import Block, marks_of


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet, from its first row on, cells as Python values (formulas: their last result).

    merged: blocks as ((row, column), (row, column)) from 0, both ends belong to them.
    hidden: the program does not show the sheet.  hidden_rows: row numbers from 1 that it does not show.
    """

    name: str
    encoding: str
    rows: Sequence[Sequence[object]]
    merged: tuple[Block, ...]
    hidden: bool
    hidden_rows: frozenset[int]


def read_sheets(loaded: Loaded, config: IngestConfig) -> list[Sheet]:
    """All sheets of a workbook that hold cells (charts do not).

    Raises InputError if the file is no workbook, or holds what checked_parts refuses.
    """
    import python_calamine

    parts = checked_parts(loaded, config)
    marks = marks_of(parts, loaded.name, config)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(copy_of(parts)))
        sheets = []
        for about in book.sheets_metadata:
            if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(about.name)
            mark = marks.sheets.get(about.name)
            sheets.append(
                Sheet(
                    name=about.name,
                    encoding=marks.encoding,
                    rows=sheet.to_python(skip_empty_area=False),
                    merged=tuple(sheet.merged_cell_ranges or ()) or (mark.merged if mark else ()),
                    hidden=about.visible != python_calamine.SheetVisibleEnum.Visible,
                    hidden_rows=mark.hidden_rows if mark else frozenset(),
                )
            )
    except python_calamine.CalamineError as problem:
        raise InputError(
            f"the workbook cannot be read ({problem})", loaded.name, "Open and save it again."
        ) from problem
    return sheets
