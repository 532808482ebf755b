"""Groups as a coder.  Permanent rule: random themes, mapped and scored on different documents, come to nothing."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.compare.coefficients import macro_kappa
from pipeline.compare.mapped import codes_of_groups, given, map_groups, shuffled


def _kappa(values: np.ndarray, chosen: np.ndarray) -> float:
    statistic = macro_kappa(values, chosen, np.zeros(len(values), np.int32), 10)
    assert statistic is not None
    return float(statistic(np.ones((1, 1)))[0])


def test_300_random_themes_reach_a_third_in_sample_and_nothing_held_out() -> None:
    """evaluation.md: 300 random clusters mapped post hoc reach kappa .35 in sample and -.01 held out."""
    rng = np.random.default_rng(7)
    n = 1200
    codes = rng.choice(18, n, p=np.arange(18, 0, -1) / 171)
    values = np.eye(18, dtype=bool)[codes]
    fold = (np.arange(n) // 60).astype(np.int32)
    themes = rng.integers(0, 300, n).astype(np.int32)
    ranked, shares = codes_of_groups(themes, values, 300)
    in_sample = _kappa(values, given(ranked, shares)[themes])
    held_out = _kappa(values, map_groups(themes, values, fold).chosen)
    assert in_sample == pytest.approx(0.35, abs=0.1)
    assert held_out == pytest.approx(0, abs=0.03)


@pytest.mark.parametrize("seed", range(5))
def test_random_themes_of_any_number_score_zero(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = np.eye(8, dtype=bool)[rng.choice(8, 900, p=[0.4, 0.2, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05])]
    fold = np.repeat(np.arange(9), 100).astype(np.int32)
    for n_themes in (2, 20, 100):
        themes = rng.integers(0, n_themes, 900).astype(np.int32)
        assert _kappa(values, map_groups(themes, values, fold).chosen) == pytest.approx(0, abs=0.05)


def test_themes_that_follow_the_codes_are_mapped_onto_them() -> None:
    codes = np.tile([0, 1, 2], 20)
    values = np.eye(3, dtype=bool)[codes]
    fold = np.repeat(np.arange(4), 15).astype(np.int32)
    found = map_groups((2 - codes).astype(np.int32), values, fold)
    assert (found.ranked[:, 0] == codes).all()
    assert (found.chosen == values).all()
    assert np.isnan(found.probability).all()


def test_a_theme_is_mapped_by_the_other_folds_only() -> None:
    """In fold 0 theme 0 means code 0, in fold 1 code 1: held out, each is told the other's code."""
    codes = np.array([0, 0, 1, 1])
    found = map_groups(np.zeros(4, np.int32), np.eye(2, dtype=bool)[codes], np.array([0, 0, 1, 1], np.int32))
    assert found.ranked[:, 0].tolist() == [1, 1, 0, 0]


def test_what_is_set_aside_or_not_left_out_gets_nothing() -> None:
    values = np.ones((4, 1), bool)
    found = map_groups(np.array([0, -1, 0, 0], np.int32), values, np.array([0, 0, 1, -1], np.int32))
    assert found.ranked[:, 0].tolist() == [0, -1, 0, -1]
    assert found.chosen[:, 0].tolist() == [True, False, True, False]


def test_codes_of_groups_by_hand() -> None:
    groups = np.array([0, 0, 0, 1, 1, -1, 2], np.int32)
    values = np.array([[1, 0, 1], [1, 0, 0], [0, 0, 1], [0, 1, 0], [0, 0, 0], [0, 1, 0], [0, 0, 0]], bool)
    ranked, shares = codes_of_groups(groups, values, 3)
    assert ranked.tolist() == [[0, 2, -1], [1, -1, -1], [-1, -1, -1]]
    assert shares[0].tolist() == pytest.approx([2 / 3, 0, 2 / 3])
    assert shares[1].tolist() == [0, 1, 0]  # the uncoded utterance of group 1 does not count
    assert given(ranked, shares).tolist() == [[True, False, True], [False, True, False], [False, False, False]]


def test_groups_without_anything() -> None:
    nothing = np.zeros(0, np.int32)
    assert map_groups(nothing, np.zeros((0, 3), bool), nothing).chosen.shape == (0, 3)
    assert map_groups(np.zeros(2, np.int32), np.zeros((2, 0), bool), np.arange(2, dtype=np.int32)).ranked.shape == (
        2,
        0,
    )
    everything_aside = map_groups(np.full(2, -1, np.int32), np.ones((2, 1), bool), np.arange(2, dtype=np.int32))
    assert everything_aside.ranked.tolist() == [[-1], [-1]]


def test_shuffled_groups_keep_their_sizes() -> None:
    groups = np.array([0, 0, 0, 1, 2, -1, 3], np.int32)
    units = np.array([True] * 6 + [False])
    dealt = shuffled(groups, units, 3)
    assert sorted(dealt[:6]) == sorted(groups[:6])
    assert dealt[6] == -1
    assert (shuffled(groups, units, 3) == dealt).all()
