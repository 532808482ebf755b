"""The .qdc file: the schema, the tree, the descriptions, and that the same input gives the same bytes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import records as r
from pipeline.exchange import codebook_qdc


def theme(name: str, label: str, keywords: tuple[str, ...] = ("walk", "wait")) -> r.Theme:
    return r.Theme(name, label, keywords, 5, 2, 1, (), (), 0.7, "doubtful", 0.4, "loose", ("one site only",), ())


def names(codes: list) -> list:
    """Nested names: a code without children is a text, one with children a pair."""
    return [(name, names(children)) if children else name for name, _, _, _, children in codes]


def guids(data: bytes) -> dict[str, str]:
    return {name: guid for guid, name in re.findall(r'guid="(.*?)" name="(.*?)"', data.decode())}


EXPECTED = """<?xml version="1.0" encoding="UTF-8"?>
<CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="theme-pipeline">
 <Codes>
  <Code guid="GUID" name="Access" isCodable="false">
   <Code guid="GUID" name="Distance &amp; travel" isCodable="true">
    <Description>How &lt;far&gt;

Include: walks

Exclude: waiting

Examples: "two hours"</Description>
   </Code>
  </Code>
  <Code guid="GUID" name="SUGGESTED (machine)" isCodable="false">
   <Description>Candidate themes that the machine suggests; people accept, rename or reject them.</Description>
   <Code guid="GUID" name="T1 long walks" isCodable="true" color="#E69F00">
    <Description>Candidate theme T1, suggested by the machine, undecided.
Keywords: walk, wait
Utterances: 5; speakers: 2; documents: 1
Stability (coming back without part of the talk): doubtful
Cohesion (how alike its utterances are): loose
one site only</Description>
   </Code>
  </Code>
 </Codes>
</CodeBook>
"""


def test_a_codebook_file_in_full(read_codes):
    code = r.Code("Distance & travel", "Access", "How <far>", "walks", "waiting", '"two hours"')
    data = codebook_qdc(r.Codebook((code,)), (theme("T1", "long walks"),))
    read_codes(data)
    assert re.sub(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", "GUID", data.decode()) == EXPECTED


@pytest.mark.parametrize(
    ("codes", "tree"),
    [
        ([("A", "")], ["A"]),
        ([("A", "X"), ("B", ""), ("C", "X")], [("X", ["A", "C"]), "B"]),
        ([("A", "X"), ("X", "")], [("X", ["A"])]),  # the parent is a code, wherever it stands in the file
        ([("A", "X"), ("X", "Y")], [("Y", [("X", ["A"])])]),
        ([("A", "A")], ["A"]),  # its own parent
        ([("A", "B"), ("B", "A")], [("A", ["B"])]),
        ([("C", "A"), ("A", "B"), ("B", "A")], [("A", ["C", "B"])]),
        ([("A", "X"), ("A", "Y")], [("X", ["A"]), ("Y", ["A"])]),  # one name in two branches
        ([("A", "X"), ("A", "X")], [("X", ["A", "A"])]),
    ],
)
def test_the_tree(codes, tree, read_codes):
    data = codebook_qdc(r.Codebook(tuple(r.Code(name, parent) for name, parent in codes)), ())
    assert names(read_codes(data)) == tree
    found = re.findall('guid="(.*?)"', data.decode())
    assert len(set(found)) == len(found)


def test_a_parent_is_a_folder_unless_a_code_has_its_name(read_codes):
    codes = (r.Code("A", "Folder"), r.Code("B", "Parent"), r.Code("Parent"))
    found = read_codes(codebook_qdc(r.Codebook(codes), ()))
    assert [(name, codable) for name, codable, *_ in found] == [("Folder", "false"), ("Parent", "true")]


def test_without_codes_and_themes_the_folder_stands_alone(read_codes):
    text = "No code and no candidate theme is known."
    assert read_codes(codebook_qdc(r.Codebook(), ())) == [["SUGGESTED (machine)", "false", None, text, []]]


def test_a_code_with_the_name_of_our_folder_keeps_it(read_codes):
    found = names(read_codes(codebook_qdc(r.Codebook((r.Code("SUGGESTED (machine)"),)), (theme("T1", "walks"),))))
    assert found == ["SUGGESTED (machine)", ("SUGGESTED (machine) 2", ["T1 walks"])]


def test_names_that_xml_cannot_hold(read_codes):
    found = read_codes(codebook_qdc(r.Codebook((r.Code("a\x00b", "", "x\x1by"), r.Code(""))), ()))
    assert [(name, text) for name, _, _, text, _ in found] == [("a\ufffdb", "x\ufffdy"), ("(no name)", None)]


def test_colours_repeat_after_seven_themes(read_codes):
    found = read_codes(codebook_qdc(r.Codebook(), tuple(theme(f"T{k}", "walks") for k in range(1, 9))))
    colours = [colour for _, _, colour, _, _ in found[0][4]]
    assert colours == ["#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7", "#E69F00"]


def test_guids_follow_the_content():
    book, themes = r.Codebook((r.Code("A", "X"), r.Code("B"))), (theme("T1", "walks"),)
    before = guids(codebook_qdc(book, themes))
    assert codebook_qdc(book, themes) == codebook_qdc(book, themes)
    assert all(guid == guid.upper() for guid in before.values())
    # a better definition and other themes leave the team's codes alone
    after = guids(codebook_qdc(r.Codebook((r.Code("A", "X", "new"), r.Code("B"))), (theme("T1", "walks", ("other",)),)))
    assert {n for n in before if before[n] != after[n]} == {"T1 walks"}
    # another study has other GUIDs for the same name
    assert guids(codebook_qdc(r.Codebook((r.Code("A", "X"),)), ()))["A"] != before["A"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3), st.text(max_size=9)), max_size=5), st.text(max_size=9)
)
def test_any_names_give_a_valid_file_with_distinct_guids(read_codes, codes, label):
    book = r.Codebook(tuple(r.Code(*code) for code in codes))
    data = codebook_qdc(book, (theme("T1", label),))
    read_codes(data)
    found = re.findall(r'guid="([0-9A-F-]{36})"', data.decode())
    assert len(found) == len(set(found)) == data.count(b"<Code ")
    assert len(found) >= len(codes) + 2
