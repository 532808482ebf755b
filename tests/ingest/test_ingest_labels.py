from __future__ import annotations

import pytest

from pipeline.ingest.labels import find, is_stopped, usual_role
from pipeline.ingest.stamps import at_end
from pipeline.ingest.times import bounds, milliseconds


@pytest.mark.parametrize(
    ("line", "label", "rest", "start_ms"),
    [
        ("Dan: hello", "Dan", "hello", None),
        ("SPEAKER 12: hello", "SPEAKER 12", "hello", None),
        ("Dan:hello", "Dan", "hello", None),
        ("R1—hello", "R1", "hello", None),
        ("R1 – hello", "R1", "hello", None),
        ("I: hello", "I", "hello", None),
        ("[id1] hello", "id1", "hello", None),
        ("Ann Lee (00:15): hello", "Ann Lee", "hello", 15_000),
        ("[00:15] Ann: hello", "Ann", "hello", 15_000),
        ("[01:02:03] Ann: hello", "Ann", "hello", 3_723_000),
        ("00:03:40.5Zack: hello", "Zack", "hello", 220_500),
        ("Ann Lee  0:15", "Ann Lee", "", 15_000),
        ("Ann\thello", "Ann", "hello", None),
        ("**Ann:** hello", "Ann", "hello", None),
        ("  Dr. O'Neil-Ray: hello", "Dr. O'Neil-Ray", "hello", None),
        ("Ärztin Öz: hallo", "Ärztin Öz", "hallo", None),
        ("דנה: שלום", "דנה", "שלום", None),
        ("MODERATOR", "MODERATOR", "", None),
        ("12. Dan: hello", "Dan", "hello", None),
        ("Dan (Interviewer): hello", "Dan (Interviewer)", "hello", None),
        ("Ann (laughs): hello", "Ann", "hello", None),
        ("Lee, Ann: hello", "Lee, Ann", "hello", None),
        ("[0:15 - 0:20] Ann: hello", "Ann", "hello", 15_000),
        ("#00:01:02-3# Ann: hello", "Ann", "hello", 62_300),
        ("Ann [00:15] hello", "Ann", "hello", 15_000),
        ("### Ann", "Ann", "", None),
    ],
)
def test_every_way_of_writing_a_label_is_found(line: str, label: str, rest: str, start_ms: int | None) -> None:
    found = find(line)
    assert found is not None
    assert (found.text, line[found.end :].strip(), found.start_ms) == (label, rest, start_ms)


@pytest.mark.parametrize(
    "line",
    [
        "10:30 we met at the station",
        "http://example.org is the page",
        "https://example.org",
        "It was a ratio 3:1 or so",
        "Well, I thought about it for a while and then: no",  # six words and more
        "What do you mean? Ann: nothing",
        "[laughs] yes we did",
        "[inaudible 00:01:02] yes",
        "Yes – but not always",
        "I – I do not know",
        "He said “wait”: so we did",
        "",
    ],
)
def test_talk_is_no_label_or_at_most_a_bare_line(line: str) -> None:
    found = find(line)
    assert found is None or (found.kind == "alone" and not found.text.isupper())


@pytest.mark.parametrize("word", ["note", "question 3", "q3", "date", "http", "ok", "and then she said", "example 2"])
def test_words_that_never_name_a_speaker(word: str) -> None:
    assert is_stopped(word)


@pytest.mark.parametrize("word", ["steph", "dan", "notburga", "participant 3", "id1", "r1"])
def test_names_that_begin_like_a_stopped_word_stay(word: str) -> None:
    assert not is_stopped(word)


@pytest.mark.parametrize(
    ("label", "role"),
    [
        ("i", "interviewer"),
        ("i2", "interviewer"),
        ("moderator", "interviewer"),
        ("interviewer 1", "interviewer"),
        ("assistant", "interviewer"),
        ("participant 12", "participant"),
        ("participant a", "participant"),
        ("p1", "participant"),
        ("r1", "participant"),
        ("b1", "participant"),
        ("dan (interviewer)", "interviewer"),
        ("dan", ""),
        ("ina", ""),
        ("patient", ""),
    ],
)
def test_usual_words_for_roles(label: str, role: str) -> None:
    assert usual_role(label) == role


@pytest.mark.parametrize(
    ("written", "ms"),
    [
        ("0:15", 15_000),
        ("01:02:03", 3_723_000),
        ("00:01:02-3", 62_300),
        ("[00:01:02.25]", 62_250),
        ("62.5", 62_500),
        ("75", 75_000),
        ("1:6", 66_000),
        ("soon", None),
        ("", None),
    ],
)
def test_times(written: str, ms: int | None) -> None:
    assert milliseconds(written) == ms


def test_the_f4_stamp_counts_only_at_the_end() -> None:
    assert at_end("we went home #00:00:05-4#") == "#00:00:05-4#"
    assert at_end("we went home [00:00:05]") == "[00:00:05]"
    assert at_end("#00:00:05-4# we went home") == ""
    assert at_end("the key [inaudible 00:01:02]") == ""
    assert at_end("we met (10:30)") == ""


@pytest.mark.parametrize(
    ("written", "both"),
    [
        ("0:15 - 0:20", ("0:15", "0:20")),
        ("[00:00:01.5-00:00:03.0]", ("00:00:01.5", "00:00:03.0")),
        ("0:0:0.0 --> 0:0:3.120", ("0:0:0.0", "0:0:3.120")),
        ("00:01:02-3", ("00:01:02-3", "")),
        ("(0:15)", ("0:15", "")),
    ],
)
def test_a_range_has_two_ends(written: str, both: tuple[str, str]) -> None:
    assert bounds(written) == both
