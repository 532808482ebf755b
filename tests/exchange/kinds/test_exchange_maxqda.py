"""MAXQDA's workbooks: paths, memos, segments with their paragraphs, and who made them."""

from __future__ import annotations

import dataclasses

from pipeline import records as r
from pipeline.config import ExchangeConfig
from pipeline.exchange.tables.maxqda import maxqda_files, maxqda_losses
from pipeline.records import MACHINE, Decision, Verdict

CONFIG = ExchangeConfig()
HEADS = [
    "Document group", "Document name", "Code", "Segment", "Beginning", "End", "Created by", "Created", "Comment",
]  # fmt: skip
NIGHT = "=The PSW sits with people at night, and they talk about everything that hurts."
SUGGESTED = [
    ["SUGGESTED (machine)", "Candidate themes that the machine suggests; people accept, rename or reject them."],
    [
        "SUGGESTED (machine) > T1 night talk",
        "Candidate theme T1, suggested by the machine, undecided.\nKeywords: night, talk\n"
        "Utterances: 2; speakers: 2; documents: 1\nStability (coming back without part of the talk): often\n"
        "Cohesion (how alike its utterances are): loose",
    ],
]


def codes(sheets, run, *decisions: Decision) -> list[list[object]]:
    return sheets(maxqda_files(run, decisions, CONFIG)["codebook_maxqda.xlsx"])["Codes"]


def segments(sheets, run, *decisions: Decision) -> list[list[object]]:
    return sheets(maxqda_files(run, decisions, CONFIG)["segments_maxqda.xlsx"])["Coded segments"]


def test_the_codebook_is_paths_and_memos(ward, sheets):
    rows = codes(sheets, ward)
    assert rows[:8] == [
        ["Code", "Memo"],
        [
            "Relation > Trust",
            'Staff rely on the PSW\n\nInclude: daily work\n\nExclude: hopes only\n\nExamples: "I trust her"\n\n'
            "Note: Ask Ben",
        ],
        ["Relation > Doubt", "Doubt at the start"],
        ["Crossing", "What goes beyond the part of a PSW"],
        ["Crossing > Advice", ""],
        ["Crossing > Doubt", ""],
        ['a\\>b, "c"', "A name with marks"],
        SUGGESTED[0],
    ]
    assert rows[8] == SUGGESTED[1]
    assert [row[0] for row in rows[9:]] == ["SUGGESTED (machine) > T2 advice"]


def test_a_row_is_a_code_on_a_segment(ward, sheets):
    head, *rows = segments(sheets, ward)
    assert head == HEADS
    here = ["Bukaya", "BU"]
    placed = "Placed by the machine with {} of the vote (candidate theme, undecided)."
    assert rows[:6] == [
        [*here, "SUGGESTED (machine) > T1 night talk", NIGHT, 2, 2, MACHINE, "", placed.format("0.80")],
        [*here, "Relation > Doubt", "I was doubtful, I must say. I thought: who is this?", 3, 3, "Ann", "", ""],
        [*here, "SUGGESTED (machine) > T1 night talk", rows[2][3], 5, 5, MACHINE, "", placed.format("0.90")],
        [*here, "Crossing > Advice", "I trust her", 5, 5, "Ann", "2026-05-02T10:00:00", ""],
        [*here, "Relation > Trust", "I trust her", 5, 5, "Ann", "2026-05-01", "Strong words"],
        [*here, "Relation > Trust", "I trust her", 5, 5, "Ben", "", "Strong words"],
    ]
    assert [(row[0], row[1], row[6]) for row in rows[6:]] == [
        ("", "KA", MACHINE),
        ("", "KA", "Ben"),
        ("", "KA", MACHINE),
    ]


def test_a_segment_over_several_paragraphs(ward, sheets):
    text = ward.corpus.documents[1].text
    run = dataclasses.replace(ward, codings=r.Codings((r.Coding("KA", 0, len(text), "Ann", "Advice"),)))
    (row,) = [row for row in segments(sheets, run) if row[6] == "Ann"]
    assert row[3:6] == [text, 1, 3]


def test_texts_like_formulas_are_texts(ward):
    import io
    import zipfile

    data = maxqda_files(ward, (), CONFIG)["segments_maxqda.xlsx"]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
    assert "<f>" not in sheet
    assert 'quotePrefix="1"' in styles


