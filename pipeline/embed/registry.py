"""models.toml: which weights may be loaded; nothing is loaded whose sha256 is not written there."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import InputError, StageError, UsageError


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One encoder: where it is (a Python package that carries it, or a folder), its weights' sha256 and dimensions."""

    name: str
    source: str
    file: str
    sha256: str
    dims: int
    licence: str


def default_registry() -> Path:
    """models.toml of the checkout, or its copy in the installed package."""
    here = Path(__file__).resolve().parents[1]
    checkout = here.parent / "models" / "models.toml"
    return checkout if checkout.is_file() else here / "_data" / "models.toml"


def read_registry(path: Path | None = None) -> tuple[ModelEntry, ...]:
    """All entries of a models.toml (default: the one that comes with the software).

    Raises InputError if the file cannot be read or an entry lacks a key.
    """
    path = path or default_registry()
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        entries = tuple(ModelEntry(name=name, **entry) for name, entry in data.items())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise InputError(
            f"the list of models cannot be read ({problem})", str(path), "Check embed.registry."
        ) from problem
    except TypeError as problem:
        known = "source, file, sha256, dims, licence"
        raise InputError(f"an entry is not complete ({problem})", str(path), f"Each entry needs {known}.") from problem
    return tuple(dataclasses.replace(entry, source=_source(entry.source, path.parent)) for entry in entries)


def find_model(name: str, entries: tuple[ModelEntry, ...]) -> tuple[ModelEntry, Path]:
    """The entry and folder of a model given by name, or by the path of a local sentence-transformers folder.

    Raises UsageError if the name is neither, StageError if the weights are not the ones in the list.
    """
    by_name = {entry.name: entry for entry in entries}
    if name in by_name:
        entry = by_name[name]
        folder = _folder(entry)
        _check(folder / entry.file, entry.sha256, entry.name)
        if weights_file(folder) != folder / entry.file:
            raise StageError(f"{entry.file} is not the file that would be loaded", str(folder), "Mend the entry.")
        return entry, folder
    folder = Path(name).expanduser()
    if not folder.is_dir():
        todo = f"Known names: {', '.join(by_name)}; or name a local sentence-transformers folder."
        raise UsageError(f"the model {name!r} is not known", "embed.model", todo)
    weights = weights_file(folder)
    sha256 = file_sha256(weights)
    for entry in entries:
        if entry.sha256 == sha256:
            return entry, folder
    todo = f'If you trust it, add an entry with file = "{weights.relative_to(folder)}" and sha256 = "{sha256}".'
    raise StageError("these weights are not in the list of models, so they are not loaded", str(weights), todo)


def weights_file(folder: Path) -> Path:
    """The one file of weights that sentence-transformers would load from a folder.

    Raises StageError if there is none, or if a further layer has weights of its own: they would go unchecked.
    """
    found = []
    for part in _parts(folder):
        names = (part / name for name in ("model.safetensors", "pytorch_model.bin"))
        found += [path for path in names if path.is_file()][:1]  # the first is loaded, the second is then ignored
    if not found:
        raise StageError("no weights found", str(folder), "It should hold model.safetensors.")
    if len(found) > 1:
        raise StageError(
            "more than one file of weights would be loaded, and only one can be checked",
            str(found[1]),
            "Use another model.",
        )
    return found[0]


def _parts(folder: Path) -> list[Path]:
    """The folders of a model's layers, as modules.json lists them."""
    modules = folder / "modules.json"
    if not modules.is_file():
        return [folder]
    try:
        return [folder / module["path"] for module in json.loads(modules.read_text(encoding="utf-8"))]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise StageError(
            f"the list of layers cannot be read ({problem})", str(modules), "Fetch the model again."
        ) from problem


def file_sha256(path: Path) -> str:
    """sha256 of a file, lower-case hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _source(source: str, folder: Path) -> str:
    """The source of an entry; a relative path is relative to the file that names it."""
    return source if source.startswith("package:") else str(folder / Path(source).expanduser())


def _folder(entry: ModelEntry) -> Path:
    if not entry.source.startswith("package:"):
        return Path(entry.source)
    package = entry.source.removeprefix("package:")
    try:
        module = importlib.import_module(package)
    except ImportError as problem:
        raise StageError(f"the package {package} is not installed", entry.name, "Run `make setup`.") from problem
    return Path(module.get_model_path())


def _check(weights: Path, sha256: str, name: str) -> None:
    if not weights.is_file():
        raise StageError(f"the weights of {name} are missing", str(weights), "Install the model again.")
    found = file_sha256(weights)
    if found != sha256:
        fact = f"the weights of {name} have sha256 {found[:12]}…, not {sha256[:12]}… as in models.toml"
        raise StageError(
            fact, str(weights), "Install the model again, or mend the entry if you changed the model on purpose."
        )
