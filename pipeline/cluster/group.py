"""Vectors -> candidate themes: the flow of this room."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from threadpoolctl import threadpool_limits

from pipeline.cluster import group_sklearn
from pipeline.cluster.consensus import best_jaccard, co_association, consensus_groups, renumber
from pipeline.cluster.distinct import Distinct, collapse
from pipeline.cluster.levels import upper_level
from pipeline.cluster.members import Member, by_document, ensemble, layouts_of, members_of, principal
from pipeline.cluster.model import cohesion, fit_model
from pipeline.cluster.neighbours import NEIGHBOURS, nearest
from pipeline.cluster.reduce_umap import reduce
from pipeline.cluster.vote import BLOCK, place
from pipeline.config import ClusterConfig
from pipeline.records import Clusters, Floats, Ints, Placement, Progress, ThemeModel, Utterance, Vectors

# Below this many different utterances nothing is grouped at all; below the second, nothing can be expected of it.
_TOO_FEW = 10
_FEW = 50
# So many resamples tell how stable a theme is.
_TOLD_BY = 10


def find_themes(
    utterances: Sequence[Utterance],
    vectors: Vectors,
    config: ClusterConfig,
    progress: Progress | None = None,
    with_map: bool = True,
) -> Clusters:
    """Candidate themes of any number of utterances; each utterance is placed or set aside with a reason.

    The same utterances give the same themes whatever their order, the names of their documents and how often one is
    repeated. with_map: False leaves the map's points at 0, which saves a run of UMAP. Method and sources:
    docs/method.md.
    """
    group_sklearn.load()
    with threadpool_limits(1):  # many small products: with more threads they are slower, and sums vary in order
        return _find(utterances, vectors, config, progress, with_map)


def assign(vectors: Floats, model: ThemeModel) -> Placement:
    """Where new utterances stand: the vote of the fit, on the model that came out of it. vectors: mixed, [n, d]."""
    with threadpool_limits(1):
        return place(vectors, model)


def _find(
    utterances: Sequence[Utterance],
    vectors: Vectors,
    config: ClusterConfig,
    progress: Progress | None,
    with_map: bool,
) -> Clusters:
    distinct = collapse(utterances, vectors)
    fitted, rows = _sample(distinct, config.sample)
    similarity = fitted.vectors @ fitted.vectors.T
    members: list[Member] = []
    groups = np.full(len(fitted.keys), -1, np.int32)
    if len(fitted.keys) >= _TOO_FEW:
        members = list(ensemble(fitted, similarity, config, progress))
        groups = _consensus(members, config)
    model = fit_model(fitted.vectors, groups, vectors.mixed, distinct.of, config)
    placement = place(vectors.mixed, model)
    n_themes = int(model.theme.max(initial=-1)) + 1
    return Clusters(
        placement=placement,
        model=model,
        stability=_stability(fitted.vectors, model, members, config),
        cohesion=cohesion(placement, vectors.own, n_themes),
        xy=_map(distinct, fitted, rows, similarity, config.seed) if with_map else np.zeros((len(utterances), 2), "f4"),
        engine=_engine(len(fitted.keys), config),
        resampled="documents" if by_document(fitted) else "utterances",
        n_distinct=len(distinct.keys),
        notes=_notes(len(distinct.keys), len(fitted.keys), n_themes, config),
        group=upper_level(model),
    )


def _sample(distinct: Distinct, size: int) -> tuple[Distinct, Ints]:
    """The rows that the ensemble is fitted on: all, or those with the least hashes of their text; and their numbers."""
    rows = np.arange(min(len(distinct.keys), size), dtype=np.int32)  # rows are sorted by hash already
    if len(rows) == len(distinct.keys):
        return distinct, rows
    cut = dataclasses.replace(
        distinct,
        of=rows,
        vectors=distinct.vectors[rows],
        keys=tuple(distinct.keys[i] for i in rows),
        units=tuple(distinct.units[i] for i in rows),
    )
    return cut, rows


def _consensus(members: Sequence[Member], config: ClusterConfig) -> Ints:
    if config.engine == "single":
        return renumber(members[0].groups, config.min_theme)
    return consensus_groups(co_association(members), config.min_theme)


def _stability(vectors: Floats, model: ThemeModel, members: Sequence[Member], config: ClusterConfig) -> Floats:
    """float32 [themes]: how alike a theme is when a tenth of the documents is left out and all is done again.

    For each resample the consensus of its own runs is made as the whole one is; a theme's best Jaccard with the
    groups that come out, on the rows of the resample, is averaged over (at most ten) resamples. Source: Hennig (2007),
    doi:10.1016/j.csda.2006.11.025, with subsets in place of bootstrap samples. NaN if there is one resample only.
    """
    n_themes = int(model.theme.max(initial=-1)) + 1
    numbers = sorted({member.resample for member in members})[:_TOLD_BY]
    if len(numbers) < 2:
        return np.full(n_themes, np.nan, np.float32)
    themes = place(vectors, model).theme
    scores = []
    for number in numbers:
        runs = [member for member in members if member.resample == number]
        drawn = runs[0].drawn
        again = [dataclasses.replace(run, groups=run.groups[drawn], drawn=drawn[drawn]) for run in runs]
        inside = vectors[drawn]
        texts = np.arange(len(inside), dtype=np.int32)
        others = place(inside, fit_model(inside, _consensus(again, config), inside, texts, config)).theme
        scores.append([best_jaccard(themes[drawn] == theme, others) for theme in range(n_themes)])
    means: Floats = np.mean(np.array(scores, np.float32).reshape(len(numbers), n_themes), axis=0)
    return means


def _map(distinct: Distinct, fitted: Distinct, rows: Ints, similarity: Floats, seed: int) -> Floats:
    """float32 [n, 2]: UMAP in two dimensions; rows outside the sample stand at their nearest row in it."""
    m = len(fitted.keys)
    if m < 2:
        return np.zeros((len(distinct.of), 2), np.float32)
    points = principal(fitted.vectors, 2)
    if m >= 3 * _TOO_FEW:
        points = reduce(nearest(similarity, min(NEIGHBOURS, m - 1)), points, min_dist=0.1, seed=seed)
    if m == len(distinct.keys):
        return np.asarray(points[distinct.of])
    closest = np.concatenate(
        [
            np.argmax(distinct.vectors[i : i + BLOCK] @ fitted.vectors.T, axis=1)
            for i in range(0, len(distinct.keys), BLOCK)
        ]
    )
    closest[rows] = np.arange(m)
    return np.asarray(points[closest[distinct.of]])


def _engine(n: int, config: ClusterConfig) -> str:
    small = n < config.small_study
    dense = "UMAP + HDBSCAN (leaf)"
    ward = "Ward's method on principal components"
    if n < _TOO_FEW:
        return "none (too few different utterances)"
    if config.engine == "single":
        return f"one run of {ward if small else dense}, without consensus"
    if small:
        return f"consensus of {members_of(config)} runs of {ward} on resamples"
    runs = ((layouts_of(config), dense), (config.resamples * config.cuts, "spectral clustering"))
    parts = [f"{count} runs of {name}" for count, name in runs if count]
    return f"consensus of {' and '.join(parts)} on resamples"


def _notes(n: int, n_fitted: int, n_themes: int, config: ClusterConfig) -> tuple[str, ...]:
    notes = []
    if n < _TOO_FEW:
        notes.append(f"Different utterances: {n}; candidate themes need at least {_TOO_FEW}.")
    elif n < _FEW:
        notes.append(f"With {n} different utterances nothing can be expected of the candidate themes; read them all.")
    elif n < config.small_study:
        notes.append(f"A small study ({n} different utterances): take the candidate themes as a first sorting.")
    if n >= _TOO_FEW and not n_themes:
        notes.append("No group of utterances held together, so there is no candidate theme.")
    if n_fitted < n:
        notes.append(f"Themes were fitted on {n_fitted:,} of {n:,} different utterances; the vote placed the others.")
    if config.engine == "single":
        notes.append("One clustering run alone is fragile: another seed may give other themes.")
    return tuple(notes)
