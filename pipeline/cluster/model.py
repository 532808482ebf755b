"""From groups to the model that places utterances: least size, and the threshold below which one is set aside."""

from __future__ import annotations

import dataclasses

import numpy as np

from pipeline.cluster.vote import Vote, vote
from pipeline.config import ClusterConfig
from pipeline.records import Floats, Ints, Placement, ThemeModel

_PLACED_FROM = 50
# The last bits of a share depend on how many utterances are placed at once: that at the threshold must pass alone too.
_ROUNDING = 1e-5


def fit_model(reference: Floats, groups: Ints, vectors: Floats, texts: Ints, config: ClusterConfig) -> ThemeModel:
    """The model of groups (int32 [m], -1 in none) of distinct rows (reference, float32 [m, d]).

    The threshold is the vote share that `config.placed` of the distinct rows reach, but at least `config.vote_floor`:
    so the same share of the talk is placed in every study, the clearest part of it. Below 50 rows all that reach the
    floor are placed, or groups of the least size would lose a member and dissolve. What is less like its voters than
    any of the rows is unlike every theme.  vectors: float32 [n, d], all utterances, and texts: int32 [n], equal for
    equal texts; see settled.
    """
    grouped = groups >= 0
    loose = ThemeModel(reference[grouped], groups[grouped], config.vote_neighbours, config.vote_floor)
    loose, votes = settled(loose, vectors, texts, config.min_theme)
    if len(reference) < _PLACED_FROM or not len(loose.theme):
        return loose
    share = votes.share if vectors is reference else _votes(reference, loose).share
    last = max(int(np.ceil(config.placed * len(reference))), 1) - 1
    threshold = max(float(np.sort(share)[::-1][last]) - _ROUNDING, config.vote_floor)
    strict = dataclasses.replace(loose, threshold=threshold)
    model, votes = settled(strict, vectors, texts, config.min_theme, votes)
    if vectors is reference or not len(model.theme):
        return dataclasses.replace(model, alike=_least(votes))
    model = dataclasses.replace(model, alike=_least(_votes(reference, model)))
    return settled(model, vectors, texts, config.min_theme, votes)[0]


def _least(votes: Vote) -> float:
    return max(float(votes.cosine.min()) - _ROUNDING, 0.0)


def _votes(vectors: Floats, model: ThemeModel) -> Vote:
    return vote(vectors, model.reference, model.theme, model.neighbours)


def settled(
    model: ThemeModel, vectors: Floats, texts: Ints, min_size: int, votes: Vote | None = None
) -> tuple[ThemeModel, Vote]:
    """The model without themes that win fewer than min_size different texts, the others numbered by falling size.

    texts: int32 [n], equal for vectors of equal texts: a theme must not come into being because a sentence is repeated.
    votes: those of the vectors on this model, if they are known; gives those on the settled one, too.
    """
    nobody, nothing = np.full(len(vectors), -1, np.int32), np.zeros(len(vectors), np.float32)
    while len(model.theme):
        votes = votes or _votes(vectors, model)
        placed = np.where((votes.share >= model.threshold) & (votes.cosine >= model.alike), votes.winner, -1)
        n_themes = int(model.theme.max()) + 1
        sizes = np.bincount(placed[placed >= 0], minlength=n_themes)
        pairs = np.unique(np.column_stack([placed, texts])[placed >= 0], axis=0)
        different = np.bincount(pairs[:, 0], minlength=n_themes)
        order = sorted(range(len(sizes)), key=lambda t: (-sizes[t], t))
        number = np.full(len(sizes), -1, np.int32)
        for i, theme in enumerate(t for t in order if different[t] >= max(min_size, 1)):
            number[theme] = i
        kept = number[model.theme] >= 0
        renumbered = dataclasses.replace(model, reference=model.reference[kept], theme=number[model.theme[kept]])
        if kept.all():
            winner, second = (np.where(won >= 0, number[won], -1).astype(np.int32) for won in votes[:2])
            return renumbered, votes._replace(winner=winner, second=second)
        model, votes = renumbered, None
    return model, Vote(nobody, nobody, nothing, nothing)


def cohesion(placement: Placement, own: Floats, n_themes: int) -> Floats:
    """float32 [n_themes]: mean cosine of the members' own vectors (text alone, centred) to their mean.

    0 for a theme without members.
    """
    none = np.zeros((1, own.shape[1]), np.float32)
    members = [own[placement.theme == theme] for theme in range(n_themes)]
    means = [np.mean(rows if len(rows) else none, axis=0) for rows in members]
    # The mean cosine of unit vectors to the direction of their mean is the length of that mean.
    return np.array([np.linalg.norm(mean) for mean in means], np.float32)
