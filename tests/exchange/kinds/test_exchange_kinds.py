"""What holds for every kind of file: names, the same bytes each time, empty runs, decisions, and losses in words."""

from __future__ import annotations

import dataclasses
import io
import math
import re
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import records as r
from pipeline.config import ExchangeConfig
from pipeline.exchange.kinds import KINDS
from pipeline.records import Decision, Verdict

CONFIG = ExchangeConfig()
FILES = {
    "maxqda": {"codebook_maxqda.xlsx", "segments_maxqda.xlsx"},
    "atlasti": {"codebook_atlasti.xlsx", "quotations_atlasti.xlsx"},
    "quotes": {"quotes.xlsx", "quotes.docx"},
    "matrix": {
        "matrix.csv", "matrix_by_coder.csv", "matrix_worked.csv", "matrix_variables.csv", "matrix_r.csv", "matrix.R",
        "matrix.sps",
    },
    "grid": {"grid.xlsx"},
    "codebook": {"codebook.docx"},
    "qdpx": {"project.qdpx"},
    "qdc": {"codebook.qdc"},
}  # fmt: skip
each = pytest.mark.parametrize("kind", sorted(KINDS))
table_or_document = pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"qdpx", "qdc"}))  # those: test_refi_*.py


@each
def test_files_have_their_names_and_the_same_bytes_each_time(kind, ward, dates):
    files = KINDS[kind].files(ward, (), CONFIG)
    assert files.keys() == FILES[kind]
    assert KINDS[kind].files(ward, (), CONFIG) == files
    later = dataclasses.replace(ward.manifest, started="2031-01-01T00:00:00Z")
    assert KINDS[kind].files(dataclasses.replace(ward, manifest=later), (), CONFIG) == files
    for name, data in files.items():
        if name.endswith(("xlsx", "docx")):
            assert dates(data) == {(1980, 1, 1, 0, 0, 0)}, name


@each
def test_a_run_without_anything_gives_files_and_no_losses(kind, make):
    assert KINDS[kind].files(make(), (), CONFIG).keys() == FILES[kind]
    assert KINDS[kind].losses(make(), ()) == ()


@table_or_document
def test_losses_are_sentences_that_stand_once(kind, ward):
    said = KINDS[kind].losses(ward, ())
    assert len(said) == len(set(said)) > 3
    assert all(sentence[0].isupper() or sentence[0].isdigit() or sentence[0] == "“" for sentence in said)
    assert all(sentence.endswith(".") for sentence in said)


@table_or_document
def test_decisions_change_the_losses(kind, ward):
    said = KINDS[kind].losses(
        ward,
        (
            Decision("Ann", Verdict.REJECTED, theme="T2"),
            Decision("Ann", Verdict.REJECTED, utterance="BU-1", code="Trust"),
            Decision("Ann", Verdict.ACCEPTED, utterance="XX-9", code="Trust"),
            Decision("Ann", Verdict.ACCEPTED, theme="T9"),
        ),
    )
    assert "Candidate themes that were rejected, with the utterances placed there: T2 (Ann)." in said
    assert "1 suggested code that analysts rejected." in said
    assert "1 accepted suggestion for utterances that this run does not have, or without a code." in said
    assert "Decisions on candidate themes that this run does not have: “T9”." in said


def test_the_last_word_of_an_analyst_counts_and_one_who_accepts_is_enough():
    from pipeline.exchange.verdicts import standing, verdicts

    yes, no = Verdict.ACCEPTED, Verdict.REJECTED
    said = verdicts(
        (
            Decision("Ann", yes, theme="T1"),
            Decision("Ann", no, theme="T1"),
            Decision("Ann", no, theme="T2"),
            Decision("Ben", yes, theme="T2"),
            Decision("Ann", yes, utterance="U", code="A"),
            Decision("Ann", no, utterance="U", code="B"),
        )
    )
    assert [standing(theme, said) for theme in ("T1", "T2", "T3")] == [
        "rejected by Ann",
        "accepted by Ben",
        "candidate",
    ]
    assert [decision.code for decision in said.codes] == ["A"]
    assert [decision.code for decision in said.refused] == ["B"]


