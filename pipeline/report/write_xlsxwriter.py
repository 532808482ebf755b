"""The workbook: a sheet a table, for reading and filtering; nothing in it can act as a formula."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pipeline.records import Result
from pipeline.report.cells import Table
from pipeline.report.lines import seven_lines
from pipeline.report.tables import tables

_FIXED = datetime(2000, 1, 1)
"""Written as the date of the file, so that the bytes are the same each time."""
_MOST_CHARACTERS = 32_767
_MOST_ROWS = 1_048_575
_CUT = " [… cut here by the limit of a cell; the whole is in the CSV file]"
_WIDE = {
    "text": 70,
    "original": 70,
    "what": 60,
    "todo": 60,
    "why": 60,
    "views": 50,
    "note": 50,
    "label": 36,
    "keywords": 40,
    "reason": 40,
    "theme_ids": 30,
    "quotes": 40,
    "words": 30,
    "counterpart": 30,
    "name": 36,
    "codes": 40,
    "theme": 30,
    "code": 30,
}
_SHEETS = {
    "utterances": "Each utterance: place, words, theme, suggested codes; if set aside, second_theme_id is its nearest.",
    "themes": "Candidate themes, offered for people to accept, rename or reject.",
    "theme_quotes": "Quotes of each theme: typical, atypical (fits badly), near miss (just outside), disagreement.",
    "theme_codes": "Themes beside codes: share of the theme's coded utterances, lift over all, held-out F1.",
    "disagreements": "Utterances on which views differ, the most telling first.",
    "dropped": "Text that was left out of the analysis, with the reason.",
    "agreement": "Agreement with this team's coding, code by code: machine, second human, baselines.",
    "agreement_overall": "The same over all codes and by site, with 95% intervals.",
    "structure": "Do themes follow the team's codes more than neighbourhood alone explains? Ours and baselines.",
    "attributes": "Sites and other attributes of documents: how much was placed, and agreement of the machine there.",
    "drift": "Coders over time, where codings have dates: does somebody code now as before?",
    "convergence": "Each candidate theme and each code: agreement, machine only, overlap with other content, silent.",
    "theme_groups": "Candidate themes that stand near each other: the upper of two levels.",
    "new_themes": "What stands together among the utterances that fit nothing so far.",
    "new_theme_utterances": "The utterances of these new candidates.",
    "suggestions": "Each suggested code, its probability and what speaks for it: words, definition, coded examples.",
    "triage": "Utterances that nobody has read yet, in the order in which to read them.",
    "triage_documents": "Documents in the order in which to read them.",
    "originals": "Turns that the transcripts give in two languages, the original beside the translation.",
    "unplaced": "Codings of the input that have no place in the texts, with the reason.",
    "memos": "Memos of the team that came with the codings or the codebook.",
    "problems": "What was noticed in the inputs, and what can be done.",
}


def workbook(result: Result) -> bytes:
    """report.xlsx as bytes, the same for the same result: an `about` sheet, then a sheet for each table.

    Every text is stored as text, whatever it starts with.  A text beyond the limit of a cell and rows beyond the limit
    of a sheet are cut, and the sheet says so.
    """
    import xlsxwriter

    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": result.manifest.study or result.manifest.name, "created": _FIXED})
        sheets = tables(result)
        head = book.add_format({"bold": True, "bg_color": "#E8EEF2", "bottom": 1, "text_wrap": True, "valign": "top"})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        quoted = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
        _about(book, result, sheets, plain, quoted)
        for name, table in sheets.items():
            sheet = book.add_worksheet(name)
            _fill(sheet, (table.columns, *table.rows[:_MOST_ROWS]), plain, quoted, head)
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, max(1, min(len(table.rows), _MOST_ROWS)), len(table.columns) - 1)
            for k, column in enumerate(table.columns):
                sheet.set_column(k, k, _WIDE.get(column, max(11, len(column) + 4)))
    return target.getvalue()


def _about(book: Any, result: Result, sheets: Mapping[str, Table], plain: Any, quoted: Any) -> None:
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet("about")
    rows: list[tuple[str, str]] = [("Study", result.manifest.study), ("Run", result.manifest.name)]
    rows += [(line.name, line.sentence) for line in seven_lines(result)]
    for name, table in sheets.items():
        cut = (
            f" Only the first {_MOST_ROWS} rows fit; the whole is in {name}.csv."
            if len(table.rows) > _MOST_ROWS
            else ""
        )
        empty = "" if table.rows else " (empty: this run has nothing to put here)"
        rows.append((f"Sheet {name}", f"{_SHEETS[name]}{cut}{empty}"))
    for r, (key, text) in enumerate(rows):
        sheet.write_string(r, 0, key, bold)
        sheet.write_string(r, 1, text, quoted if _like_formula(text) else plain)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 100)


def _fill(sheet: Any, rows: Sequence[Sequence[object]], plain: Any, quoted: Any, head: Any) -> None:
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if value is None:
                continue
            if isinstance(value, int | float):
                sheet.write_number(r, c, value, plain)
                continue
            text = str(value)
            if len(text) > _MOST_CHARACTERS:
                text = text[: _MOST_CHARACTERS - len(_CUT)] + _CUT
            sheet.write_string(r, c, text, head if r == 0 else quoted if _like_formula(text) else plain)


def _like_formula(text: str) -> bool:
    return text[:1] in ("=", "+", "-", "@", "\t", "\r")
