from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from pipeline.codebook import by_definition, explain, held_out, learned
from pipeline.config import CodebookConfig

CONFIG = CodebookConfig()
DEFINITIONS = ("Waiting: a nurse is late", "Trust", "Food", "")


def texts(n: int) -> list[str]:
    return ["the nurses were late with the food", "nobody trusted us"] * (n // 2)


@pytest.fixture
def studied(evidence_of):
    return evidence_of([6] * 6)


def test_similarity_is_the_cosine_to_the_definition(studied) -> None:
    found = held_out(studied, CONFIG)
    why = explain(studied, found, DEFINITIONS, texts(36))
    for i in range(36):
        for place, code in enumerate(found.ranked[i]):
            assert why.similarity[i, place] == pytest.approx(
                float(studied.vectors.mixed[i] @ studied.codes[code]), abs=1e-6
            )


@pytest.mark.parametrize("suggest", [held_out, learned])
def test_parity_examples_are_the_nearest_that_may_be_shown(studied, suggest) -> None:
    found = suggest(studied, CONFIG)
    why = explain(studied, found, DEFINITIONS, texts(36))
    assert why.examples.shape == (36, 3, 2)
    given, own, documents = studied.table.by_anyone, studied.vectors.own, studied.documents
    for i in range(36):
        for place, code in enumerate(found.ranked[i]):
            others = [k for k in range(36) if given[k, code] and k != i]
            if suggest is held_out:
                others = [k for k in others if documents[k] != documents[i]]
            near = sorted(others, key=lambda k: -float(own[i] @ own[k]))[:2]
            assert why.examples[i, place].tolist() == near + [-1] * (2 - len(near))


def test_examples_never_come_from_a_document_that_was_left_out_together(evidence_of) -> None:
    studied = evidence_of([3] * 14)
    found = held_out(studied, CONFIG)
    assert len(set(found.fold.tolist())) == 5
    shown = explain(studied, found, DEFINITIONS, texts(42)).examples
    rows = np.broadcast_to(np.arange(42)[:, None, None], shown.shape)
    assert (shown >= 0).mean() > 0.9
    assert (found.fold[shown[shown >= 0]] != found.fold[rows[shown >= 0]]).all()


def test_words_meet_in_the_order_of_the_utterance(studied) -> None:
    found = by_definition(studied)
    why = explain(studied, found, DEFINITIONS, texts(36))
    expected = {0: ("nurses", "late"), 1: (), 2: ("food",), 3: ()}
    assert [list(row) for row in why.words[::2]] == [[expected[c] for c in row] for row in found.ranked[::2].tolist()]
    assert {words for i in range(1, 36, 2) for words in why.words[i]} == {(), ("trusted",)}


def test_what_has_no_code_has_no_reason(evidence_of) -> None:
    studied = evidence_of([4] * 4, coded=[0, 1])
    why = explain(studied, held_out(studied, CONFIG), DEFINITIONS, texts(16))
    assert np.isnan(why.similarity[8:]).all()
    assert np.isfinite(why.similarity[:8]).all()
    assert (why.examples[8:] == -1).all()
    assert why.words[8:] == (((), (), ()),) * 8


def test_a_code_that_nobody_gave_has_no_examples(studied) -> None:
    nobody = dataclasses.replace(studied, table=dataclasses.replace(studied.table, values=studied.table.values[:0]))
    why = explain(nobody, by_definition(nobody), DEFINITIONS, texts(36))
    assert (why.examples == -1).all()
    once = np.zeros_like(studied.table.values)
    once[0, 7, 2] = True
    single = dataclasses.replace(studied, table=dataclasses.replace(studied.table, values=once))
    found = by_definition(single)
    why = explain(single, found, DEFINITIONS, texts(36))
    shown = why.examples[found.ranked == 2]
    assert set(map(tuple, shown.tolist())) <= {(7, -1), (-1, -1)}
    assert (why.examples[7] == -1).all()
