from __future__ import annotations

import numpy as np
import pytest

from pipeline.codebook.conformal import limit, plausible, weakest


def test_weakest_is_the_least_likely_of_the_codes_given() -> None:
    logits = np.array([[3.0, 1.0, -2.0], [0.0, 5.0, 1.0]])
    given = np.array([[True, False, True], [False, True, False]])
    assert weakest(logits, given).tolist() == [-2.0, 5.0]


@pytest.mark.parametrize(
    ("n_documents", "expected"),
    [(8, -np.inf), (9, 0.0), (18, 0.0), (19, 1.0), (29, 2.0), (99, 9.0)],
)
def test_limit_of_documents_of_one_utterance(n_documents: int, expected: float) -> None:
    """Of n documents and an unseen one at most a tenth may be missed, the unseen one is: floor((n + 1) / 10) - 1."""
    conformity = np.arange(float(n_documents))
    names = [f"d{k}" for k in range(n_documents)]
    assert limit(conformity, names) == expected
    order = np.random.default_rng(1).permutation(n_documents)
    assert limit(conformity[order], [names[i] for i in order]) == expected


def test_a_long_document_weighs_no_more_than_a_short_one() -> None:
    short = [float(k) for k in range(19)]
    names = [f"d{k}" for k in range(19)]
    # The worst document said a hundred bad things, or one: it may be missed either way.
    assert limit(np.array([0.0] * 99 + short), [names[0]] * 99 + names) == 1.0


def test_plausible_holds_everything_from_the_limit_and_the_best() -> None:
    logits = np.array([[3.0, 1.0, 0.0], [-1.0, -3.0, -2.0]])
    assert plausible(logits, 1.0).tolist() == [[True, True, False], [True, False, False]]
    assert plausible(logits, -np.inf).all()
    assert plausible(logits[:, :0], 0.0).shape == (2, 0)


def test_sets_hold_at_least_nine_in_ten_where_documents_differ() -> None:
    """Two-layer draws (Dunn, Wasserman and Ramdas 2022): documents differ, utterances of one are alike."""
    draw, covered = np.random.default_rng(4), []
    for _ in range(400):
        centres = draw.normal(size=20)
        sizes = draw.integers(1, 9, 20)
        names = np.repeat([f"d{k:02}" for k in range(20)], sizes)
        conformity = np.repeat(centres, sizes) + 0.5 * draw.normal(size=sizes.sum())
        new = draw.normal() + 0.5 * draw.normal(size=200)  # a document not seen before
        covered.append((new >= limit(conformity, names.tolist())).mean())
    assert 0.9 - 0.02 < np.mean(covered) < 0.97
