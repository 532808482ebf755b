from __future__ import annotations

import dataclasses
import math
import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.label.phrases import _log_odds, candidates
from pipeline.records import Role, Utterance


def monroe(here: dict[str, int], everywhere: dict[str, int], phrase: str, total_prior: float = 100.0) -> float:
    """Equations 15, 20 and 22 of Monroe, Colaresi and Quinn (2008), group against all else, written out anew."""
    alpha = {w: total_prior * everywhere[w] / sum(everywhere.values()) for w in everywhere}
    y_i, n_i = here.get(phrase, 0), sum(here.values())
    rest = {w: everywhere[w] - here.get(w, 0) for w in everywhere}
    y_j, n_j = rest[phrase], sum(rest.values())
    a, a0 = alpha[phrase], sum(alpha.values())
    delta = math.log((y_i + a) / (n_i + a0 - y_i - a)) - math.log((y_j + a) / (n_j + a0 - y_j - a))
    return delta / math.sqrt(1 / (y_i + a) + 1 / (y_j + a))


def test_parity_log_odds() -> None:
    draw = random.Random(7)  # noqa: S311
    everywhere = Counter({f"w{i}": draw.randint(1, 90) for i in range(60)})
    here = Counter({w: draw.randint(1, n) for w, n in everywhere.items() if draw.random() < 0.6})
    scores = _log_odds(here, everywhere)
    assert scores.keys() == here.keys()
    for phrase, score in scores.items():
        assert score == pytest.approx(monroe(here, everywhere, phrase), rel=1e-9)


def test_a_phrase_of_the_theme_comes_before_one_of_all_themes(utterance_of) -> None:
    said = [["gate", "clinic"], ["gate", "clinic"], ["gate", "once"], ["clinic"], ["clinic"], ["clinic", "claim"]]
    utterances = [utterance_of(i, phrases=p) for i, p in enumerate(said)]
    first, second = candidates(utterances, np.array([0, 0, 0, 1, 1, 1], np.int32), 2)
    assert first == ["gate", "clinic", "once"]  # "once" is said once
    assert second == ["clinic", "claim"]


def test_phrases_said_once_help_out_up_to_eight(utterance_of) -> None:
    once = [f"once{c}" for c in "abcdefghijk"]
    utterances = [utterance_of(0, phrases=["gate", *once]), utterance_of(1, phrases=["gate", "claim", "claim"])]
    assert candidates(utterances, np.array([0, 0], np.int32), 1) == [["gate", "claim", *once[:6]]]
    twice = [utterance_of(i, phrases=once) for i in range(2)] + [utterance_of(2, phrases=["gate"])]
    assert candidates(twice, np.array([0, 0, 0], np.int32), 1) == [once]


def test_candidates_are_forty_at_most_and_in_one_order(utterance_of) -> None:
    names = [f"name{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(60)]
    utterances = [utterance_of(0, phrases=names), utterance_of(1, phrases=names[::-1])]
    assert candidates(utterances, np.array([0, 0], np.int32), 1) == [names[:40]]


@pytest.mark.parametrize("phrases", [["gate"], []])
def test_one_phrase_in_the_whole_study(utterance_of, phrases) -> None:
    utterances = [utterance_of(i, clean="and so", phrases=phrases) for i in range(4)]
    assert candidates(utterances, np.array([0, 0, 1, -1], np.int32), 2) == [phrases, phrases]


def test_no_themes(utterance_of) -> None:
    assert candidates([utterance_of(0)], np.array([-1], np.int32), 0) == []


@settings(deadline=None)
@given(st.lists(st.tuples(st.sets(st.sampled_from("abcdef")), st.integers(-1, 2)), max_size=12), st.randoms())
def test_the_order_of_utterances_does_not_matter(utterance_of_plain, rows, shuffler) -> None:
    def chosen(order):
        utterances = [utterance_of_plain(i, clean=".", phrases=sorted(p)) for i, (p, _) in enumerate(order)]
        return candidates(utterances, np.array([t for _, t in order], np.int32), 3)

    mixed = list(rows)
    shuffler.shuffle(mixed)
    assert chosen(mixed) == chosen(rows)


@pytest.fixture(scope="module")
def utterance_of_plain():
    blank = Utterance("u", "d", "", 1, 1, 0, 1, "P", "p", Role.PARTICIPANT, ".", ".")
    return lambda i, clean, phrases: dataclasses.replace(blank, id=str(i), clean=clean, phrases=tuple(phrases))


@pytest.mark.parametrize(
    ("clean", "words"),
    [
        ("We went to the Clinic with our nurse", {"clinic", "nurse"}),
        ("I don’t know, it's really the nurse's mother-in-law", {"nurse's", "mother-in-law"}),
        ("Świetlica and the 3rd friends' house, 20mg", {"świetlica", "friends", "house"}),
        ("OK, so", set()),
    ],
)
def test_words_stand_in_where_the_parser_found_no_phrase(utterance_of, clean: str, words: set[str]) -> None:
    (found,) = candidates([utterance_of(0, clean=clean)], np.array([0], np.int32), 1)
    assert set(found) == words
    parsed = [utterance_of(0, clean=clean), utterance_of(1, phrases=["old gate"])]
    assert candidates(parsed, np.array([0, 0], np.int32), 1) == [["old gate"]]
