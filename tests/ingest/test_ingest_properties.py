from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import ingest
from pipeline.config import IngestConfig
from pipeline.records import Corpus

LINES = st.sampled_from(
    [
        "I: How?",
        "Ann: So it was.",
        "ANN: Yes",
        "P1:",
        "no label here",
        "",
        "",
        "Date: 3 May",
        "[00:15] Ann: hm",
        "  ",
        "\f",
        "R1—well",
        "Bob\thello",
        "BOB",
        "Ann  0:15",
        "Note: x",
        "[laughs] no",
        "\u200fדנה: כן",
        "x" * 130,
        "😀",
    ]
)
TEXTS = st.lists(LINES | st.text(max_size=12).map(lambda t: t.replace("\x00", "")), max_size=25).map("\n".join)


def read_text(text: str) -> Corpus | None:
    with tempfile.TemporaryDirectory() as folder:
        # enough plain letters that stray control characters do not make it a binary file
        (Path(folder) / "a.txt").write_bytes((text + "\nend of it all " * 40).encode("utf-8", "replace"))
        return ingest.read(Path(folder), None, IngestConfig())


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_no_word_is_lost_and_no_turn_overlaps(text: str) -> None:
    corpus = read_text(text)
    assert corpus is not None
    document = corpus.documents[0]
    spans = sorted([(t.start, t.end) for t in corpus.turns] + [(d.start, d.end) for d in corpus.dropped])
    at = 0
    for start, end in spans:
        assert at <= start < end <= len(document.text)
        between = document.text[at:start]
        assert len(between.split()) <= 12, between  # a label with its time at most
        at = end
    assert not document.text[at:].strip()
    for turn in corpus.turns:
        piece = document.text[turn.start : turn.end]
        assert piece == piece.strip()
        assert piece
        assert document.paragraphs[turn.paragraph - 1] <= turn.start
        assert turn.paragraph == len(document.paragraphs) or turn.start < document.paragraphs[turn.paragraph]
    assert list(document.paragraphs) == sorted(set(document.paragraphs))
    assert [turn.number for turn in corpus.turns] == list(range(1, len(corpus.turns) + 1))
    assert sum(speaker.turns for speaker in corpus.speakers) == len(corpus.turns)


@settings(max_examples=50, deadline=None)
@given(TEXTS)
def test_the_same_file_gives_the_same_corpus(text: str) -> None:
    assert read_text(text) == read_text(text)


def test_importing_the_room_loads_no_heavy_library() -> None:
    heavy = ["mammoth", "pyarrow", "python_calamine", "charset_normalizer", "lxml", "pandas"]
    code = f"import sys, pipeline.ingest; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
