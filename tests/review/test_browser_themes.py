"""Working on candidate themes in a real browser: every change is one entry, and what two people do never mixes up."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from review_server import Site, Visitor

from pipeline.records import Act

pytestmark = pytest.mark.browser

Visit = Callable[..., AbstractContextManager[Visitor]]


def size(visitor: Visitor) -> int:
    """How many utterances the theme on screen holds."""
    found = re.search(r"\((\d+)\)", visitor.page.inner_text("#all"))
    assert found
    return int(found.group(1))


def standing(visitor: Visitor) -> dict[str, int]:
    """Ids and sizes of the themes in the list."""
    visitor.go("/themes")
    rows = visitor.page.locator("table.themes tbody tr")
    return {
        row.locator(".mark").first.inner_text(): int(row.locator("td.num").inner_text().split()[0])
        for row in (rows.nth(k) for k in range(rows.count()))
    }


def test_a_theme_is_accepted_merged_renamed_and_tied(visit: Visit, site: Site) -> None:
    with visit("Cara") as cara:
        before = standing(cara)
        cara.follow(cara.page.locator("table.themes th a").first.click)
        assert cara.path == "/themes/T1"
        assert cara.page.locator("blockquote").count() > 3
        cara.page.locator("details.around summary").first.click()
        assert cara.page.locator("details.around[open] mark").count() == 1
        cara.press("a")
        assert "You accepted candidate theme T1" in cara.text

        cara.page.click("text=Merge others into it")
        merged = cara.page.locator("input[name=other]").first
        gone = merged.get_attribute("value")
        merged.check()
        cara.click("text=Merge the ticked ones into T1")
        assert size(cara) == before["T1"] + before[gone]
        cara.page.fill("#name", "Meeting daily")
        cara.click("text=Rename")
        assert cara.page.inner_text("h1 bdi") == "Meeting daily"

        cara.page.click("text=Tie it to a code, or make a new one")
        cara.page.select_option("#code", "trust")
        cara.click("button:text-is('Tie')")
        assert cara.page.locator("dd .chip").inner_text() == "trust"
        after = standing(cara)
        assert after == {id_: n + (before[gone] if id_ == "T1" else 0) for id_, n in before.items() if id_ != gone}
        cara.go(f"/themes/{gone}")
        assert cara.path == "/themes/T1"  # what was merged leads to where it went
    assert site.acts("Cara") == [
        (Act.ACCEPT_THEME, "T1", ""),
        (Act.MERGE_THEMES, "T1", ""),
        (Act.RENAME_THEME, "T1", ""),
        (Act.TIE_THEME, "T1", "trust"),
    ]
    assert site.entries[2].members == (gone,)


def test_a_theme_is_split_after_its_parts_were_seen(visit: Visit, site: Site) -> None:
    with visit("Cara", width=800, scheme="dark") as cara:
        before = standing(cara)
        cara.go("/themes/T1")
        cara.follow(lambda: cara.page.click("text=Split it: see the proposed parts"))
        assert "Nothing is decided yet" in cara.text
        sizes = [
            int(re.findall(r": (\d+)", each)[0]) for each in cara.page.locator("section.card h2").all_inner_texts()
        ]
        assert sum(sizes) == before["T1"]
        assert site.acts("Cara") == []  # to look is not to decide
        moved = cara.page.locator("section.card >> nth=1 >> select").first
        moved_id = moved.get_attribute("name").removeprefix("part:")
        moved.select_option("1")
        cara.page.fill("#name-2", "What is left over")
        cara.click("text=Split it like this")
        after = standing(cara)
        assert (after["T1"], after["T1.2"]) == (sizes[0] + 1, sizes[1] - 1)
        assert "What is left over" in cara.text
    split = site.entries[-1]
    assert (split.act, split.theme, split.text) == (Act.SPLIT_THEME, "T1", "What is left over")
    assert moved_id not in split.members


def test_utterances_move_and_a_theme_becomes_a_new_code(visit: Visit, site: Site) -> None:
    with visit("Cara") as cara:
        before = standing(cara)
        cara.go("/themes/T2")
        ticked = cara.page.locator("input[name=utterance]").first
        utterance = ticked.get_attribute("value")
        ticked.check()
        cara.page.select_option("#to", "T1")
        cara.click("button:text-is('Move')")
        assert size(cara) == before["T2"] - 1
        cara.click("text=Move here")  # what lies near, and is not in it
        assert size(cara) == before["T2"]
        cara.page.click("text=Tie it to a code, or make a new one")
        cara.page.fill("#new", "late wages")
        cara.page.fill("#definition", "Pay that comes late or never")
        cara.click("text=Make the code and tie it")
        assert cara.page.locator("dd .chip").inner_text() == "late wages"
        cara.go("/codebook")
        assert "Pay that comes late or never" in cara.text
    assert site.acts("Cara") == [
        (Act.MOVE_UTTERANCES, "T1", ""),
        (Act.MOVE_UTTERANCES, "T2", ""),
        (Act.NEW_CODE, "", "late wages"),
        (Act.TIE_THEME, "T2", "late wages"),
    ]
    assert site.entries[1].members == (utterance,)


def test_two_decide_on_a_theme_from_pages_of_the_same_time(visit: Visit, site: Site) -> None:
    with visit("Ann") as ann, visit("Ben") as ben:
        ann.go("/themes/T1")
        ben.go("/themes/T1")
        ann.page.fill("#name", "Daily bread")
        ann.click("text=Rename")
        ben.page.click("button:has-text('Accept')")
        ben.page.wait_for_selector("h1 >> text=Somebody else decided meanwhile")
        ben.forgive("409")
        assert "renamed" in ben.text
        assert site.acts("Ben") == []
        ben.follow(lambda: ben.page.click("text=Back, as it stands now"))
        assert ben.page.inner_text("h1 bdi") == "Daily bread"
        ben.press("a")
        ann.go("/themes/T1")
        assert "Accepted by Ben" in ann.text
    assert [entry.act for entry in site.entries[1:]] == [Act.RENAME_THEME, Act.ACCEPT_THEME]


def test_which_quote_does_not_belong_by_key(visit: Visit, site: Site) -> None:
    with visit("Cara") as cara:
        cara.go("/themes/T1/intruder")
        quotes = cara.page.locator("form blockquote").all_inner_texts()
        assert len(quotes) == 5
        cara.press("3")
        assert "Right, that was the one." in cara.text or "That was another one." in cara.text
    guess = site.entries[-1]
    assert guess.act is Act.INTRUDER
    assert guess.text in guess.members
    assert len(guess.members) == 5
