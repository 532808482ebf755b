"""report.xlsx: every table a sheet, filters and frozen heads, nothing that acts as a formula, the same bytes."""

from __future__ import annotations

import dataclasses
import io
import re
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from pipeline.records import Result
from pipeline.report import tables, workbook


@pytest.fixture(scope="module")
def full_bytes(full: Result) -> bytes:
    return workbook(full)


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def parts(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.namelist()


def test_a_sheet_for_each_table_with_its_rows(full: Result, full_bytes: bytes) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(full_bytes))
    assert book.sheet_names == ["about", *tables(full)]
    for name, table in tables(full).items():
        rows = book.get_sheet_by_name(name).to_python()
        assert tuple(rows[0]) == table.columns
        wanted = [["" if cell is None else cell for cell in row] for row in table.rows]
        assert [row[: len(table.columns)] for row in rows[1:]] == wanted


def test_heads_are_frozen_and_filters_on(full: Result, full_bytes: bytes) -> None:
    for k in range(len(tables(full))):
        sheet = part(full_bytes, f"xl/worksheets/sheet{k + 2}.xml")
        assert re.search(r'<pane ySplit="1" topLeftCell="A2"[^>]* state="frozen"/>', sheet)
        assert re.search(r'<autoFilter ref="A1:[A-Z]+\d+"/>', sheet)


def test_no_formula_and_no_link_anywhere(rich: Result) -> None:
    starts = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "http://localhost/", "=cmd|' /C calc'!A0")
    utterances = tuple(
        dataclasses.replace(u, text=starts[i % len(starts)], speaker="=HYPERLINK()")
        for i, u in enumerate(rich.utterances)
    )
    data = workbook(dataclasses.replace(rich, utterances=utterances))
    sheets = [name for name in parts(data) if name.startswith("xl/worksheets/")]
    assert not [name for name in sheets if re.search(r"<f[ >]|<hyperlink", part(data, name))]
    assert not [name for name in parts(data) if "externalLink" in name]
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("utterances").to_python()
    assert rows[1][rows[0].index("text")] == "=1+1"


def test_texts_like_formulas_keep_their_quote_mark(full_bytes: bytes) -> None:
    assert 'quotePrefix="1"' in part(full_bytes, "xl/styles.xml")


def test_same_bytes_twice(full: Result, full_bytes: bytes) -> None:
    assert workbook(full) == full_bytes
    dates = re.findall(r"<dcterms:\w+ [^>]*>([^<]*)<", part(full_bytes, "docProps/core.xml"))
    assert dates == ["2000-01-01T00:00:00Z", "2000-01-01T00:00:00Z"]


def test_a_text_beyond_a_cell_is_cut_and_says_so(rich: Result) -> None:
    long = dataclasses.replace(rich.utterances[0], text="a" * 40_000)
    data = workbook(dataclasses.replace(rich, utterances=(long, *rich.utterances[1:])))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("utterances").to_python()
    cell = str(rows[1][rows[0].index("text")])
    assert len(cell) == 32_767
    assert cell.endswith("the whole is in the CSV file]")


def test_an_empty_run_has_all_sheets_and_says_that_they_are_empty(empty: Result) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook(empty)))
    assert book.sheet_names == ["about", *tables(empty)]
    about = dict(row[:2] for row in book.get_sheet_by_name("about").to_python())
    assert "empty" in about["Sheet themes"]
    assert "no codings were given" in about["Coding agreement"]
