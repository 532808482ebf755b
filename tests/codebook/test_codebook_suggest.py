from __future__ import annotations

import dataclasses
from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.metrics import cohen_kappa_score

from pipeline.codebook import by_definition, held_out, learned
from pipeline.codebook.evidence import folds
from pipeline.codebook.fit_sklearn import log_probabilities, platt
from pipeline.config import CodebookConfig

CONFIG = CodebookConfig()


def hits(evidence, suggestions) -> float:
    """Share of utterances whose first suggestion is the code that people gave."""
    rows = np.flatnonzero(evidence.table.coded)
    return float(evidence.table.by_anyone[rows, suggestions.ranked[rows, 0]].mean())


def with_values(evidence, values):
    return dataclasses.replace(evidence, table=dataclasses.replace(evidence.table, values=values))


# by definition


def test_by_definition_ranks_by_cosine_and_gives_no_probability(evidence_of) -> None:
    evidence = evidence_of([5, 5], n_codes=5)
    found = by_definition(evidence)
    cosine = np.array([[float(np.dot(u, c)) for c in evidence.codes] for u in evidence.vectors.mixed])
    assert found.ranked.tolist() == np.argsort(-cosine, axis=1)[:, :3].tolist()
    np.testing.assert_allclose(found.scores, cosine, atol=1e-6)
    assert np.isnan(found.probability).all()
    assert np.isnan(found.probabilities).all()
    assert found.fold.tolist() == [-1] * 10
    assert found.basis == "definitions alone"


@pytest.mark.parametrize(("n_codes", "n_ranked"), [(1, 1), (2, 2), (3, 3), (4, 3)])
def test_as_many_ranks_as_codes_up_to_three(evidence_of, n_codes: int, n_ranked: int) -> None:
    for found in (by_definition(evidence_of([4] * 6, n_codes)), learned(evidence_of([4] * 6, n_codes), CONFIG)):
        assert found.ranked.shape == found.probability.shape == (24, n_ranked)
        assert found.scores.shape == found.probabilities.shape == (24, n_codes)
        assert all(len(set(row)) == n_ranked for row in found.ranked.tolist())


# learned


def test_without_codings_learned_is_by_definition(evidence_of) -> None:
    evidence = evidence_of([5, 5], coded=[])
    found, plain = learned(evidence, CONFIG), by_definition(evidence)
    assert found.basis == plain.basis
    np.testing.assert_array_equal(found.scores, plain.scores)
    nobody = with_values(evidence, evidence.table.values[:0])
    np.testing.assert_array_equal(learned(nobody, CONFIG).scores, plain.scores)
    assert held_out(nobody, CONFIG) is None


def test_learned_knows_more_than_the_definitions(evidence_of) -> None:
    evidence = evidence_of([20] * 6)
    assert hits(evidence, by_definition(evidence)) < hits(evidence, held_out(evidence, CONFIG))
    found = learned(evidence, CONFIG)
    assert hits(evidence, found) > 0.95
    assert found.basis == "definitions and the codings of 120 utterances in 6 documents"
    assert (found.fold == -1).all()


def test_log_probabilities_of_two_and_three_classes_sum_to_one() -> None:
    draw = np.random.default_rng(1)
    for n in (2, 3):
        rows = draw.normal(size=(30, 4)).astype(np.float32)
        classes = (np.arange(30) % n).astype(np.int32)
        rows[np.arange(30), classes] += 2
        found = log_probabilities(rows, classes, np.ones(30, np.float32), 1.0, rows)
        assert found.shape == (30, n)
        np.testing.assert_allclose(np.exp(found).sum(axis=1), 1, atol=1e-5)
        assert (found.argmax(axis=1) == classes).mean() > 0.8


def test_a_definition_lets_an_unused_code_be_suggested(evidence_of) -> None:
    evidence = evidence_of([20] * 5, noise=0.2)
    values = evidence.table.values.copy()
    about_last = values[0, :, 3].copy()
    values[:, :, 3] = False
    evidence = with_values(evidence, values)
    found = learned(evidence, CONFIG)
    assert (found.ranked[about_last, 0] == 3).mean() > 0.8
    assert (found.ranked[~about_last, 0] == 3).mean() < 0.05
    light = learned(evidence, dataclasses.replace(CONFIG, definition_weight=1e-6, similarity_weight=0.0))
    assert (light.ranked[about_last, 0] == 3).mean() < 0.2  # it is the definition's row that does it


