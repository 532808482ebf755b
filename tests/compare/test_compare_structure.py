"""AMI, its rotation null and phi, against scikit-learn, brute force and the traps that neighbourhood sets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.compare.contingency import adjusted_mutual_information, expected_information
from pipeline.compare.groupings import ceiling, neighbours
from pipeline.compare.pairs import phi_across_documents
from pipeline.compare.structure import Sample, draw_codes, rotations, score_structure
from pipeline.config import CompareConfig

CONFIG = CompareConfig()
LABELS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6)), min_size=2, max_size=60)


def _runs(rng: np.random.Generator, n_documents: int, length: int, n_codes: int) -> tuple[np.ndarray, np.ndarray]:
    """Codes that run over neighbouring utterances: after each utterance the same code goes on with chance .7."""
    document = np.repeat(np.arange(n_documents), length).astype(np.int32)
    codes = rng.integers(0, n_codes, len(document))
    for i in range(1, len(document)):
        if document[i] == document[i - 1] and rng.random() < 0.7:
            codes[i] = codes[i - 1]
    return document, codes.astype(np.int32)


def _sample(document: np.ndarray, codes: np.ndarray) -> Sample:
    values = np.eye(int(codes.max()) + 1, dtype=bool)[codes]
    return Sample(document, values, draw_codes(values, CONFIG.draws, 1))


@settings(max_examples=80, deadline=None)
@given(LABELS)
def test_parity_ami_with_scikit_learn(labels: list[tuple[int, int]]) -> None:
    from sklearn.metrics import adjusted_mutual_info_score

    first, second = (np.array(side, dtype=np.int32) for side in zip(*labels, strict=True))
    value = adjusted_mutual_information(first, second)
    if value is not None:
        assert value == pytest.approx(adjusted_mutual_info_score(first, second), abs=1e-9)


def test_parity_chance_term_with_scikit_learn_on_large_unequal_groups() -> None:
    from sklearn.metrics.cluster import contingency_matrix, expected_mutual_information

    rng = np.random.default_rng(4)
    first = np.floor(20 * rng.random(3000) ** 3).astype(np.int32)
    second = np.floor(60 * rng.random(3000) ** 2).astype(np.int32)
    table = contingency_matrix(first, second, sparse=True).astype(np.int64)
    expected = expected_mutual_information(table, 3000)
    assert expected_information(np.bincount(first), np.bincount(second)) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("second", [[0, 0, 0, 0], [0, 1, 2, 3]])
def test_ami_is_undefined_where_both_groupings_are_trivial_and_alike(second: list[int]) -> None:
    assert adjusted_mutual_information(np.array(second, np.int32), np.array(second, np.int32)) is None


def test_ami_of_one_group_is_zero_and_of_equal_groups_one() -> None:
    codes = np.array([0, 0, 1, 1, 2, 2], np.int32)
    assert adjusted_mutual_information(np.zeros(6, np.int32), codes) == pytest.approx(0)
    assert adjusted_mutual_information(codes[::-1].copy(), codes[::-1].copy() + 5) == pytest.approx(1)
    assert adjusted_mutual_information(codes[:0], codes[:0]) is None


def _phi_by_pairs(groups: np.ndarray, values: np.ndarray, document: np.ndarray) -> float | None:
    marks = [
        (groups[i] == groups[j], bool((values[i] & values[j]).any()))
        for i in range(len(groups))
        for j in range(i)
        if document[i] != document[j]
    ]
    same, share = (np.array(side, dtype=float) for side in zip(*marks, strict=True)) if marks else ([], [])
    if len(same) == 0 or same.std() == 0 or share.std() == 0:
        return None
    return float(np.corrcoef(same, share)[0, 1])


@pytest.mark.parametrize("seed", range(8))
def test_parity_phi_with_a_loop_over_pairs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 50))
    groups = rng.integers(0, 4, n).astype(np.int32)
    document = np.sort(rng.integers(0, 5, n)).astype(np.int32)
    values = rng.random((n, 6)) < 0.25
    expected = _phi_by_pairs(groups, values, document)
    found = phi_across_documents(groups, values, document)
    assert found == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize("seed", range(3))
def test_rotation_keeps_each_documents_groups_in_their_circle(seed: int) -> None:
    rng = np.random.default_rng(seed)
    document = np.sort(np.concatenate([np.arange(6), rng.integers(0, 6, 30)])).astype(np.int32)
    groups = rng.integers(0, 5, len(document)).astype(np.int32)
    for turned in rotations(groups, document, 10, seed):
        for k in range(6):
            here = document == k
            own, new = groups[here].tolist(), turned[here].tolist()
            if len(own) > 1:
                assert new in [own[o:] + own[:o] for o in range(1, len(own))]
        assert sorted(turned) == sorted(groups)


def test_utterances_alone_in_their_documents_swap_their_groups() -> None:
    groups = np.arange(50, dtype=np.int32) // 10
    turned = rotations(groups, np.arange(50, dtype=np.int32), 5, 1)
    assert all(sorted(row) == sorted(groups) for row in turned)
    assert (turned != groups).any(axis=1).all()
    row = score_structure("answers", groups, _sample(np.arange(50, dtype=np.int32), groups), CONFIG)
    assert row.null == pytest.approx(0, abs=0.1)
    assert row.excess.value == pytest.approx(1, abs=0.1)


def test_blocks_of_neighbours_reach_a_high_ami_and_no_excess() -> None:
    document, codes = _runs(np.random.default_rng(2), 30, 60, 15)
    row = score_structure("blocks", neighbours(document), _sample(document, codes), CONFIG)
    assert row.ami is not None
    assert row.ami > 0.15
    assert abs(row.excess.value) < 0.02


@pytest.mark.parametrize("seed", range(3))
def test_random_themes_score_about_zero(seed: int) -> None:
    rng = np.random.default_rng(seed)
    document, codes = _runs(rng, 30, 40, 15)
    groups = rng.integers(-1, 12, len(codes)).astype(np.int32)
    row = score_structure("random", groups, _sample(document, codes), CONFIG)
    assert row.excess.value == pytest.approx(0, abs=0.015)
    assert row.excess.low < 0.005
    assert row.excess.high > -0.005
    assert row.phi == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize("n_documents", [8, 40])
def test_themes_that_follow_the_codes_have_an_excess_within_its_interval(n_documents: int) -> None:
    rng = np.random.default_rng(3)
    document, codes = _runs(rng, n_documents, 40, 15)
    groups = np.where(rng.random(len(codes)) < 0.7, codes, rng.integers(0, 15, len(codes))).astype(np.int32)
    row = score_structure("ours", groups, _sample(document, codes), CONFIG)
    assert row.excess.value == pytest.approx(row.ami - row.null)
    assert 0.15 < row.excess.low < row.excess.value < row.excess.high < 0.6
    assert row.phi > 0.3


def test_set_aside_utterances_are_left_out_of_ami_and_alone_in_ami_all() -> None:
    from sklearn.metrics import adjusted_mutual_info_score

    document, codes = _runs(np.random.default_rng(5), 10, 20, 5)
    groups = codes.copy()
    groups[::3] = -1
    row = score_structure("ours", groups, _sample(document, codes), CONFIG)
    alone = np.where(groups < 0, 100 + np.arange(len(groups)), groups)
    assert row.ami == pytest.approx(1)
    assert row.ami_all == pytest.approx(adjusted_mutual_info_score(codes, alone))
    assert row.placed == pytest.approx((groups >= 0).mean())


def test_everything_set_aside_says_so() -> None:
    document, codes = _runs(np.random.default_rng(5), 4, 10, 5)
    row = score_structure("ours", np.full(40, -1, np.int32), _sample(document, codes), CONFIG)
    assert (row.ami, row.null, row.excess.value, row.phi, row.placed, row.groups) == (None, None, None, None, 0.0, 0)
    assert row.reason == row.excess.reason == "no coded utterance is in a group"


def test_one_document_has_no_interval_and_no_phi() -> None:
    codes = np.array([0, 0, 1, 1, 2, 2, 0, 1], np.int32)
    row = score_structure("ours", codes, _sample(np.zeros(8, np.int32), codes), CONFIG)
    assert row.ami == pytest.approx(1)
    assert row.excess.low is None
    assert "one document" in row.excess.reason
    assert row.phi is None
    assert row.reason.startswith("phi")


def test_one_code_leaves_nothing_to_agree_about() -> None:
    row = score_structure(
        "ours", np.zeros(6, np.int32), _sample(np.arange(6, dtype=np.int32), np.zeros(6, np.int32)), CONFIG
    )
    assert row.ami is None
    assert row.excess.value is None
    assert "only one code" in row.reason


def test_draws_take_each_code_of_an_utterance_equally_often() -> None:
    values = np.array([[1, 0, 0], [1, 0, 1], [0, 1, 1]], dtype=bool)
    draws = draw_codes(values, 3000, 1)
    assert (draws[:, 0] == 0).all()
    assert set(draws[:, 1]) == {0, 2}
    assert (draws[:, 2] == 1).mean() == pytest.approx(0.5, abs=0.05)
    assert draw_codes(values[:1], 20, 1).shape == (1, 1)


def test_parity_chance_term_with_scikit_learn_on_rare_meetings() -> None:
    """Two small groups in a large study hardly ever meet, and meetings of two and more still count."""
    from sklearn.metrics.cluster import contingency_matrix, expected_mutual_information

    first = np.repeat([0, 1], [25, 9975])
    table = contingency_matrix(first, first, sparse=True).astype(np.int64)
    sizes = np.array([25, 9975])
    expected = expected_mutual_information(table, 10000)
    assert expected_information(sizes, sizes) == pytest.approx(expected, rel=1e-8)


def test_the_ceiling_is_near_one_for_codes_of_utterances_and_nothing_for_codes_of_documents() -> None:
    rng = np.random.default_rng(8)
    document = np.repeat(np.arange(12), 25).astype(np.int32)
    for codes, low, high in ((rng.integers(0, 5, 300), 0.9, 1.0), (document % 4, -0.01, 0.01)):
        sample = _sample(document, codes.astype(np.int32))
        name, groups = ceiling(sample.values, 1)
        row = score_structure(name, groups, sample, CONFIG)
        assert row.ami == pytest.approx(1)
        assert low <= row.excess.value <= high


def test_the_ceiling_of_several_codes_an_utterance_is_below_one() -> None:
    values = np.random.default_rng(9).random((400, 6)) < 0.4
    values[:, 0] |= ~values.any(axis=1)
    sample = Sample(np.repeat(np.arange(8), 50).astype(np.int32), values, draw_codes(values, 10, 1))
    _, groups = ceiling(values, 1)
    assert values[np.arange(400), np.unique(np.nonzero(values)[1])[groups]].all()
    row = score_structure("", groups, sample, CONFIG)
    assert 0.1 < row.excess.value < 0.6
