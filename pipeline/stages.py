"""The stages, each a step from records to records; run.py calls them in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from pipeline import cluster, embed, ingest, label, segment
from pipeline.config import Config, StudyConfig
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
    Problem,
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
    """Read transcripts, codebook and codings; each that was not given is empty.

    A REFI-QDA project given as the transcripts is codebook and codings, too, unless others are named.
    """
    study = config.study
    if not study.transcripts:
        raise UsageError("no transcripts were named", "study.transcripts", "Name a folder or file with --transcripts.")
    transcripts = Path(study.transcripts)
    project = study.transcripts if transcripts.suffix.lower() in ingest.PROJECTS else ""
    named = (study.documents, study.codebook or project, study.codings or project)
    documents, tree, codings = (Path(name) if name else None for name in named)
    inputs = _read(transcripts, documents, tree, codings, config, watch)
    return inputs if project else replace(inputs, corpus=_with_unused_projects(inputs.corpus, study))


def _with_unused_projects(corpus: Corpus, study: StudyConfig) -> Corpus:
    """A project among other transcripts gives its texts alone; that its codes are not used must be told."""
    used = {Path(study.codebook).name, Path(study.codings).name}
    left = [file.name for file in corpus.files if file.kind == "project" and file.name not in used]
    todo = "Name the project with --codebook and --codings if you want them."
    told = tuple(
        Problem(name, "of this project only the texts were read, not codes and codings", todo) for name in left
    )
    return replace(corpus, problems=corpus.problems + told)


def read_corpus(transcripts: Path, documents: Path | None, config: Config, watch: Watch) -> Corpus:
    """Read transcripts alone."""
    return _read(transcripts, documents, None, None, config, watch).corpus


def read_files(paths: Sequence[Path], config: Config, watch: Watch) -> Inputs:
    """Read files of any kind, each taken for what its content says: transcripts, a codebook, codings, a project.

    Beside transcripts a project gives its codebook and codings only.
    Raises UsageError if two of them are codebooks, codings or projects.
    """
    kinds = [(path, ingest.what_is(path, config.ingest)) for path in paths]
    plain = [path for path, kind in kinds if kind == "transcript"]
    transcripts = plain or [path for path, kind in kinds if kind == "project"]
    tree, codings = _only(kinds, "codebook"), _only(kinds, "codings")
    inputs = _read(transcripts, None, tree, codings, config, watch)
    said = tuple(_decisions(path, config) for path, kind in kinds if kind == "decisions")
    return replace(inputs, corpus=replace(inputs.corpus, problems=inputs.corpus.problems + said))


def _decisions(path: Path, config: Config) -> Problem:
    """That a table of decisions was understood; it is used with a run, not with transcripts."""
    n = len(ingest.read_decisions(path, config.ingest))
    return Problem(path.name, f"decisions on candidate themes and suggestions: {n}", "Give them to export --decisions.")


def _only(kinds: Sequence[tuple[Path, str]], wanted: str) -> Path | None:
    """The one file of a kind, else the one project, else None."""
    for kind in (wanted, "project"):
        found = [path for path, what in kinds if what == kind]
        if len(found) > 1:
            told = f"several files hold a {kind.removesuffix('s')}: {', '.join(path.name for path in found)}"
            raise UsageError(told, wanted, "Name one at a time.")
        if found:
            return found[0]
    return None


def _read(
    transcripts: Path | Sequence[Path],
    documents: Path | None,
    codebook: Path | None,
    codings: Path | None,
    config: Config,
    watch: Watch,
) -> Inputs:
    with watch.stage("ingest") as stage:
        corpus = Corpus((), (), (), (), (), ())
        if isinstance(transcripts, Path) or transcripts:
            alone = not isinstance(transcripts, Path)  # single files are no study: a project may be a coding tree alone
            corpus = ingest.read(
                transcripts,
                documents,
                config.ingest,
                watch.observer.progress,
                may_be_empty=alone and codebook is not None,
            )
        tree = ingest.read_codebook(codebook, config.ingest) if codebook else Codebook()
        found = ingest.read_codings(codings, corpus, tree, config.ingest) if codings else Codings()
        tree = tree if tree.codes or not codings else ingest.codebook_of(found)
        stage.gives(len(corpus.turns), f"turns in {len(corpus.documents)} documents")
    named = ((codebook, "codebook"), (codings, "codings"))
    files = corpus.files + tuple(ingest.file_record(path, kind) for path, kind in named if path)
    return Inputs(corpus, tree, found, files)


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
