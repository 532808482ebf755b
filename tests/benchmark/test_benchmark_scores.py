from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.benchmark import scores
from pipeline.benchmark.scores import Hits

LABELS = st.lists(st.tuples(st.integers(-1, 4), st.integers(-1, 4)), min_size=2, max_size=60)


def naive_rand(first, second):
    """By pairs of rows: together in both, against what chance gives; 1 where nothing could differ."""
    pairs = list(combinations(range(len(first)), 2))
    one, other = ([labels[i] == labels[j] for i, j in pairs] for labels in (first, second))
    both = sum(a and b for a, b in zip(one, other, strict=True))
    expected, most = sum(one) * sum(other) / len(pairs), (sum(one) + sum(other)) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)


@given(LABELS)
def test_adjusted_rand_is_that_of_pairs_over_the_rows_that_both_placed(pairs):
    first, second = np.array(pairs, np.int32).T
    both = (first >= 0) & (second >= 0)
    found = scores.adjusted_rand(first, second)
    if both.sum() < 2:
        assert found is None
    else:
        assert found == pytest.approx(naive_rand(first[both].tolist(), second[both].tolist()), abs=1e-9)


def test_mean_rand_is_over_all_pairs_and_unknown_for_one():
    one, other = np.array([0, 0, 1, 1], np.int32), np.array([0, 1, 0, 1], np.int32)
    assert scores.mean_rand([one]) is None
    assert scores.mean_rand([one, one, other]) == pytest.approx((1 - 0.5 - 0.5) / 3)


@pytest.mark.parametrize(
    ("themes", "others", "best"),
    [
        ([0, 0, 1, 1], [5, 5, 3, 3], [1.0, 1.0]),
        (
            [0, 0, 0, -1],
            [0, 0, 1, 0],
            [
                0.5,
            ],
        ),
        ([0, 0, 1, -1], [-1, -1, -1, -1], [0.0, 0.0]),
        ([0, 2, 2, 2], [0, 0, 0, 1], [1 / 3, np.nan, 0.5]),
        ([-1, -1], [0, 1], []),
    ],
)
def test_best_jaccards(themes, others, best):
    found = scores.best_jaccards(np.array(themes, np.int32), np.array(others, np.int32))
    np.testing.assert_allclose(found, np.array(best), rtol=1e-6)


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=50))
def test_roc_area_is_how_often_a_true_row_scores_higher(pairs):
    score, truth = np.array([p[0] for p in pairs], np.float32), np.array([p[1] for p in pairs])
    found = scores.roc_area(score, truth)
    if truth.all() or not truth.any():
        assert found is None
    else:
        wins = [1.0 if a > b else 0.5 if a == b else 0.0 for a in score[truth] for b in score[~truth]]
        assert found == pytest.approx(sum(wins) / len(wins))


def test_hits_count_each_coder_and_leave_out_what_was_not_judged(make_case):
    case = make_case()
    rows = np.zeros(len(case.utterances), np.bool_)
    rows[[0, 1]] = True  # coders differ on row 0 and agree on row 1
    truth = case.table.values[0].argmax(axis=1)
    ranked = case.held_out.ranked.copy()
    ranked[:, 0] = truth
    ranked[:, 1:] = -1
    chosen = case.table.values[0].copy()
    said = type(case.held_out)(
        **{f: getattr(case.held_out, f) for f in case.held_out.__slots__} | {"ranked": ranked, "chosen": chosen}
    )
    assert scores.hits(said, case.table, rows, 10) == Hits(0.75, 0.75, None, 4)
    everything = scores.hits(said, case.table, case.table.coded, 10)
    assert everything.units == 2 * case.table.coded.sum()
    assert 0.9 < everything.top1 < 1
    assert 0.85 < everything.kappa < 1
    ranked[:] = -1
    assert scores.hits(said, case.table, rows, 10) == Hits(None, None, None, 0)


def test_means_leave_out_what_is_unknown():
    assert scores.mean([None, 1.0, 2.0]) == 1.5
    assert scores.mean([None]) is None
    assert scores.mean_hits([Hits(0.2, 0.4, None, 10), Hits(0.4, 0.6, 0.5, 20)]) == Hits(
        pytest.approx(0.3), 0.5, 0.5, 15
    )
