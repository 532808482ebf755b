"""Our files in readers that other people wrote; each test runs where its reader is installed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline import records as r
from pipeline.exchange import codebook_qdc, project_qdpx
from pipeline.records import MACHINE, SUGGESTED


def walk(code: Any) -> list[str]:
    """Names of a code and all below it, as pyrefiqda holds them."""
    return [code.name, *(name for child in code.code for name in walk(child))]


NAMES = ["Access", "Distance", "Staff", "Unknown code", SUGGESTED, "T1 kind staff", 'T2 walking & "waiting"']


def test_pyrefiqda_opens_a_project(clinic: r.Result, tmp_path: Path):
    project = pytest.importorskip("pyrefiqda.refiproject").RefiProject
    path = tmp_path / "project.qdpx"
    path.write_bytes(project_qdpx(clinic))
    found = project.load(path, str(tmp_path / "out"))
    assert [user.name for user in found.users.user] == ["Ann", "Bea", MACHINE]
    assert [name for code in found.code_book.codes.code for name in walk(code)] == NAMES
    sources = found.sources.text_source
    texts = [project.resolve_source_path(s.plain_text_path, str(tmp_path / "out")).read_text("utf-8") for s in sources]
    assert texts == [document.text for document in clinic.corpus.documents]
    assert [len(source.plain_text_selection) for source in sources] == [5, 0]


def test_pyrefiqda_opens_a_codebook(clinic: r.Result, tmp_path: Path):
    reader = pytest.importorskip("pyrefiqda.reficodebook").RefiCodebook
    path = tmp_path / "codebook.qdc"
    path.write_bytes(codebook_qdc(clinic.codebook, clinic.themes))
    found = [name for code in reader.load(path).codes.code for name in walk(code)]
    assert found == [name for name in NAMES if name != "Unknown code"]


def test_qdapy_reads_the_codings_of_a_project(clinic: r.Result, tmp_path: Path):
    reader: Callable[..., Any] = pytest.importorskip("qdapy").read_qdpx
    path = tmp_path / "project.qdpx"
    path.write_bytes(project_qdpx(clinic))
    found = reader(path, warn=False)
    assert found.coders == ["Ann", "Bea", MACHINE]
    assert sorted(found.sources) == ["BU", "NL"]
    assert len(found.fragments) == 6


def test_qdpxlib_reads_the_codings_of_a_project(clinic: r.Result, tmp_path: Path):
    reader = pytest.importorskip("qdpxlib.qdpxlib").QDPXFile
    path = tmp_path / "project.qdpx"
    path.write_bytes(project_qdpx(clinic))
    found = reader(str(path), filter_std=None)
    assert len(found.codes) == len(NAMES)
