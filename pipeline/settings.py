"""The settings of a command: what the configuration file says, and what the command line names on top."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from pipeline import config as configs
from pipeline import revisit
from pipeline.config import Config
from pipeline.errors import UsageError

_SAY_NOTHING = frozenset({"transcripts", "turns", "texts", "talk", "data"})


def settings_from(
    config: Path | None,
    transcripts: Path | None,
    codebook: Path | None,
    codings: Path | None,
    documents: Path | None,
    out: Path | None,
    skip_unreadable: bool,
    decisions: Path | None = None,
) -> Config:
    """The file's settings with what the command line names on top; the study is named after its transcripts."""
    settings = configs.load(config) if config else Config()
    study = settings.study
    study = dataclasses.replace(
        study,
        transcripts=str(transcripts or study.transcripts),
        codebook=str(codebook or study.codebook),
        codings=str(codings or study.codings),
        documents=str(documents or study.documents),
        out=str(out or study.out),
        decisions=str(decisions or study.decisions),
    )
    if not study.transcripts:
        raise UsageError("no transcripts were named", "--transcripts", "Name a folder of transcripts or a table.")
    name = study.name or _name_of(Path(study.transcripts).resolve())
    study = dataclasses.replace(study, name=name, out=study.out or f"runs/{_folder_name(name)}")
    return skipping(dataclasses.replace(settings, study=study), skip_unreadable)


def skipping(settings: Config, skip_unreadable: bool) -> Config:
    """The settings, going on without unreadable files if the command line asks for that."""
    skip = skip_unreadable or settings.ingest.skip_unreadable
    return dataclasses.replace(settings, ingest=dataclasses.replace(settings.ingest, skip_unreadable=skip))


def _name_of(path: Path) -> str:
    """A study's name from its transcripts; a folder called "transcripts" says less than the one that it lies in."""
    name = path.name if path.is_dir() else path.stem
    return path.parent.name if name.casefold() in _SAY_NOTHING and path.parent.name else name


def _folder_name(study: str) -> str:
    """The study's name as the name of one folder: whatever could lead out of runs/ becomes a hyphen."""
    return re.sub(r"[^\w. -]+", "-", study).strip(". -") or "study"


def settings_of(run_folder: Path, config: Path | None) -> Config:
    """The settings of a run, with the places of models and cache (which a run does not keep) from a file."""
    settings = revisit.settings_of(run_folder)
    places = configs.load(config).embed if config else settings.embed
    embed = dataclasses.replace(settings.embed, registry=places.registry, cache=places.cache, model=places.model)
    return dataclasses.replace(settings, embed=embed)


def file_settings(config: Path | None, skip_unreadable: bool) -> Config:
    """The settings for single files, which are no study."""
    return skipping(configs.load(config) if config else Config(), skip_unreadable)