def test_two_coders_count_twice_one_code_each(evidence_of) -> None:
    evidence = evidence_of([10] * 4)
    again = np.concatenate([evidence.table.values, evidence.table.values])
    np.testing.assert_allclose(
        learned(with_values(evidence, again), CONFIG).scores, learned(evidence, CONFIG).scores, atol=1e-5
    )


# probabilities


@pytest.mark.parametrize(("n_coded", "known"), [(1, False), (3, False), (4, True), (6, True)])
def test_no_probabilities_from_fewer_than_four_coded_documents(evidence_of, n_coded: int, known: bool) -> None:
    found = learned(evidence_of([12] * 6, coded=range(n_coded)), CONFIG)
    assert np.isfinite(found.probabilities).all() == known
    assert np.isnan(found.probabilities).all() != known
    assert np.isnan(found.probability).all() != known


@pytest.mark.parametrize(("n_documents", "known"), [(4, False), (5, True)])
def test_held_out_probabilities_need_four_other_documents(evidence_of, n_documents: int, known: bool) -> None:
    found = held_out(evidence_of([12] * n_documents), CONFIG)
    assert np.isfinite(found.probability).all() == known


def test_probabilities_follow_the_ranking_and_what_happened(evidence_of) -> None:
    evidence = evidence_of([40] * 8, noise=2.5)
    found = held_out(evidence, CONFIG)
    assert (np.diff(found.probability, axis=1) <= 0).all()
    assert ((found.probability > 0) & (found.probability < 1)).all()
    first = found.probability[:, 0]
    right = evidence.table.by_anyone[np.arange(320), found.ranked[:, 0]]
    assert first.mean() == pytest.approx(right.mean(), abs=0.08)
    sure = first > np.median(first)
    assert right[sure].mean() > right[~sure].mean()


def test_codings_that_tell_nothing_do_not_turn_the_ranking_round(evidence_of) -> None:
    for seed in range(6):
        evidence = evidence_of([10] * 5, seed=seed)
        shuffled = np.random.default_rng(seed).permutation(evidence.table.values, axis=1)
        found = learned(with_values(evidence, shuffled), CONFIG)
        assert (np.diff(found.probability, axis=1) <= 1e-6).all()


def test_one_code_alone_gets_no_probability(evidence_of) -> None:
    evidence = evidence_of([10] * 6, n_codes=1)
    for found in (learned(evidence, CONFIG), held_out(evidence, CONFIG)):
        assert (found.ranked == 0).all()
        assert np.isnan(found.probabilities).all()
        assert found.chosen.all()
        assert np.isfinite(found.scores).all()


def test_parity_platt() -> None:
    draw = np.random.default_rng(3)
    logits = draw.normal(size=200) * 3
    truth = draw.random(200) < expit(0.7 * logits - 1.2)
    n_true, n_false = truth.sum(), (~truth).sum()
    target = np.where(truth, (n_true + 1) / (n_true + 2), 1 / (n_false + 2))  # Platt (1999), section 2.2

    def loss(ab):
        z = ab[0] * logits + ab[1]
        return float((target * np.logaddexp(0, -z) + (1 - target) * np.logaddexp(0, z)).sum())

    expected = minimize(loss, [1.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-10}).x
    assert platt(logits, truth) == pytest.approx(tuple(expected), abs=2e-3)
    assert platt(logits, truth) == pytest.approx((0.7, -1.2), abs=0.3)


@pytest.mark.parametrize("value", [True, False])
def test_platt_of_one_value_learns_nothing(value: bool) -> None:
    assert platt(np.arange(5.0), np.full(5, value)) == (1.0, 0.0)


def test_platt_of_separable_codings_is_not_certain() -> None:
    logits = np.array([-5.0, -4.0, -3.0, 3.0, 4.0, 5.0])
    slope, intercept = platt(logits, logits > 0)
    assert expit(slope * 5 + intercept) == pytest.approx(0.8, abs=0.15)  # (3 + 1) / (3 + 2) on average
    assert slope > 0


def test_platt_of_a_ranking_turned_round_gives_the_base_rate() -> None:
    slope, intercept = platt(np.arange(8.0), np.arange(8) < 2)
    assert slope == 0.0
    assert expit(intercept) == pytest.approx(0.25)


# held out


