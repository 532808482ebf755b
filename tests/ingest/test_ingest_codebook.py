from __future__ import annotations

import io
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest import read_codebook
from pipeline.ingest.codebook import is_readable
from pipeline.ingest.drafts import key_of
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


PLAIN = st.sampled_from(["Interaction", "Trust", "Pay", "Ward/day", "a>b", "Other"])


@given(
    st.lists(
        st.tuples(PLAIN, st.one_of(st.just(""), PLAIN, st.just("Rules"))), min_size=1, unique_by=lambda row: row[0]
    )
)
def test_plain_rows_keep_names_and_themes_as_they_are_typed(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    """Also a code below a theme of its own name, and themes in a circle: nothing is renamed where names are unique."""
    path = book(tmp_path_factory.mktemp("plain"), "code,theme\n" + "".join(f"{code},{theme}\n" for code, theme in rows))
    found = read_codebook(path)
    assert [(code.name, code.theme, code.label) for code in found.codes] == [(*row, "") for row in rows]
    assert found.folders == ()
    assert {key_of(code) for code, _ in rows} == {key_of(code.name) for code in found.codes}


def test_parents_are_spelt_as_their_own_rows_spell_them(tmp_path: Path) -> None:
    rows = "code\nTrust\nTRUST > Pay\ntrust > pay > Late\nx > y > a\nX > Y > b\n"
    found = read_codebook(book(tmp_path, rows))
    assert [(code.name, code.theme) for code in found.codes] == [
        ("Trust", ""), ("Pay", "Trust"), ("Late", "Pay"), ("a", "y"), ("b", "y"),
    ]  # fmt: skip
    assert [(folder.name, folder.parent) for folder in found.folders] == [("y", "x")]


def test_names_that_seem_to_hold_paths_are_told_unless_they_are_parted(tmp_path: Path) -> None:
    path = book(tmp_path, "code\nCoke\nCoke::diet\nCoke::old::sweet\nTea::green\n")
    (told,) = read_codebook(path).problems
    assert told.what == "2 names seem to hold a path, parted by '::'; read as they are: Coke::diet, Coke::old::sweet"
    assert told.todo == "Set ingest.code_separator to '::' to read them as a tree."
    found = read_codebook(path, IngestConfig(code_separator="::"))
    assert found.problems == ()
    assert [(code.name, code.theme) for code in found.codes] == [
        ("Coke", ""), ("diet", "Coke"), ("sweet", "old"), ("green", "Tea"),
    ]  # fmt: skip
    assert [(folder.name, folder.parent) for folder in found.folders] == [("old", "Coke")]
