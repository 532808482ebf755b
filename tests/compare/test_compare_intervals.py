"""Jackknife and bootstrap over documents."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.compare.intervals import ONE_DOCUMENT, bootstrap, by_document, estimate, jackknife, ratio
from pipeline.config import CompareConfig

CONFIG = CompareConfig()


def _mean_of(values: np.ndarray):
    return lambda weights: ratio(weights @ values, weights.sum(axis=1))


def test_jackknife_of_a_mean_is_the_t_interval() -> None:
    from scipy import stats

    values = np.array([0.2, 0.5, 0.4, 0.9, 0.3])
    expected = stats.t.interval(0.95, 4, loc=values.mean(), scale=stats.sem(values))
    assert jackknife(_mean_of(values), 5) == pytest.approx(expected)


def test_bootstrap_of_a_mean_is_near_the_normal_interval() -> None:
    values = np.random.default_rng(1).random(200)
    low, high = bootstrap(_mean_of(values), 200, 4000, 7)
    half = 1.96 * values.std() / np.sqrt(200)
    assert (low, high) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.004)


def test_bootstrap_repeats_and_changes_with_the_seed() -> None:
    values = np.random.default_rng(1).random(30)
    assert bootstrap(_mean_of(values), 30, 200, 7) == bootstrap(_mean_of(values), 30, 200, 7)
    assert bootstrap(_mean_of(values), 30, 200, 7) != bootstrap(_mean_of(values), 30, 200, 8)


def test_recentred_bootstrap_moves_a_one_sided_figure_back() -> None:
    values = np.random.default_rng(1).random(40)
    largest = lambda weights: np.where(weights > 0, values, -1.0).max(axis=1)  # noqa: E731
    low, high = bootstrap(largest, 40, 400, 7)
    moved_low, moved_high = bootstrap(largest, 40, 400, 7, recentre=True)
    assert high <= values.max() < moved_high
    assert moved_high - moved_low == pytest.approx(high - low)


def test_interval_is_by_jackknife_below_20_documents_and_by_bootstrap_from_20() -> None:
    values = np.random.default_rng(2).random(20)
    few = estimate(_mean_of(values[:19]), 19, 100, CONFIG, "")
    many = estimate(_mean_of(values), 20, 100, CONFIG, "")
    assert (few.low, few.high) == pytest.approx(jackknife(_mean_of(values[:19]), 19))
    assert (many.low, many.high) == pytest.approx(bootstrap(_mean_of(values), 20, CONFIG.bootstrap, CONFIG.seed))


def test_one_document_has_a_figure_and_no_interval() -> None:
    found = estimate(_mean_of(np.array([0.3])), 1, 12, CONFIG, "")
    assert (found.value, found.low, found.high, found.n, found.reason) == (0.3, None, None, 12, ONE_DOCUMENT)


@pytest.mark.parametrize("n_documents", [0, 3])
def test_undefined_figures_say_why(n_documents: int) -> None:
    found = estimate(lambda weights: np.full(len(weights), np.nan), n_documents, 4, CONFIG, "nothing there")
    assert (found.value, found.low, found.reason) == (None, None, "nothing there")


def test_figure_that_needs_a_certain_document_has_no_interval() -> None:
    values = np.array([1.0, 0.0, 0.0])
    found = estimate(lambda weights: ratio(weights @ values, weights[:, 0]), 3, 9, CONFIG, "")
    assert found.value == 1
    assert found.low is None
    assert "left out" in found.reason


def test_interval_is_cut_to_the_range_of_the_figure() -> None:
    found = estimate(_mean_of(np.array([1.0, 1.0, 0.4])), 3, 9, CONFIG, "", (0.0, 1.0))
    assert found.high == 1


def test_sums_by_document_do_not_need_sorted_rows() -> None:
    sums = by_document(np.array([1, 0, 1], np.int32), np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
    assert sums.tolist() == [[3, 4], [6, 8]]
    assert by_document(np.zeros(0, np.int32), np.zeros((0, 2))).shape == (0, 2)
