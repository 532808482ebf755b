"""The matrix: what is 0 and what is not known, names for R and SPSS, scripts, and formulas in CSV files."""

from __future__ import annotations

import csv
import dataclasses
import io
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import records as r
from pipeline.config import ExchangeConfig
from pipeline.exchange.sheets import csv_bytes
from pipeline.exchange.tables.matrix import matrix_files, matrix_losses
from pipeline.records import Decision, Verdict

CONFIG = ExchangeConfig()
VARIABLES = ["c001_trust", "c002_relation_doubt", "c003_advice", "c004_crossing_doubt", "c005_a_b_c"]


def table(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


def test_one_row_an_utterance_one_column_a_code(ward):
    rows = table(matrix_files(ward, (), CONFIG)["matrix.csv"])
    assert rows == [
        ["utterance_id", "document", "site", "speaker", *(code.name for code in ward.codebook.codes)],
        ["BU-1", "BU", "Bukaya", "N1", "0", "0", "0", "0", "0"],
        ["BU-2", "BU", "Bukaya", "N2", "0", "1", "0", "0", "0"],
        ["BU-3", "BU", "Bukaya", "N1", "1", "0", "1", "0", "0"],
        ["KA-4", "KA", "", "D1", "0", "0", "0", "0", "0"],
        ["KA-5", "KA", "", "D1", "0", "0", "0", "0", "1"],
    ]  # fmt: skip


def test_where_nobody_worked_nothing_is_known(ward):
    worked = ward.table.worked.copy()
    worked[1, 3:] = False
    run = dataclasses.replace(ward, table=dataclasses.replace(ward.table, worked=worked))
    rows = table(matrix_files(run, (), CONFIG)["matrix.csv"])
    assert rows[3][4:] == ["1", "0", "1", "0", "0"]
    assert rows[4][4:] == [""] * 5
    told = "Of 2 utterances nothing is known, since nobody worked on the document: cells are empty."
    assert told in matrix_losses(run, ())


def test_coders_apart_and_the_documents_that_they_worked_on(ward):
    files = matrix_files(ward, (), CONFIG)
    assert table(files["matrix_by_coder.csv"]) == [
        ["utterance_id", "coder", "code"],
        ["BU-2", "Ann", "Relation > Doubt"],
        ["BU-3", "Ann", "Trust"],
        ["BU-3", "Ann", "Advice"],
        ["BU-3", "Ben", "Trust"],
        ["KA-5", "Ben", 'a>b, "c"'],
    ]
    assert table(files["matrix_worked.csv"])[1:] == [["Ann", "BU"], ["Ben", "BU"], ["Ben", "KA"]]


def test_names_for_programs_are_mapped(ward):
    files = matrix_files(ward, (), CONFIG)
    assert table(files["matrix_variables.csv"]) == [
        ["variable", "code", "path"],
        [VARIABLES[0], "Trust", "Relation > Trust"],
        [VARIABLES[1], "Relation > Doubt", "Relation > Doubt"],
        [VARIABLES[2], "Advice", "Crossing > Advice"],
        [VARIABLES[3], "Crossing > Doubt", "Crossing > Doubt"],
        [VARIABLES[4], 'a>b, "c"', 'a\\>b, "c"'],
    ]
    head, *rows = table(files["matrix_r.csv"])
    assert head == ["utterance_id", "document", "site", "speaker", *VARIABLES]
    assert rows == table(files["matrix.csv"])[1:]
    assert not files["matrix_r.csv"].startswith(b"\xef\xbb\xbf")


def test_the_script_for_r(ward):
    script = matrix_files(ward, (), CONFIG)["matrix.R"].decode("ascii")
    assert 'read.csv("matrix_r.csv", fileEncoding = "UTF-8", na.strings = "", check.names = FALSE' in script
    assert re.findall(r"(\w+) = \"(\w+)\"[,)]", script)[-6:] == [
        ("speaker", "character"),
        *((name, "integer") for name in VARIABLES),
    ]
    assert script.endswith('attr(matrix$c005_a_b_c, "label") <- "a>b, \\"c\\""\n')
    assert script.count("(") == script.count(")")


def test_the_script_for_spss(ward):
    script = matrix_files(ward, (), CONFIG)["matrix.sps"].decode()
    assert script.startswith("* Encoding: UTF-8.\n")
    texts = "    utterance_id A4 document A2 site A6 speaker A2\n    c001_trust F1.0\n"
    assert texts in script
    assert "    c005_a_b_c F1.0.\nDATASET NAME matrix.\n" in script
    assert "  c005_a_b_c 'a>b, \"c\"'.\nVALUE LABELS\n    c001_trust\n" in script
    assert "\n  0 'not coded'\n  1 'coded'.\n" in script
    assert max(map(len, script.splitlines())) < 256


def test_labels_are_escaped_cut_and_told(make):
    names = ("It's", "ü" * 130, "医" * 130, "two\nlines", "")
    values = np.zeros((1, 0, len(names)), bool)
    run = make(table=r.CodingTable(("Ann",), names, values, np.zeros((1, 0), bool)))
    files = matrix_files(run, (), CONFIG)
    script = files["matrix.sps"].decode()
    assert (
        f"  c001_it_s 'It''s'\n  c002_{'u' * 27} '{'ü' * 120}'\n  c003 '{'医' * 83}'\n  c004_two_lines 'two lines'\n"
        in script
    )
    letters = "\\u533b" * 130
    assert f'attr(matrix$c003, "label") <- "{letters}"' in files["matrix.R"].decode("ascii")
    (said,) = [loss for loss in matrix_losses(run, ()) if "SPSS" in loss]
    assert said.startswith("The end, or line breaks, of names that SPSS cannot keep as a label: “ü")


def test_a_code_named_like_a_column_and_without_codings(make):
    run = make(table=r.CodingTable(("Ann",), ("site",), np.zeros((1, 0, 1), bool), np.zeros((1, 0), bool)))
    assert table(matrix_files(run, (), CONFIG)["matrix.csv"])[0][4:] == ["site 2"]
    files = matrix_files(make(), (), CONFIG)
    assert table(files["matrix.csv"]) == [["utterance_id", "document", "site", "speaker"]]
    assert "VARIABLE LABELS" not in files["matrix.sps"].decode()


@pytest.mark.parametrize("guard", [False, True])
def test_texts_like_formulas_get_an_apostrophe_only_on_demand(ward, guard):
    said = [dataclasses.replace(u, speaker="=1+1") if u.id == "BU-2" else u for u in ward.utterances]
    run = dataclasses.replace(ward, utterances=tuple(said))
    rows = table(matrix_files(run, (), ExchangeConfig(guard_formulas=guard))["matrix.csv"])
    assert rows[2][3] == ("'=1+1" if guard else "=1+1")
    (told,) = [loss for loss in matrix_losses(run, ()) if "formula" in loss]
    assert told.startswith("Beginnings of 1 text in the CSV files that look like a formula")


def test_decisions_do_not_touch_the_figures(ward):
    said = (Decision("Cem", Verdict.ACCEPTED, utterance="BU-1", code="Trust"), Decision("A", Verdict.ACCEPTED, "T1"))
    assert matrix_files(ward, said, CONFIG)["matrix.csv"] == matrix_files(ward, (), CONFIG)["matrix.csv"]
    told = matrix_losses(ward, said)
    assert any(
        loss.startswith("1 suggested code that analysts accepted: the figures are those of the") for loss in told
    )
    assert "1 candidate theme that analysts accepted as codes: nobody coded with them." in told


CELLS = st.one_of(
    st.none(), st.integers(-5, 5), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=5), st.booleans())
def test_csv_files_are_read_back(rows, guard):
    def told(cell: object) -> str:
        text = "" if cell is None else str(cell)
        return f"'{text}" if guard and isinstance(cell, str) and text[:1] in tuple("=+-@\t\r") and text else text

    expected = [["a", "b"], *([told(cell) for cell in row] for row in rows)]
    assert table(csv_bytes(("a", "b"), rows, guard=guard)) == expected
