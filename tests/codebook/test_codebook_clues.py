from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import log_softmax

from pipeline.codebook.clues import (
    AROUND,
    DEFINITION,
    FREQUENCY,
    NEXT,
    PROTOTYPE,
    REGRESSION,
    clues,
    left_out_clues,
    neighbours,
)
from pipeline.config import CodebookConfig

CONFIG = CodebookConfig()


@pytest.fixture
def taught(evidence_of):
    """Three documents of 12, the first two coded, one utterance with two codes; the rows learned from; all rows."""
    evidence = evidence_of([12, 12, 12], n_codes=3, coded=[0, 1])
    values = evidence.table.values.copy()
    values[0, 0] = [True, True, False]
    evidence = dataclasses.replace(evidence, table=dataclasses.replace(evidence.table, values=values))
    return evidence, evidence.table.coded, np.ones(36, np.bool_)


def test_parity_regression_learns_from_weighted_rows_and_definitions(taught) -> None:
    evidence, train, everything = taught
    values = evidence.table.values
    v, codes = evidence.vectors, evidence.codes.astype(float)
    features = np.hstack([v.mixed, 0.6 * v.question]).astype(float)
    rows = [(features[i], j, 1 / values[0, i].sum()) for i in range(24) for j in range(3) if values[0, i, j]]
    rows += [(np.concatenate([codes[j], np.zeros(16)]), j, 3.0) for j in range(3)]
    x, y, w = np.array([r[0] for r in rows]), np.array([r[1] for r in rows]), np.array([r[2] for r in rows])

    def loss(flat):
        weight, bias = flat[:-3].reshape(3, -1), flat[-3:]
        log_p = log_softmax(x @ weight.T + bias, axis=1)
        return -10.0 * float(w @ log_p[np.arange(len(y)), y]) + 0.5 * float((weight**2).sum())

    best = minimize(loss, np.zeros(3 * 32 + 3), method="L-BFGS-B", options={"maxiter": 3000, "maxfun": 10**6}).x
    log_p = log_softmax(features @ best[:-3].reshape(3, -1).T + best[-3:], axis=1)
    found = clues(evidence, train, everything, CONFIG)
    np.testing.assert_allclose(found[:, :, REGRESSION], log_p, atol=0.05)


def test_the_other_clues_one_by_one(taught) -> None:
    evidence, train, everything = taught
    found = clues(evidence, train, everything, CONFIG)
    assert found.shape == (36, 3, 6)
    cosine = evidence.vectors.mixed @ evidence.codes.T
    np.testing.assert_allclose(found[:, :, DEFINITION], cosine, atol=1e-6)
    used = evidence.table.values[0].astype(float)
    shares = used[train] / used[train].sum(axis=1, keepdims=True)
    expected = np.log((shares.sum(axis=0) + 1) / (24 + 3))
    np.testing.assert_allclose(found[:, :, FREQUENCY], np.tile(expected, (36, 1)))
    features = np.hstack([evidence.vectors.mixed, 0.6 * evidence.vectors.question])
    for j in range(3):
        mean = 3 * np.concatenate([evidence.codes[j], np.zeros(16)])
        mean = mean + sum(shares[i, j] * features[train][i] for i in range(24))
        np.testing.assert_allclose(found[:, j, PROTOTYPE], features @ mean / np.linalg.norm(mean), atol=1e-5)
    base = found[:, :, REGRESSION] + 2 * found[:, :, DEFINITION]
    np.testing.assert_allclose(found[5, :, NEXT], (base[4] + base[6]) / 2 - base[5], atol=1e-5)
    np.testing.assert_allclose(found[12, :, NEXT], base[13] - base[12], atol=1e-5)  # a document begins
    around = (base[13] + base[14] / 2 + base[15] / 3) / (1 + 1 / 2 + 1 / 3) - base[12]
    np.testing.assert_allclose(found[12, :, AROUND], around, atol=1e-5)


@pytest.mark.parametrize(
    ("documents", "reach", "expected"),
    [
        ("a", 1, [1]),
        ("ab", 1, [1, 2]),
        ("aab", 1, [2, 1, 3]),
        ("aaa", 1, [2, 2, 2]),
        ("aaab", 3, [(2 + 3 / 2) / 1.5, 2, (2 + 1 / 2) / 1.5, 4]),
        ("", 3, []),
    ],
)
def test_neighbours_are_of_the_same_document(documents: str, reach: int, expected: list[float]) -> None:
    scores = np.arange(1.0, len(documents) + 1)[:, None]
    assert neighbours(scores, list(documents), reach)[:, 0].tolist() == pytest.approx(expected)


def test_left_out_clues_never_learn_from_the_own_document(evidence_of) -> None:
    evidence = evidence_of([8] * 7)
    train = evidence.table.coded
    before = left_out_clues(evidence, train, CONFIG)
    assert sorted(before.rows.tolist()) == list(range(56))
    own = np.array([document == "d02" for document in evidence.documents])
    values = evidence.table.values.copy()
    values[:, own] = values[:, own][:, :, ::-1]
    changed = dataclasses.replace(evidence, table=dataclasses.replace(evidence.table, values=values))
    after = left_out_clues(changed, train, CONFIG)
    mine = own[before.rows]
    np.testing.assert_array_equal(after.clues[mine], before.clues[mine])
    assert (after.clues[~mine] != before.clues[~mine]).any()


def test_one_document_leaves_nothing_out(evidence_of) -> None:
    evidence = evidence_of([8, 8], coded=[0])
    assert left_out_clues(evidence, evidence.table.coded, CONFIG) is None
