"""Coding trees of programs, where one name may stand in several branches, as codebooks with names that are unique."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest.coding_tree import (
    TreeNode,
    codes_and_folders,
    colour,
    named,
    split_description,
    steps,
    written_path,
)
from pipeline.ingest.drafts import key_of

NAME = st.text("ab >\\", min_size=1, max_size=5).map(str.strip).filter(bool)
PATHS = st.lists(st.lists(st.sampled_from(["a", "A", "b", "a > b"]), min_size=1, max_size=3).map(tuple), max_size=8)


@given(PATHS)
def test_names_in_the_study_are_unique(paths: list[tuple[str, ...]]) -> None:
    found = named([TreeNode(path) for path in paths])
    assert len({key_of(name) for name in found}) == len(paths)


@given(st.lists(NAME, min_size=1, max_size=4))
def test_a_written_path_reads_as_it_was(path: list[str]) -> None:
    assert steps(written_path(path)) == tuple(path)


def test_codes_name_their_parents_by_the_names_in_the_study() -> None:
    nodes = [
        TreeNode(("Ward",), codable=False, definition="Places", color="#FFFFFF", guid="G1"),
        TreeNode(("Ward", "Key")),
        TreeNode(("Ward", "Key", "Lost"), definition="d", include="i", exclude="e", examples="x"),
        TreeNode(("Key",)),
        TreeNode(("Elsewhere", "Door")),
    ]
    codes, folders = codes_and_folders(nodes)
    assert [(code.name, code.theme, code.label) for code in codes] == [
        ("Ward > Key", "Ward", "Key"), ("Lost", "Ward > Key", ""), ("Key", "", ""), ("Door", "Elsewhere", "")
    ]  # fmt: skip
    assert (codes[1].definition, codes[1].include, codes[1].exclude, codes[1].examples) == ("d", "i", "e", "x")
    assert [(folder.name, folder.parent, folder.definition, folder.guid) for folder in folders] == [
        ("Ward", "", "Places", "G1")
    ]


def test_parents_that_are_no_nodes_are_never_taken_for_another_node() -> None:
    nodes = [
        TreeNode(("ward", "door")),
        TreeNode(("Place", "ward")),
        TreeNode(("A", "x", "c")),
        TreeNode(("B", "x", "d")),
    ]
    codes, _ = codes_and_folders(nodes)
    assert [(code.name, code.theme) for code in codes] == [
        ("door", "ward"), ("Place > ward", "Place"), ("c", "A > x"), ("d", "B > x")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("", "", "", "")),
        ("Being let in", ("Being let in", "", "", "")),
        ("Let in\n\nInclude: keys\n\nExclude: badges\n\nExamples: “a key”", ("Let in", "keys", "badges", "“a key”")),
        ("Exclusion criteria: badges\nInclusion criteria:\nkeys", ("", "keys", "badges", "")),
        ("Definition: let in\nInclude: a\nInclude: b", ("let in", "a\nb", "", "")),
        ("We include: nothing", ("We include: nothing", "", "", "")),
    ],
)  # fmt: skip
def test_paragraphs_of_a_description(text: str, expected: tuple[str, str, str, str]) -> None:
    assert split_description(text) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [("#abc", "#AABBCC"), (" #a1B2c3 ", "#A1B2C3"), ("rgb(1,2,3)", ""), ("#11223344", ""), ("red", ""), ("", "")],
)
def test_colours(written: str, expected: str) -> None:
    assert colour(written) == expected
