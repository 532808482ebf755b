"""From groups to a model, to theme groups, and what an analyst's merge and split make of them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from pipeline.cluster import assign, merge, split
from pipeline.cluster.distinct import collapse
from pipeline.cluster.levels import theme_means, upper_level
from pipeline.cluster.model import cohesion, fit_model
from pipeline.cluster.vote import place, vote
from pipeline.config import ClusterConfig
from pipeline.errors import UsageError
from pipeline.records import Clusters, ThemeModel

CONFIG = ClusterConfig()


def fit(rows, groups, config=CONFIG):
    return fit_model(rows, np.asarray(groups, np.int32), rows, np.arange(len(rows), dtype=np.int32), config)


def noisy(n, k, noise, seed=0):
    rows = np.eye(k, 24)[np.arange(n) % k] + np.random.default_rng(seed).normal(0, noise, (n, 24))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def as_clusters(study, k):
    """The clusters of groups that are known: utterance i is of group i % k."""
    distinct = collapse(*study)
    groups = np.full(len(distinct.keys), -1, np.int32)
    for utterance, row in zip(study[0], distinct.of, strict=True):
        groups[row] = int(utterance.text.split()[-1]) % k
    mixed = study[1].mixed
    model = fit_model(distinct.vectors, groups, mixed, distinct.of, CONFIG)
    placement = place(mixed, model)
    stability = np.linspace(0.9, 0.5, k, dtype=np.float32)
    cohesive = cohesion(placement, study[1].own, k)
    xy = np.zeros((len(mixed), 2), np.float32)
    return Clusters(placement, model, stability, cohesive, xy, "by hand", len(distinct.keys), group=upper_level(model))


@pytest.mark.parametrize("placed", [0.1, 0.5, 0.8, 0.95, 1.0])
@pytest.mark.parametrize("n", [150, 151])
def test_the_share_asked_for_is_placed_and_no_more_than_ties_add(placed, n):
    rows = noisy(n, 3, 0.25)
    model = fit(rows, np.arange(n) % 3, dataclasses.replace(CONFIG, placed=placed))
    shares = sorted(vote(rows, rows, (np.arange(n) % 3).astype(np.int32), 15)[2].tolist(), reverse=True)
    last = shares[int(np.ceil(placed * n)) - 1]
    assert shares[-1] > 0.25
    assert model.threshold == pytest.approx(last, abs=1e-5)
    count = (place(rows, model).theme >= 0).sum()
    assert np.ceil(placed * n) <= count <= sum(share >= last - 1e-5 for share in shares)


def test_the_clearest_are_placed():
    rows = noisy(150, 3, 0.25)
    placement = place(rows, fit(rows, np.arange(150) % 3))
    assert placement.membership[placement.theme >= 0].min() > placement.membership[placement.theme < 0].max()


def test_ties_place_more():
    rows = noisy(120, 3, 0.02)
    model = fit(rows, np.arange(120) % 3, dataclasses.replace(CONFIG, placed=0.5))
    assert model.threshold == pytest.approx(1, abs=1e-5)
    assert (place(rows, model).theme == np.arange(120) % 3).all()


@pytest.mark.parametrize("floor", [0.25, 0.6, 0.9])
def test_the_floor_holds(floor):
    rows = noisy(150, 3, 0.35)
    model = fit(rows, np.arange(150) % 3, dataclasses.replace(CONFIG, placed=1.0, vote_floor=floor))
    placement = place(rows, model)
    assert model.threshold >= floor
    assert (placement.theme >= 0).tolist() == (placement.membership >= np.float32(model.threshold)).tolist()
    if floor > 0.5:
        assert model.threshold == floor
        assert 0 < (placement.theme >= 0).sum() < 150


def test_rows_in_no_group_count_in_the_share_but_do_not_vote():
    rows = noisy(150, 3, 0.25)
    groups = np.where(np.arange(150) < 60, -1, np.arange(150) % 3)
    model = fit(rows, groups)
    assert len(model.reference) == 90
    assert (place(rows, model).theme >= 0).sum() >= 120


def test_small_groups_dissolve_into_their_neighbours():
    rows = noisy(103, 2, 0.05)
    groups = np.where(np.arange(103) >= 100, 2, np.arange(103) % 2)
    model = fit(rows, groups)
    assert set(model.theme.tolist()) == {0, 1}
    assert len(model.reference) == 100
    assert (place(rows, model).theme == np.arange(103) % 2).all()


def test_no_group_gives_a_model_that_places_nothing():
    model = fit(noisy(30, 2, 0.1), np.full(30, -1))
    assert (model.reference.shape, model.theme.shape) == ((0, 24), (0,))
    empty = fit(np.zeros((0, 24), np.float32), [])
    assert len(empty.theme) == 0


@pytest.mark.parametrize("seed", [3, 50])
def test_what_the_fit_places_assign_places_one_by_one(seed):
    """The threshold is the share of some utterance: the last bits of its vote must not set it aside."""
    rows = noisy(300, 5, 0.33, seed)
    model = fit(rows, np.arange(300) % 5)
    fitted = place(rows, model)
    assert (fitted.theme >= 0).sum() >= 240
    assert [int(assign(row[None], model).theme[0]) for row in rows] == fitted.theme.tolist()


def themes_at(directions, sizes):
    """A model of themes of these sizes, close round these directions."""
    rows = np.concatenate([np.tile(d, (n, 1)) for d, n in zip(directions, sizes, strict=True)])
    rows = rows + np.random.default_rng(4).normal(0, 0.01, rows.shape)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    theme = np.repeat(np.arange(len(sizes)), sizes)
    return ThemeModel(rows.astype(np.float32), theme.astype(np.int32), 15, 0.5)


@pytest.mark.parametrize("k", [0, 1, 2, 5])
def test_below_six_themes_each_is_a_group_of_its_own(k):
    if k:
        model = themes_at(np.eye(k, 16), [10] * k)
    else:
        model = ThemeModel(np.zeros((0, 16), np.float32), np.zeros(0, np.int32), 15, 0.5)
    found = upper_level(model)
    assert found.dtype == np.int32
    assert found.tolist() == list(range(k))


@pytest.mark.parametrize(
    ("bundle", "sizes", "expected"),
    [
        ([0, 1, 2, 0, 1, 2, 0, 1, 2], [20, 12, 12, 9, 9, 12, 8, 8, 12], [0, 2, 1, 0, 2, 1, 0, 2, 1]),
        ([0, 0, 0, 1, 1, 1, 2, 2, 2], [30, 6, 6, 20, 20, 20, 15, 15, 15], [2, 2, 2, 0, 0, 0, 1, 1, 1]),
        ([0, 1, 2, 0, 1, 2, 0, 1, 2], [10] * 9, [0, 1, 2, 0, 1, 2, 0, 1, 2]),  # level: by the first theme
        ([2, 1, 1, 1, 1, 0, 1, 1, 1], [10] * 9, [1, 0, 0, 0, 0, 2, 0, 0, 0]),
        ([0, 0, 0, 1, 1, 1], [10] * 6, [0, 0, 0, 1, 1, 1]),
    ],
)
def test_bundles_of_themes_are_theme_groups(bundle, sizes, expected):
    directions = 2 * np.eye(3, 24)[bundle] + np.eye(len(bundle), 24, 8)
    assert upper_level(themes_at(directions, sizes)).tolist() == expected


def test_theme_means_are_directions():
    model = ThemeModel(
        np.array([[1, 0], [0, 1], [0, -1], [0, 1]], np.float32), np.array([0, 0, 1, 1], np.int32), 3, 0.5
    )
    assert theme_means(model) == pytest.approx(np.array([[0.5**0.5, 0.5**0.5], [0, 0]]), abs=1e-6)


@pytest.fixture(scope="module")
def study(blobs):
    return blobs(240, 4, 12)


@pytest.fixture(scope="module")
def clear(study):
    return as_clusters(study, 4)


def rows_of(clusters):
    """The utterances of each theme, in the order of the themes."""
    return [np.flatnonzero(clusters.placement.theme == t).tolist() for t in range(len(clusters.cohesion))]


def check(clusters, n):
    k = len(clusters.cohesion)
    assert len(clusters.stability) == len(clusters.group) == k
    assert clusters.placement.theme.shape == (n,)
    assert [bool(reason) for reason in clusters.placement.set_aside] == [t < 0 for t in clusters.placement.theme]
    sizes = [len(rows) for rows in rows_of(clusters)]
    assert sizes == sorted(sizes, reverse=True)
    assert all(sizes)
    assert sorted(set(clusters.model.theme.tolist())) == list(range(k))
    assert np.isfinite(clusters.cohesion).all()


def test_two_blobs_merged_are_one_theme_and_split_back_into_the_same_two(study, clear):
    before = rows_of(clear)
    assert sorted(before) == [list(range(start, 240, 4)) for start in range(4)]
    one = merge(clear, study[1], [3, 1])
    check(one.clusters, 240)
    assert one.came_from == (1, 0, 2)
    assert rows_of(one.clusters) == [sorted(before[1] + before[3]), before[0], before[2]]
    assert np.array_equal(one.clusters.stability, [np.nan, clear.stability[0], clear.stability[2]], equal_nan=True)
    assert one.clusters.cohesion[1:] == pytest.approx(clear.cohesion[[0, 2]])
    assert one.clusters.cohesion[0] < clear.cohesion[[1, 3]].min() - 0.1
    two = split(one.clusters, study[1], 0)
    check(two.clusters, 240)
    assert sorted(rows_of(two.clusters)) == sorted(before)
    assert sorted(two.came_from) == [0, 0, 1, 2]
    for rows, old, stability in zip(rows_of(two.clusters), two.came_from, two.clusters.stability, strict=True):
        if old == 0:
            assert np.isnan(stability)
            assert rows in (before[1], before[3])
        else:
            assert stability == one.clusters.stability[old]
            assert rows == rows_of(one.clusters)[old]


def test_three_blobs_merged_are_split_into_three(study, clear):
    one = merge(clear, study[1], [0, 1, 2]).clusters
    three = split(one, study[1], 0, parts=3)
    assert sorted(rows_of(three.clusters)) == sorted(rows_of(clear))
    assert np.isnan(three.clusters.stability).sum() == 3


def test_all_merged_is_one_theme(study, clear):
    one = merge(clear, study[1], range(4))
    assert (one.came_from, len(one.clusters.group)) == ((0,), 1)
    assert (one.clusters.placement.theme == 0).all()
    assert (one.clusters.placement.second == -1).all()


def test_what_is_not_touched_by_a_regrouping_stays(study, clear):
    one = merge(clear, study[1], [0, 1]).clusters
    assert np.array_equal(one.model.reference, clear.model.reference)
    assert (one.model.threshold, one.model.neighbours) == (clear.model.threshold, clear.model.neighbours)
    assert (one.engine, one.n_distinct, one.notes) == (clear.engine, clear.n_distinct, clear.notes)
    assert one.xy is clear.xy
    assert len(clear.cohesion) == 4  # and the clusters handed in are as they were
    assert set(clear.model.theme.tolist()) == {0, 1, 2, 3}


# So blurred that some are set aside, and regrouping moves them.
@pytest.fixture(scope="module")
def blurred(blobs):
    return blobs(300, 5, 12, noise=0.3)


def test_a_merge_places_by_the_sum_of_the_votes(blurred):
    clusters = as_clusters(blurred, 5)
    one = merge(clusters, blurred[1], [1, 4])
    check(one.clusters, 300)
    old = np.where(clusters.model.theme == 4, 1, clusters.model.theme).astype(np.int32)
    winner, _, share, _ = vote(blurred[1].mixed, clusters.model.reference, old, clusters.model.neighbours)
    expected = np.where(share >= np.float32(clusters.model.threshold), winner, -1)
    found = one.clusters.placement
    assert [one.came_from[t] if t >= 0 else -1 for t in found.theme] == expected.tolist()
    assert found.membership == pytest.approx(share, abs=1e-6)
    aside = clusters.placement.theme < 0
    assert 0 < (found.theme < 0).sum() < aside.sum()  # those between the two are placed now
    assert (found.theme[~aside] >= 0).all()


def test_regrouping_does_not_depend_on_the_order_of_utterances(blurred, pick, partition):
    order = np.random.default_rng(6).permutation(300).tolist()
    shuffled = pick(blurred, order)
    base, other = as_clusters(blurred, 5), as_clusters(shuffled, 5)
    for act in (lambda c, v: merge(c, v, [0, 2]), lambda c, v: split(c, v, 1)):
        one, two = act(base, blurred[1]), act(other, shuffled[1])
        check(one.clusters, 300)
        assert one.came_from == two.came_from
        assert partition(two.clusters, order) == partition(one.clusters)
        assert np.array_equal(one.clusters.model.theme, two.clusters.model.theme)
        assert np.array_equal(one.clusters.stability, two.clusters.stability, equal_nan=True)
        assert np.array_equal(one.clusters.group, two.clusters.group)


@pytest.mark.parametrize("parts", [2, 3, 5])
@pytest.mark.parametrize("seed", range(4))
def test_a_split_of_what_has_no_parts_still_fits_together(parts, seed, make_study):
    """One even blob: it is said that it cannot be split, or each part is a theme with utterances."""
    rows = noisy(120, 2, 0.6, seed)
    study = make_study([f"sentence {i}" for i in range(120)], ["A"] * 120, rows)
    clusters = as_clusters(study, 2)
    try:
        after = split(clusters, study[1], 0, parts)
    except UsageError as refused:
        assert "T1" in str(refused)  # noqa: PT017
        return
    check(after.clusters, 120)
    assert sorted(after.came_from) == [0] * parts + [1]


def test_split_cuts_only_rows_of_the_theme(blurred):
    clusters = as_clusters(blurred, 5)
    after = split(clusters, blurred[1], 2)
    came_from = np.array(after.came_from)
    assert np.array_equal(came_from[after.clusters.model.theme], clusters.model.theme)


@pytest.mark.parametrize(
    ("themes", "what"),
    [
        ([], "a merge needs two different themes"),
        ([1], "a merge needs two different themes"),
        ([2, 2], "a merge needs two different themes"),
        ([0, 4], "there is no theme T5"),
        ([-1, 0], "there is no theme T0"),
    ],
)
def test_merges_that_cannot_be(themes, what, study, clear):
    with pytest.raises(UsageError, match=what):
        merge(clear, study[1], themes)


@pytest.mark.parametrize(
    ("theme", "parts", "least", "what"),
    [
        (4, 2, 5, "there is no theme T5"),
        (-1, 2, 5, "there is no theme T0"),
        (0, 1, 5, "theme T1 has 60 different utterances, too few for 1 parts"),
        (0, 13, 5, "theme T1 has 60 different utterances, too few for 13 parts"),
        (1, 2, 31, "theme T2 has 60 different utterances, too few for 2 parts"),
    ],
)
def test_splits_that_cannot_be(theme, parts, least, what, study, clear):
    with pytest.raises(UsageError, match=what):
        split(clear, study[1], theme, parts, least)


def test_a_split_at_the_least_size_can_be(study, clear):
    one = merge(clear, study[1], [0, 1]).clusters
    assert len(split(one, study[1], 0, 2, 60).came_from) == 4
    with pytest.raises(UsageError, match="theme T1 has 120 different utterances, too few for 2 parts"):
        split(one, study[1], 0, 2, 61)


def test_a_split_sets_nothing_aside_and_brings_nothing_in(blurred):
    """Parts of a theme win together what the theme won, so that the analyst loses no utterance."""
    clusters = as_clusters(blurred, 5)
    after = split(clusters, blurred[1], 2)
    old, new = clusters.placement, after.clusters.placement
    came_from = np.array([*after.came_from, -1])
    assert np.array_equal(came_from[new.theme], old.theme)
    assert new.membership == pytest.approx(old.membership, abs=1e-6)
    assert new.set_aside == old.set_aside
    again = place(blurred[1].mixed, after.clusters.model)
    assert np.array_equal(again.theme, new.theme)
    parts = [number for number, before in enumerate(after.came_from) if before == 2]
    back = merge(after.clusters, blurred[1], parts)
    assert np.array_equal(np.array([*back.came_from, -1])[back.clusters.placement.theme] >= 0, old.theme >= 0)
    assert len(back.came_from) == 5
