"""Nothing that is written can act as a formula in a spreadsheet: text stays text, whatever it begins with."""

from __future__ import annotations

import dataclasses
import importlib.util
import io
import re
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook

from pipeline.records import Result
from pipeline.report import Table, csv_text, tables, workbook

STARTS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://127.0.0.1:9/?"&A1,"click")',
    '=IMPORTXML(CONCAT("http://127.0.0.1:9/?",A1),"//a")',
    '=DDE("cmd";"/C calc";"x")',
    "{=1+1}",
    "http://127.0.0.1:9/",
    "mailto:a@example.org",
    "internal:'about'!A1",
    "1e5",
    "007",
    "TRUE",
    "2026-05-03",
)
NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def results() -> ModuleType:
    path = Path(__file__).parents[1] / "report" / "conftest.py"
    spec = importlib.util.spec_from_file_location("report_results", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["report_results"] = module
    spec.loader.exec_module(module)
    return module


def spoiled(table: Table) -> Table:
    """Each text of the table in the place of which a text stands that a spreadsheet could act upon."""
    at = iter(range(10**9))
    rows = tuple(
        tuple(STARTS[next(at) % len(STARTS)] if isinstance(cell, str) else cell for cell in row) for row in table.rows
    )
    return Table(table.columns, rows)


@pytest.fixture(scope="module")
def written(results: ModuleType) -> tuple[dict[str, Table], bytes]:
    full: Result = results.build_full()
    manifest = dataclasses.replace(full.manifest, study="=1+1", name="@SUM(A1)")
    found = {name: spoiled(table) for name, table in tables(full).items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipeline.report.write_xlsxwriter.tables", lambda _: found)
        return found, workbook(dataclasses.replace(full, manifest=manifest))


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_every_text_of_the_report_comes_back_as_it_is(written: tuple[dict[str, Table], bytes]) -> None:
    found, data = written
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name, table in found.items():
        rows = book.get_sheet_by_name(name).to_python()
        for row, wanted in zip(rows[1:], table.rows, strict=True):
            for cell, text in zip(row, wanted, strict=False):
                if isinstance(text, str):
                    assert cell == text
                    assert type(cell) is str


def unsafe_cells(data: bytes) -> list[str]:
    """The cells of a workbook that hold a text like a formula and are not marked as text (`'` in the entry line)."""
    found = parts(data)
    styles = ElementTree.fromstring(found["xl/styles.xml"]).find(f"{NS}cellXfs")  # noqa: S314 (our own file)
    assert styles is not None
    quoted = [style.get("quotePrefix") == "1" for style in styles]
    strings = ElementTree.fromstring(found["xl/sharedStrings.xml"])  # noqa: S314
    texts = ["".join(t.text or "" for t in item.iter(f"{NS}t")) for item in strings]
    unsafe = []
    for name, part in found.items():
        if name.startswith("xl/worksheets/sheet"):
            for cell in ElementTree.fromstring(part).iter(f"{NS}c"):  # noqa: S314
                value = cell.find(f"{NS}v")
                text = texts[int(value.text or "")] if cell.get("t") == "s" and value is not None else ""
                if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not quoted[int(cell.get("s", "0"))]:
                    unsafe.append(f"{name} {cell.get('r')}: {text}")
    return unsafe


def test_the_report_holds_no_formula_no_link_and_no_unmarked_text(written: tuple[dict[str, Table], bytes]) -> None:
    _, data = written
    found = parts(data)
    assert not [name for name in found if re.search("externalLink|connections|vbaProject|query", name)]
    for name, part in found.items():
        if name.startswith("xl/worksheets/"):
            assert not re.search(rb"<f[ >/]|<hyperlink|<dataValidation|<oleObject|t=\"str\"", part), name
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        assert not any(cell for row in getattr(sheet, "to_formula", list)() for cell in row)
    assert unsafe_cells(data) == []


def test_controls_and_escapes_in_text_come_back(results: ModuleType) -> None:
    odd = ("_x0041_", "_x000D_", "a\x0bb", "a\x01b", "<c><f>1+1</f></c>", "]]>", "&#61;1", "\ufeff=1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "pipeline.report.write_xlsxwriter.tables",
            lambda _: {"utterances": Table(("text",), tuple((text,) for text in odd))},
        )
        data = workbook(results.build_empty())
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("utterances").to_python()
    assert [row[0] for row in rows[1:]] == list(odd)


@pytest.mark.parametrize("text", STARTS)
def test_the_csv_files_of_a_run_are_verbatim(text: str) -> None:
    """They are quotes that other programs check against the transcript; the workbook is what spreadsheets open."""
    import csv

    written = csv_text(Table(("text", "n"), ((text, 1),)))
    assert next(csv.reader(io.StringIO(written.split("\n", 1)[1], newline=""))) == [text, "1"]


def test_the_workbooks_for_other_programs_hold_no_unmarked_text_either() -> None:
    from pipeline.exchange.sheets import Sheet
    from pipeline.exchange.write_xlsxwriter import workbook as exported

    rows = tuple((text, 1) for text in STARTS)
    data = exported([Sheet("=1+1", ("=code", "@n"), rows, (20, 8))], "=1+1")
    read = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in read[1:]] == list(STARTS)
    assert not [name for name, part in parts(data).items() if re.search(rb"<f[ >/]|<hyperlink", part)]
    assert unsafe_cells(data) == []


@pytest.mark.parametrize("text", STARTS)
def test_csv_for_other_programs_is_guarded_on_request_and_read_back(text: str, tmp_path: Path) -> None:
    from pipeline import ingest
    from pipeline.config import IngestConfig
    from pipeline.exchange.sheets import csv_bytes

    plain = csv_bytes(("speaker", "text"), (("PSW", text),), guard=False)
    guarded = csv_bytes(("speaker", "text"), (("PSW", text),), guard=True)
    starts = text[:1] in ("=", "+", "-", "@", "\t", "\r")
    assert (plain != guarded) is starts
    if starts:
        assert b"'" + text[:1].encode() in guarded
    (tmp_path / "a.csv").write_bytes(guarded)
    corpus = ingest.read(tmp_path / "a.csv", None, IngestConfig())
    turn = corpus.turns[0]
    assert corpus.documents[0].text[turn.start : turn.end] == text.strip()