def test_an_accepted_theme_is_a_code_and_its_placements_stay_the_machines(ward, sheets):
    said = Decision(
        "Ann", Verdict.ACCEPTED, theme="T1", code="Night", parent="Relation", memo="ours", date="2026-06-01"
    )
    rows = dict(codes(sheets, ward, said))
    assert "Candidate theme T1" in rows["Relation > Night"]
    assert "accepted by Ann on 2026-06-01: ours" in rows["Relation > Night"]
    assert [path for path in rows if path.startswith("SUGGESTED")] == [
        "SUGGESTED (machine)",
        "SUGGESTED (machine) > T2 advice",
    ]
    found = [row for row in segments(sheets, ward, said) if row[2] == "Relation > Night"]
    assert (found[0][3], found[0][6]) == (NIGHT, MACHINE)
    assert found[0][8] == ("Placed by the machine with 0.80 of the vote (the theme was accepted, not each placement).")


def test_a_theme_accepted_as_a_code_of_the_team_goes_there(ward, sheets):
    said = Decision("Ann", Verdict.ACCEPTED, theme="T2", code="Advice")
    placed = [row[2] for row in segments(sheets, ward, said) if row[6] == MACHINE and row[1] == "KA"]
    assert placed == ["Crossing > Advice"] * 2


def test_an_accepted_suggestion_is_a_coding_of_the_analyst(ward, sheets):
    said = Decision("Cem", Verdict.ACCEPTED, utterance="BU-1", code="Trust", memo="yes", date="2026-06-02")
    (row,) = [row for row in segments(sheets, ward, said) if row[6] == "Cem"]
    assert row[2:6] == ["Relation > Trust", NIGHT, 2, 2]
    assert row[7:] == ["2026-06-02", "Suggested by the machine, accepted by this analyst.\nyes"]


def test_rejected_themes_are_left_out(ward, sheets):
    said = Decision("Ann", Verdict.REJECTED, theme="T1")
    assert [row[0] for row in codes(sheets, ward, said) if "T1" in row[0]] == []
    assert [row for row in segments(sheets, ward, said) if "T1" in row[2]] == []


def test_loops_and_codes_that_only_codings_name_are_there_once(make, sheets):
    paper = r.Document("D", "abc", "D.txt", "0", "utf-8", "transcript", (0,))
    run = make(
        (paper,),
        codes=(r.Code("A", "B"), r.Code("B", "A"), r.Code("C", "C")),
        codings=(r.Coding("D", 0, 3, "Ann", "New"), r.Coding("D", 0, 4, "Ann", "A")),
    )
    assert [row[0] for row in codes(sheets, run)] == ["Code", "A", "A > B", "C", "New"]
    assert [row[2] for row in segments(sheets, run)] == ["Code", "New"]
    assert "1 coding outside every text (unknown document, or positions past its end)." in maxqda_losses(run, ())


def test_losses(ward):
    long = "x" * 64
    book = dataclasses.replace(ward.codebook, codes=(*ward.codebook.codes, r.Code(long)))
    run = dataclasses.replace(
        ward,
        codebook=book,
        codings=dataclasses.replace(ward.codings, unplaced=(r.Unplaced("f", "BU", "Ann", "Trust", "?", "not found"),)),
    )
    assert maxqda_losses(run, ()) == (
        f"MAXQDA cuts names to 63 characters when it imports codes from Excel: “{long}”.",
        'MAXQDA takes “>” and “\\” in a name for a step down the coding tree (“>” is written “\\>”): “a>b, "c"”.',
        "That “Relation”, “Crossing” only group codes: in MAXQDA they will be codes like any other.",
        "Exact positions of 9 codings: the table has the words and their paragraphs.",
        "The share of the vote in 4 placements by the machine, other than in the comment.",
        "Include, exclude and examples as fields of their own: they are paragraphs of the code's text.",
        "1 memo on codes as memos of their own, with author and date: they end the code's text.",
        "2 sets of codes: “For the paper”, “Later”.",
        "Colours of 2 codes.",
        "Identifiers that 1 code had in the program that they came from.",
        "1 coding that found no place in the texts when they were read.",
        "Only the report has: stability figures of 2 candidate themes; which quotes are typical of them; second "
        "candidate themes of utterances; why 1 utterance was set aside, and its nearest theme; agreement and "
        "disagreements over 3 coded utterances.",
        "2 memos on documents and on stretches of text.",
        "Attributes of documents: “shift”.",
        "Who speaks in 1 turn.",
        "Times in the recording of 1 turn, other than as words of the text.",
        "The original language of 1 turn.",
    )


def test_words_that_stand_twice_in_a_paragraph_are_told(make):
    paper = r.Document("D", "no, no\nno", "D.txt", "0", "utf-8", "transcript", (0, 7))
    codings = tuple(r.Coding("D", start, start + 2, "Ann", "A") for start in (0, 4, 7))
    run = make((paper,), codes=(r.Code("A"),), codings=codings)
    assert maxqda_losses(run, ()) == (
        "Exact positions of 3 codings: the table has the words and their paragraphs.",
        "Which of the same words in a paragraph was meant, for 2 codings.",
    )
