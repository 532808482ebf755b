"""Every setting, one frozen record per room, read from TOML; an unknown key is an error that names the nearest one."""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import json
import os
import tomllib
import types
import typing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pipeline.errors import UsageError


@dataclass(frozen=True, slots=True)
class StudyConfig:
    """What is analysed; paths in a file are relative to that file, on the command line to the current folder."""

    name: str = ""
    transcripts: str = ""
    codebook: str = ""
    codings: str = ""
    documents: str = ""
    out: str = ""
    methodology: Literal["codebook", "content", "reliability", "reflexive"] = "codebook"
    decisions: str = ""


@dataclass(frozen=True, slots=True)
class IngestConfig:
    """How files are read."""

    encoding: str = "auto"
    speakers_global: bool = False
    interviewers: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    language: str = "en"
    code_separator: str = ""
    skip_unreadable: bool = False
    max_file_mb: int = 200
    max_unpacked_mb: int = 1000
    max_part_mb: int = 200
    max_parts: int = 10_000
    max_ratio: int = 200
    max_depth: int = 200
    max_elements: int = 5_000_000
    max_cells: int = 10_000_000


@dataclass(frozen=True, slots=True)
class SegmentConfig:
    """How turns become utterances; target_words is the size to which sentences are packed."""

    unit: Literal["auto", "packed", "sentence", "turn"] = "auto"
    target_words: int = 40
    min_words: int = 3
    keep_unknown_speakers: bool = True


@dataclass(frozen=True, slots=True)
class EmbedConfig:
    """Which encoder, and how much context is mixed in: x + neighbour_weight * n + question_weight * q."""

    model: str = "all-MiniLM-L6-v2"
    registry: str = ""
    cache: str = "~/.cache/theme-pipeline"
    batch_size: int = 8
    neighbour_weight: float = 0.5
    question_weight: float = 0.3
    question_chars: int = 400


@dataclass(frozen=True, slots=True)
class ClusterConfig:
    """How candidate themes are made; see docs/method.md."""

    engine: Literal["consensus", "single"] = "consensus"
    resamples: int = 20
    layouts: int = 5
    cuts: int = 2
    resample: float = 0.9
    min_theme: int = 5
    vote_neighbours: int = 15
    placed: float = 0.8
    vote_floor: float = 0.25
    small_study: int = 200
    sample: int = 5000
    seed: int = 2026


@dataclass(frozen=True, slots=True)
class LabelConfig:
    """How a theme is described."""

    keywords: int = 6
    quotes: int = 3


@dataclass(frozen=True, slots=True)
class CodebookConfig:
    """How suggestions are learned and themes paired with codes."""

    regularisation: float = 10.0
    definition_weight: float = 3.0
    similarity_weight: float = 2.0
    question_weight: float = 0.6
    min_documents: int = 4
    folds: int = 5
    seed: int = 2026


@dataclass(frozen=True, slots=True)
class CompareConfig:
    """How machine and human are compared."""

    rotations: int = 50
    draws: int = 20
    bootstrap: int = 500
    min_positives: int = 10
    disagreements: int = 60
    seed: int = 2026


@dataclass(frozen=True, slots=True)
class ReportConfig:
    """What the report shows."""

    quotes_per_theme: int = 3
    disagreements: int = 25


