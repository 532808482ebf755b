"""Candidate themes as a whole: every size, every order, and what must not matter."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from pipeline.cluster import find_themes
from pipeline.cluster.consensus import co_association, consensus_groups
from pipeline.cluster.distinct import collapse
from pipeline.cluster.members import ensemble
from pipeline.cluster.vote import place
from pipeline.config import ClusterConfig
from pipeline.errors import UsageError
from pipeline.records import Clusters

FAST = ClusterConfig(resamples=2, layouts=2, cuts=1)
# Groups of no fewer than twenty: smaller ones are found within a blob of sixty, rightly.
BLOBS = dataclasses.replace(FAST, min_theme=20)
WARD = ClusterConfig(resamples=3, layouts=3, cuts=1)


def check_shape(clusters: Clusters, n: int) -> None:
    """Whatever came in, what comes out fits together."""
    placement, k = clusters.placement, len(clusters.stability)
    for column in (placement.theme, placement.nearest, placement.second):
        assert (column.shape, column.dtype) == ((n,), np.int32)
        assert ((column >= -1) & (column < k)).all()
    assert (placement.membership.shape, placement.membership.dtype) == ((n,), np.float32)
    assert ((placement.membership >= 0) & (placement.membership <= 1)).all()
    assert [bool(reason) for reason in placement.set_aside] == [theme < 0 for theme in placement.theme]
    assert (clusters.xy.shape, clusters.xy.dtype) == ((n, 2), np.float32)
    assert np.isfinite(clusters.xy).all()
    assert clusters.stability.dtype == clusters.cohesion.dtype == np.float32
    assert clusters.cohesion.shape == (k,)
    assert ((clusters.cohesion >= 0) & (clusters.cohesion <= 1 + 1e-5)).all()
    assert (np.isnan(clusters.stability) | ((clusters.stability >= 0) & (clusters.stability <= 1))).all()
    sizes = [int((placement.theme == theme).sum()) for theme in range(k)]
    assert sizes == sorted(sizes, reverse=True)
    assert all(sizes)
    assert set(clusters.model.theme.tolist()) == set(range(k))
    assert k or clusters.notes


def _vectors_of_kind(kind: str, n: int) -> np.ndarray:
    return {
        "all equal": np.tile(np.eye(1, 8), (n, 1)),
        "equal vectors": np.tile(np.eye(1, 8), (n, 1)),
        "zeros": np.zeros((n, 8)),
        "orthogonal": np.eye(n, max(n, 8)),
        "one document": np.random.default_rng(n).normal(size=(n, 8)) / 3,
    }[kind]


@pytest.mark.parametrize("kind", ["all equal", "equal vectors", "zeros", "orthogonal", "one document"])
@pytest.mark.parametrize("n", [0, 1, 2, 5, 20, 60, 250])
def test_degenerate_studies(n, kind, make_study):
    texts = ["always the same" if kind == "all equal" else f"sentence {i}" for i in range(n)]
    documents = ["A" if kind == "one document" else f"D{i % 12}" for i in range(n)]
    clusters = find_themes(*make_study(texts, documents, _vectors_of_kind(kind, n)), FAST)
    check_shape(clusters, n)
    assert clusters.n_distinct == (min(n, 1) if kind == "all equal" else n)
    if kind == "zeros" or clusters.n_distinct < 10:
        assert len(clusters.stability) == 0


@pytest.mark.parametrize(
    ("n", "engine", "note"),
    [
        (0, "none", "Different utterances: 0; candidate themes need at least 10."),
        (9, "none", "Different utterances: 9; candidate themes need at least 10."),
        (10, "Ward", "With 10 different utterances nothing can be expected of the candidate themes; read them all."),
        (49, "Ward", "With 49 different utterances nothing can be expected of the candidate themes; read them all."),
        (50, "Ward", "A small study (50 different utterances): take the candidate themes as a first sorting."),
        (199, "Ward", "A small study (199 different utterances): take the candidate themes as a first sorting."),
    ],
)
@pytest.mark.usefixtures("no_map")
def test_how_much_can_be_expected_is_said(n, engine, note, blobs):
    clusters = find_themes(*blobs(n, 3, 4), WARD)
    assert clusters.notes[0] == note
    assert engine in clusters.engine


def test_all_of_one_kind_is_said_to_be_no_theme(make_study):
    study = make_study([f"s {i}" for i in range(60)], ["A"] * 60, np.zeros((60, 8)))
    assert "No group of utterances held together, so there is no candidate theme." in find_themes(*study, FAST).notes


@pytest.fixture(scope="module")
def large(blobs):
    return blobs(240, 4, 12)


@pytest.fixture(scope="module")
def found(large):
    return find_themes(*large, BLOBS)


@pytest.fixture(scope="module")
def small(blobs):
    return blobs(96, 4, 12)


def _blobs_of(n, k):
    return {frozenset(range(start, n, k)) for start in range(k)}


def test_finds_the_blobs(large, found, partition):
    check_shape(found, 240)
    assert partition(found) == _blobs_of(240, 4)
    assert found.stability.tolist() == [1, 1, 1, 1]
    assert found.engine == (
        "consensus of 2 runs of UMAP + HDBSCAN (leaf) and 2 runs of spectral clustering on resamples"
    )
    assert found.notes == ()
    # Blobs stand together on the map too: every point is nearer to its own middle than to another.
    middles = np.stack([found.xy[start::4].mean(axis=0) for start in range(4)])
    distance = np.linalg.norm(found.xy[:, None] - middles[None], axis=2)
    assert np.argmin(distance, axis=1).tolist() == [i % 4 for i in range(240)]


def test_cohesion_is_the_mean_cosine_to_the_mean(large, found):
    own = large[1].own.astype(np.float64)
    for theme in range(4):
        rows = own[found.placement.theme == theme]
        middle = rows.mean(axis=0) / np.linalg.norm(rows.mean(axis=0))
        assert found.cohesion[theme] == pytest.approx(float((rows @ middle).mean()), abs=1e-5)


@pytest.mark.usefixtures("no_map")
def test_a_small_study_finds_the_blobs_too(small, partition):
    clusters = find_themes(*small, WARD)
    check_shape(clusters, 96)
    groups = partition(clusters)
    # Ward makes about a group of twelve: blobs may be cut in two, never mixed.
    assert all(len({i % 4 for i in group}) == 1 for group in groups)
    assert sum(len(group) for group in groups) == 96


def _bytes(clusters: Clusters) -> list[bytes]:
    placement = clusters.placement
    arrays = (
        placement.theme, placement.nearest, placement.second, placement.membership, clusters.model.reference,
        clusters.model.theme, clusters.stability, clusters.cohesion, clusters.xy,
    )  # fmt: skip
    return [array.tobytes() for array in arrays]


def test_two_runs_give_the_same_bytes(large, found):
    again = find_themes(*large, BLOBS)
    assert _bytes(again) == _bytes(found)
    assert (again.engine, again.notes, again.placement.set_aside) == (
        found.engine,
        found.notes,
        found.placement.set_aside,
    )


def _renamed(study):
    utterances, vectors = study
    names = {name: f"{name[::-1]}, as another team calls it" for name in {u.document for u in utterances}}
    return tuple(dataclasses.replace(u, document=names[u.document]) for u in utterances), vectors


def _with_copy_of(study, document, pick):
    """The study with one document in it twice, the second time under another name."""
    utterances, _ = study
    rows = [i for i, u in enumerate(utterances) if u.document == document]
    both, vectors = pick(study, [*range(len(utterances)), *rows])
    copies = tuple(dataclasses.replace(u, document="copy") for u in both[len(utterances) :])
    return (both[: len(utterances)] + copies, vectors), rows


def test_neither_order_nor_names_nor_repetition_matter(large, found, pick, partition):
    """All four at once, on UMAP + HDBSCAN; each alone below, on Ward's method."""
    repeated = pick(large, [*range(240), 3, 3, 17, 100])
    (utterances, vectors), rows = _with_copy_of(_renamed(repeated), _renamed(large)[0][0].document, pick)
    order = np.random.default_rng(1).permutation(len(utterances)).tolist()
    clusters = find_themes(*pick((utterances, vectors), order), BLOBS)
    called = [*range(240), 3, 3, 17, 100, *[row if row < 240 else [3, 3, 17, 100][row - 240] for row in rows]]
    assert partition(clusters, [called[i] for i in order]) == partition(found)
    assert np.array_equal(clusters.model.reference, found.model.reference)
    for theme in range(4):
        same = int(clusters.placement.theme[order.index(theme)])
        assert clusters.stability[same] == found.stability[int(found.placement.theme[theme])]


