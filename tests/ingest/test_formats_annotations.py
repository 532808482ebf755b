"""ELAN annotations and CHAT transcripts."""

from __future__ import annotations

import json
from pathlib import Path

import pylangacq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.drafts import Loaded, Reading
from pipeline.ingest.formats import chat, elan
from pipeline.ingest.readers import read_transcript
from pipeline.ingest.roles import speakers_of

FIXTURES = Path(__file__).parents[1] / "fixtures" / "formats" / "19_recognised"


def loaded(content: str | bytes, name: str) -> Loaded:
    return Loaded(Path(name), name, content if isinstance(content, bytes) else content.encode(), "0" * 64)


def turns(reading: Reading) -> list[tuple[str, str]]:
    return [(t.label, d.text[t.start : t.end]) for d in reading.drafts for t in d.talks]


def times(reading: Reading) -> list[tuple[int | None, int | None]]:
    return [(t.start_ms, t.end_ms) for d in reading.drafts for t in d.talks]


def whats(reading: Reading) -> str:
    return "\n".join(f"{p.where}: {p.what}" for p in reading.problems)


@pytest.mark.parametrize("name", ["talk.eaf", "talk.cha", "wellformed.cha"])
def test_a_fixture_gives_the_turns_that_were_written_beside_it(name: str) -> None:
    path = FIXTURES / name
    reading = read_transcript(loaded(path.read_bytes(), name), IngestConfig())
    expected = json.loads(Path(f"{path}.expected.json").read_text(encoding="utf-8"))
    draft = reading.drafts[0]
    found = []
    for talk in draft.talks:
        turn = {
            "turn": talk.number,
            "speaker": talk.label,
            "start_ms": talk.start_ms,
            "end_ms": talk.end_ms,
            "text": draft.text[talk.start : talk.end],
        }
        found.append(turn | {key: value for key in ("original", "role") if (value := getattr(talk, key))})
    assert found == expected["documents"][0]["turns"]
    assert len(reading.problems) == len(expected["problems"])
    assert all(told in whats(reading) for told in expected["problems"])


# --- ELAN


def slot(name: str, value: object = None) -> str:
    return f'<TIME_SLOT TIME_SLOT_ID="{name}"' + (f' TIME_VALUE="{value}"/>' if value is not None else "/>")


def said(name: str, start: str, end: str, text: str) -> str:
    return (
        f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="{name}" TIME_SLOT_REF1="{start}" TIME_SLOT_REF2="{end}">'
        f"<ANNOTATION_VALUE>{text}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>"
    )


def below(name: str, parent: str, text: str) -> str:
    return (
        f'<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="{name}" ANNOTATION_REF="{parent}">'
        f"<ANNOTATION_VALUE>{text}</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>"
    )


def tier(name: str, *annotations: str, parent: str = "", kind: str = "x", participant: str = "") -> str:
    more = f' PARENT_REF="{parent}"' if parent else ""
    more += f' PARTICIPANT="{participant}"' if participant else ""
    return f'<TIER TIER_ID="{name}" LINGUISTIC_TYPE_REF="{kind}"{more}>{"".join(annotations)}</TIER>'


def eaf(slots: str, *tiers: str) -> Reading:
    text = f"<ANNOTATION_DOCUMENT><TIME_ORDER>{slots}</TIME_ORDER>{''.join(tiers)}</ANNOTATION_DOCUMENT>"
    return elan.read(loaded(text, "talk.eaf"), IngestConfig())


SLOTS = slot("t1", 0) + slot("t2", 1000) + slot("t3", 1000) + slot("t4", 3000)


def test_unknown_slots_lie_evenly_between_known_ones() -> None:
    reading = eaf(
        slot("a", 0) + slot("b") + slot("c") + slot("d", 900),
        tier("A", said("1", "a", "b", "one")),
        tier("B", said("2", "c", "d", "two")),
        tier("C", said("3", "a", "b", "three"), said("4", "b", "d", "four")),
    )
    # A and B know one neighbour each, so the order of all slots tells; C knows both
    assert turns(reading) == [("A", "one"), ("C", "three four"), ("B", "two")]
    assert times(reading) == [(0, 300), (0, 900), (600, 900)]


