"""The stages, each a step from records to records; run.py calls them in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from pipeline import cluster, embed, ingest, label, segment
from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.records import (
    Bools,
    Clusters,
    Codebook,
    Codings,
    Corpus,
    Dropped,
    InputFile,
    NewThemes,
    Quote,
    Theme,
    Utterance,
    Vectors,
)
from pipeline.watch import Watch


@dataclass(frozen=True, slots=True)
class Tools:
    """What reaches outside the rooms: libraries that are opened late, the cache, and the date for the manifest."""

    open_parser: Callable[[], segment.Parser]
    encoder: embed.Encoder
    cache: embed.Cache
    today: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """What an analyst gave: transcripts, coding tree, codings, and the files that these came from."""

    corpus: Corpus
    codebook: Codebook
    codings: Codings
    files: tuple[InputFile, ...]


def read_inputs(config: Config, watch: Watch) -> Inputs:
    """Read transcripts, codebook and codings; each that was not given is empty."""
    study = config.study
    if not study.transcripts:
        raise UsageError("no transcripts were named", "study.transcripts", "Name a folder or file with --transcripts.")
    with watch.stage("ingest") as stage:
        documents = Path(study.documents) if study.documents else None
        corpus = ingest.read(Path(study.transcripts), documents, config.ingest, watch.observer.progress)
        tree = ingest.read_codebook(Path(study.codebook), config.ingest) if study.codebook else Codebook()
        codings = Codings()
        if study.codings:
            codings = ingest.read_codings(Path(study.codings), corpus, tree, config.ingest)
            tree = tree if tree.codes else ingest.codebook_of(codings)
        stage.gives(len(corpus.turns), f"turns in {len(corpus.documents)} documents")
    named = ((study.codebook, "codebook"), (study.codings, "codings"))
    files = corpus.files + tuple(ingest.file_record(Path(path), kind) for path, kind in named if path)
    return Inputs(corpus, tree, codings, files)


def cut_up(
    corpus: Corpus, config: Config, tools: Tools, watch: Watch
) -> tuple[tuple[Utterance, ...], tuple[Dropped, ...], tuple[str, ...]]:
    """The stage segment: turns into utterances; what was dropped; sentences for the report."""
    with watch.stage("segment") as stage:
        cut = segment.split(
            corpus, tools.open_parser(), config.segment, config.embed.question_chars, watch.observer.progress
        )
        stage.gives(len(cut.utterances), "utterances")
    return cut.utterances, cut.dropped, cut.notes


def embed_all(
    utterances: Sequence[Utterance], config: Config, tools: Tools, watch: Watch, frame: Vectors | None = None
) -> Vectors:
    """The stage embed: vectors in context, in the frame of an earlier run if one is given."""
    with watch.stage("embed") as stage:
        texts = [u.clean for u in utterances] + [u.question for u in utterances]
        vectors = embed.encode(texts, tools.encoder, tools.cache, watch.observer.progress)
        plain, asked = vectors[: len(utterances)], vectors[len(utterances) :]
        stage.gives(len(set(texts)), "different texts")
    return embed.in_context(utterances, plain, asked, config.embed, frame.space if frame else None)


def find_themes(utterances: Sequence[Utterance], vectors: Vectors, config: Config, watch: Watch) -> Clusters:
    """The stage cluster: candidate themes."""
    with watch.stage("cluster") as stage:
        clusters = cluster.find_themes(utterances, vectors, config.cluster, watch.observer.progress)
        stage.gives(len(clusters.cohesion), "candidate themes")
    return clusters


def name_themes(
    utterances: Sequence[Utterance], vectors: Vectors, clusters: Clusters, config: Config, tools: Tools, watch: Watch
) -> tuple[Theme, ...]:
    """The stage label: themes that a person can read."""
    with watch.stage("label") as stage:
        themes = _named(utterances, vectors, clusters, config, tools, "T")
        stage.gives(len(themes), "labels")
    return themes


def find_new(
    utterances: Sequence[Utterance], vectors: Vectors, fits_nothing: Bools, basis: str, config: Config, tools: Tools
) -> NewThemes:
    """Candidate themes among the utterances that fit nothing so far, by the same method as the run's own.

    fits_nothing: bool [n].  basis: what that means, in words. Their quotes are verbatim utterances of the run.
    """
    rows = np.flatnonzero(fits_nothing)
    few = [utterances[i] for i in rows.tolist()]
    clusters = cluster.find_themes(few, embed.rows(vectors, rows), config.cluster, with_map=False)
    themes = _named(few, embed.rows(vectors, rows), clusters, config, tools, "N")
    theme = np.full(len(utterances), -1, np.int32)
    theme[rows] = clusters.placement.theme
    return NewThemes(theme, tuple(_requoted(theme, rows.tolist()) for theme in themes), len(rows), basis)


def _requoted(theme: Theme, rows: Sequence[int]) -> Theme:
    return replace(theme, quotes=tuple(Quote(quote.kind, rows[quote.utterance]) for quote in theme.quotes))


def _named(
    utterances: Sequence[Utterance], vectors: Vectors, clusters: Clusters, config: Config, tools: Tools, letter: str
) -> tuple[Theme, ...]:
    phrases = label.candidates(utterances, clusters.placement.theme, len(clusters.cohesion))
    texts = sorted({phrase for chosen in phrases for phrase in chosen})
    by_phrase = dict(zip(texts, embed.encode(texts, tools.encoder, tools.cache), strict=True))
    return label.name_themes(utterances, vectors, clusters, phrases, by_phrase, config.label, letter)
