"""What most coders gave, as one more coder."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pipeline.compare import compare
from pipeline.compare.consensus import majority, others, with_consensus
from pipeline.compare.units import arrange
from pipeline.config import CompareConfig

CODES = ["trust", "time"]
CONFIG = CompareConfig(rotations=4, draws=2, bootstrap=20, min_positives=1)


@pytest.fixture
def study_of(make_utterances, make_table):
    def build(given, documents=None):
        n = max(len(rows) for rows in given.values())
        return arrange(make_utterances(documents or ["a"] * n), make_table(given, CODES), ())

    return build


def _said(values: np.ndarray) -> list[list[str]]:
    return [[CODES[j] for j in np.flatnonzero(row)] for row in values]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["trust"], ["trust"]], ["trust"]),
        ([["trust"], ["time"]], []),
        ([["trust", "time"], ["time"]], ["time"]),
        ([["trust"], []], []),
        ([["trust"], ["trust"], []], ["trust"]),
        ([["trust"], ["time"], ["trust", "time"]], ["trust", "time"]),
        ([["trust"], ["trust"], ["time"], []], []),  # two of four are not more than half
        ([["trust"], ["trust"], None, None], ["trust"]),  # who did not work on the document has no vote
        ([["trust"], None], []),  # one coder alone is no consensus
    ],
)
def test_consensus_is_what_more_than_half_of_those_at_work_gave(study_of, rows, said) -> None:
    study = study_of({name: [row] for name, row in zip(("Ada", "Ben", "Eve", "Ida"), rows, strict=False)})
    values, worked = majority(study, range(len(rows)))
    assert _said(values) == [said]
    assert worked[0] == (sum(row is not None for row in rows) >= 2)


@settings(max_examples=60, deadline=None)
@given(hnp.arrays(bool, st.tuples(st.integers(2, 5), st.integers(1, 8), st.just(2))))
def test_consensus_holds_what_all_gave_and_nothing_that_nobody_gave(values: np.ndarray) -> None:
    n = values.shape[1]
    study = _bare(values)
    found, worked = majority(study, range(len(values)))
    assert worked.all()
    assert (found | ~values.all(axis=0)).all()
    assert (~found | values.any(axis=0)).all()
    back, _ = majority(study, reversed(range(len(values))))
    assert (back == found).all()
    assert found.shape == (n, 2)


def _bare(values: np.ndarray):
    from pipeline.compare.units import Study

    n = values.shape[1]
    zeros = np.zeros(n, np.int32)
    return Study(
        row=np.arange(n),
        ids=tuple(str(i) for i in range(n)),
        document=zeros,
        documents=("a",),
        person=zeros,
        site=zeros,
        sites=("",),
        question=zeros,
        asked=False,
        codes=tuple(CODES),
        coders=tuple(f"coder {c}" for c in range(len(values))),
        values=values,
        worked=np.ones(values.shape[:2], bool),
        coded=values.any(axis=0),
        settled=np.zeros(n, bool),
        refused=np.zeros(values.shape[1:], bool),
    )


def test_the_consensus_is_one_more_coder_under_a_name_of_its_own(study_of) -> None:
    study = with_consensus(study_of({"consensus": [["trust"], ["time"]], "Ben": [["trust"], []]}))
    assert study.coders == ("consensus", "Ben", "consensus *")
    assert _said(study.values[2]) == [["trust"], []]
    alone = study_of({"Ada": [["trust"]]})
    assert with_consensus(alone) is alone
    apart = study_of({"Ada": [["trust"]], "Ben": [["time"]]})
    assert with_consensus(apart) is apart


def test_the_others_are_one_person_or_what_most_of_them_gave(study_of) -> None:
    two = study_of({"Ada": [["trust"]], "Ben": [["time"]]})
    name, values, worked = others(two, 0)
    assert (name, _said(values), worked.tolist()) == ("Ben", [["time"]], [True])
    three = study_of({"Ada": [["trust"], ["time"]], "Ben": [["time"], ["time"]], "Eve": [["time"], ["trust"]]})
    name, values, worked = others(three, 0)
    assert (name, _said(values), worked.tolist()) == ("consensus of the others", [["time"], []], [True, True])
    name, _, worked = others(study_of({"Ada": [["trust"]]}), 0)
    assert (name, worked.tolist()) == ("", [False])


@pytest.fixture
def three_coders(make_utterances, make_placement, make_table, make_suggestions):
    rng = np.random.default_rng(2)
    truth = rng.integers(0, 2, 240)
    given = {name: [[CODES[k if rng.random() < 0.8 else 1 - k]] for k in truth] for name in ("Ada", "Ben", "Eve")}
    fold = np.repeat(np.arange(4), 60)
    probabilities = np.where(np.eye(2, dtype=bool)[truth], 0.8, 0.2)
    return {
        "utterances": make_utterances([f"d{k}" for k in fold]),
        "placement": make_placement(truth),
        "theme_ids": ("T1", "T2"),
        "table": make_table(given, CODES),
        "held_out": make_suggestions(probabilities, CODES, fold),
        "definitions": None,
        "groupings": {},
        "parents": {},
        "config": CONFIG,
    }


def test_machine_and_people_are_held_against_the_consensus(three_coders) -> None:
    found = compare(**three_coders)
    assert [row.first for row in found.agreements] == ["Ada", "Ben", "Eve", "consensus"]
    pairs = [(row.first, row.second) for row in found.human]
    assert [pair for pair in pairs if "machine" not in pair] == [
        ("Ada", "Ben"),
        ("Ada", "Eve"),
        ("Ben", "Eve"),
        ("consensus of the others", "Ada"),
        ("consensus of the others", "Ben"),
        ("consensus of the others", "Eve"),
    ]
    votes = three_coders["table"].values.sum(axis=0) >= 2
    right = votes[np.arange(240), three_coders["held_out"].ranked[:, 0]]
    best = found.agreements[3]
    assert (best.n_units, best.top1.value) == (240, pytest.approx(right.mean()))
    assert best.macro_kappa.value > max(row.macro_kappa.value for row in found.agreements[:3])


def test_two_coders_have_no_consensus_of_the_others(three_coders) -> None:
    table = three_coders["table"]
    two = replace(table, coders=table.coders[:2], values=table.values[:2], worked=table.worked[:2])
    found = compare(**{**three_coders, "table": two})
    assert [row.first for row in found.agreements] == ["Ada", "Ben", "consensus"]
    assert [(row.first, row.second) for row in found.human] == [("Ada", "Ben"), ("Ada", "machine"), ("Ben", "machine")]
