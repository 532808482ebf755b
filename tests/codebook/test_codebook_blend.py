from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import log_softmax

from pipeline.codebook.blend import start, weigh
from pipeline.codebook.clues import DEFINITION, FREQUENCY, REGRESSION
from pipeline.config import CodebookConfig

CONFIG = CodebookConfig()
SPREAD = np.array([0.5, 2.0, 2.0, 0.3, 0.3, 0.3])


def study(n: int, weights: np.ndarray, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Clues at random, and codes drawn as these weights have it."""
    draw = np.random.default_rng(seed)
    clues = draw.normal(size=(n, 5, 6))
    p = np.exp(log_softmax(clues @ weights, axis=1))
    drawn = np.array([draw.choice(5, p=row) for row in p], int)
    return clues, np.eye(5)[drawn]


def test_start_trusts_the_frequency_of_codes_less_in_few_documents() -> None:
    one, many = start(1, 60, CONFIG), start(1000, 60, CONFIG)
    assert one[FREQUENCY] == pytest.approx(-0.5 * 60 / 80)
    assert many[FREQUENCY] == pytest.approx(-0.0005 * 60 / 80)
    assert start(1, 2, CONFIG)[FREQUENCY] == pytest.approx(-0.5 * 2 / 22)  # too few to have formed a frequency
    assert one[DEFINITION] == CONFIG.similarity_weight
    assert np.delete(one, FREQUENCY).tolist() == np.delete(many, FREQUENCY).tolist()


def test_parity_weights_are_the_most_likely_under_a_normal_prior() -> None:
    clues, shares = study(80, np.array([2.0, 0.5, 0.0, 0.5, -0.2, 0.4]))
    shares[:9] = 0.2  # several codes share the weight of an utterance
    first = start(7, 80, CONFIG)

    def loss(w):
        return 0.5 * (((w - first) / SPREAD) ** 2).sum() - (shares * log_softmax(clues @ w, axis=1)).sum()

    expected = minimize(loss, first, method="BFGS").x
    np.testing.assert_allclose(weigh(clues, shares, 7, CONFIG), expected, atol=1e-3)


def test_nothing_to_learn_from_leaves_the_start() -> None:
    np.testing.assert_allclose(weigh(np.zeros((0, 5, 6)), np.zeros((0, 5)), 3, CONFIG), start(3, 0, CONFIG))
    np.testing.assert_allclose(weigh(np.ones((9, 5, 6)), np.full((9, 5), 0.2), 3, CONFIG), start(3, 9, CONFIG))
    one_code = weigh(np.random.default_rng(1).normal(size=(9, 1, 6)), np.ones((9, 1)), 3, CONFIG)
    np.testing.assert_allclose(one_code, start(3, 9, CONFIG))


def test_many_codings_overrule_the_start() -> None:
    truth = np.array([0.2, 3.0, 0.0, 0.5, 0.4, -0.1])
    clues, shares = study(4000, truth)
    np.testing.assert_allclose(weigh(clues, shares, 4, CONFIG), truth, atol=0.2)


def test_a_clue_that_misleads_loses_its_weight() -> None:
    clues, shares = study(400, np.array([-1.0, 2.0, 1.0, 0.0, 0.0, 0.0]))
    assert weigh(clues, shares, 4, CONFIG)[REGRESSION] < -0.5


def test_extreme_clues_do_not_break_the_steps() -> None:
    clues, shares = study(50, np.zeros(6))
    found = weigh(clues * 200, shares, 4, CONFIG)
    assert np.isfinite(found).all()
