from __future__ import annotations

import datetime
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from pipeline import ingest
from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.tables import text_of
from pipeline.records import Corpus, Role

ROWS = [["b", "Ann", "Where?"], ["a", "Ann", "How?"], ["a", "Bob", "So,\nand so."], ["b", "Bob", "There."]]


def said(corpus: Corpus) -> list[tuple[str, int, str, str]]:
    texts = {document.id: document.text for document in corpus.documents}
    return [(t.document, t.number, t.speaker, texts[t.document][t.start : t.end]) for t in corpus.turns]


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for i, row in enumerate(rows):
                for j, cell in enumerate(row):
                    sheet.write(i, j, cell)
    return out.getvalue()


def parquet(rows: list[list[str]]) -> bytes:
    out = io.BytesIO()
    columns = dict(zip(("document", "speaker", "text"), map(list, zip(*rows, strict=True)), strict=True))
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


EXPECTED = [
    ("a", 1, "Ann", "How?"),
    ("a", 2, "Bob", "So,\nand so."),
    ("b", 1, "Ann", "Where?"),
    ("b", 2, "Bob", "There."),
]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("t.csv", b'document,speaker,text\nb,Ann,Where?\na,Ann,How?\na,Bob,"So,\nand so."\nb,Bob,There.\n'),
        (
            "t.csv",
            b"\xef\xbb\xbfDocument ; SPEAKER;Text\r\n"
            b'b;Ann;Where?\r\na;Ann;How?\r\na;Bob;"So,\r\nand so."\r\nb;Bob;There.\r\n',
        ),
        ("t.csv", b'sep=;\nspeaker;text;document\nAnn;Where?;b\nAnn;How?;a\nBob;"So,\nand so.";a\nBob;There.;b\n\n'),
        ("t.tsv", b'document\tspeaker\ttext\nb\tAnn\tWhere?\na\tAnn\tHow?\na\tBob\t"So,\nand so."\nb\tBob\tThere.\n'),
        ("t.xlsx", workbook({"S": [["document", "speaker", "text"], *ROWS]})),
        ("t.parquet", parquet(ROWS)),
    ],
)
def test_every_kind_of_table_gives_the_same_turns(study, name: str, data: bytes) -> None:
    corpus = study({name: data})
    assert said(corpus) == EXPECTED
    assert corpus.documents[0].text == "How?\n\nSo,\nand so."
    assert corpus.documents[0].paragraphs == (0, 6)
    assert [turn.paragraph for turn in corpus.turns] == [1, 2, 1, 2]
    assert corpus.documents[0].form == "table"
    assert corpus.problems == ()
    assert corpus.files[0].kind == "table"


def test_a_single_table_file_is_a_study(tmp_path: Path) -> None:
    path = tmp_path / "turns.csv"
    path.write_text("document,speaker,text\na,Ann,How?\n")
    assert said(ingest.read(path, None, IngestConfig())) == [("a", 1, "Ann", "How?")]


def test_a_table_of_one_interview_is_named_after_its_file(study) -> None:
    assert said(study({"BU 1.csv": "speaker,text\nAnn,How?\nBob,So.\n"})) == [
        ("BU 1", 1, "Ann", "How?"),
        ("BU 1", 2, "Bob", "So."),
    ]


def test_the_first_sheet_with_talk_is_read_and_the_others_are_told(study) -> None:
    data = workbook({"Notes": [["what"], ["x"]], "Talk": [["document", "speaker", "text"], *ROWS], "Empty": []})
    corpus = study({"t.xlsx": data})
    assert said(corpus) == EXPECTED
    assert corpus.problems[0].what == "only sheet 'Talk' was read; not read: Notes"


def test_numbers_and_dates_of_a_workbook_are_text(study) -> None:
    rows = [["document", "turn", "speaker", "text"], [7, 1, "Ann", 12], [7, 2, "Bob", datetime.date(2020, 5, 3)]]
    corpus = study({"t.xlsx": workbook({"S": rows})})
    assert said(corpus) == [("7", 1, "Ann", "12"), ("7", 2, "Bob", "2020-05-03")]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (float("nan"), ""),
        (3.0, "3"),
        (2.5, "2.5"),
        (True, "TRUE"),
        (datetime.datetime(2020, 5, 3), "2020-05-03"),
        (datetime.time(1, 2, 3), "01:02:03"),
        (datetime.timedelta(seconds=62), "0:01:02"),
        ("a\r\nb", "a\nb"),
    ],
)
def test_cells_as_text(value: object, text: str) -> None:
    assert text_of(value) == text


def test_own_turn_numbers_order_the_rows(study) -> None:
    corpus = study({"t.csv": "document,turn,speaker,text\na,30,Ann,Third.\na,10,Ann,First.\na,20,Bob,Second.\n"})
    assert [(number, text) for _, number, _, text in said(corpus)] == [(10, "First."), (20, "Second."), (30, "Third.")]


@pytest.mark.parametrize("numbers", ["1,1", "1,x", "1,"])
def test_bad_turn_numbers_are_replaced_and_told(study, numbers: str) -> None:
    first, second = numbers.split(",")
    corpus = study({"t.csv": f"document,turn,speaker,text\na,{first},Ann,One.\na,{second},Bob,Two.\n"})
    assert [number for _, number, _, _ in said(corpus)] == [1, 2]
    assert "not whole and unique" in corpus.problems[0].what