# Blobs so close that many utterances are set aside: here a small difference would show.
@pytest.fixture(scope="module")
def blurred(blobs):
    return blobs(150, 5, 12, noise=0.33)


@pytest.mark.usefixtures("no_map")
class TestWhatMustNotMatter:
    def test_order(self, blurred, pick, partition):
        order = np.random.default_rng(3).permutation(150).tolist()
        base, shuffled = find_themes(*blurred, WARD), find_themes(*pick(blurred, order), WARD)
        assert 0 < (base.placement.theme < 0).sum() < 100
        assert partition(shuffled, order) == partition(base)
        assert np.array_equal(shuffled.model.reference, base.model.reference)

    def test_names_of_documents(self, blurred):
        assert _bytes(find_themes(*_renamed(blurred), WARD)) == _bytes(find_themes(*blurred, WARD))

    def test_repeated_utterances(self, blurred, pick, partition):
        rows = [*range(150), *([2] * 30), 50, 51, 52, *range(100, 150)]
        base, repeated = find_themes(*blurred, WARD), find_themes(*pick(blurred, rows), WARD)
        assert partition(repeated, rows) == partition(base)
        assert repeated.n_distinct == base.n_distinct == 150

    def test_a_document_that_is_there_twice(self, blurred, pick, partition):
        study, rows = _with_copy_of(blurred, "D3", pick)
        base, copied = find_themes(*blurred, WARD), find_themes(*study, WARD)
        assert partition(copied, [*range(150), *rows]) == partition(base)

    def test_case_and_punctuation(self, blurred, partition):
        utterances, vectors = blurred
        shouted = tuple(dataclasses.replace(u, clean=f"  {u.clean.upper()}!") for u in utterances)
        assert partition(find_themes(shouted, vectors, WARD)) == partition(find_themes(*blurred, WARD))


