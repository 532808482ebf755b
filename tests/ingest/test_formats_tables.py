"""Tables as researchers keep them: foreign headings, several sheets, merged cells, two languages, odd times."""

from __future__ import annotations

import datetime
import importlib.util
import io
import json
import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import ingest
from pipeline.config import IngestConfig
from pipeline.errors import InputError, UsageError
from pipeline.ingest.drafts import Loaded
from pipeline.ingest.formats.table_documents import read_talk
from pipeline.ingest.formats.table_names import sheets_apart
from pipeline.ingest.tables import grids
from pipeline.records import Corpus

_TESTS = Path(__file__).parent.parent
_FIXTURES = _TESTS / "fixtures" / "formats" / "20_bilingual"


def _builder():
    spec = importlib.util.spec_from_file_location("build_tables", _TESTS / "fixtures" / "build" / "tables.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BUILD = _builder()


def loaded(name: str, data: bytes) -> Loaded:
    return Loaded(Path(name), name, data, "")


def workbook(sheets: dict[str, list[list[object]]], hidden: tuple[str, ...] = (), merge: str = "") -> bytes:
    """merge: `SHEET!B2:B4=Ann`."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False}) as book:
        time = book.add_format({"num_format": "hh:mm:ss"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for i, row in enumerate(rows):
                for j, cell in enumerate(row):
                    is_time = isinstance(cell, datetime.time | datetime.timedelta)
                    sheet.write(i, j, cell, *([time] if is_time else []))
            if name in hidden:
                sheet.hide()
            if merge.startswith(f"{name}!"):
                place, text = merge.partition("!")[2].split("=")
                sheet.merge_range(place, text)
    return out.getvalue()


def said(corpus: Corpus) -> list[tuple[str, str, str]]:
    texts = {document.id: document.text for document in corpus.documents}
    return [(t.document, t.speaker, texts[t.document][t.start : t.end]) for t in corpus.turns]


def told(corpus: Corpus) -> str:
    return "\n".join(f"{p.where}: {p.what}" for p in corpus.problems)


@pytest.mark.parametrize("name", ["bilingual.xlsx", "bilingual.ods", "german.csv", "export.tsv"])
def test_fixture_20(name: str) -> None:
    corpus = ingest.read(_FIXTURES / name, None, IngestConfig())
    expected = json.loads((_FIXTURES / f"{name}.expected.json").read_text(encoding="utf-8"))
    texts = {document.id: document.text for document in corpus.documents}
    found = [
        {
            "document": document.id,
            "encoding": document.encoding,
            "turns": [
                {
                    "turn": t.number,
                    "speaker": t.speaker,
                    "start_ms": t.start_ms,
                    "end_ms": t.end_ms,
                    "text": texts[t.document][t.start : t.end],
                    **({"original": t.original} if t.original else {}),
                }
                for t in corpus.turns
                if t.document == document.id
            ],
        }
        for document in corpus.documents
    ]
    assert found == expected["documents"]
    for problem in expected["problems"]:
        assert problem in told(corpus)


def test_fixture_20_is_what_its_builder_writes() -> None:
    assert (_FIXTURES / "bilingual.ods").read_bytes() == BUILD.open_sheet()
    kept, made = ({s.name: s.rows for s in grids(loaded("b.xlsx", d), IngestConfig())} for d in _both())
    assert kept == made


def _both() -> tuple[bytes, bytes]:
    return (_FIXTURES / "bilingual.xlsx").read_bytes(), BUILD.workbook()


def test_what_is_not_translated_is_left_out_by_name() -> None:
    corpus = ingest.read(_FIXTURES / "bilingual.xlsx", None, IngestConfig())
    assert [(d.document, d.turn, d.reason, d.text) for d in corpus.dropped] == [("Ward A", 4, "not translated", "")]
    assert "Mehr sage ich" not in corpus.documents[0].text


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        ("speaker,text", ("text", "")),
        ("Name,Transcript", ("Transcript", "")),
        ("Speaker,Transcript,Translation", ("Translation", "Transcript")),
        ("Speaker,Luganda,English", ("English", "Luganda")),
        ("Sprecher,Deutsch,Englisch", ("Englisch", "Deutsch")),
        ("Who,Original (Luganda),Translation (English)", ("Translation (English)", "Original (Luganda)")),
        ("Who,Source text,Translated text", ("Translated text", "Source text")),
        ("Person,Utterance,Content", ("Utterance", "")),
        ("Sprecherin,Äußerung", ("Äußerung", "")),
        ("speaker,text,original", ("text", "original")),
        ("speaker,text,Translation", ("text", "")),
        ("speaker,original,Translation", ("Translation", "original")),
        ("Speaker, Text ,Notes,Notes", (" Text ", "")),
    ],
)
def test_which_heading_is_the_text_and_which_the_original(study, headings: str, expected: tuple[str, str]) -> None:
    names = headings.split(",")
    row = ["Ann", *(f"cell of {name}" for name in names[1:])]
    corpus = study({"t.csv": f"{headings}\n{','.join(row)}\n"})
    assert said(corpus) == [("t", "Ann", f"cell of {expected[0]}".strip())]
    assert corpus.turns[0].original == (f"cell of {expected[1]}" if expected[1] else "")


def test_the_language_of_the_encoder_decides_which_language_is_the_text(study) -> None:
    corpus = study({"t.csv": "Who,English,Deutsch\nAnn,Well.,Gut.\n"}, language="de")
    assert (said(corpus), corpus.turns[0].original) == ([("t", "Ann", "Gut.")], "Well.")


def test_a_translation_beside_a_column_of_our_name_is_told(study) -> None:
    corpus = study({"t.csv": "speaker,text,Translation\nAnn,Gut.,Well.\n"})
    assert "the column 'Translation' was not read: another is called text" in told(corpus)
    corpus = study(
        {"t.csv": "speaker,text,Translation\nAnn,Gut.,Well.\n"}, headings=("text = translation", "original=Text")
    )
    assert (said(corpus), corpus.turns[0].original) == ([("t", "Ann", "Well.")], "Gut.")


@pytest.mark.parametrize(
    ("headings", "error", "message"),
    [
        (("text",), UsageError, "'text' does not say which column"),
        (("text = ",), UsageError, "does not say which column"),
        (("txt = Talk",), UsageError, "there is no column 'txt'; did you mean 'text'"),
        (("text = Talk", "text = Say"), UsageError, "'text' is given twice"),
        (("text = Gone",), InputError, r"t\.csv: the column 'gone', which is to be read as text, is missing"),
        (("text = Doubled",), InputError, "'doubled' occurs twice"),
    ],
)
def test_headings_of_the_configuration_that_fail_say_why(study, headings, error, message) -> None:
    with pytest.raises(error, match=message):
        study({"t.csv": "speaker,Talk,Doubled,Doubled\nAnn,Yes.,a,b\n"}, headings=headings)


def test_headings_of_the_configuration_may_name_anything(study) -> None:
    corpus = study({"t.csv": "Col 1,Col 2\nAnn,Yes.\n"}, headings=("speaker = Col 1", "text=col  2"))
    assert said(corpus) == [("t", "Ann", "Yes.")]


def test_a_sheet_that_is_no_talk_may_repeat_headings(study) -> None:
    data = workbook({"Talk": [["speaker", "text"], ["Ann", "Yes."]], "Codes": [["site", "site"], ["text", "text"]]})
    assert said(study({"t.xlsx": data})) == [("t", "Ann", "Yes.")]


def test_a_title_above_the_headings_is_told(study) -> None:
    rows = [["Focus group 3, translated"], [], ["Speaker", "Text"], ["Ann", "Yes."]]
    corpus = study({"t.xlsx": workbook({"S": rows})})
    assert said(corpus) == [("t", "Ann", "Yes.")]
    assert "t.xlsx: 1 row above the headings were not read" in told(corpus).replace("was", "were")


def test_each_sheet_is_an_interview(study) -> None:
    talk = [["speaker", "text"], ["Ann", "Yes."]]
    data = workbook({"Sheet1": talk, "BU 2": talk, "Notes": [["what"], ["x"]], "Old": talk}, hidden=("Old",))
    corpus = study({"t.xlsx": data})
    assert said(corpus) == [("BU 2", "Ann", "Yes."), ("Old", "Ann", "Yes."), ("t Sheet1", "Ann", "Yes.")]
    assert "t.xlsx: 3 sheets were read; not read: Notes" in told(corpus)
    assert "t.xlsx, sheet 'Old': the sheet is hidden" in told(corpus)


def test_answers_on_several_sheets_have_names_of_their_own(study) -> None:
    data = workbook({"May": [["text"], ["Good."]], "June": [["text"], ["Bad."]]})
    assert said(study({"t.xlsx": data})) == [("June row-0001", "", "Bad."), ("May row-0001", "", "Good.")]


def test_rows_hidden_in_a_workbook_are_read_and_told(study) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("S")
        for at, row in enumerate([["speaker", "text"], ["Ann", "One."], ["Bob", "Two."], ["Ann", "Three."]]):
            sheet.write_row(at, 0, row)
        sheet.set_row(2, None, None, {"hidden": True})
    corpus = study({"t.xlsx": out.getvalue()})
    assert [text for _, _, text in said(corpus)] == ["One.", "Two.", "Three."]
    assert "t.xlsx: 1 row hidden in the sheet, read like the others (line 3)" in told(corpus)


def test_merged_cells_say_who_speaks_in_which_document(study) -> None:
    rows = [["document", "speaker", "text"], ["a", "", "One."], ["a", "", "Two."], ["b", "Bob", "Three."]]
    corpus = study({"t.xlsx": workbook({"S": rows}, merge="S!B2:B3=Ann")})
    assert said(corpus) == [("a", "Ann", "One."), ("a", "Ann", "Two."), ("b", "Bob", "Three.")]
    rows = [["document", "speaker", "text"], ["", "Ann", "One."], ["", "Bob", "Two."]]
    corpus = study({"t.xlsx": workbook({"S": rows}, merge="S!A2:A3=BU")})
    assert said(corpus) == [("BU", "Ann", "One."), ("BU", "Bob", "Two.")]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ("I,P,,,I,P,", "I,P,P,P,I,P,P"),
        ("I,P,,I,P,", "I,P,,I,P,"),  # two blanks may be forgotten ones
        ("I,P,,,I,P,P", "I,P,,,I,P,P"),  # who repeats a name fills every cell
        (",P,,,I,P", ",P,,,I,P"),
        ("P,,,,", "P,,,,"),
    ],
)
def test_blank_speakers_go_on_only_where_the_sheet_names_each_once(study, labels: str, expected: str) -> None:
    rows = "".join(f"{label},text {at}\n" for at, label in enumerate(labels.split(",")))
    corpus = study({"t.csv": f"speaker,text\n{rows}"})
    assert [speaker for _, speaker, _ in said(corpus)] == expected.split(",")
    assert ("were read as the speaker above" in told(corpus)) is (labels != expected)
    assert ("have no speaker" in told(corpus)) is (labels == expected)


def test_a_sheet_without_any_speaker_stays_answers(study) -> None:
    corpus = study({"t.csv": "speaker,text\n,One.\n,Two.\n,Three.\n,Four.\n"})
    assert {document.form for document in corpus.documents} == {"answers"}


TIMES = [
    ("seconds", ["0", "4.5", "3671"], [0, 4_500, 3_671_000], ""),
    ("short seconds", ["0.25", "0.5", "0.75"], [250, 500, 750], ""),
    ("clock", ["0:05", "01:02", "1:01:11.5"], [5_000, 62_000, 3_671_500], ""),
    ("parts of a day", ["0", "0.0000520833333", "0.0424884259259"], [0, 4_500, 3_671_000], "parts of a day"),
    ("with a comma", ["0", "0,0000520833333", "0,0424884259259"], [0, 4_500, 3_671_000], "parts of a day"),
    ("tiny", ["5.2083E-05", "0.001"], [4_500, 86_400], "parts of a day"),
    ("not a time", ["0:05", "soon"], [5_000, None], "1 cells of 'Start' are no time, such as 'soon' in line 3"),
]


@pytest.mark.parametrize(("cells", "expected", "problem"), [case[1:] for case in TIMES], ids=[c[0] for c in TIMES])
def test_times_of_a_column(study, cells, expected, problem) -> None:
    rows = "".join(f"{cell};Ann;text\n" for cell in cells)
    corpus = study({"t.csv": f"Start;Speaker;Text\n{rows}"})
    assert [turn.start_ms for turn in corpus.turns] == expected
    assert problem in told(corpus)
    assert bool(problem) is ("day" in told(corpus) or "no time" in told(corpus))


CELLS = [
    ([datetime.time(0, 0, 5), datetime.time(0, 1, 2), datetime.time(1, 1, 11)], [5_000, 62_000, 3_671_000], ""),
    (
        [datetime.time(0, 5), datetime.time(4, 10), datetime.timedelta(hours=25, minutes=10)],
        [5_000, 250_000, 1_510_000],
        "minutes:seconds",
    ),
    ([datetime.time(9, 5), datetime.time(9, 6), datetime.time(14, 10)], [32_700_000, 32_760_000, 51_000_000], ""),
    ([5, 12.5, 3671], [5_000, 12_500, 3_671_000], ""),
]


@pytest.mark.parametrize(("cells", "expected", "problem"), CELLS)
def test_times_of_a_workbook(study, cells, expected, problem) -> None:
    rows = [["start_time", "speaker", "text"], *([cell, "Ann", "text"] for cell in cells)]
    corpus = study({"t.xlsx": workbook({"S": rows})})
    assert [turn.start_ms for turn in corpus.turns] == expected
    assert problem in told(corpus)
    assert bool(corpus.problems) is bool(problem)


def test_an_end_before_its_start_is_told(study) -> None:
    corpus = study({"t.csv": "start,end,speaker,text\n5,9,Ann,One.\n12,10,Bob,Two.\n"})
    assert [(t.start_ms, t.end_ms) for t in corpus.turns] == [(5_000, 9_000), (12_000, 10_000)]
    assert "1 turn is said to end before they begin, the first in line 3" in told(corpus)


@pytest.mark.parametrize("mark", ["=", "+", "-", "@", "\t", "\r"])
def test_the_guard_of_a_formula_is_taken_off_in_csv(study, mark: str) -> None:
    corpus = study({"t.csv": f"speaker,text\nAnn,\"'{mark}1 it is\"\nBob,'tis so\n"})
    assert [text for *_, text in said(corpus)] == [f"{mark}1 it is".strip(), "'tis so"]


def test_formulas_of_a_workbook_are_their_last_result(study) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("S")
        sheet.write_row(0, 0, ["speaker", "text"])
        sheet.write_string(1, 0, "Ann")
        sheet.write_formula(1, 1, '="a"&"b"', None, "ab")
        sheet.write_row(2, 0, ["Bob", "=1+1"])
    assert [text for *_, text in said(study({"t.xlsx": out.getvalue()}))] == ["ab", "=1+1"]


def test_text_below_no_heading_is_told(study) -> None:
    corpus = study({"t.xlsx": workbook({"S": [["speaker", "text", ""], ["Ann", "Yes.", "aside"]]})})
    assert "text in columns without a heading was not read (columns 3)" in told(corpus)


def test_what_several_sheets_share_is_told_once_and_gaps_of_each_sheet(study) -> None:
    rows = [["Wer", "Deutsch", "English"], ["Ann", "Ja.", "Yes."], ["Ann", "Nein.", ""]]
    problems = study({"t.xlsx": workbook({"A": rows, "B": rows})}).problems
    assert [(p.where, p.what.split(" and left out")[0]) for p in problems] == [
        ("t.xlsx", "headings were read as: speaker = Wer, text = English, original = Deutsch"),
        ("t.xlsx, sheet 'A'", "1 turn is not translated"),
        ("t.xlsx, sheet 'B'", "1 turn is not translated"),
    ]


def test_sheets_of_one_name_in_several_files_are_told_apart(study) -> None:
    talk = [["speaker", "text"], ["Ann", "Yes."], ["Bob", ""]]
    two = {f"{file}.xlsx": workbook({"One": talk, "Two": talk}) for file in ("a", "b")}
    readings = [read_talk(loaded(name, data), IngestConfig()) for name, data in two.items()]
    drafts, problems = sheets_apart([draft for reading in readings for draft in reading.drafts])
    assert [draft.id for draft in drafts] == ["a One", "a Two", "b One", "b Two"]
    assert [draft.dropped[0].document for draft in drafts] == ["a One", "a Two", "b One", "b Two"]
    assert [p.what for p in problems] == [
        "several files have a sheet 'One'; they are called 'a One', 'b One'",
        "several files have a sheet 'Two'; they are called 'a Two', 'b Two'",
    ]
    assert sheets_apart(readings[0].drafts) == (list(readings[0].drafts), [])


def test_grids_give_every_sheet_as_it_stands() -> None:
    data = workbook({"A": [["x", "x"], [1, None], [], [2.5, "b\nc"]], "Empty": [], "B": [["only"]]})
    found = grids(loaded("t.xlsx", data), IngestConfig())
    assert [(g.name, [(r.line, r.cells) for r in g.rows]) for g in found] == [
        ("A", [(1, ("x", "x")), (2, ("1", "")), (4, ("2.5", "b\nc"))]),
        ("B", [(1, ("only",))]),
    ]
    (plain,) = grids(loaded("t.csv", b"Category;Category\na;b\n"), IngestConfig())
    assert (plain.name, [row.cells for row in plain.rows]) == ("", [("Category", "Category"), ("a", "b")])


def test_content_decides_what_a_table_is() -> None:
    data = workbook({"S": [["speaker", "text"], ["Ann", "Yes."]]})
    assert read_talk(loaded("t.csv", data), IngestConfig()).drafts[0].text == "Yes."


def test_a_cell_far_out_does_not_fill_the_memory(study) -> None:
    data = workbook({"S": [["speaker", "text"], ["Ann", "Yes."]]})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                part = part.replace(b"</sheetData>", far)
            new.writestr(name, part)
    with pytest.raises(InputError, match=r"t\.xlsx.*: the sheet spans 1,048,576 rows and 16,384 columns"):
        study({"t.xlsx": out.getvalue()})


def test_repeated_cells_of_an_open_sheet_do_not_fill_the_memory(study) -> None:
    cell = BUILD.open_cell("x").replace("<table:table-cell", '<table:table-cell table:number-columns-repeated="16384"')
    row = f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>'
    data = BUILD.open_document(f'<table:table table:name="S">{row}</table:table>')
    with pytest.raises(InputError, match=r"t\.ods.*: the sheet spans"):
        study({"t.ods": data})


_ANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _error(name: str, data: bytes) -> InputError | None:
    try:
        read_talk(loaded(name, data), IngestConfig())
    except InputError as problem:
        return problem
    return None


@_ANY
@given(data=st.binary(max_size=300), suffix=st.sampled_from([".csv", ".tsv", ".xlsx", ".ods", ".parquet"]))
def test_any_bytes_are_a_table_or_an_error_of_ours(data: bytes, suffix: str) -> None:
    for head in (b"", b"speaker,text\n"):
        error = _error(f"t{suffix}", head + data)
        assert error is None or error.where.startswith("t.")


@_ANY
@given(st.data())
def test_a_damaged_workbook_is_read_or_an_error_of_ours(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["bilingual.xlsx", "bilingual.ods"]))
    whole = (_FIXTURES / name).read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    error = _error(name, whole[:at] + data.draw(st.binary(max_size=4)) + whole[at + data.draw(st.integers(0, 40)) :])
    assert error is None or name in error.where


_CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n;,\"'="), max_size=12)


@_ANY
@given(st.lists(st.tuples(st.sampled_from(["Ann", "Bob", ""]), _CELL, _CELL), min_size=1, max_size=8))
def test_no_row_is_lost_and_turns_are_slices_in_order(rows: list[tuple[str, str, str]]) -> None:
    quoted = [";".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    data = "\n".join(["speaker;original;translation", *quoted]).encode()
    drafts = read_talk(loaded("t.csv", data), IngestConfig()).drafts
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    texts = [re.sub(r"\A'(?=[=+\-@\t\n])", "", text) for *_, text in filled]
    found = [draft.text[talk.start : talk.end] for draft in drafts for talk in draft.talks]
    assert sorted(found) == sorted(filter(None, map(str.strip, texts)))
    assert sum(len(draft.dropped) for draft in drafts) == sum(not text.strip() for text in texts)
    reasons = [dropped.reason for draft in drafts for dropped in draft.dropped]
    unsaid = [row[1] for row, text in zip(filled, texts, strict=True) if not text.strip()]
    assert reasons.count("not translated") == sum(bool(text.strip()) for text in unsaid)
    for draft in drafts:
        edges = [edge for talk in draft.talks for edge in (talk.start, talk.end)]
        assert edges == sorted(edges)