def test_without_any_time_the_order_of_the_tier_stays() -> None:
    reading = eaf(slot("a") + slot("b") + slot("c"), tier("A", said("1", "a", "b", "one"), said("2", "b", "c", "two")))
    assert turns(reading) == [("A", "one two")]
    assert times(reading) == [(None, None)]


def test_overlapping_talk_is_ordered_by_start_then_by_tier() -> None:
    reading = eaf(
        SLOTS,
        tier("B", said("1", "t1", "t4", "long")),
        tier("A", said("2", "t1", "t2", "short"), said("3", "t3", "t4", "later")),
    )
    assert turns(reading) == [("B", "long"), ("A", "short later")]


def test_the_speaker_is_the_participant_or_what_stands_before_the_at() -> None:
    tiers = (
        tier("x@A", said("1", "t1", "t2", "one"), participant="Ruth"),
        tier("Tom@talk", said("2", "t3", "t4", "two")),
    )
    reading = eaf(SLOTS, *tiers)
    assert turns(reading) == [("Ruth", "one"), ("Tom", "two")]
    assert "without a participant, beside others that have one, were read as speakers: Tom@talk" in whats(reading)


@pytest.mark.parametrize(
    ("name", "kind", "is_translation"),
    [
        ("A_English", "x", True),
        ("ft-eng", "x", True),
        ("A-ft", "Free_Translation", True),
        ("ft@English", "x", False),
        ("engine", "x", False),
        ("gloss", "gls", False),
    ],
)
def test_a_translation_is_known_by_its_name_or_type(name: str, kind: str, is_translation: bool) -> None:
    reading = eaf(
        SLOTS, tier("A", said("1", "t1", "t2", "Tee?")), tier(name, below("2", "1", "Tea?"), parent="A", kind=kind)
    )
    talk = reading.drafts[0].talks[0]
    assert turns(reading) == [("A", "Tea?" if is_translation else "Tee?")]
    assert talk.original == ("Tee?" if is_translation else "")
    assert ("the translation is analysed" in whats(reading)) is is_translation
    assert ("left out: " in whats(reading)) is not is_translation


@pytest.mark.parametrize(
    ("parent", "child", "language"), [("A-english", "translation", ""), ("A", "translation", "deu")]
)
def test_a_translation_out_of_english_is_left_out(parent: str, child: str, language: str) -> None:
    below_it = tier(child, below("2", "1", "Tee?"), parent=parent).replace("<TIER", f'<TIER LANG_REF="{language}"')
    reading = eaf(SLOTS, tier(parent, said("1", "t1", "t2", "Tea?")), below_it)
    assert turns(reading) == [(parent, "Tea?")]
    assert "were left out: translation (1)" in whats(reading)


def test_english_goes_before_another_translation() -> None:
    reading = eaf(
        SLOTS,
        tier("A", said("1", "t1", "t2", "Tee?")),
        tier("french", below("2", "1", "Du thé ?"), parent="A", kind="translation"),
        tier("english", below("3", "1", "Tea?"), parent="A", kind="translation"),
    )
    assert turns(reading) == [("A", "Tea?")]
    assert "french (1)" in whats(reading)


def test_a_translation_in_pieces_under_words_goes_to_its_annotation() -> None:
    reading = eaf(
        SLOTS,
        tier("A", said("1", "t1", "t2", "Tee jetzt?")),
        tier("words", below("2", "1", "Tee"), below("3", "1", "jetzt"), parent="A"),
        tier("eng", below("4", "2", "Tea"), below("5", "3", "now?"), parent="words"),
    )
    assert turns(reading) == [("A", "Tea now?")]


def test_a_translation_with_times_of_its_own_goes_where_its_middle_lies() -> None:
    reading = eaf(
        SLOTS,
        tier("A", said("1", "t1", "t2", "Tee?"), said("2", "t3", "t4", "Ja.")),
        tier("B", said("9", "t1", "t4", "Hm.")),
        tier("A-eng", said("3", "t1", "t2", "Tea?"), said("4", "t3", "t4", "Yes."), parent="A"),
    )
    assert turns(reading) == [("A", "Tea?"), ("B", "Hm."), ("A", "Yes.")]


