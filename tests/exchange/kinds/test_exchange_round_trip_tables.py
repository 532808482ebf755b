"""What we write for MAXQDA and ATLAS.ti, our own readers read back: the same tree, texts and codings, up to losses."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import ingest
from pipeline import records as r
from pipeline.config import ExchangeConfig
from pipeline.exchange.kinds import KINDS
from pipeline.records import Decision, Verdict

CONFIG = ExchangeConfig()
BOOKS = {"maxqda": "codebook_maxqda.xlsx", "atlasti": "codebook_atlasti.xlsx"}
CODINGS = {"maxqda": "segments_maxqda.xlsx", "atlasti": "quotations_atlasti.xlsx"}
each = pytest.mark.parametrize("kind", sorted(BOOKS))


def back(kind: str, run: r.Result, folder: Path, *decisions: Decision) -> tuple[r.Codebook, r.Codings]:
    for name, data in KINDS[kind].files(run, decisions, CONFIG).items():
        (folder / name).write_bytes(data)
    book = ingest.read_codebook(folder / BOOKS[kind])
    return book, ingest.read_codings(folder / CODINGS[kind], run.corpus, book)


def paths(book: r.Codebook) -> dict[str, tuple[str, ...]]:
    """The path of each code by its name in the study."""
    above = {code.name: (code.theme, code.label) for code in book.codes}
    above |= {folder.name: (folder.parent, folder.label) for folder in book.folders}

    def path(name: str) -> tuple[str, ...]:
        parent, label = above.get(name, ("", ""))
        return (*(path(parent) if parent else ()), label or name)

    return {code.name: path(code.name) for code in book.codes}


def texts(book: r.Codebook) -> dict[str, tuple[str, ...]]:
    return {code.name: (code.definition, code.include, code.exclude, code.examples) for code in book.codes}


def placed(codings: r.Codings) -> set[tuple[str, int, int, str, str]]:
    return {(c.document, c.start, c.end, c.coder, c.code) for c in codings.items}


@pytest.fixture
def plain(ward):
    """The ward without memos on codes, and with a coding on words that the document has twice."""
    twice = (r.Coding("KA", 4, 33, "Ben", "Advice"), r.Coding("KA", 38, 67, "Ann", "Trust"))
    assert all(ward.corpus.documents[1].text[c.start : c.end] == "She gave advice on medicines." for c in twice)
    codings = dataclasses.replace(ward.codings, items=(*ward.codings.items, *twice))
    return dataclasses.replace(ward, codebook=dataclasses.replace(ward.codebook, memos=()), codings=codings)


def test_maxqda_the_tree_comes_back(plain, tmp_path):
    book, _ = back("maxqda", plain, tmp_path)
    expected = paths(plain.codebook) | {"Crossing": ("Crossing",)}  # a folder with a text becomes a code: a loss
    assert paths(book) == expected
    assert texts(book) == texts(plain.codebook) | {"Crossing": ("What goes beyond the part of a PSW", "", "", "")}
    assert len(book.problems) == 1
    assert "the machine had suggested" in book.problems[0].what


def test_atlasti_the_codes_and_groups_come_back(plain, tmp_path):
    book, _ = back("atlasti", plain, tmp_path)
    assert texts(book) == texts(plain.codebook)
    groups = {group.name: set(group.members) for group in book.sets}
    assert groups == {
        "Relation": {"Trust", "Relation > Doubt"},
        "Crossing": {"Advice", "Crossing > Doubt"},
        "For the paper": {"Trust", "Advice"},
        "Later": {"Advice"},
    }


@each
def test_codings_come_back_at_their_places(kind, plain, tmp_path):
    _, codings = back(kind, plain, tmp_path)
    assert codings.unplaced == ()
    assert placed(codings) == placed(plain.codings)
    assert any("4 placements by the machine were left out" in problem.what for problem in codings.problems)
    assert "Strong words" in {memo.text for memo in codings.memos}


def test_maxqda_dates_come_back(plain, tmp_path):
    _, codings = back("maxqda", plain, tmp_path)
    assert {c.date for c in codings.items} == {"", "2026-05-01", "2026-05-02T10:00:00"}


@each
def test_what_was_accepted_comes_back_as_the_teams(kind, plain, tmp_path):
    said = (
        Decision("Ann", Verdict.ACCEPTED, theme="T1", code="Night", parent="Relation"),
        Decision("Cem", Verdict.ACCEPTED, utterance="BU-1", code="Trust", date="2026-06-02"),
    )
    book, codings = back(kind, plain, tmp_path, *said)
    assert "Night" in {code.name for code in book.codes}
    (own,) = [c for c in codings.items if c.coder == "Cem"]
    assert (own.document, own.code, own.date) == ("BU", "Trust", "2026-06-02")
    assert plain.corpus.documents[0].text[own.start : own.end] == plain.utterances[0].text


LETTERS = st.characters(categories=["L", "N"], include_characters="- .,>()'\"&=+@", max_codepoint=0x2FFF)
NAMES = st.text(LETTERS, min_size=1, max_size=12).map(str.strip).filter(lambda name: any(map(str.isalpha, name)))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(NAMES, st.integers(-1, 4)), min_size=1, max_size=6, unique_by=lambda one: one[0].casefold()))
def test_any_tree_of_codes_comes_back_from_maxqda(make, tmp_path, drawn):
    names = [name for name, _ in drawn]
    codes = tuple(r.Code(name, names[at] if 0 <= at < k else "") for k, (name, at) in enumerate(drawn))
    book, _ = back("maxqda", make(codes=codes), tmp_path)
    assert paths(book) == paths(r.Codebook(codes))
