"""What an analyst may do to candidate themes: merge some, split one. Same themes in, same themes out."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from pipeline.cluster.levels import upper_level
from pipeline.cluster.model import cohesion
from pipeline.cluster.neighbours import NEIGHBOURS, nearest
from pipeline.cluster.spectral import leading, neighbour_graph, turned
from pipeline.cluster.vote import place
from pipeline.errors import UsageError
from pipeline.records import Clusters, Floats, Ints, ThemeModel, Vectors


@dataclass(frozen=True, slots=True, eq=False)
class Regrouped:
    """Clusters after a merge or a split, and for each of their themes the number of the theme that it was before.

    Themes that were touched have no stability (NaN). A split theme comes from one and the same old theme.
    """

    clusters: Clusters
    came_from: tuple[int, ...]


def merge(clusters: Clusters, vectors: Vectors, themes: Sequence[int]) -> Regrouped:
    """The clusters with these themes (numbers from 0) made one; all utterances are placed anew by the same vote.

    Raises UsageError if fewer than two different themes are named, or one that is not there.
    """
    chosen = sorted(set(themes))
    _check(clusters, chosen)
    if len(chosen) < 2:
        raise UsageError("a merge needs two different themes", "merge", "Name at least two.")
    theme = np.where(np.isin(clusters.model.theme, chosen), chosen[0], clusters.model.theme).astype(np.int32)
    kin = _families(clusters.model)
    family = {number: kin[chosen[0]] if kin[number] in {kin[t] for t in chosen} else kin[number] for number in kin}
    old = {number: number for number in kin if number == chosen[0] or number not in chosen}
    return _regrouped(clusters, vectors, theme, family, old, {chosen[0]})


def split(clusters: Clusters, vectors: Vectors, theme: int, parts: int = 2, least: int = 5) -> Regrouped:
    """The clusters with this theme (a number from 0) cut into parts; see in_parts.

    Raises UsageError if the theme is not there, has fewer than `least` different utterances for each part, or does not
    fall into parts of which each is placed at least `least` utterances by the vote.
    """
    _check(clusters, [theme])
    inside = np.flatnonzero(clusters.model.theme == theme)
    if parts < 2 or len(inside) < parts * least:
        fact = f"theme T{theme + 1} has {len(inside)} different utterances, too few for {parts} parts"
        raise UsageError(fact, "split", f"A part needs {least}, and a split at least two parts.")
    part = in_parts(clusters.model.reference[inside], parts)
    n_themes = int(clusters.model.theme.max()) + 1
    old = {number: number for number in range(n_themes)} | {n_themes + p: theme for p in range(1, parts)}
    cut = clusters.model.theme.copy()
    cut[inside] = np.where(part == 0, theme, n_themes + part)
    family = _families(clusters.model)
    family |= {n_themes + p: family[theme] for p in range(1, parts)}
    touched = {number for number, before in old.items() if before == theme}
    after = _regrouped(clusters, vectors, cut, family, old, touched)
    sizes = np.bincount(after.clusters.placement.theme[after.clusters.placement.theme >= 0], minlength=len(old))
    found = [int(sizes[number]) for number, before in enumerate(after.came_from) if before == theme]
    if len(found) < parts or min(found) < least:
        fact = f"theme T{theme + 1} does not fall into {parts} parts of {least} utterances or more"
        raise UsageError(fact, "split", "Leave it whole, or move utterances by hand.")
    return after


def in_parts(vectors: Floats, parts: int) -> Ints:
    """int32 [n]: the part of each row (unit vectors, float32 [n, d]), cut along the weakest links between neighbours.

    The cut is that of the leading eigenvectors of the neighbour graph; nothing in it is drawn at random, and a part may
    be empty.  Fewer rows than two a part are not cut.
    """
    if len(vectors) < 2 * parts:
        return np.zeros(len(vectors), np.int32)
    with threadpool_limits(1):
        graph = neighbour_graph(nearest(vectors @ vectors.T, min(NEIGHBOURS, len(vectors))))
        return turned(leading(graph, parts)[1])


def _families(model: ThemeModel) -> dict[int, int]:
    n_themes = int(model.theme.max()) + 1
    return dict(enumerate(model.family.tolist() if len(model.family) else range(n_themes)))


def _check(clusters: Clusters, themes: Sequence[int]) -> None:
    n_themes = len(clusters.cohesion)
    if wrong := [theme for theme in themes if not 0 <= theme < n_themes]:
        raise UsageError(f"there is no theme T{wrong[0] + 1}", "themes", f"There are T1 to T{n_themes}.")


def _regrouped(
    clusters: Clusters, vectors: Vectors, theme: Ints, family: dict[int, int], old: dict[int, int], touched: set[int]
) -> Regrouped:
    """theme: int32 of the model's rows under new numbers, with gaps; family and old number of each new one."""
    n_rejected, n_shown = clusters.model.rejected, len(clusters.cohesion)
    # Rejected themes stay the last.
    present = sorted(set(theme.tolist()), key=lambda t: (n_shown <= t < n_shown + n_rejected, t))
    place_of = {number: i for i, number in enumerate(present)}
    dense = np.array([place_of[number] for number in theme.tolist()], np.int32)
    kin = np.unique([family[number] for number in present], return_inverse=True)[1].astype(np.int32)
    n_left = len(present) - n_rejected
    with threadpool_limits(1):
        placed = place(vectors.mixed, dataclasses.replace(clusters.model, theme=dense, family=kin)).theme
        by_size = sorted(range(n_left), key=lambda t: (-int((placed == t).sum()), t))
        order = [*by_size, *range(n_left, len(present))]
        number = np.argsort(order).astype(np.int32)
        model = dataclasses.replace(clusters.model, theme=number[dense], family=kin[order])
        placement = place(vectors.mixed, model)
    names = [present[t] for t in by_size]
    stability = [np.nan if name in touched else clusters.stability[old[name]] for name in names]
    regrouped = dataclasses.replace(
        clusters,
        placement=placement,
        model=model,
        stability=np.array(stability, np.float32),
        cohesion=cohesion(placement, vectors.own, n_left),
        group=upper_level(model),
    )
    return Regrouped(regrouped, tuple(old[name] for name in names))
