"""What every test may need: no network for models, and a browser where there is one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest

os.environ["HF_HUB_OFFLINE"] = "1"

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """A real Chromium. Without one the test is skipped, or fails in CI, where a skipped test would prove nothing."""
    chromium = shutil.which("chromium")
    if chromium is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed; `make test` installs it where it can")
        pytest.skip("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=chromium, args=list(_FLAGS))
        yield opened
        opened.close()
