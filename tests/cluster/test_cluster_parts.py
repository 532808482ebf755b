"""The parts of the method, each against a calculation of its own."""

from __future__ import annotations

import hashlib
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from pipeline.cluster.consensus import best_jaccard, co_association, consensus_groups, renumber
from pipeline.cluster.distinct import collapse, share_drawn
from pipeline.cluster.members import Member
from pipeline.cluster.model import settled
from pipeline.cluster.vote import BETWEEN, EDGE, NO_THEMES, UNLIKE, place, vote
from pipeline.records import ThemeModel


def model(reference, theme, neighbours=3, threshold=0.5):
    return ThemeModel(np.array(reference, np.float32), np.array(theme, np.int32), neighbours, threshold)


def round_axis(axis, n, width):
    """n different rows of length 1 and of cosine .6 to the axis, .36 to each other, 0 to those round another axis."""
    rows = np.zeros((n, width), np.float32)
    rows[:, axis] = 0.6
    # Columns from both ends, so that two bundles of rows do not share one.
    columns = range(2, 2 + n) if axis == 0 else range(width - n, width)
    rows[np.arange(n), list(columns)] = 0.8
    return rows


def naive_vote(vector, reference, theme, neighbours):
    """Winner, runner-up and the winner's share, one step after the other."""
    cosines = [float(np.dot(vector, row)) for row in reference]
    others = [j for j in range(len(reference)) if not np.array_equal(reference[j], vector)]
    order = sorted(others, key=lambda j: (-cosines[j], j))[:neighbours]
    votes: dict[int, float] = {}
    for j in order:
        if cosines[j] > 0:
            votes[int(theme[j])] = votes.get(int(theme[j]), 0.0) + cosines[j]
    first_row = {t: min(j for j in range(len(theme)) if theme[j] == t) for t in votes}
    ranked = sorted(votes, key=lambda t: (-votes[t], first_row[t]))
    total = sum(votes.values())
    winner = ranked[0] if ranked else -1
    return winner, (ranked[1] if len(ranked) > 1 else -1), (votes[winner] / total if ranked else 0.0)


_SUPPORTS = ([0], [1], [0, 1, 2, 3], [0, 1, 4, 5], [0, 2, 4, 6], [1, 2, 5, 6], range(16), [])


def _unit_row(rng):
    """1, 4 or 16 entries of one size (or none): every cosine is a multiple of 1/16, exact in every order."""
    support = list(_SUPPORTS[rng.integers(len(_SUPPORTS))])
    row = np.zeros(16, np.float32)
    row[support] = rng.choice([-1, 1, 1, 1], len(support)) / np.sqrt(max(len(support), 1))
    return row


@given(seed=st.integers(0, 2**32 - 1), m=st.integers(1, 12), n=st.integers(0, 5), neighbours=st.integers(1, 6))
def test_vote_is_the_naive_loop(seed, m, n, neighbours):
    rng = np.random.default_rng(seed)
    # Few different rows, so that the query often stands in the reference, once or more, and ties are plenty.
    rows = np.array([_unit_row(rng) for _ in range(rng.integers(1, 9))])
    reference, vectors = rows[rng.integers(len(rows), size=m)], rows[rng.integers(len(rows), size=n)]
    theme = rng.integers(0, 4, m).astype(np.int32)
    winner, second, share, _ = vote(vectors, reference, theme, neighbours)
    assert winner.dtype == second.dtype == np.int32
    assert share.dtype == np.float32
    for i in range(n):
        expected = naive_vote(vectors[i], reference, theme, neighbours)
        assert (winner[i], second[i]) == expected[:2]
        assert share[i] == pytest.approx(expected[2], abs=1e-6)


@pytest.mark.parametrize(
    ("theme", "expected"),
    [
        ([0, 0, 1, 1], (0, 1, 0.5)),
        ([1, 1, 0, 0], (1, 0, 0.5)),  # the same rows under other numbers: the same rows win
        ([3, 3, 2, 2], (3, 2, 0.5)),
        ([0, 1, 1, 1], (1, 0, 0.75)),
        ([0, 0, 0, 0], (0, -1, 1.0)),
    ],
)
def test_a_tie_goes_to_the_theme_whose_first_row_comes_first(theme, expected):
    reference = round_axis(0, 4, 6)
    winner, second, share, _ = vote(np.eye(1, 6, dtype=np.float32), reference, np.array(theme, np.int32), 4)
    assert (winner[0], second[0], share[0]) == expected


@pytest.mark.parametrize("reference", [round_axis(0, 40, 42), np.tile(round_axis(0, 1, 42), (40, 1))])
def test_of_equally_near_rows_the_first_ones_vote(reference):
    theme = np.repeat(np.arange(2, dtype=np.int32), [15, 25])
    winner, second, share, _ = vote(np.eye(1, 42, dtype=np.float32), reference, theme, 15)
    assert (winner[0], second[0], share[0]) == (0, -1, 1.0)


