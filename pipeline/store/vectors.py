"""Vectors by content: what was embedded once is never embedded again, whatever run, file or crash came between."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from types import TracebackType

import numpy as np

from pipeline.errors import StageError
from pipeline.records import Floats

_SCHEMA = "CREATE TABLE IF NOT EXISTS vectors (text_sha256 BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID"
_INSERT = "INSERT OR REPLACE INTO vectors VALUES (?, ?)"
_SELECT = "SELECT text_sha256, vector FROM vectors WHERE text_sha256 IN ({})"
_AT_ONCE = 500


class VectorCache:
    """One SQLite file for each set of weights; texts are kept as sha256 only, so that the cache holds no talk.

    Every batch is a transaction of its own: a killed run loses the batch in hand and nothing else. Two runs may use
    the file at once. Use it as a context manager.
    """

    def __init__(self, folder: Path, weights_sha256: str, dims: int) -> None:
        self._file = folder / f"{weights_sha256[:16]}-{dims}.sqlite"
        self._dims = dims
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self._file, timeout=60)
            with closing(self._db.execute("PRAGMA journal_mode=WAL")), self._db:
                self._db.execute(_SCHEMA)
        except (OSError, sqlite3.Error) as problem:
            raise StageError(
                f"the cache of vectors cannot be used ({problem})",
                str(self._file),
                "Set embed.cache to a folder that can be written, or delete the file.",
            ) from problem

    def __enter__(self) -> VectorCache:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def get(self, texts: Sequence[str]) -> dict[str, Floats]:
        """The known ones of these texts with their vectors, float32 [dims]; damaged rows count as unknown."""
        by_key = {_key(text): text for text in texts}
        keys = list(by_key)
        found: dict[str, Floats] = {}
        for start in range(0, len(keys), _AT_ONCE):
            part = keys[start : start + _AT_ONCE]
            for key, vector in self._rows(part):
                if (row := _vector(vector, self._dims)) is not None:
                    found[by_key[key]] = row
        return found

    def _rows(self, keys: Sequence[bytes]) -> list[tuple[bytes, object]]:
        try:
            # Only question marks are put into the statement, never values.
            return self._db.execute(_SELECT.format(",".join("?" * len(keys))), keys).fetchall()
        except sqlite3.Error as problem:
            todo = "Delete the file (all it costs is embedding again), or set embed.cache to another folder."
            raise StageError(f"the cache of vectors cannot be read ({problem})", str(self._file), todo) from problem

    def put(self, texts: Sequence[str], vectors: Floats) -> None:
        """Keep the vectors of these texts; a full disk is an error that says so."""
        rows = [(_key(text), vector.astype(np.float32).tobytes()) for text, vector in zip(texts, vectors, strict=True)]
        try:
            with self._db:
                self._db.executemany(_INSERT, rows)
        except sqlite3.Error as problem:
            raise StageError(
                f"the cache of vectors cannot be written ({problem})",
                str(self._file),
                "Free some space, or set embed.cache to another folder.",
            ) from problem


def _vector(stored: object, dims: int) -> Floats | None:
    """What is stored for a text, or None if it is no vector of this many numbers."""
    if not isinstance(stored, bytes) or len(stored) != 4 * dims:
        return None
    vector = np.frombuffer(stored, np.float32)
    return vector if np.isfinite(vector).all() else None


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
