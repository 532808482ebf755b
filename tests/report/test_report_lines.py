"""The seven lines: always seven, in order, each with its number or with the reason why it has none."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from pipeline.records import Codings, Comparison, Estimate, Mapping, Result
from pipeline.report import seven_lines
from pipeline.report.lines import why_nothing_compared

NAMES = (
    "Themes found",
    "Coding agreement",
    "Structure",
    "Placed and set aside",
    "Stability",
    "Without a code",
    "Effort",
)


def sentences(result: Result) -> dict[str, str]:
    return {line.name: line.sentence for line in seven_lines(result)}


def with_comparison(result: Result, **changes: object) -> Result:
    return dataclasses.replace(result, comparison=dataclasses.replace(result.comparison, **changes))


def test_a_rich_result_says_all_seven(rich: Result) -> None:
    found = sentences(rich)
    assert tuple(found) == NAMES
    assert found["Themes found"] == (
        "2 of 3 (67%) of the team's themes were met by one of 7 candidate themes; not met: Oscillating views; "
        "by position alone, with candidates shifted along the transcripts, 1.40 on average."
    )
    assert found["Coding agreement"] == (
        "Agreement with this team's coding on held-out documents (anna): mean kappa 0.31 (0.21 to 0.43), n 44; "
        "two people of the team (anna, ben): mean kappa 0.48 (0.38 to 0.60), n 44; "
        "on the same utterances machine to human 0.62."
    )
    assert "excess 0.18 (0.07 to 0.29), n 48" in found["Structure"]
    assert "0.29 less 0.11" in found["Structure"]
    assert found["Placed and set aside"].startswith("42 of 48 (88%) utterances are placed in a candidate theme, 6 are")
    assert found["Stability"].endswith("of 7 candidate themes: 1 highly stable, 2 stable, 2 doubtful and 2 unstable.")
    assert found["Without a code"] == (
        "2 of 7 (29%) candidate themes are covered by no code: T5 colleague or patient and T6 no shared room."
    )
    assert found["Effort"] == (
        "To meet 95% of 6 codes three times, read 20 of 48 (42%) utterances in the suggested order; in random order 33."
    )


def test_an_empty_result_says_why_seven_times(empty: Result) -> None:
    found = sentences(empty)
    assert tuple(found) == NAMES
    assert found["Themes found"] == "There is no candidate theme."
    for name in ("Coding agreement", "Structure", "Effort"):
        assert "no codings were given" in found[name]
    assert "no codebook was given" in found["Without a code"]
    assert found["Placed and set aside"] == "No utterance was left to place."


def test_a_reflexive_study_shows_no_agreement(reflexive: Result) -> None:
    found = sentences(reflexive)
    for name in ("Themes found", "Coding agreement", "Structure"):
        assert "reflexive thematic analysis" in found[name]
        assert "0." not in found[name]
        assert "kappa" not in found[name]


def test_sites_that_differ_are_named(rich: Result) -> None:
    rows = tuple((site, 0 if site == "DA" else 7, 8) for site, _, _ in rich.comparison.placed_by_site)
    found = sentences(with_comparison(rich, placed_by_site=rows))["Placed and set aside"]
    assert found.endswith("from DA 0%, n 8, to BE 88%, n 8.")


def test_without_a_second_person_there_is_no_ceiling(rich: Result) -> None:
    found = sentences(with_comparison(rich, human=()))["Coding agreement"]
    assert found.endswith("so there is no human ceiling beside it.")


@pytest.mark.parametrize("human", [slice(0, 1), slice(0, 0)])
def test_no_ratio_without_the_machine_on_the_same_utterances(rich: Result, human: slice) -> None:
    found = sentences(with_comparison(rich, human=rich.comparison.human[human]))["Coding agreement"]
    assert "machine to human" not in found


def test_machine_rows_never_stand_for_two_people(rich: Result) -> None:
    machine_first = tuple(reversed(rich.comparison.human))
    found = sentences(with_comparison(rich, human=machine_first))["Coding agreement"]
    assert "two people of the team (anna, ben): mean kappa 0.48" in found


def test_an_undefined_excess_gives_its_reason(rich: Result) -> None:
    row = dataclasses.replace(rich.comparison.structure[0], excess=Estimate(None, reason="only one document is coded"))
    assert "only one document is coded" in sentences(with_comparison(rich, structure=(row,)))["Structure"]


def test_a_codebook_that_could_not_be_compared(rich: Result) -> None:
    result = dataclasses.replace(
        rich, mapping=Mapping(), comparison=Comparison(reason="no coding touches an utterance")
    )
    found = sentences(result)
    assert "no theme could be laid beside a code" in found["Without a code"]
    assert "no coding touches an utterance" in found["Effort"]


def test_nothing_placed(rich: Result) -> None:
    nowhere = np.full(len(rich.utterances), -1, np.int32)
    placement = dataclasses.replace(rich.clusters.placement, theme=nowhere)
    result = dataclasses.replace(rich, themes=(), clusters=dataclasses.replace(rich.clusters, placement=placement))
    found = sentences(result)
    assert found["Placed and set aside"] == ("There is no candidate theme: all utterances (48) are set aside.")
    assert found["Themes found"] == "There is no candidate theme."
    assert found["Without a code"] == "There is no candidate theme that a code could cover."
    assert found["Stability"] == "There is no candidate theme whose stability could be told."


def test_what_nobody_coded_is_not_called_uncovered(rich: Result) -> None:
    relations = tuple(dataclasses.replace(each, relation="not told") for each in rich.mapping.relations)
    result = dataclasses.replace(rich, mapping=dataclasses.replace(rich.mapping, relations=relations))
    sentence = seven_lines(result)[5].sentence
    assert sentence.startswith("0 of ")
    assert f"of {len(relations)} it cannot be told, because too little of them was coded" in sentence
    nobody = dataclasses.replace(result.table, values=np.zeros_like(result.table.values))
    assert seven_lines(dataclasses.replace(result, table=nobody, codings=Codings()))[5].sentence == (
        "Candidates that no code covers: not told, because nobody has coded yet."
    )


def test_only_those_that_can_be_told_count_as_uncovered(rich: Result) -> None:
    relations = list(rich.mapping.relations)
    relations[4] = dataclasses.replace(relations[4], relation="not told")
    result = dataclasses.replace(rich, mapping=dataclasses.replace(rich.mapping, relations=tuple(relations)))
    assert sentences(result)["Without a code"] == (
        "1 of 7 (14%) candidate themes is covered by no code: T6 no shared room; "
        "of 1 it cannot be told, because too little of it was coded."
    )


def test_a_machine_that_is_not_scored_says_its_own_reason(rich: Result) -> None:
    result = with_comparison(rich, agreements=(), reason="the machine is not scored: nothing was held out")
    assert sentences(result)["Coding agreement"] == (
        "Agreement with this team's coding: none computed, because the machine is not scored: nothing was held out."
    )


@pytest.mark.parametrize(
    ("n_coded", "given", "reason"),
    [
        (0, True, "the codings touch no utterance of this run"),
        (0, False, "no codings were given"),
        (9, True, "too little is coded"),
    ],
)
def test_codings_touch_nothing_only_where_they_do(rich: Result, n_coded: int, given: bool, reason: str) -> None:
    result = dataclasses.replace(rich, comparison=Comparison(n_coded=n_coded))
    if not given:
        result = dataclasses.replace(result, codings=Codings())
    assert why_nothing_compared(result) == reason


def test_one_is_told_as_one(rich: Result) -> None:
    only = dataclasses.replace(rich, themes=rich.themes[:1])
    assert "were met by the only candidate theme;" in sentences(only)["Themes found"]
    one_found = with_comparison(rich, found=rich.comparison.found[1:])
    assert sentences(one_found)["Themes found"].startswith("1 of 2 (50%) of the team's themes was met by one of 7")
