"""Reading effort: the exact expectation under random order, and the mean curve of given orders."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from pipeline.compare.effort import BATCH, random_share, reading_effort, share_met, with_feedback


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


def test_curve_is_the_mean_over_the_orders() -> None:
    """Code 0 is met a third time after 3 and after 6 utterances, code 1 after 6 and after 3."""
    values = np.eye(2, dtype=bool)[[0, 0, 0, 1, 1, 1]]
    there = np.arange(6)
    found = reading_effort(values, [there, there[::-1]])
    assert (found.suggested, found.total, found.n_codes) == (6, 6, 2)
    assert {read: share for read, share, _ in found.curve}[3] == 0.5
    assert reading_effort(values, [there]).curve == found.curve


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


def test_what_was_met_in_a_batch_is_no_longer_looked_for_in_the_next() -> None:
    """The machine takes all of 60 utterances for code 0; only counting what was really met leads on to code 1."""
    n = 90
    values = np.zeros((n, 2), bool)
    values[:60, 0], values[60:, 1] = True, True
    chance = np.column_stack([np.where(values[:, 0], 0.04, 0.0), np.where(values[:, 1], 0.03, 0.0)])
    lot = np.arange(n)
    order = with_feedback(values, chance, np.ones(n), lot)
    assert sorted(order) == list(range(n))
    assert (order[:BATCH] < 60).all()
    assert (order[BATCH : BATCH + 2] >= 60).all()


def test_feedback_looks_at_nothing_that_was_not_read() -> None:
    rng = np.random.default_rng(3)
    chance, lot = rng.random((80, 4)) / 4, rng.permutation(80)
    values = rng.random((80, 4)) < chance
    order = with_feedback(values, chance, chance.max(axis=1), lot)
    other = values.copy()
    other[order[2 * BATCH :]] ^= True
    assert (with_feedback(other, chance, chance.max(axis=1), lot)[: 3 * BATCH] == order[: 3 * BATCH]).all()
    assert (with_feedback(values, chance, chance.max(axis=1), lot) == order).all()


def test_feedback_without_rows() -> None:
    assert with_feedback(np.zeros((0, 2), bool), np.zeros((0, 2)), np.zeros(0), np.arange(0)).shape == (0,)
