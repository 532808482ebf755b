"""What analysts decided in the review: refused codes, settled utterances, work utterance by utterance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.compare import compare, triage
from pipeline.compare.consensus import with_consensus
from pipeline.compare.disagree import disagreements
from pipeline.compare.order import best_fit, likely
from pipeline.compare.units import align, arrange
from pipeline.config import CompareConfig
from pipeline.records import AGREED, CodingTable, Suggestions

CODES = ["trust", "time", "money"]
CONFIG = CompareConfig(rotations=4, draws=2, bootstrap=20, min_positives=1)


def refusing(suggestions: Suggestions, refused: np.ndarray) -> Suggestions:
    """As the room codebook leaves refused codes out: no score, no number, not ranked, not chosen."""
    scores = np.where(refused, np.float32(-np.inf), suggestions.scores)
    ranked = np.argsort(-scores, axis=1, kind="stable")[:, :3].astype(np.int32)
    ranked = np.where(np.isneginf(np.take_along_axis(scores, ranked, axis=1)), np.int32(-1), ranked)
    probabilities = np.where(refused, np.float32(np.nan), suggestions.probabilities)
    return replace(
        suggestions, scores=scores, ranked=ranked, probabilities=probabilities, chosen=suggestions.chosen & ~refused
    )


@settings(max_examples=40, deadline=None)
@given(data=st.data(), calibrated=st.booleans())
def test_a_refused_code_is_not_likely_there_and_stays_likely_elsewhere(data, calibrated: bool) -> None:
    """Regression: one refused pair once took its code out of the order of reading altogether."""
    n = data.draw(st.integers(3, 8))
    chance = np.random.default_rng(data.draw(st.integers(0, 99))).uniform(0.05, 0.95, (n, 3)).astype(np.float32)
    refused = np.zeros((n, 3), np.bool_)
    for row, code in data.draw(st.lists(st.tuples(st.integers(1, n - 1), st.integers(0, 2)), min_size=1, max_size=5)):
        refused[row, code] = True
    machine = _machine(chance, calibrated)
    after = replace(
        machine,
        scores=np.where(refused, np.float32(-np.inf), machine.scores),
        probabilities=np.where(refused, np.float32(np.nan), machine.probabilities),
    )
    found = likely(after)
    assert (found[refused] == 0).all()
    assert (found[~refused] > 0).all()
    if calibrated:
        assert found[~refused] == pytest.approx(chance[~refused])
    fit = best_fit(after)
    assert np.isfinite(fit).all()
    assert ((fit >= 0) & (fit <= 1)).all()
    assert (best_fit(machine)[~refused.any(axis=1)] == fit[~refused.any(axis=1)]).all() or not calibrated


def _machine(chance: np.ndarray, calibrated: bool):
    from pipeline.compare.units import Machine

    n = len(chance)
    shown = chance if calibrated else np.full_like(chance, np.nan)
    return Machine(
        ranked=np.zeros((n, 3), np.int32),
        probability=shown,
        scores=np.log(chance),
        probabilities=shown,
        chosen=chance > 1,
        no_code=np.full(n, np.nan, np.float32),
        fold=np.full(n, -1, np.int32),
    )


@pytest.fixture
def settled_table(make_table) -> CodingTable:
    """Ada and Ben differ on 0, 1 and 2; 1 was settled as time, 2 as no code; on 3 Ben said no to money."""
    table = make_table(
        {
            "Ada": [["trust"], ["trust"], ["trust"], []],
            "Ben": [["time"], ["time"], [], []],
            AGREED: [None, ["time"], [], None],
        },
        CODES,
    )
    refused = np.zeros((4, 3), np.bool_)
    refused[1], refused[2] = ~table.values[2, 1], True
    refused[3, 2] = True
    return replace(table, refused=refused)


def test_what_was_settled_is_the_truth_and_no_third_coder(make_utterances, settled_table) -> None:
    study = arrange(make_utterances(["a"] * 4), settled_table, ())
    assert study.coders == ("Ada", "Ben")
    assert study.values.shape == (2, 4, 3)
    assert study.settled.tolist() == [False, True, True, False]
    assert study.coded.tolist() == [[True, True, False], [False, True, False], [False] * 3, [False] * 3]
    both = with_consensus(study)
    assert both.coders == ("Ada", "Ben", "consensus")
    assert both.values[2].tolist() == [[False] * 3, [False, True, False], [False] * 3, [False] * 3]
    assert both.worked[2].tolist() == [True] * 4


def test_one_coder_and_what_was_settled_have_a_consensus_there(make_utterances, make_table) -> None:
    table = make_table({"Ada": [["trust"], ["trust"]], AGREED: [None, ["time"]]}, CODES)
    both = with_consensus(arrange(make_utterances(["a"] * 2), table, ()))
    assert both.coders == ("Ada", "consensus")
    assert both.worked[1].tolist() == [False, True]
    assert both.values[1].tolist() == [[False] * 3, [True, True, False]]  # nobody refused trust here


def test_people_are_compared_as_they_coded_and_nothing_settled_is_discussed(
    make_utterances, make_placement, settled_table, make_suggestions
) -> None:
    chance = [[0.1, 0.1, 0.8]] * 3 + [[0.1, 0.05, 0.85]]
    suggestions = make_suggestions(chance, CODES, [0, 0, 1, 1])
    utterances = make_utterances(["a", "a", "b", "b"])
    found = compare(utterances, make_placement([0] * 4), ("T1",), settled_table, suggestions, None, {}, {}, CONFIG)
    names = {(pair.first, pair.second) for pair in found.human}
    assert ("Ada", "Ben") in names
    assert not any(AGREED in pair for pair in names)
    assert {pair.first for pair in found.agreements} == {"Ada", "Ben", "consensus"}
    assert {each.utterance for each in found.disagreements} == {0}
    without = replace(settled_table, refused=settled_table.refused & (np.arange(4) < 3)[:, None])
    study = arrange(utterances, without, (suggestions,))
    assert {each.utterance for each in disagreements(study, align(suggestions, study), 10)} == {0, 3}


def test_unread_are_utterances_that_nobody_is_done_with(
    make_utterances, make_placement, make_table, make_suggestions
) -> None:
    table = make_table({"Ada": [["trust"], [], None, None, None], AGREED: [None, None, ["time"], None, None]}, CODES)
    suggestions = make_suggestions([[0.5, 0.3, 0.2]] * 5, CODES, [-1] * 5)
    found = triage(make_utterances(["a"] * 5), suggestions, table, make_placement([0] * 5), ("T1",), CONFIG)
    assert (found.n_read, found.n_unread) == (3, 2)
    assert sorted(item.utterance for item in found.items) == [3, 4]


def test_no_refused_code_is_named_as_a_reason_to_read(
    make_utterances, make_placement, make_table, make_suggestions
) -> None:
    refused = np.zeros((4, 3), np.bool_)
    refused[2, 0] = True
    suggestions = refusing(make_suggestions([[0.9, 0.3, 0.1]] * 4, CODES, [-1] * 4), refused)
    table = replace(make_table({"Ada": [["time"], None, None, None]}, CODES), refused=refused)
    found = triage(make_utterances(["a"] * 4), suggestions, table, make_placement([0] * 4), ("T1",), CONFIG)
    named = {item.utterance: item.codes for item in found.items}
    assert named == {1: ("trust", "time"), 2: ("time",), 3: ("trust", "time")}
    first = next(item for item in found.items if not item.why.startswith("Drawn"))
    assert first.utterance != 2
    assert first.why == "May show “trust”, not met so far."


def test_a_second_look_leaves_out_what_was_settled_or_wholly_refused(
    make_utterances, make_placement, make_table, make_suggestions
) -> None:
    refused = np.zeros((4, 3), np.bool_)
    refused[1], refused[2], refused[3, 0] = True, True, True
    suggestions = refusing(make_suggestions([[0.6, 0.3, 0.1]] * 4, CODES, [-1] * 4), refused)
    table = make_table({"Ada": [["trust"], [], [], []], AGREED: [None, [], None, None]}, CODES)
    found = triage(
        make_utterances(["a"] * 4),
        suggestions,
        replace(table, refused=refused),
        make_placement([0] * 4),
        ("T1",),
        CONFIG,
    )
    assert [(item.utterance, item.why) for item in found.items] == [
        (3, "Nobody coded it; the machine thinks of “time” first.")
    ]


def test_what_was_settled_alone_and_codings_that_were_all_settled_away(
    make_utterances, make_placement, make_table, make_suggestions
) -> None:
    utterances, placement = make_utterances(["a", "a", "b", "b"]), make_placement([0] * 4)
    suggestions = make_suggestions([[0.5, 0.3, 0.2]] * 4, CODES, [0, 0, 1, 1])
    alone = make_table({AGREED: [["trust"], [], ["time"], None]}, CODES)
    found = compare(utterances, placement, ("T1",), alone, suggestions, None, {}, {}, CONFIG)
    assert [pair.first for pair in found.agreements] == ["consensus"]
    assert (found.n_coded, found.human, found.disagreements) == (2, (), ())
    away = replace(make_table({"Ada": [["trust"], [], [], []]}, CODES), refused=np.ones((4, 3), np.bool_))
    nothing = compare(utterances, placement, ("T1",), away, None, None, {}, {}, CONFIG)
    assert nothing.reason == "no coding touches an utterance"
