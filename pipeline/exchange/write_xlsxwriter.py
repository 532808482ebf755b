"""The adapter for xlsxwriter: sheets in, the bytes of a workbook out; nothing in it can act as a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pipeline.exchange.sheets import Cell, Sheet, cell_text, like_formula, n_lines, paged
from pipeline.exchange.texts import safe

_FIXED = datetime(2000, 1, 1)
"""Written as the date of the file, so that the bytes are the same each time."""
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_LINE = 15
"""Points that a line is high; heights are written, since not every program works them out when it opens a file."""
_PAGE = 240
"""Characters across that can still be read on a landscape page; wider sheets go on over several pages."""
_PLAIN = {"text_wrap": True, "valign": "top"}


def workbook(sheets: Iterable[Sheet], title: str) -> bytes:
    """A workbook with its sheets in order; the same input gives the same bytes.

    Every text is stored as text, whatever it starts with.  A text beyond the limit of a cell is cut and says so; rows
    beyond the limit of a sheet go on in another sheet.
    """
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(target, _OPTIONS) as book:
        book.set_properties({"title": safe(title)[:255], "created": _FIXED})
        bold = {**_PLAIN, "bold": True, "bg_color": "#E8EEF2", "bottom": 1}
        head, quoted_head = book.add_format(bold), book.add_format({**bold, "quote_prefix": True})
        plain, quoted = book.add_format(_PLAIN), book.add_format({**_PLAIN, "quote_prefix": True})
        figure = book.add_format({"valign": "top", "align": "right", "indent": 1})
        for sheet in paged(sheets):
            page = book.add_worksheet(sheet.name)
            for column, heading in enumerate(sheet.columns):
                _write(page, 0, column, heading, head, quoted_head)
            page.set_row(0, _LINE * n_lines(sheet.columns, sheet.widths))
            for number, row in enumerate(sheet.rows, start=1):
                for column, value in enumerate(row):
                    _write(page, number, column, value, plain if isinstance(value, str) else figure, quoted)
                page.set_row(number, _LINE * n_lines(row, sheet.widths))
            _arrange(page, sheet)
    return target.getvalue()


def _write(page: Any, row: int, column: int, value: Cell, plain: Any, quoted: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, str):
        page.write_string(row, column, cell_text(value), quoted if like_formula(value) else plain)
    else:
        page.write_number(row, column, value, plain)


def _arrange(page: Any, sheet: Sheet) -> None:
    """Headings and first columns stay, filters on the headings; on paper A4 across, fitted if that can be read."""
    page.freeze_panes(1, sheet.fixed)
    if sheet.rows and sheet.columns:
        page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
    for column, width in enumerate(sheet.widths):
        page.set_column(column, column, width)
    page.set_landscape()
    page.set_paper(9)
    page.repeat_rows(0)
    if sum(sheet.widths) <= _PAGE:
        page.fit_to_pages(1, 0)
    else:
        page.set_print_scale(60)
        if sheet.fixed:
            page.repeat_columns(0, sheet.fixed - 1)
