"""The whole way: from a first look to an agreed codebook with codings by two people, and on to the next run."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from review_server import Visitor, serving, visiting

from pipeline import store
from pipeline.cli import main
from pipeline.records import Act
from pipeline.stages import Tools

pytestmark = pytest.mark.browser


@pytest.fixture
def command(tmp_path: Path, study: Path) -> list[str]:
    """`run` on the transcripts alone: no codebook, no codings yet."""
    config = tmp_path / "study.toml"
    config.write_text(
        f'[study]\nname = "Wards"\ntranscripts = "{study / "transcripts"}"\ndocuments = "{study / "documents.csv"}"\n'
        "[cluster]\nsmall_study = 1000\n",
        encoding="utf-8",
    )
    return ["run", "--quiet", "--config", str(config)]


def look_at_themes(visitor: Visitor) -> None:
    """One theme is accepted under a name and becomes a code, one becomes a code, one is rejected."""
    visitor.go("/")
    visitor.follow(lambda: visitor.page.click("nav >> text=Themes"))
    visitor.follow(visitor.page.locator("table.themes th a").first.click)
    assert visitor.path == "/themes/T1"
    visitor.page.fill("#name", "Waiting for wages")
    visitor.click("text=Rename")
    visitor.press("a")
    for theme, name in (("T1", "late wages"), ("T2", "duties")):
        visitor.go(f"/themes/{theme}")
        visitor.page.click("text=Tie it to a code, or make a new one")
        visitor.page.fill("#new", name)
        visitor.page.fill("#definition", f"What is said about {name}")
        visitor.click("text=Make the code and tie it")
    visitor.go("/themes/T3")
    visitor.page.fill("#why", "only small talk")
    visitor.click("button:has-text('Reject')")


def code(visitor: Visitor, codes: list[str]) -> list[str]:
    """What everybody codes comes first here; gives the ids in the order in which they came."""
    visitor.follow(lambda: visitor.page.click("nav >> text=Code"))
    ids = []
    for name in codes:
        ids.append(visitor.path.removeprefix("/code/"))
        visitor.page.keyboard.press("c")
        visitor.page.keyboard.type(name)
        visitor.press("Enter")
        visitor.follow(lambda: visitor.page.keyboard.press("Enter"))
    return ids


def test_from_a_first_look_to_an_agreed_codebook_and_the_next_run(
    browser: Any, command: list[str], fake_tools: Tools, clock: Callable[[], str], tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    assert main([*command, "--out", str(first)]) == 0
    with (
        serving(first, fake_tools, clock) as site,
        visiting(browser, site, "Cara") as cara,
        visiting(browser, site, "Dan", width=800) as dan,
    ):
        look_at_themes(cara)
        cara.go("/plan")
        cara.page.fill("[name=double]", "100")
        cara.page.fill("[name=decoys]", "0")
        cara.click("form.plan button")
        ids = code(cara, ["late wages", "duties", "duties", "late wages"])
        assert code(dan, ["late wages", "duties", "late wages", "late wages"]) == ids
        dan.follow(lambda: dan.page.click("nav >> text=Differences"))
        dan.follow(dan.page.locator("article a.button").first.click)
        assert dan.path == f"/differences/{ids[2]}"
        dan.page.locator("fieldset label", has_text="duties").locator("input").check()
        dan.click("fieldset button")
        cara.follow(lambda: cara.page.click("footer >> text=Save and export"))
        with cara.page.expect_download() as saving:
            cara.page.click("tr:has-text('qdpx') >> text=Save")
        project = Path(saving.value.path()).read_bytes()
        log = first / store.LOG
        assert str(log) in cara.text  # the page says what the next run is given
    told = zipfile.ZipFile(io.BytesIO(project)).read("project.qde").decode()
    for words in ("late wages", "duties", "Waiting for wages", "Cara", "Dan", "agreed"):
        assert words in told, words

    assert main([*command, "--decisions", str(log), "--out", str(second)]) == 0
    with serving(second, fake_tools, clock) as site, visiting(browser, site, "Cara") as cara:
        cara.go("/themes")
        listed = cara.page.locator("table.themes th a").all_inner_texts()
        assert "T1 Waiting for wages" in listed
        assert not any(name.startswith("T3 ") for name in listed)
        cara.go("/themes/T1")
        assert "Accepted by Cara" in cara.text
        assert cara.page.locator("dd .chip").inner_text() == "late wages"
        cara.go("/codebook")
        assert "What is said about duties" in cara.text
        cara.go("/code")
        assert cara.page.locator(".offer").count() > 0  # the run learned from what they coded
        cara.go("/log")
        assert "settled" in cara.text  # the history goes on in the new folder
    acts = [entry.act for entry in site.entries]
    assert acts.count(Act.OPEN) == 2
    assert acts.count(Act.SETTLE) == 1
