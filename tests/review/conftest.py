"""A small reviewed run: made with the fake encoder of tests/support, two signed-in browsers, a clock that ticks."""

from __future__ import annotations

import itertools
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from review_server import Site, Visitor, serving, visiting
from small_study import fake_tools, settings, study, tools
from starlette.testclient import TestClient

from pipeline import run, store
from pipeline.review.app import app
from pipeline.review.desk import Desk
from pipeline.stages import Tools
from pipeline.watch import Watch

__all__ = ["fake_tools", "settings", "study", "tools"]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Runs that were made already, by name; each is made once and copied."""
    return {"folder": tmp_path_factory.mktemp("made")}


@pytest.fixture
def run_folder(tmp_path: Path, made: dict[str, Path], settings: Callable[..., object], tools: Tools) -> Path:
    """A folder of its own with the small study's run."""
    if "run" not in made:
        config = settings(out="run")
        _, folder = run.run(config, tools, Watch(time.perf_counter))  # type: ignore[arg-type]
        shutil.copytree(folder, made["folder"] / "run")
        made["run"] = made["folder"] / "run"
    return Path(shutil.copytree(made["run"], tmp_path / "reviewed"))


@pytest.fixture
def clock() -> Callable[[], str]:
    """A clock that goes on a second each time that it is asked."""
    ticks = itertools.count()
    return lambda: "2026-02-03T10:{:02}:{:02}".format(*divmod(next(ticks) % 3600, 60))


@pytest.fixture
def desk(run_folder: Path, clock: Callable[[], str]) -> Iterator[Desk]:
    """The run on the table, with an empty log."""
    with store.DecisionLog(run_folder / store.LOG, clock) as log:
        yield Desk(store.load(run_folder), log, clock)


@pytest.fixture
def sign_in(desk: Desk, tools: Tools) -> Callable[[str], TestClient]:
    """A browser of somebody of that name; the guard is tested apart."""
    made_app = app(desk)
    made_app.state.tools = lambda: tools

    def browser(name: str) -> TestClient:
        client = TestClient(made_app, base_url="http://127.0.0.1", follow_redirects=True)
        client.cookies.set("coder", quote(name))
        return client

    return browser


@pytest.fixture
def client(sign_in: Callable[[str], TestClient]) -> TestClient:
    """Ann's browser."""
    return sign_in("Ann")


@pytest.fixture
def second(sign_in: Callable[[str], TestClient]) -> TestClient:
    """Ben's browser."""
    return sign_in("Ben")


@pytest.fixture
def site(run_folder: Path, clock: Callable[[], str], tools: Tools) -> Iterator[Site]:
    """The run behind a real server, guard and all."""
    with serving(run_folder, tools, clock) as running:
        yield running


@pytest.fixture
def visit(browser: Any, site: Site) -> Callable[..., AbstractContextManager[Visitor]]:
    """Opens a browser of its own for somebody: visit("Ann", width=800, scheme="dark", script=False)."""
    return partial(visiting, browser, site)
