"""The report in a real Chromium: silent console, no request, nothing wider than the screen, links that open lists."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from pipeline.config import ReportConfig
from pipeline.records import Result
from pipeline.report import html

pytestmark = pytest.mark.browser


@pytest.fixture
def report_file(full: Result, tmp_path: Path) -> str:
    path = tmp_path / "report.html"
    path.write_text(html(full, ReportConfig()), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def page(browser: Browser, report_file: str) -> Iterator[tuple[Page, list[str], list[str]]]:
    """The page without scripts, what its console said, and what it asked for."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto(report_file)
    yield opened, said, asked
    context.close()


def test_nothing_is_asked_for_and_the_console_is_silent(
    page: tuple[Page, list[str], list[str]], report_file: str
) -> None:
    _, said, asked = page
    assert asked == [report_file]
    assert said == []


def test_the_style_is_let_through_by_its_digest(page: tuple[Page, list[str], list[str]]) -> None:
    opened, _, _ = page
    box = opened.locator("nav").bounding_box()
    first = opened.locator("h1").bounding_box()
    assert box is not None
    assert first is not None
    assert box["x"] + box["width"] <= first["x"]  # contents at the side: the grid of the style is at work


@pytest.mark.parametrize("width", [1280, 800])
def test_nothing_is_wider_than_the_screen(page: tuple[Page, list[str], list[str]], width: int) -> None:
    opened, _, _ = page
    opened.set_viewport_size({"width": width, "height": 900})
    wide = opened.locator("main, section, article, p, figure, .scroll, svg.chart, h1, .flow").all()
    boxes = [box for element in wide if (box := element.bounding_box())]
    assert boxes
    assert max(box["x"] + box["width"] for box in boxes) <= width


def test_a_point_of_the_map_leads_to_its_utterance_in_the_closed_list(page: tuple[Page, list[str], list[str]]) -> None:
    opened, _, _ = page
    link = opened.locator("svg.chart a").first
    target = opened.locator(f"[id='{(link.get_attribute('href') or '')[1:]}']")
    assert not target.is_visible()
    link.click()
    assert target.is_visible()


def test_keywords_are_underlined_on_demand(page: tuple[Page, list[str], list[str]]) -> None:
    opened, _, _ = page
    quote = opened.locator("#card-T1 blockquote:has(.kw)").first  # whole: the line may lie below the word's own box
    before = quote.screenshot()
    opened.locator("#show-keywords").check()
    assert quote.screenshot() != before


def test_dark_and_light_differ(browser: Browser, report_file: str) -> None:
    shots = []
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
        opened = context.new_page()
        opened.goto(report_file)
        shots.append(opened.evaluate("getComputedStyle(document.body).backgroundColor"))
        context.close()
    assert shots == ["rgb(255, 255, 255)", "rgb(20, 24, 28)"]
