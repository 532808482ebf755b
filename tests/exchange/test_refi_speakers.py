"""Which texts show their speakers, and how turns of the others are written."""

from __future__ import annotations

import pytest

from pipeline import records as r
from pipeline.exchange import Study, study_losses, study_qdpx
from pipeline.exchange.refi.speakers import shows_speakers, turn_text
from pipeline.records import MACHINE, SPEAKERS

PERSON, ASKS = r.Role.PARTICIPANT, r.Role.INTERVIEWER


def document(text: str, form: str = "transcript", source: str = "D.txt") -> r.Document:
    return r.Document("D", text, source, "0" * 64, "utf-8", form, (0,))


def turns(text: str, *spoken: tuple[str, str], **more: object) -> tuple[r.Turn, ...]:
    found, at = [], 0
    for number, (label, words) in enumerate(spoken, start=1):
        start = text.index(words, at)
        at = start + len(words)
        role = ASKS if label == "I" else PERSON
        found.append(r.Turn("D", number, number, start, at, label, label, role, **more))
    return tuple(found)


TYPED = "I: Far?\n\nP1: Two hours.\n\nI: Walking?\n\nP1: Yes."
TABLE = "Far?\n\nTwo hours.\n\nWalking?\n\nYes."
SPOKEN = (("I", "Far?"), ("P1", "Two hours."), ("I", "Walking?"), ("P1", "Yes."))


@pytest.mark.parametrize(
    ("text", "form", "source", "spoken", "shown"),
    [
        (TYPED, "transcript", "D.txt", SPOKEN, True),
        (TYPED, "transcript", "D.DOCX", SPOKEN, True),
        (TYPED, "transcript", "D.vtt", SPOKEN, False),  # names and times as nobody types them
        (TABLE, "table", "D.csv", SPOKEN, False),
        (TYPED, "table", "D.csv", SPOKEN, False),  # a table is read again as a table
        ("[0:01] Ann Lee\nFar?\n[0:03] Bo\nNo.", "transcript", "D.txt", (("ann  lee", "Far?"), ("Bo", "No.")), True),
        ("Ann (Nurse): Far?", "transcript", "D.txt", (("Ann (Nurse)", "Far?"),), True),
        ("Ann: Far?\n\nBo: No.", "transcript", "D.docx", (("Ann", "Far?"), ("Bo", "No.")), False),  # met once
        ("Imran: Far?", "transcript", "D.txt", (("I", "Far?"),), False),  # part of a name is no name
        ("Ann: Far?\n\nNo.", "transcript", "D.txt", (("Ann", "Far?"), ("", "No.")), False),
        ("Far?\n\nNo.", "transcript", "D.vtt", (("", "Far?"), ("", "No.")), True),
        ("Far?", "answers", "D.csv", (("", "Far?"),), False),
        ("Far?\nAnn: No.", "transcript", "D.txt", (("Ann", "Far?"),), False),  # the label stands behind
    ],
)
def test_which_texts_show_their_speakers(text, form, source, spoken, shown):
    assert shows_speakers(document(text, form, source), turns(text, *spoken)) is shown


def test_times_of_a_recording_without_speakers_are_written():
    timed = turns("Far?\n\nNo.", ("", "Far?"), ("", "No."), start_ms=5)
    assert shows_speakers(document("Far?\n\nNo.", source="D.txt"), timed)
    assert not shows_speakers(document("Far?\n\nNo.", source="D.vtt"), timed)


def study(text: str, form: str, found: tuple[r.Turn, ...]) -> Study:
    return Study(
        "Study", r.Corpus((document(text, form, "turns.csv" if form == "table" else "D.txt"),), found, (), (), (), ())
    )


def test_turns_of_a_table_are_codings_of_the_machine(read):
    text = "Far?\n\nTwo hours.\n\nYes."
    found = turns(text, ("I", "Far?"), ("P1", "Two hours."), ("", "Yes."))
    project = read(study_qdpx(study(text, "table", found)))
    assert project.codings() == [
        ("D", "Far?", MACHINE, "I"),
        ("D", "Two hours.", MACHINE, "P1"),
        ("D", "Yes.", MACHINE, "(no speaker)"),
    ]
    (top,) = project.root.find("CodeBook/Codes")
    assert (top.get("name"), top.get("isCodable")) == (SPEAKERS, "false")
    assert [(code.get("name"), code.get("isCodable")) for code in top.findall("Code")] == [
        ("I", "true"),
        ("P1", "true"),
        ("(no speaker)", "true"),
    ]
    told = [selection.findtext("Description") for selection in project.root.iter("PlainTextSelection")]
    assert told == ["turn 1; role interviewer", "turn 2; role participant", "turn 3; role participant"]
    assert (
        project.root.find("Sources/TextSource").findtext("Description")
        == "form: table; encoding: utf-8; file: turns.csv"
    )


def test_a_typed_text_has_no_codings_of_speakers(read):
    project = read(study_qdpx(study(TYPED, "transcript", turns(TYPED, *SPOKEN))))
    assert project.codings() == []
    assert project.root.find("CodeBook") is None


@pytest.mark.parametrize(
    ("times", "written"),
    [
        ((None, None), "turn 17; role participant"),
        ((5000, 9100), "turn 17; role participant; 00:00:05.000 to 00:00:09.100"),
        ((5000, None), "turn 17; role participant; from 00:00:05.000"),
        ((None, 9100), "turn 17; role participant; to 00:00:09.100"),
        ((0, 360_000_001), "turn 17; role participant; 00:00:00.000 to 100:00:00.001"),
    ],
)
def test_what_is_said_of_a_turn(times, written):
    assert turn_text(r.Turn("D", 17, 1, 0, 4, "P1", "P1", PERSON, *times)) == written


def test_only_what_is_not_written_is_told_as_lost():
    table = turns(TABLE, *SPOKEN, start_ms=1, original="Loin ?")
    assert study_losses(study(TABLE, "table", table)) == ("The original language of 4 turns.",)
    typed = turns(TYPED, *SPOKEN, start_ms=1)
    assert study_losses(study(TYPED, "transcript", typed)) == (
        "Speakers and roles of 4 turns, other than as words of the text.",
        "Times in the recording of 4 turns, other than as words of the text.",
    )
