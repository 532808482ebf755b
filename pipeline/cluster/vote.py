"""The one function that places an utterance into a theme, in fit and assign alike: the vote of its neighbours."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import numpy as np

from pipeline.records import Floats, Ints, Placement, ThemeModel

BETWEEN = "between themes"
EDGE = "at the edge of a theme"
UNLIKE = "unlike every theme"
NO_THEMES = "no themes"
REJECTED = "in a candidate theme that was rejected"
TAKEN_OUT = "taken out of its candidate theme by an analyst"

BLOCK = 4096
"""Rows that are compared with all others at once."""
_CELLS = 2**26
_ITSELF = 1 - 1e-5
_HALF = 0.5


def place(vectors: Floats, model: ThemeModel) -> Placement:
    """Where each vector stands: the nearest placed utterances vote, weighted by cosine.

    vectors: float32 [n, d], rows of length 1 (zeros: nothing is known of the utterance).  The winner's share of the
    vote is the membership; below model.threshold the utterance is set aside, with the winner as its nearest theme.
    Reasons: "between themes" if the winner has less than half of the vote, "at the edge of a theme" if it has more but
    less than the run asks for, "unlike every theme" if nobody voted or the voters are less alike than model.alike:
    what is new may lie nearest to one theme and still be far from it; and what a rejected theme wins (see _shown).
    What equals a row of model.out is set aside, and what equals a pinned row stands where that stands.
    """
    n = len(vectors)
    if not len(model.reference):
        none = np.full(n, -1, np.int32)
        return Placement(none, none, none, np.zeros(n, np.float32), (NO_THEMES,) * n)
    nearest, second, share, cosine = _family_vote(vectors, model)
    like = (nearest >= 0) & (cosine >= model.alike)
    placed = like & (share >= model.threshold)
    reasons = tuple(
        "" if ok else UNLIKE if not near else EDGE if part >= _HALF else BETWEEN
        for ok, near, part in zip(placed, like, share, strict=True)
    )
    found = Placement(np.where(placed, nearest, -1).astype(np.int32), nearest, second, share, reasons)
    return _pinned(_taken_out(_shown(found, vectors, model), vectors, model), vectors, model)


def without_rejected(model: ThemeModel) -> ThemeModel:
    """The model of the themes that are shown."""
    if not model.rejected:
        return model
    n_shown = int(model.theme.max(initial=-1)) + 1 - model.rejected
    kept = model.theme < n_shown
    return dataclasses.replace(
        model,
        reference=model.reference[kept],
        theme=model.theme[kept],
        family=model.family[:n_shown],
        pinned=model.pinned[kept] if len(model.pinned) else model.pinned,
        rejected=0,
    )


def _block(m: int) -> int:
    """How many rows are compared with m others at once: fewer where analysts hold very many."""
    return max(1, min(BLOCK, _CELLS // max(m, 1)))


def _family_vote(vectors: Floats, model: ThemeModel) -> Vote:
    """The vote of families, winners and runners-up being themes of them."""
    family = model.family if len(model.family) else np.arange(int(model.theme.max()) + 1, dtype=np.int32)
    if model.pinned.any():  # what is pinned tells of itself alone
        voters = ~model.pinned
        model = dataclasses.replace(model, reference=model.reference[voters], theme=model.theme[voters])
    if not len(model.reference):
        none, nothing = np.full(len(vectors), -1, np.int32), np.zeros(len(vectors), np.float32)
        return Vote(none, none, nothing, nothing)
    votes = vote(vectors, model.reference, family[model.theme], model.neighbours)
    winner, second = (_of_family(vectors, model, family, won) for won in (votes.winner, votes.second))
    return votes._replace(winner=winner, second=second)


def _shown(found: Placement, vectors: Floats, model: ThemeModel) -> Placement:
    """The placement without themes that were rejected: what they win is set aside, its nearest theme another one.

    Which one is told by a vote without the rejected; its share is taken of what they left of the whole vote.
    """
    n_shown = int(model.theme.max()) + 1 - model.rejected
    lost, other = found.nearest >= n_shown, found.second >= n_shown
    rows = np.flatnonzero(lost | other)
    if not len(rows):
        return found
    shown = without_rejected(model)
    best = runner = np.full(len(rows), -1, np.int32)
    share = np.zeros(len(rows), np.float32)
    if len(shown.reference):
        best, runner, share, _ = _family_vote(vectors[rows], shown)
    nearest, second, membership = found.nearest.copy(), found.second.copy(), found.membership.copy()
    out = lost[rows]
    nearest[rows[out]], second[rows[out]] = best[out], runner[out]
    membership[rows[out]] = share[out] * (1 - found.membership[rows[out]])
    second[rows[~out]] = np.where(best == found.nearest[rows], runner, best)[~out]
    reasons = tuple(
        REJECTED if theme >= n_shown else reason for theme, reason in zip(found.theme, found.set_aside, strict=True)
    )
    return Placement(np.where(found.theme >= n_shown, -1, found.theme), nearest, second, membership, reasons)


def _taken_out(found: Placement, vectors: Floats, model: ThemeModel) -> Placement:
    """The placement with what equals a row that was taken out of every theme set aside."""
    if not len(model.out):
        return found
    out = _same(vectors, model.out) >= 0
    reasons = tuple(TAKEN_OUT if gone else reason for gone, reason in zip(out, found.set_aside, strict=True))
    return dataclasses.replace(found, theme=np.where(out, -1, found.theme).astype(np.int32), set_aside=reasons)


def _pinned(found: Placement, vectors: Floats, model: ThemeModel) -> Placement:
    """The placement with what equals a pinned row in that row's theme, with the whole vote."""
    if not model.pinned.any():
        return found
    same = _same(vectors, model.reference[model.pinned])
    here = same >= 0
    theme = np.where(here, model.theme[model.pinned][same], -1).astype(np.int32)
    second = np.where(found.nearest == theme, found.second, found.nearest)
    reasons = tuple("" if held else reason for held, reason in zip(here, found.set_aside, strict=True))
    return Placement(
        np.where(here, theme, found.theme),
        np.where(here, theme, found.nearest),
        np.where(here, second, found.second),
        np.where(here, np.float32(1), found.membership),
        reasons,
    )


