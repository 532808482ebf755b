"""Harmful files, built by tests/fixtures/build/evil.py, and a guard that fails a test that reaches for the network."""

from __future__ import annotations

import importlib.util
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from pipeline.ingest.drafts import Loaded
from pipeline.ingest.unzip import pack

BUILD = Path(__file__).parents[1] / "fixtures" / "build"


def _built(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, BUILD / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def evil() -> ModuleType:
    return _built("evil")


@pytest.fixture(scope="session")
def office() -> ModuleType:
    return _built("bare_office")


@pytest.fixture(scope="session")
def packed() -> Callable[[dict[str, str]], bytes]:
    """An archive of parts of text."""
    return lambda parts: pack({name: part.encode() for name, part in parts.items()})


@pytest.fixture
def loaded() -> Callable[[str, bytes], Loaded]:
    return lambda name, data: Loaded(Path(name), name, data, "")


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Callable[[], int]]]:
    """A server on this machine: its address, and how many have knocked.  Sockets of Python itself fail the test."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}"

        def knocks() -> int:
            count = 0
            while True:
                try:
                    server.accept()[0].close()
                except BlockingIOError:
                    return count
                count += 1

        def refuse(*_: object) -> None:
            pytest.fail("something opened a connection")

        with monkeypatch.context() as patch:
            patch.setattr(socket.socket, "connect", refuse)
            yield address, knocks
