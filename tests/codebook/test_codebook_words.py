from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.codebook.words import content_words, shared_words, stem


@pytest.mark.parametrize(
    "family",
    [
        ("wait", "waits", "waited", "waiting"),
        ("hope", "hopes", "hoped", "hoping"),
        ("plan", "plans", "planned", "planning"),
        ("study", "studies", "studied", "studying"),
        ("nurse", "nurses", "nurse's"),
        ("clinic", "clinics"),
        ("trust", "trusts", "trusting", "trusted"),
        ("stress", "stressed", "stressing"),
        ("feeling", "feelings", "feel"),
        ("open", "openly"),
    ],
)
def test_inflections_have_one_stem(family: tuple[str, ...]) -> None:
    assert len({stem(word) for word in family}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("sing", "s"), ("bus", "buy"), ("thing", "th"), ("family", "famous"), ("doctor", "doctrine"), ("need", "ne")],
)
def test_different_words_keep_different_stems(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@pytest.mark.parametrize(
    ("utterance", "definition", "words"),
    [
        ("We waited for the nurses.", "Waiting: a nurse is late", ("waited", "nurses")),
        ("The nurses made us wait. Nurses!", "Waiting: a nurse is late", ("nurses", "wait")),
        ("It is what it is and that was it", "It is about what was", ()),
        ("I don't trust them", "Do not; I don't", ()),
        ("PEER Support", "peer support", ("peer", "support")),
        ("", "peer support", ()),
        ("peer support", "", ()),
        ("Die Pflegekräfte warten", "warten", ("warten",)),
        ("STRASSE", "straße", ("strasse",)),
        ("3 beds, 4 beds", "3 or 4", ()),
    ],
)
def test_shared_words_in_the_order_of_the_utterance(utterance: str, definition: str, words: tuple[str, ...]) -> None:
    assert shared_words(utterance, definition) == words


def test_function_words_carry_no_content() -> None:
    assert [word for word, _ in content_words("They’re the ones who, you know, didn't really go")] == ["ones"]


@given(st.text(), st.text())
def test_shared_words_stand_in_the_utterance_and_are_distinct(utterance: str, definition: str) -> None:
    shared = shared_words(utterance, definition)
    stems = [stem(word) for word in shared]
    assert len(set(stems)) == len(stems)
    in_utterance = [word for word, _ in content_words(utterance)]
    assert set(shared) <= set(in_utterance)
    assert {stem(word) for word in shared_words(definition, utterance)} == set(stems)
