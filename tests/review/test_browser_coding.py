"""Coding in a real browser, by keyboard: twenty utterances, each key press an entry of the log."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from review_server import Site, Visitor

from pipeline.records import Act

pytestmark = pytest.mark.browser

Visit = Callable[..., AbstractContextManager[Visitor]]
CODES = ("trust", "advice", "family", "tasks", "relapse")


def set_plan(visitor: Visitor, blind: bool, double: str, decoys: str = "0") -> None:
    visitor.go("/plan")
    visitor.page.set_checked("[name=blind]", blind)
    visitor.page.fill("[name=double]", double)
    visitor.page.fill("[name=decoys]", decoys)
    visitor.click("form.plan button")


def offers(visitor: Visitor) -> list[str]:
    return list(visitor.page.locator(".offer button.code bdi").all_inner_texts())


def find_and_give(visitor: Visitor, code: str) -> None:
    """`c`, some letters of the code, Enter."""
    visitor.page.keyboard.press("c")
    visitor.page.keyboard.type(code[:4])
    assert visitor.page.locator("[data-filter-item]:visible").count() == 1
    visitor.press("Enter")


Step = tuple[Act, str]


def coded_first(visitor: Visitor, code: str) -> list[Step]:
    find_and_give(visitor, code)
    visitor.press("s")
    return [(Act.GIVE_CODE, code), (Act.LOCK, "")]


def none_first(visitor: Visitor, _: str) -> list[Step]:
    visitor.press("0")
    visitor.press("s")
    return [(Act.NO_CODE, ""), (Act.LOCK, "")]


def taken_back_first(visitor: Visitor, code: str) -> list[Step]:
    visitor.press("0")
    visitor.press("u")
    assert "You took back" in visitor.text
    find_and_give(visitor, code)
    visitor.press("s")
    return [(Act.NO_CODE, ""), (Act.UNDO, ""), (Act.GIVE_CODE, code), (Act.LOCK, "")]


def no_then_yes(visitor: Visitor) -> list[Step]:
    """To the first suggestion without an answer no, to the second yes, as far as there are so many."""
    steps = []
    for key, act in (("n", Act.REJECT_CODE), ("y", Act.ACCEPT_CODE)):
        still = visitor.page.locator(f"[data-key={key}]")
        if still.count():
            code = still.get_attribute("value")
            visitor.press(key)
            steps.append((act, code))
    return steps


def number_and_back(visitor: Visitor) -> list[Step]:
    """The number of the last suggestion, and the same taken back; a code that she gave herself comes off and on."""
    shown = offers(visitor)
    key, code = str(len(shown)), shown[-1]
    if visitor.page.get_attribute(f".offer button[data-key='{key}']", "aria-pressed") == "true":
        visitor.press(key)
        visitor.press(key)
        return [(Act.TAKE_CODE, code), (Act.ACCEPT_CODE, code)]
    visitor.press(key)
    visitor.press("u")
    return [(Act.ACCEPT_CODE, code), (Act.UNDO, "")]


def nothing_more(_: Visitor) -> list[Step]:
    return []


def test_twenty_utterances_by_keyboard_only(visit: Visit, site: Site) -> None:
    first = (coded_first, none_first, taken_back_first)
    then = (no_then_yes, number_and_back, nothing_more, no_then_yes)
    expected: list[tuple[Act, str, str]] = []
    with visit("Cara") as cara:
        set_plan(cara, blind=True, double="30")
        cara.follow(lambda: cara.page.click("nav >> text=Code"))
        done = set()
        for k in range(20):
            utterance = cara.path.removeprefix("/code/")
            assert utterance not in done
            assert f"{k} of " in cara.text
            assert offers(cara) == []  # nothing is suggested before she spoke
            steps = first[k % 3](cara, CODES[k % 5])
            assert 1 <= len(offers(cara)) <= 3
            assert cara.page.locator("button[data-key=u]").count() == 0
            assert "What you said before suggestions were shown stays" in cara.text
            steps += then[k % 4](cara)
            expected += [(act, utterance if act is not Act.UNDO else "", code) for act, code in steps]
            done.add(utterance)
            cara.follow(lambda: cara.page.keyboard.press("Enter"))
        assert "20 of " in cara.text
    assert site.acts("Cara")[2:] == expected  # the plan and the decoys come before
    locked = [entry for entry in site.entries if entry.act is Act.LOCK]
    assert len(locked) == 20
    assert {entry.utterance for entry in locked} == done
    assert all(entry.shown and entry.seconds is not None for entry in locked)


def test_what_was_said_blind_is_shown_beside_what_is_said_now(visit: Visit, site: Site) -> None:
    with visit("Cara", width=800, scheme="dark") as cara:
        set_plan(cara, blind=True, double="30")
        cara.go("/code")
        coded_first(cara, "trust")
        assert "You said before: trust" in cara.text
        cara.press("0")
        assert "You said before: trust" in cara.text
        assert "You said that no code applies" in cara.text
    lock = next(entry for entry in site.entries if entry.act is Act.LOCK)
    assert lock.members == ("trust",)


def test_keys_are_listed_and_do_nothing_while_somebody_types(visit: Visit, site: Site) -> None:
    with visit("Cara") as cara:
        cara.go("/code")
        cara.page.keyboard.press("?")
        listed = cara.page.inner_text("#keys")
        assert all(word in listed for word in ("No code applies", "All codes", "Next", "Memo"))
        cara.page.keyboard.press("Escape")
        cara.page.keyboard.press("m")
        cara.page.keyboard.type("y n 0 1 u: all of these are words here")
        cara.page.click("text=Keep the memo")
        cara.page.wait_for_selector("text=all of these are words here")
    assert [act for act, _, _ in site.acts("Cara")] == [Act.MEMO]


FOCUS = """() => {
  const e = document.activeElement, s = getComputedStyle(e);
  return [e.tagName, e.textContent.trim().replace(/\\s+/g, " ").slice(0, 40),
          s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2, e.getBoundingClientRect().top];
}"""


def test_tab_goes_through_the_page_in_reading_order_and_is_always_seen(visit: Visit) -> None:
    with visit("Cara") as cara:
        cara.go("/code")
        stops: list[Any] = []
        for _ in range(60):
            cara.page.keyboard.press("Tab")
            stop = cara.page.evaluate(FOCUS)
            if stop[0] == "BODY":
                break
            stops.append(stop)
        labels = [label for _, label, _, _ in stops]
        assert labels[0] == "Skip to the page's content"
        order = [
            next(i for i, label in enumerate(labels) if label.startswith(start))
            for start in ("Overview", "Code", "Memo", "1 ", "Yes", "No ", "No code applies", "All codes", "Next")
        ]
        assert order == sorted(order)
        unseen = [label for _, label, visible, _ in stops if not visible]
        assert unseen == []
