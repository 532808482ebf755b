"""The output tables are a contract: their columns, their figures, and CSV that reads back as it was."""

from __future__ import annotations

import csv
import dataclasses
import io

from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Comparison, Result
from pipeline.report import Table, csv_text, tables

COLUMNS = {
    "utterances": "utterance_id document site turn paragraph start end speaker role text theme_id membership "
    "second_theme_id set_aside code_1 probability_1 code_2 probability_2 code_3 probability_3",
    "themes": "theme_id label keywords size speakers documents sites stability stability_word nearest_code relation "
    "note",
    "theme_quotes": "theme_id kind utterance_id text",
    "theme_codes": "theme_id code n share lift held_out_agreement",
    "disagreements": "utterance_id document paragraph kind views why weight text",
    "dropped": "document start end text stage reason",
    "agreement": "comparison first second code n_first n_second n_units precision recall f1 kappa",
    "agreement_overall": "comparison first second figure value low high n reason",
    "structure": "grouping groups ami null excess excess_low excess_high n ami_all phi placed reason",
    "attributes": "attribute value documents utterances placed kappa kappa_low kappa_high kappa_n top1 top1_low "
    "top1_high top1_n reason",
    "drift": "coder period first last utterances codes_per_utterance reference kappa kappa_low kappa_high kappa_n "
    "reason",
    "convergence": "kind name relation counterpart reason",
    "theme_groups": "group_id label theme_ids size",
    "new_themes": "theme_id label keywords size speakers documents quotes",
    "new_theme_utterances": "new_theme_id utterance_id text",
    "suggestions": "utterance_id rank code theme probability theme_probability similarity_to_definition words "
    "example_1 example_2 in_set chosen no_code_probability",
    "triage": "rank utterance_id document paragraph site expected_new codes why check_sample text",
    "triage_documents": "rank document unread expected_new themes why",
    "originals": "document turn paragraph speaker role original text",
    "unplaced": "where document coder code reason text",
    "memos": "document start end code author date title text",
    "problems": "where what todo",
}


def by_name(table: Table) -> list[dict[str, object]]:
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def test_columns_are_the_contract_also_when_there_is_nothing(rich: Result, empty: Result) -> None:
    for result in (rich, empty):
        assert {name: " ".join(table.columns) for name, table in tables(result).items()} == COLUMNS
    assert all(not table.rows for table in tables(empty).values())


def test_every_row_is_as_wide_as_its_head(full: Result) -> None:
    for table in tables(full).values():
        assert table.rows
        assert {len(row) for row in table.rows} == {len(table.columns)}


def test_utterances_say_where_they_stand(rich: Result) -> None:
    rows = by_name(tables(rich)["utterances"])
    placement = rich.clusters.placement
    assert [row["text"] for row in rows] == [utterance.text for utterance in rich.utterances]
    for i, row in enumerate(rows):
        placed = placement.theme[i] >= 0
        assert row["theme_id"] == (f"T{placement.theme[i] + 1}" if placed else "")
        assert row["second_theme_id"] == f"T{(placement.second if placed else placement.nearest)[i] + 1}"
        assert bool(row["set_aside"]) is not bool(placed)
        assert row["membership"] == round(float(placement.membership[i]), 4)


def test_suggestions_are_ranked_and_an_unknown_probability_is_nothing(rich: Result) -> None:
    rows = by_name(tables(rich)["utterances"])
    suggestions = rich.suggestions
    assert suggestions is not None
    best = suggestions.scores.argmax(axis=1)
    assert [row["code_1"] for row in rows] == [suggestions.codes[k] for k in best]
    assert all(row["probability_1"] >= row["probability_2"] >= row["probability_3"] for row in rows[:-1])  # type: ignore[operator]
    assert rows[-1]["code_1"]
    assert [rows[-1][f"probability_{k}"] for k in (1, 2, 3)] == [None, None, None]


