"""The first page, and the question who is coding."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from pipeline.records import AGREED, Act, Entry
from pipeline.review.desk import Desk


def test_nobody_in_particular_is_asked_who_she_is_and_comes_back(
    desk: Desk, sign_in: Callable[[str], TestClient]
) -> None:
    browser = sign_in("")
    page = browser.get("/codebook")
    assert page.url.path == "/who"
    assert "Who is coding?" in page.text
    page = browser.post("/who", data={"name": "  Ann \n", "next": "/codebook"})
    assert page.url.path == "/codebook"
    assert "Ann</bdi> is coding" in page.text


@pytest.mark.parametrize("next_", ["//evil.example/", "https://evil.example/", "/\\evil.example", ""])
def test_the_way_on_never_leads_out(sign_in: Callable[[str], TestClient], next_: str) -> None:
    answer = sign_in("").post("/who", data={"name": "Ann", "next": next_}, follow_redirects=False)
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("name", ["", "   ", "\u200b\n", AGREED, "Agreed"])
def test_names_that_say_nothing_or_mean_something_else_are_refused(
    sign_in: Callable[[str], TestClient], name: str
) -> None:
    answer = sign_in("").post("/who", data={"name": name})
    assert answer.status_code == 400


def test_what_to_do_next_follows_what_was_done(desk: Desk, client: TestClient) -> None:
    first = client.get("/").text
    assert "nobody has decided anything yet" in first
    assert "Agree on how to work" in first
    n_themes = len(desk.state.themes)
    desk.say(
        Entry(Act.PLAN, "Ann", "", details=(("blind", "no"), ("double", "0"), ("decoys", "0"), ("seed", "1"))), None
    )
    for theme in list(desk.state.themes):
        desk.say(Entry(Act.ACCEPT_THEME, "Ann", "", theme=theme), None)
    second = client.get("/").text
    assert "Agree on how to work" not in second
    assert f"{n_themes} of {n_themes}" in second
    assert "Save what was decided" in second


def test_agreement_is_counted_anew(desk: Desk, client: TestClient) -> None:
    before = client.get("/").text
    assert "Ann and Ben" in before
    rows = [u.id for u in desk.result.utterances if desk.codes_by("Ann", u.id) != desk.codes_by("Ben", u.id)]
    n_differ = len(rows)
    assert f"Settle {n_differ} differences" in before
    one = rows[0]
    for code in desk.codes_by("Ben", one):
        desk.say(Entry(Act.TAKE_CODE, "Ben", "", utterance=one, code=code), None)
    for code in desk.codes_by("Ann", one):
        desk.say(Entry(Act.GIVE_CODE, "Ben", "", utterance=one, code=code), None)
    assert f"Settle {n_differ - 1} differences" in client.get("/").text


def test_intrusion_and_time_are_told(desk: Desk, client: TestClient) -> None:
    ids = tuple(u.id for u in desk.result.utterances[:5])
    for picked in ids[:2]:
        desk.say(Entry(Act.INTRUDER, "Ann", "", theme="T1", members=ids, utterance=picked, text=ids[0]), None)
    desk.say(Entry(Act.NO_CODE, "Ann", "", utterance=ids[0], seconds=7.0), None)
    page = client.get("/").text
    assert "1 of 2 (50%)" in page
    assert "Seconds a decision, Ann" in page
