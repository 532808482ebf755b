"""What to read next: with no codes, definitions alone, few and many codings; the sample; documents."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline.compare import triage
from pipeline.compare.spread import spread_order
from pipeline.config import CompareConfig
from pipeline.errors import StageError
from pipeline.records import CodingTable, Triage

CODES = ["trust", "time", "money"]
CONFIG = CompareConfig()


@pytest.fixture
def make_arguments(make_utterances, make_placement, make_table, make_suggestions):
    """Five documents of twenty utterances; Ada worked on the first `worked`; the three themes are the codes."""

    def build(worked=2, seed=3, calibrated=True):
        rng = np.random.default_rng(seed)
        documents = [f"d{k}" for k in range(5) for _ in range(20)]
        codes = rng.integers(0, 3, 100)
        given = [[CODES[k]] if i < 20 * worked else None for i, k in enumerate(codes)]
        chance = np.where(np.eye(3)[codes] > 0, 0.7, 0.1)
        return {
            "utterances": make_utterances(documents),
            "suggestions": make_suggestions(chance, CODES, [-1] * 100, calibrated),
            "table": make_table({"Ada": given}, CODES),
            "placement": replace(
                make_placement(np.where(rng.random(100) < 0.2, -1, codes)),
                membership=rng.permutation(100).astype(np.float32) / 100,
            ),
            "theme_ids": ("T1", "T2", "T3"),
            "config": CONFIG,
        }

    return build


def test_unread_are_the_utterances_of_documents_that_nobody_worked_on(make_arguments) -> None:
    found = triage(**make_arguments())
    assert (found.n_read, found.n_unread) == (40, 60)
    assert sorted(item.utterance for item in found.items) == list(range(40, 100))
    assert sorted(document.document for document in found.documents) == ["d2", "d3", "d4"]
    assert {document.unread for document in found.documents} == {20}


def test_the_least_met_code_leads_and_the_reason_says_so(make_arguments, make_table) -> None:
    arguments = make_arguments()
    given = [["trust"]] * 3 + [["time"]] + [[]] * 36 + [None] * 60
    found = triage(**{**arguments, "table": make_table({"Ada": given}, CODES)})
    first, second, third = found.items[:3]
    assert {item.why for item in found.items[:2]} <= {
        "May show “money”, not met so far.",
        "May show “time”, met once so far.",
    }
    assert (first.expected_new, first.codes) == (pytest.approx(0.8), (CODES[_code(arguments, first.utterance)],))
    assert "trust" not in first.codes + second.codes
    assert third.why == "Drawn at random, so that what the machine cannot foresee is met, too."
    assert found.basis.endswith("; from invented")


def _code(arguments, i: int) -> int:
    return int(arguments["suggestions"].ranked[i, 0])


def test_once_all_codes_were_met_what_fits_no_code_comes_in_turn_with_lots(make_arguments) -> None:
    arguments = make_arguments(worked=4)
    probabilities = arguments["suggestions"].probabilities.copy()
    probabilities[90] = 0.05
    found = triage(**{**arguments, "suggestions": replace(arguments["suggestions"], probabilities=probabilities)})
    assert found.items[0].utterance == 90
    assert "it may be something new" in found.items[0].why
    assert found.items[1].why.startswith("Drawn at random")
    assert {item.expected_new for item in found.items} == {0.0}
    assert found.documents[0].why == "Every code that it may show is expected to be met three times without it."


def test_with_definitions_alone_nothing_was_read(make_arguments) -> None:
    arguments = make_arguments(worked=0, calibrated=False)
    found = triage(**arguments)
    assert (found.n_read, found.n_unread, len(found.items)) == (0, 100, 100)
    firsts = {CODES[_code(arguments, item.utterance)] for item in found.items[:12] if item.expected_new}
    assert firsts == set(CODES)


@pytest.mark.parametrize("suggestions", [None, "empty"])
def test_without_codes_the_order_spreads_over_the_themes(make_arguments, suggestions) -> None:
    arguments = make_arguments()
    n = len(arguments["utterances"])
    nobody = CodingTable((), (), np.zeros((0, n, 0), bool), np.zeros((0, n), bool))
    none = np.zeros((n, 0), np.float32)
    empty = replace(
        arguments["suggestions"],
        codes=(),
        ranked=none.astype(np.int32),
        probability=none,
        scores=none,
        probabilities=none,
        chosen=none > 0,
    )
    found = triage(**{**arguments, "suggestions": empty if suggestions else None, "table": nobody})
    assert (found.n_read, found.n_unread) == (0, 100)
    assert [item.why for item in found.items[:4]] == [
        "The most typical of candidate theme T1.",
        "The most typical of candidate theme T2.",
        "Drawn at random, so that what the machine cannot foresee is met, too.",
        "The most typical of candidate theme T3.",
    ]
    assert found.items[4].why == "Among the most typical of candidate theme T1."
    first = arguments["placement"].membership[[item.utterance for item in found.items]][0]
    assert first == arguments["placement"].membership[arguments["placement"].theme == 0].max()
    assert sorted(item.utterance for item in found.items) == list(range(100))
    assert found.basis.startswith("no codes to go by")
    assert found.documents[0].why == "It holds utterances of 3 candidate themes."


def test_sample_is_sixty_unread_utterances_by_lot_and_bounded(make_arguments, make_table) -> None:
    arguments = make_arguments(worked=0)
    found = triage(**arguments)
    assert len(set(found.check)) == 60
    assert found.bound == pytest.approx(4 / 100, abs=0.011)
    assert found.stopping.startswith("If none of these 60 of 100 unread utterances")
    other = triage(**{**arguments, "config": replace(CONFIG, seed=7)})
    assert set(other.check) != set(found.check)
    few = triage(**make_arguments(worked=3))
    assert sorted(few.check) == list(range(60, 100))
    assert few.bound == 0


def test_where_every_document_was_worked_on_likely_misses_come_for_a_second_look(make_arguments, make_table) -> None:
    arguments = make_arguments()
    table = make_table({"Ada": [["trust"]] * 90 + [[]] * 10}, CODES)
    probabilities = arguments["suggestions"].probabilities.copy()
    probabilities[95, 1] = 0.99
    suggestions = replace(arguments["suggestions"], probabilities=probabilities)
    found = triage(**{**arguments, "suggestions": suggestions, "table": table})
    assert (found.n_read, found.n_unread, found.bound, found.check, found.documents) == (100, 0, None, (), ())
    assert sorted(item.utterance for item in found.items) == list(range(90, 100))
    assert found.items[0].utterance == 95
    assert found.items[0].why == "Nobody coded it; the machine thinks of “time” first."
    assert found.basis.startswith("every utterance was worked on")
    nothing = triage(**{**arguments, "suggestions": None, "table": table})
    assert nothing.items == ()


def test_order_of_the_rows_changes_nothing(make_arguments) -> None:
    arguments = make_arguments()
    order = np.random.default_rng(5).permutation(100)
    table, placement, suggestions = (arguments[name] for name in ("table", "placement", "suggestions"))
    names = ("ranked", "probability", "scores", "probabilities", "fold", "chosen", "no_code")
    turned = {
        **arguments,
        "utterances": tuple(arguments["utterances"][i] for i in order),
        "table": CodingTable(table.coders, table.codes, table.values[:, order], table.worked[:, order]),
        "placement": replace(placement, theme=placement.theme[order], membership=placement.membership[order]),
        "suggestions": replace(suggestions, **{name: getattr(suggestions, name)[order] for name in names}),
    }
    plain, found = triage(**arguments), triage(**turned)
    back = tuple(replace(item, utterance=int(order[item.utterance])) for item in found.items)
    assert replace(found, items=back, check=tuple(int(order[i]) for i in found.check)) == plain


def test_documents_stand_in_the_order_of_what_they_bring_per_utterance(
    make_utterances, make_placement, make_table, make_suggestions
) -> None:
    """a: four utterances, one shows trust; b: one utterance that shows trust; c: two that show time."""
    documents = list("aaaabcc")
    chance = np.zeros((7, 3))
    chance[0, 0], chance[4, 0], chance[5:, 1] = 0.9, 0.9, 0.8
    found = triage(
        utterances=make_utterances(documents),
        suggestions=make_suggestions(chance, CODES, [-1] * 7),
        table=make_table({"Ada": [None] * 7}, CODES),
        placement=make_placement([0, 0, 1, -1, 0, 1, 1]),
        theme_ids=("T1", "T2"),
        config=CONFIG,
    )
    assert [(d.document, d.unread, d.n_themes) for d in found.documents] == [("b", 1, 1), ("c", 2, 1), ("a", 4, 2)]
    assert [d.expected_new for d in found.documents] == pytest.approx([0.9, 1.6, 0.9], abs=1e-4)
    assert found.documents[0].why == "May bring “trust” nearer to three meetings."


def test_no_utterances_and_one(make_utterances, make_placement, make_table) -> None:
    empty = CodingTable((), (), np.zeros((0, 0, 0), bool), np.zeros((0, 0), bool))
    found = triage((), None, empty, make_placement([]), (), CONFIG)
    assert found == Triage(stopping="Nothing is unread.", basis="there are no utterances")
    nobody = CodingTable((), (), np.zeros((0, 1, 0), bool), np.zeros((0, 1), bool))
    found = triage(make_utterances(["a"]), None, nobody, make_placement([-1]), (), CONFIG)
    assert (found.check, found.bound, found.n_unread) == ((0,), 0.0, 1)
    assert found.items[0].why.startswith("Drawn at random")


def test_suggestions_of_another_study_are_refused(make_arguments) -> None:
    arguments = make_arguments()
    suggestions = replace(arguments["suggestions"], scores=arguments["suggestions"].scores[:5])
    with pytest.raises(StageError, match="one row for each of 100 utterances"):
        triage(**{**arguments, "suggestions": suggestions})


def test_spread_takes_the_surest_of_each_theme_in_turn() -> None:
    theme = np.array([0, 0, 1, 1, -1, 0], np.int32)
    membership = np.array([0.5, 0.9, 0.4, 0.6, 1.0, 0.5], np.float32)
    lot = np.array([5, 4, 3, 2, 0, 1])
    # named: 1 (theme 0), 3 (theme 1), then by turn 5 before 0 (equal membership, earlier lot), 2; every third by lot
    assert spread_order(theme, membership, lot) == [
        (1, False, 0),
        (3, False, 0),
        (4, True, 0),
        (5, False, 1),
        (2, False, 1),
        (0, True, 2),
    ]
