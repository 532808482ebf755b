"""WebVTT captions and SubRip subtitles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.drafts import Loaded, Reading
from pipeline.ingest.formats import captions, subtitles
from pipeline.ingest.readers import read_transcript

FIXTURES = Path(__file__).parents[1] / "fixtures" / "formats"
NAMES = ("17_captions/zoom.vtt", "17_captions/teams.vtt", "17_captions/service.vtt", "17_captions/rolling.vtt")
HEAD = "WEBVTT\n\n"


def loaded(content: str | bytes, name: str = "talk.vtt") -> Loaded:
    return Loaded(Path(name), name, content if isinstance(content, bytes) else content.encode(), "0" * 64)


def vtt(content: str, **settings: object) -> Reading:
    return captions.read(loaded(HEAD + content), IngestConfig(**settings))


def srt(content: str | bytes) -> Reading:
    return subtitles.read(loaded(content, "talk.srt"), IngestConfig())


def cues(*texts: str, gap: int = 1) -> str:
    """A second for each text, `gap` seconds from start to start."""
    starts = [k * gap for k in range(len(texts))]
    clock = [(f"00:{s // 60:02d}:{s % 60:02d}.000", f"00:{(s + 1) // 60:02d}:{(s + 1) % 60:02d}.000") for s in starts]
    return "\n\n".join(f"{a} --> {b}\n{text}" for (a, b), text in zip(clock, texts, strict=True))


def turns(reading: Reading) -> list[tuple[str, str]]:
    return [(t.label, d.text[t.start : t.end]) for d in reading.drafts for t in d.talks]


def whats(reading: Reading) -> str:
    return "\n".join(f"{p.where}: {p.what} {p.todo}" for p in reading.problems)


@pytest.mark.parametrize("name", [*NAMES, "18_subtitles/talk.srt"])
def test_a_fixture_gives_the_turns_that_were_written_beside_it(name: str) -> None:
    path = FIXTURES / name
    reading = read_transcript(loaded(path.read_bytes(), path.name), IngestConfig())
    expected = json.loads(Path(f"{path}.expected.json").read_text(encoding="utf-8"))
    assert [
        {
            "document": draft.id,
            "encoding": draft.encoding,
            "turns": [
                {
                    "turn": talk.number,
                    "speaker": talk.label,
                    "start_ms": talk.start_ms,
                    "end_ms": talk.end_ms,
                    "text": draft.text[talk.start : talk.end],
                }
                for talk in draft.talks
            ],
        }
        for draft in reading.drafts
    ] == expected["documents"]
    assert len(reading.problems) == len(expected["problems"])
    assert all(told in whats(reading) for told in expected["problems"])
    assert reading.kind == "transcript"


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        # a name counts if it comes again, is a usual word for a role, or is named in the configuration
        (("Ruth: one", "Ruth: two"), ["Ruth"]),
        (("Ruth: one", "and two"), [""]),
        (("Interviewer: one", "Ruth: two"), ["Interviewer"]),
        (("SPEAKER_00: one",), ["SPEAKER_00"]),
        (("[SPEAKER_00]: one", "[SPEAKER_01]: two"), ["SPEAKER_00", "SPEAKER_01"]),
        (("[Speaker 1] one", "[laughs] two"), ["Speaker 1"]),
        (("[Speaker A] one", "[Speaker B] two"), ["Speaker A", "Speaker B"]),
        (("Note: one", "Note: two"), [""]),
        (("Question 3: one", "Question 3: two"), [""]),
        (("she said: one", "she said: two"), [""]),
        (("https://example.org one", "https://example.org two"), [""]),
        (("10:30 we left", "10:30 we left"), [""]),
        (("Ann (she/her): one", "Ann (she/her): two"), ["Ann (she/her)"]),
        (("Ward 3: Ann: one", "Ward 3: Ann: two"), ["Ward 3: Ann"]),
        (("Ward 3: Ann: a", "Ward 3: Bo: b", "Ward 3: Ann: c", "Ward 3: Bo: d"), ["Ward 3: Ann", "Ward 3: Bo"] * 2),
        (("Ward 3: Ann: a", "Ward 3: Bo: b"), ["Ward 3"]),
        (
            ("Ann Bea Cis Dot Eve (on the ward): a", "Ann Bea Cis Dot Eve (on the ward): b"),
            ["Ann Bea Cis Dot Eve (on the ward)"],
        ),
        (("we went to the ward again: one", "we went to the ward again: two"), [""]),
        (("Ann: a", "Bo: b", "ANN: c", "bo: d"), ["Ann", "Bo", "Ann", "Bo"]),
        (("Ann: Yes: one", "Ann: two", "Ann: three"), ["Ann"]),
        (("&gt;&gt; ANN: one", "&gt;&gt; BO: two", "&gt;&gt; ANN: three", "BO: four"), ["ANN", "BO"] * 2),
        (("&gt;&gt; one", "goes on", "&gt;&gt; two"), ["", ""]),
        (("(Ann)\none", "(Bo)\ntwo", "(Ann)\nthree", "(Bo)\nfour"), ["Ann", "Bo"] * 2),
        (("(Applause)\none", "(Applause)\ntwo"), [""]),
        (("(She nods)\none",), [""]),
        (("<v Ann>one</v><v Bo>two",), ["Ann", "Bo"]),
        (("<v Ann>Bo: one", "<v Ann>Bo: two"), ["Ann"]),
        (("<v Ann>one", "goes on", "Bo: two", "Bo: three"), ["Ann", "Bo"]),
        (("<v.first.loud Ann &amp; Bo>one",), ["Ann & Bo"]),
    ],
)
def test_speakers(text: tuple[str, ...], labels: list[str]) -> None:
    assert [label for label, _ in turns(vtt(cues(*text)))] == labels


def test_a_name_in_the_configuration_counts_although_it_occurs_once() -> None:
    assert turns(vtt(cues("Ruth: one", "and two"), participants=("ruth",))) == [("Ruth", "one and two")]


def test_a_name_that_occurs_once_beside_others_is_told() -> None:
    reading = vtt(cues("Ann: one", "Nurse Kim: two", "Ann: three"))
    assert turns(reading) == [("Ann", "one Nurse Kim: two three")]
    assert "“Nurse Kim:” begins a line only once" in whats(reading)


def test_a_dash_on_its_own_line_begins_somebody_else() -> None:
    text = "00:16.000 --> 00:20.000\n(Ann)\nbackground?\n-\n \n(Dana)\nTom’s or mine?\n\n"
    text += "00:20.000 --> 00:24.000\n(Ann)\nYours.\n-\n(Dana)\nOh.\n-"
    expected = [("Ann", "background?"), ("Dana", "Tom’s or mine?"), ("Ann", "Yours."), ("Dana", "Oh.")]
    assert turns(vtt(text)) == expected


def test_captions_out_of_time_are_put_in_order() -> None:
    reading = vtt("00:05.000 --> 00:06.000\n<v Ann>b\n\nx\n\n00:01.000 --> 00:02.000\n<v Bo>a")
    assert turns(reading) == [("Bo", "a"), ("Ann", "b x")]
    assert "not in the order of time" in whats(reading)


def test_a_name_that_occurs_once_in_a_file_without_names_is_told() -> None:
    assert "“Ruth:” begins a line only once" in whats(vtt(cues("Ruth: one", "and two")))


def test_spellings_of_a_name_are_one_label() -> None:
    assert turns(vtt(cues("Ann Lee: one", "ANN  LEE: two"))) == [("Ann Lee", "one two")]


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("Q&amp;A", "Q&A"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("&lt;b&gt;", "<b>"),
        ("R&copying and AT&T; &nbsp;&#233;&#xE9;", "R&copying and AT&T; éé"),
        ("&#0;&#xD800;&#1114112; a", "&#0;&#xD800;&#1114112; a"),
        ("<i>one</i> <c.yellow>two</c> <00:00:00.500>three", "one two three"),
        ("I <3 you, 3 < 5 > 2 <unclear>", "I <3 you, 3 < 5 > 2 <unclear>"),
        ("<lang en>one</lang> <b>two</b>", "one two"),
        ("vera <vera> </very>", "vera <vera> </very>"),
    ],
)
def test_tags_go_first_and_entities_last(raw: str, plain: str) -> None:
    assert turns(vtt(cues(raw))) == [("", plain)]


def test_subrip_has_no_entities() -> None:
    assert turns(srt("1\n00:00:01,000 --> 00:00:02,000\n<b>Q&amp;A</b>")) == [("", "Q&amp;A")]


def test_a_turn_lasts_from_its_first_start_to_its_last_end() -> None:
    text = "00:05.000 --> 00:09.000\n<v Ann>b\n\n00:01.000 --> 00:02.500\n<v Ann>a"
    talk = vtt(text).drafts[0].talks[0]
    assert (talk.start_ms, talk.end_ms) == (1000, 9000)


def test_who_speaks_before_the_first_name_is_not_known() -> None:
    reading = vtt(cues("one", "Ann: two", "Ann: three"))
    assert turns(reading) == [("", "one"), ("Ann", "two three")]
    assert "turns without a speaker: 1; the first is turn 1" in whats(reading)


def test_a_file_that_names_nobody_is_cut_at_pauses() -> None:
    reading = vtt(cues("one", "two", "three", gap=3))
    assert turns(reading) == [("", "one"), ("", "two"), ("", "three")]
    assert "no speaker labels found" in whats(reading)


def test_a_file_that_names_nobody_is_cut_at_ends_of_sentences_once_a_turn_is_long() -> None:
    thirty = "word " * 29
    reading = vtt(cues(thirty + "short.", thirty + "on", "and on.", "Next", "one"))
    assert [len(text.split()) for _, text in turns(reading)] == [62, 2]


def test_without_full_stops_a_turn_ends_after_120_words() -> None:
    reading = vtt(cues(*["word " * 50] * 2, *["other " * 50] * 2))
    assert [len(text.split()) for _, text in turns(reading)] == [150, 50]


@pytest.mark.parametrize("end", ["end.", "end.”", "end?)", "end…"])
def test_a_sentence_may_end_inside_quotes(end: str) -> None:
    reading = vtt(cues("word " * 39 + end, "Next one"))
    assert len(turns(reading)) == 2


def test_a_pause_does_not_end_what_a_mark_shows_to_go_on() -> None:
    reading = vtt(cues("&gt;&gt; one", "goes on", "&gt;&gt; two", gap=5))
    assert turns(reading) == [("", "one goes on"), ("", "two")]


def test_lines_that_stand_again_after_a_while_are_no_rolling_captions() -> None:
    texts = ("Yes.\nI did.", "I did.\nAll night.", "All night.\nAnd more.")
    assert turns(vtt(cues(*texts, gap=2)))[0][1] == "Yes. I did. I did. All night. All night. And more."


def test_a_few_repeated_lines_are_no_rolling_captions() -> None:
    plain = [f"Line {k}." for k in range(20)]
    reading = vtt(cues("Yes.\nI did.", "I did.\nAll night.", *plain, "A.\nB.", "B.\nC."))
    assert " ".join(text for _, text in turns(reading)).count("I did.") == 2


def test_people_say_yes_twice() -> None:
    assert turns(vtt(cues("Yes.", "Yes.", "I sat down.", "I sat."))) == [("", "Yes. Yes. I sat down. I sat.")]


def test_a_cue_that_stands_twice_at_one_time_is_taken_once() -> None:
    twice = "00:01.000 --> 00:02.000\nYes."
    reading = vtt(f"{twice}\n\n{twice}")
    assert turns(reading) == [("", "Yes.")]
    assert "cues that repeat lines of the cue before: 1" in whats(reading)


def test_captions_that_grow_word_by_word_are_taken_once() -> None:
    reading = vtt(cues("I", "I sat", "I sat with", "I sat with them", "Then we", "Then we left"))
    assert turns(reading) == [("", "I sat with them Then we left")]
    assert (reading.drafts[0].talks[0].start_ms, reading.drafts[0].talks[0].end_ms) == (0, 6000)


def test_words_behind_a_blank_line_stay_with_their_cue() -> None:
    reading = vtt("00:01.000 --> 00:02.000\n<v Ann>one\n\ntwo\n\n7\n\n00:02.000 --> 00:03.000\n<v Bo>three")
    assert turns(reading) == [("Ann", "one two"), ("Bo", "three")]
    assert "talk.vtt, line 6: blank lines inside a cue: 1" in whats(reading)


def test_words_before_the_first_cue_are_told() -> None:
    reading = vtt("lost words\n\n00:01.000 --> 00:02.000\none")
    assert turns(reading) == [("", "one")]
    assert "line 3: paragraphs before the first cue were left out, since they have no time: 1" in whats(reading)


def test_comments_styles_and_regions_are_no_talk() -> None:
    text = (
        "NOTE a --> comment\n\nSTYLE\n::cue {color: red}\n\nREGION\nid:a\n\n00:01.000 --> 00:02.000\none\n\nNOTE\nend"
    )
    reading = vtt(text)
    assert turns(reading) == [("", "one")]


def test_a_cue_may_follow_the_signature_directly() -> None:
    reading = captions.read(loaded("WEBVTT\n00:01.000 --> 00:02.000\none\n\ntwo"), IngestConfig())
    assert turns(reading) == [("", "one two")]


def test_an_end_before_its_start_is_left_out_and_told() -> None:
    reading = vtt("00:05.000 --> 00:02.000\none\n\n9999:00:00.000 --> 9999:00:01.000\ntwo")
    talk = reading.drafts[0].talks[0]
    assert (talk.start_ms, talk.end_ms) == (5000, None)
    assert "talk.vtt, cue 1: times that cannot be right" in whats(reading)
    assert "2 in all" in whats(reading)


@pytest.mark.parametrize("times", ["00:61.000 --> 00:62.000", "0:1 --> 0:2", "--> 00:02.000", "a 00:01.000 --> x"])
def test_times_that_cannot_be_read_stop_with_their_line(times: str) -> None:
    with pytest.raises(InputError, match="line 6") as caught:
        vtt(f"00:00.000 --> 00:01.000\none\n\n{times}\ntwo")
    assert caught.value.where == "talk.vtt, line 6"


def test_a_file_without_the_signature_is_refused() -> None:
    with pytest.raises(InputError, match="first line must begin with WEBVTT"):
        captions.read(loaded("00:01.000 --> 00:02.000\none"), IngestConfig())


def test_captions_without_cues_are_told() -> None:
    reading = vtt("")
    assert reading.drafts == ()
    assert "holds no talk" in whats(reading)


@pytest.mark.parametrize("encode", [lambda t: ("\ufeff" + t).encode(), lambda t: t.encode("utf-16"), str.encode])
def test_captions_are_known_by_their_signature(encode) -> None:  # type: ignore[no-untyped-def]
    content = encode("WEBVTT - of a meeting\r\n\r\n00:01.000 --> 00:02.000\r\n<v Zoë>Tea?\r\n")
    assert captions.looks(loaded(content, "talk.txt"))
    assert turns(read_transcript(loaded(content, "talk.vtt"), IngestConfig())) == [("Zoë", "Tea?")]


@pytest.mark.parametrize("content", [b"WEBVTTS\n", b"", b"the WEBVTT", b"1\nNo: time"])
def test_other_text_is_no_caption_file(content: bytes) -> None:
    assert not captions.looks(loaded(content))
    assert not subtitles.looks(loaded(content))


@pytest.mark.parametrize(
    "content", [b"\xef\xbb\xbf1\r\n00:00:01,000 --> 00:00:02,000\r\nx", b"\n0:00:01.0 --> 0:00:02.5"]
)
def test_subtitles_are_known_by_their_first_times(content: bytes) -> None:
    assert subtitles.looks(loaded(content))


def test_what_is_no_subtitle_is_told_with_its_line() -> None:
    reading = srt("stray words\n\n\n\n1\n00:00:01,000 --> 00:00:02,000\none\n")
    assert turns(reading) == [("", "one")]
    assert "talk.srt, line 1: not a subtitle, left out: 'stray words'" in whats(reading)


def test_a_damaged_place_in_the_middle_is_told_with_its_line() -> None:
    cut = "1\n00:00:01,000 --> 00:00:02,000\none\n\n\n\n2\n00:00:03,000 --> \n"
    reading = srt(f"{cut}00:00:04,000\ntwo\n\n3\n00:00:05,000 --> 00:00:06,000\nthree\n")
    told = " ".join(text for _, text in turns(reading)) + whats(reading)
    assert all(word in told for word in ("one", "two", "three", "talk.srt, line 7"))


def test_every_damaged_place_has_its_own_line() -> None:
    good = "1\n00:00:01,000 --> 00:00:02,000\none\n\n"
    bad = "2\n00:00:03,000 -> 00:00:04,000\ntwo\n\n"
    reading = srt(good + bad + good + good + bad + good)
    damaged = [problem.where for problem in reading.problems if problem.what.startswith("not a subtitle")]
    assert damaged == ["talk.srt, line 5", "talk.srt, line 17"]


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ("nothing here", "talk.srt, line 1"),
        ("1\n00:00:01,000 --> 99999999999:00:02,000\none", "talk.srt, line 2"),
        (f"1\n00:00:01,000 --> 00:00:02,000\n{'9' * 300}", "talk.srt, line 3"),
    ],
)
def test_damaged_subtitles_stop_with_their_line(content: str, where: str) -> None:
    with pytest.raises(InputError) as caught:
        srt(content)
    assert caught.value.where == where


def test_times_without_hours_are_minutes_and_seconds() -> None:
    talk = srt("1\n00:03,250 --> 1:04.5 X1:40\none").drafts[0].talks[0]
    assert (talk.start_ms, talk.end_ms) == (3250, 64_005)


def test_an_empty_subtitle_file_is_told() -> None:
    assert "holds no talk" in whats(srt(" \n"))


def test_two_speakers_in_one_subtitle() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\n- You came?\n- I came.\n\n2\n00:00:03,000 --> 00:00:04,000\n-And stayed."
    assert turns(srt(text)) == [("", "You came?"), ("", "I came."), ("", "And stayed.")]


def test_long_white_space_takes_no_time() -> None:
    reading = srt("1\n00:00:01,000 --> 00:00:02,000\none\n" + "\n" * 50_000 + " " * 50_000 + "\ntwo")
    assert turns(reading) == [("", "one two")]


PIECES = st.sampled_from(
    [
        "WEBVTT",
        "\n",
        "\n\n",
        "1",
        "00:00:01.000 --> 00:00:02.000",
        "00:00:01,000 --> 00:00:02,5",
        " --> ",
        "<v Ann>",
        "</v>",
        "Ann: ",
        "Ann: Bo: ",
        ">> ",
        "- ",
        "(Ann)",
        "[SPEAKER_00]: ",
        "&gt;&gt;",
        "&amp;",
        "<i>",
        "NOTE x",
        "tea",
        " ",
        "😀",
        "00:99:99.000 --> 00:00:00.000",
        "9" * 20,
        "\x1b",
        "<v",
        "&#1;",
    ]
)


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join), st.booleans())
def test_nothing_crashes_and_turns_stand_in_their_document(text: str, is_vtt: bool) -> None:
    content = ("WEBVTT\n\n" if is_vtt else "") + text
    try:
        reading = captions.read(loaded(content), IngestConfig()) if is_vtt else srt(content)
    except InputError:
        return
    for draft in reading.drafts:
        assert draft.talks
        for talk in draft.talks:
            said = draft.text[talk.start : talk.end]
            assert said
            assert said == said.strip()
            assert talk.start_ms is None or talk.end_ms is None or talk.start_ms <= talk.end_ms


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_end_in_a_reading_or_in_an_error(content: bytes) -> None:
    for read, head in ((captions.read, b"WEBVTT\n\n"), (subtitles.read, b"1\n00:00:01,000 --> 00:00:02,000\n")):
        try:
            reading = read(loaded(head + content), IngestConfig())
        except InputError:
            continue
        assert reading.kind == "transcript"


def test_identifiers_that_name_turns_keep_two_turns_of_one_speaker_apart(study) -> None:
    cue = "{id}\n00:00:0{i}.000 --> 00:00:0{i}.900\n<v Ann>Piece {i}.</v>"
    ids = ("turn 1", "turn 1", "turn 2", "turn 3")
    named = "\n\n".join(cue.format(id=name, i=i) for i, name in enumerate(ids, start=1))
    numbered = "\n\n".join(cue.format(id=i, i=i) for i in range(1, 5))
    corpus = study({"a.vtt": f"WEBVTT\n\n{named}\n", "b.vtt": f"WEBVTT\n\n{numbered}\n"})
    texts = {document.id: document.text for document in corpus.documents}
    said = [(turn.document, texts[turn.document][turn.start : turn.end]) for turn in corpus.turns]
    assert said == [
        ("a", "Piece 1. Piece 2."),
        ("a", "Piece 3."),
        ("a", "Piece 4."),
        ("b", "Piece 1. Piece 2. Piece 3. Piece 4."),
    ]
