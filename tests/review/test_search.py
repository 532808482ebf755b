"""Search over everything, by words and by meaning."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from pipeline.records import Act, Entry
from pipeline.review.desk import Desk
from pipeline.review.views.search import MOST, runs_of


def test_words_are_found_whatever_their_case(desk: Desk, client: TestClient) -> None:
    n = sum("kitchen" in u.text.casefold() for u in desk.result.utterances)
    page = client.get("/search?q=KITCHEN").text
    assert n > 0
    assert f"Utterances ({n})" in page
    assert page.count("<mark>kitchen</mark>") >= min(n, MOST)


def test_all_words_must_be_there(desk: Desk, client: TestClient) -> None:
    n = sum("kitchen" in u.text and "daily" in u.text for u in desk.result.utterances)
    assert f"Utterances ({n})" in client.get("/search?q=daily kitchen").text
    assert "No utterance holds all of these words" in client.get("/search?q=daily zeppelin").text


def test_by_meaning_the_nearest_come_first(desk: Desk, client: TestClient) -> None:
    text = desk.result.utterances[3].clean
    page = client.get("/search", params={"q": text, "by": "meaning"}).text
    first = page.index("<blockquote>")
    assert desk.result.utterances[3].text.split()[0] in page[first : first + 400]
    assert desk.result.utterances[3].id in page[first : page.index("</blockquote>")]


def test_codes_themes_memos_and_documents_are_found(desk: Desk, client: TestClient) -> None:
    desk.say(Entry(Act.MEMO, "Ann", "", theme="T1", text="ask about zeppelins"), None)
    desk.say(Entry(Act.RENAME_THEME, "Ann", "", theme="T2", text="Zeppelins over the ward"), None)
    page = client.get("/search?q=zeppelins").text
    assert "Ann on T1" in page
    assert "T2 Zeppelins over the ward" in page
    assert "/codebook/code?name=trust" in client.get("/search?q=trust").text
    assert "/read/D03" in client.get("/search?q=D03").text


def test_memos_on_what_must_not_be_seen_are_left_out(desk: Desk, client: TestClient, second: TestClient) -> None:
    fresh = next(
        u.id for u in desk.result.utterances if not desk.codes_by("Ann", u.id) and not desk.codes_by("Ben", u.id)
    )
    desk.say(Entry(Act.PLAN, "Ann", "", members=(fresh,), details=(("double", "0.1"),)), None)
    desk.say(Entry(Act.NO_CODE, "Ben", "", utterance=desk.result.utterances[0].id), None)
    desk.say(Entry(Act.GIVE_CODE, "Ann", "", utterance=fresh, code="trust"), None)
    desk.say(Entry(Act.MEMO, "Ann", "", utterance=fresh, text="zeppelin again"), None)
    assert "zeppelin again" in client.get("/search?q=zeppelin").text.replace("<mark>", "").replace("</mark>", "")
    assert "Ann on" not in second.get("/search?q=zeppelin").text


@pytest.mark.parametrize("words", ["", "   ", "%", "<script>alert(1)</script>", "(((", "\\"])
def test_odd_words_are_only_words(client: TestClient, words: str) -> None:
    answer = client.get("/search", params={"q": words})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_runs_mark_every_word_and_lose_nothing() -> None:
    runs = runs_of("Trust grows; trusting too", ["trust", "too"])
    assert "".join(piece for piece, _ in runs) == "Trust grows; trusting too"
    assert [piece for piece, key in runs if key] == ["Trust", "trust", "too"]
