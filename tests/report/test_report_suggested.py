"""Suggestions that explain themselves: the table, the answer in words, and why a code is suggested."""

from __future__ import annotations

import dataclasses

import lxml.html
import numpy as np
import pytest

from pipeline.config import ReportConfig
from pipeline.records import Code, Codebook, Disagreement, Result, Suggestions
from pipeline.report import html, tables
from pipeline.report.view_suggested import answer, no_code, tree

Page = lxml.html.HtmlElement


def words(element: Page) -> str:
    return " ".join(" ".join(element.itertext()).split())


def rows(result: Result) -> dict[tuple[object, object], dict[str, object]]:
    table = tables(result)["suggestions"]
    found = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    return {(row["utterance_id"], row["rank"]): row for row in found}


def suggestions(result: Result) -> Suggestions:
    assert result.suggestions is not None
    return result.suggestions


def talks(result: Result) -> list[str]:
    page = lxml.html.document_fromstring(html(result, ReportConfig()))
    return [" ".join(t.text_content().split()) for t in page.get_element_by_id("discuss").xpath(".//article")]


def test_a_row_a_suggestion_with_all_that_speaks_for_it(full: Result) -> None:
    found = rows(full)
    assert len(found) == 3 * len(full.utterances)
    assert found[full.utterances[0].id, 1] == {
        "utterance_id": full.utterances[0].id,
        "rank": 1,
        "code": "advice on medicines",
        "theme": "Crossing boundaries",
        "probability": 0.31,
        "theme_probability": 0.78,
        "similarity_to_definition": 0.1,
        "words": "",
        "example_1": full.utterances[5].id,
        "example_2": full.utterances[9].id,
        "in_set": "yes",
        "chosen": "no",
        "no_code_probability": 0.2,
    }
    second = found[full.utterances[1].id, 1]
    assert (second["words"], second["in_set"], second["no_code_probability"]) == ("doors; lived", "no", 0.64)
    last = found[full.utterances[-1].id, 1]
    assert (last["probability"], last["theme_probability"], last["no_code_probability"]) == (None, None, None)
    assert last["example_2"] == ""


def test_chosen_is_what_the_suggestions_chose(full: Result) -> None:
    said = suggestions(full)
    for i, utterance in enumerate(full.utterances):
        for rank, code in enumerate(said.ranked[i]):
            assert rows(full)[utterance.id, rank + 1]["chosen"] == ("yes" if said.chosen[i, code] else "no")


def test_without_reasons_tree_and_sets_the_columns_are_empty(rich: Result) -> None:
    for row in rows(rich).values():
        assert row["theme_probability"] is None
        assert row["similarity_to_definition"] is None
        assert (row["words"], row["example_1"], row["example_2"], row["in_set"]) == ("", "", "", None)


def test_without_a_codebook_there_is_no_row(empty: Result) -> None:
    assert rows(empty) == {}
    assert tables(empty)["suggestions"].columns[0] == "utterance_id"


def test_a_rank_without_a_code_has_no_row(full: Result) -> None:
    ranked = suggestions(full).ranked.copy()
    ranked[:, 2] = -1
    changed = dataclasses.replace(full, suggestions=dataclasses.replace(suggestions(full), ranked=ranked))
    assert len(rows(changed)) == 2 * len(full.utterances)


def test_a_sure_theme_with_an_unsure_code_is_said_as_such(full: Result) -> None:
    assert tree(full, 0) == "theme “Crossing boundaries” likely (78%), code unsure (31%)"
    assert answer(full, 0) == f"no code (20%); {tree(full, 0)}"
    assert tree(full, 2) == ""
    assert tree(full, len(full.utterances) - 1) == ""


@pytest.mark.parametrize(
    ("chance", "first", "told"),
    [(0.6, 0.49, True), (0.59, 0.49, False), (0.9, 0.5, False), (0.9, 0.1, True), (np.nan, 0.1, False)],
)
def test_limits_of_a_sure_theme(full: Result, chance: float, first: float, told: bool) -> None:
    said = suggestions(full)
    probability, themes = said.probability.copy(), said.theme_probability.copy()
    themes[3], probability[3, 0] = 0.0, first
    themes[3, 1] = chance
    changed = dataclasses.replace(said, probability=probability, theme_probability=themes)
    assert bool(tree(dataclasses.replace(full, suggestions=changed), 3)) is told