@dataclass(frozen=True, slots=True)
class ExchangeConfig:
    """How files for other programs are written."""

    guard_formulas: bool = False


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration of a run; each room gets its own section."""

    study: StudyConfig = field(default_factory=StudyConfig)
    ingest: IngestConfig = field(default_factory=IngestConfig)
    segment: SegmentConfig = field(default_factory=SegmentConfig)
    embed: EmbedConfig = field(default_factory=EmbedConfig)
    cluster: ClusterConfig = field(default_factory=ClusterConfig)
    label: LabelConfig = field(default_factory=LabelConfig)
    codebook: CodebookConfig = field(default_factory=CodebookConfig)
    compare: CompareConfig = field(default_factory=CompareConfig)
    report: ReportConfig = field(default_factory=ReportConfig)
    exchange: ExchangeConfig = field(default_factory=ExchangeConfig)


# Smallest and largest sensible value of every number.
_RANGES: dict[str, tuple[float, float]] = {
    "ingest.max_file_mb": (1, 100_000),
    "ingest.max_unpacked_mb": (1, 1_000_000),
    "ingest.max_part_mb": (1, 100_000),
    "ingest.max_parts": (1, 10_000_000),
    "ingest.max_ratio": (2, 1_000_000),
    "ingest.max_depth": (10, 250),
    "ingest.max_elements": (1000, 1_000_000_000),
    "ingest.max_cells": (1000, 1_000_000_000),
    "segment.target_words": (5, 1000),
    "segment.min_words": (1, 100),
    "embed.batch_size": (1, 1024),
    **dict.fromkeys(("embed.neighbour_weight", "embed.question_weight"), (0, 2)),
    "embed.question_chars": (0, 100_000),
    "cluster.resamples": (1, 100),
    **dict.fromkeys(("cluster.layouts", "cluster.cuts"), (0, 100)),
    "cluster.resample": (0.1, 1),
    "cluster.min_theme": (2, 1000),
    "cluster.vote_neighbours": (1, 1000),
    "cluster.placed": (0.1, 1),
    "cluster.vote_floor": (0, 1),
    "cluster.small_study": (0, 20_000),
    "cluster.sample": (50, 20_000),
    "label.keywords": (0, 50),
    "label.quotes": (1, 50),
    "codebook.regularisation": (1e-6, 1e6),
    "codebook.definition_weight": (0.001, 1000),
    "codebook.similarity_weight": (0, 1000),
    "codebook.question_weight": (0, 10),
    "codebook.min_documents": (2, 10_000),
    "codebook.folds": (2, 100),
    "compare.rotations": (1, 10_000),
    "compare.draws": (1, 10_000),
    "compare.bootstrap": (10, 100_000),
    "compare.min_positives": (1, 10_000),
    "compare.disagreements": (0, 100_000),
    **dict.fromkeys(("cluster.seed", "codebook.seed", "compare.seed"), (0, 2**31 - 1)),
    "report.quotes_per_theme": (0, 50),
    "report.disagreements": (0, 10_000),
}
_PATHS = ("transcripts", "codebook", "codings", "documents", "out", "decisions")


def load(path: Path) -> Config:
    """The configuration in a TOML file, defaults where it is silent.

    Raises UsageError if the file cannot be read or is no TOML, on an unknown key, and on a value of a wrong type or out
    of range.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise UsageError(
            f"the configuration cannot be read ({problem.strerror})", str(path), "Check the path."
        ) from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise UsageError(
            f"this is not valid TOML ({problem})", str(path), "Compare with configs/default.toml."
        ) from problem
    config: Config = _section(Config, data, str(path), "")
    _check_ranges(config, str(path))
    return dataclasses.replace(
        config, study=_resolve_study(config.study, path.parent), embed=_resolve_embed(config.embed, path.parent)
    )


def digest(config: Config) -> str:
    """sha256 of all settings but the places of the study's files, so that a moved folder keeps its digest."""
    return hashlib.sha256(to_json(config).encode()).hexdigest()


def to_json(config: Config) -> str:
    """All settings but the places of files (cache, study paths), as JSON with sorted keys."""
    data = dataclasses.asdict(config)
    for name in _PATHS:
        del data["study"][name]
    del data["embed"]["cache"], data["embed"]["registry"]
    return json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False)


def from_json(text: str) -> Config:
    """The settings that to_json wrote."""
    config: Config = _section(Config, json.loads(text), "manifest.json", "")
    return config


def _resolve_study(study: StudyConfig, folder: Path) -> StudyConfig:
    named = {name: getattr(study, name) for name in _PATHS if getattr(study, name)}
    found: dict[str, Any] = {name: os.path.normpath(folder / Path(path).expanduser()) for name, path in named.items()}
    return dataclasses.replace(study, **found)


def _resolve_embed(embed: EmbedConfig, folder: Path) -> EmbedConfig:
    """Paths beside the file; a model is a path only if there is such a folder, else it is a name."""
    registry = str(folder / Path(embed.registry).expanduser()) if embed.registry else ""
    beside = folder / Path(embed.model).expanduser()
    return dataclasses.replace(embed, registry=registry, model=str(beside) if beside.is_dir() else embed.model)


def _check_ranges(config: Config, source: str) -> None:
    for key, (least, most) in _RANGES.items():
        section, _, name = key.partition(".")
        value = getattr(getattr(config, section), name)
        if not least <= value <= most:  # false for NaN, too
            raise UsageError(f"{key} = {value} is out of range", source, f"Choose a value from {least} to {most}.")


def _section(record: type, data: dict[str, Any], source: str, prefix: str) -> Any:
    known = {f.name: typing.get_type_hints(record)[f.name] for f in dataclasses.fields(record)}
    values = {}
    for key, value in data.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"Did you mean {prefix}{near[0]}?" if near else f"Known keys: {', '.join(known)}."
            raise UsageError(f"unknown key {prefix}{key}", source, hint)
        values[key] = _value(known[key], value, source, f"{prefix}{key}")
    return record(**values)


def _value(kind: Any, value: Any, source: str, key: str) -> Any:
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        if not isinstance(value, dict):
            raise UsageError(f"{key} is a section, not a value", source, f"Write [{key}] and its keys below.")
        return _section(kind, value, source, f"{key}.")
    if typing.get_origin(kind) is Literal:
        if value not in typing.get_args(kind):
            raise UsageError(
                f"{key} = {value!r} is not known", source, f"Choose one of {', '.join(typing.get_args(kind))}."
            )
        return value
    if isinstance(kind, types.GenericAlias):
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise UsageError(f"{key} must be a list of texts", source, f'For example {key} = ["Mod", "I"].')
        return tuple(value)
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind:
        raise UsageError(f"{key} = {value!r} is not of type {kind.__name__}", source, "See configs/default.toml.")
    return value
