"""Neighbours and eigenvectors: against calculations of their own, and the numbers of groups that they tell."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from pipeline.cluster.consensus import consensus_groups
from pipeline.cluster.neighbours import NEIGHBOURS, Neighbours, among, generous, nearest
from pipeline.cluster.spectral import (
    consensus_spectrum,
    leading,
    neighbour_graph,
    number_told,
    turned,
    unit_rows,
    usual_number,
)


def unit(seed, n, width=8):
    rows = np.random.default_rng(seed).normal(size=(n, width))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def components(sizes, weight=1.0):
    """A table of ones within groups of these sizes and zeros between them, and the group of each row."""
    group = np.repeat(np.arange(len(sizes)), sizes)
    return (group[:, None] == group[None, :]).astype(np.float64) * weight, group


def same(one, other):
    """Whether two groupings are one and the same under other numbers."""
    pairs = set(zip(np.asarray(one).tolist(), np.asarray(other).tolist(), strict=True))
    return len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})


# Cosines in eighths: ties are plenty and exact.
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 12), share=st.floats(0, 1))
def test_nearest_is_the_naive_loop(seed, n, share):
    rng = np.random.default_rng(seed)
    half = rng.integers(-8, 9, (n, n))
    similarity = (np.triu(half, 1) + np.triu(half, 1).T + 8 * np.eye(n)).astype(np.float32) / 8
    k = 1 + round(share * (n - 1))
    before = similarity.copy()
    near = nearest(similarity, k)
    assert (near.row.dtype, near.cosine.dtype) == (np.int32, np.float32)
    assert np.array_equal(similarity, before)
    for i in range(n):
        others = sorted((j for j in range(n) if j != i), key=lambda j: (-similarity[i, j], j))
        cosines = [1.0, *(float(similarity[i, j]) for j in others)]
        assert near.cosine[i].tolist() == cosines[:k]
        assert near.row[i, 0] == i
        # Which of the rows at the last place's cosine come in is tested below; all nearer ones must be there, in order.
        nearer = [j for j in others[: k - 1] if similarity[i, j] > cosines[k - 1]]
        assert near.row[i, 1 : 1 + len(nearer)].tolist() == nearer


@pytest.mark.parametrize(("n", "k"), [(5, 3), (12, 4), (40, 15), (100, 15)])
def test_of_equally_near_rows_the_first_are_neighbours(n, k):
    near = nearest(np.ones((n, n), np.float32), k)
    for i in range(n):
        assert near.row[i].tolist() == [i, *(j for j in range(n) if j != i)][:k]


def test_neighbours_of_a_row_are_itself_first_even_beside_its_equals():
    rows = np.tile(unit(0, 1), (6, 1))
    near = nearest(rows @ rows.T, 4)
    assert near.row[:, 0].tolist() == list(range(6))
    assert near.cosine.max() <= 1


@pytest.mark.parametrize("every", [10, 3, 2])
def test_among_is_nearest_of_the_rows_drawn(every):
    """Nine in ten are read off the neighbours of all rows; of half of them too few are among those."""
    rows = unit(3, 300)
    drawn = np.arange(300) % every > 0
    similarity = rows @ rows.T
    found = among(similarity, generous(similarity), drawn)
    again = nearest(similarity[np.ix_(drawn, drawn)], NEIGHBOURS)
    assert np.array_equal(found.row, again.row)
    assert np.array_equal(found.cosine, again.cosine)
    assert among(similarity, generous(similarity), np.arange(300) < 4).row.shape == (4, 4)


def test_neighbour_graph_is_the_naive_mean():
    rows = unit(5, 20)
    near = nearest(rows @ rows.T, 5)
    expected = np.zeros((20, 20))
    for i in range(20):
        for j, cosine in zip(near.row[i, 1:], near.cosine[i, 1:], strict=True):
            expected[i, j] += max(cosine, 0) / 2
            expected[j, i] += max(cosine, 0) / 2
    assert (near.cosine < 0).any() or (expected >= 0).all()
    assert neighbour_graph(near).toarray() == pytest.approx(expected, abs=1e-7)


def test_opposite_neighbours_have_no_weight():
    near = Neighbours(np.array([[0, 1], [1, 0]], np.int32), np.array([[1, -0.5], [1, -0.5]], np.float32))
    assert not neighbour_graph(near).toarray().any()


@pytest.mark.parametrize(("n", "count"), [(30, 4), (61, 5), (150, 9)])
@pytest.mark.parametrize("sparse", [True, False])
def test_leading_is_numpys_decomposition(n, count, sparse):
    rows = unit(n, n)
    graph = neighbour_graph(nearest(rows @ rows.T, 8))
    dense = graph.toarray()
    root = np.diag(dense.sum(axis=1) ** -0.5)
    expected = np.linalg.eigvalsh(root @ dense @ root)[::-1][:count]
    values, vectors = leading(graph if sparse else dense, count)
    assert values == pytest.approx(expected, abs=1e-8)
    assert vectors.shape == (n, count)
    assert vectors.T @ vectors == pytest.approx(np.eye(count), abs=1e-8)
    assert root @ dense @ root @ vectors == pytest.approx(vectors * values, abs=1e-7)


@pytest.mark.parametrize(
    "sizes", [[4, 3], [20, 20, 20], [30, 25, 20], [40, 40, 40, 40], [90, 60, 40, 30, 20], [50] * 9]
)
@pytest.mark.parametrize("sparse", [True, False])
def test_as_many_eigenvalues_are_one_as_there_are_components(sizes, sparse):
    graph, group = components(sizes)
    values, vectors = leading(csr_array(graph) if sparse else graph, len(sizes) + 1)
    assert (values > 1 - 1e-6).tolist() == [True] * len(sizes) + [False]
    assert values[-1] == pytest.approx(0, abs=1e-6)
    assert same(turned(vectors[:, : len(sizes)]), group)


@pytest.mark.parametrize(("n", "k"), [(240, 4), (400, 9), (600, 8)])
def test_no_component_of_a_neighbour_graph_is_missed(n, k):
    """The eigenvalue 1 comes k times; an iteration from one start may find fewer of them."""
    rng = np.random.default_rng(7)
    rows = np.eye(k, 24)[np.arange(n) % k] + rng.normal(0, 0.05, (n, 24))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    graph = neighbour_graph(nearest((rows @ rows.T).astype(np.float32), 15))
    values, vectors = leading(graph, usual_number(n))
    assert (values > 1 - 1e-6).sum() == k
    assert same(turned(vectors[:, :k]), np.arange(n) % k)


@pytest.mark.parametrize("n", [12, 60, 61, 250])
def test_a_graph_without_any_weight_has_no_eigenvalue_above_zero(n):
    for graph in (np.zeros((n, n)), csr_array((n, n))):
        values, vectors = leading(graph, 5)
        assert values.tolist() == pytest.approx([0] * 5, abs=1e-9)
        assert vectors.shape == (n, 5)
        assert np.isfinite(vectors).all()


@pytest.mark.parametrize("n", [2, 59, 61, 200])
def test_a_constant_graph_gives_the_same_bytes_again(n):
    """Every direction but the first is as good as any other: the start must not be drawn anew for each call."""
    once, again = leading(np.ones((n, n)), 5), leading(np.ones((n, n)), 5)
    assert once[0][0] == pytest.approx(1)
    assert once[0][1:] == pytest.approx(0, abs=1e-9)
    assert [part.tobytes() for part in once] == [part.tobytes() for part in again]
    table = np.ones((n, n), np.float32)
    assert np.array_equal(consensus_groups(table, 1), consensus_groups(table, 1))


def test_consensus_spectrum_counts_each_row_as_its_own_friend():
    table, _ = components([20, 15, 10], 0.8)
    np.fill_diagonal(table, 0)
    with_itself = table + np.eye(45)
    values, vectors = consensus_spectrum(table.astype(np.float32))
    assert values == pytest.approx(leading(with_itself, usual_number(45) + 1)[0], abs=1e-6)
    assert (len(values), vectors.shape) == (5, (45, 5))
    assert not np.diag(table).any()  # the caller's table is left as it was


@pytest.mark.parametrize(("n", "expected"), [(0, 2), (1, 2), (10, 2), (30, 3), (100, 6), (500, 13), (2500, 30)])
def test_usual_number(n, expected):
    assert usual_number(n) == expected


@pytest.mark.parametrize(
    ("values", "n", "expected"),
    [
        ([1, 1, 1, 0.2, 0.1, 0, 0], 100, 3),  # a gap tells
        ([1, 1, 1, 0.67, 0.6, 0.5, 0.4], 100, 6),  # .33 is no gap: the usual number
        ([1, 1, 1, 0.66, 0.6, 0.5, 0.4], 100, 3),  # .34 is
        ([1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7], 100, 6),
        ([1, 0.1, 0.1, 0, 0, 0, 0], 80, 2),  # never one group
        ([1, 0.2, 0.1, 0.1, 0, 0, 0], 250, 3),  # never fewer than .22 times the root
        ([1, 1, 0.2, 0.1, *[0] * 10], 500, 5),
        ([1, 1, 1, 0.9, 0.9, 0.8, 0.1], 100, 6),  # a gap after the usual number of groups
        ([1, 1, 1, 0.9, 0.9, 0.8, 0.7, 0.1], 100, 6),  # and one behind it, which is not looked at
        ([1, 0.6, 0.1, 0, 0, 0, 0], 100, 2),  # the largest drop of two, not the first
        ([1, 1], 2, 1),
        ([1, 0], 2, 1),
        ([1], 1, 1),
    ],
)
def test_number_told(values, n, expected):
    assert number_told(np.array(values, np.float64), n) == expected


@given(
    sizes=st.lists(st.integers(3, 12), min_size=1, max_size=6),
    seed=st.integers(0, 2**32 - 1),
)
def test_turned_finds_blocks_under_any_turn_and_any_order(sizes, seed):
    """Eigenvectors of equal eigenvalues come in any turn; the groups must not depend on it."""
    rng = np.random.default_rng(seed)
    group = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    vectors = (group[:, None] == np.arange(len(sizes))) / np.sqrt(np.array(sizes))
    turn, _ = np.linalg.qr(rng.normal(size=(len(sizes), len(sizes))))
    found = turned(vectors @ turn)
    assert found.dtype == np.int32
    assert same(found, group)


def test_turned_withstands_a_little_noise():
    table, group = components([25, 20, 15])
    noisy = table + np.random.default_rng(2).random((60, 60)) * 0.2
    assert same(turned(leading((noisy + noisy.T) / 2, 3)[1]), group)


def test_unit_rows():
    assert unit_rows(np.array([[3.0, 4.0], [0, 0], [0, -2]])).tolist() == [[0.6, 0.8], [0, 0], [0, -1]]
