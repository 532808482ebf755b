from __future__ import annotations

import numpy as np
import pytest

from pipeline.label.quotes import quotes_of


def fan(n: int) -> list[list[float]]:
    """Unit vectors around east; the middle one is nearest to their mean, the outer ones farthest."""
    return [[float(np.cos(a)), float(np.sin(a))] for a in np.linspace(-1.0, 1.0, n)]


@pytest.fixture
def quotes(utterance_of, vectors_of, clusters_of):
    def make(rows, people, theme, cleans=None, n_typical=3, **placed) -> dict[str, list[int]]:
        utterances = [utterance_of(i, people[i], clean=cleans[i] if cleans else "") for i in range(len(rows))]
        found: dict[str, list[int]] = {}
        for quote in quotes_of(0, utterances, clusters_of(theme, **placed).placement, vectors_of(rows).own, n_typical):
            found.setdefault(quote.kind, []).append(quote.utterance)
        return found

    return make


def test_typical_quotes_come_from_different_people(quotes) -> None:
    assert quotes(fan(7), list("abcccba"), [0] * 7) == {"typical": [3, 1, 0], "atypical": [6]}
    # without the rule the three in the middle, all of c, would stand here: 3, then 2 and 4


def test_with_one_person_the_rest_is_filled_from_her(quotes) -> None:
    assert quotes(fan(5), ["a"] * 5, [0] * 5) == {"typical": [2, 1, 3], "atypical": [0]}


def test_the_same_words_are_quoted_once(quotes) -> None:
    said = "we waited at the old gate for the nurse"
    rows = [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
    cleans = [said, said.upper(), "they filed the claim in the very first week"]
    assert quotes(rows, list("abc"), [0, 0, 0], cleans) == {"typical": [0, 2]}
    assert quotes(rows[:2], list("ab"), [0, 0], cleans[:2]) == {"typical": [0]}  # nothing else is said: no atypical one


@pytest.mark.parametrize(("n_words", "first"), [(7, 1), (8, 0), (90, 0), (91, 1)])
def test_a_typical_quote_can_be_read_by_itself(quotes, n_words: int, first: int) -> None:
    cleans = [
        "word " * (n_words - 1) + "end",
        "these are eight words of another person here",
        "the third one here has also got eight words",
    ]
    found = quotes([[1.0, 0.0], [0.8, 0.6], [0.8, -0.6]], list("abc"), [0, 0, 0], cleans, n_typical=1)
    assert found["typical"] == [first]


def test_a_near_miss_is_the_nearest_outside_that_nearly_belonged(quotes) -> None:
    rows = [*fan(3), [0.9, 0.1], [0.8, 0.2], [1.0, 0.0], [0.7, 0.3]]
    theme = [0, 0, 0, -1, 1, 1, -1]
    found = quotes(rows, list("abcdefg"), theme, nearest=[0, 0, 0, 0, 1, 1, 0], second=[-1, -1, -1, -1, 0, -1, -1])
    assert found["near miss"] == [3]  # 5 is nearer, but it is a sure member of another theme
    found = quotes(rows, list("abcdefg"), theme, nearest=[0, 0, 0, 1, 1, 1, 1], second=[-1, -1, -1, -1, 0, -1, -1])
    assert found["near miss"] == [4]
    found = quotes(rows, list("abcdefg"), theme, nearest=[0, 0, 0, 1, 1, 1, 1])
    assert "near miss" not in found


def test_a_near_miss_must_be_readable(quotes) -> None:
    cleans = [f"this is the long enough sentence of number {i}" for i in range(3)] + ["too short"]
    assert "near miss" not in quotes([*fan(3), [1.0, 0.0]], list("abcd"), [0, 0, 0, -1], cleans, nearest=[0] * 4)


def test_a_theme_of_one(quotes) -> None:
    assert quotes([[1.0, 0.0]], ["a"], [0]) == {"typical": [0]}


def test_no_typical_quotes_wanted(quotes) -> None:
    assert quotes(fan(3), list("abc"), [0] * 3, n_typical=0) == {"atypical": [0]}
