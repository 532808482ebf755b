"""The server is killed in the middle of a stream of decisions: nothing that it answered is lost, and work goes on."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest
from review_server import started, visiting

from pipeline.records import Act

pytestmark = pytest.mark.browser
_AFTER = 9
"""Decisions sent before the server is killed."""


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
        gone = "#gone:not([hidden])"
        while not cara.page.locator(gone).count():
            utterance = cara.path.removeprefix("/code/")
            cara.page.keyboard.press("0")
            cara.page.wait_for_selector(f"[data-key='0'][aria-pressed=true], {gone}")
            if not cara.page.locator(gone).count():
                answered.append(utterance)
                cara.page.keyboard.press("Enter")
                cara.page.wait_for_selector(f"[data-key='0'][aria-pressed=false], {gone}")
                cara.settle()
        assert "does not answer any more" in cara.page.inner_text("#gone")
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
