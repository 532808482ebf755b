from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from pipeline.codebook.no_code import no_code
from pipeline.config import CodebookConfig

CONFIG = CodebookConfig()


def judged(evidence, coded, worked=None, new=None):
    everything = np.ones(len(coded), np.bool_)
    worked = everything if worked is None else worked
    return no_code(evidence, coded, worked, everything if new is None else new, CONFIG)


def test_what_people_worked_past_is_told_from_what_they_coded(evidence_of) -> None:
    evidence = evidence_of([30] * 6, noise=1.5)
    coded = ~evidence.table.by_anyone[:, 0]
    found = judged(evidence, coded)
    assert roc_auc_score(~coded, found.left_out) > 0.9
    assert found.left_out.mean() == pytest.approx((~coded).mean(), abs=0.03)
    sure = found.left_out > 0.5
    assert (~coded)[sure].mean() == pytest.approx(found.left_out[sure].mean(), abs=0.12)


def test_left_out_never_learns_from_the_own_document(evidence_of) -> None:
    evidence = evidence_of([12] * 6)
    coded = np.arange(72) % 3 > 0
    own = np.array([document == "d03" for document in evidence.documents])
    worked = np.ones(72, np.bool_)
    before = judged(evidence, coded, worked & ~own, own).new
    after = judged(evidence, coded ^ own, worked & ~own, own).new
    np.testing.assert_array_equal(before, after)


def test_coin_flips_give_the_base_rate(evidence_of) -> None:
    for seed in range(3):
        evidence = evidence_of([30] * 6, seed=seed)
        coded = np.random.default_rng(seed).random(180) < 0.7
        found = judged(evidence, coded).left_out
        assert abs(roc_auc_score(~coded, found) - 0.5) < 0.12
        assert found.mean() == pytest.approx((~coded).mean(), abs=0.03)
        assert found.std() < 0.1


def test_length_counts_where_it_is_told(evidence_of) -> None:
    evidence = evidence_of([30] * 6)
    coded = np.random.default_rng(1).random(180) < 0.6
    words = tuple(np.where(coded, 40, 4).tolist())
    assert roc_auc_score(~coded, judged(dataclasses.replace(evidence, words=words), coded).left_out) > 0.95
    assert roc_auc_score(~coded, judged(evidence, coded).left_out) < 0.7


@pytest.mark.parametrize("coded", [np.ones(60, np.bool_), np.zeros(60, np.bool_)])
def test_all_or_nothing_coded_tells_nothing(evidence_of, coded: np.ndarray) -> None:
    found = judged(evidence_of([10] * 6), coded)
    assert np.isnan(found.new).all()
    assert np.isnan(found.left_out).all()


@pytest.mark.parametrize(("n_documents", "known"), [(3, False), (4, True)])
def test_few_documents_tell_nothing(evidence_of, n_documents: int, known: bool) -> None:
    found = judged(evidence_of([10] * n_documents), np.arange(10 * n_documents) % 2 == 0)
    assert np.isfinite(found.new).all() == known


def test_uncoded_utterances_in_one_document_only(evidence_of) -> None:
    """With that document left out nothing can be learned; the others are still judged."""
    found = judged(evidence_of([10] * 5), np.arange(50) >= 5)
    assert np.isnan(found.left_out[:10]).all()
    assert np.isnan(found.new).all()  # what remains was coded throughout: there is nothing to calibrate on