def test_assigning_the_runs_own_utterances_gives_its_themes(large, found):
    again = place(large[1].mixed, found.model)
    assert np.array_equal(again.theme, found.placement.theme)
    assert again.membership == pytest.approx(found.placement.membership, abs=1e-5)
    assert again.set_aside == found.placement.set_aside


@pytest.mark.usefixtures("no_map")
def test_assigning_one_at_a_time_gives_the_same_themes(blurred):
    clusters = find_themes(*blurred, WARD)
    alone = [place(row[None], clusters.model) for row in blurred[1].mixed]
    assert [int(one.theme[0]) for one in alone] == clusters.placement.theme.tolist()
    assert [one.set_aside[0] for one in alone] == list(clusters.placement.set_aside)


@pytest.mark.usefixtures("no_map")
@pytest.mark.parametrize(("small_study", "n_resamples"), [(200, 6), (50, 3)])
def test_stability_is_the_naive_calculation(small_study, n_resamples, blurred):
    """By Ward's method, a resample for each run; otherwise a consensus of both kinds of run for each resample."""
    config = dataclasses.replace(WARD, small_study=small_study)
    clusters = find_themes(*blurred, config)
    distinct = collapse(*blurred)
    with threadpool_limits(1):  # as the fit does: UMAP makes much of the last bits of a sum
        members = list(ensemble(distinct, distinct.vectors @ distinct.vectors.T, config, None))
    assert len(members) == config.layouts + config.resamples * config.cuts
    whole = place(distinct.vectors, clusters.model).theme
    n_themes = len(clusters.stability)
    assert n_themes > 2
    blocks = [[member for member in members if member.resample == number] for number in range(n_resamples)]
    assert sum(len(block) for block in blocks) == len(members)
    total = np.zeros(n_themes)
    for block in blocks:
        rows = np.flatnonzero(block[0].drawn)
        assert all(np.array_equal(member.drawn, block[0].drawn) for member in block)
        documents = {blurred[0][i].document for i in range(150) if block[0].drawn[distinct.of[i]]}
        assert len(documents) == 11  # of twelve: a tenth, rounded
        groups = consensus_groups(co_association(block)[np.ix_(rows, rows)], config.min_theme)
        again = _fitted(distinct.vectors[rows], groups)
        others = [set(rows[again == g]) for g in set(again.tolist()) if g >= 0]
        for theme in range(n_themes):
            inside = set(np.flatnonzero(whole == theme)) & set(rows)
            total[theme] += max((len(inside & g) / len(inside | g) for g in others), default=0) if inside else 0
    assert clusters.stability == pytest.approx(total / n_resamples, abs=1e-6)
    assert clusters.stability.min() < 0.95


