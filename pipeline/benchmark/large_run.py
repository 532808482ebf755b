"""A run of many utterances without hours of work: a small one whose documents are repeated under other names."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from pipeline import config as configs
from pipeline import stages
from pipeline.benchmark.case import Case, quiet
from pipeline.coded import Grouped, compare_with
from pipeline.records import (
    Clusters,
    Comparison,
    Explanations,
    Floats,
    Manifest,
    NewThemes,
    Placement,
    Result,
    Suggestions,
    Theme,
    Triage,
    Vectors,
)
from pipeline.records import Corpus as Read

_MOVED = 0.02
"""Standard deviation of what a vector is moved by, in each direction; vectors are of length 1."""


def run_of(case: Case) -> Result:
    """The case as a whole run; its themes and vectors are those of the case, nothing is grouped again."""
    config, watch = case.config, quiet()
    inputs = stages.read_inputs(config, watch)
    themes = stages.name_themes(case.utterances, case.vectors, case.clusters, config, case.tools, watch)
    coded = compare_with(
        inputs, Grouped(case.utterances, case.vectors, case.clusters, themes), config, case.tools, watch
    )
    counts = (("documents", case.documents), ("utterances", len(case.utterances)), ("codes", len(case.tree.codes)))
    return Result(
        corpus=inputs.corpus,
        codebook=inputs.codebook,
        codings=inputs.codings,
        utterances=case.utterances,
        dropped=inputs.corpus.dropped,
        vectors=case.vectors,
        clusters=case.clusters,
        themes=themes,
        table=coded.table,
        suggestions=coded.suggestions,
        mapping=coded.mapping,
        comparison=coded.comparison,
        manifest=Manifest("pages", case.name, "", (), configs.to_json(config), "", (), "", "", (), counts, ()),
        explanations=coded.explanations,
        new_themes=coded.new_themes,
        triage=coded.triage,
    )


def repeated(result: Result, n: int) -> Result:
    """The run with its documents so often that it has at least n utterances; vectors of the copies moved slightly.

    Copies go by the name with a number behind it: document `D1.2`, utterance `D1-4-1.2`, person `D1/P1.2`.  Themes and
    suggestions are those of the run; nothing is compared.
    """
    times = max(1, -(-n // max(len(result.utterances), 1)))
    table, counts = result.table, dict(result.manifest.counts)
    many = {name: counts[name] * times for name in counts.keys() - {"codes", "candidate themes"}}
    return dataclasses.replace(
        result,
        corpus=_corpus(result.corpus, times),
        codings=dataclasses.replace(result.codings, items=_copies(result.codings.items, times, "document")),
        utterances=_copies(result.utterances, times, "id", "document", "person"),
        dropped=_copies(result.dropped, times, "document"),
        vectors=_vectors(result.vectors, times),
        clusters=_clusters(result.clusters, times),
        themes=tuple(_theme(theme, times) for theme in result.themes),
        table=dataclasses.replace(
            table, values=np.tile(table.values, (1, times, 1)), worked=np.tile(table.worked, (1, times))
        ),
        suggestions=_suggestions(result.suggestions, times),
        comparison=Comparison(reason="a repeated run is not compared"),
        manifest=dataclasses.replace(result.manifest, counts=tuple((counts | many).items())),
        groups=tuple(dataclasses.replace(group, size=group.size * times) for group in result.groups),
        explanations=_explanations(result.explanations, len(result.utterances), times),
        new_themes=_new_themes(result.new_themes, times),
        triage=_triage(result.triage, len(result.utterances), times),
    )


def _copies(records: Sequence[Any], times: int, *names: str) -> tuple[Any, ...]:
    """The records, then their copies, in which the fields named have a number behind them."""
    more = (
        dataclasses.replace(record, **{name: f"{getattr(record, name)}.{k}" for name in names})
        for k in range(1, times)
        for record in records
    )
    return (*records, *more)


def _corpus(corpus: Read, times: int) -> Read:
    return dataclasses.replace(
        corpus,
        documents=_copies(corpus.documents, times, "id"),
        turns=_copies(corpus.turns, times, "document", "person"),
        speakers=_copies(corpus.speakers, times, "document"),
        dropped=_copies(corpus.dropped, times, "document"),
    )


def _vectors(vectors: Vectors, times: int) -> Vectors:
    rng = np.random.default_rng(0)
    return dataclasses.replace(
        vectors,
        plain=_moved(vectors.plain, times, rng),
        own=_moved(vectors.own, times, rng),
        mixed=_moved(vectors.mixed, times, rng),
        question=np.tile(vectors.question, (times, 1)),
    )


def _moved(rows: Floats, times: int, rng: np.random.Generator) -> Floats:
    """The rows, then copies that point nearly where they do; length 1 throughout."""
    many = np.tile(rows, (times, 1))
    many[len(rows) :] += rng.normal(scale=_MOVED, size=many[len(rows) :].shape).astype(np.float32)
    length = np.linalg.norm(many, axis=1, keepdims=True)
    found: Floats = many / np.maximum(length, np.float32(1e-9))
    return found


def _clusters(clusters: Clusters, times: int) -> Clusters:
    old, rng = clusters.placement, np.random.default_rng(1)
    theme, nearest, second = (np.tile(each, times) for each in (old.theme, old.nearest, old.second))
    placed = Placement(theme, nearest, second, np.tile(old.membership, times), old.set_aside * times)
    xy = np.tile(clusters.xy, (times, 1))
    span = np.ptp(clusters.xy, axis=0) if len(clusters.xy) else np.zeros(2)
    xy = (xy + rng.normal(scale=0.01, size=xy.shape) * span).astype(np.float32)
    return dataclasses.replace(clusters, placement=placed, xy=xy, n_distinct=clusters.n_distinct * times)


def _theme(theme: Theme, times: int) -> Theme:
    people = tuple((f"{name}.{k}" if k else name, n) for k in range(times) for name, n in theme.people)
    return dataclasses.replace(
        theme,
        size=theme.size * times,
        n_speakers=theme.n_speakers * times,
        n_documents=theme.n_documents * times,
        sites=tuple((site, n * times) for site, n in theme.sites),
        people=tuple(sorted(people, key=lambda each: -each[1])),
    )


def _suggestions(found: Suggestions | None, times: int) -> Suggestions | None:
    if found is None:
        return None
    names = ("ranked", "probability", "scores", "probabilities", "chosen", "theme_probability", "plausible")
    wide: dict[str, Any] = {name: np.tile(getattr(found, name), (times, 1)) for name in names}
    return dataclasses.replace(found, fold=np.tile(found.fold, times), no_code=np.tile(found.no_code, times), **wide)


def _explanations(found: Explanations | None, n: int, times: int) -> Explanations | None:
    """Examples are those of the same copy."""
    if found is None:
        return None
    examples = [np.where(found.examples >= 0, found.examples + k * n, -1) for k in range(times)]
    return Explanations(
        np.tile(found.similarity, (times, 1)), np.concatenate(examples).astype(np.int32), found.words * times
    )


def _new_themes(found: NewThemes | None, times: int) -> NewThemes | None:
    if found is None:
        return None
    themes = tuple(_theme(theme, times) for theme in found.themes)
    return NewThemes(np.tile(found.theme, times), themes, found.n_open * times, found.basis)


def _triage(triage: Triage, n: int, times: int) -> Triage:
    """What is read first is read first in every copy."""
    items = tuple(
        dataclasses.replace(item, utterance=item.utterance + k * n) for item in triage.items for k in range(times)
    )
    return dataclasses.replace(
        triage,
        items=items,
        documents=_copies(triage.documents, times, "document"),
        n_read=triage.n_read * times,
        n_unread=triage.n_unread * times,
        check=tuple(row + k * n for k in range(times) for row in triage.check),
    )
