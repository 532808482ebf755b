"""The hidden-code test: the rule, its edges, and chance."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.compare import Recovery, recovered
from pipeline.config import CompareConfig

CONFIG = CompareConfig(rotations=40)


def _values(codes: list[int], n_codes: int = 3) -> np.ndarray:
    values = np.zeros((len(codes), n_codes), bool)
    for i, j in enumerate(codes):
        if j >= 0:
            values[i, j] = True
    return values


@pytest.mark.parametrize(
    ("theme", "persons", "expected"),
    [
        ([0, 0, 0, -1, -1, -1], "abc", (True, 0, 3, 3)),
        ([0, 0, -1, -1, -1, -1], "abc", (False, -1, 0, 0)),  # two utterances only
        ([0, 0, 0, -1, -1, -1], "aaa", (False, -1, 0, 0)),  # one person only
        ([0, 0, 0, 0, 0, 0], "abc", (False, -1, 0, 0)),  # as many of another code: no lead
        ([1, 1, 1, 0, 0, 1], "aab", (True, 1, 3, 2)),
    ],
)
def test_rule_by_hand(theme: list[int], persons: str, expected: tuple[bool, int, int, int]) -> None:
    values = _values([0, 0, 0, 1, 1, 1])
    people = [*persons, "x", "y", "z"]
    found = recovered(0, values, np.array(theme, np.int32), people, list("abcdef"), CONFIG)
    assert (found.recovered, found.candidate, found.n, found.people) == expected


def test_best_f1_and_the_largest_of_two_candidates() -> None:
    values = _values([0] * 8 + [1] * 4)
    theme = np.array([0, 0, 0, 1, 1, 1, 1, -1, 1, -1, -1, -1], np.int32)
    found = recovered(0, values, theme, [f"p{i}" for i in range(12)], ["d"] * 12, CONFIG)
    assert (found.candidate, found.n) == (1, 4)
    assert found.f1 == pytest.approx(2 * 4 / (5 + 8))


def test_chance_is_low_for_scattered_candidates_and_high_where_the_code_is_everywhere() -> None:
    rng = np.random.default_rng(3)
    documents = [f"d{i // 30}" for i in range(180)]
    people = [f"p{i // 30}" for i in range(180)]
    rare = np.where(np.arange(180) % 15 == 0, 0, 1 + rng.integers(0, 2, 180))
    theme = np.where(rare == 0, 0, -1).astype(np.int32)
    found = recovered(0, _values(list(rare)), theme, people, documents, CONFIG)
    assert (found.recovered, found.f1) == (True, 1.0)
    assert found.chance < 0.2
    everywhere = recovered(0, _values([0] * 180), theme, people, documents, CONFIG)
    assert everywhere.chance == 1.0


def test_chance_does_not_depend_on_how_documents_are_mixed() -> None:
    values, theme = _values([0, 0, 1, 0, 2, 0, 1, 0]), np.array([0, 0, 0, -1, -1, 0, -1, 0], np.int32)
    documents, people = list("aabbaabb"), list("ppqqppqq")
    order = np.argsort(documents, kind="stable")
    plain = recovered(0, values, theme, people, documents, CONFIG)
    sorted_ = recovered(
        0, values[order], theme[order], [people[i] for i in order], [documents[i] for i in order], CONFIG
    )
    assert plain == sorted_


def test_without_candidates_nothing_is_recovered() -> None:
    found = recovered(0, _values([0, 0, 0]), np.full(3, -1, np.int32), list("abc"), list("abc"), CONFIG)
    assert found == Recovery(False, -1, 0, 0, None, 0.0)
    empty = recovered(0, np.zeros((0, 1), bool), np.zeros(0, np.int32), [], [], CONFIG)
    assert empty == Recovery(False, -1, 0, 0, None, 0.0)


def test_chance_turns_candidates_within_their_documents() -> None:
    """A candidate that is the whole of two documents stays what it is."""
    documents = [f"d{i // 6}" for i in range(60)]
    whole = np.arange(60) < 12
    theme = np.where(whole, 0, -1).astype(np.int32)
    found = recovered(0, _values([0] * 12 + [1] * 48), theme, documents, documents, CONFIG)
    assert (found.recovered, found.people, found.chance) == (True, 2, 1.0)