def test_long_texts_are_cut_with_a_remark_and_told(ward, sheets):
    text = "🌙" * 20_000
    paper = dataclasses.replace(ward.corpus.documents[0], text=text, paragraphs=(0,))
    run = dataclasses.replace(
        ward,
        corpus=dataclasses.replace(ward.corpus, documents=(paper,), turns=()),
        codings=r.Codings((r.Coding("BU", 0, 20_000, "Ann", "Trust"),)),
        utterances=(),
        themes=(),
        clusters=dataclasses.replace(
            ward.clusters,
            placement=r.Placement(*(np.zeros(0, np.int32),) * 3, membership=np.zeros(0, np.float32), set_aside=()),
        ),
    )
    (_, row) = sheets(KINDS["maxqda"].files(run, (), CONFIG)["segments_maxqda.xlsx"])["Coded segments"]
    assert len(row[3].encode("utf-16-le")) <= 2 * 32_767
    assert row[3].endswith("🌙 [… cut here by the limit of a cell]")
    assert "The end of 1 text longer than the 32,767 characters of a cell: the cell says so." in KINDS["maxqda"].losses(
        run, ()
    )


def test_rows_beyond_a_sheet_go_on_in_the_next():
    from pipeline.exchange.sheets import Sheet, paged

    found = list(paged([Sheet("rows", ("n",), tuple((k,) for k in range(5)), (9,))], most=2))
    assert [(sheet.name, sheet.rows) for sheet in found] == [
        ("rows", ((0,), (1,))),
        ("rows 2", ((2,), (3,))),
        ("rows 3", ((4,),)),
    ]


@pytest.mark.parametrize(
    ("row", "widths", "lines"),
    [
        (("a" * 10, "b" * 41), (10, 20), 3),
        (("one\n\nthree", 5), (20, 2), 3),
        ((None, 12345), (1, 1), 1),
        (("x" * 9999,), (10,), 27),
    ],
)
def test_rows_are_as_high_as_their_tallest_cell(row, widths, lines):
    from pipeline.exchange.sheets import n_lines

    assert n_lines(row, widths) == lines


@pytest.mark.parametrize(("width", "fitted"), [(120, True), (121, False)])
def test_rows_have_heights_and_wide_sheets_are_not_shrunk_on_paper(width, fitted):
    from pipeline.exchange.sheets import Sheet
    from pipeline.exchange.write_xlsxwriter import workbook

    sheet = Sheet("s", ("name", "words"), (("T1", "a" * (2 * width)),), (width, 120), 1)
    with zipfile.ZipFile(io.BytesIO(workbook([sheet], "t"))) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
        names = book.read("xl/workbook.xml").decode()
    assert re.search('<row r="2"[^>]* ht="(\\d+)"', page).group(1) == str(15 * math.ceil(2 * width / 120))
    assert ("fitToPage" in page) is fitted
    assert ("$A:$A" in names) is not fitted


def test_importing_the_kinds_loads_no_library():
    code = (
        "import sys, pipeline.exchange.kinds; "
        "sys.exit(bool({'docx', 'xlsxwriter', 'lxml', 'python_calamine'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


WORDS = st.text(max_size=20)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WORDS, WORDS, WORDS, WORDS, st.booleans())
def test_any_words_can_be_written(make, ward, name, words, coder, label, guard):
    paper = r.Document(name, words, "x", "0", "utf-8", "transcript", (0,), coder)
    u = r.Utterance(label, name, coder, 1, 1, 0, len(words), coder, coder, r.Role.PARTICIPANT, words, words)
    theme = dataclasses.replace(ward.themes[0], label=label, quotes=(r.Quote("typical", 0),))
    codes = (r.Code(name + "!", label, words, words, coder, label),)
    table = r.CodingTable((coder,), (codes[0].name,), np.ones((1, 1, 1), bool), np.ones((1, 1), bool))
    codings = (r.Coding(name, 0, len(words), coder, codes[0].name),)
    run = make((paper,), (u,), (0,), (theme,), codes, codings, table=table)
    for kind in KINDS.values():
        assert all(kind.files(run, (Decision(coder, Verdict.ACCEPTED, "T1"),), ExchangeConfig(guard)).values())
        kind.losses(run, ())


CELLS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"], include_characters="\t\n=+-@"), min_size=1, max_size=30
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=4))
def test_cells_of_a_workbook_are_verbatim(sheets, rows):
    from pipeline.exchange.sheets import Sheet
    from pipeline.exchange.write_xlsxwriter import workbook

    read = sheets(workbook([Sheet("s", ("a", "b"), tuple(rows), (9, 9))], "t"))["s"]
    assert [tuple(row) for row in read[1:]] == rows
