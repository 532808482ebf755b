"""A whole run and where it came from."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.records.comparison import Comparison, Triage
from pipeline.records.log import Standing
from pipeline.records.mapping import CodingTable, Explanations, Mapping, Suggestions
from pipeline.records.sources import Codebook, Codings, Corpus, Dropped, InputFile
from pipeline.records.themes import Clusters, NewThemes, Theme, ThemeGroup, Utterance, Vectors


@dataclass(frozen=True, slots=True)
class StageRecord:
    """One stage of a run: what came out (count and noun), seconds, and peak memory so far in megabytes."""

    stage: str
    count: int
    what: str
    seconds: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Manifest:
    """Where a run came from, in full; everything except started and the stages' times repeats byte for byte."""

    name: str
    study: str
    started: str
    versions: tuple[tuple[str, str], ...]
    config: str
    config_sha256: str
    inputs: tuple[InputFile, ...]
    model: str
    model_sha256: str
    seeds: tuple[int, ...]
    counts: tuple[tuple[str, int], ...]
    stages: tuple[StageRecord, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """A whole run: what the store writes and the report shows.  standing: decisions that were taken in."""

    corpus: Corpus
    codebook: Codebook
    codings: Codings
    utterances: tuple[Utterance, ...]
    dropped: tuple[Dropped, ...]
    vectors: Vectors
    clusters: Clusters
    themes: tuple[Theme, ...]
    table: CodingTable
    suggestions: Suggestions | None
    mapping: Mapping
    comparison: Comparison
    manifest: Manifest
    groups: tuple[ThemeGroup, ...] = ()
    explanations: Explanations | None = None
    new_themes: NewThemes | None = None
    triage: Triage = field(default_factory=Triage)
    standing: Standing = field(default_factory=Standing)
    notes: tuple[str, ...] = field(default=())
