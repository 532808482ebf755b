"""XLSX sheets through python-calamine."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from pipeline.errors import InputError
from pipeline.ingest.archive import checked_parts
from pipeline.ingest.drafts import Loaded


def read_sheets(loaded: Loaded, max_file_mb: int) -> Iterator[tuple[str, Sequence[Sequence[object]]]]:
    """Name and rows of each sheet, from the first row on, cells as Python values (formulas: their last result).

    Raises InputError if the file is no workbook.
    """
    import python_calamine

    checked_parts(loaded, max_file_mb)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(loaded.data))
        for name in book.sheet_names:
            yield name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except python_calamine.CalamineError as problem:
        raise InputError(
            f"the workbook cannot be read ({problem})", loaded.name, "Open and save it again."
        ) from problem
