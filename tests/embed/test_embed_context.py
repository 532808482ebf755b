"""Vectors in context: centred, with their neighbours and the question, by hand and by rule."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline import embed
from pipeline.config import EmbedConfig
from pipeline.embed import centre, in_context
from pipeline.records import Role, Space, Utterance, Vectors

CONFIG = EmbedConfig(neighbour_weight=0.5, question_weight=0.3)


def say(clean: str, document: str = "A", block: int = 1, question: str = "") -> Utterance:
    place = (1, 1, 0, len(clean))
    return Utterance(
        f"{document}-{clean}", document, "", *place, "P", "P", Role.PARTICIPANT, clean, clean, question, block
    )


def unit(row):
    length = np.linalg.norm(row)
    return np.asarray(row) / length if length else np.asarray(row)


def rows(*values):
    return np.array(values, np.float32)


NONE = np.zeros((1, 3), np.float32)
# A frame that changes nothing: what is mixed in can then be read off.
FLAT = Space(np.zeros(3, np.float32), np.zeros(3, np.float32), 0.5, 0.3)


def mixed(utterances, plain, asked=None, space=FLAT):
    plain = np.asarray(plain, np.float32)
    return in_context(utterances, plain, np.zeros_like(plain) if asked is None else asked, CONFIG, space)


def test_centre_takes_the_mean_away():
    plain = rows([1, 0, 0], [0, 1, 0], [0, 0, 1])
    centred = centre(plain)
    assert centred == pytest.approx(np.stack([unit(row) for row in plain - plain.mean(axis=0)]), abs=1e-6)
    assert centre(plain, rows(1, 0, 0))[0].tolist() == [0, 0, 0]
    assert centre(rows([3, 4, 0]), np.zeros(3, np.float32))[0] == pytest.approx([0.6, 0.8, 0])
    assert centre(np.zeros((0, 3))).shape == (0, 3)
    assert centre(np.zeros((0, 3))).dtype == np.float32


def test_the_frame_is_fitted_on_different_texts():
    utterances = [say("a", question="why"), say("b", question="why"), say("a", "B", question="how"), say("c", "B")]
    plain = rows([1, 0, 0], [0, 1, 0], [1, 0, 0], [0, 0, 1])
    asked = rows([1, 0, 0], [1, 0, 0], [0, 1, 0], [9, 9, 9])  # the last row has no question and is ignored
    found = in_context(utterances, plain, asked, CONFIG)
    assert found.space.mean == pytest.approx([1 / 3, 1 / 3, 1 / 3])
    assert found.space.question_mean == pytest.approx([0.5, 0.5, 0])
    assert (found.space.neighbour_weight, found.space.question_weight) == (0.5, 0.3)
    assert found.own[0] == pytest.approx(unit([2, -1, -1]), abs=1e-6)
    assert found.question == pytest.approx(np.stack([unit(r) for r in ([1, -1, 0], [1, -1, 0], [-1, 1, 0], [0, 0, 0])]))
    assert found.plain is plain


def test_neighbours_are_half_before_and_half_after():
    found = mixed([say("a"), say("b"), say("c")], np.eye(3)).mixed
    assert found[0] == pytest.approx(unit([1, 0.25, 0]))
    assert found[1] == pytest.approx(unit([0.25, 1, 0.25]))
    assert found[2] == pytest.approx(unit([0, 0.25, 1]))


@pytest.mark.parametrize(
    "others",
    [
        {"block": 2},  # an interviewer spoke in between
        {"document": "B"},
    ],
)
def test_neighbours_stand_in_one_stretch_of_one_document(others):
    found = mixed([say("a"), say("b", **others)], np.eye(2, 3)).mixed
    assert found == pytest.approx(np.eye(2, 3))


def test_a_document_without_an_interviewer_gets_no_context():
    alone = [say("a", "A", 0), say("b", "A", 0), say("c", "A", 0)]
    assert mixed(alone, np.eye(3)).mixed == pytest.approx(np.eye(3))
    # As soon as an interviewer speaks in it, the stretch before that has context too.
    asked = [say("a", "A", 0), say("b", "A", 0), say("c", "A", 1)]
    assert mixed(asked, np.eye(3)).mixed[0] == pytest.approx(unit([1, 0.25, 0]))


def test_what_is_said_twice_in_a_row_counts_once():
    plain = np.eye(3, dtype=np.float32)
    once = mixed([say("a"), say("b"), say("c")], plain).mixed
    twice = mixed([say("a"), say("b"), say("b"), say("b"), say("c")], plain[[0, 1, 1, 1, 2]]).mixed
    assert twice[[0, 1, 4]].tobytes() == once.tobytes()
    assert twice[1].tobytes() == twice[2].tobytes() == twice[3].tobytes()


def test_the_question_is_mixed_in_by_its_weight():
    asked = rows([0, 0, 5], [0, 0, 5])
    found = mixed([say("a", question="why"), say("b", "B")], rows([1, 0, 0], [0, 1, 0]), asked)
    assert found.mixed[0] == pytest.approx(unit([1, 0, 0.3]))
    assert found.mixed[1] == pytest.approx([0, 1, 0])
    assert found.question.tolist() == [[0, 0, 1], [0, 0, 0]]


def test_no_weights_no_context():
    space = Space(FLAT.mean, FLAT.question_mean, 0.0, 0.0)
    found = mixed([say("a", question="why"), say("b", question="why")], np.eye(2, 3), rows([0, 0, 1], [0, 0, 1]), space)
    assert found.mixed == pytest.approx(found.own)


def test_all_vectors_are_of_length_one_or_zero():
    rng = np.random.default_rng(2)
    utterances = [say(f"t{i}", f"D{i // 5}", i % 3, f"why {i}" if i % 2 else "") for i in range(20)]
    plain = rng.normal(size=(20, 8)).astype(np.float32)
    found = in_context(utterances, plain, plain[::-1].copy(), CONFIG)
    for part in (found.own, found.mixed):
        assert part.dtype == np.float32
        assert np.linalg.norm(part, axis=1) == pytest.approx(np.ones(20), abs=1e-5)
    assert np.linalg.norm(found.question, axis=1) == pytest.approx([i % 2 for i in range(20)], abs=1e-5)


def test_one_text_alone_is_its_own_mean():
    found = in_context([say("a"), say("a", "B")], rows([1, 2, 3], [1, 2, 3]), rows([0, 0, 0], [0, 0, 0]), CONFIG)
    assert not found.own.any()
    assert not found.mixed.any()


def test_nothing_at_all():
    none = np.zeros((0, 4), np.float32)
    found = in_context([], none, none, CONFIG)
    assert found.mixed.shape == found.own.shape == found.question.shape == (0, 4)
    assert found.space.mean.tolist() == [0, 0, 0, 0]


def test_the_frame_of_an_earlier_run_is_used_again():
    rng = np.random.default_rng(3)
    old = [say(f"t{i}", f"D{i // 4}", i // 2 + 1, "why") for i in range(8)]
    plain, asked = rng.normal(size=(2, 8, 5)).astype(np.float32)
    fitted = in_context(old, plain, asked, CONFIG)
    other = EmbedConfig(neighbour_weight=0.0, question_weight=0.0)
    again = in_context(old[:4], plain[:4], asked[:4], other, fitted.space)
    assert again.space is fitted.space
    assert again.mixed.tobytes() == fitted.mixed[:4].tobytes()
    refitted = in_context(old[:4], plain[:4], asked[:4], CONFIG)
    assert refitted.mixed.tobytes() != again.mixed.tobytes()


def test_neither_repetition_nor_the_order_of_documents_changes_a_vector():
    rng = np.random.default_rng(4)
    utterances = [say(f"t{i}", f"D{i // 5}", i % 5 // 3 + 1, f"q{i // 5}") for i in range(20)]
    plain, asked = rng.normal(size=(2, 20, 6)).astype(np.float32)
    asked = asked[np.arange(20) // 5 * 5]  # one vector a question
    base = in_context(utterances, plain, asked, CONFIG)
    order = [*range(10, 20), *range(5), *range(5, 10), *range(5)]
    copied = [utterances[i] for i in order[:20]]
    copied += [say(utterances[i].clean, "copy", utterances[i].block, utterances[i].question) for i in range(5)]
    moved = in_context(copied, plain[order], asked[order], CONFIG)
    assert moved.mixed.tobytes() == base.mixed[order].tobytes()


def test_rows_and_joined_are_each_others_reverse() -> None:
    """The vectors of some utterances, and of two waves one after the other, in every part."""
    parts = [np.arange(10, dtype=np.float32).reshape(5, 2) + shift for shift in (0, 100, 200, 300)]
    whole = Vectors(*parts, Space(parts[0][0], parts[0][1], 0.5, 0.3))
    first, second = embed.rows(whole, np.array([0, 1, 2])), embed.rows(whole, np.array([3, 4]))
    assert second.own.tolist() == [[106, 107], [108, 109]]
    again = embed.joined(first, second)
    for name in ("plain", "own", "mixed", "question"):
        assert np.array_equal(getattr(again, name), getattr(whole, name))
    assert again.space is whole.space
    assert len(embed.rows(whole, np.array([], np.int64)).mixed) == 0
