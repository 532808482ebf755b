"""Quotes by theme, the grid, and the codebook as a document."""

from __future__ import annotations

import dataclasses
import io
import zipfile

import numpy as np
from python_calamine import CalamineWorkbook

from pipeline import records as r
from pipeline.config import ExchangeConfig
from pipeline.exchange.tables.codebook_doc import codebook_files, codebook_losses
from pipeline.exchange.tables.grid import grid_files, grid_losses
from pipeline.exchange.tables.quotes import CANDIDATES, quotes_files, quotes_losses
from pipeline.records import Decision, Verdict

CONFIG = ExchangeConfig()
NIGHT, DOUBT, TRUST, ADVICE, PART = (
    "=The PSW sits with people at night, and they talk about everything that hurts.",
    "I was doubtful, I must say. I thought: who is this?",
    "Now I trust her 🌙 as I trust the others who work with me here.",
    "She gave advice on medicines.",
    "That is not her part at all, and I told her so.",
)
YES, NO = Verdict.ACCEPTED, Verdict.REJECTED


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def test_quotes_as_a_table(ward, sheets):
    book = sheets(quotes_files(ward, (), CONFIG)["quotes.xlsx"])
    assert list(book) == ["quotes", "about"]
    head, *rows = book["quotes"]
    assert head[:7] == ["Theme", "Label", "Standing", "Kind", "Quote", "Citation", "Speaker"]
    first = ["T1", "night talk", "candidate", "typical", NIGHT, "(BU 2)", "N1", "BU", 2, "Bukaya"]
    assert rows[0] == [*first, "=Le pair veille.", "", "BU-1"]
    assert [(row[0], row[3], row[4]) for row in rows[1:]] == [
        ("T1", "atypical (a member that fits badly)", TRUST),
        ("T2", "typical", ADVICE),
        ("T2", "near miss (just outside the theme)", DOUBT),
        ("T2", "disagreement (views differ)", PART),
    ]
    assert rows[-1][11] == "Ann: no code; Ben: a>b. They differ."
    assert ["Themes", CANDIDATES] in book["about"]
    assert [row[1] for row in book["about"] if row[0] == "Left out"] == list(quotes_losses(ward, ()))


def test_rare_columns_stand_only_where_they_hold_something(ward, sheets):
    bare = tuple(dataclasses.replace(turn, original="") for turn in ward.corpus.turns)
    run = dataclasses.replace(ward, corpus=dataclasses.replace(ward.corpus, turns=bare))
    before, after = (sheets(quotes_files(x, (), CONFIG)["quotes.xlsx"])["quotes"] for x in (ward, run))
    assert [name for name in before[0] if name not in after[0]] == ["Original language"]
    assert [len(row) for row in after] == [len(after[0])] * len(before)


def test_quotes_as_a_document(ward, paragraphs):
    shown = paragraphs(quotes_files(ward, (), CONFIG)["quotes.docx"])
    start = shown.index(("h1", "T1 night talk"))
    assert shown[:2] == [("title", "Quotes by theme"), ("p", "Clinic & co")]
    assert CANDIDATES in shown[2][1]
    assert shown[start : start + 8] == [
        ("h1", "T1 night talk"),
        ("p", "Candidate. 2 utterances, 2 speakers, 1 document."),
        ("h2", "Typical"),
        ("quote", f"{NIGHT} (BU 2, N1)"),
        ("p", "The whole turn in its original language: =Le pair veille."),
        ("h2", "Atypical (a member that fits badly)"),
        ("quote", f"{TRUST} (BU 5, N1)"),
        ("h1", "T2 advice"),
    ]
    assert [text for _, text in shown[shown.index(("h1", "What this list leaves out")) + 1 :]] == list(
        quotes_losses(ward, ())
    )


def test_accepted_themes_come_first_and_rejected_ones_not_at_all(ward, sheets, paragraphs):
    files = quotes_files(ward, (Decision("Ann", YES, theme="T2"),), CONFIG)
    rows = sheets(files["quotes.xlsx"])["quotes"][1:]
    assert list(dict.fromkeys((row[0], row[2]) for row in rows)) == [("T2", "accepted by Ann"), ("T1", "candidate")]
    assert [text for tag, text in paragraphs(files["quotes.docx"]) if tag == "h1"][:2] == ["T2 advice", "T1 night talk"]
    assert ("p", "Accepted by Ann. 2 utterances, 2 speakers, 1 document.") in paragraphs(files["quotes.docx"])
    files = quotes_files(ward, (Decision("Ann", NO, theme="T1"),), CONFIG)
    assert {row[0] for row in sheets(files["quotes.xlsx"])["quotes"][1:]} == {"T2"}


def test_the_grid_has_a_quote_in_each_cell(ward, sheets):
    book = sheets(grid_files(ward, (), CONFIG)["grid.xlsx"])
    assert book["quotes"] == [
        ["Document", "Site", "T1 night talk (candidate)", "T2 advice (candidate)"],
        ["BU", "Bukaya", f"{TRUST} (BU 5)\n[2 utterances]", ""],
        ["KA", "", "", f"{PART} (KA 3)\n[2 utterances]"],
    ]
    assert book["counts"] == [
        ["Document", "Site", "T1 night talk (candidate)", "T2 advice (candidate)", "Not placed", "All utterances"],
        ["BU", "Bukaya", 2, 0, 1, 3],
        ["KA", "", 0, 2, 0, 2],
    ]
    assert book["sites"][1:] == [["Bukaya", 2, 0, 1, 3], ["(no site)", 0, 2, 0, 2]]
    assert [row[1] for row in book["about"] if row[0] == "Left out"] == list(grid_losses(ward, ()))


