"""Cells, headings and paths that are refused, each by name."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import ingest
from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.records import Codebook


@pytest.mark.parametrize("value", [b"\xff\xfe hello", [0.1, 0.2], {"a": 1}], ids=["bytes", "list", "dict"])
def test_a_column_without_text_that_nobody_reads_is_left_out_and_told(value, tmp_path):
    table = pa.table({"document": ["A", "A"], "vector": [None, value], "speaker": ["P", "Q"], "text": ["One.", "Two."]})
    pq.write_table(table, tmp_path / "t.parquet")
    corpus = ingest.read(tmp_path / "t.parquet", None, IngestConfig())
    assert [(t.document, t.number, t.speaker) for t in corpus.turns] == [("A", 1, "P"), ("A", 2, "Q")]
    assert corpus.documents[0].text == "One.\n\nTwo."
    told = f"the column 'vector' holds {type(value).__name__}, not text"
    assert [(p.where, p.what) for p in corpus.problems] == [("t.parquet, row 2", told)]


@pytest.mark.parametrize("column", ["Speaker", "site", "original"])
def test_every_column_that_is_read_must_hold_text(column, tmp_path):
    pq.write_table(pa.table({"text": ["One."], column: [b"x"]}), tmp_path / "t.parquet")
    with pytest.raises(InputError, match=rf"t\.parquet, row 1: the column '{column}' holds bytes"):
        ingest.read(tmp_path / "t.parquet", None, IngestConfig())


@pytest.mark.parametrize("column", ["definition", "parent"])
def test_a_codebook_column_that_is_read_must_hold_text(column, tmp_path):
    pq.write_table(pa.table({"code": ["Hope"], column: [["a", "b"]]}), tmp_path / "c.parquet")
    with pytest.raises(InputError, match=rf"c\.parquet, row 1: the column '{column}' holds list"):
        ingest.read_codebook(tmp_path / "c.parquet")


def test_a_codings_column_that_is_read_must_hold_text(study, tmp_path):
    corpus = study({"a.txt": "Ann: Yes.\n\nAnn: No."})
    pq.write_table(pa.table({"document": ["a"], "turn": [1], "code": ["x"], "coder": [b"Eve"]}), tmp_path / "c.parquet")
    with pytest.raises(InputError, match=r"c\.parquet, row 1: the column 'coder' holds bytes"):
        ingest.read_codings(tmp_path / "c.parquet", corpus, Codebook())


def test_a_nul_character_in_a_heading_is_refused(study, tmp_path):
    study({"a.txt": "Ann: Yes.\n\nAnn: No."})
    pq.write_table(pa.table({"document": ["a"], "coun\0try": ["x"]}), tmp_path / "d.parquet")
    with pytest.raises(InputError, match=r"d\.parquet: the heading 'coun\\x00try' holds a NUL character"):
        ingest.read(tmp_path / "transcripts", tmp_path / "d.parquet", IngestConfig())


@pytest.mark.parametrize("path", ["x" * 300 + ".csv", "a\0b.csv"], ids=["too long", "NUL"])
def test_no_entry_point_lets_a_bad_path_through(path, study, tmp_path):
    corpus = study({"a.txt": "Ann: Yes.\n\nAnn: No."})
    bad = tmp_path / path
    for read in (
        lambda: ingest.read(tmp_path / "transcripts", bad, IngestConfig()),
        lambda: ingest.read_codebook(bad),
        lambda: ingest.read_codings(bad, corpus, Codebook()),
        lambda: ingest.file_record(bad, "codebook"),
    ):
        with pytest.raises(InputError, match="the file cannot be read") as caught:
            read()
        assert caught.value.where == str(bad)


def test_a_link_that_leads_nowhere_is_an_input_error(study, tmp_path):
    study({"a.txt": "Ann: Yes.\n\nAnn: No."})
    (tmp_path / "transcripts" / "b.txt").symlink_to(tmp_path / "transcripts" / "gone.txt")
    documents = tmp_path / "documents.csv"
    documents.write_text("document,site\na,BU\n")
    with pytest.raises(InputError, match=r"b\.txt: the file cannot be read"):
        ingest.read(tmp_path / "transcripts", documents, IngestConfig())


def test_the_documents_table_inside_the_folder_is_no_transcript(study, tmp_path):
    study({"a.txt": "Ann: Yes.\n\nAnn: No."})
    folder = tmp_path / "transcripts"
    (folder / "documents.csv").write_text("document,site\na,BU\n")
    corpus = ingest.read(folder, folder / "documents.csv", IngestConfig())
    assert [(document.id, document.site) for document in corpus.documents] == [("a", "BU")]
