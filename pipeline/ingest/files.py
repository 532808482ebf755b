"""Files from disk: their bytes, their sha256, and which files of a folder count."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pipeline.errors import InputError
from pipeline.ingest.drafts import Loaded
from pipeline.records import InputFile

_MB = 1_000_000


def load(path: Path, max_file_mb: int) -> Loaded:
    """A file's bytes.  Raises InputError if it is missing, unreadable, no file, or above max_file_mb (10^6 bytes)."""
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise InputError("this is not a file", str(path), "Name a file, not a folder.")
        if size > max_file_mb * _MB:
            raise InputError(
                f"the file is too large ({size / _MB:.0f} MB, the limit is {max_file_mb} MB)",
                str(path),
                "Raise ingest.max_file_mb in the configuration if this is intended.",
            )
        data = path.read_bytes()
    except (OSError, ValueError) as problem:  # ValueError: a NUL in the path
        raise InputError(
            f"the file cannot be read ({getattr(problem, 'strerror', problem)})",
            str(path),
            "Check the path and its permissions.",
        ) from problem
    return Loaded(path, path.name, data, hashlib.sha256(data).hexdigest())


def record(loaded: Loaded, kind: str) -> InputFile:
    """The entry of a loaded file for the manifest."""
    return InputFile(loaded.name, loaded.sha256, kind)


def file_record(path: Path, kind: str) -> InputFile:
    """The entry for the manifest of a file that another function reads (codebook, codings).

    Raises InputError if the file cannot be read.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except (OSError, ValueError) as problem:
        raise InputError(
            f"the file cannot be read ({getattr(problem, 'strerror', problem)})",
            str(path),
            "Check the path and its permissions.",
        ) from problem
    return InputFile(path.name, digest.hexdigest(), kind)


def listing(folder: Path) -> tuple[list[Path], list[str]]:
    """The files of a folder by name, and the names of its subfolders, which are not read.

    Hidden files and the lock files of office programs (`~$...`) count as absent.
    Raises InputError if the folder cannot be listed.
    """
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
        seen = [entry for entry in entries if not entry.name.startswith((".", "~$"))]
        return [e for e in seen if not e.is_dir()], [e.name for e in seen if e.is_dir()]
    except OSError as problem:
        raise InputError(
            f"the folder cannot be read ({problem.strerror})", str(folder), "Check the path and its permissions."
        ) from problem
