from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from pipeline.codebook import held_out, learning_alone, plain_regression, prototypes
from pipeline.config import CodebookConfig

CONFIG = CodebookConfig()


def test_parity_learning_alone(evidence_of) -> None:
    evidence = evidence_of([20] * 4)
    train = np.arange(80) < 60
    features = np.hstack([evidence.vectors.mixed, 0.6 * evidence.vectors.question]).astype(float)
    about = evidence.table.values[0].argmax(axis=1)
    model = LogisticRegression(C=10.0, max_iter=2000, tol=1e-8).fit(features[train], about[train])
    np.testing.assert_allclose(learning_alone(evidence, train, CONFIG), model.predict_log_proba(features), atol=0.05)


def test_learning_alone_never_says_what_nobody_coded(evidence_of) -> None:
    evidence = evidence_of([20] * 4)
    values = evidence.table.values.copy()
    values[:, :, 2] = False
    evidence = dataclasses.replace(evidence, table=dataclasses.replace(evidence.table, values=values))
    found = learning_alone(evidence, evidence.table.coded, CONFIG)
    assert (found[:, 2] == -30).all()
    assert (found[:, [0, 1, 3]] > -30).all()
    nothing = learning_alone(evidence, np.zeros(80, np.bool_), CONFIG)
    assert (nothing == -30).all()
    one = evidence.table.coded & evidence.table.by_anyone[:, 1]
    assert learning_alone(evidence, one, CONFIG).argmax(axis=1).tolist() == [1] * 80


@pytest.mark.parametrize("baseline", [plain_regression, prototypes])
def test_baselines_are_held_out_by_the_folds_of_the_suggestions(evidence_of, baseline) -> None:
    evidence = evidence_of([9] * 6)
    found, ours = baseline(evidence, CONFIG), held_out(evidence, CONFIG)
    np.testing.assert_array_equal(found.fold, ours.fold)
    assert found.chosen.sum(axis=1).tolist() == [1] * 54
    assert (found.chosen.argmax(axis=1) == found.ranked[:, 0]).all()
    own = np.array([document == "d01" for document in evidence.documents])
    values = evidence.table.values.copy()
    values[:, own] = values[:, own][:, :, ::-1]
    changed = dataclasses.replace(evidence, table=dataclasses.replace(evidence.table, values=values))
    after = baseline(changed, CONFIG)
    np.testing.assert_array_equal(after.scores[own], found.scores[own])
    assert (after.scores[~own] != found.scores[~own]).any()
    assert baseline(evidence_of([9] * 6, coded=[2]), CONFIG) is None


def test_only_the_regression_gives_probabilities(evidence_of) -> None:
    evidence = evidence_of([9] * 6)
    np.testing.assert_allclose(plain_regression(evidence, CONFIG).probabilities.sum(axis=1), 1, atol=1e-4)
    assert np.isnan(prototypes(evidence, CONFIG).probabilities).all()


def test_prototypes_are_means_of_coded_utterances(evidence_of) -> None:
    evidence = evidence_of([9] * 6)
    taught = np.arange(54) < 27
    found = prototypes(evidence, CONFIG, taught)
    features = np.hstack([evidence.vectors.mixed, 0.6 * evidence.vectors.question]).astype(float)
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    own = np.array([document == "d00" for document in evidence.documents])
    for j in range(4):
        mean = features[taught & ~own & evidence.table.by_anyone[:, j]].mean(axis=0)
        np.testing.assert_allclose(found.scores[own, j], features[own] @ mean / np.linalg.norm(mean), atol=1e-5)


def test_what_is_not_taught_is_not_learned(evidence_of) -> None:
    evidence = evidence_of([9] * 6)
    nothing = np.zeros(54, np.bool_)
    assert (plain_regression(evidence, CONFIG, nothing).scores == -30).all()
    assert (prototypes(evidence, CONFIG, nothing).scores == -1).all()
