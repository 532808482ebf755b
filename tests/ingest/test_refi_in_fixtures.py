"""REFI-QDA files in the shapes of programs: what comes out of each is what stands beside it, written by hand."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pipeline import ingest
from pipeline.config import IngestConfig
from pipeline.ingest.files import load
from pipeline.ingest.refi import read_codebook, read_codings, sources
from pipeline.records import Codings, Corpus, Problem

FORMATS = Path(__file__).parents[1] / "fixtures" / "formats"
CONFIG = IngestConfig()
NOTHING = Corpus((), (), (), (), (), ())
PROJECTS = (
    "03_qualcoder/qualcoder",
    "04_atlas84/atlas84",
    "05_nvivo_mac/nvivo_mac",
    "06_crlf_two/crlf_two",
    "07_crlf_one/crlf_one",
    "08_utf16/utf16",
    "08_utf16/utf16_nameless",
    "09_edge_sel/edge_sel",
)
BOOKS = (
    "01_refi_min/refi_min.qdc",
    "02_taguette/taguette.qdc",
    "03_qualcoder/qualcoder.qdpx",
    "04_atlas84/atlas84.qdpx",
)


def _builder() -> ModuleType:
    path = FORMATS.parent / "build" / "refi.py"
    spec = importlib.util.spec_from_file_location("build_refi", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _expected(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FORMATS / name).with_suffix(".expected.json").read_text(encoding="utf-8"))
    return found


def _same(found: Sequence[Any], wanted: Sequence[dict[str, Any]], about: str) -> None:
    assert len(found) == len(wanted), (about, found)
    for one, want in zip(found, wanted, strict=True):
        for key, value in want.items():
            there = getattr(one, key)
            there = list(there) if isinstance(there, tuple) else there
            assert value in there if key == "reason" else value == there, (about, key, one)


def _told(problems: Sequence[Problem], wanted: Sequence[str]) -> None:
    assert len(problems) == len(wanted), problems
    for problem, part in zip(problems, wanted, strict=True):
        assert part in problem.what


def _study(name: str) -> tuple[Corpus, Codings]:
    path = FORMATS / f"{name}.qdpx"
    loaded = load(path, 1)
    corpus = ingest.read(path, None, CONFIG) if sources.read(loaded, CONFIG).drafts else NOTHING
    return corpus, read_codings(loaded, corpus, read_codebook(loaded, CONFIG), CONFIG)


def test_the_committed_files_are_what_the_builder_makes() -> None:
    built = _builder().FILES
    assert sorted(built) == sorted(f"{name}.qdpx" for name in PROJECTS)
    for name, make in built.items():
        assert (FORMATS / name).read_bytes() == make(), name


@pytest.mark.parametrize("name", BOOKS)
def test_the_coding_tree_of_each_program(name: str) -> None:
    wanted = _expected(name)
    book = read_codebook(load(FORMATS / name, 1), CONFIG)
    _same(book.codes, wanted["codes"], "codes")
    _same(book.folders, wanted["folders"], "folders")
    _same(book.sets, wanted["sets"], "sets")
    _told(book.problems, wanted["book_problems"] if "book_problems" in wanted else wanted["problems"])


@pytest.mark.parametrize("name", PROJECTS)
def test_codings_and_memos_of_each_program(name: str) -> None:
    wanted = _expected(name)
    corpus, found = _study(name)
    texts = {document.id: document.text for document in corpus.documents}
    for item, want in zip(found.items, wanted["codings"], strict=True):
        if quote := want.pop("text", ""):
            assert texts[item.document][item.start : item.end] == quote
    _same(found.items, wanted["codings"], "codings")
    _same(found.unplaced, wanted["unplaced"], "unplaced")
    wanted_memos = sorted(wanted["memos"], key=lambda memo: str(memo["text"]))
    _same(sorted(found.memos, key=lambda memo: memo.text), wanted_memos, "memos")
    _told(found.problems, wanted["problems"])


@pytest.mark.parametrize("name", [name for name in PROJECTS if name[:2] in ("03", "04", "05")])
def test_the_texts_of_each_program(name: str) -> None:
    wanted = _expected(name)
    reading = sources.read(load(FORMATS / f"{name}.qdpx", 1), CONFIG)
    assert [draft.id for draft in reading.drafts] == [document["document"] for document in wanted["documents"]]
    for draft, document in zip(reading.drafts, wanted["documents"], strict=True):
        assert draft.encoding == document["encoding"]
        turns = [
            {"turn": t.number, "speaker": t.label, "start_ms": t.start_ms, "end_ms": t.end_ms}
            | {"text": draft.text[t.start : t.end]}
            for t in draft.talks
        ]
        assert turns == document["turns"]
    _told(reading.problems, wanted["source_problems"])


def test_names_that_recur_in_branches_stay_apart_in_a_tree_of_seven_levels() -> None:
    wanted = _expected("05_nvivo_mac/nvivo_mac")
    book = read_codebook(load(FORMATS / "05_nvivo_mac/nvivo_mac.qdpx", 1), CONFIG)
    parents = {code.name: code.theme for code in book.codes}
    assert len(parents) == len(book.codes) == wanted["n_codes"]

    def depth(name: str) -> int:
        return 1 + depth(parents[name]) if parents[name] else 1

    assert max(map(depth, parents)) == wanted["n_deepest"]
    assert sum(code.label == "trust" for code in book.codes) == 60
    assert book.problems == ()


def test_dots_in_flat_names_are_split_on_request_only() -> None:
    loaded = load(FORMATS / "02_taguette/taguette.qdc", 1)
    book = read_codebook(loaded, IngestConfig(code_separator="."))
    assert [(code.name, code.theme) for code in book.codes] == [
        ("ward", ""), ("door", "ward"), ("unused", ""), ("waiting", "")
    ]  # fmt: skip