def test_times_original_and_site(study) -> None:
    rows = ["a,Ann,How?,0:05,Wie?,BU", "a,Bob,So.,7.5,,BU", "a,Ann,Ok.,soon,,TU"]
    table = "\n".join(["document,speaker,text,Start Time,original,site", *rows])
    corpus = study({"t.csv": table})
    assert [(t.start_ms, t.original) for t in corpus.turns] == [(5_000, "Wie?"), (7_500, ""), (None, "")]
    assert corpus.documents[0].site == "BU"
    assert [p.what for p in corpus.problems] == [
        "1 cells of 'Start Time' are no time, such as 'soon' in line 4",
        "document a has several sites (BU, TU); it counts as BU",
    ]


def test_rows_without_speaker_column_are_answers(study) -> None:
    corpus = study({"t.csv": "text\nGood.\nIs it?\n"})
    assert said(corpus) == [("row-0001", 1, "", "Good."), ("row-0002", 1, "", "Is it?")]
    assert {document.form for document in corpus.documents} == {"answers"}
    assert {turn.role for turn in corpus.turns} == {Role.PARTICIPANT}
    assert [turn.person for turn in corpus.turns] == ["row-0001", "row-0002"]


def test_answers_keep_their_ids_and_documents(study) -> None:
    assert [d for d, *_ in said(study({"t.csv": "ID,text\nx9,Good.\nx3,Bad.\n"}))] == ["x3", "x9"]
    corpus = study({"t.csv": "document,speaker,text\na,,Good.\nb,,Bad.\na,,More.\n"})
    assert said(corpus) == [("a", 1, "", "Good."), ("a", 2, "", "More."), ("b", 1, "", "Bad.")]
    assert [turn.person for turn in corpus.turns] == ["a", "a", "b"]
    with pytest.raises(InputError, match="lines 2 and 3"):
        study({"t.csv": "id,text\nx,Good.\nx,Bad.\n"})


def test_a_blank_speaker_among_others_is_unknown(study) -> None:
    corpus = study({"t.csv": "document,speaker,text\na,Ann,How?\na,,So.\n"})
    assert [(t.speaker, t.person, t.role) for t in corpus.turns][1] == ("", "a/", Role.UNKNOWN)
    assert corpus.problems[0].what == "1 turns have no speaker; the first stands in line 3"


def test_an_empty_row_keeps_its_number_and_paragraph(study) -> None:
    corpus = study({"t.csv": "document,speaker,text\na,Ann,How?\na,Bob,  \na,Ann,Ok.\n"})
    assert [(t.number, t.paragraph) for t in corpus.turns] == [(1, 1), (3, 3)]
    assert [(d.reason, d.turn, d.whole_turn) for d in corpus.dropped] == [("empty turn", 2, False)]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("document,speaker\na,Ann\n", r"'text' is missing\. Columns found: document, speaker"),
        ("text,Text\na,b\n", "'text' occurs twice"),
        ("document,text\na,one, two\n", r"line 2: the row has 3 cells, the headings are 2"),
        ('document,text\na,ok\nb,"never closed\nc,x\n', r"line 3: the table cannot be read"),
        ("document,speaker,text\na,Ann,x\n,Bob,y\n", r"1 rows name no document \(lines 3\)"),
        ("", "no transcript holds any text|the table is empty"),
    ],
)
def test_broken_tables_say_where(study, table: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        study({"t.csv": table})


def test_a_very_long_cell_is_read(study) -> None:
    corpus = study({"t.csv": "document,speaker,text\na,Ann," + "word " * 200_000 + "end\n"})
    assert corpus.speakers[0].words == 200_001


@pytest.mark.parametrize("name", ["t.xlsx", "t.parquet"])
def test_files_that_only_pretend_to_be_tables(study, name: str) -> None:
    with pytest.raises(InputError, match=name):
        study({name: b"no table at all"})


def test_a_folder_may_hold_tables_and_texts(study) -> None:
    corpus = study({"t.csv": "document,speaker,text\nb,Ann,How?\n", "a.txt": "Ann: Yes.\n\nAnn: No."})
    assert [(document.id, document.form) for document in corpus.documents] == [("a", "transcript"), ("b", "table")]


@pytest.mark.parametrize("value", [b"\xff\xfe hello", ["a", "b"]], ids=["bytes", "list"])
def test_a_column_that_holds_no_text_is_refused(value, tmp_path):
    table = pa.table({"document": ["A", "B"], "speaker": ["P", "P"], "text": [value, value]})
    pq.write_table(table, tmp_path / "t.parquet")
    with pytest.raises(InputError, match=r"t\.parquet, row 1: the column 'text' holds"):
        ingest.read(tmp_path / "t.parquet", None, IngestConfig())


def test_a_nul_character_in_a_cell_is_refused(tmp_path):
    pq.write_table(pa.table({"text": ["we trust\x00 them", "yes"]}), tmp_path / "t.parquet")
    with pytest.raises(InputError, match="a cell holds a NUL character"):
        ingest.read(tmp_path / "t.parquet", None, IngestConfig())


def test_a_nul_character_behind_a_byte_order_mark_is_refused(tmp_path):
    (tmp_path / "A.txt").write_bytes(b"\xef\xbb\xbfP1: one\nP1: two \x00 three\n")
    with pytest.raises(InputError, match=r"A\.txt, line 2: the text holds a NUL"):
        ingest.read(tmp_path, None, IngestConfig())


@pytest.mark.parametrize("path", ["x" * 300, "a\0b"], ids=["too long", "NUL"])
def test_a_path_that_is_no_path_is_an_input_error(path, tmp_path):
    with pytest.raises(InputError, match=r"this is no path|there is no such file"):
        ingest.read(tmp_path / path, None, IngestConfig())
