"""ATLAS.ti's workbooks: codes side by side in groups, quotations with all their codes."""

from __future__ import annotations

import dataclasses

from pipeline import records as r
from pipeline.config import ExchangeConfig
from pipeline.exchange.tables.atlasti import atlasti_files, atlasti_losses
from pipeline.records import MACHINE, Decision, Verdict

CONFIG = ExchangeConfig()


def read(sheets, run, *decisions: Decision) -> tuple[list[list[object]], list[list[object]]]:
    files = atlasti_files(run, decisions, CONFIG)
    return sheets(files["codebook_atlasti.xlsx"])["Codebook"], sheets(files["quotations_atlasti.xlsx"])["Quotations"]


def test_the_parent_is_the_first_group_and_sets_follow(ward, sheets):
    rows, _ = read(sheets, ward)
    assert [[row[0], *row[2:]] for row in rows] == [
        ["Code", "Code Group 1", "Code Group 2", "Code Group 3"],
        ["Trust", "Relation", "For the paper", ""],
        ["Relation > Doubt", "Relation", "", ""],
        ["Advice", "Crossing", "For the paper", "Later"],
        ["Crossing > Doubt", "Crossing", "", ""],
        ['a>b, "c"', "", "", ""],
        ["T1 night talk", "SUGGESTED (machine)", "", ""],
        ["T2 advice", "SUGGESTED (machine)", "", ""],
    ]
    assert rows[0][1] == "Comment"
    assert rows[1][1].startswith("Staff rely on the PSW\n\nInclude: daily work")


def test_a_quotation_holds_all_codes_of_one_person(ward, sheets):
    _, (head, *rows) = read(sheets, ward)
    assert head == [
        "Number", "Reference", "Name", "Text Content", "Document", "Codes", "Comment", "Initial Position",
        "Final Position", "Creation Date", "Created by",
    ]  # fmt: skip
    assert [row[0] for row in rows] == ["1:1", "1:2", "1:3", "1:4", "1:5", "2:1", "2:2", "2:3"]
    assert rows[3] == [
        "1:4", "¶ 5", "", "I trust her", "BU", "Advice\nTrust", "Strong words", 5, 5, "2026-05-01", "Ann",
    ]  # fmt: skip
    assert rows[4][5:] == ["Trust", "Strong words", 5, 5, "", "Ben"]
    assert [row[10] for row in rows if row[5].startswith("T")].count(MACHINE) == 4


def test_a_quotation_over_several_paragraphs_and_a_name_over_two_lines(ward, sheets):
    text = ward.corpus.documents[1].text
    codings = r.Codings((r.Coding("KA", 0, len(text), "Ann", "Two\nlines"),))
    run = dataclasses.replace(ward, codings=codings)
    codes, rows = read(sheets, run)
    (row,) = [row for row in rows if row[10] == "Ann"]
    assert (row[1], row[5], row[7], row[8]) == ("¶ 1 - 3", "Two lines", 1, 3)
    assert "Two lines" in [row[0] for row in codes]
    assert "Line breaks in names of codes: “Two\nlines”." in atlasti_losses(run, ())


def test_accepted_themes_and_suggestions(ward, sheets):
    said = (
        Decision("Ann", Verdict.ACCEPTED, theme="T1", parent="Relation"),
        Decision("Cem", Verdict.ACCEPTED, utterance="BU-1", code="Trust"),
    )
    codes, rows = read(sheets, ward, *said)
    assert [row[2] for row in codes if row[0] == "night talk"] == ["Relation"]
    first = [(row[5], row[10]) for row in rows if row[1] == "¶ 2"]
    assert first == [("Trust", "Cem"), ("night talk", MACHINE)]


def test_losses_of_its_own(ward):
    assert atlasti_losses(ward, ())[:8] == (
        "The coding tree: codes stand side by side, the parent of 6 codes is a code group.",
        "Descriptions of folders, which are names of code groups: “Crossing”.",
        "Exact positions of 9 codings: the table has the words and their paragraphs.",
        "Which date belongs to which code, where several on the same words share a row (the first date is kept).",
        "The share of the vote in 4 placements by the machine, other than in the comment.",
        "Include, exclude and examples as fields of their own: they are paragraphs of the code's text.",
        "1 memo on codes as memos of their own, with author and date: they end the code's text.",
        "Colours of 2 codes.",
    )
    assert "Descriptions of sets of codes: “For the paper”." in atlasti_losses(ward, ())


def test_dates_are_lost_only_where_codes_of_a_row_differ_in_them(ward):
    told = "Which date belongs to which code, where several on the same words share a row (the first date is kept)."
    same = tuple(dataclasses.replace(coding, date="2026-05-31") for coding in ward.codings.items)
    run = dataclasses.replace(ward, codings=dataclasses.replace(ward.codings, items=same))
    assert told in atlasti_losses(ward, ())
    assert told not in atlasti_losses(run, ())


def test_sets_that_groups_cannot_tell_apart(make):
    codes = (r.Code("A", "P", "Talk\nInclude: all"), r.Code("B"))
    book = r.Codebook(codes, (), (), (r.CodeSet("P", ("B",)), r.CodeSet("Q")))
    assert atlasti_losses(make(codebook=book), ()) == (
        "The coding tree: codes stand side by side, the parent of 1 code is a code group.",
        "Which field a paragraph belongs to, where it begins like another one (“Include: ”): “A”.",
        "Which codes are below a parent and which in a set of its name: “P”.",
        "Sets without codes: “Q”.",
    )
