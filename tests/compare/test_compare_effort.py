"""Reading effort: the exact expectation under random order, and the machine's order."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from pipeline.compare.effort import random_share, reading_effort, reading_order, share_met


def test_parity_expected_share_with_all_possible_readings() -> None:
    values = np.zeros((7, 3), bool)
    values[:3, 0], values[1:6, 1], values[3:, 2] = True, True, True
    expected = [
        np.mean([(values[list(some)].sum(axis=0) >= 3).mean() for some in combinations(range(7), read)])
        for read in range(8)
    ]
    assert random_share(values.sum(axis=0), 7) == pytest.approx(expected)


def test_parity_expected_share_with_the_hypergeometric_of_scipy() -> None:
    from scipy.stats import hypergeom

    share = random_share(np.array([3, 40, 500]), 2000)
    for read in (0, 10, 300, 1500, 2000):
        assert share[read] == pytest.approx(np.mean([hypergeom.sf(2, 2000, k, read) for k in (3, 40, 500)]), abs=1e-9)


def test_share_met_counts_the_third_meeting() -> None:
    uses = np.array([[1, 0], [1, 1], [1, 1], [0, 1]], bool)
    assert share_met(uses).tolist() == [0, 0, 0, 0.5, 1]


def test_order_takes_each_codes_best_in_turn() -> None:
    scores = np.array([[9, 0], [8, 1], [7, 2], [1, 5], [0, 6]], np.float32)
    # turn 1: code 0 names row 0 (9), code 1 row 4 (6); turn 2: row 1 (8), row 3 (5); turn 3: both name row 2
    assert reading_order(scores).tolist() == [0, 4, 1, 3, 2]


def test_order_is_complete_and_ignores_codes_that_the_machine_does_not_know() -> None:
    rng = np.random.default_rng(1)
    scores = rng.random((40, 5)).astype(np.float32)
    unknown = np.column_stack([scores, np.full(40, -np.inf, np.float32)])
    order = reading_order(scores)
    assert sorted(order) == list(range(40))
    assert (reading_order(unknown) == order).all()
    assert reading_order(unknown[:, 5:]).tolist() == list(range(40))


def test_good_scores_need_less_reading_than_chance_and_useless_ones_about_as_much() -> None:
    rng = np.random.default_rng(2)
    codes = np.concatenate([np.repeat(np.arange(1, 11), 5), np.zeros(250, int)])
    values = np.eye(11, dtype=bool)[rng.permutation(codes)]
    noise = rng.normal(size=values.shape).astype(np.float32)
    good = reading_effort(values, 3 * values + noise)
    useless = reading_effort(values, noise)
    assert good.total == 300
    assert good.n_codes == 11
    assert good.suggested < 60
    assert good.random == useless.random
    assert good.random > 200
    assert useless.suggested == pytest.approx(good.random, rel=0.35)
    assert good.curve[0] == (0, 0.0, 0.0)
    assert good.curve[-1] == (300, 1.0, pytest.approx(1.0))
    assert len(good.curve) <= 25


def test_perfect_scores_meet_every_code_in_the_least_reading() -> None:
    values = np.eye(4, dtype=bool)[np.tile(np.arange(4), 10)]
    assert reading_effort(values, values.astype(np.float32)).suggested == 12


def test_codes_used_fewer_than_three_times_do_not_count() -> None:
    values = np.zeros((6, 2), bool)
    values[:2, 0], values[:3, 1] = True, True
    found = reading_effort(values, None, "nothing was held out")
    assert (found.n_codes, found.suggested, found.random, found.reason) == (1, None, 6.0, "nothing was held out")
    assert all(suggested == random for _, suggested, random in found.curve)


@pytest.mark.parametrize("values", [np.zeros((0, 0), bool), np.zeros((5, 2), bool), np.eye(4, dtype=bool)])
def test_without_frequent_codes_there_is_a_reason(values: np.ndarray) -> None:
    found = reading_effort(values, None)
    assert (found.suggested, found.random, found.total, found.reason) == (
        None,
        None,
        len(values),
        "no code was used 3 times",
    )
