"""Disagreements: three kinds, ordered, mixed, in plain words."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from pipeline.compare.disagree import BETWEEN, ELSEWHERE, SILENT, UNCODED, disagreements
from pipeline.compare.units import align, arrange

CODES = ["trust", "time", "money", "travel", "food"]


@pytest.fixture
def study_of(make_utterances, make_table, make_suggestions):
    def build(given, probabilities=None, fold=None, calibrated=True, documents=None, no_code=None):
        n = max(len(rows) for rows in given.values())
        table = make_table(given, CODES)
        suggestions = None
        if probabilities is not None:
            suggestions = make_suggestions(probabilities, CODES, [0] * n if fold is None else fold, calibrated, no_code)
        study = arrange(make_utterances(documents or ["a"] * n), table, (suggestions,))
        return study, None if suggestions is None else align(suggestions, study)

    return build


def test_confident_suggestion_where_the_coder_gave_nothing(study_of) -> None:
    study, machine = study_of({"Ada": [["time"], []]}, [[0.1, 0.8, 0, 0, 0], [0.72, 0.1, 0, 0, 0]])
    (found,) = disagreements(study, machine, 10)
    assert (found.utterance, found.kind) == (1, UNCODED)
    assert found.views == (("Ada", "no code"), ("machine", "trust (72%)"))
    assert found.why == "Passages like this one were coded “trust” in other documents, but Ada gave this one no code."
    assert found.weight == pytest.approx(0.72)


def test_an_uncoded_document_and_a_hesitant_machine_are_no_disagreement(study_of) -> None:
    study, machine = study_of(
        {"Ada": [["time"], [], None]},
        [[0.1, 0.8, 0, 0, 0], [0.59, 0.1, 0, 0, 0], [0.9, 0, 0, 0, 0]],
        documents=list("aab"),
    )
    assert disagreements(study, machine, 10) == ()


def test_suggestions_that_learned_from_the_document_are_not_used(study_of) -> None:
    study, machine = study_of({"Ada": [["time"], []]}, [[0.9, 0, 0, 0, 0], [0.9, 0, 0, 0, 0]], fold=[-1, -1])
    assert disagreements(study, machine, 10) == ()


def test_machine_sure_of_another_code(study_of) -> None:
    study, machine = study_of({"Ada": [["food"], ["time"]]}, [[0.7, 0.1, 0.09, 0.06, 0.05], [0.7, 0.25, 0, 0, 0]])
    (found,) = disagreements(study, machine, 10)
    assert (found.utterance, found.kind) == (0, ELSEWHERE)
    assert found.views == (("Ada", "food"), ("machine", "trust (70%)"))
    assert found.why == "The machine puts “trust” first and “food” only in place 5 of 5."
    assert found.weight == pytest.approx(0.65)


def test_without_probabilities_the_rank_decides_and_weighs_at_most_half(study_of) -> None:
    rows = [[0.7, 0.1, 0.09, 0.06, 0.05], [0.7, 0.1, 0.09, 0.06, 0.05]]
    study, machine = study_of({"Ada": [["food"], ["money"]]}, rows, calibrated=False)
    (found,) = disagreements(study, machine, 10)
    assert (found.utterance, found.kind, found.weight) == (0, ELSEWHERE, pytest.approx(0.5 * 4 / 5))
    assert found.views[-1] == ("machine", "trust")


@pytest.mark.parametrize(
    ("first", "second", "weight", "end"),
    [
        (["trust"], ["time"], 0.7 + 0.3 * 0.8, "; the machine agrees with Ada."),
        (["money"], ["time"], 0.7, "; the machine does not decide it."),
        (["trust", "time"], ["trust"], (1 - 1 / 2 * 2 / 3) * 0.7, "; the machine does not decide it."),
        (["trust"], [], 0.6 * (0.7 + 0.3 * 0.8), "; the machine agrees with Ada."),
    ],
)
def test_coder_against_coder(study_of, first, second, weight, end) -> None:
    study, machine = study_of({"Ada": [first], "Ben": [second]}, [[0.8, 0.2, 0, 0, 0]])
    found = next(each for each in disagreements(study, machine, 10) if each.kind == BETWEEN)
    one, other = ("; ".join(side) or "no code" for side in (first, second))
    assert found.views == (("Ada", one), ("Ben", other), ("machine", "trust (80%)"))
    assert found.why == f"Ada gave “{one}”, Ben gave “{other}”{end}"
    assert found.weight == pytest.approx(weight, abs=1e-6)


def test_coders_are_compared_without_a_machine(study_of) -> None:
    study, machine = study_of({"Ada": [["trust"], ["time"], ["time"]], "Ben": [["money"], ["time"], None]})
    (found,) = disagreements(study, machine, 10)
    assert (found.utterance, found.views) == (0, (("Ada", "trust"), ("Ben", "money")))


def test_list_is_mixed_falls_in_weight_and_names_a_pair_of_codes_at_most_three_times(study_of) -> None:
    rng = np.random.default_rng(1)
    pick = [[CODES[k]] for k in rng.integers(0, 5, 300)]
    given = {"Ada": pick[:200] + [[]] * 100, "Ben": [[CODES[k]] for k in rng.integers(0, 5, 200)] + [[]] * 100}
    study, machine = study_of(given, rng.dirichlet([0.2] * 5, 300))
    found = disagreements(study, machine, 30)
    weights = [each.weight for each in found]
    assert len(found) == 30
    assert weights == sorted(weights, reverse=True)
    assert 0 <= weights[-1] <= weights[0] <= 1
    assert set(Counter(each.kind for each in found)) == {BETWEEN, ELSEWHERE, UNCODED}
    assert set(Counter(each.kind for each in found[:8])) >= {BETWEEN, ELSEWHERE}
    pairs = Counter(frozenset(codes for _, codes in each.views[:2]) for each in found if each.kind == BETWEEN)
    assert max(pairs.values()) == 3
    assert disagreements(study, machine, 0) == ()
    assert len(disagreements(study, machine, 3)) == 3


def test_the_same_pair_of_codes_stands_at_most_three_times_whoever_gave_which(study_of) -> None:
    given = {"Ada": [["trust"], ["time"]] * 3 + [["food"]], "Ben": [["time"], ["trust"]] * 3 + [["money"]]}
    study, machine = study_of(given)
    found = disagreements(study, machine, 10)
    assert [each.utterance for each in found] == [0, 1, 2, 6]
    assert [each.weight for each in found] == pytest.approx([0.7 * 0.95**k for k in range(4)], abs=1e-6)


def test_human_code_where_the_machine_says_no_code(study_of) -> None:
    study, machine = study_of(
        {"Ada": [["time"], ["time"], ["time"], ["time"]]},
        [[0.1, 0.05, 0, 0, 0], [0.1, 0.05, 0, 0, 0], [0.1, 0.3, 0, 0, 0], [0.1, 0.05, 0, 0, 0]],
        no_code=[0.8, 0.55, 0.8, np.nan],
    )
    (found,) = disagreements(study, machine, 10)
    assert (found.utterance, found.kind) == (0, SILENT)
    assert found.views == (("Ada", "time"), ("machine", "no code (80%)"))
    assert found.why == "Passages like this one got no code in other documents, but here somebody gave “time”."
    assert found.weight == pytest.approx(0.75)


def test_a_sure_suggestion_is_not_listed_where_the_machine_says_no_code(study_of) -> None:
    rows = [[0.9, 0.1, 0, 0, 0], [0.9, 0.1, 0, 0, 0], [0.9, 0.05, 0, 0, 0]]
    study, machine = study_of({"Ada": [[], [], ["food"]]}, rows, no_code=[0.5, 0.49, 0.5])
    assert [(each.utterance, each.kind) for each in disagreements(study, machine, 10)] == [(1, UNCODED)]


@pytest.mark.parametrize(("no_code", "side", "support"), [(0.8, "Ben", 0.8), (0.2, "Ada", 0.6)])
def test_no_code_is_a_side_between_coders(study_of, no_code: float, side: str, support: float) -> None:
    study, machine = study_of({"Ada": [["trust"]], "Ben": [[]]}, [[0.6, 0, 0, 0, 0]], no_code=[no_code])
    found = next(each for each in disagreements(study, machine, 10) if each.kind == BETWEEN)
    assert found.why == f"Ada gave “trust”, Ben gave “no code”; the machine agrees with {side}."
    assert found.weight == pytest.approx(0.6 * (0.7 + 0.3 * support))
