"""JSON of Whisper and WhisperX."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.drafts import Loaded, Reading
from pipeline.ingest.formats import whisper
from pipeline.ingest.readers import read_transcript

FIXTURE = Path(__file__).parents[1] / "fixtures" / "formats" / "19_recognised" / "whisperx.json"


def loaded(content: str | bytes, name: str = "talk.json") -> Loaded:
    return Loaded(Path(name), name, content if isinstance(content, bytes) else content.encode(), "0" * 64)


def read(*segments: dict[str, Any]) -> Reading:
    return whisper.read(loaded(json.dumps({"segments": segments})), IngestConfig())


def said(
    text: str, speaker: str = "", start: object = None, end: object = None, words: object = None
) -> dict[str, Any]:
    found: dict[str, Any] = {"text": text, "start": start, "end": end, "speaker": speaker, "words": words}
    return {key: value for key, value in found.items() if value not in (None, "") or key == "text"}


def words(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"word": word, "speaker": who} if who else {"word": word} for word, who in pairs]


def turns(reading: Reading) -> list[tuple[str, str]]:
    return [(t.label, d.text[t.start : t.end]) for d in reading.drafts for t in d.talks]


def whats(reading: Reading) -> str:
    return "\n".join(f"{p.where}: {p.what}" for p in reading.problems)


def test_the_fixture_gives_the_turns_that_were_written_beside_it() -> None:
    reading = read_transcript(loaded(FIXTURE.read_bytes(), FIXTURE.name), IngestConfig())
    expected = json.loads(Path(f"{FIXTURE}.expected.json").read_text(encoding="utf-8"))
    draft = reading.drafts[0]
    assert [
        {
            "turn": t.number,
            "speaker": t.label,
            "start_ms": t.start_ms,
            "end_ms": t.end_ms,
            "text": draft.text[t.start : t.end],
        }
        for t in draft.talks
    ] == expected["documents"][0]["turns"]
    assert len(reading.problems) == len(expected["problems"])
    assert all(told in whats(reading) for told in expected["problems"])


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        # a word without a speaker goes with the word before, at the start with the segment's speaker
        ([("I", "A"), ("said", ""), ("no.", "B")], [("A", "I said"), ("B", "no.")]),
        ([("I", ""), ("said", "B"), ("no.", "B")], [("A", "I"), ("B", "said no.")]),
        ([("I", ""), ("said", ""), ("no.", "")], [("A", "I said no.")]),
        ([("I", "B"), ("said", "B"), ("no.", "B")], [("B", "I said no.")]),
        # words that are not in the text: the words themselves
        ([("You", "A"), ("say", "B"), ("yes.", "B")], [("A", "You"), ("B", "say yes.")]),
        ([], [("A", "I said no.")]),
    ],
)
def test_a_segment_is_cut_where_its_words_change_speaker(
    pairs: list[tuple[str, str]], expected: list[tuple[str, str]]
) -> None:
    assert turns(read(said("I said no.", "A", 0, 1, words(*pairs)))) == expected


def test_text_between_the_words_stays() -> None:
    segment = said(" “Tea?”—Yes (please).", "A", 0, 2, words(("“Tea?”", "A"), ("Yes", "B"), ("please", "B")))
    assert turns(read(segment)) == [("A", "“Tea?”—"), ("B", "Yes (please).")]


def test_a_cut_segment_keeps_its_outer_times() -> None:
    timed = [{"word": "one", "speaker": "A"}, {"word": "two", "start": 1.5, "end": 1.75, "speaker": "B"}]
    reading = read(said("one two", "A", 1.25, 2.5, timed))
    assert [(t.start_ms, t.end_ms) for t in reading.drafts[0].talks] == [(1250, None), (1500, 2500)]


def test_without_any_speaker_nobody_is_named() -> None:
    reading = read(said(" One.", start=0, end=1.0004), said(" Two.", start=5, end=6))
    assert turns(reading) == [("", "One."), ("", "Two.")]
    assert reading.drafts[0].talks[0].end_ms == 1000
    assert "no speaker labels found" in whats(reading)


def test_numbers_for_speakers_are_written_out() -> None:
    assert turns(read(said("One.", "0"), {"text": "Two.", "speaker": 1})) == [
        ("Speaker 0", "One."),
        ("Speaker 1", "Two."),
    ]


def test_a_loop_of_the_recogniser_is_told_and_kept() -> None:
    reading = read(*(said("Thank you.", "A", k, k + 1) for k in range(3)))
    assert turns(reading) == [("A", "Thank you. Thank you. Thank you.")]
    assert "'Thank you.' stands 3 times in a row" in whats(reading)


@pytest.mark.parametrize(
    ("start", "end", "times"),
    [
        ("NaN", "2", (None, 2000)),
        ("-1", "2", (None, 2000)),
        ("1", "1e400", (1000, None)),
        ("1", "1" + "0" * 300, (1000, None)),
        ("3", "2", (3000, None)),
        ('"1"', "2", (None, 2000)),
        ("true", "[]", (None, None)),
    ],
)
def test_times_that_cannot_be_right_are_left_out_and_told(
    start: str, end: str, times: tuple[int | None, int | None]
) -> None:
    content = f'{{"segments": [{{"text": "one", "start": {start}, "end": {end}}}]}}'
    reading = whisper.read(loaded(content), IngestConfig())
    talk = reading.drafts[0].talks[0]
    assert (talk.start_ms, talk.end_ms) == times
    assert "talk.json, segment 1: times that cannot be right" in whats(reading)


def test_whisper_cpp_gives_milliseconds() -> None:
    content = {"transcription": [{"offsets": {"from": 10, "to": 2500}, "text": " One.", "speaker": "0"}]}
    reading = whisper.read(loaded(json.dumps(content)), IngestConfig())
    talk = reading.drafts[0].talks[0]
    assert (talk.label, talk.start_ms, talk.end_ms) == ("Speaker 0", 10, 2500)


def test_what_json_can_spell_but_no_text_may_hold_is_replaced() -> None:
    reading = whisper.read(loaded('{"segments": [{"text": "a\\ud83db\\u0000c \\ud83d\\ude00"}]}'), IngestConfig())
    assert turns(reading) == [("", "a\ufffdb\ufffdc 😀")]


@pytest.mark.parametrize(
    ("content", "told", "where"),
    [
        ('{"segments": [\n{"text": "on', "damaged or cut off", "talk.json, line 2"),
        ("", "damaged or cut off", "talk.json, line 1"),
        ('{"text": "a", "code": 1}', "no list called segments", "talk.json"),
        ("[1]", "no list called segments", "talk.json"),
        ('{"segments": {}}', "no list called segments", "talk.json"),
        ('{"segments": [{"start": 1}]}', "its segments have no text", "talk.json"),
        ('{"segments": [{"text": "a"}, 3]}', "has no text", "talk.json, segment 2"),
        ('{"segments": [{"text": 3}]}', "has no text", "talk.json, segment 1"),
        ('{"segments": ' + "[" * 100_000, "nested too deeply", "talk.json"),
        ('{"segments": [{"text": "a", "start": ' + "9" * 5000 + "}]}", "a number without end", "talk.json"),
    ],
)
def test_json_that_cannot_be_read(content: str, told: str, where: str) -> None:
    with pytest.raises(InputError, match=told) as caught:
        whisper.read(loaded(content), IngestConfig())
    assert caught.value.where == where


def test_words_without_segments_are_cut_at_ends_of_sentences() -> None:
    text = "It was hard. " * 20
    reading = whisper.read(loaded(json.dumps({"text": text, "usage": {"type": "duration"}})), IngestConfig())
    assert [len(said.split()) for _, said in turns(reading)] == [42, 18]
    assert "no speaker labels found" in whats(reading)


def test_segments_out_of_time_are_put_in_order() -> None:
    reading = read(said("b", "B", 5, 6), said("c", "B"), said("a", "A", 1, 2))
    assert turns(reading) == [("A", "a"), ("B", "b c")]
    assert "not in the order of time" in whats(reading)


def test_no_segments_are_told() -> None:
    reading = read()
    assert reading.drafts == ()
    assert "holds no talk" in whats(reading)


@pytest.mark.parametrize(
    ("content", "is_one"),
    [
        (b'{"segments": [{"start": 0, "text": "a"}]}', True),
        (b'\xef\xbb\xbf\n{"text": "a whole talk", "segments" : [ {"id": 0, "text": "a"}]}', True),
        (b'{"segments": []}', True),
        (b'{"transcription": [{"text": "a"}]}', True),
        (b'{"segments": [1, 2]}', False),
        (b'{"segments": [{"code": "a"}]}', False),
        (b'{"codes": []}', False),
        (b'[{"segments": [{"text": "a"}]}]', False),
        (b'"segments": [{"text": "a"}]', False),
    ],
)
def test_whisper_is_known_by_its_segments(content: bytes, is_one: bool) -> None:
    assert whisper.looks(loaded(content)) is is_one


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(list("abc")), inner, max_size=3),
    max_leaves=6,
)
WORD = st.fixed_dictionaries({}, optional={"word": JSON | st.sampled_from(["a", "b"]), "start": JSON, "speaker": JSON})
SEGMENT = st.fixed_dictionaries(
    {"text": st.text(max_size=20) | st.just("a b a")},
    optional={
        "start": JSON | st.floats(0, 100),
        "end": JSON | st.floats(0, 100),
        "speaker": JSON | st.sampled_from(["A", "B"]),
        "words": JSON | st.lists(WORD, max_size=4),
        "offsets": JSON,
    },
)


@settings(max_examples=100, deadline=None)
@given(st.lists(SEGMENT, max_size=5))
def test_any_values_in_segments_give_a_reading(segments: list[dict[str, Any]]) -> None:
    reading = whisper.read(loaded(json.dumps({"segments": segments})), IngestConfig())
    for draft in reading.drafts:
        draft.text.encode("utf-8")
        for talk in draft.talks:
            assert draft.text[talk.start : talk.end].strip()
            assert talk.start_ms is None or talk.end_ms is None or 0 <= talk.start_ms <= talk.end_ms


@settings(max_examples=100, deadline=None)
@given(JSON | st.fixed_dictionaries({"segments": JSON}), st.binary(max_size=30))
def test_other_json_and_bytes_end_in_a_reading_or_in_an_error(value: object, content: bytes) -> None:
    for data in (json.dumps(value).encode(), content):
        try:
            reading = whisper.read(loaded(data), IngestConfig())
        except InputError:
            continue
        assert reading.kind == "transcript"
