"""Each part of the method switched off in turn: what does not earn its keep should go."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline import codebook, stages
from pipeline.benchmark import markdown as md
from pipeline.benchmark import scores
from pipeline.benchmark.case import Case, quiet
from pipeline.benchmark.curve import ours_at
from pipeline.benchmark.scores import Hits
from pipeline.benchmark.structure import come_back, ours
from pipeline.coded import evidence_of
from pipeline.config import Config

SHARE = 0.8
WHOLE = "everything as it is"


@dataclass(frozen=True, slots=True)
class Without:
    """Themes with one part switched off; excess and phi with the surest members placed, as near .8 as can be."""

    part: str
    groups: int
    placed: float | None
    excess: float | None
    phi: float | None
    came_back: float | None
    jaccard: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Taught:
    """Suggestions, held out, with one part switched off."""

    part: str
    hits: Hits


def themes_without(case: Case) -> list[Without]:
    """A row for each variant of the clustering."""
    return [_themes(case, part, config) for part, config in _themes_variants(case)]


def suggestions_without(case: Case) -> list[Taught]:
    """A row for each variant of the suggestions; empty where nothing can be held out."""
    found = []
    for part, config in _suggestions_variants(case) if case.held_out is not None else ():
        evidence = case.evidence
        if config.embed != case.config.embed:
            vectors = stages.embed_all(case.utterances, config, case.tools, quiet())
            evidence = evidence_of(case.tree, case.table, case.utterances, vectors, case.tools)
        held_out = codebook.held_out(evidence, config.codebook)
        if held_out is not None:
            hits = scores.hits(held_out, case.table, case.table.coded, config.compare.min_positives)
            found.append(Taught(part, hits))
    return found


def _contexts(case: Case) -> Iterator[tuple[str, Config]]:
    """Nothing where nobody asks: then no context is mixed in, and there is nothing to switch off."""
    if not any(utterance.block or utterance.question for utterance in case.utterances):
        return
    config, embed = case.config, case.config.embed
    yield "without neighbours", dataclasses.replace(config, embed=dataclasses.replace(embed, neighbour_weight=0.0))
    yield "without the question", dataclasses.replace(config, embed=dataclasses.replace(embed, question_weight=0.0))
    alone = dataclasses.replace(embed, neighbour_weight=0.0, question_weight=0.0)
    yield "without either", dataclasses.replace(config, embed=alone)


def _themes_variants(case: Case) -> Iterator[tuple[str, Config]]:
    config = case.config
    changes: dict[str, dict[str, object]] = {
        "UMAP + HDBSCAN runs only": {"cuts": 0, "layouts": config.cluster.resamples},
        "spectral runs only": {"layouts": 0},
        "half of the resamples": {"resamples": max(config.cluster.resamples // 2, 1)},
        "one run, no consensus": {"engine": "single"},
        "everything placed": {"placed": 1.0, "vote_floor": 0.0},
    }
    yield WHOLE, config
    yield from _contexts(case)
    for part, change in changes.items():
        yield part, dataclasses.replace(config, cluster=dataclasses.replace(config.cluster, **change))  # type: ignore[arg-type]


def _suggestions_variants(case: Case) -> Iterator[tuple[str, Config]]:
    config = case.config
    changes: dict[str, dict[str, float]] = {
        "definitions not learned from (weight .001)": {"definition_weight": 0.001},
        "likeness to the definition starts at 0": {"similarity_weight": 0.0},
        "neither": {"definition_weight": 0.001, "similarity_weight": 0.0},
        "question not a clue of its own": {"question_weight": 0.0},
        "regression held ten times tighter": {"regularisation": config.codebook.regularisation / 10},
    }
    yield WHOLE, config
    yield from _contexts(case)
    for part, change in changes.items():
        yield part, dataclasses.replace(config, codebook=dataclasses.replace(config.codebook, **change))  # type: ignore[arg-type]


def _themes(case: Case, part: str, config: Config) -> Without:
    vectors = case.vectors
    if config.embed != case.config.embed:
        vectors = stages.embed_all(case.utterances, config, case.tools, quiet())
    started = time.perf_counter()
    clusters = stages.find_themes(case.utterances, vectors, config, quiet())
    seconds = time.perf_counter() - started
    changed = dataclasses.replace(case, config=config, vectors=vectors, clusters=clusters)
    points = ours_at(changed, SHARE)
    back = come_back(changed, clusters.placement.theme, ours(config.cluster))
    groups = len(clusters.cohesion)
    if not points:
        return Without(part, groups, None, None, None, *back, seconds)
    return Without(part, groups, points[0].placed, points[0].excess, points[0].phi, *back, seconds)


def lines(themes: list[Without], suggestions: list[Taught]) -> list[str]:
    """Two tables; in brackets the difference from everything as it is."""
    heads = ("themes", "groups", "placed", f"excess at {SHARE}", "phi", "come back", "Jaccard", "s")
    rows = [
        [
            each.part,
            str(each.groups),
            md.number(each.placed, 2),
            _beside(each.excess, themes[0].excess),
            _beside(each.phi, themes[0].phi),
            md.share(each.came_back),
            md.number(each.jaccard, 2),
            f"{each.seconds:.1f}",
        ]
        for each in themes
    ]
    names = ("suggestions, held out", "top-1", "top-3", "macro kappa")
    whole = suggestions[0].hits if suggestions else None
    more = [
        [each.part, *(_beside(getattr(each.hits, f), getattr(whole, f)) for f in ("top1", "top3", "kappa"))]
        for each in suggestions
    ]
    return md.table(heads, rows) + md.table(names, more)


def _beside(value: float | None, whole: float | None) -> str:
    if value is None or whole is None or value == whole:
        return md.number(value)
    return f"{value:.3f} ({value - whole:+.3f})"
