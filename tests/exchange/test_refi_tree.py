"""The coding tree in both files: folders, labels, colours, identifiers that codes came with, and sets."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import records as r
from pipeline.exchange import Study, codebook_qdc, qdc_losses, study_losses, study_qdpx

SPACE = "{urn:QDA-XML:codebook:1.0}"
OWN = "0A1B2C3D-0000-4000-8000-0123456789AB"


def tree(codes: list) -> list:
    """Nested names: a code without children is a text, one with children a pair."""
    return [(name, tree(children)) if children else name for name, _, _, _, children in codes]


def guids(data: bytes) -> dict[str, str]:
    return {name: guid for guid, name in re.findall(r'guid="(.*?)" name="(.*?)"', data.decode())}


def test_folders_have_texts_colours_and_parents(read_codes):
    book = r.Codebook(
        (r.Code("Distance", "Access", "How far", color="#FF0000"), r.Code("Staff")),
        folders=(r.Folder("Ward", "", "All of it", "#00FF00"), r.Folder("Access", "Ward")),
    )
    assert read_codes(codebook_qdc(book, ())) == [
        ["Ward", "false", "#00FF00", "All of it", [
            ["Access", "false", None, None, [["Distance", "true", "#FF0000", "How far", []]]],
        ]],
        ["Staff", "true", None, None, []],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("codes", "folders", "expected"),
    [
        ([("B", ""), ("A", "F")], [("F", "")], ["B", ("F", ["A"])]),
        ([("A", "F"), ("B", "")], [("F", "")], [("F", ["A"]), "B"]),
        (
            [("A", "F2")],
            [("F1", ""), ("F2", ""), ("F3", "")],
            ["F1", ("F2", ["A"]), "F3"],
        ),  # empty ones keep their place
        ([("A", "C"), ("B", "F")], [("F", "C"), ("G", "F")], [("C", ["A", ("F", ["B", "G"])])]),  # C is a bare word
        ([("A", "F")], [("F", "F")], [("F", ["A"])]),  # its own parent
        ([("A", "F")], [("F", "A")], [("A", ["F"])]),  # a loop: the first node opens it
        ([], [("F", "G"), ("G", "")], [("G", ["F"])]),
    ],
)
def test_the_order_of_the_file_stays(codes, folders, expected, read_codes):
    book = r.Codebook(tuple(r.Code(*code) for code in codes), folders=tuple(r.Folder(*folder) for folder in folders))
    assert tree(read_codes(codebook_qdc(book, ()))) == expected


def test_a_label_is_what_a_program_shows(read_codes):
    book = r.Codebook(
        (
            r.Code("Barriers > citizenship", "Barriers", label="citizenship"),
            r.Code("Helpers > citizenship", "Helpers", label="citizenship"),
            r.Code("of whom", "Helpers > citizenship"),
        ),
        folders=(r.Folder("Barriers"), r.Folder("Helpers")),
    )
    found = tree(read_codes(codebook_qdc(book, ())))
    assert found == [("Barriers", ["citizenship"]), ("Helpers", [("citizenship", ["of whom"])])]


def test_identifiers_that_codes_came_with_stay(read_codes):
    book = r.Codebook(
        (r.Code("A", guid=f"{{{OWN.lower()}}}"), r.Code("B", guid=OWN), r.Code("C", guid="no guid")),
        folders=(r.Folder("F", guid="FFFFFFFF-0000-4000-8000-0123456789ab"),),
    )
    data = codebook_qdc(book, ())
    read_codes(data)
    found = guids(data)
    assert (found["A"], found["F"]) == (OWN, "FFFFFFFF-0000-4000-8000-0123456789AB")
    assert len(set(found.values())) == 4  # B came with the identifier of A and gets one of its own
    assert found["B"] == guids(codebook_qdc(r.Codebook((r.Code("A"), r.Code("B"), r.Code("C"))), ()))["B"]


def test_a_code_that_came_with_the_identifier_of_another_one(read_codes):
    plain = r.Codebook((r.Code("A"), r.Code("B")))
    taken = guids(codebook_qdc(plain, ()))["B"]
    data = codebook_qdc(r.Codebook((r.Code("A", guid=taken), r.Code("B"))), ())
    read_codes(data)
    assert guids(data)["A"] == taken
    assert guids(data)["B"] not in ("", taken)


def test_sets_name_codes_by_their_identifiers(read_codes):
    book = r.Codebook(
        (r.Code("Distance", "Access"), r.Code("Staff")),
        sets=(r.CodeSet("Group & co", ("Staff", "Distance", "Staff", "gone"), "Why"), r.CodeSet("Empty")),
    )
    data = codebook_qdc(book, ())
    read_codes(data)
    named, root = guids(data), ElementTree.fromstring(data)  # noqa: S314 (written by ourselves)
    found = root.findall(f"{SPACE}Sets/{SPACE}Set")
    assert [(one.get("name"), one.findtext(SPACE + "Description")) for one in found] == [
        ("Group & co", "Why"),
        ("Empty", None),
    ]
    assert [m.get("guid") for m in found[0].findall(SPACE + "MemberCode")] == [named["Staff"], named["Distance"]]


def test_sets_of_a_project(read):
    book = r.Codebook((r.Code("A"), r.Code("B")), sets=(r.CodeSet("S", ("B", "gone")), r.CodeSet("S", ("A",))))
    study = Study("Study", r.Corpus((), (), (), (), (), ()), book)
    project = read(study_qdpx(study))
    members = [[project.name(m.get("targetGUID")) for m in one.iter("MemberCode")] for one in project.root.iter("Set")]
    assert members == [["B"], ["A"]]
    assert "1 member of sets that the codebook does not know." in study_losses(study)
    guids_ = project.guids()
    assert len(set(guids_)) == len(guids_)


def test_a_folder_that_codings_use_can_be_coded_with(make, read):
    text = r.Document("D", "We waited.", "D.txt", "0" * 64, "utf-8", "transcript", (0,))
    study = Study(
        "Study",
        r.Corpus((text,), (), (), (), (), ()),
        r.Codebook((r.Code("A", "F"),), folders=(r.Folder("F"),)),
        r.Codings((r.Coding("D", 0, 2, "Ann", "F"),)),
    )
    project = read(study_qdpx(study))
    assert {code.get("name"): code.get("isCodable") for code in project.root.iter("Code")} == {"F": "true", "A": "true"}
    assert project.codings() == [("D", "We", "Ann", "F")]
    assert "That these only group codes, since codings use them: F." in study_losses(study)


def test_what_a_codebook_file_loses_is_told():
    themes = (r.Theme("T1", "walks", (), 5, 2, 1, (), (), 0.7, "", 0.4, "", (), ()),)
    book = r.Codebook(
        (r.Code("A", definition="One\nInclude: two", include="three"), r.Code("A\x01", "A\x01")),
        sets=(r.CodeSet("S", ("gone",)),),
        memos=(r.Memo("why", code="A"),),
    )
    said = (r.Decision("Ann", r.Verdict.REJECTED, theme="T1"), r.Decision("Ann", r.Verdict.ACCEPTED, theme="T2"))
    assert qdc_losses(book, themes, said) == (
        "Candidate themes that were rejected, with the utterances placed there: T1 (Ann).",
        "Decisions on candidate themes that this run does not have: “T2”.",
        "Include, exclude and examples as fields of their own: they are paragraphs of the code's text.",
        "Which field a paragraph belongs to, where it begins like another one (“Include: ”): “A”.",
        "That codes stand below themselves in the codebook (they are written at the top): “A\x01”.",
        "1 member of sets that the codebook does not know.",
        "1 memo on codes: a codebook file has no notes.",
        "Characters that XML 1.0 forbids in names and descriptions: they show as U+FFFD.",
    )
    assert qdc_losses(r.Codebook((r.Code("A"),)), ()) == ()


NAMES = st.sampled_from(["A", "B", "C", "D", "a > b", "\x00", ""])


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(NAMES, NAMES, NAMES), max_size=6),
    st.lists(st.tuples(NAMES, NAMES), max_size=4),
    st.lists(st.tuples(NAMES, st.lists(NAMES, max_size=3)), max_size=2),
)
def test_any_tree_is_valid_and_whole(read_codes, codes, folders, sets):
    book = r.Codebook(
        tuple(r.Code(name, parent, label=label) for name, parent, label in codes),
        folders=tuple(r.Folder(name, parent) for name, parent in folders),
        sets=tuple(r.CodeSet(name, tuple(members)) for name, members in sets),
    )
    data = codebook_qdc(book, ())
    read_codes(data)
    assert data == codebook_qdc(book, ())
    found = re.findall(r"<Code guid=\"([0-9A-F-]{36})\"", data.decode())
    assert len(set(found)) == len(found)
    assert len(found) >= len(codes) + len(folders)
