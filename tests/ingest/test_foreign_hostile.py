"""Whatever bytes a file holds, it is read or refused in words."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.ingest import read_codebook, read_codings
from pipeline.ingest.decisions import read_decisions
from pipeline.ingest.kinds import what_is
from pipeline.records import Code, Codebook, Corpus, Document

TALK = "I: Why?\n\nPSW: They trust me. They trust me."
CORPUS = Corpus((Document("a", TALK, "a.txt", "", "utf-8", "transcript", (0, 9)),), (), (), (), (), ())
BOOK = Codebook((Code("Trust"), Code("Fear, shame")))
HEADS = (
    "", "code,theme\n", "Code;Comment;Code Group 1\n", "Code;;Groups\n", "tag,description\n",
    "Name,Description,Files,References\n", "id,document,tag,content\n", "Document name,Code,Segment,Beginning,End\n",
    "Text Content;Document;Codes;Number of Codes;Reference\n", "File,Coder,Coded,Id,Codename,Coded_Memo,Category\n",
    "coder,decision,theme_id,utterance_id,code\n", "A>>B\tm\n", "<Files\\\\a> - § 1 reference coded [1% Coverage]\n",
)  # fmt: skip
CELLS = st.sampled_from(
    ("a", "Trust", "Why?", ",", ";", "\t", "\n", '"', " > ", "\\", ">>", "3", "3/4/25", "¶ 1", "●", "#abc", "accepted",
     "Reference 1 - 1% Coverage", " ", "\u00ad", "\U0001f642")
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from((".csv", ".txt", ".xlsx", ".ods", ".docx", ".parquet", ".tsv")),
    st.sampled_from(HEADS),
    st.one_of(st.binary(max_size=60), st.lists(CELLS, max_size=25).map(lambda cells: "".join(cells).encode())),
)
def test_nothing_but_an_input_error(suffix: str, head: str, rest: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file{suffix}"
        path.write_bytes(head.encode() + rest)
        assert what_is(path) in ("transcript", "codebook", "codings", "decisions")
        for read in (read_codebook, read_decisions, lambda file: read_codings(file, CORPUS, BOOK)):
            try:
                found = read(path)
            except InputError:
                continue
            if read is read_codebook:
                assert len({code.name for code in found.codes}) == len(found.codes) > 0


def test_a_word_file_that_is_no_export_is_refused_as_codings() -> None:
    path = Path(__file__).parents[1] / "fixtures" / "formats" / "13_segments" / "segments_maxqda.xlsx"
    with tempfile.TemporaryDirectory() as folder:
        other = Path(folder) / "talk.docx"
        other.write_bytes(path.read_bytes())
        assert what_is(other) == "transcript"
        with pytest.raises(InputError, match="no coded references as NVivo exports them"):
            read_codings(other, CORPUS, BOOK)
