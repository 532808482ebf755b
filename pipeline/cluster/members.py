"""The ensemble: groupings of resampled utterances, by UMAP + HDBSCAN and by cuts of their neighbour graph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.cluster.distinct import Distinct, share_drawn
from pipeline.cluster.group_hdbscan import group
from pipeline.cluster.group_sklearn import kmeans
from pipeline.cluster.neighbours import NEIGHBOURS, Neighbours, among, generous
from pipeline.cluster.reduce_umap import reduce
from pipeline.cluster.spectral import leading, neighbour_graph, unit_rows, usual_number
from pipeline.config import ClusterConfig
from pipeline.errors import UsageError
from pipeline.records import Bools, Floats, Ints, Progress

# From this many documents on, documents are resampled; with fewer, leaving one out leaves out too much.
_MANY_DOCUMENTS = 10
_DIMENSIONS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """One grouping of m rows.

    groups: int32 [m], -1 for noise and rows left out.  drawn: bool [m], the rows taken in; members of one resample
    share it.  resample: its number, from 0.
    """

    groups: Ints
    drawn: Bools
    resample: int


def ensemble(
    distinct: Distinct, similarity: Floats, config: ClusterConfig, progress: Progress | None
) -> Iterator[Member]:
    """The members, one after the other: on each resample runs on its neighbour graph, on the first ones also
    one of UMAP + HDBSCAN.

    similarity: float32 [m, m], cosines of the distinct vectors.  Ward's method gives the same again on the same
    rows, so a small study has one run on each of as many resamples.  Raises UsageError if the settings ask for no run.
    """
    if not members_of(config):
        raise UsageError("there are no runs to agree", "cluster.layouts, cluster.cuts", "Set one of them above 0.")
    small = len(distinct.keys) < config.small_study
    start = principal(distinct.vectors, _DIMENSIONS)
    everywhere = generous(similarity)
    n_resamples = members_of(config) if small else config.resamples
    for resample in range(1 if config.engine == "single" else n_resamples):
        drawn = _draw(distinct, config, resample)
        near = among(similarity, everywhere, drawn)
        if small:
            found = [_ward(distinct.vectors[drawn])]
        elif config.engine == "single":
            found = [_dense(start[drawn], near, config, config.seed)]
        else:
            found = _runs(start[drawn], near, resample, config)
        if progress:
            progress(resample + 1, n_resamples)
        for inside in found:
            groups = np.full(len(drawn), -1, np.int32)
            groups[drawn] = inside
            yield Member(groups, drawn, resample)


def layouts_of(config: ClusterConfig) -> int:
    """How many runs of UMAP + HDBSCAN an ensemble has: one on each resample at most."""
    return min(config.layouts, config.resamples)


def members_of(config: ClusterConfig) -> int:
    """How many runs an ensemble has."""
    return layouts_of(config) + config.resamples * config.cuts


def _runs(start: Floats, near: Neighbours, resample: int, config: ClusterConfig) -> list[Ints]:
    """The runs on one resample; the two kinds err in different ways, the second is the steadier (docs/method.md)."""
    seed = config.seed + resample * (1 + config.cuts)
    found = [_dense(start, near, config, seed)] if resample < layouts_of(config) else []
    if config.cuts and len(start) > NEIGHBOURS:
        groups = usual_number(len(start))
        points = unit_rows(leading(neighbour_graph(near), groups)[1])
        found += [kmeans(points, groups, seed + 1 + number) for number in range(config.cuts)]
    return found


def by_document(distinct: Distinct) -> bool:
    """Whether whole documents are resampled; if there are few of them, utterances are."""
    return len(set(distinct.units)) >= _MANY_DOCUMENTS


def _draw(distinct: Distinct, config: ClusterConfig, resample: int) -> Bools:
    if config.engine == "single":
        return np.ones(len(distinct.keys), np.bool_)
    keys = distinct.units if by_document(distinct) else distinct.keys
    # A share of them, never all: of ten documents a toss for each would leave out none in a third of the resamples.
    order = sorted(set(keys), key=lambda key: share_drawn(key, config.seed, resample))
    chosen = set(order[: min(max(round(config.resample * len(order)), 1), len(order) - 1)])
    return np.array([key in chosen for key in keys], np.bool_)


def _dense(start: Floats, near: Neighbours, config: ClusterConfig, seed: int) -> Ints:
    if len(start) <= NEIGHBOURS:
        return np.full(len(start), -1, np.int32)
    points = reduce(near, start, min_dist=0.0, seed=seed)
    return group(points, min_size=max(config.min_theme, round(np.sqrt(len(start)) / 5), 2))


def principal(vectors: Floats, dimensions: int) -> Floats:
    """float32 [n, dimensions]: principal component scores, zeros beyond the rank of the rows.

    Each component is turned so that its largest loading is positive, or its sign would be left to rounding.
    """
    centred = (vectors - np.mean(vectors, axis=0)).astype(np.float64)
    _, _, axes = np.linalg.svd(centred.T @ centred, hermitian=True)
    axes = axes[:dimensions]
    axes *= np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])[:, None]
    scores = np.zeros((len(vectors), dimensions), np.float32)
    scores[:, : len(axes)] = centred @ axes.T
    return scores


def _ward(vectors: Floats) -> Ints:
    """Ward's method on at most 50 principal components.

    Source: Ward (1963), doi:10.1080/01621459.1963.10500845.
    """
    from scipy.cluster.hierarchy import fcluster, linkage

    if len(vectors) < 2:
        return np.zeros(len(vectors), np.int32)
    components = principal(vectors, 50)
    groups = fcluster(linkage(components, "ward"), usual_number(len(vectors)), "maxclust")
    numbered: Ints = (groups - 1).astype(np.int32)
    return numbered