def test_a_row_equal_to_the_query_has_no_vote_and_takes_nobodys_place():
    reference = np.array([[1, 0, 0], [1, 0, 0], [0.6, 0.8, 0], [0.6, 0, 0.8], [0.28, 0.96, 0]], np.float32)
    theme = np.array([0, 0, 1, 2, 1], np.int32)
    query = reference[:1]
    for neighbours, expected in (
        (1, (1, -1, 1.0)),
        (2, (1, 2, 0.5)),
        (3, (1, 2, 0.88 / 1.48)),
        (5, (1, 2, 0.88 / 1.48)),
    ):
        winner, second, share, _ = vote(query, reference, theme, neighbours)
        assert (winner[0], second[0]) == expected[:2]
        assert share[0] == pytest.approx(expected[2], abs=1e-6)


@pytest.mark.parametrize(("off", "expected"), [(0, 1), (2e-6, 1), (8e-6, 1), (1.2e-5, 0), (1e-4, 0), (0.1, 0)])
def test_equal_is_a_cosine_within_the_last_bits_of_one(off, expected):
    """Vectors made anew differ in their last bits: such a row is the utterance itself, one further off another."""
    near = [1 - off, np.sqrt(1 - (1 - off) ** 2), 0]
    winner, *_ = vote(np.eye(1, 3, dtype=np.float32), np.array([near, [0.6, 0, 0.8]], np.float32), np.arange(2), 1)
    assert winner[0] == expected


def test_rows_all_equal_to_the_query_leave_nobody_to_vote():
    placement = place(np.array([[1, 0], [0.6, 0.8]], np.float32), model([[1, 0]] * 5, [0, 0, 0, 1, 1]))
    assert placement.theme.tolist() == placement.nearest.tolist() == [-1, 0]
    assert placement.second.tolist() == [-1, -1]
    assert placement.membership.tolist() == [0, 1]
    assert placement.set_aside == (UNLIKE, "")


def test_leaving_out_a_row_by_hand_changes_nothing_for_its_utterance():
    """What the fit says of an utterance is what it would say of it, had it come later."""
    rng = np.random.default_rng(11)
    rows = rng.normal(size=(80, 12)) + 2 * np.eye(4, 12)[np.arange(80) % 4]
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    theme = (np.arange(80) % 4).astype(np.int32)
    winner, second, share, _ = vote(rows, rows, theme, 15)
    assert share.min() < 0.4 < 0.6 < share.max()
    for i in range(80):
        without = [part[0] for part in vote(rows[i : i + 1], np.delete(rows, i, 0), np.delete(theme, i), 15)]
        assert (winner[i], second[i]) == tuple(without[:2])
        assert share[i] == pytest.approx(without[2], abs=2e-6)


def test_blocks_of_many_rows_are_joined():
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(4100, 3)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    theme = np.array([0, 1, 2, 0], np.int32)
    many = vote(vectors, vectors[:4], theme, 2)
    for i in (0, 4095, 4096, 4099):
        alone = vote(vectors[i : i + 1], vectors[:4], theme, 2)
        assert [part[i] for part in many[:3]] == [part[0] for part in alone[:3]]
        assert many.cosine[i] == pytest.approx(alone.cosine[0], abs=1e-6)  # its last bits depend on the block


def test_place_tells_why_an_utterance_is_set_aside():
    placement = place(
        np.array([[1, 0, 0], [0.7, 0.7, 0], [-0.7, -0.7, 0], [0, 0, 0]], np.float32),
        model(
            [[0.96, 0, 0.28], [0.96, 0, -0.28], [0, 0.96, 0.28], [0, 0.96, -0.28]],
            [0, 0, 1, 1],
            neighbours=4,
            threshold=0.6,
        ),
    )
    assert placement.theme.tolist() == [0, -1, -1, -1]
    assert placement.nearest.tolist() == [0, 0, -1, -1]
    assert placement.second.tolist() == [-1, 1, -1, -1]
    assert placement.membership.tolist() == [1, 0.5, 0, 0]
    assert placement.set_aside == ("", EDGE, UNLIKE, UNLIKE)


