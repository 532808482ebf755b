"""Drift: stretches by date, and whom a coder is compared with."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.compare.drift import drift
from pipeline.compare.units import align, arrange
from pipeline.config import CompareConfig
from pipeline.records import Coding

CODES = ["trust", "time"]
CONFIG = CompareConfig(bootstrap=20, min_positives=2)


@pytest.fixture
def study_of(make_utterances, make_table, make_suggestions):
    """Six documents of four utterances, d0 to d5; the machine says what `said` holds."""

    def build(given, said=None, fold=None):
        rows = [f"d{k}" for k in range(6) for _ in range(4)]
        suggestions = None
        if said is not None:
            probabilities = np.where(np.eye(2)[said] > 0, 0.9, 0.1)
            suggestions = make_suggestions(probabilities, CODES, np.repeat(np.arange(6), 4) if fold is None else fold)
        study = arrange(make_utterances(rows), make_table(given, CODES), (suggestions,))
        return study, None if suggestions is None else align(suggestions, study)

    return build


def _coding(coder: str, document: int, date: str) -> Coding:
    return Coding(f"d{document}", 0, 9, coder, "trust", date)


STEADY = [["trust"], ["time"], ["trust"], ["time"]] * 6
TURNED = [["trust"], ["time"], ["trust"], ["time"]] * 4 + [["time"], ["trust"], ["time"], ["trust"]] * 2
BACKWARDS = [_coding("Ada", k, f"2026-03-{20 - k}") for k in range(6)]


def test_periods_follow_the_dates_and_show_the_coder_who_turned(study_of) -> None:
    study, _ = study_of({"Ada": TURNED, "Ben": STEADY})
    forwards = [_coding("Ada", k, f"2026-03-0{k + 1}") for k in range(6)]
    found = drift(study, None, forwards, CONFIG)
    assert [(row.coder, row.period, row.n_units, row.reference) for row in found] == [
        ("Ada", 1, 8, "Ben"),
        ("Ada", 2, 8, "Ben"),
        ("Ada", 3, 8, "Ben"),
    ]
    assert [row.kappa.value for row in found] == [1, 1, -1]
    assert (found[0].first, found[0].last) == ("2026-03-01", "2026-03-02")
    assert [row.kappa.value for row in drift(study, None, BACKWARDS, CONFIG)] == [-1, 1, 1]


def test_codes_per_utterance_and_the_last_date_of_a_stretch(study_of) -> None:
    given = {"Ada": [["trust", "time"]] * 8 + [["trust"]] * 16, "Ben": STEADY}
    study, _ = study_of(given)
    codings = [_coding("Ada", k, f"2026-03-0{k + 1}T10:00:00") for k in range(6)] + [_coding("Ada", 0, "2026-05-01")]
    found = drift(study, None, codings, CONFIG)
    assert [row.codes_per_utterance for row in found] == [2, 1, 1]
    assert (found[0].first, found[0].last) == ("2026-03-01", "2026-05-01")


def test_the_held_out_machine_stands_in_where_nobody_else_coded(study_of) -> None:
    study, machine = study_of({"Ada": TURNED}, np.tile([0, 1], 12))
    found = drift(study, machine, BACKWARDS, CONFIG)
    assert [row.reference for row in found] == ["machine"] * 3
    assert [row.kappa.value for row in found] == [-1, 1, 1]
    found = drift(study, None, BACKWARDS, CONFIG)
    assert [(row.reference, row.kappa.value) for row in found] == [("", None)] * 3
    assert found[0].kappa.reason.startswith("nobody to compare with")
    not_left_out, machine = study_of({"Ada": TURNED}, np.tile([0, 1], 12), fold=[-1] * 24)
    assert drift(not_left_out, machine, BACKWARDS, CONFIG)[0].reference == ""


def test_the_reference_is_one_for_all_stretches(study_of) -> None:
    """Ben worked on half of the documents only: kappa with him here and with the machine there would not compare."""
    study, machine = study_of({"Ada": STEADY, "Ben": STEADY[:12] + [None] * 12}, np.tile([0, 1], 12))
    ada = [row for row in drift(study, machine, BACKWARDS, CONFIG) if row.coder == "Ada"]
    assert [row.reference for row in ada] == ["machine"] * 3


def test_three_coders_are_compared_with_what_the_others_agree_on(study_of) -> None:
    study, _ = study_of({"Ada": TURNED, "Ben": STEADY, "Eve": STEADY})
    found = drift(study, None, BACKWARDS, CONFIG)
    assert {row.reference for row in found} == {"consensus of the others"}
    assert [row.kappa.value for row in found] == [-1, 1, 1]


def test_documents_of_one_date_stay_together(study_of) -> None:
    study, _ = study_of({"Ada": STEADY, "Ben": STEADY})
    two_days = [_coding("Ada", k, "2026-03-01" if k < 5 else "2026-03-02") for k in range(6)]
    assert [(row.period, row.n_units) for row in drift(study, None, two_days, CONFIG)] == [(1, 20), (2, 4)]


@pytest.mark.parametrize(
    "codings",
    [
        [],
        [_coding("Ada", 0, "2026-03-01")],
        [_coding("Ada", k, "2026-03-01") for k in range(6)],
        [_coding("Ada", k, "") for k in range(6)],
        [_coding("Nobody", k, f"2026-03-0{k + 1}") for k in range(6)],
    ],
)
def test_without_two_dates_there_are_no_rows(study_of, codings) -> None:
    study, _ = study_of({"Ada": STEADY, "Ben": STEADY})
    assert drift(study, None, codings, CONFIG) == ()


def test_kappa_is_over_the_codes_that_are_frequent_in_all(study_of) -> None:
    study, _ = study_of({"Ada": STEADY, "Ben": STEADY})
    found = drift(study, None, BACKWARDS, CompareConfig(min_positives=13))
    assert [row.kappa.reason for row in found] == ["no code has 13 utterances in the reference"] * 3
    found = drift(study, None, BACKWARDS, CompareConfig(min_positives=12))  # 12 in all, 4 in each stretch
    assert [row.kappa.value for row in found] == [1, 1, 1]


def test_a_document_lies_in_the_stretch_of_its_middle(study_of) -> None:
    """4, 8, 8 and 4 utterances: their middles lie at 2, 8, 16 and 22 of 24, thirds end at 8 and 16."""
    study, _ = study_of({"Ada": STEADY, "Ben": STEADY})
    codings = [_coding("Ada", k, f"2026-03-0{day}") for k, day in enumerate((1, 2, 2, 3, 3, 4))]
    assert [row.n_units for row in drift(study, None, codings, CONFIG)] == [4, 8, 12]