def test_without_suggestions_their_columns_are_empty(rich: Result) -> None:
    rows = by_name(tables(dataclasses.replace(rich, suggestions=None))["utterances"])
    assert {row[f"{name}_{k}"] for row in rows for name in ("code", "probability") for k in (1, 2, 3)} == {None}


def test_themes_carry_relation_and_flags(rich: Result) -> None:
    rows = {row["theme_id"]: row for row in by_name(tables(rich)["themes"])}
    assert rows["T4"]["nearest_code"] == "advice on medicines"
    assert rows["T4"]["relation"] == "dissonant"
    assert rows["T4"]["note"] == "mostly answers to one question; 4 of 9 coded utterances."
    assert rows["T1"]["stability"] == 0.91
    assert rows["T1"]["sites"] == sum(1 for _, n in rich.themes[0].sites if n)


def test_disagreements_are_quotes_of_the_theme_that_holds_them(rich: Result) -> None:
    rows = [row for row in by_name(tables(rich)["theme_quotes"]) if row["kind"] == "disagreement"]
    placed = rich.clusters.placement.theme
    wanted = [
        (f"T{placed[d.utterance] + 1}", rich.utterances[d.utterance].id)
        for d in rich.comparison.disagreements
        if placed[d.utterance] >= 0
    ]
    assert sorted((row["theme_id"], row["utterance_id"]) for row in rows) == sorted(wanted)


def test_what_two_stages_report_is_dropped_once(rich: Result) -> None:
    rows = by_name(tables(rich)["dropped"])
    assert len(rows) == len({(row["document"], row["start"]) for row in rows}) == len(rich.dropped)


def test_machine_on_the_pairs_utterances_is_not_called_human(rich: Result) -> None:
    kinds = {(row["comparison"], row["first"], row["second"]) for row in by_name(tables(rich)["agreement"])}
    assert kinds == {
        ("machine", "anna", "machine"),
        ("machine", "ben", "machine"),
        ("two people", "anna", "ben"),
        ("machine, same utterances", "anna", "machine"),
        ("baseline", "anna", "most frequent code"),
    }


def test_a_reflexive_study_has_no_agreement_tables(reflexive: Result) -> None:
    found = tables(reflexive)
    assert not any(found[name].rows for name in ("agreement", "agreement_overall", "structure"))
    assert {row["held_out_agreement"] for row in by_name(found["theme_codes"])} == {None}
    assert found["themes"].rows


def test_figures_are_rounded_to_four_decimals(full: Result) -> None:
    figures = [cell for table in tables(full).values() for row in table.rows for cell in row if isinstance(cell, float)]
    assert figures
    assert all(cell == round(cell, 4) and type(cell) is float for cell in figures)
    assert "-0.0," not in csv_text(tables(full)["structure"])


def test_problems_name_codings_that_touch_nothing(rich: Result) -> None:
    found = [row["what"] for row in by_name(tables(rich)["problems"])]
    assert found == [
        "the speaker “R9” speaks only once",
        "an unknown code",
        "the coding “hope” by anna touches no utterance",
    ]


def test_csv_has_a_head_also_without_rows() -> None:
    assert csv_text(Table(("a", "b"), ())) == "a,b\n"
    assert csv_text(Table(("a", "b"), ((None, 'x"y'), (1.5, "=1+1"), (" c", "d\ne")))) == (
        'a,b\n,"x""y"\n1.5,=1+1\n" c","d\ne"\n'
    )


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_csv_reads_back_as_it_was(rows: list[tuple[str, str]]) -> None:
    text = csv_text(Table(("a", "b"), tuple(rows)))
    assert list(csv.reader(io.StringIO(text, newline=""), strict=True)) == [["a", "b"], *map(list, rows)]


def test_tables_hold_without_a_comparison(rich: Result) -> None:
    found = tables(dataclasses.replace(rich, comparison=Comparison(reason="no codings were given")))
    assert not found["disagreements"].rows
    assert len(found["utterances"].rows) == len(rich.utterances)
