"""The order of reading: greedy by what is expected, every third at random, and what fits no code at the end."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pipeline.compare.order import alternate, best_fit, likely, lots, reading_order, wanting
from pipeline.compare.units import align, arrange

CHANCES = hnp.arrays(
    np.float64, st.tuples(st.integers(1, 120), st.integers(1, 6)), elements=st.floats(0, 1, allow_nan=False)
)


@settings(max_examples=40, deadline=None)
@given(CHANCES, st.integers(0, 5), st.integers(0, 1000))
def test_parity_with_a_plain_greedy_choice(chance: np.ndarray, before: int, seed: int) -> None:
    n, n_codes = chance.shape
    lot = np.random.default_rng(seed).permutation(n)
    met = np.full(n_codes, float(before))
    order = reading_order(chance, chance.max(axis=1), met, lot)
    assert sorted(order.rows) == list(range(n))
    left = np.ones(n, bool)
    for k, i in enumerate(order.rows):
        gains = np.where(left, chance @ wanting(met), -1.0)
        if order.code[k] >= 0:
            assert gains[i] == pytest.approx(gains.max())
            assert order.gain[k] == pytest.approx(gains[i])
            assert not order.drawn[k]
        elif k % 3 == 2 and (order.code[k:] >= 0).any():
            assert order.drawn[k]
            assert lot[i] == lot[left].min()
        left[i] = False
        met = met + chance[i]


def test_two_are_chosen_and_the_third_is_drawn() -> None:
    """Row 4 shows code 0, row 3 code 1; row 0 is first in the lots."""
    chance = np.array([[0, 0], [0.1, 0], [0, 0.1], [0, 0.8], [0.9, 0.0], [0, 0]])
    order = reading_order(chance, np.zeros(6), np.zeros(2), np.arange(6))
    assert order.rows[:5].tolist() == [4, 3, 0, 1, 2]
    assert order.drawn[:5].tolist() == [False, False, True, False, False]
    assert order.code[:5].tolist() == [0, 1, -1, 0, 1]
    assert order.gain[:3].tolist() == pytest.approx([0.9, 0.8, 0])


def test_codes_that_were_met_three_times_ask_for_nothing() -> None:
    chance = np.array([[0.9, 0.0], [0.0, 0.3]])
    assert reading_order(chance, np.zeros(2), np.array([3.0, 0.0]), np.arange(2)).rows.tolist() == [1, 0]
    assert wanting(np.array([0, 1, 2, 2.5, 3, 9])).tolist() == [1, 1, 1, 0.5, 0, 0]


def test_when_nothing_is_expected_what_fits_least_comes_in_turn_with_what_is_drawn() -> None:
    fit = np.array([0.9, 0.8, 0.7, 0.1, 0.2, 0.3])
    order = reading_order(np.full((6, 1), 0.5), fit, np.array([3.0]), np.arange(6))
    assert order.rows.tolist() == [3, 0, 4, 1, 5, 2]
    assert order.drawn.tolist() == [False, True] * 3
    assert set(order.code) == {-1}
    assert set(order.gain) == {0.0}


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)])
def test_orders_of_nothing(shape: tuple[int, int]) -> None:
    n = shape[0]
    order = reading_order(np.zeros(shape), np.zeros(n), np.zeros(shape[1]), np.arange(n))
    assert sorted(order.rows) == list(range(n))
    assert order.gain.tolist() == [0] * n


def test_five_thousand_utterances_and_a_hundred_codes_are_all_ordered() -> None:
    rng = np.random.default_rng(1)
    chance = 0.02 * rng.dirichlet([0.1] * 100, 5000)
    order = reading_order(chance, np.zeros(5000), np.zeros(100), rng.permutation(5000))
    assert sorted(order.rows) == list(range(5000))


def test_beyond_five_thousand_the_rest_is_still_there() -> None:
    chance = np.full((5200, 1), 1e-5 * 200)
    order = reading_order(chance, np.zeros(5200), np.zeros(1), np.arange(5200))
    assert sorted(order.rows) == list(range(5200))


def test_alternation_names_each_row_once() -> None:
    assert list(alternate([1, 3], [3, 2, 1, 0], 3)) == [(1, False), (3, False), (2, True), (0, True)]
    assert list(alternate([], [1, 0], 3)) == [(1, True), (0, True)]
    assert list(alternate([], [], 3)) == []


@pytest.mark.parametrize("limit", [0, 1, 7, 40, 60])
def test_a_limit_cuts_the_order_short_and_changes_nothing_else(limit: int) -> None:
    rng = np.random.default_rng(limit)
    chance, lot = rng.random((40, 3)) / 3, rng.permutation(40)
    whole = reading_order(chance, chance.max(axis=1), np.zeros(3), lot)
    part = reading_order(chance, chance.max(axis=1), np.zeros(3), lot, limit)
    assert part.rows.tolist() == whole.rows[:limit].tolist()
    assert part.gain.tolist() == whole.gain[:limit].tolist()


def test_lots_are_a_fixed_order_of_the_ids() -> None:
    ids = [f"u{i}" for i in range(50)]
    lot = lots(ids, 1)
    assert sorted(lot) == list(range(50))
    assert (lots(ids[::-1], 1)[::-1] == lot).all()
    assert (lots(ids, 2) != lot).any()
    assert lots([], 1).shape == (0,)


@pytest.fixture
def machine_of(make_utterances, make_table, make_suggestions):
    def build(probabilities, calibrated=True, no_code=None, codes=("a", "b"), known=("a", "b")):
        n = len(probabilities)
        suggestions = make_suggestions(probabilities, list(known), [-1] * n, calibrated, no_code)
        study = arrange(make_utterances(["d"] * n), make_table({"Ada": [[]] * n}, list(codes)), (suggestions,))
        return align(suggestions, study)

    return build


def test_chances_are_the_probabilities_less_the_chance_of_no_code(machine_of) -> None:
    rows = [[0.8, 0.1], [0.5, 0.5]]
    assert likely(machine_of(rows)) == pytest.approx(np.array(rows), abs=1e-6)
    assert likely(machine_of(rows, no_code=[0.5, np.nan])) == pytest.approx(
        np.array([[0.4, 0.05], [0.5, 0.5]]), abs=1e-6
    )
    assert best_fit(machine_of(rows, no_code=[0.5, np.nan])) == pytest.approx([0.8, 0.5])


def test_without_probabilities_each_codes_own_spread_counts(machine_of) -> None:
    """Code a scores high everywhere: only the row that stands out for a code is likely to show it."""
    machine = machine_of([[0.9, 0.1], [0.9, 0.1], [0.9, 0.3], [0.95, 0.1]], calibrated=False)
    chance = likely(machine)
    assert chance.sum(axis=1) == pytest.approx([1, 1, 1, 1])
    assert chance[:, 0].argmax() == 3
    assert chance[:, 1].argmax() == 2
    assert best_fit(machine).tolist() == pytest.approx([0, 0, 0, 1])
    alike = machine_of([[0.5, 0.5], [0.5, 0.5]], calibrated=False)
    assert likely(alike) == pytest.approx(np.full((2, 2), 0.5))
    assert best_fit(alike).tolist() == [0, 0]


def test_codes_that_the_machine_does_not_know_are_never_likely(machine_of) -> None:
    machine = machine_of([[0.8], [0.2]], codes=("a", "b"), known=("b",))
    assert likely(machine) == pytest.approx(np.array([[0, 0.8], [0, 0.2]]), abs=1e-6)
