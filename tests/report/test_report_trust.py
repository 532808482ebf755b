"""What to trust here: each sentence turns where its figures turn, and nothing is said of figures that are not there."""

from __future__ import annotations

import dataclasses

import lxml.html
import pytest

from pipeline.config import ReportConfig
from pipeline.records import Agreement, AttributeRow, CodeAgreement, Comparison, Estimate, Result
from pipeline.report import html
from pipeline.report.trust import MOST, trust

NAMES = ("rich", "full", "empty", "reflexive", "full_reflexive", "large")


def advice(result: Result) -> dict[str, str]:
    return {each.topic: each.text for each in trust(result)}


def with_machine(result: Result, **changes: object) -> Result:
    first, *others = result.comparison.agreements
    changed: Agreement = dataclasses.replace(first, **changes)  # type: ignore[arg-type]
    return with_comparison(result, agreements=(changed, *others))


def with_comparison(result: Result, **changes: object) -> Result:
    return dataclasses.replace(result, comparison=dataclasses.replace(result.comparison, **changes))  # type: ignore[arg-type]


def code(name: str, kappa: float | None, n: int = 12) -> CodeAgreement:
    return CodeAgreement(name, n, 11, 44, 0.5, 0.4, 0.44, kappa)


@pytest.mark.parametrize("name", NAMES)
def test_a_few_plain_sentences_on_different_subjects(name: str, request: pytest.FixtureRequest) -> None:
    found = trust(request.getfixturevalue(name))
    assert 1 <= len(found) <= MOST
    assert len({each.topic for each in found}) == len(found)
    assert all(each.text.endswith(".") and "nan" not in each.text for each in found)


@pytest.mark.parametrize(
    ("ece", "begins", "holds"),
    [
        (0.05, "Take them at their word", "5 points off on average. Of ten suggestions at 70%, about seven are right."),
        (0.051, "Take them roughly", "5 points off on average. Of ten suggestions at 70%, six to eight are right."),
        (0.1, "Take them roughly", "10 points off"),
        (0.11, "Do not take them at their word", "11 points off on average. Use them to order what you read"),
    ],
)
def test_percentages_by_how_far_they_were_off(full: Result, ece: float, begins: str, holds: str) -> None:
    text = advice(with_machine(full, ece=Estimate(ece, n=44)))["Percentages"]
    assert text.startswith(begins)
    assert holds in text


def test_percentages_that_could_not_be_checked(rich: Result) -> None:
    text = advice(rich)["Percentages"]
    assert text == "Whether they hold could not be checked: no code was given ten times."
    assert rich.suggestions is not None
    bare = dataclasses.replace(rich.suggestions, probability=rich.suggestions.probability * float("nan"))
    assert "an order, not odds" in advice(dataclasses.replace(rich, suggestions=bare))["Percentages"]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (0.2, "clearly more often than by the best other way that was tried (most frequent code: 20%)."),
        (0.3, "but by too little to be sure."),
        (
            0.41,
            "no more often than by the best other way that was tried (most frequent code: 41%): it adds nothing to "
            "that.",
        ),
    ],
)
def test_the_first_suggestion_beside_the_best_simple_rule(full: Result, rule: float, said: str) -> None:
    one = dataclasses.replace(full.comparison.baselines[0], top1=Estimate(rule, 0.0, 1.0, 44))
    worse = dataclasses.replace(one, second="blocks", top1=Estimate(0.01, 0, 0.1, 44))
    other = dataclasses.replace(one, first="ben", top1=Estimate(0.99, 0.9, 1.0, 44))
    text = advice(with_comparison(full, baselines=(worse, one, other)))["First suggestion"]
    assert text.startswith("For 41% (29% to 53%) of the utterances that anna coded")
    assert text.endswith(said)


