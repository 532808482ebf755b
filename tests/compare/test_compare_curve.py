"""Excess AMI against placed share."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.compare import placed_curve
from pipeline.config import CompareConfig
from pipeline.errors import StageError

CODES = ["a", "b", "c"]
CONFIG = CompareConfig(rotations=10, draws=2, bootstrap=20)


@pytest.fixture
def arguments(make_utterances, make_table):
    """Themes follow the codes where membership is above .5, and are random below."""
    rng = np.random.default_rng(1)
    n = 400
    codes = rng.integers(0, 3, n)
    sure = np.linspace(0, 1, n)[rng.permutation(n)].astype(np.float32)
    theme = np.where(sure > 0.5, codes, rng.integers(0, 3, n)).astype(np.int32)
    return {
        "utterances": make_utterances([f"d{i // 40}" for i in range(n)]),
        "table": make_table({"Ada": [[CODES[k]] for k in codes]}, CODES),
        "theme": theme,
        "membership": sure,
        "config": CONFIG,
    }


def test_excess_falls_as_more_is_placed(arguments) -> None:
    found = placed_curve(**arguments, shares=(0.3, 0.5, 0.75, 1.0))
    assert [point.placed for point in found] == pytest.approx([0.3, 0.5, 0.75, 1.0])
    excess = [point.excess for point in found]
    assert excess[0] == pytest.approx(1, abs=0.05)
    assert excess[1] == pytest.approx(1, abs=0.05)
    assert excess[1] > excess[2] + 0.2 > excess[3] + 0.25
    assert [point.groups for point in found] == [3] * 4
    assert found[3].threshold == 0


def test_the_last_point_is_the_grouping_itself(arguments) -> None:
    from pipeline.compare.structure import Sample, draw_codes, score_structure

    values = arguments["table"].values[0]
    sample = Sample((np.arange(400) // 40).astype(np.int32), values, draw_codes(values, 2, CONFIG.seed))
    row = score_structure("", arguments["theme"], sample, CONFIG)
    last = placed_curve(**arguments)[-1]
    assert (last.placed, last.excess, last.phi) == (1.0, row.excess.value, row.phi)


def test_a_grouping_without_a_score_is_one_point(arguments) -> None:
    theme = np.where(np.arange(400) % 4 == 0, -1, arguments["theme"])
    found = placed_curve(**{**arguments, "theme": theme, "membership": np.ones(400, np.float32)})
    assert [(point.placed, point.threshold) for point in found] == [(0.75, 1.0)]


def test_nothing_coded_and_nothing_grouped_give_no_points(arguments, make_table) -> None:
    assert placed_curve(**{**arguments, "table": make_table({"Ada": [[]] * 400}, CODES)}) == ()
    assert placed_curve(**{**arguments, "theme": np.full(400, -1, np.int32)}) == ()


def test_groups_of_another_study_are_refused(arguments) -> None:
    with pytest.raises(StageError, match="for each of 400"):
        placed_curve(**{**arguments, "theme": arguments["theme"][:3]})
