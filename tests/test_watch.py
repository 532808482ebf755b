"""What a run tells while it works: stages in order, with counts, seconds and memory."""

from __future__ import annotations

import pytest

from pipeline.records import StageRecord
from pipeline.watch import Nobody, Watch


class Clock:
    """A clock that goes on by what it is told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Notes:
    """An observer that writes everything down."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def begins(self, stage: str) -> None:
        self.told.append(f"begins {stage}")

    def progress(self, done: int, total: int) -> None:
        self.told.append((done, total))

    def ends(self, record: StageRecord) -> None:
        self.told.append(f"ends {record.stage}")


def test_a_stage_is_recorded_with_what_came_out_and_how_long_it_took():
    clock, notes = Clock(), Notes()
    watch = Watch(clock, notes)
    with watch.stage("ingest") as stage:
        clock.now += 1.23456
        watch.observer.progress(1, 2)
        stage.gives(7, "turns")
    with watch.stage("segment"):
        clock.now += 2
    first, second = watch.records
    assert (first.stage, first.count, first.what, first.seconds) == ("ingest", 7, "turns", 1.235)
    assert (second.stage, second.count, second.what, second.seconds) == ("segment", 0, "", 2.0)
    assert notes.told == ["begins ingest", (1, 2), "ends ingest", "begins segment", "ends segment"]


def test_peak_memory_is_in_megabytes():
    watch = Watch(Clock())
    with watch.stage("ingest"):
        pass
    assert 10 < watch.records[0].peak_mb < 100_000


def test_a_stage_that_fails_is_not_recorded():
    notes = Notes()
    watch = Watch(Clock(), notes)
    with pytest.raises(ValueError, match="broken"), watch.stage("embed"):
        raise ValueError("broken")
    assert watch.records == []
    assert notes.told == ["begins embed"]


def test_nobody_may_look_on():
    watch = Watch(Clock())
    assert isinstance(watch.observer, Nobody)
    with watch.stage("embed") as stage:
        watch.observer.progress(1, 1)
        stage.gives(1, "texts")
    assert watch.records[0].count == 1
