from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.ingest import codebook_of, file_record, read_codings
from pipeline.records import Code, Codebook, Coding, Codings, Corpus, Folder

BOOK = Codebook((Code("Gaining trust"), Code("Rules")))
TALK = "I: How?\n\nAnn: We met\r\noften.\n\nI: Why?\n\nAnn: 😀 Because."
TABLE = "document,speaker,text\na,Ann,How?\na,Bob,\na,Ann,We met often.\n"


def coded(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "codings.csv"
    path.write_text(content, encoding="utf-8")
    return path


def test_offsets_count_code_points_of_the_text(study, tmp_path: Path) -> None:
    corpus = study({"P 1.txt": TALK})
    text = corpus.documents[0].text
    start = text.index("😀")
    rows = "document,start,end,coder,code,text\nP 1,14,27,ea,Rules,We met often.\n"
    rows += f"P 1.txt,{start},{start + 10}.0,ea,rules,\n"
    codings = read_codings(coded(tmp_path, rows), corpus, BOOK)
    assert codings.items == (Coding("P 1", 14, 27, "ea", "Rules"), Coding("P 1", start, start + 10, "ea", "Rules"))
    assert [text[c.start : c.end] for c in codings.items] == ["We met\noften.", "😀 Because."]
    assert codings.problems == ()


@pytest.mark.parametrize("written", ["Café", "Cafe\u0301", "CAFÉ", "café.txt", " Café "])
def test_a_document_is_found_however_its_name_is_spelt(study, tmp_path: Path, written: str) -> None:
    corpus = study({"Café.txt": TALK})
    codings = read_codings(coded(tmp_path, f"document,turn,coder,code\n{written},1,ea,Rules\n"), corpus, BOOK)
    assert codings.items == (Coding("Café", 3, 7, "ea", "Rules"),)


def test_turns_of_a_table_are_coded_whole(study, tmp_path: Path) -> None:
    corpus = study({"t.csv": TABLE})
    rows = 'document,turn,coder,code,text\na,1,ea,Rules,How?\na,3,ea,Gaining  Trust," We  met\r\noften."\n'
    codings = read_codings(coded(tmp_path, rows), corpus, BOOK)
    assert codings.items == (Coding("a", 0, 4, "ea", "Rules"), Coding("a", 8, 21, "ea", "Gaining trust"))


def test_own_turn_numbers_are_meant(study, tmp_path: Path) -> None:
    corpus = study({"t.csv": "document,turn,speaker,text\na,20,Ann,Two.\na,10,Bob,One.\n"})
    codings = read_codings(coded(tmp_path, "document,turn,coder,code\na,20,ea,Rules\n"), corpus, BOOK)
    assert corpus.documents[0].text[codings.items[0].start : codings.items[0].end] == "Two."


def test_both_forms_in_one_file(study, tmp_path: Path) -> None:
    corpus = study({"t.csv": TABLE})
    rows = "document;turn;start;end;coder;code\na;3;;;ea;Rules\na;;0;3;ea;Rules\n"
    assert [(c.start, c.end) for c in read_codings(coded(tmp_path, rows), corpus, BOOK).items] == [(8, 21), (0, 3)]


def test_a_coding_of_an_empty_turn_is_left_out_and_told(study, tmp_path: Path) -> None:
    corpus = study({"t.csv": TABLE})
    codings = read_codings(coded(tmp_path, "document,turn,coder,code\na,2,ea,Rules\n"), corpus, BOOK)
    assert codings.items == ()
    assert codings.problems[0].what == "1 codings lie on turns without text and were left out"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("bb2,0,3,ea,Rules,", "line 2: unknown document 'bb2'; did you mean 'b2'?"),
        ("b2,0,3,ea,Rule,", "line 2: the code 'Rule' is not in the codebook; did you mean 'Rules'?"),
        ("b2,0,3,ea,,", "line 2: no code is given"),
        ("b2,0,9999,ea,Rules,", "line 2: 0 to 9999 is outside the text, which has 53 characters"),
        ("b2,-1,3,ea,Rules,", "line 2: -1 to 3 is outside the text"),
        ("b2,3,3,ea,Rules,", "line 2: start 3 is not before end 3"),
        ("b2,5,3,ea,Rules,", "line 2: start 5 is not before end 3"),
        ("b2,x,3,ea,Rules,", "line 2: start is not a whole number: 'x'"),
        ("b2,1.5,3,ea,Rules,", "line 2: start is not a whole number: '1.5'"),
        ("b2,0,7,ea,Rules,I: Who?", "line 2: the text there is 'I: How?', not 'I: Who?'"),
    ],
)
def test_a_bad_row_is_named(study, tmp_path: Path, row: str, message: str) -> None:
    corpus = study({"b2.txt": TALK})
    with pytest.raises(InputError) as caught:
        read_codings(coded(tmp_path, f"document,start,end,coder,code,text\n{row}\n"), corpus, BOOK)
    assert message in str(caught.value)
    assert str(caught.value).startswith("codings.csv: 1 coding of 1 cannot be used: ")


