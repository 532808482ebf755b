"""Files from disk: their bytes and their sha256."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import InputError
from pipeline.ingest.drafts import Loaded
from pipeline.records import InputFile

_MB = 1_000_000
_NO_NAME = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # a surrogate stands for a byte that is no letter


def load(path: Path, max_file_mb: int) -> Loaded:
    """A file's bytes.

    Raises InputError if it is missing, unreadable, no file, or above max_file_mb (10^6 bytes), or if its name could not
    be written into a report (control characters, bytes that are no letters).
    """
    if _NO_NAME.search(path.name) and path.exists():
        told = "the name of the file holds characters that cannot be written"
        raise InputError(told, shown(path.name), "Rename the file.")
    with _opened(path) as file:
        size = os.fstat(file.fileno()).st_size
        data = b"" if size > max_file_mb * _MB else file.read(max_file_mb * _MB + 1)  # it may have grown since
    size = max(size, len(data))
    if size > max_file_mb * _MB:
        raise InputError(
            f"the file is too large ({size / _MB:.0f} MB, the limit is {max_file_mb} MB)",
            str(path),
            "Raise ingest.max_file_mb in the configuration if this is intended.",
        )
    return Loaded(path, path.name, data, hashlib.sha256(data).hexdigest())


def shown(name: str) -> str:
    """A file's name as a message can hold it: as it is, unless it holds what cannot be written."""
    return ascii(name)[1:-1] if _NO_NAME.search(name) else name


def record(loaded: Loaded, kind: str) -> InputFile:
    """The entry of a loaded file for the manifest."""
    return InputFile(loaded.name, loaded.sha256, kind)


def file_record(path: Path, kind: str) -> InputFile:
    """The entry for the manifest of a file that another function reads (codebook, codings).

    Raises InputError if the file cannot be read.
    """
    digest = hashlib.sha256()
    with _opened(path) as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return InputFile(path.name, digest.hexdigest(), kind)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """The file to read; one that is no regular file (a pipe, a device) would keep the reader waiting for ever."""
    try:
        with open(path, "rb", opener=_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise InputError("this is not a file", str(path), "Name a file, not a folder, a pipe or a device.")
            yield file
    except IsADirectoryError as problem:
        raise InputError("this is not a file", str(path), "Name a file, not a folder.") from problem
    except (OSError, ValueError) as problem:  # ValueError: a NUL in the path
        raise InputError(
            f"the file cannot be read ({getattr(problem, 'strerror', problem)})",
            str(path),
            "Check the path and its permissions.",
        ) from problem


def _at_once(path: str, flags: int) -> int:
    """Opened without waiting for another program to write into a pipe; systems without pipes have no such flag."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
