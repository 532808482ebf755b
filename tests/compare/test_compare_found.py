"""Pairing of candidates and codes is held out; themes are found by two rules, or the reason is given."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.compare.coefficients import macro_kappa
from pipeline.compare.found import found_by_chance, themes_found
from pipeline.compare.pairing import fold_of, pair_held_out, theme_code_f1
from pipeline.compare.units import arrange
from pipeline.config import CompareConfig


def _one_hot(codes: list[int], n_codes: int) -> np.ndarray:
    return np.eye(n_codes, dtype=bool)[codes]


def test_held_out_f1_by_hand() -> None:
    """Documents a, b, c; code 0 goes with candidate 0 in a and b, and with candidate 1 in c.

    Left out a: best on b and c is candidate 0 (2 of 2 hits, 1 miss: .80), scored on a: 2 hits.  Left out b: the same.
    Left out c: candidate 0 again, scored on c: its one use of the code is missed.  F1 = 2*4 / (2*4 + 0 + 1).
    """
    theme = np.array([0, 0, 0, 0, 1, 1], np.int32)
    values = _one_hot([0, 0, 0, 0, 0, 1], 2)
    found = theme_code_f1(theme, values, ["a", "a", "b", "b", "c", "c"])
    assert found.shape == (2, 2)
    assert found.dtype == np.float32
    assert found[0, 0] == pytest.approx(8 / 9)
    assert np.isnan(found[1, 0])  # never the best on the other documents
    assert np.isnan(found[1, 1])  # the best on a + c and b + c, but what is left out holds neither of the two


def test_held_out_f1_of_a_pair_that_only_one_document_shows_is_not_rewarded() -> None:
    theme = np.array([0, 0, 1, 1], np.int32)
    found = theme_code_f1(theme, _one_hot([0, 0, 1, 1], 2), ["a", "a", "b", "b"])
    assert np.nan_to_num(found).max() == 0  # in sample both pairs are perfect


def test_held_out_f1_leaves_out_uncoded_utterances_and_set_aside_ones_count_as_missed() -> None:
    theme = np.array([0, 0, -1, 0, 0, -1], np.int32)
    values = np.array([[1], [0], [1], [1], [0], [1]], dtype=bool)
    found = theme_code_f1(theme, values, ["a", "a", "a", "b", "b", "b"])
    assert found[0, 0] == pytest.approx(2 * 2 / (2 * 2 + 2))


def test_held_out_f1_needs_two_documents() -> None:
    assert np.isnan(theme_code_f1(np.array([0, 0], np.int32), _one_hot([0, 0], 1), ["a", "a"])).all()
    assert theme_code_f1(np.zeros(0, np.int32), np.zeros((0, 3), bool), []).shape == (0, 3)
    assert theme_code_f1(np.full(4, -1, np.int32), _one_hot([0] * 4, 2), list("aabb")).shape == (0, 2)


def test_folds_are_documents_up_to_20_and_five_even_groups_above() -> None:
    few = np.repeat(np.arange(20), 2).astype(np.int32)
    many = np.repeat(np.arange(21), np.arange(1, 22)).astype(np.int32)
    assert (fold_of(few) == few).all()
    fold = fold_of(many)
    assert all(len(np.unique(fold[many == k])) == 1 for k in range(21))
    load = np.bincount(fold)
    assert len(load) == 5
    assert load.max() - load.min() <= 5


def test_random_clusters_mapped_after_the_fact_agree_in_sample_and_not_held_out() -> None:
    """300 random clusters: the code of each cluster's majority looks like agreement until documents are held out."""
    rng = np.random.default_rng(8)
    n, n_codes = 900, 10
    codes, clusters = rng.integers(0, n_codes, n), rng.integers(0, 300, n).astype(np.int32)
    document = np.repeat(np.arange(10), n // 10).astype(np.int32)
    values = _one_hot(list(codes), n_codes)

    def mapped(learn: np.ndarray, score: np.ndarray) -> np.ndarray:
        table = np.zeros((300, n_codes))
        np.add.at(table, (clusters[learn], codes[learn]), 1)
        return table.argmax(axis=1)[clusters[score]]

    def agreement(given: np.ndarray) -> float:
        statistic = macro_kappa(values, np.eye(n_codes, dtype=bool)[given], document, 10)
        return float(statistic(np.ones((1, 10)))[0])

    everything = np.ones(n, bool)
    held_out = np.concatenate([mapped(document != k, document == k) for k in range(10)])
    assert agreement(mapped(everything, everything)) > 0.3
    assert agreement(held_out) == pytest.approx(0, abs=0.04)
    f1 = pair_held_out(clusters, 300, values, document).pooled
    assert f1.max() < 0.1


def _found(make_utterances, make_table, theme, codes, documents, people=None, parents=None, n_themes=None):
    utterances = make_utterances(documents, people)
    names = sorted({code for row in codes for code in row})
    study = arrange(utterances, make_table({"Ada": codes}, names), ())
    n = n_themes if n_themes is not None else max(theme) + 1
    ids = [f"T{k + 1}" for k in range(n)]
    ordered = np.array(theme, np.int32)[study.row]
    return {each.name: each for each in themes_found(study, ordered, ids, parents or {})}


def test_theme_is_found_by_held_out_f1(make_utterances, make_table) -> None:
    documents = [name for name in "abc" for _ in range(4)]
    codes = [["trust"], ["trust"], ["time"], ["time"]] * 3
    found = _found(make_utterances, make_table, [0, 0, 1, 1] * 3, codes, documents)
    assert (found["trust"].found, found["trust"].candidate, found["trust"].f1) == (True, "T1", 1.0)
    assert (found["time"].candidate, found["time"].how) == ("T2", "held-out F1 1.00")


def test_theme_is_found_by_three_utterances_of_two_people(make_utterances, make_table) -> None:
    documents, people = ["a"] * 8, ["p", "p", "q", "p", "p", "q", "p", "q"]
    codes = [["trust"]] * 3 + [["time"]] * 2 + [["trust"]] * 3
    found = _found(make_utterances, make_table, [0, 0, 0, 0, 0, -1, -1, -1], codes, documents, people)
    assert found["trust"].found
    assert found["trust"].f1 is None
    assert found["trust"].how == "3 of its utterances from 2 people are in T1, more than of any other theme"
    assert not found["time"].found
    assert found["time"].how == "only 2 coded utterances; held-out F1 cannot be computed with one document"


def test_three_utterances_of_one_person_are_not_enough(make_utterances, make_table) -> None:
    found = _found(make_utterances, make_table, [0, 0, 0, 0], [["trust"]] * 4, ["a"] * 4)
    assert not found["trust"].found
    assert "at most 4 of its 4 utterances are in one candidate (T1, from 1 person)" in found["trust"].how


def test_a_tie_for_the_largest_theme_counts_for_neither(make_utterances, make_table) -> None:
    codes = [["trust", "time"]] * 4
    found = _found(make_utterances, make_table, [0] * 4, codes, ["a"] * 4, ["p", "q", "p", "q"])
    assert not found["trust"].found
    assert not found["time"].found
    assert "which holds 4 of time" in found["trust"].how


def test_codes_count_for_their_parent_theme_and_alone_without_one(make_utterances, make_table) -> None:
    codes = [["trust"], ["respect"], ["time"]] * 2
    parents = {"trust": "relations", "respect": "relations", "time": "", "unused": "nowhere"}
    found = _found(make_utterances, make_table, [0, 0, 1] * 2, codes, ["a"] * 3 + ["b"] * 3, parents=parents)
    assert list(found) == ["relations", "time"]
    assert (found["relations"].candidate, found["relations"].f1) == ("T1", 1.0)


def test_theme_whose_utterances_are_all_set_aside(make_utterances, make_table) -> None:
    found = _found(make_utterances, make_table, [-1] * 6, [["trust"]] * 6, ["a", "b"] * 3, n_themes=0)
    assert (found["trust"].found, found["trust"].candidate) == (False, "")
    assert found["trust"].how == "none of its 6 utterances is in a candidate theme"


def test_random_candidates_find_nothing_by_held_out_f1(make_utterances, make_table) -> None:
    rng = np.random.default_rng(9)
    documents = [f"d{k}" for k in range(8) for _ in range(60)]
    codes = [[f"c{k}"] for k in rng.integers(0, 8, 480)]
    found = _found(make_utterances, make_table, rng.integers(0, 10, 480), codes, documents)
    assert len(found) == 8
    assert max(each.f1 for each in found.values()) < 0.25


def test_pairing_does_not_see_how_large_a_candidate_is_on_the_left_out_document() -> None:
    """On b alone candidate 0 fits code 0 best (F1 4/6 to 4/7); on a it holds ten utterances of code 1 as well.

    Both documents pair code 0 with candidate 0.  Left out a: 1 hit, 11 in the candidate, 1 with the code; left out b:
    2 hits, 2, 4.  F1 = 2 * 3 / (13 + 5).
    """
    theme = np.array([0] * 11 + [0, 0, 1, 1, 1], np.int32)
    values = _one_hot([0] + [1] * 10 + [0, 0, 0, 0, 1], 2)
    found = theme_code_f1(theme, values, ["a"] * 11 + ["b"] * 5)
    assert found[0, 0] == pytest.approx(6 / 18)
    assert np.isnan(found[1, 0])


def test_chance_finds_frequent_themes_but_not_rare_ones(make_utterances, make_table) -> None:
    """Two human themes over everything: groups that say nothing still "find" them by the rule of three utterances."""
    rng = np.random.default_rng(5)
    documents = [f"d{i // 40}" for i in range(240)]
    people = [f"p{i % 12}" for i in range(240)]
    theme = rng.integers(0, 8, 240).astype(np.int32)
    ids = [f"T{k + 1}" for k in range(8)]

    def by_chance(codes):
        names = sorted({code for row in codes for code in row})
        study = arrange(make_utterances(documents, people), make_table({"Ada": codes}, names), ())
        return found_by_chance(study, theme[study.row], ids, {}, CompareConfig())

    assert by_chance([[f"often {i}"] for i in rng.integers(0, 2, 240)]) == pytest.approx(2.0, abs=0.3)
    assert by_chance([[f"once {i}"] for i in range(240)]) == 0
