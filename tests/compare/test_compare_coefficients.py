"""Kappa, alpha and calibration against worked examples and independent libraries."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pipeline.compare.coefficients import (
    confusion,
    expected_calibration_error,
    kappa,
    macro_kappa,
    masi_alpha,
    masi_distance,
    precision_recall_f1,
)

PAIR = hnp.arrays(bool, st.tuples(st.just(2), st.integers(1, 30)))
SETS = hnp.arrays(bool, st.tuples(st.just(2), st.integers(2, 12), st.integers(1, 5)))


def _characters(both: int, first: int, second: int, neither: int) -> tuple[np.ndarray, np.ndarray]:
    one = np.repeat([True, True, False, False], [both, first, second, neither])
    other = np.repeat([True, False, True, False], [both, first, second, neither])
    return one, other


@pytest.mark.parametrize(
    ("both", "first", "second", "neither", "value"),
    [
        (20, 5, 10, 15, 0.4),  # observed .70, expected .50
        (45, 15, 25, 15, (0.60 - 0.54) / 0.46),  # the textbook pair of equal agreement
        (25, 35, 5, 35, (0.60 - 0.46) / 0.54),  # ... and other margins
        (0, 50, 50, 0, -1.0),
        (30, 0, 0, 70, 1.0),
    ],
)
def test_kappa_of_textbook_tables(both: int, first: int, second: int, neither: int, value: float) -> None:
    assert kappa(*_characters(both, first, second, neither)) == pytest.approx(value)


def test_kappa_of_a_document_of_1000_characters_as_qda_programs_count_them() -> None:
    """50 characters coded by both, 150 by one only, 800 by neither; A coded 150 in all and B 100.

    Expected frequency: 150 * 100 / 1000 = 15 coded by both by chance, 850 * 900 / 1000 = 765 by neither; 780 in all.
    Kappa = (850 - 780) / (1000 - 780) = .318, and not .848, which leaves the 765 out.
    """
    value = kappa(*_characters(50, 100, 50, 800))
    assert value == pytest.approx(70 / 220)
    assert value != pytest.approx((0.85 - 0.015) / (1 - 0.015), abs=0.1)


@pytest.mark.parametrize("mark", [True, False])
def test_kappa_is_undefined_for_constant_coders_who_are_alike(mark: bool) -> None:
    assert kappa(np.full(7, mark), np.full(7, mark)) is None


def test_kappa_is_undefined_without_utterances_and_zero_where_one_coder_is_constant() -> None:
    assert kappa(np.zeros(0, bool), np.zeros(0, bool)) is None
    assert kappa(np.ones(4, bool), np.array([True, True, False, True])) == pytest.approx(0.0)


def test_kappa_of_other_shapes_is_an_error() -> None:
    with pytest.raises(ValueError, match="two coders"):
        kappa(np.ones(3, bool), np.ones(4, bool))


@settings(max_examples=60, deadline=None)
@given(PAIR)
def test_parity_kappa_with_statsmodels(pair: np.ndarray) -> None:
    from statsmodels.stats.inter_rater import cohens_kappa

    first, second = pair
    value = kappa(first, second)
    if value is None:
        assert first.all() == second.all()
        assert len(np.unique(pair)) == 1
        return
    table = np.array(
        [[(first & second).sum(), (first & ~second).sum()], [(~first & second).sum(), (~(first | second)).sum()]]
    )
    assert value == pytest.approx(cohens_kappa(table, return_results=False), abs=1e-9)


def _named(row: np.ndarray) -> frozenset[str]:
    return frozenset(str(j) for j in np.flatnonzero(row)) or frozenset({"nothing"})


@settings(max_examples=60, deadline=None)
@given(SETS)
def test_parity_masi_alpha_with_nltk(sets: np.ndarray) -> None:
    from nltk.metrics.agreement import AnnotationTask
    from nltk.metrics.distance import masi_distance as nltk_masi

    value = masi_alpha(sets[0], sets[1])
    rows = [(f"coder{c}", str(i), _named(sets[c, i])) for c in range(2) for i in range(sets.shape[1])]
    if len({label for _, _, label in rows}) == 1:
        assert value is None  # nltk says 1 here; with one value there is nothing to agree about
        return
    assert value == pytest.approx(AnnotationTask(rows, distance=nltk_masi).alpha(), abs=1e-9)


def test_parity_alpha_of_single_codes_with_krippendorff() -> None:
    """With one code an utterance MASI is the nominal distance."""
    import krippendorff

    rng = np.random.default_rng(3)
    first = rng.integers(0, 4, 60)
    second = np.where(rng.random(60) < 0.6, first, rng.integers(0, 4, 60))
    value = masi_alpha(np.eye(4, dtype=bool)[first], np.eye(4, dtype=bool)[second])
    expected = krippendorff.alpha(reliability_data=np.stack([first, second]), level_of_measurement="nominal")
    assert value == pytest.approx(expected)


def test_masi_distances_by_hand() -> None:
    sets = np.array([[1, 1, 0, 0], [1, 1, 1, 1], [0, 1, 1, 0], [0, 0, 0, 0], [0, 0, 0, 1]], dtype=bool)
    distance = masi_distance(sets)
    assert distance[0, 1] == pytest.approx(1 - 2 / 4 * 2 / 3)  # subset
    assert distance[0, 2] == pytest.approx(1 - 1 / 3 * 1 / 3)  # overlap
    assert distance[3, 3] == 0  # two coders who gave nothing agree
    assert distance[3, 4] == distance[0, 4] == 1
    assert (distance == distance.T).all()


def test_masi_alpha_without_utterances_is_undefined() -> None:
    assert masi_alpha(np.zeros((0, 3), bool), np.zeros((0, 3), bool)) is None


def test_calibration_error_by_hand() -> None:
    probability = np.array([0.95, 0.95, 0.95, 0.95, 0.25, 0.25], dtype=np.float32)
    hit = np.array([True, True, True, False, True, False])
    # the bin .9 to 1: said .95, right .75, weight 4/6; the bin .2 to .3: said .25, right .50, weight 2/6
    assert expected_calibration_error(probability, hit) == pytest.approx(4 / 6 * 0.20 + 2 / 6 * 0.25, abs=1e-6)


def test_calibration_error_at_the_ends() -> None:
    assert expected_calibration_error(np.array([1.0, 0.0], np.float32), np.array([True, False])) == 0
    assert expected_calibration_error(np.array([1.0], np.float32), np.array([False])) == 1
    assert expected_calibration_error(np.zeros(0, np.float32), np.zeros(0, bool)) is None


def test_macro_kappa_takes_codes_with_enough_positives_in_the_reference() -> None:
    first = np.zeros((20, 2), bool)
    first[:10, 0], first[0, 1] = True, True
    second = first.copy()
    second[:5, 0] = False  # code 0: observed .75, expected .5; code 1 is perfect but rare
    document = np.zeros(20, np.int32)
    often = macro_kappa(first, second, document, 10)
    both = macro_kappa(first, second, document, 1)
    assert often is not None
    assert both is not None
    assert often(np.ones((1, 1)))[0] == pytest.approx(0.5)
    assert both(np.ones((1, 1)))[0] == pytest.approx(0.75)
    assert macro_kappa(first, second, document, 11) is None


def test_parity_macro_kappa_of_a_resample_with_repeated_rows() -> None:
    """A document of weight 2 counts as if it were there twice, one of weight 0 as if it were not."""
    rng = np.random.default_rng(5)
    first, second = rng.random((30, 3)) < 0.4, rng.random((30, 3)) < 0.4
    document = np.repeat(np.arange(3), 10).astype(np.int32)
    statistic = macro_kappa(first, second, document, 1)
    assert statistic is not None
    rows = np.concatenate([np.arange(10), np.arange(10), np.arange(20, 30)])
    expected = np.mean([kappa(first[rows, j], second[rows, j]) for j in range(3)])
    assert statistic(np.array([[2.0, 0.0, 1.0]]))[0] == pytest.approx(expected)


def test_precision_recall_and_f1() -> None:
    counts = confusion(
        np.array([[1, 0], [1, 0], [1, 0], [0, 0]], bool), np.array([[1, 0], [0, 0], [0, 0], [1, 0]], bool)
    )
    precision, recall, f1 = precision_recall_f1(*counts.sum(axis=0))
    assert (precision[0], recall[0], f1[0]) == pytest.approx((1 / 2, 1 / 3, 2 / 5))
    assert np.isnan([precision[1], recall[1], f1[1]]).all()
