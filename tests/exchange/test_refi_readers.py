"""Our files in pyrefiqda, a reader that other people wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pyrefiqda.reficodebook import RefiCodebook
from pyrefiqda.refiproject import RefiProject

from pipeline import records as r
from pipeline.exchange import codebook_qdc, project_qdpx
from pipeline.records import MACHINE, SUGGESTED


def walk(code: Any) -> list[str]:
    """Names of a code and all below it, as pyrefiqda holds them."""
    return [code.name, *(name for child in code.code for name in walk(child))]


NAMES = ["Access", "Distance", "Staff", "Unknown code", SUGGESTED, "T1 kind staff", 'T2 walking & "waiting"']


def test_pyrefiqda_opens_a_project(clinic: r.Result, tmp_path: Path):
    path = tmp_path / "project.qdpx"
    path.write_bytes(project_qdpx(clinic))
    found = RefiProject.load(path, str(tmp_path / "out"))
    assert [user.name for user in found.users.user] == ["Ann", "Bea", MACHINE]
    assert [name for code in found.code_book.codes.code for name in walk(code)] == NAMES
    sources = found.sources.text_source
    texts = [
        RefiProject.resolve_source_path(s.plain_text_path, str(tmp_path / "out")).read_text("utf-8") for s in sources
    ]
    assert texts == [document.text for document in clinic.corpus.documents]
    assert [len(source.plain_text_selection) for source in sources] == [5, 0]


def test_pyrefiqda_opens_a_codebook(clinic: r.Result, tmp_path: Path):
    path = tmp_path / "codebook.qdc"
    path.write_bytes(codebook_qdc(clinic.codebook, clinic.themes))
    found = [name for code in RefiCodebook.load(path).codes.code for name in walk(code)]
    assert found == [name for name in NAMES if name != "Unknown code"]