def _same(vectors: Floats, rows: Floats) -> Ints:
    """int32 [n]: the first of the rows that each vector equals, whatever its last bits say; -1 for none."""
    same = np.full(len(vectors), -1, np.int32)
    block = _block(len(rows))
    for start in range(0, len(vectors), block):
        equal = vectors[start : start + block] @ rows.T > _ITSELF
        same[start : start + len(equal)] = np.where(equal.any(axis=1), equal.argmax(axis=1), -1)
    return same


def _of_family(vectors: Floats, model: ThemeModel, family: Ints, won: Ints) -> Ints:
    """The theme, int32 [n], that wins among those of the family that won (int32 [n], -1 if none did)."""
    theme = np.full(len(won), -1, np.int32)
    for number in np.unique(won[won >= 0]).tolist():
        rows, its = won == number, np.flatnonzero(family == number)
        theme[rows] = its[0]
        if len(its) > 1:
            inside = family[model.theme] == number
            best = vote(vectors[rows], model.reference[inside], model.theme[inside], model.neighbours)[0]
            theme[rows] = np.where(best >= 0, best, its[0])
    return theme


class Vote(NamedTuple):
    """How n vectors were voted on: winner and runner-up int32 [n] (-1: nobody voted for one), the winner's share
    float32 [n], and cosine float32 [n], the mean of the voters' cosines (0 for those that are negative)."""

    winner: Ints
    second: Ints
    share: Floats
    cosine: Floats


def vote(vectors: Floats, reference: Floats, theme: Ints, neighbours: int) -> Vote:
    """The nearest rows of the reference vote for their themes, each weighted by its cosine.

    reference: float32 [m, d], theme: int32 [m] from 0. Negative cosines do not vote, and neither does a row that equals
    the vector: an utterance is no witness for itself, or the fit would place far more of its own utterances than
    assign does of new ones. Ties go by the order of the
    reference, not by a theme's number, which changes when something is repeated: of equally near rows the first ones
    vote, of equal shares the theme whose first row comes first wins.
    """
    themes, first, column = np.unique(theme, return_index=True, return_inverse=True)
    in_order = np.argsort(first)
    themes, column = themes[in_order], np.argsort(in_order)[column]
    rows_before = np.arange(len(reference))
    winner, second = np.full(len(vectors), -1, np.int32), np.full(len(vectors), -1, np.int32)
    share, alike = np.zeros(len(vectors), np.float32), np.zeros(len(vectors), np.float32)
    k = min(neighbours, len(reference))
    block = _block(len(reference))
    for start in range(0, len(vectors), block):
        cosine = vectors[start : start + block] @ reference.T
        cosine[cosine > _ITSELF] = -1
        # The last bits of a cosine depend on the shape of the block; below 1e-5 two rows are equally near.
        near = np.round(cosine * 1e5).astype(np.int64) * len(reference) - rows_before
        nearest = np.argpartition(-near, k - 1, axis=1)[:, :k]
        weight = np.maximum(np.take_along_axis(cosine, nearest, axis=1), 0)
        votes = np.zeros((len(cosine), len(themes)), np.float64)
        np.add.at(votes, (np.arange(len(cosine))[:, None], column[nearest]), weight)
        # Rounded, so that two equal shares summed in another order stay equal and the tie rule decides.
        votes = np.round(votes / np.maximum(votes.sum(axis=1, keepdims=True), 1e-9), 6)
        rank = np.argsort(-votes, axis=1, kind="stable")
        rows = slice(start, start + len(cosine))
        best = np.take_along_axis(votes, rank[:, :2], axis=1)
        winner[rows] = np.where(best[:, 0] > 0, themes[rank[:, 0]], -1)
        share[rows] = best[:, 0]
        alike[rows] = weight.mean(axis=1)
        if len(themes) > 1:
            second[rows] = np.where(best[:, 1] > 0, themes[rank[:, 1]], -1)
    return Vote(winner, second, share, alike)
