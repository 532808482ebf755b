from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import docx
import pytest

from pipeline.errors import InputError
from pipeline.records import Corpus


def word(build: Callable[[docx.document.Document], None]) -> bytes:
    document = docx.Document()
    build(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def repacked(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, change(entry.filename, old.read(entry)))
    return out.getvalue()


def typed(document: docx.document.Document) -> None:
    document.add_paragraph("A talk, 3 May")
    for line in ("I: How was\nit?", "Ann: Good.", "It was long.", "I: Then?", "Ann: We left & slept."):
        document.add_paragraph(line)


def said(corpus: Corpus) -> list[tuple[str, str]]:
    texts = {document.id: document.text for document in corpus.documents}
    return [(turn.speaker, texts[turn.document][turn.start : turn.end]) for turn in corpus.turns]


def test_paragraphs_are_turns_and_line_breaks_stay(study) -> None:
    corpus = study({"BU.docx": word(typed)})
    assert said(corpus) == [
        ("I", "How was\nit?"),
        ("Ann", "Good.\n\nIt was long."),
        ("I", "Then?"),
        ("Ann", "We left & slept."),
    ]
    assert [turn.paragraph for turn in corpus.turns] == [2, 3, 5, 6]
    assert [(d.reason, d.text) for d in corpus.dropped] == [("header", "A talk, 3 May")]
    assert corpus.problems == ()


@pytest.mark.parametrize("order", [("speaker", "text"), ("time", "speaker", "text"), ("speaker", "text", "time")])
@pytest.mark.parametrize("heading", [True, False])
def test_a_table_is_a_transcript(study, order: tuple[str, ...], heading: bool) -> None:
    rows = [("0:05", "Host", "How was it?"), ("0:09", "Ann Lee", "Good.\nVery."), ("0:15", "Host", "Then?")]

    def build(document: docx.document.Document) -> None:
        table = document.add_table(rows=0, cols=len(order))
        for row in [("Time", "Speaker", "Text")] * heading + rows:
            cells = dict(zip(("time", "speaker", "text"), row, strict=True))
            for cell, column in zip(table.add_row().cells, order, strict=True):
                cell.text = cells[column]

    corpus = study({"a.docx": word(build)})
    assert said(corpus) == [("Host", "How was it?"), ("Ann Lee", "Good.\nVery."), ("Host", "Then?")]
    assert [turn.start_ms for turn in corpus.turns] == ([5_000, 9_000, 15_000] if "time" in order else [None] * 3)
    assert [d.reason for d in corpus.dropped] == ["header"] * heading


def test_bold_names_on_their_own_lines_are_labels(study) -> None:
    def build(document: docx.document.Document) -> None:
        for name, text in (("Ann", "How?"), ("Bob", "So."), ("Ann", "Ok?"), ("Bob", "Okay")):
            document.add_paragraph().add_run(name).bold = True
            document.add_paragraph(text)

    assert said(study({"a.docx": word(build)})) == [("Ann", "How?"), ("Bob", "So."), ("Ann", "Ok?"), ("Bob", "Okay")]


def test_tracked_changes_are_read_as_accepted_and_told(study) -> None:
    inserted = b'<w:ins w:id="1" w:author="x"><w:r><w:t> indeed</w:t></w:r></w:ins>'
    deleted = b'<w:del w:id="2" w:author="x"><w:r><w:delText> not</w:delText></w:r></w:del>'

    def change(name: str, part: bytes) -> bytes:
        return part.replace(b"Good.</w:t></w:r>", b"Good.</w:t></w:r>" + inserted + deleted)

    corpus = study({"a.docx": repacked(word(typed), change)})
    assert said(corpus)[1] == ("Ann", "Good. indeed\n\nIt was long.")
    assert [p.what for p in corpus.problems] == [
        "the document holds tracked changes; it was read as if all were accepted"
    ]


def test_footnotes_are_left_out_and_told(study) -> None:
    mark = b'<w:r><w:footnoteReference w:id="2"/></w:r>'
    notes = (
        b'<?xml version="1.0"?><w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        b'<w:footnote w:id="2"><w:p><w:r><w:t>a note of the typist</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    relation = (
        b'<Relationship Id="rId99" Target="footnotes.xml" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"/></Relationships>'
    )

    def change(name: str, part: bytes) -> bytes:
        if name == "word/_rels/document.xml.rels":
            return part.replace(b"</Relationships>", relation)
        return part.replace(b"Good.</w:t></w:r>", b"Good.</w:t></w:r>" + mark)

    data = io.BytesIO(repacked(word(typed), change))
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("word/footnotes.xml", notes)
    corpus = study({"a.docx": data.getvalue()})
    assert said(corpus)[1] == ("Ann", "Good.\n\nIt was long.")
    assert "a note" not in corpus.documents[0].text
    assert [p.what for p in corpus.problems] == ["1 footnote or endnote was left out"]


def nothing(document: docx.document.Document) -> None:
    document.add_paragraph(" ")


def test_an_empty_document_is_told(study) -> None:
    corpus = study({"a.docx": word(nothing), "b.docx": word(typed)})
    assert [document.id for document in corpus.documents] == ["b"]
    assert [p.what for p in corpus.problems] == ["the file holds no text"]


def doctype(name: str, part: bytes) -> bytes:
    if not name.endswith("document.xml"):
        return part
    return part.replace(b"?>", b'?><!DOCTYPE w [<!ENTITY a "aaaa">]>', 1)


def broken(name: str, part: bytes) -> bytes:
    return part[: len(part) // 2] if name.endswith("document.xml") else part


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"plain text", "damaged or not what its name says"),
        (b"\xd0\xcf\x11\xe0....", "encrypted"),
        (word(typed)[:400], "damaged"),
        (repacked(word(typed), doctype), "document type"),
        (repacked(word(typed), broken), "cannot be read"),
    ],
)
def test_what_is_no_word_file_is_refused(study, data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        study({"a.docx": data})
    assert "a.docx" in str(caught.value)


def test_an_archive_without_a_document_is_refused(study) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("x.xml", "<a/>")
    with pytest.raises(InputError, match="not a Word document"):
        study({"a.docx": out.getvalue()})


def test_a_zip_bomb_is_refused_before_it_is_unpacked(study) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 11_000_000)
    assert len(out.getvalue()) < 100_000
    with pytest.raises(InputError, match="unpacks to 11 MB"):
        study({"a.docx": out.getvalue()}, max_file_mb=1)