@pytest.mark.parametrize(
    ("theme", "threshold", "reason"),
    [
        ([0, 0, 1, 1], 0.51, EDGE),  # half of the vote is enough to be of one theme
        ([0, 0, 1, 1], 0.5, ""),
        ([0, 0, 0, 1], 0.8, EDGE),
        ([0, 0, 1, 2], 0.8, EDGE),
        ([0, 1, 2, 3], 0.8, BETWEEN),
        ([0, 1, 2, 3], 0.26, BETWEEN),
        ([0, 1, 2, 3], 0.25, ""),
    ],
)
def test_less_than_half_of_the_vote_is_between_themes_more_is_at_an_edge(theme, threshold, reason):
    placement = place(np.eye(1, 6, dtype=np.float32), model(round_axis(0, 4, 6), theme, 4, threshold))
    assert placement.set_aside == (reason,)
    assert placement.theme.tolist() == [-1 if reason else 0]
    assert placement.nearest.tolist() == [0]


def test_place_is_at_the_threshold_placed():
    both = model([[0.6, 0.8], [0.6, -0.8]], [0, 1], neighbours=2, threshold=0.5)
    assert place(np.array([[1, 0]], np.float32), both).theme.tolist() == [0]


def test_place_without_any_theme():
    none = place(np.eye(3, 2, dtype=np.float32), model(np.zeros((0, 2)), []))
    assert none.theme.tolist() == none.nearest.tolist() == none.second.tolist() == [-1, -1, -1]
    assert none.set_aside == (NO_THEMES,) * 3
    empty = place(np.zeros((0, 2), np.float32), model([[1, 0]], [0]))
    assert (len(empty.theme), empty.set_aside) == (0, ())


_GROUPS = arrays.arrays(np.int32, 9, elements=st.integers(-1, 3))


@given(st.lists(_GROUPS, min_size=1, max_size=5))
def test_co_association_is_the_naive_loop(groupings):
    members = [Member(groups, groups >= 0, 0) for groups in groupings]
    found = co_association(members)
    assert found.dtype == np.float32
    for i in range(9):
        for j in range(9):
            both = [g for g in groupings if g[i] >= 0 and g[j] >= 0]
            same = sum(1 for g in both if g[i] == g[j])
            assert found[i, j] == np.float32(same / len(both) if both else 0)


@given(
    arrays.arrays(np.bool_, 8),
    arrays.arrays(np.int32, 8, elements=st.integers(-1, 3)),
)
def test_best_jaccard_is_that_of_sets(theme, others):
    inside = set(np.flatnonzero(theme))
    groups = [set(np.flatnonzero(others == g)) for g in set(others[others >= 0].tolist())]
    best = max((len(inside & g) / len(inside | g) for g in groups if inside), default=0.0)
    assert best_jaccard(theme, others) == pytest.approx(best)


def test_consensus_groups_are_what_hangs_together():
    together = np.array(
        [
            [1, 0.8, 0.6, 0.0, 0],
            [0.8, 1, 0.2, 0.0, 0],
            [0.6, 0.2, 1, 0.0, 0],
            [0, 0, 0, 1, 0.9],
            [0, 0, 0, 0.9, 1],
        ],
        np.float32,
    )
    assert consensus_groups(together, 1).tolist() == [0, 0, 0, 1, 1]
    assert consensus_groups(together[::-1, ::-1], 1).tolist() == [1, 1, 0, 0, 0]
    assert consensus_groups(together, 3).tolist() == [0, 0, 0, -1, -1]
    assert consensus_groups(together[:1, :1], 1).tolist() == [-1]
    assert consensus_groups(together[:0, :0], 1).tolist() == []


@pytest.mark.parametrize(
    ("groups", "min_size", "expected"),
    [
        ([], 2, []),
        ([5, 5, 5, 2, 2], 2, [0, 0, 0, 1, 1]),
        ([2, 2, 5, 5, 5], 2, [1, 1, 0, 0, 0]),
        ([7, 3, 7, 3], 2, [0, 1, 0, 1]),  # equal sizes: by the first row
        ([0, 0, 1, -1], 2, [0, 0, -1, -1]),
        ([-1, -1], 1, [-1, -1]),
    ],
)
def test_renumber(groups, min_size, expected):
    assert renumber(np.array(groups, np.int32), min_size).tolist() == expected


def test_a_repeated_sentence_makes_no_theme():
    """Four texts are below the least size of five, however often they are said."""
    reference = np.concatenate([round_axis(0, 6, 12), round_axis(1, 4, 12)])
    both = model(reference, [1] * 6 + [0] * 4, neighbours=3)
    rows = np.concatenate([np.arange(10), np.repeat([6, 7, 8, 9], 5)])
    assert place(reference[rows], both).theme.tolist() == [1] * 6 + [0] * 24
    kept, _ = settled(both, reference[rows], rows.astype(np.int32), 5)
    assert kept.theme.tolist() == [0] * 6
    assert np.array_equal(kept.reference, reference[:6])


