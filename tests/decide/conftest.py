"""The small log of tests/support."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from small_log import Log, seen_run

from pipeline.records import SeenRun


@pytest.fixture
def make_run() -> Callable[..., SeenRun]:
    return seen_run


@pytest.fixture
def log() -> Log:
    return Log()
