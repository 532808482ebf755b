"""A small run on a psychiatric ward (PSW: peer support worker), and readers of workbooks and documents."""

from __future__ import annotations

import dataclasses
import io
import re
import zipfile
from collections.abc import Callable

import mammoth
import numpy as np
import pytest
from python_calamine import CalamineWorkbook

from pipeline import records as r

FIRST = (
    "I: What has changed on the ward?\n"
    "N1: =The PSW sits with people at night, and they talk about everything that hurts.\n"
    "N2: I was doubtful, I must say. I thought: who is this?\n"
    "I: And now?\n"
    "N1: Now I trust her 🌙 as I trust the others who work with me here.\n"
)
SECOND = (
    "D1: She gave advice on medicines.\n"
    "D1: She gave advice on medicines.\n"
    "D1: That is not her part at all, and I told her so.\n"
)
SAID = (
    ("BU", "=The PSW sits with people at night, and they talk about everything that hurts.", 2, "N1"),
    ("BU", "I was doubtful, I must say. I thought: who is this?", 3, "N2"),
    ("BU", "Now I trust her 🌙 as I trust the others who work with me here.", 5, "N1"),
    ("KA", "She gave advice on medicines.", 1, "D1"),
    ("KA", "That is not her part at all, and I told her so.", 3, "D1"),
)
CODES = (
    r.Code("Trust", "Relation", "Staff rely on the PSW", "daily work", "hopes only", '"I trust her"', "#56B4E9"),
    r.Code("Relation > Doubt", "Relation", "Doubt at the start", label="Doubt"),
    r.Code("Advice", "Crossing", color="#D55E00", guid="11111111-2222-3333-4444-555555555555"),
    r.Code("Crossing > Doubt", "Crossing", label="Doubt"),
    r.Code('a>b, "c"', "", "A name with marks"),
)
FOLDERS = (r.Folder("Relation"), r.Folder("Crossing", "", "What goes beyond the part of a PSW"))
SETS = (r.CodeSet("For the paper", ("Trust", "Advice"), "chosen in May"), r.CodeSet("Later", ("Advice",)))


def starts(text: str) -> tuple[int, ...]:
    return (0, *(match.end() for match in re.finditer("\n", text) if match.end() < len(text)))


def span(document: r.Document, words: str) -> tuple[int, int]:
    return document.text.index(words), document.text.index(words) + len(words)


@pytest.fixture(scope="session")
def ward(make: Callable[..., r.Result]) -> r.Result:
    """Two documents, five utterances in two themes (one set aside), three coders, folders, sets, memos."""
    papers = tuple(
        r.Document(
            name, text, f"{name}.txt", "0" * 64, "utf-8", "transcript", starts(text), site, (("shift", "night"),)
        )
        for name, text, site in (("BU", FIRST, "Bukaya"), ("KA", SECOND, ""))
    )
    where = {paper.id: paper for paper in papers}
    utterances = tuple(
        r.Utterance(
            f"{d}-{k}", d, where[d].site, k, p, *span(where[d], words), who, who, r.Role.PARTICIPANT, words, words
        )
        for k, (d, words, p, who) in enumerate(SAID, start=1)
    )
    base = r.Theme("", "", (), 2, 2, 1, (), (), 0.7, "often", 0.4, "loose", (), ())
    themes = (
        dataclasses.replace(
            base,
            id="T1",
            label="night talk",
            keywords=("night", "talk"),
            quotes=(r.Quote("typical", 0), r.Quote("atypical", 2)),
        ),
        dataclasses.replace(base, id="T2", label="advice", quotes=(r.Quote("typical", 3), r.Quote("near miss", 1))),
    )
    bu, ka = papers
    codings = (
        r.Coding("BU", *span(bu, "I trust her"), "Ann", "Trust", "2026-05-01"),
        r.Coding("BU", *span(bu, "I trust her"), "Ann", "Advice", "2026-05-02T10:00:00"),
        r.Coding("BU", *span(bu, "I trust her"), "Ben", "Trust"),
        r.Coding("BU", *span(bu, SAID[1][1]), "Ann", "Relation > Doubt"),
        r.Coding("KA", *span(ka, SAID[4][1]), "Ben", 'a>b, "c"'),
    )
    values = np.zeros((2, 5, 5), bool)
    values[0, 2, 0] = values[0, 2, 2] = values[1, 2, 0] = values[0, 1, 1] = values[1, 4, 4] = True
    worked = np.array([[True] * 3 + [False] * 2, [True] * 5])
    run = make(papers, utterances, (0, -1, 0, 1, 1), themes, CODES, codings)
    membership = np.array([0.8, 0.4, 0.9, 1.0, 0.6], np.float32)
    placement = dataclasses.replace(run.clusters.placement, membership=membership)
    turns = (
        r.Turn(
            "BU", 1, 2, *span(bu, SAID[0][1]), "N1", "N1", r.Role.PARTICIPANT, start_ms=0, original="=Le pair veille."
        ),
    )
    memos = (r.Memo("Ask Ben", "Note", "Ann", "2026-05-03", code="Trust"),)
    notes = (
        r.Memo("Strong words", "", "Ann", "", "BU", *span(bu, "I trust her"), "Trust"),
        r.Memo("A calm night", "", "Ann", "", "BU"),
    )
    found = r.Disagreement(4, "people", (("Ann", "no code"), ("Ben", "a>b")), "They differ.", 1.0)
    return dataclasses.replace(
        run,
        corpus=dataclasses.replace(run.corpus, turns=turns),
        codebook=r.Codebook(CODES, (), FOLDERS, SETS, memos),
        codings=r.Codings(codings, memos=notes),
        clusters=dataclasses.replace(run.clusters, placement=placement),
        table=r.CodingTable(("Ann", "Ben"), tuple(code.name for code in CODES), values, worked),
        comparison=r.Comparison(disagreements=(found,), n_coded=3),
    )


@pytest.fixture(scope="session")
def sheets() -> Callable[[bytes], dict[str, list[list[object]]]]:
    """Reads a workbook: the rows of each sheet; whole numbers as such, blank cells as ""."""

    def reader(data: bytes) -> dict[str, list[list[object]]]:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return {
            name: [
                [int(cell) if isinstance(cell, float) and cell.is_integer() else cell for cell in row]
                for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            ]
            for name in book.sheet_names
        }

    return reader


@pytest.fixture(scope="session")
def paragraphs() -> Callable[[bytes], list[tuple[str, str]]]:
    """Reads a document with mammoth: (tag, text) of each paragraph; the tag is h1 ... h6, quote, title or p."""
    styles = "p[style-name='Quote'] => p.quote:fresh\np[style-name='Title'] => p.title:fresh"

    def reader(data: bytes) -> list[tuple[str, str]]:
        read = mammoth.convert_to_html(io.BytesIO(data), style_map=styles)
        assert read.messages == []
        found = re.findall(r'<(p|h\d)(?: class="(\w+)")?>(.*?)</\1>', read.value)
        plain = ((cls or tag, re.sub("<(?!br)[^>]*>", "", text).replace("<br />", "\n")) for tag, cls, text in found)
        return [
            (tag, text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&"))
            for tag, text in plain
        ]

    return reader


@pytest.fixture(scope="session")
def dates() -> Callable[[bytes], set[tuple[int, ...]]]:
    """The dates of the entries of an archive."""

    def reader(data: bytes) -> set[tuple[int, ...]]:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {entry.date_time for entry in archive.infolist()}

    return reader