def test_a_code_without_a_theme_is_no_theme_of_its_own(full: Result) -> None:
    codes = tuple(Code(code.name) for code in full.codebook.codes)
    said = dataclasses.replace(
        suggestions(full),
        themes=tuple(code.name for code in codes),
        theme_probability=np.full((len(full.utterances), len(codes)), 0.9, np.float32),
    )
    assert tree(dataclasses.replace(full, codebook=Codebook(codes), suggestions=said), 0) == ""


def test_no_code_is_an_answer(full: Result) -> None:
    assert answer(full, 1) == "no code (64%)"
    assert no_code(suggestions(full), len(full.utterances) - 1) == ""


def test_the_answer_lists_chosen_codes_with_their_probability(full: Result) -> None:
    said, index = suggestions(full), 2
    chosen = [(said.codes[k], said.probabilities[index, k]) for k in np.flatnonzero(said.chosen[index])]
    assert chosen
    assert all(f"{code} ({round(100 * float(chance))}%)" in answer(full, index) for code, chance in chosen)


def test_without_numbers_the_answer_has_none(full: Result) -> None:
    said = suggestions(full)
    bare = dataclasses.replace(
        said,
        probabilities=np.full_like(said.probabilities, np.nan),
        probability=np.full_like(said.probability, np.nan),
        no_code=np.full_like(said.no_code, np.nan),
    )
    assert "(likely)" in answer(dataclasses.replace(full, suggestions=bare), 2)
    assert answer(dataclasses.replace(full, suggestions=bare), 1) == "no code that it is sure of"
    assert answer(dataclasses.replace(full, suggestions=None), 1) == ""


def test_the_list_of_utterances_shows_the_answer(full: Result) -> None:
    page = lxml.html.document_fromstring(html(full, ReportConfig()))
    assert words(page.get_element_by_id("u-1")).endswith("Machine: no code (64%)")
    shown = page.get_element_by_id("utterances").xpath(".//span[@class='answer']")
    assert len(shown) == len(full.utterances)


def test_why_a_code_is_suggested_with_its_nearest_example(full: Result) -> None:
    second = talks(full)[1]
    first = suggestions(full).codes[suggestions(full).ranked[13, 0]]
    near = full.utterances[18]
    assert f"why “{first}”" in second
    assert "words of the code that are used here: doors and lived" in second
    assert "likeness to its definition 0.32 (1 would be the same)" in second
    assert f"Nearest utterance that was given this code: {near.text} ({near.document} {near.paragraph})" in second


def about(full: Result, said: str) -> str:
    item = Disagreement(0, "machine sure, no code", (("anna", "no code"), ("machine", said)), "Why.", 1.0)
    comparison = dataclasses.replace(full.comparison, disagreements=(item,))
    return talks(dataclasses.replace(full, comparison=comparison))[0]


def test_the_reasons_are_those_of_the_code_that_the_machine_names(full: Result) -> None:
    text = about(full, "=cmd|' /C calc'!A0 (70%)")
    assert "why “=cmd|' /C calc'!A0”" in text
    assert "likely (78%)" not in text
    assert "why “advice on medicines”theme “Crossing boundaries” likely (78%), code unsure (31%)" in about(
        full, "advice on medicines"
    )


def test_no_code_of_the_machine_names_the_code_that_it_would_give(full: Result) -> None:
    text = about(full, "no code (64%)")
    assert "why “no code”its best code would be advice on medicines (31%)" in text
    assert "Nearest utterance" not in text


def test_reasons_for_another_first_code_say_where_it_comes_from(full: Result) -> None:
    text = about(full, "clear tasks (90%)")
    assert "why “advice on medicines”with the codings of this document learned too, this code comes first" in text


def test_without_reasons_the_case_stands_all_the_same(rich: Result) -> None:
    assert [talk.count("why “") for talk in talks(rich)] == [1, 0, 1]
    assert "why “hope”with the codings" not in talks(rich)[0]
    assert not any("why “" in talk for talk in talks(dataclasses.replace(rich, suggestions=None)))
