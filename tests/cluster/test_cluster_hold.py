"""What analysts decided on candidate themes holds when the talk is clustered again."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from pipeline.cluster import REJECTED, TAKEN_OUT, assign, cohesion, find_themes, hold, in_parts, merge, split
from pipeline.cluster.distinct import collapse
from pipeline.cluster.levels import upper_level
from pipeline.cluster.model import fit_model
from pipeline.cluster.vote import place
from pipeline.config import ClusterConfig
from pipeline.records import Clusters, ThemeModel

CONFIG = ClusterConfig(small_study=1000, resamples=4)
K = 6


@pytest.fixture(scope="module")
def study(blobs):
    """360 utterances of six topics, blurred so that some are set aside."""
    return blobs(360, K, 12, noise=0.14)


@pytest.fixture(scope="module")
def clear(blobs):
    return blobs(360, K, 12)


@pytest.fixture(scope="module")
def base(study):
    return find_themes(*study, CONFIG, with_map=False)


@pytest.fixture(scope="module")
def clear_base(clear):
    """The clusters of the six topics, known beforehand."""
    distinct = collapse(*clear)
    groups = np.zeros(360, np.int32)
    groups[distinct.of] = np.arange(360) % K
    model = fit_model(distinct.vectors, groups, clear[1].mixed, distinct.of, CONFIG)
    placement = place(clear[1].mixed, model)
    stability = np.linspace(0.9, 0.6, K, dtype=np.float32)
    xy = np.zeros((360, 2), np.float32)
    cohesive = cohesion(placement, clear[1].own, K)
    return Clusters(placement, model, stability, cohesive, xy, "by hand", 360, group=upper_level(model))


def members(clusters, theme):
    return np.flatnonzero(clusters.placement.theme == theme).astype(np.int32)


def topic(number, n=360):
    """Utterance i of blobs is of topic i % K."""
    return np.arange(number, n, K, dtype=np.int32)


def check(held, vectors):
    clusters = held.clusters
    n = len(vectors.mixed)
    k = len(clusters.cohesion)
    assert len(clusters.stability) == len(clusters.group) == k
    placement = clusters.placement
    assert placement.theme.max(initial=-1) < k
    assert placement.nearest.max(initial=-1) < k
    assert placement.second.max(initial=-1) < k
    assert [bool(reason) for reason in placement.set_aside] == [t < 0 for t in placement.theme]
    assert (placement.nearest != placement.second)[placement.second >= 0].all()
    sizes = [len(members(clusters, t)) for t in range(k)]
    assert sizes == sorted(sizes, reverse=True)
    assert all(sizes)
    assert ((placement.membership >= 0) & (placement.membership <= 1)).all()
    # Rule 3: fit and assign are one function, also one utterance at a time and in another order.
    again = assign(vectors.mixed, clusters.model)
    assert again.theme.tolist() == placement.theme.tolist()
    assert again.set_aside == placement.set_aside
    order = np.random.default_rng(1).permutation(n)[:60]
    assert [int(assign(vectors.mixed[i][None], clusters.model).theme[0]) for i in order] == (
        placement.theme[order].tolist()
    )


def test_nothing_decided_gives_the_same_object(study, base):
    held = hold(base, *study, [], [], CONFIG)
    assert held.clusters is base
    assert held.of == ()
    none = np.zeros(0, np.int32)
    held = hold(base, *study, [none, none], [none], CONFIG)
    assert held.clusters is base
    assert held.of == (-1, -1)


@pytest.mark.parametrize("theme", range(3))
def test_an_accepted_theme_of_the_same_talk_is_the_same_theme(study, base, theme):
    kept = members(base, theme)
    held = hold(base, *study, [kept], [], CONFIG)
    check(held, study[1])
    assert kept.tolist() == members(held.clusters, held.of[0]).tolist()
    assert held.clusters.placement.set_aside == base.placement.set_aside
    assert len(held.clusters.cohesion) == len(base.cohesion)
    assert (held.clusters.placement.membership[kept] == 1).all()


def test_all_accepted_on_clear_talk_is_what_was_there(clear, clear_base):
    kept = [members(clear_base, t) for t in range(K)]
    held = hold(clear_base, *clear, kept, [], CONFIG)
    check(held, clear[1])
    assert [members(held.clusters, t).tolist() for t in held.of] == [rows.tolist() for rows in kept]
    assert held.clusters.stability[list(held.of)].tolist() == clear_base.stability.tolist()
    assert held.clusters.xy is clear_base.xy
    assert held.clusters.engine == clear_base.engine


def test_a_rejected_theme_does_not_come_back_and_its_talk_is_set_aside(study, base):
    rejected = members(base, 1)
    held = hold(base, *study, [], [rejected], CONFIG)
    check(held, study[1])
    placement = held.clusters.placement
    assert len(held.clusters.cohesion) == len(base.cohesion) - 1
    assert (placement.theme[rejected] == -1).all()
    assert {placement.set_aside[i] for i in rejected} == {REJECTED}
    assert (placement.nearest[rejected] >= 0).all()
    # the others stand as they stood
    others = [t for t in range(len(base.cohesion)) if t != 1]
    assert {tuple(members(base, t)) for t in others} == {
        tuple(members(held.clusters, t)) for t in range(len(held.clusters.cohesion))
    }


def test_all_rejected_leaves_no_theme(clear, clear_base):
    held = hold(clear_base, *clear, [], [members(clear_base, t) for t in range(K)], CONFIG)
    check(held, clear[1])
    placement = held.clusters.placement
    assert len(held.clusters.cohesion) == 0
    assert set(placement.set_aside) == {REJECTED}
    assert set(placement.nearest.tolist()) == {-1}
    assert set(placement.membership.tolist()) == {0.0}


def test_a_merge_holds(clear, clear_base):
    both = np.sort(np.concatenate([topic(0), topic(3)]))
    held = hold(clear_base, *clear, [both], [], CONFIG)
    check(held, clear[1])
    assert members(held.clusters, held.of[0]).tolist() == both.tolist()
    assert len(held.clusters.cohesion) == K - 1
    assert held.of == (0,)  # the largest
    assert np.isnan(held.clusters.stability[0])
    assert np.isfinite(held.clusters.stability[1:]).all()


def test_a_split_holds_and_its_parts_win_together(clear, clear_base):
    one, two = topic(2)[:35], topic(2)[35:]
    held = hold(clear_base, *clear, [one, two], [], CONFIG)
    check(held, clear[1])
    assert members(held.clusters, held.of[0]).tolist() == one.tolist()
    assert members(held.clusters, held.of[1]).tolist() == two.tolist()
    assert len(held.clusters.cohesion) == K + 1
    family = held.clusters.model.family
    assert family[held.of[0]] == family[held.of[1]]
    assert len(set(family.tolist())) == K


def test_what_is_new_near_a_split_theme_is_placed_in_one_of_its_parts(clear, clear_base):
    known = topic(2)[:48]
    held = hold(clear_base, *clear, [known[::2], known[1::2]], [], CONFIG)
    check(held, clear[1])
    new = topic(2)[48:]
    assert set(held.clusters.placement.theme[new].tolist()) <= set(held.of)
    assert len(held.clusters.cohesion) == K + 1


def test_a_moved_utterance_stays_where_it_was_moved(clear, clear_base):
    moved = int(topic(0)[7])
    held = hold(clear_base, *clear, [topic(0)[topic(0) != moved], np.sort(np.append(topic(1), moved))], [], CONFIG)
    check(held, clear[1])
    assert held.clusters.placement.theme[moved] == held.of[1]
    assert held.clusters.placement.set_aside[moved] == ""
    assert len(held.clusters.cohesion) == K


@pytest.mark.parametrize("share", [0.5, 0.7, 0.9])
def test_what_is_new_in_a_kept_theme_comes_to_it(clear, clear_base, share):
    known = topic(4)[: int(60 * share)]
    held = hold(clear_base, *clear, [known], [], CONFIG)
    assert members(held.clusters, held.of[0]).tolist() == topic(4).tolist()
    assert len(held.clusters.cohesion) == K


@pytest.mark.parametrize("share", [0.3, 0.5, 0.9])
def test_what_is_new_in_a_rejected_theme_goes_with_it(clear, clear_base, share):
    known = topic(4)[: int(60 * share)]
    held = hold(clear_base, *clear, [], [known], CONFIG)
    check(held, clear[1])
    assert {held.clusters.placement.set_aside[i] for i in topic(4)} == {REJECTED}
    assert len(held.clusters.cohesion) == K - 1


def test_a_kept_row_wins_over_a_rejected_one(clear, clear_base):
    """One part of a split was rejected: the other stays, and only the rejected rows go."""
    kept, gone = topic(5)[:40], topic(5)[40:]
    held = hold(clear_base, *clear, [kept], [np.concatenate([gone, kept[:3]])], CONFIG)
    check(held, clear[1])
    assert (held.clusters.placement.theme[kept] == held.of[0]).all()
    assert len(held.clusters.cohesion) == K
    assert held.clusters.model.rejected == 1
    others = [i for i in range(360) if i % K != 5]
    assert set(held.clusters.placement.theme[others].tolist()) == set(range(K)) - {held.of[0]}


def test_an_utterance_of_two_kept_themes_counts_for_the_first(clear, clear_base):
    both = int(topic(0)[0])
    held = hold(clear_base, *clear, [topic(0), np.append(topic(1), both)], [], CONFIG)
    assert held.clusters.placement.theme[both] == held.of[0]
    held = hold(clear_base, *clear, [np.append(topic(1), both), topic(0)], [], CONFIG)
    assert held.clusters.placement.theme[both] == held.of[0]


def test_a_small_remnant_is_dissolved_and_a_large_one_stays(clear, clear_base):
    """A kept theme takes most of a topic by hand, and some of another."""
    left = topic(1)[:3]
    most = np.sort(np.concatenate([topic(0), topic(1)[3:]]))
    held = hold(clear_base, *clear, [most], [], CONFIG)
    check(held, clear[1])
    assert len(held.clusters.cohesion) == K - 1
    assert set(held.clusters.placement.theme[left].tolist()) == {held.of[0]}
    some = np.sort(np.concatenate([topic(0), topic(1)[40:]]))
    easy = dataclasses.replace(clear_base, model=dataclasses.replace(clear_base.model, threshold=0.5))
    held = hold(easy, *clear, [some], [], CONFIG)
    check(held, clear[1])
    assert len(held.clusters.cohesion) == K


def test_a_kept_theme_is_never_too_small(clear, clear_base):
    held = hold(clear_base, *clear, [topic(3)[:2], topic(4)[:1]], [], CONFIG)
    check(held, clear[1])
    assert (held.clusters.placement.theme[topic(3)[:2]] == held.of[0]).all()
    assert held.clusters.placement.theme[topic(4)[0]] == held.of[1]
    assert len(held.clusters.cohesion) == K + 2


def test_themes_hold_where_nothing_could_be_grouped(make_study):
    rows = np.eye(8, 24)[np.arange(8)]
    study = make_study([f"sentence {i}" for i in range(8)], ["A"] * 8, rows)
    clusters = find_themes(*study, CONFIG, with_map=False)
    assert len(clusters.cohesion) == 0
    held = hold(clusters, *study, [np.array([1, 2], np.int32)], [np.array([5], np.int32)], CONFIG)
    assert held.of == (0,)
    assert held.clusters.placement.theme.tolist() == [-1, 0, 0, -1, -1, -1, -1, -1]


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_utterances_does_not_matter(study, base, pick, partition, seed):
    order = np.random.default_rng(seed).permutation(360).tolist()
    at = {row: i for i, row in enumerate(order)}
    kept = [members(base, 0)[:30], np.concatenate([members(base, 0)[30:], members(base, 2)[:9]]), members(base, 3)]
    gone = [members(base, 1)]
    one = hold(base, *study, kept, gone, CONFIG)
    shuffled = pick(study, order)
    moved = [[np.array([at[i] for i in rows.tolist()], np.int32) for rows in sets] for sets in (kept, gone)]
    two = hold(find_themes(*shuffled, CONFIG, with_map=False), *shuffled, *moved, CONFIG)
    assert one.of == two.of
    assert partition(two.clusters, order) == partition(one.clusters)
    assert two.clusters.model.theme.tolist() == one.clusters.model.theme.tolist()
    assert np.array_equal(one.clusters.stability, two.clusters.stability, equal_nan=True)
    check(one, study[1])


def test_exact_repetitions_stand_with_what_they_repeat(study, base, pick):
    rows = [*range(360), *topic(0)[:20].tolist(), *topic(1)[:20].tolist()]
    twice = pick(study, rows)
    kept, gone = members(base, 0)[:40], members(base, 1)
    one = hold(base, *study, [kept], [gone], CONFIG)
    two = hold(find_themes(*twice, CONFIG, with_map=False), *twice, [kept], [gone], CONFIG)
    before = [one.clusters.placement.set_aside[i] or one.clusters.placement.theme[i] == one.of[0] for i in rows]
    after = [
        reason or theme == two.of[0]
        for reason, theme in zip(two.clusters.placement.set_aside, two.clusters.placement.theme, strict=True)
    ]
    assert after == before


def test_the_same_words_in_another_context_are_known_apart(make_study, blobs):
    """Two utterances of one text, which repetitions collapse to one row: each stays where it was put."""
    utterances, vectors = blobs(120, 4, 6)
    texts = ["we were told so" if i in (0, 1) else u.text for i, u in enumerate(utterances)]
    study = make_study(texts, [u.document for u in utterances], vectors.mixed)
    clusters = find_themes(*study, CONFIG, with_map=False)
    kept = [np.arange(0, 120, 4, dtype=np.int32), np.arange(1, 120, 4, dtype=np.int32)]
    held = hold(clusters, *study, kept, [], CONFIG)
    assert held.clusters.placement.theme[[0, 1]].tolist() == list(held.of)


def test_merge_and_split_go_on_with_what_was_held(clear, clear_base):
    held = hold(clear_base, *clear, [topic(0)], [topic(5)], CONFIG).clusters
    one = merge(held, clear[1], [0, 2]).clusters
    assert (len(one.cohesion), one.model.rejected) == (K - 2, 1)
    assert {one.placement.set_aside[i] for i in topic(5)} == {REJECTED}
    two = split(one, clear[1], 0).clusters
    assert (len(two.cohesion), two.model.rejected) == (K - 1, 1)
    assert {two.placement.set_aside[i] for i in topic(5)} == {REJECTED}
    assert len(two.stability) == len(two.group) == K - 1
    assert assign(clear[1].mixed, two.model).theme.tolist() == two.placement.theme.tolist()


def test_what_was_taken_out_stands_in_no_theme_and_votes_for_none(clear, clear_base):
    out = topic(0)[:4]
    held = hold(clear_base, *clear, [topic(0)[4:]], [], CONFIG, out.tolist())
    check(held, clear[1])
    placement = held.clusters.placement
    assert set(np.flatnonzero(placement.theme == held.of[0])) == set(topic(0)[4:])
    assert {placement.set_aside[i] for i in out} == {TAKEN_OUT}
    rows = {row.tobytes() for row in held.clusters.model.reference}
    assert not rows & {clear[1].mixed[i].tobytes() for i in out}
    alone = hold(clear_base, *clear, [], [], CONFIG, out.tolist()).clusters
    assert {alone.placement.set_aside[i] for i in out} == {TAKEN_OUT}
    assert set(np.flatnonzero((alone.placement.theme < 0) != (clear_base.placement.theme < 0))) == set(out)
    assert merge(held.clusters, clear[1], [0, 1]).clusters.placement.set_aside[out[0]] == TAKEN_OUT


def test_what_a_kept_theme_has_is_not_out_and_neither_are_its_repetitions(clear, clear_base, pick):
    both = topic(0)[:2]
    held = hold(clear_base, *clear, [topic(0)], [], CONFIG, both.tolist())
    assert set(held.clusters.placement.theme[both]) == {held.of[0]}
    assert not len(held.clusters.model.out)
    n = len(clear_base.placement.theme)
    twice = pick(clear, [*range(n), int(both[0])])
    once_out = hold(find_themes(*twice, CONFIG, with_map=False), *twice, [topic(0)], [], CONFIG, [n]).clusters
    assert once_out.placement.theme[n] == once_out.placement.theme[both[0]] >= 0


def test_a_near_pinned_vector_is_voted_on_and_an_equal_one_is_not():
    rows = np.eye(4, dtype=np.float32)
    model = ThemeModel(
        rows[[0, 0, 0, 1]], np.array([0, 0, 0, 1], np.int32), 15, 0.5, pinned=np.array([False, False, False, True])
    )
    near = np.array([[0.8, 0.6, 0, 0]], np.float32)
    found = assign(np.concatenate([near, rows[1:2], rows[2:3]]), model)
    assert found.theme.tolist() == [0, 1, -1]
    assert found.membership.tolist() == pytest.approx([1.0, 1.0, 0.0])
    assert found.set_aside == ("", "", "unlike every theme")
    loose = assign(rows[1:2], dataclasses.replace(model, pinned=np.zeros(0, np.bool_)))
    assert loose.theme.tolist() == [-1]


@pytest.mark.parametrize("parts", [2, 3])
def test_parts_are_the_groups_that_there_are(parts):
    rng = np.random.default_rng(3)
    rows = np.eye(parts, 16)[np.arange(60) % parts] + 0.5 * np.eye(1, 16, 15) + rng.normal(0, 0.05, (60, 16))
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    found = in_parts(rows, parts)
    assert {frozenset(np.flatnonzero(found == p).tolist()) for p in range(parts)} == {
        frozenset(range(start, 60, parts)) for start in range(parts)
    }


@pytest.mark.parametrize("n", [0, 1, 3])
def test_too_few_rows_are_not_cut(n):
    assert in_parts(np.eye(n, 8, dtype=np.float32), 2).tolist() == [0] * n
