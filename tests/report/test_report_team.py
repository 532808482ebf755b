"""The comparison beyond codes: convergence, attributes, coders over time, consensus, ceiling; hidden where rejected."""

from __future__ import annotations

import dataclasses
import re

import lxml.html
import numpy as np
import pytest

from pipeline.config import ReportConfig
from pipeline.records import Comparison, Mapping, Result, ThemeCode, ThemeRelation
from pipeline.report import Table, coreq, csv_text, html, seven_lines, tables
from pipeline.report.convergence import convergence
from pipeline.report.lines import ceiling, human_pair

Page = lxml.html.HtmlElement


def words(element: Page) -> str:
    return " ".join(" ".join(element.itertext()).split())


def page_of(result: Result) -> Page:
    return lxml.html.document_fromstring(html(result, ReportConfig()))


def below(page: Page, head: str) -> list[list[str]]:
    (table,) = page.xpath(f"//h3[.='{head}']/following::table[1]")
    return [[words(cell) for cell in row] for row in table.xpath(".//tbody/tr")]


def standing(result: Result) -> dict[str, tuple[str, str]]:
    return {s.name: (s.relation, s.counterpart) for s in convergence(result)}


def test_each_candidate_and_each_code_has_one_relation(full: Result) -> None:
    found = standing(full)
    assert len(found) == len(full.themes) + len(full.codebook.codes)
    assert found["T1 opening doors by lived experience"] == ("agreement", "opens doors")
    assert found["T5 colleague or patient"] == ("complementary", "")
    assert found["T4 advice on <medicines>"] == ("dissonant", "advice on medicines")
    assert found["opens doors"] == ("agreement", "T1")
    assert found["advice on medicines"] == ("dissonant", "T4")
    assert found["=cmd|' /C calc'!A0"] == ("silent", "")


def test_a_code_that_nobody_used_or_that_is_nearest_to_none(full: Result) -> None:
    values = full.table.values.copy()
    values[:, :, 1] = False
    relations = tuple(r for r in full.mapping.relations if r.nearest_code not in ("clear tasks", "doubt at first"))
    cells = (ThemeCode("T3", "clear tasks", 4, 0.5, 2.0, None), ThemeCode("T1", "clear tasks", 9, 0.3, 1.9, None))
    result = dataclasses.replace(
        full,
        table=dataclasses.replace(full.table, values=values),
        mapping=dataclasses.replace(full.mapping, relations=relations, cells=cells),
    )
    found = standing(result)
    assert found["hope"] == ("not told", "")
    assert found["clear tasks"] == ("agreement", "T3")
    assert found["doubt at first"] == ("not told", "")
    assert found["T3 giving duties and stepping in"] == ("not told", "")


def test_a_code_spread_thinly_over_its_candidates_is_not_called_people_only(full: Result) -> None:
    mapping = dataclasses.replace(full.mapping, silent=(("hope", "at most 2 of its 9 stand together"),))
    result = dataclasses.replace(full, mapping=mapping)
    assert standing(result)["hope"] == ("agreement", "T7")
    text = words(page_of(result).get_element_by_id("codebook"))
    assert "hope : at most 2 of its 9 stand together; it is the nearest code of T7 all the same" in text


def test_baselines_stand_beside_the_first_coder_only(full: Result) -> None:
    one = full.comparison.baselines[0]
    more = (one, dataclasses.replace(one, first="ben"))
    result = dataclasses.replace(full, comparison=dataclasses.replace(full.comparison, baselines=more))
    rows = [row[0] for row in below(page_of(result), "All codes together")]
    assert [row for row in rows if row.endswith("baseline")] == ["most frequent code beside anna baseline"]
    kept = [row for row in tables(result)["agreement_overall"].rows if row[0] == "baseline" and row[1] == "ben"]
    assert kept


def test_several_candidates_of_one_code_are_all_named(full: Result) -> None:
    more = (*full.mapping.relations[:-1], ThemeRelation("T7", "agreement", "opens doors", "why"))
    assert standing(dataclasses.replace(full, mapping=dataclasses.replace(full.mapping, relations=more)))[
        "opens doors"
    ] == ("agreement", "T1; T7")


def test_nothing_converges_without_a_codebook(empty: Result, full: Result) -> None:
    assert convergence(empty) == ()
    found = standing(dataclasses.replace(full, mapping=Mapping()))
    assert {relation for relation, _ in found.values()} == {"not told"}


def test_the_matrix_counts_what_it_names(full: Result) -> None:
    rows = below(page_of(full), "Where people and machine meet")
    assert [row[1::2] for row in rows] == [["4", "4"], ["2", "0"], ["1", "1"], ["0", "1"], ["0", "0"]]
    assert rows[0][2] == "T1 T2 T3 T7"
    assert rows[0][4] == "opens doors , hope , doubt at first , clear tasks"
    assert sum(int(row[1]) for row in rows) == len(full.themes)


