from __future__ import annotations

import io
from pathlib import Path

import pytest
import xlsxwriter

from pipeline.errors import InputError
from pipeline.ingest import read_codebook
from pipeline.ingest.codebook import is_readable
from pipeline.records import Code


def book(tmp_path: Path, content: str | bytes, name: str = "codebook.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


FULL = Code("Gaining trust", "Relations", "Trust, over time", "talks", "money", "“we met”")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_all_columns_with_any_separator(tmp_path: Path, separator: str) -> None:
    cells = ["Gaining trust", "Relations", '"Trust, over time"', "talks", "money", "“we met”"]
    heads = ["Code", " Theme", "definition ", "INCLUDE", "exclude", "example"]
    codebook = read_codebook(book(tmp_path, f"{separator.join(heads)}\n{separator.join(cells)}\n"))
    assert codebook.codes == (FULL,)
    assert codebook.problems == ()


def test_a_workbook_and_other_encodings(tmp_path: Path) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["code", "theme", "definition"])
        sheet.write_row(1, 0, ["Öffnen", "", "d"])
    expected = (Code("Öffnen", "", "d"),)
    assert read_codebook(book(tmp_path, out.getvalue(), "c.xlsx")).codes == expected
    text = "code,definition\nÖffnen,d\n"
    assert read_codebook(book(tmp_path, text.encode("utf-16"))).codes == expected
    assert read_codebook(book(tmp_path, text.encode("utf-8-sig"))).codes == expected
    old = read_codebook(book(tmp_path, text.encode("cp1252")))
    assert old.codes == expected
    assert "cp1252" in old.problems[0].what


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("code\nTrust\n  trust \n", r"' *trust' stands in lines 2 and 3"),
        ("code\nNew  rules\nNEW RULES\n", "stands in lines 2 and 3"),
        ("name,definition\nTrust,x\n", r"'code' is missing\. Columns found: name, definition"),
        ("code,definition\nTrust,x\n,y\n", r"codebook\.csv, line 3: a code has no name"),
        ("code\n", "holds no code"),
        ("", "is empty"),
    ],
)
def test_a_broken_codebook_says_where(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_codebook(book(tmp_path, content))


def test_lines_count_line_ends_inside_cells(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="lines 2 and 5"):
        read_codebook(book(tmp_path, 'code,definition\nTrust,"a\nb"\nOther,c\nTRUST,d\n'))


def test_unreadable_names_without_definitions_are_told(tmp_path: Path) -> None:
    codebook = read_codebook(book(tmp_path, "code,definition\nGENHX,\nA1.2,\nCC,CHIEF COMPLAINT\nPayBill,\n"))
    assert len(codebook.codes) == 4
    assert codebook.problems[0].what == "2 of 4 codes have neither readable names nor definitions: GENHX, A1.2"


def test_columns_without_use_are_told(tmp_path: Path) -> None:
    codebook = read_codebook(book(tmp_path, "code,definition,Color\nTrust,x,red\n"))
    assert codebook.problems[0].what == "columns that are not used: Color"


@pytest.mark.parametrize(
    ("name", "readable"),
    [("Gaining trust", True), ("PayBill", True), ("care", True), ("GENHX", False), ("x1", False), ("Öffnung", True)],
)
def test_readable_names(name: str, readable: bool) -> None:
    assert is_readable(name) is readable


def test_a_missing_codebook(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        read_codebook(tmp_path / "none.csv")
    with pytest.raises(InputError, match=r"type .\.pdf. cannot be read"):
        read_codebook(tmp_path / "none.pdf")
