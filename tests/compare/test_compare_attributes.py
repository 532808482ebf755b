"""Placed share and agreement by attribute of the documents."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.compare.attributes import by_attribute
from pipeline.compare.units import align, arrange
from pipeline.config import CompareConfig

CODES = ["trust", "time"]
CONFIG = CompareConfig(bootstrap=20, min_positives=2)
DOCUMENTS = [f"d{k}" for k in range(6)]


@pytest.fixture
def study_of(make_utterances, make_placement, make_table, make_suggestions):
    """Six documents of four utterances; the machine is right in d0 to d2 and wrong in the others."""

    def build(given=None, sites=None):
        rows = [name for name in DOCUMENTS for _ in range(4)]
        codes = [0, 1, 0, 1] * 6
        utterances = make_utterances(rows, sites=sites)
        right = np.arange(24) < 12
        said = np.where(right, codes, 1 - np.array(codes))
        suggestions = make_suggestions(np.where(np.eye(2)[said] > 0, 0.9, 0.1), CODES, np.repeat(np.arange(6), 4))
        table = make_table(given or {"Ada": [[CODES[k]] for k in codes]}, CODES)
        study = arrange(utterances, table, (suggestions,))
        placement = make_placement(np.where(np.arange(24) % 4 == 3, -1, 0))
        return utterances, placement, study, align(suggestions, study)

    return build


def _rows(found) -> dict[tuple[str, str], object]:
    return {(row.attribute, row.value): row for row in found}


def test_figures_by_value_of_an_attribute(study_of) -> None:
    utterances, placement, study, machine = study_of()
    wave = {name: (("wave", "first" if k < 3 else "second"),) for k, name in enumerate(DOCUMENTS)}
    found = _rows(by_attribute(utterances, placement, wave, study, machine, CONFIG))
    assert list(found) == [("wave", "first"), ("wave", "second")]
    first, second = found.values()
    assert (first.n_documents, first.n_utterances, first.placed) == (3, 12, 9)
    assert (first.kappa.value, first.top1.value, first.top1.n) == (1.0, 1.0, 12)
    assert (second.kappa.value, second.top1.value) == (-1.0, 0.0)
    assert first.top1.low == first.top1.high == 1.0


def test_site_comes_first_and_attributes_without_contrast_are_left_out(study_of) -> None:
    utterances, placement, study, machine = study_of(sites=[f"site {i // 12}" for i in range(24)])
    attributes = {
        name: (("z", str(k % 2)), ("same", "x"), ("id", name), ("pair", name if k < 5 else DOCUMENTS[4]))
        for k, name in enumerate(DOCUMENTS)
    }
    found = _rows(by_attribute(utterances, placement, attributes, study, machine, CONFIG))
    assert [name for name, _ in found] == ["site"] * 2 + ["pair"] * 5 + ["z"] * 2
    assert found["site", "site 1"].top1.value == 0
    assert found["pair", "d0"].kappa.reason == "no interval: all of it comes from one document"


@pytest.mark.parametrize(("n_values", "rows"), [(12, 12), (13, 0)])
def test_more_than_twelve_values_are_left_out(make_utterances, make_placement, n_values: int, rows: int) -> None:
    names = [f"d{k:02}" for k in range(13)]
    attributes = {name: (("age", str(min(k, n_values - 1))),) for k, name in enumerate(names)}
    found = by_attribute(make_utterances(names), make_placement([0] * 13), attributes, None, None, CONFIG)
    assert len(found) == rows


def test_documents_without_the_attribute_stand_under_an_empty_value(study_of) -> None:
    utterances, placement, study, machine = study_of()
    found = _rows(by_attribute(utterances, placement, {"d0": (("wave", "first"),)}, study, machine, CONFIG))
    assert [(key, row.n_documents) for key, row in found.items()] == [(("wave", ""), 5), (("wave", "first"), 1)]


def test_coders_are_pooled_and_documents_that_nobody_coded_have_no_figures(study_of) -> None:
    given = {
        "Ada": [["trust"], ["time"], ["trust"], ["time"]] * 3 + [None] * 12,
        "Ben": [["time"], ["trust"], [], []] + [None] * 20,
    }
    utterances, placement, study, machine = study_of(given)
    wave = {name: (("wave", "first" if k < 3 else "second"),) for k, name in enumerate(DOCUMENTS)}
    found = _rows(by_attribute(utterances, placement, wave, study, machine, CONFIG))
    first, second = found["wave", "first"], found["wave", "second"]
    assert (first.top1.n, first.top1.value) == (14, pytest.approx(12 / 14))
    assert (second.kappa.value, second.kappa.reason) == (None, "no utterance that both worked on has a code")
    assert (second.n_utterances, second.placed) == (12, 9)


def test_without_a_machine_only_the_placed_share(study_of) -> None:
    utterances, placement, _, _ = study_of(sites=["a"] * 12 + ["b"] * 12)
    found = by_attribute(utterances, placement, {}, None, None, CONFIG)
    assert [(row.value, row.placed, row.kappa.value, row.top1.value) for row in found] == [
        ("a", 9, None, None),
        ("b", 9, None, None),
    ]
    assert by_attribute((), placement, {}, None, None, CONFIG) == ()
