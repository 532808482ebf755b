from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.segment.marks import clean, count_words, is_backchannel, mask


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("We waited. [laughs] Nobody came.", "We waited. Nobody came."),
        ("We waited (laughing softly) there.", "We waited there."),
        ("((coughs)) We waited.", "We waited."),
        ("It was [inaudible 00:12] there.", "It was there."),
        ("It was (unintelligible) there.", "It was there."),
        ("It was (...) there.", "It was there."),
        ("It [phone rings] was [long pause] there (clears throat).", "It was there ."),
        ("It was […] there.", "It was there."),
        ("It was (?) there.", "It was there."),
        ("[00:12:03] We waited.", "We waited."),
        ("We waited #00:01:22-5# there.", "We waited there."),
        ("We waited (3) there (0.5) long.", "We waited there long."),
        ("We // waited // there.", "We waited there."),
        ("[translator: a local saying] We waited.", "We waited."),
        ("[Note: she points at the door] We waited.", "We waited."),
        ("Then [the PSW] came.", "Then the PSW came."),
        ("Then [our CHPS nurse] came.", "Then our CHPS nurse came."),
        ("[laughs and [then] more] we waited", "more we waited"),
        ("We\n\twaited \u00a0 there.", "We waited there."),
    ],
)
def test_marks_do_not_reach_the_encoder(text: str, read: str) -> None:
    assert clean(mask(text)) == read
    assert len(mask(text)) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "We waited (my sister and I) there.",
        "It took (about) 3.5 hours.",
        "We laughed and coughed, in silence.",
        "See https://example.org for the form.",
        "It was ... hard… and then?",
        "At 10:30 we left (1998).",
        "The noisemaker (noisemakers are loud) broke.",
        "a / b",
    ],
)
def test_words_that_look_like_marks_stay(text: str) -> None:
    assert mask(text) == text


SIGNS = st.sampled_from([*"[]()#/.:0123 aé\n😀İ", "laughs", "translator", "00:12"])


@given(st.lists(SIGNS, max_size=60).map("".join))
def test_a_mask_keeps_the_length_and_only_blanks(text: str) -> None:
    masked = mask(text)
    assert len(masked) == len(text)
    assert all(after in (before, " ") for before, after in zip(text, masked, strict=True))


def test_a_mask_of_hostile_brackets_takes_no_time() -> None:
    hostile = "[(" * 50_000 + "(" + " " * 50_000 + "laughs " * 20_000
    assert len(mask(hostile)) == len(hostile)


@pytest.mark.parametrize(
    "text",
    [
        "mm-hm",
        "Mm-hmm.",
        "Uh-huh, uh-huh.",
        "Yes, exactly!",
        "I see.",
        "OK",
        "Yeah yeah yeah yeah yeah yeah yeah yeah",
        "That’s right.",
        "No, of course",
        "How are you doing today?",
    ],
)
def test_fillers_are_backchannels(text: str) -> None:
    assert is_backchannel(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "…",
        "Yes, we waited.",
        "No money.",
        "I see the nurse.",
        "Yeah yeah yeah yeah yeah yeah yeah yeah yeah",  # nine: may be an answer
        "Crossing",
    ],
)
def test_what_says_something_is_no_backchannel(text: str) -> None:
    assert not is_backchannel(text)


@pytest.mark.parametrize(
    ("text", "words"), [("", 0), ("…", 0), ("don't", 1), ("mm-hm yes", 2), ("3.5 hours", 3), ("😀 היא באה", 2)]
)
def test_count_words(text: str, words: int) -> None:
    assert count_words(text) == words