def test_one_sentence_alone_is_no_theme_even_at_a_least_size_of_one():
    reference = np.concatenate([round_axis(0, 3, 6), round_axis(1, 1, 6)])
    rows = np.array([0, 1, 2, 3, 3, 3, 3])
    kept, _ = settled(model(reference, [1, 1, 1, 0]), reference[rows], rows.astype(np.int32), 1)
    assert kept.theme.tolist() == [0] * 3
    assert np.array_equal(kept.reference, reference[:3])


def test_themes_go_one_after_the_other_until_none_is_too_small():
    """The rows set free by a theme that goes may be all that another lived on: here nothing is left in the end."""
    reference = np.tile(np.eye(1, 4, dtype=np.float32), (8, 1))
    kept, _ = settled(model(reference, [0] * 5 + [1] * 3), reference, np.arange(8, dtype=np.int32), 5)
    assert (kept.theme.shape, kept.reference.shape) == ((0,), (0, 4))
    assert place(reference, kept).set_aside == (NO_THEMES,) * 8


def test_themes_are_numbered_by_utterances():
    reference = np.concatenate([round_axis(0, 6, 13), round_axis(1, 5, 13)])
    both = model(reference, [0] * 6 + [1] * 5)
    rows = np.concatenate([np.arange(11), [6, 6, 6]])
    kept, _ = settled(both, reference[rows], rows.astype(np.int32), 5)
    assert kept.theme.tolist() == [1] * 6 + [0] * 5


def test_collapse_ignores_case_punctuation_and_blanks(make_study):
    texts = ["We waited.", "we  waited!", "Nobody came", "We waited", "...", "…"]
    rows = np.array([[1, 0], [0, 1], [1, 0], [1, 0], [1, 0], [0, 1]])
    found = collapse(*make_study(texts, ["A"] * 6, rows))
    assert found.of[0] == found.of[1] == found.of[3]
    assert len({int(row) for row in found.of}) == len(found.keys) == len(found.units) == 4
    assert list(found.keys) == sorted(found.keys)
    # The two contexts of "we waited" count once each, however often.
    assert found.vectors[found.of[0]] == pytest.approx([2**-0.5, 2**-0.5])
    assert found.vectors[found.of[2]].tolist() == [1, 0]


def test_collapse_of_opposite_and_of_no_vectors(make_study):
    opposite = collapse(*make_study(["yes", "yes"], ["A", "A"], np.array([[1, 0], [-1, 0]])))
    assert opposite.vectors.tolist() == [[0, 0]]
    nothing = collapse(*make_study([], [], np.zeros((0, 5))))
    assert (nothing.vectors.shape, nothing.of.shape, nothing.keys) == ((0, 5), (0,), ())


def _unit_of(study, utterance):
    found = collapse(*study)
    return found.units[found.of[utterance]]


def test_documents_are_known_by_what_they_say(make_study):
    texts, rows = ["a b", "c d", "e f"], np.eye(3)
    base = _unit_of(make_study(texts, ["A", "A", "B"], rows), 0)
    renamed = _unit_of(make_study(texts, ["X", "X", "Y"], rows), 0)
    copied = _unit_of(make_study(texts + texts[:2], ["A", "A", "B", "C", "C"], rows[[0, 1, 2, 0, 1]]), 0)
    repeated = _unit_of(make_study([*texts, "a b"], ["A", "A", "B", "A"], rows[[0, 1, 2, 0]]), 0)
    other = _unit_of(make_study(texts, ["A", "A", "B"], rows), 2)
    assert base == renamed == copied == repeated != other


def test_documents_that_share_a_phrase_stay_apart(make_study):
    """Their unit was once the least hash in them, which a phrase that all of them hold could be."""
    own = [[f"own {d} {i}" for i in range(3)] for d in range(12)]
    least = min(hashlib.sha256(text.encode()).hexdigest() for texts in own for text in texts)
    shared = next(t for t in map(str, range(100000)) if hashlib.sha256(t.encode()).hexdigest() < least)
    texts = [text for texts in own for text in (*texts, shared)]
    documents = [f"D{d}" for d in range(12) for _ in range(4)]
    study = make_study(texts, documents, np.ones((48, 2)))
    assert len(set(collapse(*study).units)) == 12


def test_share_drawn_is_even_and_depends_on_every_argument():
    shares = np.array([share_drawn(f"key {i}", 1, 0) for i in range(4000)])
    assert ((shares >= 0) & (shares < 1)).all()
    counts = np.histogram(shares, 10, (0, 1))[0]
    assert counts.min() > 330
    assert counts.max() < 470
    variants = [share_drawn("a", 1, 0), share_drawn("b", 1, 0), share_drawn("a", 2, 0), share_drawn("a", 1, 1)]
    assert all(one != other for one, other in combinations(variants, 2))
    assert share_drawn("a", 1, 0) == variants[0]
