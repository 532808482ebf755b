"""Times in typed transcripts: whose they are, which way they are written, and what nobody said."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import IngestConfig
from pipeline.ingest.drafts import Loaded, Reading
from pipeline.ingest.formats.office import read_text


def read(text: str) -> Reading:
    return read_text(Loaded(Path("a.txt"), "a.txt", text.encode(), ""), IngestConfig())


def talks(reading: Reading) -> list[tuple[str, str, int | None, int | None]]:
    (draft,) = reading.drafts
    return [(talk.label, draft.text[talk.start : talk.end], talk.start_ms, talk.end_ms) for talk in draft.talks]


def told(reading: Reading) -> str:
    return " / ".join(problem.what for problem in reading.problems)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # on the line before, or behind the label
        ("[00:01]\nI: Yes?\n\n[00:04]\nP: So.\n", [("I", "Yes?", 1000, None), ("P", "So.", 4000, None)]),
        ("I: [00:01] Yes?\nP: [00:04] So.", [("I", "Yes?", 1000, None), ("P", "So.", 4000, None)]),
        ("I: #00:00:01-5# Yes?\nP: So.", [("I", "Yes?", 1500, None), ("P", "So.", None, None)]),
        ("Ann Lee\n[0:01]\nYes\n\nBob\n[0:04]\nSo\n\nAnn Lee\n[0:05]\nOk\n\nBob\n[0:09]\nNo",
         [("Ann Lee", "Yes", 1000, None), ("Bob", "So", 4000, None), ("Ann Lee", "Ok", 5000, None),
          ("Bob", "No", 9000, None)]),
        # at the end, also on a line of its own if no time stands before the first speaker
        ("I: Yes? [00:01]\nP: So. [00:04]", [("I", "Yes? [00:01]", None, 1000), ("P", "So. [00:04]", None, 4000)]),
        ("I: Yes?\n#00:00:01-0#\nP: So.\n#00:00:04-0#",
         [("I", "Yes?\n#00:00:01-0#", None, 1000), ("P", "So.\n#00:00:04-0#", None, 4000)]),
        # both
        ("#00:00:01-0# I: Yes? #00:00:03-0#\nP: So.",
         [("I", "Yes? #00:00:03-0#", 1000, 3000), ("P", "So.", None, None)]),
        ("[0:01 - 0:03] I: Yes?\n[0:03 - 0:04] P: So.", [("I", "Yes?", 1000, 3000), ("P", "So.", 3000, 4000)]),
        # NVivo's short forms
        ("[1:6] I: Yes?\n#75# P: So.", [("I", "Yes?", 66_000, None), ("P", "So.", 75_000, None)]),
        # in other marks, inside a turn, or in words: no stamp
        ("I: [inaudible 00:01:02] Yes?\nP: So [00:04] it is (00:09).",
         [("I", "[inaudible 00:01:02] Yes?", None, None), ("P", "So [00:04] it is (00:09).", None, None)]),
        ("I: Yes?\nP: So.\nWe met at 10:30\nI: Ok?\nP: Fine.",
         [("I", "Yes?", None, None), ("P", "So.\nWe met at 10:30", None, None), ("I", "Ok?", None, None),
          ("P", "Fine.", None, None)]),
        ("I: Yes?\nP: So. [0:05]\nThen we left [0:09]\nI: Ok? [0:12]",
         [("I", "Yes?", None, None), ("P", "So. [0:05]\nThen we left [0:09]", None, 9000),
          ("I", "Ok? [0:12]", None, 12_000)]),
        # a speaker who is heard once, written like the others; a time of day does not fit between
        ("Ann 0:05\nHello\n\nBob 0:09\nHi.\n\nAnn 0:12\nOk\n\nMonday 10:30\n\nAnn 0:20\nNo",
         [("Ann", "Hello", 5000, None), ("Bob", "Hi.", 9000, None), ("Ann", "Ok\n\nMonday 10:30", 12_000, None),
          ("Ann", "No", 20_000, None)]),
        ("00:00:05 - 00:00:07 Ann Lee\nHello\n\n00:00:09 - 00:00:10 Bob\nHi.",
         [("Ann Lee", "Hello", 5000, 7000), ("Bob", "Hi.", 9000, 10_000)]),
        # no speakers
        ("[00:01] We sat\n\n[00:05]\n\nand slept.", [("", "We sat", 1000, None), ("", "and slept.", 5000, None)]),
    ],
)  # fmt: skip
def test_whose_a_time_is(text: str, expected: list[tuple[str, str, int | None, int | None]]) -> None:
    assert talks(read(text)) == expected


def test_times_at_the_end_are_told_as_such() -> None:
    assert told(read("I: Yes? #00:00:01-0#\nP: So.")).startswith("times at the end of a turn (1 in all) were read as")
    assert told(read("[00:01] I: Yes?\n[00:02] P: So.")) == ""


def test_a_talk_about_the_recording_keeps_its_speaker() -> None:
    assert talks(read("I: Yes?\nP: Ann started recording\nI: Ok?"))[1][:2] == ("P", "Ann started recording")


def test_digits_below_a_name_are_what_is_said() -> None:
    reading = read("ANNA\n\nHow many?\n\nBOB\n\n3\n\nANNA\n\nAnd now?\n\nBOB\n\n4\n\nANNA\n\nMore?\n\nBOB\n\nNo.")
    assert [text for _, text, _, _ in talks(reading)] == ["How many?", "3", "And now?", "4", "More?", "No."]


SLOW = " ".join(["so we went on and on"] * 50)


@pytest.mark.parametrize(
    ("times", "starts", "hours"),
    [
        (("00:10", "00:50", "01:20", "1:10:00"), (10, 50, 80, 4200), False),  # minutes, although hours come later
        (("00:00", "00:10", "00:20", "00:35"), (0, 600, 1200, 2100), True),  # 750 words in 35 seconds: hours
        (("00:00", "05:00", "10:00", "15:00"), (0, 300, 600, 900), False),  # 750 words in 15 minutes
        (("00:10:00", "00:12", "00:15", "00:20"), (600, 720, 900, 1200), True),  # minutes would go back
        (("00:61", "00:62", "00:63", "00:64"), (61, 62, 63, 64), False),  # nothing else is possible
    ],
)
def test_minutes_or_hours_is_decided_for_the_whole_file(
    times: tuple[str, ...], starts: tuple[int, ...], hours: bool
) -> None:
    lines = [f"[{time}] {'IP'[i % 2]}: {SLOW}." for i, time in enumerate(times)]
    reading = read("\n\n".join(lines))
    assert [talk.start_ms for talk in reading.drafts[0].talks] == [start * 1000 for start in starts]
    assert ("hours and minutes" in told(reading)) is hours


def test_times_that_cannot_be_are_told() -> None:
    reading = read("[00:09] I: Yes? [00:05]\n[00:03] P: So.\n[00:04] I: Ok.")
    assert talks(reading)[0] == ("I", "Yes? [00:05]", 9000, None)
    assert "1 turns would end before they start" in told(reading)
    assert "times go back at 1 turns, first at turn 2" in told(reading)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Transcribed by https://otter.ai", "footer"),
        ("Transcribed by Rev.com", "footer"),
        ("Ann Lee stopped transcription", "notice"),
        ("Bob started recording", "notice"),
    ],
)
def test_what_programs_write_is_no_talk(line: str, reason: str) -> None:
    reading = read(f"Ann Lee  0:01\nYes?\n\nBob  0:03\nSo.\n{line}\nAnd so.\n\nAnn Lee  0:09\nOk.\n\n{line}\n")
    assert talks(reading) == [
        ("Ann Lee", "Yes?", 1000, None),
        ("Bob", "So.", 3000, None),
        ("Bob", "And so.", None, None),
        ("Ann Lee", "Ok.", 9000, None),
    ]
    assert [(item.reason, item.text) for item in reading.drafts[0].dropped] == [(reason, line)] * 2


@pytest.mark.parametrize(
    "line",
    [
        "Transcribed by hand, that is what they did",
        "and then in the afternoon she came and we started transcription",
        "Rev.com did it",
        "We stopped recording because it rained",
        "We started recording",
        "I stopped the recording",
    ],
)
def test_talk_of_transcripts_is_talk(line: str) -> None:
    assert read(f"I: Yes?\nP: So.\n{line}\nI: Ok?\nP: No.").drafts[0].dropped == ()


PIECES = st.sampled_from(
    ["[00:05]", "#00:00:09-1#", "I: so", "P: no. [0:07]", "Ann  0:15", "talk and talk", "", "\n", "[0:03 - 0:01] I: hm",
     "0:0:1.0 --> 0:0:2.5", "Ann Lee", "12", "13", "[1:6] P: x", "Transcribed by https://otter.ai", "(00:59) P: y",
     "[inaudible 0:30]", "**P**", "## I", "99:59:59 I: z #75#"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=25).map("\n".join))
def test_every_turn_ends_after_it_starts_and_nothing_is_lost(text: str) -> None:
    reading = read(text)
    for draft in reading.drafts:
        spans = [(talk.start, talk.end) for talk in draft.talks] + [(d.start, d.end) for d in draft.dropped]
        at = 0
        for start, end in sorted(spans):
            assert at <= start < end
            assert len(draft.text[at:start].split()) <= 8
            at = end
        assert not draft.text[at:].strip()
        for talk in draft.talks:
            piece = draft.text[talk.start : talk.end]
            assert piece == piece.strip() != ""
            if talk.start_ms is not None and talk.end_ms is not None:
                assert 0 <= talk.start_ms <= talk.end_ms
