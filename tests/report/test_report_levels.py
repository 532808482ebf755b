"""Two levels of candidate themes, and new candidates among what fits nothing, on the page and in the tables."""

from __future__ import annotations

import dataclasses

import lxml.html
import numpy as np
import pytest

from pipeline.config import ReportConfig
from pipeline.records import NewThemes, Result, ThemeGroup
from pipeline.report import html, tables
from pipeline.report.lines import has_levels
from pipeline.report.view_themes import levels

Page = lxml.html.HtmlElement


def page_of(result: Result) -> Page:
    return lxml.html.document_fromstring(html(result, ReportConfig()))


def words(element: Page) -> str:
    return " ".join(" ".join(element.itertext()).split())


def heads(page: Page) -> list[str]:
    return [words(row) for row in page.get_element_by_id("glance").xpath(".//tr[@class='level']")]


@pytest.fixture(scope="module")
def page(full: Result) -> Page:
    return page_of(full)


def test_themes_stand_under_their_groups_the_largest_first_those_alone_last(page: Page) -> None:
    assert heads(page) == [
        "A being helped by one who knows 2 candidate themes, 18 utterances",
        "B trust <and> doubt 3 candidate themes, 15 utterances",
        "Standing alone 2 candidate themes, 10 utterances",
    ]
    rows = page.get_element_by_id("glance").xpath(".//tbody/tr")
    first = [words(row).split()[0].rstrip(":") for row in rows]
    assert first == ["A", "T1", "Unstable", "T6", "B", "T2", "T3", "Unstable", "T7", "Standing", "T4", "T5"]


def test_a_card_names_its_group_and_its_neighbours(page: Page) -> None:
    assert "Group B trust <and> doubt, with T3 and T7 Keywords" in words(page.get_element_by_id("card-T2"))
    assert "Group stands alone Keywords" in words(page.get_element_by_id("card-T4"))


@pytest.mark.parametrize(
    "groups",
    [
        (),
        (ThemeGroup("A", "all", tuple(f"T{k}" for k in range(1, 8)), 42),),
        tuple(ThemeGroup(chr(64 + k), "one", (f"T{k}",), 6) for k in range(1, 8)),
    ],
    ids=["none", "one of all", "each its own"],
)
def test_groups_that_say_nothing_are_not_spoken_of(rich: Result, groups: tuple[ThemeGroup, ...]) -> None:
    result = dataclasses.replace(rich, groups=groups)
    page = page_of(result)
    assert not has_levels(result)
    assert heads(page) == []
    assert "Group" not in words(page.get_element_by_id("card-T1"))
    assert "two levels" not in words(page.get_element_by_id("methods"))
    assert [theme.id for level in levels(result) for theme in level.themes] == [
        "T1",
        "T2",
        "T3",
        "T4",
        "T5",
        "T6",
        "T7",
    ]


def test_every_theme_stands_once_whatever_the_groups(full: Result) -> None:
    found = [theme.id for level in levels(full) for theme in level.themes]
    assert sorted(found) == sorted(theme.id for theme in full.themes)
    assert levels(dataclasses.replace(full, themes=(), groups=())) == ()


def test_the_table_of_groups(full: Result, rich: Result) -> None:
    assert tables(full)["theme_groups"].rows[1] == ("B", "trust <and> doubt", "T2; T3; T7", 15)
    assert tables(rich)["theme_groups"].rows == ()


def test_new_candidates_stand_with_their_quotes(page: Page, full: Result) -> None:
    (card,) = page.get_element_by_id("codebook").xpath(".//article")
    text = words(card)
    assert "N1 lunch on the ward" in text
    assert "4 utterances, 3 participants in 2 documents, 6 of 6 sites. Keywords: lunch, ward ." in text
    assert [full.utterances[k].text in text for k in (3, 9, 15, 21)] == [True, True, True, False]
    how = words(page.get_element_by_id("codebook"))
    assert "Among 12 utterances that fit nothing so far (the machine's own answer is no code) these stand" in how


def test_tables_of_new_candidates(full: Result) -> None:
    found, ids = tables(full), [u.id for u in full.utterances]
    quotes = "; ".join(ids[k] for k in (3, 9, 15, 21))
    assert found["new_themes"].rows == (("N1", "lunch on the ward", "lunch, ward", 4, 3, 2, quotes),)
    assert [row[:2] for row in found["new_theme_utterances"].rows] == [("N1", ids[k]) for k in (3, 9, 15, 21)]
    assert found["new_theme_utterances"].rows[0][2] == full.utterances[3].text


@pytest.mark.parametrize(
    ("n_open", "reason"),
    [
        (0, "no utterance is left that fits nothing (no code of the codebook fits)"),
        (7, "of 7 utterances that fit nothing (no code of the codebook fits) none stand together"),
    ],
)
def test_without_a_new_candidate_it_is_said_why(full: Result, n_open: int, reason: str) -> None:
    none = NewThemes(np.full(len(full.utterances), -1, np.int32), (), n_open, "no code of the codebook fits.")
    page = page_of(dataclasses.replace(full, new_themes=none))
    assert f"Nothing to show here: {reason}." in words(page.get_element_by_id("codebook"))


def test_a_run_that_looked_for_no_new_candidate_says_so(rich: Result, empty: Result) -> None:
    for result, reason in ((rich, "none were looked for"), (empty, "no codebook was given")):
        (part,) = page_of(result).xpath("//h3[.='New candidates']/following-sibling::p[1]")
        assert words(part) == f"Nothing to show here: {reason}."