@pytest.mark.parametrize("sizes", [[9] * 6, [4, 9, 14, 6, 8, 10, 5, 7, 9, 6, 5, 4, 8, 6]])
def test_held_out_never_learns_from_the_document_that_it_scores(evidence_of, sizes: list[int]) -> None:
    evidence = evidence_of(sizes)
    before = held_out(evidence, CONFIG)
    for document in ("d00", "d03"):
        own = np.array([d == document for d in evidence.documents])
        values = evidence.table.values.copy()
        values[:, own] = values[:, own][:, ::-1, ::-1]  # its codings, turned over in both directions
        values[0, np.flatnonzero(own)[0]] = True
        assert (values != evidence.table.values).any()
        after = held_out(with_values(evidence, values), CONFIG)
        np.testing.assert_array_equal(after.scores[own], before.scores[own])
        np.testing.assert_array_equal(after.probabilities[own], before.probabilities[own])
        np.testing.assert_array_equal(after.fold, before.fold)
        other = before.fold != before.fold[own][0]
        assert (after.scores[other] != before.scores[other]).any()  # while all others did learn from it


def test_up_to_twelve_documents_each_is_left_out_alone_above_in_fivefolds(evidence_of) -> None:
    for n_documents, nfolds in ((2, 2), (12, 12), (13, 5)):
        evidence = evidence_of([5] * n_documents, n_codes=2)
        done = []
        found = held_out(evidence, CONFIG, lambda i, n, done=done: done.append((i, n)))
        assert sorted(set(found.fold.tolist())) == list(range(nfolds))
        assert found.basis == f"held out by document, {nfolds} folds"
        assert done == [(i + 1, nfolds) for i in range(nfolds)]
        by_document = {
            d: {int(f) for f, e in zip(found.fold, evidence.documents, strict=True) if e == d}
            for d in evidence.documents
        }
        assert all(len(folds) == 1 for folds in by_document.values())


def test_more_folds_than_documents(evidence_of) -> None:
    found = held_out(evidence_of([4] * 13, n_codes=2), dataclasses.replace(CONFIG, folds=20))
    assert sorted(set(found.fold.tolist())) == list(range(13))


@pytest.mark.parametrize("coded", [[], [2]])
def test_nothing_is_held_out_of_fewer_than_two_coded_documents(evidence_of, coded: list[int]) -> None:
    assert held_out(evidence_of([6] * 4, coded=coded), CONFIG) is None


def test_documents_that_nobody_coded_get_no_held_out_code(evidence_of) -> None:
    found = held_out(evidence_of([6] * 4, coded=[0, 2]), CONFIG)
    assert not found.chosen[found.fold < 0].any()
    uncoded = np.array([False] * 6 + [True] * 6 + [False] * 6 + [True] * 6)
    assert (found.fold == -1).tolist() == uncoded.tolist()
    assert (found.ranked[uncoded] == -1).all()
    assert (found.ranked[~uncoded] >= 0).all()


def test_suggestions_repeat_to_the_last_bit(evidence_of) -> None:
    for suggest in (learned, held_out):
        one, two = suggest(evidence_of([9] * 6), CONFIG), suggest(evidence_of([9] * 6), CONFIG)
        assert one.scores.tobytes() == two.scores.tobytes()
        assert one.probabilities.tobytes() == two.probabilities.tobytes()


# folds


def test_folds_are_level_and_keep_documents_whole() -> None:
    sizes = {f"d{i:02}": 3 + (i * 7) % 11 for i in range(23)}
    of = [document for document, size in sizes.items() for _ in range(size)]
    fold = folds(of, sorted(sizes), 5, 2026)
    assert all(len({f for f, d in zip(fold.tolist(), of, strict=True) if d == document}) == 1 for document in sizes)
    loads = Counter(fold.tolist())
    assert sorted(loads) == [0, 1, 2, 3, 4]
    assert max(loads.values()) - min(loads.values()) <= min(sizes.values())


def test_folds_do_not_depend_on_the_order_but_on_the_seed() -> None:
    of = [f"d{i % 9}" for i in range(90)]
    names = sorted(set(of))
    fold = folds(of, names, 3, 1)
    turned = folds(of[::-1], names[::-1], 3, 1)
    assert turned[::-1].tolist() == fold.tolist()
    assert any(folds(of, names, 3, seed).tolist() != fold.tolist() for seed in range(2, 6))


def test_documents_outside_the_list_are_in_no_fold() -> None:
    assert folds(["a", "x", "b", "a"], ["a", "b"], 2, 1).tolist() == [0, -1, 1, 0]


