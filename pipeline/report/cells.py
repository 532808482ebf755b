"""What every table is made of: columns, rows and figures, and how they become CSV."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pipeline.config import Config, from_json
from pipeline.records import Result

Cell = str | int | float | None
Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One output table: column names, and rows of text, whole numbers, figures (4 decimals) or None for nothing."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def csv_text(table: Table) -> str:
    """The table as CSV by RFC 4180, but with LF: a head, then the rows; nothing is an empty field.

    Texts are written as they are, also those that a spreadsheet would take for a formula: they are verbatim quotes
    that other programs check against the transcript.  For reading in a spreadsheet there is the workbook.
    """
    return "".join(",".join(map(_field, row)) + "\n" for row in (table.columns, *table.rows))


def settings(result: Result) -> Config:
    """The configuration that the run was made with; the defaults if the manifest holds none."""
    return from_json(result.manifest.config) if result.manifest.config else Config()


def figure(value: float | None) -> float | None:
    """A float with 4 decimals, None for what is undefined; never a negative zero."""
    if value is None or not math.isfinite(value):
        return None
    return round(float(value), 4) + 0.0


def yes_no(value: bool) -> str:
    """`yes` or `no`, as the tables write it."""
    return "yes" if value else "no"


def _field(value: object) -> str:
    text = "" if value is None else str(value)
    if any(mark in text for mark in ',"\r\n') or text != text.strip():
        return '"' + text.replace('"', '""') + '"'
    return text
