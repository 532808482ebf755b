from __future__ import annotations

import numpy as np
import pytest

from pipeline.codebook import relate
from pipeline.records import CodingTable, Mapping, Suggestions

CODES = ("gate", "claim")


def table_of(values, looked=None) -> CodingTable:
    """values: for each utterance the codes on it, as letters (g gate, c claim)."""
    given = np.array([[[letter in row for letter in "gc"] for row in values]], np.bool_)
    worked = np.ones(given.shape[:2], np.bool_) if looked is None else np.array([looked], np.bool_)
    return CodingTable(("ann",), CODES, given, worked)


def suggestions_of(first) -> Suggestions:
    ranked = np.array([[j, 1 - j] for j in first], np.int32)
    nothing = np.full(ranked.shape, np.nan, np.float32)
    return Suggestions(
        CODES, ranked, nothing, nothing, nothing, ranked[:, 0] * 0 - 1, "definitions alone",
        nothing > 0, nothing[:, 0], (), nothing, nothing > 0,
    )  # fmt: skip


@pytest.fixture
def relation(placement_of):
    """relation(theme of each utterance, codes on each) -> Mapping."""

    def make(theme, values, looked=None, held_out=None) -> Mapping:
        ids = [f"T{k + 1}" for k in range(max(theme, default=-1) + 1)]
        table, first = table_of(values, looked), suggestions_of([0] * len(theme))
        return relate(ids, placement_of(theme), table, first, held_out)

    return make


def test_cells_count_share_and_lift(relation) -> None:
    theme = [0] * 5 + [1] * 5 + [-1] * 2
    values = ["g", "g", "gc", "g", "", "c", "c", "c", "g", "", "g", "c"]
    held_out = np.array([[0.8, np.nan], [0.1, 0.7]], np.float32)
    cells = {(c.theme, c.code): c for c in relation(theme, values, held_out=held_out).cells}
    # ten coded utterances, gate on 6 of them, claim on 5; T1 has 4 coded, T2 has 4
    expected = {
        ("T1", "gate"): (4, 4 / 4, 1 / 0.6, 0.8),
        ("T1", "claim"): (1, 1 / 4, 0.25 / 0.5, None),
        ("T2", "claim"): (3, 3 / 4, 0.75 / 0.5, 0.7),
        ("T2", "gate"): (1, 1 / 4, 0.25 / 0.6, 0.1),
    }
    assert list(cells) == list(expected)
    for key, (n, share, lift, f1) in expected.items():
        assert (cells[key].n, cells[key].share, cells[key].lift) == pytest.approx((n, share, lift))
        assert cells[key].held_out == (None if f1 is None else pytest.approx(f1))


@pytest.mark.parametrize(
    ("theme", "values", "relation_word", "nearest", "reason"),
    [
        # gate on all of T1 and on nothing else: lift 2
        (
            [0, 0, 0, -1, -1, -1],
            ["g"] * 3 + ["c"] * 3,
            "agreement",
            "gate",
            "gate is coded on 3 of 3, 2.0 times as often as overall",
        ),
        # one more gate elsewhere: lift 1.75
        (
            [0, 0, 0, -1, -1, -1, -1],
            ["g"] * 3 + ["c"] * 3 + ["g"],
            "dissonant",
            "gate",
            "no code is typical of it; the most frequent, gate, is on 3 of 3, 1.8 times as often as overall",
        ),
        # three of ten coded utterances is the least share
        (
            [0] * 10 + [-1] * 20,
            ["g"] * 3 + ["c"] * 27,
            "agreement",
            "gate",
            "gate is coded on 3 of 10, 3.0 times as often as overall",
        ),
        (
            [0] * 11 + [-1] * 19,
            ["g"] * 3 + ["c"] * 27,
            "dissonant",
            "claim",
            "no code is typical of it; the most frequent, claim, is on 8 of 11, 0.8 times as often as overall",
        ),
        # two utterances are too few to be called anything
        (
            [0] * 3 + [-1] * 9,
            ["g", "g", "c"] + ["c"] * 9,
            "dissonant",
            "gate",
            "no code is typical of it; the most frequent, gate, is on 2 of 3, 4.0 times as often as overall",
        ),
        # coded half as often as the rest (usual share 6 of 9): 1 of 3 is just enough, 0 of 3 is not
        (
            [0] * 3 + [-1] * 6,
            ["g", "", "", "c", "c", "c", "c", "c", ""],
            "dissonant",
            "gate",
            "no code is typical of it; the most frequent, gate, is on 1 of 1, 6.0 times as often as overall",
        ),
        (
            [0] * 3 + [-1] * 6,
            ["", "", "", "c", "c", "c", "c", "c", "c"],
            "complementary",
            "",
            "0 of 3 utterances carry a code, against 67% of all: no code fits",
        ),
        (
            [0] * 2 + [-1] * 2,
            ["g", "g", "c", "c"],
            "not told",
            "",
            "only 2 of its utterances lie in documents that were coded",
        ),
    ],
)
def test_relations(relation, theme, values, relation_word: str, nearest: str, reason: str) -> None:
    (found,) = relation(theme, values).relations
    assert (found.theme, found.relation, found.nearest_code, found.reason) == ("T1", relation_word, nearest, reason)


