from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from pipeline.codebook.decide import (
    choose,
    codes_per_utterance,
    further_threshold,
    kappa,
    leaning,
    no_code_threshold,
)
from pipeline.records import CodingTable

NOBODY = np.zeros(3, np.bool_)


def table(*coders: list[list[int]]) -> CodingTable:
    values = np.array(coders, np.bool_)
    names = tuple(f"coder{c}" for c in range(len(coders)))
    return CodingTable(names, ("A", "B", "C"), values, np.ones(values.shape[:2], np.bool_))


@pytest.mark.parametrize(
    ("coders", "rows", "expected"),
    [
        ([[[1, 0, 0], [1, 1, 0], [0, 0, 0]]], [1, 1, 1], 1.5),
        ([[[1, 0, 0], [1, 1, 0], [0, 0, 0]]], [0, 1, 1], 2.0),
        ([[[1, 0, 0], [0, 0, 0], [0, 0, 0]], [[0, 1, 0], [0, 0, 0], [0, 0, 0]]], [1, 1, 1], 1.0),
        ([[[0, 0, 0], [0, 0, 0], [0, 0, 0]]], [1, 1, 1], 1.0),
        ([[[1, 1, 1], [0, 0, 0], [0, 0, 0]]], [0, 0, 0], 1.0),
    ],
)
def test_codes_per_utterance_is_what_one_coder_gives(coders, rows, expected: float) -> None:
    assert codes_per_utterance(table(*coders), np.array(rows, np.bool_)) == pytest.approx(expected)


def test_further_codes_are_as_many_as_people_give() -> None:
    leant = np.array([[5.0, 1.0, 0.0], [4.0, 3.0, 2.0], [9.0, -1.0, -2.0]])
    assert further_threshold(leant, 1.0) == np.inf
    assert further_threshold(leant, 1 + 1 / 3) == 3.0
    assert further_threshold(leant, 2.0) == 1.0
    assert further_threshold(leant, 99.0) == -2.0
    assert further_threshold(leant[:, :1], 2.0) == np.inf
    assert further_threshold(leant[:0], 2.0) == np.inf
    for per_utterance in (1.0, 4 / 3, 5 / 3, 2.0, 3.0):
        chosen = choose(leant, further_threshold(leant, per_utterance), NOBODY)
        assert chosen.sum() == round(3 * per_utterance)


def test_choose_gives_the_best_code_or_nothing() -> None:
    leant = np.array([[0.0, -1.0], [-5.0, -4.0], [2.0, 3.0]])
    assert choose(leant, np.inf, NOBODY).tolist() == [[True, False], [False, True], [False, True]]
    assert choose(leant, 1.0, np.array([True, False, False])).tolist() == [[False, False], [False, True], [True, True]]
    assert choose(leant[:, :0], 1.0, NOBODY).shape == (3, 0)


def test_leaning_prefers_the_rarer_of_two_equally_likely_codes() -> None:
    frequency = np.log(np.array([0.9, 0.1]))
    assert leaning(np.array([[0.0, 0.0]]), frequency).argmax() == 1
    assert leaning(np.array([[2.0, 0.0]]), frequency).argmax() == 0


def test_parity_kappa() -> None:
    draw = np.random.default_rng(2)
    first, second = draw.random((60, 4)) < 0.3, draw.random((60, 4)) < 0.5
    expected = [cohen_kappa_score(first[:, j], second[:, j]) for j in range(4)]
    np.testing.assert_allclose(kappa(first, second), expected)
    assert np.isnan(kappa(np.ones((5, 1), np.bool_), np.ones((5, 1), np.bool_))).all()


def given_and_chosen(n: int) -> tuple[np.ndarray, np.ndarray]:
    given = np.eye(2, dtype=np.bool_)[np.arange(n) % 2]
    return given, given.copy()


def test_the_no_code_threshold_lies_between_the_coded_and_the_others() -> None:
    p = np.concatenate([np.full(20, 0.2), np.full(20, 0.72)])
    coded = np.arange(40) < 20
    given, chosen = given_and_chosen(20)
    threshold = no_code_threshold(p, coded, given, chosen, p[:20])
    assert 0.3 <= threshold <= 0.7  # the first of those that separate them wholly
    assert no_code_threshold(p, coded, given, chosen, p[:20]) == threshold


def test_a_probability_that_tells_nothing_leaves_every_utterance_with_a_code() -> None:
    given, chosen = given_and_chosen(20)
    flat = np.full(40, 0.5)
    assert no_code_threshold(flat, np.arange(40) < 20, given, chosen, flat[:20]) == np.inf
    turned = np.concatenate([np.full(20, 0.8), np.full(20, 0.2)])
    assert no_code_threshold(turned, np.arange(40) < 20, given, chosen, turned[:20]) == np.inf


def test_coded_utterances_are_not_given_up_for_the_others() -> None:
    draw = np.random.default_rng(3)
    coded = np.arange(400) < 200
    p = np.clip(np.where(coded, 0.4, 0.6) + 0.15 * draw.normal(size=400), 0, 1)
    given, chosen = given_and_chosen(200)
    careful = no_code_threshold(p, coded, given, chosen, p[:200])
    assert (p[:200] >= careful).mean() < 0.02  # codes were right: each utterance given up costs
    wrong = no_code_threshold(p, coded, given, ~chosen, p[:200])  # codes were wrong: there is nothing to lose
    assert wrong < careful
    assert wrong == pytest.approx(0.5, abs=0.051)