def _fitted(vectors, groups):
    """Theme of each row: least sizes at the floor, then the threshold that places four of five, then least sizes."""
    groups, _, shares = _settle(vectors, groups, WARD.vote_floor)
    count = int(np.ceil(WARD.placed * len(vectors)))
    return _settle(vectors, groups, max(sorted(shares, reverse=True)[count - 1], WARD.vote_floor))[1]


def _settle(vectors, groups, threshold):
    """Groups, themes and shares by the vote of the neighbours, itself left out; small themes are taken out."""
    while True:
        reference = [j for j in range(len(vectors)) if groups[j] >= 0]
        found, shares = np.full(len(vectors), -1), np.zeros(len(vectors))
        for i, row in enumerate(vectors):
            cosines = {j: float(row @ vectors[j]) for j in reference if j != i}
            near = sorted(cosines, key=lambda j: (-round(cosines[j], 5), j))[: WARD.vote_neighbours]
            votes: dict[int, float] = {}
            for j in near:
                votes[groups[j]] = votes.get(groups[j], 0) + max(cosines[j], 0)
            best = max(votes, key=votes.__getitem__)
            shares[i] = round(votes[best] / sum(votes.values()), 6)
            if shares[i] >= threshold:
                found[i] = best
        small = {g for g in set(groups.tolist()) if g >= 0 and (found == g).sum() < WARD.min_theme}
        if not small:
            return groups, found, shares
        groups = np.where(np.isin(groups, list(small)), -1, groups)


@pytest.mark.usefixtures("no_map")
@pytest.mark.parametrize("n", [10, 12, 20, 30, 60])
def test_a_very_small_study_still_has_themes(n, blobs, partition):
    """Without its own vote an utterance leans on few others; two plain groups must come out all the same."""
    clusters = find_themes(*blobs(n, 2, 5), ClusterConfig())
    check_shape(clusters, n)
    groups = partition(clusters)
    assert all(len({i % 2 for i in group}) == 1 for group in groups if "set aside" not in group)
    assert {int(theme) % 2 for group in groups if "set aside" not in group for theme in group} == {0, 1}
    assert (clusters.placement.theme >= 0).sum() >= 0.8 * n


def _noise(n, make_study, n_documents=12, blobs=1):
    rows = np.random.default_rng(n).normal(size=(n, 24)) + 4 * np.eye(blobs, 24)[np.arange(n) % blobs]
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return make_study([f"sentence {i}" for i in range(n)], [f"D{i % n_documents}" for i in range(n)], rows)


@pytest.mark.usefixtures("no_map")
@pytest.mark.parametrize(("n", "n_documents", "blobs"), [(500, 12, 1), (560, 1, 1), (600, 12, 2)])
def test_five_themes_at_least_from_500_utterances(n, n_documents, blobs, make_study):
    """Noise, a single document, and two plain blobs: two giant themes would tell nobody anything."""
    clusters = find_themes(*_noise(n, make_study, n_documents, blobs), FAST)
    check_shape(clusters, n)
    assert len(clusters.stability) >= 5
    assert (clusters.placement.theme >= 0).mean() == pytest.approx(0.8, abs=0.1)
    assert clusters.resampled == ("utterances" if n_documents == 1 else "documents")
    assert sorted(set(clusters.group.tolist())) == list(range(int(clusters.group.max()) + 1))
    assert len(clusters.group) == len(clusters.stability)


