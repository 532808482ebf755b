"""A study of invented talk, written to a temporary folder and read back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import ingest
from pipeline.config import IngestConfig
from pipeline.records import Corpus

Study = Callable[..., Corpus]


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """study({name: text or bytes}, **settings) writes the files into one folder and reads it."""

    def make(files: dict[str, str | bytes], **settings: object) -> Corpus:
        folder = tmp_path / "transcripts"
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return ingest.read(folder, None, IngestConfig(**settings))

    return make