def test_codes_beside_two_people(full: Result) -> None:
    pair, same, *others = full.comparison.human
    people = tuple(code(name, kappa) for name, kappa in (("a", 0.7), ("b", 0.7), ("c", 0.1), ("d", 0.7), ("e", 0.7)))
    machine = (code("a", 0.65), code("b", 0.4), code("c", 0.1), code("d", 0.1), code("e", 0.9, 9))
    changed = (dataclasses.replace(pair, codes=people), dataclasses.replace(same, codes=machine), *others)
    found = advice(with_comparison(full, human=changed))
    assert found["Codes to lean on"] == (
        "The machine finds these about as well as a second person of the team: a. "
        "Of 1 code used fewer than 10 times nothing can be said."
    )
    assert found["Codes to check"] == (
        "The machine does little better than chance on d: code these by hand. "
        "Two people do not agree on c either: look at the definition first."
    )


def test_codes_without_a_second_person(full: Result) -> None:
    codes = (code("a", 0.6), code("b", 0.59), code("c", 0.19), code("d", None))
    found = advice(with_machine(with_comparison(full, human=()), codes=codes))
    assert found["Codes to lean on"].startswith("The machine finds these well: a.")
    assert found["Codes to check"] == "The machine does little better than chance on c: code these by hand."
    none = advice(with_machine(with_comparison(full, human=()), codes=(code("b", 0.5),)))
    assert none["Codes to lean on"] == "None is found as well as a second person would find it."
    few = advice(with_machine(with_comparison(full, human=()), codes=(code("b", 0.5, 3),)))
    assert few["Codes to lean on"] == "It cannot be told. Of 1 code used fewer than 10 times nothing can be said."


def test_places_where_the_whole_interval_is_lower(full: Result) -> None:
    assert advice(full)["Where"] == (
        "Agreement is clearly below the overall 0.31 at site BE: 0.05 (0.00 to 0.20), n 8. "
        "Trust suggestions less there."
    )
    fine = Estimate(0.2, 0.1, 0.4, 8)
    rows = tuple(AttributeRow("site", site, 1, 8, 7, fine, fine) for site in ("BE", "BU"))
    none = "In no group of several documents is agreement clearly below the rest."
    assert advice(with_comparison(full, by_attribute=rows))["Where"] == none
    assert "Where" not in advice(with_comparison(full, by_attribute=rows[:1]))
    alone = [Estimate(value, n=9, reason="one document") for value in (0.3, 0.5, 0.4)]
    single = tuple(AttributeRow("site", f"S{k}", 1, 9, 8, e, e) for k, e in enumerate(alone))
    ends = "Single documents go from 0.30 at site S0 to 0.50 at site S1; chance is not ruled out."
    assert advice(with_comparison(full, by_attribute=single))["Where"] == ends
    assert advice(with_comparison(full, by_attribute=(*rows, *single)))["Where"] == f"{none} {ends}"
    assert "Where" not in advice(with_comparison(full, by_attribute=(rows[0], single[0])))


def test_themes_by_whether_they_come_back(full: Result) -> None:
    assert advice(full)["Candidate themes"] == (
        "T1, T2 and T3 come back when part of the talk is left out. T6 and T7: these do not come back; read with "
        "doubt. Coming back does not make a theme important."
    )
    doubtful = tuple(dataclasses.replace(theme, stability_word="doubtful") for theme in full.themes)
    assert "Candidate themes" not in advice(dataclasses.replace(full, themes=doubtful))


def test_without_a_comparison_nothing_was_put_to_the_test(full: Result) -> None:
    found = advice(dataclasses.replace(full, comparison=Comparison(reason="no codings were given")))
    assert found["Suggestions"].startswith("None was put to the test, because no codings were given.")
    assert set(found) == {"Suggestions", "Candidate themes", "Set aside"}


def test_a_reflexive_study_hears_nothing_of_agreement(full_reflexive: Result) -> None:
    assert set(advice(full_reflexive)) == {"Agreement", "Candidate themes", "Set aside"}


def test_the_box_stands_first_in_its_section(full: Result) -> None:
    page = lxml.html.document_fromstring(html(full, ReportConfig()))
    (box,) = page.get_element_by_id("codebook").xpath("./aside[following-sibling::h3 and not(preceding-sibling::h3)]")
    assert box.find("h3").text == "What to trust here"
    shown = [(dt.text, dd.text) for dt, dd in zip(box.iter("dt"), box.iter("dd"), strict=True)]
    assert shown == [(each.topic, each.text) for each in trust(full)]
