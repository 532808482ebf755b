"""Memos as notes: where they are tied, who wrote them and when; and dates of codings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import records as r
from pipeline.exchange import Study, study_losses, study_qdpx
from pipeline.exchange.refi.nodes import instant

TEXT = "I: Far?\nP1: We walked two hours.\n"
DOCUMENT = r.Document("D", TEXT, "D.txt", "0" * 64, "utf-8", "transcript", (0,))
AT = TEXT.index("We")


def study(*memos: r.Memo, codings: tuple[r.Coding, ...] = (), of_codes: tuple[r.Memo, ...] = ()) -> Study:
    book = r.Codebook((r.Code("Distance", "Access"),), memos=of_codes)
    return Study("Study", r.Corpus((DOCUMENT,), (), (), (), (), ()), book, r.Codings(codings, memos=memos))


def holders(project, note) -> list[tuple[str, str]]:
    """Tag and name (or positions) of the elements that refer to a note."""
    found = []
    for element in project.root.iter():
        if any(ref.get("targetGUID") == note.get("guid") for ref in element.findall("NoteRef")):
            place = f"{element.get('startPosition')}-{element.get('endPosition')}"
            found.append((element.tag, place if element.get("startPosition") else element.get("name") or ""))
    return found


@pytest.mark.parametrize(
    ("memo", "holder"),
    [
        (r.Memo("m"), ("Project", "Study")),
        (r.Memo("m", document="D"), ("TextSource", "D")),
        (r.Memo("m", document="D", start=AT, end=AT + 9), ("PlainTextSelection", f"{AT}-{AT + 9}")),
        (r.Memo("m", document="D", start=AT, end=AT + 9, code="Distance"), ("PlainTextSelection", f"{AT}-{AT + 9}")),
        (r.Memo("m", document="D", start=AT, end=AT + 2, code="Distance"), ("Coding", "")),
        (r.Memo("m", code="Distance"), ("Code", "Distance")),
        (r.Memo("m", code="Access"), ("Code", "Access")),
        (r.Memo("m", code="gone"), ("Project", "Study")),
        (r.Memo("m", document="gone", start=1, end=2), ("Project", "Study")),
        (r.Memo("m", document="D", start=1, end=2000), ("TextSource", "D")),
    ],
)
def test_a_note_hangs_where_the_memo_does(read, memo, holder):
    project = read(study_qdpx(study(memo, codings=(r.Coding("D", AT, AT + 2, "Ann", "Distance"),))))
    (note,) = project.root.iter("Note")
    assert note.findtext("PlainTextContent") == "m"
    assert holders(project, note) == [holder]


def test_memos_of_codes_stand_at_the_code(read):
    project = read(study_qdpx(study(of_codes=(r.Memo("m", "Why", "Zoe", "2026-11-22", code="Distance"),))))
    (note,) = project.root.iter("Note")
    assert holders(project, note) == [("Code", "Distance")]
    assert dict(note.attrib) == {
        "guid": note.get("guid"),
        "name": "Why",
        "creatingUser": note.get("creatingUser"),
        "creationDateTime": "2026-11-22T00:00:00Z",
    }
    assert project.name(note.get("creatingUser")) == "Zoe"


def test_a_note_is_its_text_and_no_file(read):
    project = read(study_qdpx(study(r.Memo("a\r\n <b>\x00 ]]> &\n", document="D"))))
    (note,) = project.root.iter("Note")
    assert [child.tag for child in note] == ["PlainTextContent"]
    assert set(note.attrib) == {"guid"}  # no attribute without a value
    assert note.findtext("PlainTextContent") == "a\r\n <b>\ufffd ]]> &\n"


def test_a_memo_on_a_coding_is_the_authors_own_coding(read):
    memo = r.Memo("m", author="Bea", document="D", start=AT, end=AT + 2, code="Distance")
    both = tuple(r.Coding("D", AT, AT + 2, coder, "Distance") for coder in ("Ann", "Bea"))
    project = read(study_qdpx(study(memo, codings=both)))
    (coding,) = [c for c in project.root.iter("Coding") if c.find("NoteRef") is not None]
    assert project.name(coding.get("creatingUser")) == "Bea"


def test_an_annotation_is_a_selection_without_a_code(read):
    project = read(study_qdpx(study(r.Memo("m", author="Bea", document="D", start=AT, end=AT + 2))))
    (selection,) = project.root.iter("PlainTextSelection")
    assert [child.tag for child in selection] == ["NoteRef"]
    assert (selection.get("name"), project.name(selection.get("creatingUser"))) == ("We", "Bea")
    project = read(study_qdpx(study(r.Memo("m", document="D", start=AT, end=AT + 2))))
    (selection,) = project.root.iter("PlainTextSelection")
    assert selection.get("creatingUser") is None


def test_equal_memos_stay_two(read):
    project = read(study_qdpx(study(r.Memo("m", document="D"), r.Memo("m", document="D"))))
    assert len(list(project.root.iter("Note"))) == 2
    guids = project.guids()
    assert len(set(guids)) == len(guids)


def test_what_a_memo_loses_is_told():
    outside = r.Memo("m", document="gone")
    assert study_losses(study(outside)) == ("What 1 memo is tied to in full: that is not in the file.",)
    assert study_losses(study(r.Memo("m", document="D"), r.Memo("m"))) == ()


@pytest.mark.parametrize(
    ("date", "written"),
    [
        ("2026-11-22", "2026-11-22T00:00:00Z"),
        ("2026-11-22T09:30:05", "2026-11-22T09:30:05Z"),
        ("2026-11-22 09:30", "2026-11-22T09:30:00Z"),
        ("2026-11-22T09:30:05Z", "2026-11-22T09:30:05Z"),
        ("2026-11-22T01:30:00+02:00", "2026-11-21T23:30:00Z"),
        ("2026-11-22T09:30:05.250", "2026-11-22T09:30:05.250000Z"),
        ("0001-01-01T00:00:00+02:00", ""),
        ("22/11/26", ""),
        ("", ""),
    ],
)
def test_dates(date, written):
    assert instant(date) == written


@given(st.datetimes())
def test_a_date_is_what_a_reader_of_dates_makes_of_it(date):
    from datetime import datetime

    assert datetime.fromisoformat(instant(date.isoformat())).replace(tzinfo=None) == date


def test_codings_have_their_dates(read):
    codings = (
        r.Coding("D", 0, 2, "Ann", "Distance", "2026-11-22"),
        r.Coding("D", 3, 5, "Ann", "Distance", "last week"),
        r.Coding("D", 6, 8, "Ann", "Distance"),
        r.Coding("D", 6, 8, "Ann", "Distance", "2026-11-23"),
    )
    project = read(study_qdpx(study(codings=codings)))
    found = [coding.get("creationDateTime") for coding in project.root.iter("Coding")]
    assert found == ["2026-11-22T00:00:00Z", None, "2026-11-23T00:00:00Z"]
    told = study_losses(study(codings=codings))
    assert "Dates that are not written as year, month and day (1)." in told
    assert "1 repetition of a coding by the same coder on the same text." in told
