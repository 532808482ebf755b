"""What to read next: utterances, documents, the bounded sentence, and the tables with the random check."""

from __future__ import annotations

import dataclasses

import lxml.html
import pytest

from pipeline.config import ReportConfig
from pipeline.records import Result, Triage
from pipeline.report import html, tables

Page = lxml.html.HtmlElement


def words(element: Page) -> str:
    return " ".join(element.text_content().split())


def section(result: Result) -> Page:
    return lxml.html.document_fromstring(html(result, ReportConfig())).get_element_by_id("next")


@pytest.fixture(scope="module")
def read_next(full: Result) -> Page:
    return section(full)


def test_the_first_fifteen_stand_as_quotes_with_their_reason(read_next: Page, full: Result) -> None:
    items = read_next.xpath(".//ol[@class='next']/li")
    assert len(items) == 15
    for item, wanted in zip(items, full.triage.items, strict=False):
        said = full.utterances[wanted.utterance]
        assert " ".join(said.text.split()) in words(item)
        assert f"({said.document} {said.paragraph})" in words(item)
        assert wanted.why in words(item)
    assert "Likely: hope and clear tasks." in words(items[1])
    assert "Likely" not in words(items[0])
    assert [k for k, item in enumerate(items) if "Also in the random check." in words(item)] == [2]


def test_basis_rest_documents_and_stopping_are_told(read_next: Page, full: Result) -> None:
    text = words(read_next)
    assert "32 utterances unread, 16 read. How the order was made: the suggestions and what was met so far." in text
    assert "5 further utterances in triage.csv, in the same order." in text
    assert full.triage.stopping in text
    rows = [[words(cell) for cell in row] for row in read_next.xpath(".//table")[0].xpath(".//tbody/tr")]
    assert rows == [["NO", "8", "6.25", "4", "Four candidate themes, none read."], ["PU", "8", "3.00", "2", "b"]]


@pytest.mark.parametrize("name", ["full", "rich", "empty"])
def test_it_never_says_that_nothing_is_left(name: str, request: pytest.FixtureRequest) -> None:
    text = words(section(request.getfixturevalue(name))).lower()
    assert "this never says that nothing new would come" in text
    assert "saturat" not in text


@pytest.mark.parametrize(
    ("triage", "reason"),
    [
        (Triage(), "no reading order was made in this run"),
        (Triage(n_read=48), "every document was worked on"),
        (Triage(basis="all is read"), "all is read"),
    ],
)
def test_without_an_order_it_is_said_why(full: Result, triage: Triage, reason: str) -> None:
    text = words(section(dataclasses.replace(full, triage=triage)))
    assert text.count(f"Nothing to show here: {reason}.") == 3
    assert "To meet 95% of 6 codes three times each" in text


def test_a_second_look_has_utterances_but_no_documents(full: Result) -> None:
    triage = Triage(full.triage.items[:2], (), 48, 0, (), None, "Nothing is unread.", "likely misses first")
    text = words(section(dataclasses.replace(full, triage=triage)))
    assert "0 utterances unread, 48 read. How the order was made: likely misses first." in text
    assert "Nothing to show here: every document was worked on." in text
    assert "check_sample" not in text
    assert "Nothing is unread." in text


def test_an_empty_run_has_nothing_to_read(empty: Result) -> None:
    assert words(section(empty)).count("Nothing to show here: there is no utterance.") == 3


def test_triage_is_ranked_and_marks_the_random_check(full: Result) -> None:
    table = tables(full)["triage"]
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    assert [row["rank"] for row in rows] == [*range(1, 21), None]
    assert [row["utterance_id"] for row in rows[:20]] == [full.utterances[k].id for k in range(18, 38)]
    assert rows[0] | {"text": ""} == {
        "rank": 1,
        "utterance_id": full.utterances[18].id,
        "document": "DA",
        "paragraph": full.utterances[18].paragraph,
        "site": "DA",
        "expected_new": 0.6,
        "codes": "",
        "why": "Nobody has read 18 yet.",
        "check_sample": "no",
        "text": "",
    }
    assert rows[1]["codes"] == "hope; clear tasks"
    assert [row["utterance_id"] for row in rows if row["check_sample"] == "yes"] == [
        full.utterances[20].id,
        full.utterances[40].id,
    ]
    assert rows[-1]["why"] == "drawn at random"


def test_documents_in_their_order(full: Result) -> None:
    assert tables(full)["triage_documents"].rows == (
        (1, "NO", 8, 6.25, 4, "Four candidate themes, none read."),
        (2, "PU", 8, 3.0, 2, "b"),
    )


def test_what_to_read_is_listed_also_where_the_list_is_thinned(large: Result, full: Result) -> None:
    result = dataclasses.replace(large, triage=full.triage)
    links = section(result).xpath(".//ol[@class='next']//a/@href")
    assert links == [f"#u-{item.utterance}" for item in full.triage.items[:15]]