# several codes, none, and themes


def macro_kappa(given: np.ndarray, chosen: np.ndarray) -> float:
    return float(np.mean([cohen_kappa_score(given[:, j], chosen[:, j]) for j in range(given.shape[1])]))


def uncoded(evidence, rows):
    """The same study after people worked past these rows, which now are about nothing that the book knows."""
    values = evidence.table.values.copy()
    values[:, rows] = False
    return with_values(evidence, values)


def test_random_vectors_agree_with_people_by_chance_only(evidence_of) -> None:
    found = []
    for seed in range(5):
        evidence = evidence_of([25] * 6, seed=seed)
        draw = np.random.default_rng(seed)
        evidence = with_values(evidence, draw.permutation(evidence.table.values, axis=1))
        evidence = uncoded(evidence, draw.random(150) < 0.3)
        suggestions = held_out(evidence, CONFIG)
        found.append(macro_kappa(evidence.table.by_anyone, suggestions.chosen))
    assert abs(np.mean(found)) < 0.06
    assert max(np.abs(found)) < 0.2


def test_people_who_give_two_codes_get_two(evidence_of) -> None:
    evidence = evidence_of([20] * 6, noise=0.3)
    values = evidence.table.values.copy()
    second = np.arange(120) % 2 == 0
    values[:, second] |= np.roll(values, 1, axis=2)[:, second]  # every other utterance carries the next code as well
    found = held_out(with_values(evidence, values), CONFIG)
    assert found.chosen.sum(axis=1).mean() == pytest.approx(1.5, abs=0.15)
    assert held_out(evidence, CONFIG).chosen.sum(axis=1).tolist() == [1] * 120


def test_codes_are_counted_by_coder_not_over_all_coders(evidence_of) -> None:
    evidence = evidence_of([20] * 6)
    other = np.roll(evidence.table.values, 1, axis=2)  # a second coder who never agrees
    both = with_values(evidence, np.concatenate([evidence.table.values, other]))
    assert held_out(both, CONFIG).chosen.sum(axis=1).tolist() == [1] * 120


def test_no_code_is_an_answer_where_people_worked_past_utterances(evidence_of) -> None:
    evidence = evidence_of([30] * 6, noise=0.3)
    none = evidence.table.by_anyone[:, 3]  # what the fourth code was about is now outside the codebook
    evidence = uncoded(evidence, none)
    for found in (held_out(evidence, CONFIG), learned(evidence, CONFIG)):
        assert found.no_code[none].mean() > 0.8
        assert found.no_code[~none].mean() < 0.1
        assert not found.chosen[none].any(axis=1).mean() > 0.1
        assert found.chosen[~none].any(axis=1).mean() > 0.9
    assert found.no_code.mean() == pytest.approx(none.mean(), abs=0.05)


@pytest.mark.parametrize(("n_coded", "some_uncoded"), [(6, False), (3, True), (0, True)])
def test_no_code_is_unknown_where_nothing_tells_of_it(evidence_of, n_coded: int, some_uncoded: bool) -> None:
    evidence = evidence_of([12] * 6, coded=range(n_coded))
    if some_uncoded:
        evidence = uncoded(evidence, np.arange(72) % 3 == 0)
    found = learned(evidence, CONFIG)
    assert np.isnan(found.no_code).all()
    assert found.chosen.any(axis=1).all()


def test_themes_are_surer_than_their_codes(evidence_of) -> None:
    evidence = dataclasses.replace(evidence_of([40] * 6, noise=2.5), parents=("A", "A", "", "B"))
    found = held_out(evidence, CONFIG)
    assert found.themes == ("A", "code2", "B")
    assert found.theme_probability.shape == (240, 3)
    given = evidence.table.by_anyone
    of_theme = np.stack([given[:, :2].any(axis=1), given[:, 2], given[:, 3]], axis=1)
    assert found.theme_probability.mean(axis=0) == pytest.approx(of_theme.mean(axis=0), abs=0.08)
    in_a = found.ranked[:, 0] < 2
    assert (found.theme_probability[in_a, 0] > found.probability[in_a, 0]).mean() > 0.95
    assert found.theme_probability[of_theme[:, 0], 0].mean() > found.theme_probability[~of_theme[:, 0], 0].mean() + 0.1