def test_a_turn_that_does_not_exist(study, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="document 'a' has no turn 4"):
        read_codings(coded(tmp_path, "document,turn,coder,code\na,4,ea,Rules\n"), study({"t.csv": TABLE}), BOOK)


def test_all_bad_rows_are_counted_and_five_shown(study, tmp_path: Path) -> None:
    rows = "".join(f"a,{i},ea,Rules\n" for i in (1, 11, 12, 13, 14, 15, 16, 17))
    with pytest.raises(InputError) as caught:
        read_codings(coded(tmp_path, f"document,turn,coder,code\n{rows}"), study({"t.csv": TABLE}), BOOK)
    message = str(caught.value)
    assert "7 codings of 8 cannot be used" in message
    assert [f"line {i}:" in message for i in range(2, 10)] == [False, *[True] * 5, False, False]
    assert "and 2 more" in message


@pytest.mark.parametrize(
    ("heads", "missing"),
    [
        ("start,end,code", "document"),
        ("document,start,end", "code"),
        ("document,code", "turn"),
        ("document,code,start", "end"),
    ],
)
def test_missing_columns(study, tmp_path: Path, heads: str, missing: str) -> None:
    with pytest.raises(InputError, match=f"'{missing}' is missing"):
        read_codings(coded(tmp_path, f"{heads}\n"), study({"t.csv": TABLE}), BOOK)


def test_repeated_rows_count_once_and_coders_get_a_name(study, tmp_path: Path) -> None:
    corpus = study({"t.csv": TABLE})
    codings = read_codings(
        coded(tmp_path, "document,turn,coder,code\na,1,,Rules\na,1, ,rules\na,1,ea,Rules\n"), corpus, BOOK
    )
    assert codings.items == (Coding("a", 0, 4, "coder", "Rules"), Coding("a", 0, 4, "ea", "Rules"))
    assert [p.what for p in codings.problems] == [
        "2 codings name no coder; they count as the coder 'coder'",
        "1 rows repeat another row exactly; each counts once",
    ]


def test_without_a_codebook_the_codes_that_occur_are_one(study, tmp_path: Path) -> None:
    rows = "document,turn,coder,code\na,3,ea,Zoo\na,1,ea,Art\na,1,ea,Zoo\n"
    codings = read_codings(coded(tmp_path, rows), study({"t.csv": TABLE}), Codebook())
    assert codebook_of(codings) == Codebook((Code("Art"), Code("Zoo")))
    assert codebook_of(Codings()) == Codebook()


def test_the_record_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"")
    record = file_record(tmp_path / "x.csv", "codings")
    assert (record.name, record.kind, record.sha256[:8]) == ("x.csv", "codings", "e3b0c442")
    with pytest.raises(InputError, match="cannot be read"):
        file_record(tmp_path / "y.csv", "codings")


@pytest.mark.parametrize("heading", ["date", "Created", "timestamp", "modified"])
@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-05-31", "2026-05-31"),
        ("20260531", "2026-05-31"),
        ("31.05.2026", "2026-05-31"),
        ("3.5.2026", "2026-05-03"),
        ("31.05.2026 09:07", "2026-05-31T09:07:00"),
        ("31.05.2026, 9:07:05", "2026-05-31T09:07:05"),
        ("2026-05-31T09:07:05", "2026-05-31T09:07:05"),
        ("2026-05-31 09:07:05.250", "2026-05-31T09:07:05"),
        ("2026-05-31T23:30:00Z", "2026-05-31T23:30:00"),
        ("2026-05-31T23:30:00-02:00", "2026-06-01T01:30:00"),
        ("", ""),
    ],
)
def test_dates_of_codings_are_read(study, tmp_path: Path, heading: str, written: str, read: str) -> None:
    rows = f'document,turn,coder,code,{heading}\na,1,ea,Rules,"{written}"\na,3,ea,Rules,2026-01-01\n'
    codings = read_codings(coded(tmp_path, rows), study({"t.csv": TABLE}), BOOK)
    assert [coding.date for coding in codings.items] == [read, "2026-01-01"]
    assert codings.problems == ()