def test_a_translation_beside_all_talk_is_told() -> None:
    reading = eaf(
        SLOTS + slot("t5", 4000),
        tier("A", said("1", "t1", "t2", "Tee?")),
        tier("A-eng", said("3", "t4", "t5", "Tea?"), parent="A"),
    )
    assert turns(reading) == [("A", "Tee?")]
    assert "pieces of a translation that belong to no talk were left out: 1" in whats(reading)


def test_what_has_no_time_stays_behind_what_stands_before_it() -> None:
    reading = eaf(
        SLOTS + slot("x") + slot("y"),
        tier("A", said("1", "t3", "t4", "one"), said("2", "x", "y", "two")),
        tier("B", said("3", "t1", "t2", "first")),
    )
    assert turns(reading) == [("B", "first"), ("A", "one two")]


def test_values_of_blanks_are_no_talk_and_line_breaks_are_blanks() -> None:
    reading = eaf(SLOTS, tier("A", said("1", "t1", "t2", " \n "), said("2", "t3", "t4", "so\n it &amp; was")))
    assert turns(reading) == [("A", "so it & was")]


def test_slots_without_a_possible_time_are_told() -> None:
    reading = eaf(
        slot("a", "-5") + slot("b", "1e3") + slot("c", "9" * 30) + slot("d", 7), tier("A", said("1", "a", "d", "x"))
    )
    assert times(reading) == [(None, 7)]
    assert "time slots that hold no time: 3" in whats(reading)


def test_frames_are_turned_into_milliseconds() -> None:
    header = '<HEADER TIME_UNITS="PAL-frames"/>'
    text = f"<ANNOTATION_DOCUMENT>{header}<TIME_ORDER>{slot('a', 25)}{slot('b', 50)}</TIME_ORDER>"
    text += tier("A", said("1", "a", "b", "x")) + "</ANNOTATION_DOCUMENT>"
    assert times(elan.read(loaded(text, "talk.eaf"), IngestConfig())) == [(1000, 2000)]


def test_an_end_before_its_start_is_left_out_and_told() -> None:
    reading = eaf(SLOTS, tier("A", said("1", "t4", "t1", "x")))
    assert times(reading) == [(3000, None)]
    assert "talk.eaf, tier A: times that cannot be right" in whats(reading)


def test_rings_and_lost_parents_are_survived() -> None:
    reading = eaf(
        SLOTS,
        tier("A", said("1", "t1", "t2", "one")),
        tier("lost", said("2", "t3", "t4", "two"), parent="gone"),
        tier("r1-eng", below("3", "4", "x"), parent="r2"),
        tier("r2-eng", below("4", "3", "y"), parent="r1-eng"),
        tier("A-eng", below("5", "6", "x"), below("6", "5", "y"), parent="A"),
    )
    assert turns(reading)[:1] == [("A", "one")]
    assert ("lost", "two") in turns(reading)
    assert "or on each other, and were read as tiers of their own: lost, r1-eng, r2-eng" in whats(reading)
    assert "pieces of a translation that belong to no talk were left out: 2" in whats(reading)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("<ANNOTATION_DOCUMENT><TIER>", "XML"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><ANNOTATION_DOCUMENT/>', "document type"),
        ("<annotations/>", "no ELAN file"),
        ("<ANNOTATION_DOCUMENT/>", "no tier of this file stands on its own"),
        ("", "XML"),
    ],
)
def test_damaged_or_unsafe_files_are_refused(content: str, told: str) -> None:
    with pytest.raises(InputError, match=told) as caught:
        elan.read(loaded(content, "talk.eaf"), IngestConfig())
    assert caught.value.where.startswith("talk.eaf")


@pytest.mark.parametrize(
    ("content", "is_one"),
    [
        (b'<?xml version="1.0"?>\n<!-- a --><ANNOTATION_DOCUMENT AUTHOR="">', True),
        ("\ufeff<ANNOTATION_DOCUMENT>".encode(), True),
        ('<?xml version="1.0" encoding="UTF-16"?><ANNOTATION_DOCUMENT>'.encode("utf-16"), True),
        (b"<Project><ANNOTATION_DOCUMENT>", False),
        (b"ANNOTATION_DOCUMENT", False),
    ],
)
def test_elan_is_known_by_its_first_element(content: bytes, is_one: bool) -> None:
    assert elan.looks(loaded(content, "talk.xml")) is is_one