@pytest.mark.parametrize("parents", [(), ("", "", "", "")])
def test_without_parents_there_is_no_tree(evidence_of, parents: tuple[str, ...]) -> None:
    evidence = dataclasses.replace(evidence_of([10] * 5), parents=parents)
    for found in (by_definition(evidence), learned(evidence, CONFIG), held_out(evidence, CONFIG)):
        assert found.themes == ()
        assert found.theme_probability.shape == (50, 0)


def test_a_single_theme_or_few_documents_give_no_theme_probability(evidence_of) -> None:
    for parents, coded in ((("A",) * 4, range(6)), (("A", "A", "B", "B"), range(3))):
        evidence = dataclasses.replace(evidence_of([10] * 6, coded=coded), parents=parents)
        found = learned(evidence, CONFIG)
        assert len(found.themes) == len(set(parents))
        assert np.isnan(found.theme_probability).all()


@pytest.mark.parametrize(("n_documents", "known"), [(8, False), (9, True)])
def test_plausible_sets_need_nine_coded_documents(evidence_of, n_documents: int, known: bool) -> None:
    found = learned(evidence_of([8] * n_documents), CONFIG)
    assert found.plausible.shape == (8 * n_documents, 4 if known else 0)
    if known:
        assert found.plausible[np.arange(72), found.ranked[:, 0]].all()


def test_held_out_sets_need_nine_other_documents_in_every_fold(evidence_of) -> None:
    assert held_out(evidence_of([6] * 9), CONFIG).plausible.shape == (54, 0)
    assert held_out(evidence_of([6] * 10), CONFIG).plausible.shape == (60, 4)


def test_nine_in_ten_plausible_sets_hold_the_codes_of_people(evidence_of) -> None:
    inside, size = [], []
    for seed in range(4):
        evidence = evidence_of([10] * 20, noise=2.0, seed=seed)
        found = held_out(evidence, CONFIG)
        inside.append((found.plausible | ~evidence.table.by_anyone).all(axis=1).mean())
        size.append(found.plausible.sum(axis=1).mean())
    assert 0.9 <= np.mean(inside) < 0.97  # with 16 documents to learn from the unseen one weighs 1 / 17
    assert 1 <= np.mean(size) < 4


# learning curves


def test_taught_limits_what_is_learned_from(evidence_of) -> None:
    evidence = evidence_of([10] * 6)
    everything = held_out(evidence, CONFIG, taught=np.ones(60, np.bool_))
    np.testing.assert_array_equal(everything.scores, held_out(evidence, CONFIG).scores)
    nothing = held_out(evidence, CONFIG, taught=np.zeros(60, np.bool_))
    np.testing.assert_array_equal(nothing.scores, by_definition(evidence).scores)
    np.testing.assert_array_equal(nothing.chosen, by_definition(evidence).chosen)
    few = np.array([document in ("d00", "d01") for document in evidence.documents])
    changed = evidence.table.values.copy()
    changed[:, ~few] = changed[:, ~few][:, :, ::-1]
    one, two = (held_out(study, CONFIG, taught=few) for study in (evidence, with_values(evidence, changed)))
    np.testing.assert_array_equal(one.scores, two.scores)


@given(n_coded=st.integers(0, 6), share=st.floats(0, 1), n_codes=st.integers(1, 4), seed=st.integers(0, 50))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_was_coded_every_field_is_whole(evidence_of, n_coded, share, n_codes, seed) -> None:
    evidence = evidence_of([3, 1, 4, 2, 5, 3], n_codes, coded=range(n_coded), seed=seed)
    evidence = uncoded(evidence, np.random.default_rng(seed).random(18) < share)
    evidence = dataclasses.replace(evidence, parents=("A", "A", "B", "")[:n_codes], words=tuple(range(18)))
    for found in (learned(evidence, CONFIG), held_out(evidence, CONFIG)):
        if found is None:
            assert len({evidence.documents[i] for i in np.flatnonzero(evidence.table.coded)}) < 2
            continue
        assert np.isfinite(found.scores).all()
        assert found.chosen.shape == (18, n_codes)
        known = found.fold >= 0 if (found.fold >= 0).any() else np.ones(18, np.bool_)
        answered = found.chosen[known].any(axis=1)
        assert (answered | (found.no_code[known] >= 0.3)).all()
        for probability in (found.probabilities, found.no_code, found.theme_probability):
            told = probability[~np.isnan(probability)]
            assert ((told >= 0) & (told <= 1)).all()
