"""The quote-intrusion test on screen: the page does not tell, the answer is kept, nobody gets the same test twice."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from pipeline.records import Act, Entry
from pipeline.review.desk import Desk

ADDRESS = "/themes/T1/intruder"


def shown(page: str) -> list[str]:
    return re.findall(r'<button name="utterance" value="([^"]+)"', page)


def answer(client: TestClient, quotes: list[str], picked: str) -> str:
    return client.post(ADDRESS, data={"shown": quotes, "utterance": picked}).text


def test_four_quotes_are_of_the_theme_and_one_is_of_another(desk: Desk, client: TestClient) -> None:
    page = client.get(ADDRESS).text
    quotes, members = shown(page), desk.state.themes["T1"].members
    (out,) = (id_ for id_ in quotes if id_ not in members)
    assert len(quotes) == 5
    assert out in desk.state.theme_of()
    assert re.findall(r'type="hidden" name="shown" value="([^"]+)"', page) == quotes
    assert page.count(out) == 2  # on its button and among those shown, like every other one
    assert all(page.count(f'"{id_}"') == 2 for id_ in quotes)
    assert 'class="source"' not in page  # a citation would tell
    assert desk.state.themes["T1"].name not in page  # so would the name
    assert len({desk.utterance(id_).text for id_ in quotes}) == 5


def test_right_and_wrong_picks_are_kept_and_counted(desk: Desk, client: TestClient, second: TestClient) -> None:
    members, quotes = desk.state.themes["T1"].members, shown(client.get(ADDRESS).text)
    (out,) = set(quotes) - members
    after = answer(client, quotes, out)
    assert "Right, that was the one." in after
    assert desk.utterance(out).text in after
    assert "picked in 1 of 1 try; by chance it would be 1 in 5" in after
    again = shown(after)
    assert again != quotes
    (other,) = set(again) - members
    after = answer(client, again, next(id_ for id_ in again if id_ in members))
    assert "That was another one." in after
    assert desk.utterance(other).text in after
    assert "picked in 1 of 2 tries" in client.get("/themes/T1").text
    entry = desk.state.entries[desk.state.last]
    assert (entry.act, entry.members, entry.text) == (Act.INTRUDER, tuple(again), other)
    assert entry.utterance != other
    assert "Right, that was" not in second.get(ADDRESS).text  # Ben did not answer yet


def test_everybody_gets_tests_of_her_own(client: TestClient, second: TestClient) -> None:
    assert shown(client.get(ADDRESS).text) == shown(client.get(ADDRESS).text)
    assert shown(client.get(ADDRESS).text) != shown(second.get(ADDRESS).text)


@pytest.mark.parametrize("how", ["twice", "nothing picked", "not shown", "another order", "nothing shown"])
def test_what_is_no_answer_to_the_test_is_not_kept(desk: Desk, client: TestClient, how: str) -> None:
    quotes = shown(client.get(ADDRESS).text)
    if how == "twice":
        answer(client, quotes, quotes[0])
    before = desk.state.last
    forms: dict[str, dict[str, str | list[str]]] = {
        "twice": {"shown": quotes, "utterance": quotes[0]},
        "nothing picked": {"shown": quotes},
        "not shown": {"shown": quotes, "utterance": "nowhere"},
        "another order": {"shown": quotes[::-1], "utterance": quotes[0]},
        "nothing shown": {"utterance": quotes[0]},
    }
    assert client.post(ADDRESS, data=forms[how]).status_code == 400
    assert desk.state.last == before


def test_a_theme_that_was_changed_meanwhile_is_another_test(desk: Desk, client: TestClient) -> None:
    quotes = shown(client.get(ADDRESS).text)
    kept = [id_ for id_ in quotes if id_ in desk.state.themes["T1"].members]
    desk.say(Entry(Act.MOVE_UTTERANCES, "Ben", "", theme="T2", members=(kept[0],)), None)
    assert client.post(ADDRESS, data={"shown": quotes, "utterance": kept[1]}).status_code == 400
    assert desk.state.guesses == []


def test_a_theme_of_too_few_utterances_is_no_test(desk: Desk, client: TestClient) -> None:
    members = sorted(desk.state.themes["T1"].members)
    desk.say(Entry(Act.MOVE_UTTERANCES, "Ann", "", theme="", members=tuple(members[3:])), None)
    assert "The test needs 4 utterances" in client.get(ADDRESS).text


def test_the_test_of_a_merged_theme_is_that_of_the_one_it_went_into(desk: Desk, client: TestClient) -> None:
    desk.say(Entry(Act.MERGE_THEMES, "Ann", "", theme="T2", members=("T1",)), None)
    assert client.get(ADDRESS).url.path == "/themes/T2/intruder"