NAMES = st.sampled_from(["t1", "t2", "t3", "t4", "", "gone"])
IDS = st.sampled_from(["1", "2", "3", ""])
NOTES = st.builds(said, IDS, NAMES, NAMES, st.sampled_from(["a", "", "b c"])) | st.builds(below, IDS, IDS, st.just("d"))
TIERS = st.builds(
    lambda name, notes, parent: tier(name, *notes, parent=parent),
    st.sampled_from(["A", "B", "A-eng", ""]),
    st.lists(NOTES, max_size=4),
    st.sampled_from(["A", "B", "A-eng", "", "gone"]),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(-5, 50) | st.none(), min_size=4, max_size=4), st.lists(TIERS, max_size=5))
def test_any_tiers_give_a_reading_or_an_error(values: list[int | None], tiers: list[str]) -> None:
    try:
        reading = eaf("".join(slot(f"t{k}", value) for k, value in enumerate(values, start=1)), *tiers)
    except InputError:
        return
    for draft in reading.drafts:
        for talk in draft.talks:
            assert draft.text[talk.start : talk.end].strip()
            assert talk.start_ms is None or talk.end_ms is None or 0 <= talk.start_ms <= talk.end_ms


# --- CHAT


def cha(*lines: str, people: str = "INT Dana Interviewer, PSW Ruth Participant") -> Reading:
    text = "\n".join(("@UTF8", "@Begin", f"@Participants:\t{people}", *lines, "@End", ""))
    return chat.read(loaded(text, "talk.cha"), IngestConfig())


@pytest.mark.parametrize(
    ("line", "text", "span"),
    [
        ("*PSW:\tyes . \x15100_200\x15", "yes .", (100, 200)),
        ("*PSW:\tyes \x15100_200\x15 and \x15250_300\x15", "yes and", (100, 300)),
        ('*PSW:\tyes . \x15%snd:"talk"_100_200\x15', "yes .", (100, 200)),
        ("*PSW:\tyes . \x15100_200-\x15", "yes .", (100, 200)),
        ("*PSW:\t&-uh [/] (.) xxx +//.", "&-uh [/] (.) xxx +//.", (None, None)),
        ("*PSW:\tyes\n\tand no\n\t.", "yes and no .", (None, None)),
        ("*PSW:\tyes\n        and no .", "yes and no .", (None, None)),
        ("*PSW: yes: no", "yes: no", (None, None)),
    ],
)
def test_a_main_line_keeps_its_marks_but_not_its_times(
    line: str, text: str, span: tuple[int | None, int | None]
) -> None:
    reading = cha(line)
    assert turns(reading) == [("PSW", text)]
    assert times(reading) == [span]


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("Investigator", "interviewer"),
        ("Interviewer", "interviewer"),
        ("Participant", "participant"),
        ("Informant", "participant"),
        ("Target_Child", ""),
        ("Subject", ""),
    ],
)
def test_the_role_stands_in_the_participants(role: str, expected: str) -> None:
    reading = cha("*ABC:\tyes .", people=f"ABC Kim {role}, XYZ Other")
    assert reading.drafts[0].talks[0].role == expected


def test_the_role_reaches_the_speakers() -> None:
    drafts = cha("*ABC:\thow ?", "*XYZ:\tso .", people="ABC Kim Investigator, XYZ Lee Participant").drafts
    assert [speaker.role for speaker in speakers_of(drafts, IngestConfig())] == ["interviewer", "participant"]


def test_a_translation_below_a_line_is_the_text() -> None:
    reading = cha(
        "*PSW:\tja .", "%eng:\tyes .", "*PSW:\tTee .", "*INT:\tgut .", "%tra:\tgood ,\n\tvery .", "%mor:\tadj|gut"
    )
    assert turns(reading) == [("PSW", "yes . Tee ."), ("INT", "good , very .")]
    assert [talk.original for talk in reading.drafts[0].talks] == ["ja . Tee .", "gut ."]
    assert "the translation below the lines is analysed" in whats(reading)
    assert "talk.cha, line 6: lines without a translation: 1" in whats(reading)
    assert "lines below the talk were left out: %mor (1)" in whats(reading)


