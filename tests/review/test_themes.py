"""Candidate themes on screen: decided on, renamed, merged, split, moved into, tied, with history and conflicts."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from starlette.testclient import TestClient

from pipeline import store
from pipeline.ask import parts
from pipeline.records import Act, Codebook, Entry, Mapping, Verdict
from pipeline.review.app import app
from pipeline.review.desk import Desk
from pipeline.review.views import theme, theme_split
from pipeline.review.views.theme_history import history_of


def marks(page: str) -> list[str]:
    return re.findall(r'href="/themes/([^"/]+)"', page)


def test_the_list_shows_every_theme_that_stands(desk: Desk, client: TestClient) -> None:
    page = client.get("/themes").text
    assert set(marks(page)) == set(desk.state.themes)
    assert f"Nobody decided on these yet ({len(desk.state.themes)})" in page


def test_words_on_a_theme_are_kept_with_who_said_them(desk: Desk, client: TestClient, second: TestClient) -> None:
    client.post("/themes/T1/accept")
    page = second.post("/themes/T1/reject", data={"why": "weather only", "seen": desk.state.last}).text
    assert "Accepted by Ann; rejected by Ben" in page
    assert "The team does not agree" in page
    assert desk.state.themes["T1"].verdict is Verdict.ACCEPTED
    assert "Accepted (1)" in client.get("/themes").text


def test_a_stale_page_is_a_conflict_and_one_can_go_on_from_it(
    desk: Desk, client: TestClient, second: TestClient
) -> None:
    seen = desk.state.last
    client.post("/themes/T1/rename", data={"name": "Doors open", "seen": seen})
    answer = second.post("/themes/T1/rename", data={"name": "Tables", "seen": seen})
    assert answer.status_code == 409
    assert "Ann" in answer.text
    assert desk.state.themes["T1"].name == "Doors open"
    assert second.post("/themes/T1/rename", data={"name": "Tables", "seen": desk.state.last}).status_code == 200
    assert desk.state.themes["T1"].name == "Tables"


def test_a_merge_takes_all_utterances_along(desk: Desk, client: TestClient) -> None:
    both = desk.state.themes["T1"].members | desk.state.themes["T3"].members
    page = client.post("/themes/T1/merge", data={"other": ["T3"]}).text
    assert desk.state.themes["T1"].members == both
    assert f"All its utterances ({len(both)})" in page
    assert "T3" not in marks(client.get("/themes").text)
    assert client.get("/themes/T3").url.path == "/themes/T1"
    assert client.post("/themes/T3/accept").status_code == 400


@pytest.mark.parametrize("others", [[], ["T1"], ["T99"]])
def test_a_merge_needs_another_theme(desk: Desk, client: TestClient, others: list[str]) -> None:
    before = desk.state.last
    assert client.post("/themes/T1/merge", data={"other": others}).status_code == 400
    assert desk.state.last == before


def test_a_split_is_proposed_first_and_done_as_it_was_changed(desk: Desk, client: TestClient) -> None:
    whole = desk.state.themes["T1"].members
    page = client.get("/themes/T1/split").text
    last = desk.state.last
    fields = dict(re.findall(r'<select name="(part:[^"]+)".*?value="(\d)" selected', page))
    assert {name[5:] for name in fields} == whole
    assert set(fields.values()) == {"1", "2"}
    moved = next(name for name, part in fields.items() if part == "1")
    fields[moved] = "2"
    client.post("/themes/T1/split", data={**fields, "name:1": "Left", "name:2": "Right", "seen": last})
    first, new = desk.state.themes["T1"], desk.state.themes["T1.2"]
    assert (first.name, new.name) == ("Left", "Right")
    assert first.members | new.members == whole
    assert new.members == {name[5:] for name, part in fields.items() if part == "2"}
    assert client.get("/themes/T1.2").status_code == 200


def test_a_split_with_one_part_is_refused(desk: Desk, client: TestClient) -> None:
    fields = {f"part:{member}": "1" for member in desk.state.themes["T1"].members}
    assert client.post("/themes/T1/split", data=fields).status_code == 400
    all_away = dict.fromkeys(fields, "2")
    assert client.post("/themes/T1/split", data=all_away).status_code == 400
    assert client.post("/themes/T1/split", data={"part:nowhere": "2"}).status_code == 400


def test_utterances_are_moved_to_a_theme_and_out_of_every_theme(desk: Desk, client: TestClient) -> None:
    first, second = sorted(desk.state.themes["T1"].members)[:2]
    client.post("/themes/T1/move", data={"utterance": [first], "to": "T2"})
    client.post("/themes/T1/move", data={"utterance": [second], "to": "", "seen": desk.state.last})
    assert first in desk.state.themes["T2"].members
    assert second not in desk.state.theme_of()
    page = client.get("/themes/T1").text
    assert "changed by analysts" in page
    assert client.post("/themes/T1/move", data={"to": "T2"}).status_code == 400
    assert client.post("/themes/T1/move", data={"utterance": "nowhere", "to": "T2"}).status_code == 400


def test_near_misses_can_be_moved_in(desk: Desk, client: TestClient) -> None:
    page = client.get("/themes/T1").text
    near = re.findall(r'name="utterance" value="([^"]+)"><input type="hidden" name="to" value="T1"', page)
    assert near
    assert not set(near) & desk.state.themes["T1"].members
    client.post("/themes/T1/move", data={"utterance": near[0], "to": "T1"})
    assert near[0] in desk.state.themes["T1"].members


def test_a_theme_becomes_a_code(desk: Desk, client: TestClient) -> None:
    client.post("/themes/T1/code", data={"name": "Contracts", "parent": "Parent 0", "definition": "who pays"})
    assert desk.state.themes["T1"].code == "Contracts"
    assert desk.codebook.codes[-1].name == "Contracts"
    assert desk.codebook.codes[-1].theme == "Parent 0"
    assert client.post("/themes/T2/code", data={"name": "contracts"}).status_code == 400
    client.post("/themes/T2/tie", data={"code": "trust"})
    assert desk.state.themes["T2"].code == "trust"
    assert client.post("/themes/T2/tie", data={"code": "nothing of the kind"}).status_code == 400
    client.post("/themes/T2/tie", data={"code": "", "seen": desk.state.last})
    assert desk.state.themes["T2"].code == ""


def test_quotes_stand_in_their_context_and_history_is_told(desk: Desk, client: TestClient) -> None:
    client.post("/themes/T1/memo", data={"text": "see <i>Darani</i>"})
    client.post("/themes/T1/rename", data={"name": "Doors"})
    page = client.get("/themes/T1").text
    assert "see &lt;i&gt;Darani&lt;/i&gt;" in page
    assert "renamed candidate theme T1 to “Doors”" in page
    assert "The machine called it" in page
    assert page.count("<summary>In its context") >= 3


def test_what_is_not_there_is_said(client: TestClient) -> None:
    assert client.get("/themes/T99").status_code == 404
    assert client.get("/themes/T99/split").status_code == 404
    assert client.get("/themes/T99/intruder").status_code == 404
    assert client.post("/themes/T99/accept").status_code == 400
    assert client.post("/themes/T1/rename", data={"name": "  "}).status_code == 400


def test_a_part_that_is_not_shown_in_full_goes_as_it_was_proposed(
    desk: Desk, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theme_split, "MOST_SHOWN", 2)
    page = client.get("/themes/T1/split").text
    assert "more, the least typical ones, are not shown" in page
    fields = dict(re.findall(r'<select name="(part:[^"]+)".*?value="(\d)" selected', page))
    assert len(fields) == 4
    whole = desk.state.themes["T1"]
    first, second = theme_split.proposed(desk, whole, 2)
    moved = next(name for name, part in fields.items() if part == "1")
    answers = {**fields, moved: "2", "parts": "2", "name:1": whole.name, "name:2": "Right", "seen": desk.state.last}
    client.post("/themes/T1/split", data=answers)
    ids = [utterance.id for utterance in desk.result.utterances]
    assert desk.state.themes["T1"].members == {ids[row] for row in first} - {moved[5:]}
    assert desk.state.themes["T1.2"].members == {ids[row] for row in second} | {moved[5:]}
    assert [entry.act for entry in desk.state.entries.values()] == [Act.OPEN, Act.SPLIT_THEME]


def test_three_parts_make_two_new_themes(desk: Desk, client: TestClient) -> None:
    whole = desk.state.themes["T1"].members
    page = client.get("/themes/T1/split?parts=3").text
    fields = dict(re.findall(r'<select name="(part:[^"]+)".*?value="(\d)" selected', page))
    assert set(fields.values()) == {"1", "2", "3"}
    named = {"name:1": "One", "name:2": "Two", "name:3": "Three"}
    assert client.post("/themes/T1/split", data={**fields, "name:2": "Two"}).status_code == 400
    client.post("/themes/T1/split", data={**fields, **named, "seen": desk.state.last})
    themes = [desk.state.themes[id_] for id_ in ("T1", "T1.2", "T1.3")]
    assert [theme.name for theme in themes] == ["One", "Two", "Three"]
    assert sorted(member for theme in themes for member in theme.members) == sorted(whole)


def test_a_theme_that_does_not_fall_apart_is_not_split(desk: Desk, client: TestClient) -> None:
    few = sorted(desk.state.themes["T1"].members)[3:]
    desk.say(Entry(Act.MOVE_UTTERANCES, "Ann", "", theme="", members=tuple(few)), None)
    assert "there is nothing along which to cut them" in client.get("/themes/T1/split").text


def test_the_list_can_be_narrowed_to_what_stands_in_one_way(desk: Desk, client: TestClient) -> None:
    client.post("/themes/T2/accept")
    client.post("/themes/T3/reject", data={"why": "talk about the weather", "seen": desk.state.last})
    everything = client.get("/themes").text
    assert re.findall(r"<h2>(.*? \(\d+\))</h2>", everything) == [
        f"Nobody decided on these yet ({len(desk.state.themes) - 2})",
        "Accepted (1)",
        "Rejected (1)",
    ]
    assert set(marks(client.get("/themes?show=accepted").text)) == {"T2"}
    assert set(marks(client.get("/themes?show=rejected").text)) == {"T3"}
    assert set(marks(client.get("/themes?show=nonsense").text)) == set(desk.state.themes)
    page = client.get("/themes/T3").text
    assert "Rejected by Ann</strong>: talk about the weather" in page


def test_the_nearest_code_is_shown_until_the_theme_changes(desk: Desk, client: TestClient) -> None:
    relation = next(each for each in desk.result.mapping.relations if each.nearest_code)
    address, near = f"/themes/{relation.theme}", f"<bdi>{relation.nearest_code}</bdi>"
    assert f"nearest: {near}" in client.get("/themes").text
    assert re.search(rf"tied to none; nearest: <a[^>]*>{near}", client.get(address).text)
    client.post("/codebook/edit", data={"code": relation.nearest_code, "name": "Renamed", "seen": desk.state.last})
    assert re.search(r"tied to none; nearest: <a[^>]*><bdi>Renamed</bdi>", client.get(address).text)
    some = min(desk.state.themes[relation.theme].members)
    client.post(f"{address}/move", data={"utterance": some, "to": "", "seen": desk.state.last})
    page = client.get(address).text
    assert "tied to none; nearest" not in page
    assert "of the theme as the run offered it" in page


def test_what_a_merge_would_hold_is_told_before(desk: Desk, client: TestClient) -> None:
    page = client.get("/themes/T1").text
    n_own = len(desk.state.themes["T1"].members)
    rows = re.findall(r'name="other" value="([^"]+)".*?\((\d+)\)</span>.*?Together: (\d+) utterances', page, re.DOTALL)
    assert rows
    for other, size, together in rows:
        assert int(size) == len(desk.state.themes[other].members)
        assert int(together) == n_own + int(size)


def test_history_tells_where_utterances_went_and_where_they_came_from(desk: Desk, client: TestClient) -> None:
    first, second, third = sorted(desk.state.themes["T1"].members)[:3]
    client.post("/themes/T1/move", data={"utterance": [first], "to": "T2"})
    fields = {f"part:{second}": "2", f"part:{third}": "2", "name:2": "Doors", "seen": desk.state.last}
    client.post("/themes/T1/split", data=fields)
    client.post("/themes/T1/merge", data={"other": "T3", "seen": desk.state.last})

    def told(id_: str) -> list[str]:
        return [event.what for event in history_of(desk, id_)]

    moved, cut = "moved 1 utterance to T2", "took 2 utterances out of candidate theme T1 as “Doors”"
    assert told("T2") == [moved]
    assert told("T1.2") == [cut]
    assert told("T3") == ["merged T3 into candidate theme T1"]
    assert told("T1") == ["merged T3 into candidate theme T1", cut, moved]
    assert "The machine offered it." in client.get("/themes/T1").text
    assert "The machine offered it." not in client.get("/themes/T1.2").text
    client.post("/undo", data={"number": desk.state.last, "next": "/themes"})
    assert told("T1") == [cut, moved]
    assert told("T3") == []


def test_all_utterances_are_paged(desk: Desk, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme, "A_PAGE", 4)
    members, shown = desk.state.themes["T1"].members, list[str]()
    n_pages = -(-len(members) // 4)
    for number in range(1, n_pages + 1):
        page = client.get(f"/themes/T1?page={number}").text
        assert f"Page {number} of {n_pages}" in page
        shown += re.findall(r'type="checkbox" name="utterance" value="([^"]+)"', page)
    assert sorted(shown) == sorted(members)
    assert f"Page {n_pages} of {n_pages}" in client.get("/themes/T1?page=999").text


def test_a_theme_that_everything_left_can_still_be_looked_at(desk: Desk, client: TestClient) -> None:
    everything = tuple(sorted(desk.state.themes["T1"].members))
    desk.say(Entry(Act.MOVE_UTTERANCES, "Ann", "", theme="", members=everything), None)
    assert "No utterance is left in it." in client.get("/themes/T1").text
    assert client.get("/themes/T1/split").status_code == 200
    assert client.get("/themes").status_code == 200


def test_a_run_without_themes_says_so(run_folder: Path, clock: Callable[[], str]) -> None:
    whole = store.load(run_folder)
    n = len(whole.utterances)
    nobody = np.full(n, -1, np.int32)
    placement = dataclasses.replace(whole.clusters.placement, theme=nobody, nearest=nobody, second=nobody)
    bare = dataclasses.replace(
        whole,
        themes=(),
        clusters=dataclasses.replace(whole.clusters, placement=placement),
        mapping=Mapping(),
        codebook=Codebook(()),
    )
    with store.DecisionLog(run_folder / store.LOG, clock) as log:
        browser = TestClient(app(Desk(bare, log, clock)), base_url="http://127.0.0.1", cookies={"coder": "Ann"})
        assert "There is no candidate theme" in browser.get("/themes").text
        assert browser.get("/themes/T1").status_code == 404
        assert browser.get("/themes/T1/intruder").status_code == 404


def test_what_lies_near_is_told_by_means(desk: Desk) -> None:
    """Against cosines that are counted here one by one."""
    mixed, own = desk.result.vectors.mixed, desk.result.vectors.own
    groups = {id_: [desk.row[m] for m in theme.members] for id_, theme in desk.state.themes.items()}

    def cosine(first: np.ndarray, second: np.ndarray) -> float:
        return float(first @ second / np.linalg.norm(first) / np.linalg.norm(second))

    means = {id_: mixed[rows].mean(axis=0) for id_, rows in groups.items()}
    near = sorted((id_ for id_ in groups if id_ != "T1"), key=lambda id_: -cosine(means[id_], means["T1"]))
    assert list(parts.nearest_themes(desk.result, groups, "T1")) == near
    others = [row for row in range(len(mixed)) if row not in groups["T1"]]
    likest = sorted(cosine(mixed[row], means["T1"]) for row in others)[-3:][::-1]
    found = parts.near_misses(desk.result, groups["T1"], 3)
    assert set(found) <= set(others)
    assert [cosine(mixed[row], means["T1"]) for row in found] == pytest.approx(likest, abs=1e-5)
    likeness = [cosine(own[row], own[groups["T1"]].mean(axis=0)) for row in parts.typical(desk.result, groups["T1"])]
    assert likeness == sorted(likeness, reverse=True)


@pytest.mark.parametrize("rows", [[], [0], [0, 1, 2]])
def test_few_utterances_are_one_part(desk: Desk, rows: list[int]) -> None:
    assert parts.parts(desk.result, rows, 2) == ((tuple(rows),) if rows else ())
    assert sorted(parts.typical(desk.result, rows)) == rows
    assert len(parts.near_misses(desk.result, rows, 2)) == (2 if rows else 0)
    assert parts.nearest_themes(desk.result, {"T1": rows, "T2": [5], "T3": []}, "T1") == (("T2",) if rows else ())
