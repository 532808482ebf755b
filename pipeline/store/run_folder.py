"""The folder of a run: written beside its place and renamed when complete, so that no half run looks whole."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import sqlite3
import tempfile
import typing
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from pipeline.errors import InputError, StageError
from pipeline.records import Manifest, Result
from pipeline.store import log_schema
from pipeline.store import manifest as manifests
from pipeline.store.codec import Arrays, decode, encode

ASSIGNED = "assigned.json"
"""The manifest of the run that new transcripts were assigned to, in the folder that they were written to."""

_STATE, _ARRAYS = "state.json", "state.npz"
Files = Mapping[str, bytes]


def check_target(folder: Path, mark: str = manifests.NAME) -> None:
    """Raises InputError if a run cannot be written there; called before the work, not after it.

    mark: the file by which a folder of the same kind is known; only such a folder is replaced.
    """
    try:
        if folder.exists() and not folder.is_dir():
            raise InputError("the output folder is a file", str(folder), "Name another folder with --out.")
        if folder.is_dir() and any(folder.iterdir()) and not (folder / mark).is_file():
            fact = f"the output folder holds other files (there is no {mark}), and they would be lost"
            raise InputError(fact, str(folder), "Name another folder with --out.")
        folder.parent.mkdir(parents=True, exist_ok=True)
        for place in (folder.parent, folder):
            if place.is_dir():
                tempfile.TemporaryFile(dir=place).close()
    except (OSError, ValueError) as problem:  # ValueError: a NUL in the path
        fact = f"the output folder cannot be written ({getattr(problem, 'strerror', problem)})"
        raise InputError(fact, str(folder), "Name another folder with --out.") from problem


def save(result: Result, files: Files, folder: Path) -> Path:
    """Write a run: the files given, the vectors, the state from which it can be read back, and the manifest.

    A run that is there already is replaced; files in it that no run writes (decisions, notes) are kept.
    """
    check_target(folder)
    arrays: Arrays = {}
    state = encode(result, arrays)
    del state["manifest"]
    content = {
        **files,
        _STATE: json.dumps(state, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(),
        _ARRAYS: _npz(arrays),
        "vectors.npy": _npy(result.vectors.plain),
        manifests.NAME: manifests.to_json(result.manifest).encode(),
    }
    return replace_folder(folder, content)


def replace_folder(folder: Path, content: Files) -> Path:
    """Put a complete folder in place of an old one, keeping the old one's other files."""
    place = folder.resolve()  # a link, or ".", cannot be renamed
    try:
        temporary = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
        try:
            for name, data in content.items():
                (temporary / name).write_bytes(data)
            temporary.chmod(0o777 & ~_umask())
            with log_schema.held(place / log_schema.LOG) as log:  # a review may have it open
                _keep_others(place, content, temporary, log)
                _exchange(temporary, place)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    except OSError as problem:
        raise StageError(
            f"the run could not be written ({problem.strerror})", str(folder), "Free some space or name another folder."
        ) from problem
    return folder


def _keep_others(old: Path, content: Files, new: Path, log: sqlite3.Connection | None) -> None:
    """Put what an old run's folder holds beside its own files into the new one: the same files, not copies.

    A review that has the log open goes on in it; it would write to a deleted file if the log were copied. Where the
    file system has no hard links it is, and the review is told so by DecisionLog at its next decision.
    """
    for path in old.iterdir() if old.is_dir() else ():
        target = new / path.name
        if path.name in content:
            continue
        if path.is_symlink():
            shutil.copy2(path, target, follow_symlinks=False)
        elif path.is_dir():
            shutil.copytree(path, target, symlinks=True, copy_function=_keep)
        elif log is not None and path.name == log_schema.LOG:
            _keep_log(path, target, log)
        else:
            _keep(path, target)


def _keep(path: str | Path, target: str | Path) -> None:
    try:
        os.link(path, target)
    except OSError:  # no hard links here, or none to files of other people
        shutil.copy2(path, target)


def _keep_log(path: Path, target: Path, log: sqlite3.Connection) -> None:
    try:
        os.link(path, target)
    except OSError:  # read by SQLite: to open and close the file here would end the lock on it
        with log_schema.explained(path):
            target.write_bytes(log.serialize())


def _exchange(new: Path, place: Path) -> None:
    """Put `new` where `place` is; the old folder stays if that fails."""
    if not place.is_dir():
        new.rename(place)
        return
    old = new.with_name(f"{new.name}-old")
    place.rename(old)
    with contextlib.ExitStack() as undo:  # whatever stops the second step, an interruption too, undoes the first
        undo.callback(old.rename, place)
        new.rename(place)
        undo.pop_all()
    shutil.rmtree(old, ignore_errors=True)


def write_files(folder: Path, content: Files) -> list[Path]:
    """Write single files into a folder, each complete or not at all; raises StageError if that fails."""
    written = []
    for name, data in content.items():
        beside = folder / f".{name}.part"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(data)
            beside.replace(folder / name)
        except OSError as problem:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
            raise StageError(
                f"the file could not be written ({problem.strerror})",
                str(folder / name),
                "Name another folder with --out.",
            ) from problem
        written.append(folder / name)
    return written


def json_bytes(record: object) -> bytes:
    """A record without arrays as readable JSON, keys sorted; NaN becomes null."""
    return (json.dumps(encode(record, {}), indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def load(folder: Path) -> Result:
    """A run as it was saved; raises InputError if the folder holds none, or one of another version."""
    manifest = manifests.read(folder)
    try:
        state = json.loads((folder / _STATE).read_text(encoding="utf-8"))
        # Opened here: numpy leaves the file open if it holds no arrays.
        with (folder / _ARRAYS).open("rb") as file, np.load(file, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        result = _result(state, arrays, manifest)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as problem:
        fact = f"the run cannot be read back ({problem})"
        todo = "It may come from another version: run the study again. Its log of decisions stays."
        raise InputError(fact, str(folder), todo) from problem
    return result


def _result(state: object, arrays: Arrays, manifest: Manifest) -> Result:
    hints = typing.get_type_hints(Result)
    if not isinstance(state, dict) or state.keys() != hints.keys() - {"manifest"}:
        raise ValueError("its parts are not those of this version")
    return Result(**{name: decode(hints[name], state[name], arrays) for name in state}, manifest=manifest)


def _umask() -> int:
    """What the user's files may not allow others; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _npy(array: np.typing.NDArray[np.float32]) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def _npz(arrays: Arrays) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()
