"""Real files of programs, which are not part of this repository: every number that is known of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import ingest
from pipeline.config import IngestConfig
from pipeline.ingest.drafts import Loaded
from pipeline.ingest.files import load
from pipeline.ingest.refi import read_codebook, read_codings, sources
from pipeline.records import Corpus

SAMPLES = Path(__file__).parents[3] / "shared" / "interchange" / "samples"
CONFIG = IngestConfig()
NOTHING = Corpus((), (), (), (), (), ())
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples of other programs do not lie beside the repo")


def sample(name: str) -> Loaded:
    return load(SAMPLES / name, 5)


def test_annex_a1() -> None:
    book = read_codebook(sample("spec-annex/refi-annex-A1-codebook.qdc"), CONFIG)
    assert [code.name for code in book.codes] == ["Economy", "Health care", "Conservatives", "Liberals"]
    assert [code.color for code in book.codes] == ["#FFFF00", "#33CC33", "#FF0000", "#0000FF"]
    assert [folder.name for folder in book.folders] == ["Topics", "Values"]
    assert book.folders[0].guid == "5215CC69-B628-4E02-AFB9-9BEEAEE55808"
    assert book.problems == ()


def test_taguette() -> None:
    loaded = sample("taguette-1.5.2/codebook.qdc")
    book = read_codebook(loaded, CONFIG)
    assert [code.name for code in book.codes] == ["access", "access.distance", "unused", "waiting"]
    assert len(book.problems) == 1
    assert "Sets" in book.problems[0].what
    split = read_codebook(loaded, IngestConfig(code_separator="."))
    assert [(code.name, code.theme) for code in split.codes][1] == ("distance", "access")


def test_qualcoder_codebook() -> None:
    book = read_codebook(sample("qualcoder-4.0beta/codebook-clinic.qdc"), CONFIG)
    assert [(code.name, code.theme) for code in book.codes] == [
        ("Waiting", ""), ("Distance & travel", "Access"), ("On foot", "Access")
    ]  # fmt: skip
    assert [folder.name for folder in book.folders] == ["Access"]
    assert book.codes[1].definition == "Time <and> distance"
    assert book.problems == ()


def test_qualcoder_project() -> None:
    loaded = sample("qualcoder-4.0beta/clinic.qdpx")
    corpus = ingest.read(SAMPLES / "qualcoder-4.0beta/clinic.qdpx", None, CONFIG)
    found = read_codings(loaded, corpus, read_codebook(loaded, CONFIG), CONFIG)
    text = corpus.documents[0].text
    assert [(c.start, c.end, text[c.start : c.end], c.coder, c.code) for c in found.items] == [
        (101, 116, "about two hours", "coder1", "Distance & travel"),
        (84, 99, "We walked there", "coder2", "On foot"),
        (182, 200, "The queue was long", "coder1", "Waiting"),
        (182, 200, "The queue was long", "coder2", "Waiting"),
        (230, 241, "It was fine", "coder1", "Waiting"),
    ]
    annotation = next(memo for memo in found.memos if memo.text == "word of mouth")
    assert text[annotation.start : annotation.end] == "A neighbour"
    assert next(memo for memo in found.memos if memo.title == "Reflection").text == "First thoughts."
    assert found.unplaced == ()
    assert ["unknown creator" in problem.what for problem in found.problems] == [True]
    told = [problem.what for problem in sources.read(loaded, CONFIG).problems]
    assert [("nothing refers to" in what, "1 case" in what) for what in told] == [(False, True), (True, False)]


def test_atlas_project() -> None:
    loaded = sample("spec-annex/refi-annex-A2-atlasti-8.4-mac.qdpx")
    book = read_codebook(loaded, CONFIG)
    assert len(book.codes) == 14
    assert sum(bool(code.color) for code in book.codes) == 13
    assert {found.name: len(found.members) for found in book.sets} == {
        "Feelings": 6, "negative feelings": 4, "Breakfast food": 6, "positive feelings": 3
    }  # fmt: skip
    reading = sources.read(loaded, CONFIG)
    assert reading.drafts == ()
    told = " ".join(problem.what for problem in reading.problems)
    assert "6 texts are missing" in told
    assert "2 texts of PDFs are missing" in told
    assert "4 PDFSelection, 1 PictureSelection, 1 PictureSource, 3 Vertex, 2 VideoSelection" in told
    found = read_codings(loaded, NOTHING, book, CONFIG)
    assert found.items == ()
    # 16 codings, two of which stand on a PDF's area and on its words
    assert len(found.unplaced) == 14
    assert sum(one.reason == "the text is missing" for one in found.unplaced) == 9
    assert {one.coder for one in found.unplaced} == {"Friedrich Markgraf"}
    assert {memo.title for memo in found.memos} == {"Mabêl 2ième", "Simon", "Research Plan", "My favorite Coke ad"}


def test_codes_of_the_atlas_project_nest_on_request() -> None:
    loaded = sample("spec-annex/refi-annex-A2-atlasti-8.4-mac.qdpx")
    book = read_codebook(loaded, IngestConfig(code_separator="::"))
    nested = {code.name: code.theme for code in book.codes if code.theme}
    assert nested == {"full-fat Coke": "Coke", "diet Coke": "Coke"}
