"""What a run tells while it works: its stages with counts, seconds and memory, and progress within a stage."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from pipeline.records import StageRecord


class Observer(Protocol):
    """Somebody who looks on: the terminal, or nobody in a test."""

    def begins(self, stage: str) -> None:
        """A stage begins."""
        ...

    def progress(self, done: int, total: int) -> None:
        """So much of the stage is done."""
        ...

    def ends(self, record: StageRecord) -> None:
        """A stage is complete."""
        ...


class Nobody:
    """An observer that looks away."""

    def begins(self, stage: str) -> None:
        """Nothing."""

    def progress(self, done: int, total: int) -> None:
        """Nothing."""

    def ends(self, record: StageRecord) -> None:
        """Nothing."""


@dataclass
class Stage:
    """The stage at work; it says how many of what came out before it ends."""

    count: int = 0
    what: str = ""

    def gives(self, count: int, what: str) -> None:
        """What came out, for the line on the terminal and the manifest."""
        self.count, self.what = count, what


@dataclass
class Watch:
    """Times stages with the clock given (seconds) and keeps a record of each."""

    clock: Callable[[], float]
    observer: Observer = field(default_factory=Nobody)
    records: list[StageRecord] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str) -> Iterator[Stage]:
        """Around the work of one stage."""
        self.observer.begins(name)
        started, stage = self.clock(), Stage()
        yield stage
        record = StageRecord(name, stage.count, stage.what, round(self.clock() - started, 3), _peak_mb())
        self.records.append(record)
        self.observer.ends(record)


def _peak_mb() -> float:
    """Peak memory of this process in megabytes.

    Linux hands getrusage's peak on from the process that started this one, so its own count is read where there is one.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return round(int(line.split()[1]) / 1024, 1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)
