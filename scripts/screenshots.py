"""Takes the pictures of docs/review.md anew: python scripts/screenshots.py RUN [--out FOLDER] [--width 800 --dark].

RUN is a run of the example study (make demo); it is copied, so that nothing is decided on it.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from pipeline.review.guard import ENTER

if TYPE_CHECKING:
    from playwright.sync_api import Page

_COLOURS = 256
_HEIGHT = 900


def main() -> int:
    """Each screen of the app as a small PNG."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("--out", type=Path, default=Path("docs/review"))
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--dark", action="store_true")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as place, sync_playwright() as play:
        copy = Path(shutil.copytree(asked.run, Path(place) / "demo", ignore=shutil.ignore_patterns("decisions*")))
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        window = browser.new_context(
            viewport={"width": asked.width, "height": _HEIGHT}, color_scheme="dark" if asked.dark else "light"
        )
        with _serving(copy) as address:
            page = window.new_page()
            page.goto(address)
            for name in _at_work(page, address.partition(ENTER)[0]):
                path = asked.out / f"{name}.png"
                page.screenshot(path=path)
                with Image.open(path) as picture:
                    picture.convert("RGB").quantize(_COLOURS).save(path, optimize=True)
                print(f"{path}  {path.stat().st_size // 1000} kB")
        browser.close()
    return 0


def _at_work(page: Page, site: str) -> Iterator[str]:
    """Works through the screens as Amina; gives the name of each when it is worth a picture."""
    page.fill("#name", "Amina")
    page.click("text=Begin")
    page.goto(f"{site}/plan")
    page.check("[name=blind]")
    page.click("form.plan button")
    page.goto(f"{site}/themes/T2")
    page.click("button:has-text('Accept')")
    page.goto(f"{site}/themes/T5")
    page.fill("#why", "only greetings and thanks")
    page.click("button:has-text('Reject')")
    page.goto(f"{site}/themes")
    yield "themes"
    page.goto(f"{site}/themes/T1")
    yield "theme"
    page.goto(f"{site}/themes/T1/split")
    yield "split"
    page.goto(f"{site}/code")
    page.locator("#code-list button").nth(3).click()
    page.wait_for_selector("button[data-key=s]:enabled")
    page.click("button[data-key=s]")
    page.wait_for_selector(".offer")
    page.wait_for_timeout(200)
    yield "code"
    page.goto(f"{site}/read")
    page.locator(".documents a").first.click()
    yield "read"
    page.goto(f"{site}/codebook")
    yield "codebook"
    page.goto(f"{site}/differences")
    yield "differences"
    page.locator("article a.button").first.click()
    yield "difference"
    page.goto(f"{site}/map")
    page.locator(".map-list a").nth(2).click()
    page.wait_for_selector("#panel mark")
    yield "map"
    page.goto(f"{site}/search?q=nobody+told+us+what+our+task+is&by=meaning")
    yield "search"
    page.goto(f"{site}/")
    yield "overview"


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    """The app on a run, started as its users start it; gives the address to open."""
    command = [sys.executable, "-m", "pipeline", "review", str(folder), "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        told = server.stdout.readline().split() if server.stdout else []
        address = next((word for word in told if word.startswith("http:")), "")
        if not address:
            raise SystemExit("The review did not start: see above.")
        yield address
        server.send_signal(signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