def test_attributes_carry_placed_share_and_agreement_with_intervals(full: Result) -> None:
    rows = below(page_of(full), "By site and other groups of documents")
    assert rows[0] == ["site", "BE", "1", "7 of 8 (88%)", "0.05 (0.00 to 0.20) , n 8", "0.40 (0.30 to 0.50) , n 12"]
    assert rows[5][4].startswith("–")
    assert rows[6][:4] == ["country", "Uganda", "2", "14 of 16 (88%)"]
    assert tables(full)["attributes"].rows[0] == (*("site", "BE", 1, 8, 7, 0.05, 0.0, 0.2, 8, 0.4, 0.3, 0.5, 12, ""),)
    assert tables(full)["attributes"].rows[5][-1] == "fewer than two codes here"


def test_sites_stand_alone_where_no_attribute_was_compared(rich: Result) -> None:
    page = page_of(rich)
    assert page.xpath("//h3[.='By site']")
    assert not page.xpath("//h3[.='By site and other groups of documents']")


def test_drift_is_a_row_a_coder_and_stretch(full: Result) -> None:
    rows = below(page_of(full), "Coders over time")
    assert len(rows) == 6
    assert rows[1] == [
        *("anna", "2", "2026-03-10 to 2026-04-01", "8", "2.25", "consensus of the others"),
        "0.40 (0.20 to 0.70) , n 8",
    ]
    assert tables(full)["drift"].rows[5][:3] == ("ben", 3, "2026-04-02")


def drift_reason(result: Result) -> str:
    (part,) = page_of(result).xpath("//h3[.='Coders over time']/following-sibling::p[2]")
    return words(part)


def test_without_drift_it_is_said_why(rich: Result, full: Result, empty: Result, full_reflexive: Result) -> None:
    none = dataclasses.replace(full, comparison=dataclasses.replace(full.comparison, drift=()))
    assert "the codings have no dates (codings.csv, column date)." in drift_reason(rich)
    assert "too few documents were coded at known dates" in drift_reason(none)
    assert "no codings were given" in drift_reason(dataclasses.replace(empty, comparison=Comparison()))
    assert "for a reflexive study" in drift_reason(full_reflexive)


def test_three_coders_and_a_consensus_all_have_their_row(full: Result) -> None:
    rows = {row[0] for row in below(page_of(full), "All codes together")}
    assert {
        "machine beside consensus machine",
        "ben beside anna two people",
        "cem beside anna two people",
        "cem beside ben two people",
        "anna beside consensus of the others person beside the others",
    } <= rows
    text = words(page_of(full).get_element_by_id("codebook"))
    assert "Consensus: the codes that more than half of the coders of a document gave." in text


def test_the_consensus_is_nobody_of_the_two_people(full: Result, rich: Result) -> None:
    pair = human_pair(full)
    assert pair is not None
    assert (pair.first, pair.second, pair.n_units) == ("anna", "ben", 44)
    assert "Consensus:" not in words(page_of(rich).get_element_by_id("codebook"))


def test_the_ceiling_stands_beside_the_excess(full: Result, rich: Result) -> None:
    rows = below(page_of(full), "Do themes follow the codes?")
    assert rows[0][2].endswith("of the possible 0.54")
    assert "possible" not in rows[1][2] + rows[2][2]
    assert (ceiling(full), ceiling(rich)) == (0.54, None)
    structure = next(line.sentence for line in seven_lines(full) if line.name == "Structure")
    assert structure.endswith("0.11 by position); the codes themselves would reach 0.54.")


AGREEMENT = re.compile(r"\d\.\d\d ?\(\W?\d\.\d\d to|kappa|MASI|calibration error|points off|\bF1 0", re.IGNORECASE)


def test_a_reflexive_study_shows_no_agreement_anywhere(full_reflexive: Result) -> None:
    page = page_of(full_reflexive)
    assert AGREEMENT.findall(words(page.find("body"))) == []
    found = tables(full_reflexive)
    for name in ("agreement", "agreement_overall", "structure", "drift"):
        assert found[name].rows == ()
    assert {cell for row in found["attributes"].rows for cell in row[5:13]} == {None}
    assert {row[13] for row in found["attributes"].rows} == {""}
    assert {row[4] for row in found["convergence"].rows} == {""}
    assert not AGREEMENT.findall(coreq(full_reflexive))
    assert found["suggestions"].rows
    assert not [name for name, table in found.items() if AGREEMENT.findall(csv_text(Table(("x",), table.rows)))]


def test_the_same_study_by_another_school_shows_it(full: Result) -> None:
    assert len(AGREEMENT.findall(words(page_of(full).find("body")))) > 20


@pytest.mark.parametrize("name", ["rich", "full", "empty", "full_reflexive"])
def test_code_tables_name_no_unknown_relation(name: str, request: pytest.FixtureRequest) -> None:
    result: Result = request.getfixturevalue(name)
    known = {"agreement", "complementary", "dissonant", "silent", "not told"}
    assert {s.relation for s in convergence(result)} <= known
    used = np.any(result.table.values, axis=(0, 1)) if result.table.values.size else np.zeros(0, np.bool_)
    for code, was in zip(result.table.codes, used, strict=True):
        assert was or standing(result)[code][0] == "not told"
