"""The coded sets that methods are tried on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.config import StudyConfig
from pipeline.errors import InputError

_EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@dataclass(frozen=True, slots=True)
class CodedSet:
    """A study with human codings."""

    name: str
    study: StudyConfig


def coded_sets(folder: Path | None) -> Iterator[CodedSet]:
    """The example study, then every folder in `folder` with codings.csv, codebook.csv and transcripts or turns.csv.

    Raises InputError if the folder does not exist or holds no such set.
    """
    example = _EXAMPLES / "peer_support"
    if example.is_dir():
        yield _coded_set(example, "peer_support (synthetic)")
    if folder is None:
        return
    found = [path.parent for path in sorted(folder.glob("*/codings.csv"))] if folder.is_dir() else []
    if not found:
        raise InputError(
            "no coded set was found", str(folder), "Each is a folder with transcripts, codebook and codings."
        )
    for path in found:
        yield _coded_set(path, path.name)


def _coded_set(folder: Path, name: str) -> CodedSet:
    talk = folder / "transcripts"
    documents = folder / "documents.csv"
    return CodedSet(
        name,
        StudyConfig(
            name=name,
            transcripts=str(talk if talk.is_dir() else folder / "turns.csv"),
            codebook=str(folder / "codebook.csv"),
            codings=str(folder / "codings.csv"),
            documents=str(documents) if documents.is_file() else "",
            out=f"runs/benchmark/{folder.name}",
        ),
    )