@pytest.mark.parametrize(
    "written", ["yesterday", "05/31/2026", "31.02.2026", "2026-13-01", "45321", "9999-12-31T23:59-09"]
)
def test_an_unreadable_date_names_line_and_column(study, tmp_path: Path, written: str) -> None:
    rows = f"document,turn,coder,code,created\na,1,ea,Rules,2026-05-31\na,3,ea,Rules,{written}\n"
    with pytest.raises(InputError) as caught:
        read_codings(coded(tmp_path, rows), study({"t.csv": TABLE}), BOOK)
    assert f"line 3: created is not a date: {written!r} (write 2026-05-31 or 31.05.2026)" in str(caught.value)


def test_a_column_of_places_in_the_recording_is_not_taken_for_dates(study, tmp_path: Path) -> None:
    rows = "document,turn,coder,code,timestamp\na,1,ea,Rules,00:12:30\n"
    codings = read_codings(coded(tmp_path, rows), study({"t.csv": TABLE}), BOOK)
    assert codings.items == (Coding("a", 0, 4, "ea", "Rules"),)
    assert codings.problems[0].what == "the column 'timestamp' holds no dates and was not read"
    with pytest.raises(InputError, match="date is not a date: '00:12:30'"):
        read_codings(coded(tmp_path, rows.replace("timestamp", "date")), study({"t.csv": TABLE}), BOOK)


def test_a_coding_with_two_dates_counts_once_with_the_earliest(study, tmp_path: Path) -> None:
    rows = "a,1,ea,Rules,2026-05-31\na,1,ea,Rules,2026-05-30\na,1,ea,Rules,\na,1,ea,Rules,2026-05-30\n"
    codings = read_codings(coded(tmp_path, f"document,turn,coder,code,date\n{rows}"), study({"t.csv": TABLE}), BOOK)
    assert codings.items == (Coding("a", 0, 4, "ea", "Rules", "2026-05-30"),)
    assert [p.what for p in codings.problems] == [
        "1 rows repeat another row exactly; each counts once",
        "2 rows repeat another row with another date; each counts once, with its earliest date",
    ]


BRANCHES = Codebook(
    (
        Code("Trust", "Relations"),
        Code("Ward > Pay", "Ward", label="Pay"),
        Code("Policy > Pay", "Policy", label="Pay"),
        Code("Work > Rest", "Work", label="Rest"),
        Code("a > b"),
    ),
    folders=(Folder("Home > Rest", "Home", label="Rest"), Folder("Relations")),
)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Trust", "Trust"),
        ("Relations > trust", "Trust"),
        ("Ward > Pay", "Ward > Pay"),
        ("policy  >  pay", "Policy > Pay"),
        ("Rest", "Work > Rest"),
        ("a \\> b", "a > b"),
        ("a > b", "a > b"),
    ],
)
def test_a_code_may_be_written_with_its_path(study, tmp_path: Path, written: str, expected: str) -> None:
    codings = read_codings(
        coded(tmp_path, f"document,turn,coder,code\na,1,ea,{written}\n"), study({"t.csv": TABLE}), BRANCHES
    )
    assert [coding.code for coding in codings.items] == [expected]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("Pay", "'Pay' stands in several branches of the codebook; it may be 'Policy > Pay' or 'Ward > Pay'"),
        ("Hopes > Trust", "'Hopes > Trust' is not in the codebook"),
        ("Relations", "'Relations' is a folder in the codebook, which nothing can be coded with"),
        ("Home > Rest", "'Home > Rest' is a folder in the codebook, which nothing can be coded with"),
    ],
)
def test_a_code_that_is_none_or_several_is_refused(study, tmp_path: Path, written: str, message: str) -> None:
    path = coded(tmp_path, f"document,turn,coder,code\na,1,ea,{written}\n")
    with pytest.raises(InputError) as caught:
        read_codings(path, study({"t.csv": TABLE}), BRANCHES)
    assert message in str(caught.value)


def test_codings_without_transcripts_are_refused(tmp_path: Path) -> None:
    path = coded(tmp_path, "document,turn,coder,code\na,1,ea,Rules\n")
    with pytest.raises(InputError, match="no transcript was given"):
        read_codings(path, Corpus((), (), (), (), (), ()), BOOK)
