"""Pages that were timed, among the targets."""

from __future__ import annotations

import dataclasses

from pipeline.benchmark import targets
from pipeline.benchmark.pages import Pages, Timed
from pipeline.benchmark.targets import SetFigures


def test_the_target_has_a_verdict_where_pages_were_timed(measured: SetFigures) -> None:
    quick = Pages(10_000, 9, 5000, 1.0, (Timed("map", (10.0, 11.0, 900.0), (1.0,), 1),), ())
    title = "| slowest page or decision under 100 ms at 10,000 utterances |"
    sets = [dataclasses.replace(measured, pages=quick), measured]
    assert next(line for line in targets.lines(sets) if line.startswith(title)) == f"{title} 11 ms (map) ✓ | – |"