def test_lines_of_nobody_are_told() -> None:
    reading = cha("*PSW:\tone", "lost words", "%com:\tx")
    assert turns(reading) == [("PSW", "one")]
    assert "talk.cha, line 5: lines of no speaker were left out: 1, such as 'lost words'" in whats(reading)


def test_an_end_before_its_start_is_left_out() -> None:
    reading = cha("*PSW:\tone \x15200_100\x15")
    assert times(reading) == [(200, None)]
    assert "talk.cha, line 4: times that cannot be right" in whats(reading)


def test_short_lines_with_many_times_are_still_text() -> None:
    reading = cha(*(f"*PSW:\ta \x15{k}_{k + 1}\x15" for k in range(100)))
    assert times(reading) == [(0, 100)]


def test_utf_16_is_read() -> None:
    text = "@UTF8\n@Begin\n@Participants:\tPSW Zoë Participant\n*PSW:\tTee . \x155_9\x15\n@End\n"
    reading = read_transcript(loaded(text.encode("utf-16"), "talk.cha"), IngestConfig())
    assert turns(reading) == [("PSW", "Tee .")]
    assert times(reading) == [(5, 9)]


def test_no_main_line_is_told() -> None:
    reading = cha("%com:\tx")
    assert reading.drafts == ()
    assert "holds no talk" in whats(reading)


@pytest.mark.parametrize(
    ("content", "is_one"),
    [
        (b"\xef\xbb\xbf@UTF8\r\n@Begin\r\n", True),
        (b"@Begin\n*A:\tb", True),
        (b"@Loc:\ta\n@PID:\tb\n@Begin\n", True),
        (b"@Beginning of the talk", False),
        (b"a@UTF8\n", False),
    ],
)
def test_chat_is_known_by_its_headers(content: bytes, is_one: bool) -> None:
    assert chat.looks(loaded(content, "talk.txt")) is is_one


def test_parity_with_pylangacq_on_a_well_formed_file() -> None:
    path = FIXTURES / "wellformed.cha"
    reading = chat.read(loaded(path.read_bytes(), path.name), IngestConfig())
    theirs = pylangacq.read_chat(str(path)).utterances()
    said_by: list[str] = []
    for one in theirs:
        if not said_by or said_by[-1] != one.participant:
            said_by.append(one.participant)
    marks = [one.time_marks for one in theirs]
    assert [label for label, _ in turns(reading)] == said_by
    assert min(start for start, _ in times(reading) if start is not None) == min(start for start, _ in marks)
    assert max(end for _, end in times(reading) if end is not None) == max(end for _, end in marks)
    lines = [one.tiers[one.participant].split("\x15")[0].strip() for one in theirs]
    assert " ".join(text for _, text in turns(reading)) == " ".join(lines)


LINES = st.lists(
    st.sampled_from(
        ["*A:\t", "*B:", "%eng:\t", "%mor:\t", "\t", "@G:\tx", "\x15", "1_2", "\x1512_9\x15", "word ", "\n", "\n"]
    ),
    max_size=25,
).map("".join)


@settings(max_examples=100, deadline=None)
@given(LINES)
def test_any_lines_give_a_reading_or_an_error(text: str) -> None:
    try:
        reading = cha(text)
    except InputError:
        return
    for draft in reading.drafts:
        assert "\x15" not in draft.text
        for talk in draft.talks:
            assert draft.text[talk.start : talk.end].strip()
            assert talk.start_ms is None or talk.end_ms is None or 0 <= talk.start_ms <= talk.end_ms


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_end_in_a_reading_or_in_an_error(content: bytes) -> None:
    for read, head in ((chat.read, b"@UTF8\n@Begin\n*A:\t"), (elan.read, b"<ANNOTATION_DOCUMENT>")):
        try:
            reading = read(loaded(head + content, "talk.x"), IngestConfig())
        except InputError:
            continue
        assert reading.kind == "transcript"