@pytest.mark.usefixtures("no_map")
@pytest.mark.parametrize(("layouts", "cuts"), [(2, 0), (0, 2), (1, 2)])
def test_either_kind_of_run_alone_will_do(layouts, cuts, large, partition):
    config = dataclasses.replace(BLOBS, layouts=layouts, cuts=cuts, min_theme=20 if layouts else 5)
    clusters = find_themes(*large, config)
    check_shape(clusters, 240)
    assert all(len({i % 4 for i in group}) == 1 for group in partition(clusters) if "set aside" not in group)
    kinds = ((layouts, "UMAP + HDBSCAN (leaf)"), (2 * cuts, "spectral clustering"))
    told = " and ".join(f"{count} runs of {name}" for count, name in kinds if count)
    assert clusters.engine == f"consensus of {told} on resamples"


def test_layouts_are_run_on_the_first_resamples_only(large):
    distinct = collapse(*large)
    config = dataclasses.replace(FAST, resamples=3, layouts=1, cuts=1)
    members = list(ensemble(distinct, distinct.vectors @ distinct.vectors.T, config, None))
    assert [member.resample for member in members] == [0, 0, 1, 2]


def test_an_ensemble_without_runs_is_refused(large):
    with pytest.raises(UsageError, match="no runs to agree"):
        find_themes(*large, dataclasses.replace(FAST, layouts=0, cuts=0))


def test_members_of_a_resample_share_its_rows(large):
    distinct = collapse(*large)
    config = dataclasses.replace(FAST, layouts=2, cuts=2)
    members = list(ensemble(distinct, distinct.vectors @ distinct.vectors.T, config, None))
    assert [member.resample for member in members] == [0, 0, 0, 1, 1, 1]
    for member in members:
        assert np.array_equal(member.drawn, members[3 * member.resample].drawn)
        assert (member.groups[~member.drawn] == -1).all()
    for cut in (members[1], members[2], members[4], members[5]):
        assert (cut.groups[cut.drawn] >= 0).all()  # a cut has no noise
        assert len(set(cut.groups[cut.drawn].tolist())) == round(0.6 * np.sqrt(cut.drawn.sum()))


def test_above_the_sample_the_vote_places_the_rest(large, partition):
    config = dataclasses.replace(BLOBS, sample=150, small_study=50)
    clusters = find_themes(*large, config)
    check_shape(clusters, 240)
    assert partition(clusters) == _blobs_of(240, 4)
    assert clusters.n_distinct == 240
    assert len(clusters.model.reference) <= 150
    assert clusters.notes == ("Themes were fitted on 150 of 240 different utterances; the vote placed the others.",)
    assert len({tuple(point) for point in clusters.xy.tolist()}) <= 150


@pytest.mark.usefixtures("no_map")
def test_the_sample_does_not_depend_on_order(blurred, pick, partition):
    config = dataclasses.replace(WARD, sample=100)
    order = np.random.default_rng(5).permutation(150).tolist()
    base, shuffled = find_themes(*blurred, config), find_themes(*pick(blurred, order), config)
    assert np.array_equal(base.model.reference, shuffled.model.reference)
    assert partition(shuffled, order) == partition(base)


def test_single_engine(large, partition):
    clusters = find_themes(*large, dataclasses.replace(BLOBS, engine="single"))
    check_shape(clusters, 240)
    assert all(len({i % 4 for i in group - {"set aside"}}) == 1 for group in partition(clusters))
    assert clusters.engine == "one run of UMAP + HDBSCAN (leaf), without consensus"
    assert np.isnan(clusters.stability).all()
    assert clusters.notes == ("One clustering run alone is fragile: another seed may give other themes.",)


@pytest.mark.usefixtures("no_map")
def test_single_engine_on_a_small_study(small):
    clusters = find_themes(*small, dataclasses.replace(WARD, engine="single"))
    check_shape(clusters, 96)
    assert clusters.engine == "one run of Ward's method on principal components, without consensus"
    assert len(clusters.stability) >= 4


@pytest.mark.usefixtures("no_map")
def test_progress_counts_the_runs(small):
    told = []
    find_themes(*small, WARD, lambda done, total: told.append((done, total)))
    assert told == [(i, 6) for i in range(1, 7)]


@pytest.mark.parametrize("resample", [0.0, 0.02, 1.0])
def test_a_resample_of_hardly_anything(resample, blobs):
    config = dataclasses.replace(FAST, resample=resample, small_study=20)
    check_shape(find_themes(*blobs(30, 3, 3), config), 30)