def test_of_equals_the_typical_quote_stands_in_the_grid(ward, sheets):
    placement = dataclasses.replace(ward.clusters.placement, membership=np.ones(5, np.float32))
    run = dataclasses.replace(ward, clusters=dataclasses.replace(ward.clusters, placement=placement))
    assert sheets(grid_files(run, (), CONFIG)["grid.xlsx"])["quotes"][1][2].startswith(f"{NIGHT} (BU 2)")


def test_rejected_themes_are_counted_in_the_grid(ward, sheets):
    book = sheets(grid_files(ward, (Decision("Ann", NO, theme="T1"),), CONFIG)["grid.xlsx"])
    assert book["counts"] == [
        ["Document", "Site", "T2 advice (candidate)", "Not placed", "In rejected themes", "All utterances"],
        ["BU", "Bukaya", 0, 1, 2, 3],
        ["KA", "", 2, 0, 0, 2],
    ]


def test_the_codebook_in_tree_order(ward, paragraphs):
    shown = paragraphs(codebook_files(ward, (), CONFIG)["codebook.docx"])
    assert shown[0] == ("title", "Codebook")
    assert shown[2][1].startswith("5 codes, in the order of the coding tree. 2 candidate themes")
    start = shown.index(("h1", "Relation"))
    assert shown[start : start + 10] == [
        ("h1", "Relation"),
        ("h2", "■ Trust"),
        ("p", "Definition: Staff rely on the PSW"),
        ("p", "Include: daily work"),
        ("p", "Exclude: hopes only"),
        ("p", 'Examples: "I trust her"'),
        ("p", "From the coded talk"),
        ("quote", f"{TRUST} (BU 5, N1)"),
        ("p", "Passages coded: Ann 1; Ben 1"),
        ("p", "Memo (Note, Ann, 2026-05-03): Ask Ben"),
    ]
    assert [text for tag, text in shown if tag == "h2"] == [
        "■ Trust", "Doubt", "■ Advice", "Doubt", "T1 night talk", "T2 advice",
    ]  # fmt: skip
    assert ("p", "What goes beyond the part of a PSW") in shown
    assert ("p", "For the paper: chosen in May\nTrust, Advice") in shown
    assert ("p", "No definition is written yet.") in shown
    appendix = shown.index(("h1", "Appendix: suggestions by the machine, not codes"))
    assert shown[appendix + 4] == ("quote", f"{NIGHT} (BU 2, N1)")
    assert [text for _, text in shown[shown.index(("h1", "What this document leaves out")) + 1 :]] == list(
        codebook_losses(ward, ())
    )


def test_accepted_themes_are_codes_and_rejected_ones_are_named(ward, paragraphs):
    said = (Decision("Ann", YES, theme="T1", parent="Relation"), Decision("Ben", NO, theme="T2", memo="Two things."))
    shown = paragraphs(codebook_files(ward, said, CONFIG)["codebook.docx"])
    headings = [text for tag, text in shown if tag == "h2"]
    assert headings == ["■ Trust", "Doubt", "night talk", "■ Advice", "Doubt", "Rejected"]
    assert shown[shown.index(("h2", "Rejected")) + 1] == ("p", "T2 advice (Ben: Two things.)")
    own = shown[shown.index(("h2", "night talk")) :]
    assert own[2:5] == [
        ("p", "From the talk that the machine placed in the accepted theme"),
        ("quote", f"{NIGHT} (BU 2, N1)"),
        ("p", "Passages coded: none"),
    ]


def test_the_page_is_a4_and_the_colour_is_a_swatch(ward):
    data = codebook_files(ward, (), CONFIG)["codebook.docx"]
    body = part(data, "word/document.xml")
    assert 'w:w="11906" w:h="16838"' in body
    assert '<w:color w:val="56B4E9"/></w:rPr><w:t xml:space="preserve">■ </w:t>' in body
    core = part(data, "docProps/core.xml")
    assert "2000-01-01T00:00:00Z" in core
    assert "Codebook: Clinic &amp; co" in core
    assert "theme-pipeline" in core


def test_a_swatch_needs_a_colour_that_word_can_show(ward, paragraphs):
    codes = (r.Code("A", color="red"), r.Code("B", color="#abc"))
    run = dataclasses.replace(ward, codebook=r.Codebook(codes))
    shown = [text for tag, text in paragraphs(codebook_files(run, (), CONFIG)["codebook.docx"]) if tag == "h1"]
    assert shown[:2] == ["A", "B"]


def test_examples_come_from_different_documents_and_are_readable(ward, paragraphs):
    values = np.ones((2, 5, 2), bool)
    table = r.CodingTable(("Ann", "Ben"), ("Trust", "Hope"), values, np.ones((2, 5), bool))
    run = dataclasses.replace(
        ward, table=table, codebook=r.Codebook((r.Code("Trust"), r.Code("Hope"))), themes=(), comparison=r.Comparison()
    )
    placement = dataclasses.replace(run.clusters.placement, theme=np.full(5, -1, np.int32))
    run = dataclasses.replace(run, clusters=dataclasses.replace(run.clusters, placement=placement))
    quotes = [text for tag, text in paragraphs(codebook_files(run, (), CONFIG)["codebook.docx"]) if tag == "quote"]
    assert quotes == [f"{NIGHT} (BU 2, N1)", f"{PART} (KA 3, D1)", f"{PART} (KA 3, D1)", f"{NIGHT} (BU 2, N1)"]


def test_workbooks_open_in_another_reader(ward):
    for data in (quotes_files(ward, (), CONFIG)["quotes.xlsx"], grid_files(ward, (), CONFIG)["grid.xlsx"]):
        assert "about" in CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names