def test_documents_that_nobody_coded_do_not_count(relation) -> None:
    theme = [0] * 6 + [-1] * 3
    values = ["g", "g", "g", "", "", "", "c", "c", "c"]
    looked = [True] * 3 + [False] * 3 + [True] * 3
    assert relation(theme, values, looked).relations[0].relation == "agreement"
    few = relation(theme, ["g", "g", "", "", "", "", "c", "c", "c"], [True] * 2 + [False] * 4 + [True] * 3)
    assert few.relations[0].reason == "only 2 of its utterances lie in documents that were coded"


def test_silent_codes_with_the_reason_each(relation) -> None:
    found = relation([0] * 4 + [-1] * 4, ["g"] * 4 + ["c"] * 4)
    assert found.silent == (("claim", "none of the utterances that carry it (4) stands in a candidate theme"),)
    spread = relation([0] * 4 + [1] * 4, ["g", "g", "c", "c"] * 2)
    told = "no candidate theme is typical of it; at most 2 of its 4 utterances stand together, in T1"
    assert spread.silent == (("gate", told), ("claim", told))


def test_a_code_that_nobody_used_is_not_silent(relation) -> None:
    assert [code for code, _ in relation([0] * 3 + [-1], ["g"] * 3 + [""]).silent] == ["gate"]


def test_a_code_is_covered_by_a_small_theme_that_it_is_typical_of(relation) -> None:
    # T1 holds most of gate but everything else too; T2 is nothing but gate (lift 2.5, a third of its utterances)
    theme = [0] * 24 + [1] * 4 + [-1] * 2
    values = ["g"] * 8 + ["c"] * 16 + ["g"] * 4 + ["c"] * 2
    assert relation(theme, values).silent == (
        ("claim", "no candidate theme is typical of it; at most 16 of its 18 utterances stand together, in T1"),
    )


@pytest.mark.parametrize(("n_together", "covered"), [(4, True), (3, False)])
def test_a_quarter_of_a_code_covers_it(relation, n_together: int, covered: bool) -> None:
    theme = [0] * n_together + [-1] * (60 - n_together)
    silent = [code for code, _ in relation(theme, ["g"] * 16 + ["c"] * 44).silent]
    assert ("gate" not in silent) == covered


def test_without_codings_first_suggestions_stand_in(placement_of) -> None:
    nobody = CodingTable((), CODES, np.zeros((0, 8, 2), np.bool_), np.zeros((0, 8), np.bool_))
    found = relate(["T1"], placement_of([0] * 3 + [-1] * 5), nobody, suggestions_of([0] * 3 + [1] * 5), None)
    (cell,) = found.cells
    assert (cell.code, cell.n, cell.share, cell.lift, cell.held_out) == ("gate", 3, 1.0, pytest.approx(8 / 3), None)
    (relation,) = found.relations
    assert relation.relation == "agreement"
    assert relation.reason == "gate is suggested by definition on 3 of 3, 2.7 times as often as overall"
    assert found.silent == ()  # nobody used a code


def test_without_codings_it_is_not_told_what_no_code_covers(placement_of) -> None:
    """Six utterances of one theme, each nearer to another of six codes: no definition is typical of it."""
    scores = np.concatenate([np.eye(6), np.eye(6)]).astype(np.float32)
    ranked = np.argsort(-scores, axis=1, kind="stable")[:, :3].astype(np.int32)
    unknown = np.full((12, 6), np.nan, np.float32)
    suggestions = Suggestions(
        tuple("abcdef"), ranked, unknown[:, :3], scores, unknown, np.full(12, -1, np.int32), "definitions alone",
        unknown > 0, unknown[:, 0], (), unknown, unknown > 0,
    )  # fmt: skip
    nobody = CodingTable((), tuple("abcdef"), np.zeros((0, 12, 6), np.bool_), np.zeros((0, 12), np.bool_))
    found = relate(["T1", "T2"], placement_of([0] * 6 + [1] * 6), nobody, suggestions, None)
    assert [each.relation for each in found.relations] == ["not told", "not told"]
    assert found.silent == ()


def test_nothing_to_relate(placement_of, relation) -> None:
    assert relate(["T1"], placement_of([0, 0]), table_of(["g", "g"]), None, None) == Mapping()
    none = CodingTable((), (), np.zeros((0, 2, 0), np.bool_), np.zeros((0, 2), np.bool_))
    assert relate(["T1"], placement_of([0, 0]), none, suggestions_of([0, 0]), None) == Mapping()
    without_themes = relation([-1, -1], ["g", ""])
    assert (without_themes.cells, without_themes.relations) == ((), ())
    assert without_themes.silent == (("gate", "none of the utterances that carry it (1) stands in a candidate theme"),)
