"""The server is killed in the middle of a stream of decisions: nothing that it answered is lost, and work goes on."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error
from review_server import Site, visiting

from pipeline.records import Act

pytestmark = pytest.mark.browser
_AFTER = 9
"""Decisions sent before the server is killed."""


@contextmanager
def started(folder: Path) -> Iterator[tuple[subprocess.Popen[str], Site]]:
    """`review` as its users start it, the address read from what it prints."""
    command = [sys.executable, "-m", "pipeline", "review", str(folder), "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+/enter\?token=\S+", server.stdout.readline())
        assert found
        address = found.group().partition("/enter")[0]
        yield server, Site(address, found.group(), folder)
        server.send_signal(signal.SIGTERM)
        server.wait(10)


def test_killed_in_a_stream_of_decisions_and_gone_on(browser: Any, run_folder: Path) -> None:
    answered: list[str] = []
    sent: list[str] = []
    with started(run_folder) as (server, site), visiting(browser, site, "Cara") as cara:

        def kill(request: Any) -> None:
            if request.method == "POST":
                sent.append(request.url)
            if len(sent) == _AFTER:
                server.kill()

        cara.go("/code")
        cara.page.on("request", kill)
        try:
            while True:
                utterance = cara.path.removeprefix("/code/")
                cara.page.keyboard.press("0")
                cara.page.wait_for_selector("[data-key='0'][aria-pressed=true], #gone:not([hidden])")
                if cara.page.locator("#gone:visible").count():
                    break
                answered.append(utterance)
                cara.follow(lambda: cara.page.keyboard.press("Enter"))
        except Error:  # the next page cannot be had any more
            pass
        assert len(sent) == _AFTER
        cara.forgive("ERR_|htmx:")
        assert server.wait(10) == -signal.SIGKILL
    assert len(answered) in {_AFTER - 1, _AFTER}

    with started(run_folder) as (server, site), visiting(browser, site, "Cara") as cara:
        kept = [entry.utterance for entry in site.entries if entry.act is Act.NO_CODE]
        assert kept[: len(answered)] == answered  # at most the last one was written and not answered
        assert len(kept) - len(answered) in {0, 1}
        cara.go("/code")
        assert f"{len(kept)} of " in cara.text
        assert cara.path.removeprefix("/code/") not in kept
        cara.press("0")
        assert len([entry for entry in site.entries if entry.act is Act.NO_CODE]) == len(kept) + 1
    assert server.returncode == 0
