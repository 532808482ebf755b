"""Two people at once in two browsers: answers stay apart until both are in, then they are discussed and settled."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from review_server import Site, Visitor, in_path

from pipeline.records import Act

pytestmark = pytest.mark.browser

Visit = Callable[..., AbstractContextManager[Visitor]]
MEMO = "I hear the kitchen, not the contract"


def set_plan(visitor: Visitor, double: str) -> None:
    visitor.go("/plan")
    visitor.page.set_checked("[name=blind]", True)
    visitor.page.fill("[name=double]", double)
    visitor.page.fill("[name=decoys]", "0")
    visitor.click("form.plan button")


def give(visitor: Visitor, code: str) -> str:
    """Codes the utterance on screen, looks at the suggestions, goes on; its id."""
    utterance = visitor.path.removeprefix("/code/")
    visitor.page.keyboard.press("c")
    visitor.page.keyboard.type(code)
    visitor.press("Enter")
    visitor.press("s")
    visitor.follow(lambda: visitor.page.keyboard.press("Enter"))
    return utterance


def told_of_cara(visitor: Visitor, utterance: str) -> str:
    """All that the screens tell somebody else of what Cara said of an utterance that everybody codes."""
    document = utterance.split("-")[0]
    told = []
    at = in_path(utterance)
    for path in (f"/code/{at}", f"/differences/{at}", "/differences", "/search?q=kitchen"):
        visitor.go(path)
        told.append(visitor.text)
    visitor.go(f"/read/{document}?at={at}")
    told.append(visitor.page.inner_text(f"[id='u-{utterance}'] .people"))
    visitor.go(f"/map?at={at}")
    told.append(visitor.page.inner_text("#panel dl"))
    visitor.go("/log?coder=Cara")
    told.append(visitor.text)
    return re.sub(r"\s+", " ", " | ".join(told))


def test_two_coders_code_the_same_share_and_settle(visit: Visit, site: Site) -> None:
    with visit("Cara") as cara, visit("Dan", width=800) as dan:
        set_plan(cara, "100")
        cara.go("/code")
        cara.page.keyboard.press("m")
        cara.page.keyboard.type(MEMO)
        cara.click("text=Keep the memo")
        cara.page.keyboard.press("Escape")
        shared = [give(cara, code) for code in ("trust", "trust", "family")]
        dan.go("/code")
        assert dan.path == f"/code/{shared[0]}"  # the same share in the same order
        told = told_of_cara(dan, shared[0])
        assert MEMO not in told
        assert "“trust”" not in told
        assert "others hidden until all are done" in told
        assert "said something of an utterance that everybody codes" in told
        assert "the machine suggests " not in told  # nor what the machine thinks: he speaks first
        dan.go("/code")
        assert [give(dan, code) for code in ("advice", "trust", "family")] == shared

        dan.follow(lambda: dan.page.click("nav >> text=Differences"))
        card = dan.page.locator("article", has=dan.page.locator(f"a[href='/differences/{in_path(shared[0])}']"))
        views = dict(zip(card.locator("dt").all_inner_texts(), card.locator("dd").all_inner_texts(), strict=True))
        assert (views["Cara"], views["Dan"]) == ("trust", "advice")
        dan.follow(card.locator("a.button").click)
        assert MEMO in dan.text
        dan.page.fill("#memo", "You are right about the kitchen")
        dan.click("text=Add to the discussion")

        cara.go(f"/differences/{in_path(shared[0])}")
        assert "You are right about the kitchen" in cara.text
        label = cara.page.locator("fieldset label", has_text="trust").locator("kbd").inner_text()
        cara.page.keyboard.press(label)
        cara.page.fill("#why", "The kitchen is where trust grows")
        cara.page.keyboard.press("Escape")
        cara.press("s")
        assert "settled by Cara: The kitchen is where trust grows" in cara.text
        dan.go("/differences?kind=settled")
        assert dan.page.locator(f"a[href='/differences/{in_path(shared[0])}']").count() == 1
    settled = [entry for entry in site.entries if entry.act is Act.SETTLE]
    assert [(entry.utterance, entry.members, entry.coder) for entry in settled] == [(shared[0], ("trust",), "Cara")]


def test_a_difference_that_both_settle_at_once_is_a_conflict_and_can_be_gone_on_from(visit: Visit, site: Site) -> None:
    with visit("Ann") as ann, visit("Ben") as ben:
        ann.go("/differences")
        ann.follow(ann.page.locator("article a.button").first.click)
        ben.go(ann.path)
        for visitor, why in ((ann, "it is about duties"), (ben, "it is about the ward")):
            visitor.page.keyboard.press("1" if visitor is ann else "2")
            visitor.page.fill("#why", why)
        ann.click("fieldset button")
        ben.page.click("fieldset button")
        ben.page.wait_for_selector("h1 >> text=Somebody else decided meanwhile")
        ben.forgive("409")
        assert len([entry for entry in site.entries if entry.act is Act.SETTLE]) == 1
        ben.follow(lambda: ben.page.click("text=Back, as it stands now"))
        assert ben.path == ann.path
        assert "settled by Ann: it is about duties" in ben.text
        ben.page.keyboard.press("2")
        ben.click("fieldset button")
        assert "settled by Ben" in ben.text
    assert [entry.coder for entry in site.entries if entry.act is Act.SETTLE] == ["Ann", "Ben"]


def test_undo_by_key_and_from_the_log(visit: Visit, site: Site) -> None:
    with visit("Cara") as cara:
        cara.go("/codebook")
        for name in ("too few beds", "weekend"):
            cara.page.fill("#new-name", name)
            cara.click("text=Make the code")
            cara.go("/codebook")
        cara.press("u")  # the last decision, wherever she is
        assert "You took back: made the code “weekend”" in cara.text
        cara.go("/code")
        cara.press("0")
        cara.press("u")
        assert "You said that no code applies" not in cara.text
        cara.go("/log")
        lines = cara.page.locator("tbody tr")
        assert lines.locator("text=Take back").count() == 1
        cara.click("tr:has-text('made the code “too few beds”') >> text=Take back")
        assert cara.page.locator("tr.undone").count() == 3
        assert cara.page.locator("button >> text=Take back").count() == 0
        cara.go("/codebook")
        assert "too few beds" not in cara.text
    assert [act for act, _, _ in site.acts("Cara")] == [
        Act.NEW_CODE, Act.NEW_CODE, Act.UNDO, Act.NO_CODE, Act.UNDO, Act.UNDO
    ]  # fmt: skip
    assert [entry.undoes for entry in site.entries if entry.act is Act.UNDO] == [3, 5, 2]
