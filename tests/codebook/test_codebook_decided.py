"""What analysts decided in the review: utterances that they are done with, refused codes, what was settled."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.codebook import (
    Evidence,
    by_definition,
    coding_table,
    held_out,
    learned,
    learning_alone,
    prototypes,
    relate,
)
from pipeline.config import CodebookConfig
from pipeline.records import AGREED, Code, Codebook, Coding, Codings, CodingTable, Placement, Utterance

TREE = Codebook((Code("gate"), Code("claim")))
CONFIG = CodebookConfig()


def coding(row: int, coder: str, code: str) -> Coding:
    return Coding("d", 10 * row, 10 * row + 10, coder, code)


@pytest.fixture
def four(utterance_of: Callable[..., Utterance]) -> list[Utterance]:
    return [utterance_of(i, 10 * i, 10 * i + 10) for i in range(4)]


def test_who_works_utterance_by_utterance_worked_on_those_that_she_is_done_with(four: list[Utterance]) -> None:
    codings = Codings(
        items=(coding(0, "Ann", "gate"), coding(1, "Ben", "claim")),
        reviewed=(coding(1, "Ben", "claim"),),
        finished=(coding(2, "Ben", ""), coding(3, "Cleo", "")),
    )
    table = coding_table(four, TREE, codings)
    assert table.coders == ("Ann", "Ben", "Cleo")
    assert table.worked.tolist() == [
        [True, False, False, False],
        [False, True, True, False],
        [False, False, False, True],
    ]
    assert table.refused.size == 0


def test_what_the_files_leave_uncoded_was_worked_on_and_what_the_review_codes_there_was_not(
    four: list[Utterance],
) -> None:
    fresh = coding(2, "Ann", "gate")
    items = (coding(0, "Ann", "gate"), coding(1, "Ben", "claim"), coding(0, "Ben", "claim"), fresh)
    table = coding_table(four, TREE, Codings(items=items, reviewed=(fresh, items[2]), finished=(coding(2, "Ann", ""),)))
    assert table.worked.tolist() == [[True] * 4, [True, True, False, True]]


def test_a_refused_code_is_refused_where_nobody_gives_it(four: list[Utterance]) -> None:
    codings = Codings(
        items=(coding(0, "Ann", "gate"),),
        refused=(
            coding(0, "Ben", "gate"),
            coding(0, "Ben", "claim"),
            coding(1, "Ben", "gate"),
            coding(1, "Ben", "gone"),
        ),
    )
    table = coding_table(four, TREE, codings)
    assert table.refused.tolist() == [[False, True], [True, False], [False, False], [False, False]]
    assert table.by_anyone.tolist() == [[True, False], [False, False], [False, False], [False, False]]


@pytest.mark.parametrize("agreed", [("claim",), (), ("gate", "claim")])
def test_what_was_settled_is_the_whole_truth(four: list[Utterance], agreed: tuple[str, ...]) -> None:
    items = (coding(0, "Ann", "gate"), coding(1, "Ann", "gate"), *(coding(0, AGREED, code) for code in agreed))
    codings = Codings(items=items, reviewed=items[2:], finished=(coding(0, AGREED, ""),))
    table = coding_table(four, TREE, codings)
    assert table.by_anyone[0].tolist() == ["gate" in agreed, "claim" in agreed]
    assert table.n_givers[0].tolist() == [2 if "gate" in agreed else 0, 1 if "claim" in agreed else 0]
    assert table.by_anyone[1].tolist() == [True, False]
    assert table.people == ("Ann",)
    assert table.coded.tolist() == [bool(agreed), True, False, False]
    assert table.worked[table.coders.index(AGREED)].tolist() == [True, False, False, False]


def with_refused(evidence: Evidence, pairs: list[tuple[int, int]]) -> Evidence:
    refused = np.zeros(evidence.table.values.shape[1:], np.bool_)
    for row, code in pairs:
        refused[row, code] = True
    values = evidence.table.values & ~refused
    table = evidence.table
    return dataclasses.replace(
        evidence, table=CodingTable(table.coders, table.codes, values, table.worked, (), refused)
    )


def test_nothing_refused_changes_nothing(evidence_of: Callable[..., Evidence]) -> None:
    evidence = evidence_of([9] * 6, coded=[0, 1, 2, 3])
    before, after = learned(evidence, CONFIG), learned(with_refused(evidence, []), CONFIG)
    for field in dataclasses.fields(before):
        first, second = getattr(before, field.name), getattr(after, field.name)
        assert np.array_equal(first, second, equal_nan=True) if isinstance(first, np.ndarray) else first == second


def test_a_refused_pair_is_not_suggested_again_and_others_are(evidence_of: Callable[..., Evidence]) -> None:
    evidence = evidence_of([9] * 6, coded=[0, 1, 2, 3])
    before = learned(evidence, CONFIG)
    row = 50  # of a document that nobody coded
    first = int(before.ranked[row, 0])
    after = learned(with_refused(evidence, [(row, first)]), CONFIG)
    assert first not in after.ranked[row].tolist()
    assert not after.chosen[row, first]
    assert after.ranked[row, :2].tolist() == before.ranked[row, 1:].tolist()
    others = np.arange(len(before.ranked)) != row
    assert np.array_equal(before.ranked[others], after.ranked[others])
    assert np.array_equal(before.scores[others], after.scores[others])


def test_where_every_code_is_refused_none_is_suggested(evidence_of: Callable[..., Evidence]) -> None:
    evidence = evidence_of([9] * 6, coded=[])
    after = learned(with_refused(evidence, [(3, code) for code in range(4)]), CONFIG)
    assert after.ranked[3].tolist() == [-1, -1, -1]
    assert not after.chosen[3].any()
    assert after.basis == "definitions alone"


def test_scores_never_profit_from_what_was_refused(evidence_of: Callable[..., Evidence]) -> None:
    """Suggestions that are scored, and the baseline of definitions, rank refused codes as if nobody had said so."""
    evidence = evidence_of([9] * 6)
    pairs = [(row, code) for row in range(0, 54, 5) for code in range(4) if not evidence.table.values[0, row, code]]
    refusing = with_refused(evidence, pairs)
    before, after = held_out(evidence, CONFIG), held_out(refusing, CONFIG)
    assert before is not None
    assert after is not None
    assert np.array_equal(before.ranked, after.ranked)
    assert np.array_equal(by_definition(evidence).ranked, by_definition(refusing).ranked)


def test_what_was_settled_away_is_not_learned(evidence_of: Callable[..., Evidence]) -> None:
    evidence = evidence_of([9] * 6, coded=[0, 1, 2, 3])
    table = evidence.table
    wrong = np.zeros_like(table.values)
    wrong[0, :9, 0] = True  # somebody gave code 0 to all of the first document
    two = CodingTable(
        ("ann", "bob"), table.codes, np.concatenate([table.values, wrong]), np.repeat(table.worked, 2, axis=0)
    )
    refused = wrong[0] & ~table.values[0]
    settled = dataclasses.replace(two, refused=refused)
    taught = learned(dataclasses.replace(evidence, table=settled), CONFIG)
    assert settled.n_givers[:9].sum() == 9 + int((table.values[0, :9, 0]).sum())
    assert not np.array_equal(taught.scores, learned(dataclasses.replace(evidence, table=two), CONFIG).scores)


ROWS, CODES = 54, 4


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pairs=st.sets(st.tuples(st.integers(0, ROWS - 1), st.integers(0, CODES - 1)), max_size=30))
def test_refusing_takes_out_these_pairs_and_nothing_else(
    evidence_of: Callable[..., Evidence], pairs: set[tuple[int, int]]
) -> None:
    """Refused pairs that nobody gave: what is learned, and so every other row and every held-out score, stays as it is.

    In their own rows the other codes keep their order and gain what the refused ones lose.
    """
    evidence = evidence_of([9] * 6, coded=[0, 1, 2, 3])
    refusing = with_refused(evidence, [pair for pair in pairs if not evidence.table.values[0][pair]])
    refused = refusing.table.refused
    before, after = learned(evidence, CONFIG), learned(refusing, CONFIG)
    shown = np.zeros_like(refused)
    rows, places = np.nonzero(after.ranked >= 0)
    shown[rows, after.ranked[rows, places]] = True
    assert not (shown & refused).any()
    assert not (after.chosen & refused).any()
    assert np.isnan(after.probabilities[refused]).all()
    assert np.isneginf(after.scores[refused]).all()
    assert np.array_equal(after.scores[~refused], before.scores[~refused])
    assert (shown.sum(axis=1) == np.minimum(3, (~refused).sum(axis=1))).all()
    same = ~refused.any(axis=1)
    for name in ("ranked", "probability", "probabilities", "chosen", "no_code"):
        assert np.array_equal(getattr(before, name)[same], getattr(after, name)[same], equal_nan=True)
    assert (after.probabilities >= before.probabilities - 1e-6)[~refused].all()
    first, second = held_out(evidence, CONFIG), held_out(refusing, CONFIG)
    assert first is not None
    assert second is not None
    assert np.array_equal(first.ranked, second.ranked)
    assert np.array_equal(first.probabilities, second.probabilities, equal_nan=True)
    assert np.array_equal(first.chosen, second.chosen)


def test_the_next_code_takes_the_place_and_the_chance_of_a_refused_one(evidence_of: Callable[..., Evidence]) -> None:
    evidence = evidence_of([9] * 6, coded=[0, 1, 2, 3], noise=2.0)
    before = learned(evidence, CONFIG)
    row = 36 + int(before.probability[36:, 1].argmax())  # of a document that nobody coded
    best, second = before.ranked[row, :2].tolist()
    after = learned(with_refused(evidence, [(row, best)]), CONFIG)
    assert before.chosen[row].nonzero()[0].tolist() == [best]
    assert after.chosen[row].nonzero()[0].tolist() == [second]
    assert after.probability[row, 0] > before.probability[row, 1]
    three = [(row, code) for code in before.ranked[row].tolist()]
    last = learned(with_refused(evidence, three), CONFIG)
    assert last.ranked[row, 1:].tolist() == [-1, -1]
    assert np.isnan(last.probability[row, 1:]).all()
    assert last.probability[row, 0] == last.probabilities[row].max(where=~np.isnan(last.probabilities[row]), initial=0)


def test_an_honest_baseline_of_what_was_settled_away_learns_without_it(evidence_of: Callable[..., Evidence]) -> None:
    evidence = evidence_of([9] * 6)
    values = evidence.table.values.copy()
    values[0, :9, 0] = True
    refused = values[0] & ~evidence.table.values[0]
    table = evidence.table
    settled = dataclasses.replace(
        evidence, table=CodingTable(table.coders, table.codes, values, table.worked, (), refused)
    )
    everything = np.ones(ROWS, np.bool_)
    assert np.array_equal(learning_alone(settled, everything, CONFIG), learning_alone(evidence, everything, CONFIG))
    first, second = prototypes(settled, CONFIG), prototypes(evidence, CONFIG)
    assert first is not None
    assert second is not None
    assert np.array_equal(first.scores, second.scores)


@pytest.mark.parametrize("n_decisions", [5, 50, 100, 200])
def test_decisions_spread_over_documents_are_enough_for_numbers(
    evidence_of: Callable[..., Evidence], n_decisions: int
) -> None:
    """A few decisions in each of many documents: probabilities are numbers near the truth, and "no code" is learned."""
    evidence = evidence_of([20] * 20, noise=1.2)
    rows = np.random.default_rng(4).permutation(200)[:n_decisions]  # of the first ten documents
    done = np.isin(np.arange(400), rows)
    none = done & (np.arange(400) % 4 == 0)  # here no code applies, which nothing in the words tells
    values = evidence.table.values & (done & ~none)[None, :, None]
    taught = dataclasses.replace(evidence, table=CodingTable(("ann",), evidence.table.codes, values, done[None]))
    found = learned(taught, CONFIG)
    new, truth = np.arange(200, 400), evidence.table.values[0, 200:]
    assert not np.isnan(found.probability).any()
    assert found.fold.max() == -1
    right = truth[np.arange(200), found.ranked[new, 0]]
    definitions = truth[np.arange(200), by_definition(evidence).ranked[new, 0]]
    assert right.mean() >= definitions.mean() - 0.05
    assert found.chosen[new].sum(axis=1).max() == 1
    if n_decisions >= 50:
        assert abs(float(found.probability[new, 0].mean()) - right.mean()) < 0.15
        assert found.no_code[new].mean() == pytest.approx(none[rows].mean(), abs=0.1)


def test_candidates_meet_no_code_where_all_codings_were_settled_away(
    evidence_of: Callable[..., Evidence], placement_of: Callable[..., Placement]
) -> None:
    evidence = evidence_of([9] * 2, coded=[0])
    table = dataclasses.replace(evidence.table, refused=evidence.table.values[0])
    by_words = learned(dataclasses.replace(evidence, table=table), CONFIG)
    assert by_words.basis == "definitions alone"
    mapping = relate(["T1"], placement_of([0] * 18), table, by_words, None)
    assert mapping.silent == ()
    assert mapping.relations[0].relation in ("agreement", "not told")


def test_an_utterance_of_which_every_code_was_refused_counts_for_none(
    evidence_of: Callable[..., Evidence], placement_of: Callable[..., Placement]
) -> None:
    """Regression: no first suggestion (-1) must not count for the last code of the book."""
    evidence = evidence_of([6], coded=[])
    refused = np.ones((6, CODES), np.bool_)
    refused[0, 0] = False
    table = dataclasses.replace(evidence.table, refused=refused)
    found = learned(dataclasses.replace(evidence, table=table), CONFIG)
    assert found.ranked[:, 0].tolist() == [0, -1, -1, -1, -1, -1]
    mapping = relate(["T1"], placement_of([0] * 6), table, found, None)
    assert [(cell.code, cell.n) for cell in mapping.cells] == [("code0", 1)]
