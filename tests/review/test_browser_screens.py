"""Every screen in a real browser: for screen readers, in narrow windows, without JavaScript, with script as text."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from review_server import Site, Visitor, in_path, screens, serving, started, visiting
from small_study import talk, write_study

from pipeline import run
from pipeline.cli import main
from pipeline.stages import Tools
from pipeline.watch import Watch

pytestmark = pytest.mark.browser

Visit = Callable[..., AbstractContextManager[Visitor]]
GRAVE = {"serious", "critical"}


def all_screens(site: Site) -> dict[str, str]:
    return screens("T1", "D01", "D01-4-1", "trust")


def violations(page: Any) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
        for each in found
        if each["impact"] in GRAVE
        for node in each["nodes"][:3]
    ]


def at_work(visitor: Visitor) -> None:
    """Something to see on every screen: a plan with decoys, a coded utterance, a memo, a settled difference."""
    visitor.go("/code")
    visitor.press("1")
    visitor.go("/differences")
    visitor.follow(visitor.page.locator("article a.button").first.click)
    visitor.page.fill("#memo", "Both see the kitchen")
    visitor.click("text=Add to the discussion")
    visitor.go("/codebook/code?name=trust")
    visitor.page.fill("#edit-definition", "Trust that grows by meeting daily")
    visitor.click("text=Save")


@pytest.mark.parametrize("width", [1280, 800])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_grave_on_any_screen(visit: Visit, site: Site, scheme: str, width: int) -> None:
    found = {}
    with visit("Cara", width=width, scheme=scheme) as cara:
        at_work(cara)
        for name, path in all_screens(site).items():
            cara.go(path)
            assert cara.page.locator("h1").count() == 1, name
            if grave := violations(cara.page):
                found[name] = grave
        cara.page.keyboard.press("?")
        if grave := violations(cara.page):
            found["keys"] = grave
        assert not found, found


def test_axe_does_find_faults_where_there_are_some(visit: Visit) -> None:
    with visit("Cara") as cara:
        cara.go("/who")
        cara.page.evaluate("""() => {
          document.querySelector("label").remove();
          document.querySelector(".how").className = "faint";
          const pale = new CSSStyleSheet();
          pale.replaceSync(".faint { color: #ccc; background: #fff }");
          document.adoptedStyleSheets = [pale];
        }""")
        found = {each.partition(":")[0] for each in violations(cara.page)}
    assert found == {"label", "color-contrast"}


def test_everything_that_matters_works_without_javascript(visit: Visit, site: Site) -> None:
    with visit("Cara", script=False) as cara:
        cara.go("/plan")
        cara.page.set_checked("[name=blind]", True)
        cara.click("form.plan button")
        cara.follow(lambda: cara.page.click("nav >> text=Code"))
        coded = cara.path.removeprefix("/code/")
        cara.click("#code-list button >> text=trust")
        cara.click("text=Show suggestions")
        cara.click(".offer button.code")
        cara.click("text=Undo")
        cara.page.click("summary:has-text('Memo')")
        cara.page.fill("textarea", "Ask her again")
        cara.click("text=Keep the memo")
        cara.follow(lambda: cara.page.click("a:has-text('Next')"))
        assert cara.path != f"/code/{coded}"
        cara.go("/themes/T1")
        cara.click("button:has-text('Accept')")
        cara.page.click("text=Merge others into it")
        cara.page.locator("input[name=other]").first.check()
        cara.click("text=Merge the ticked ones into T1")
        cara.page.click("text=Split it: see the proposed parts")
        cara.page.fill("#name-2", "A part")
        cara.click("text=Split it like this")
        cara.go("/themes/T1/intruder")
        cara.click("form .tickable button")
        cara.go("/read/D01")
        cara.page.fill("[name=from]", "4")
        cara.page.locator("form:has([name=from]) select").select_option("family")
        cara.click("form:has([name=from]) button")
        cara.go("/codebook")
        cara.page.fill("#new-name", "too few beds")
        cara.click("text=Make the code")
        cara.go("/differences")
        cara.page.locator("article a.button").first.click()
        cara.page.check("[name=nothing]")
        cara.click("fieldset button")
        cara.go(f"/map?at={coded}")
        assert coded.split("-")[0] in cara.page.inner_text("#panel h2")
        cara.page.locator(".map-list a").nth(1).click()
        cara.go("/search")
        cara.page.fill("#q", "kitchen")
        cara.page.click("main button:has-text('Search')")
        assert cara.page.locator("blockquote mark").count() > 0
        cara.go("/log")
        cara.click("tr:has-text('too few beds') >> text=Take back")
    done = [entry.act.value for entry in site.entries if entry.coder == "Cara"]
    assert done == [
        "plan", "decoys", "give code", "lock", "accept code", "undo", "memo", "accept theme", "merge themes",
        "split theme", "intruder", "give code", "new code", "settle", "undo",
    ]  # fmt: skip


EVIL = '"><img src=x onerror=pwned=1><script>pwned=1</script>'


@pytest.fixture
def evil_site(tmp_path: Path, settings: Callable[..., Any], tools: Tools, clock: Callable[[], str]) -> Iterator[Site]:
    """A run of a study whose transcripts and codes hold script."""
    folder, quoted = tmp_path / "evil", '"' + EVIL.replace('"', '""') + '"'
    write_study(folder, {f"D{number:02}": talk(number).replace("[laughs]", EVIL) for number in range(10)})
    for name, old, new in (("codings", ",tasks\n", f",{quoted}\n"), ("codebook", "\ntasks,", f"\n{quoted},")):
        path = folder / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    _, made = run.run(settings(folder, "made"), tools, Watch(time.perf_counter))
    with serving(made, tools, clock) as running:
        yield running


def test_script_is_shown_as_text_on_every_screen(browser: Any, evil_site: Site) -> None:
    with visiting(browser, evil_site, EVIL) as evil:
        evil.go("/codebook")
        evil.page.fill("#new-name", EVIL + "2")
        evil.page.fill("#new-definition", EVIL)
        evil.click("text=Make the code")
        evil.go("/themes/T1")
        evil.page.fill("#name", EVIL + "3")
        evil.click("text=Rename")
        evil.page.fill("#memo", EVIL)
        evil.click("text=Add the memo")
        evil.go("/code")
        utterance = evil.path.removeprefix("/code/")
        evil.press("1")
        evil.page.keyboard.press("m")
        evil.page.fill("textarea", EVIL)
        evil.click("text=Keep the memo")
        shown = {}
        for name, path in screens("T1", utterance.split("-")[0], utterance, EVIL).items():
            evil.go(path)
            shown[name] = evil.page.inner_text("body").count(EVIL)
            assert evil.page.evaluate("typeof pwned") == "undefined", name
            assert evil.page.locator("img, main script").count() == 0, name
        evil.go(f"/search?q={in_path(EVIL)}")
        assert evil.page.evaluate("typeof pwned") == "undefined"
    assert {name for name, times in shown.items() if not times} == set()  # the coder's name alone is on each
    assert shown["codebook"] >= 3
    assert shown["theme"] >= 5


@pytest.mark.encoder
def test_search_by_meaning_finds_other_words_for_the_same(browser: Any, study: Path, tmp_path: Path) -> None:
    config, out = tmp_path / "study.toml", tmp_path / "real"
    config.write_text(
        f'[study]\ntranscripts = "{study / "transcripts"}"\n[cluster]\nsmall_study = 1000\n'
        f'[embed]\ncache = "{tmp_path / "cache"}"\n',
        encoding="utf-8",
    )
    assert main(["run", "--quiet", "--config", str(config), "--out", str(out)]) == 0
    with started(out, "--config", str(config)) as (_, site), visiting(browser, site, "Cara") as cara:
        cara.go("/search?q=salary+and+pay&by=words")
        assert "Utterances (0)" in cara.text
        cara.page.set_default_timeout(60_000)  # the encoder is loaded for the first search by meaning
        cara.page.check("[value=meaning]")
        cara.follow(lambda: cara.page.click("main button:has-text('Search')"))
        first = cara.page.locator("blockquote p").all_inner_texts()[:5]
        assert all("contract" in text or "allowance" in text or "refund" in text for text in first), first
