"""The log on screen: what is listed, what may be taken back."""

from __future__ import annotations

from starlette.testclient import TestClient

from pipeline.records import Act, Entry
from pipeline.review.desk import Desk


def say(desk: Desk, act: Act, coder: str = "Ann", **fields: object) -> Entry:
    return desk.say(Entry(act, coder, "", **fields), None)  # type: ignore[arg-type]


def test_decisions_are_listed_and_can_be_saved(desk: Desk, client: TestClient) -> None:
    say(desk, Act.ACCEPT_THEME, theme="T1")
    say(desk, Act.REJECT_THEME, "Ben", theme="T2", text="weather only")
    page = client.get("/log").text
    assert "accepted candidate theme T1" in page
    assert "weather only" in page
    assert "weather only" not in client.get("/log?coder=Ann").text
    assert "accept theme" in client.get("/log.csv").text


def test_undo_takes_back_the_last_of_ones_own(desk: Desk, client: TestClient) -> None:
    say(desk, Act.ACCEPT_THEME, theme="T1")
    say(desk, Act.ACCEPT_THEME, "Ben", theme="T2")
    page = client.post("/undo", data={"next": "/log"}).text
    assert "You took back: accepted candidate theme T1" in page
    assert desk.state.themes["T1"].verdict is None
    assert desk.state.themes["T2"].verdict is not None
    assert client.post("/undo", data={}).status_code == 400


def test_what_others_decided_and_what_rests_on_it_stays(desk: Desk, client: TestClient) -> None:
    first = say(desk, Act.RENAME_THEME, theme="T1", text="Doors")
    other = say(desk, Act.ACCEPT_THEME, "Ben", theme="T2")
    say(desk, Act.ACCEPT_THEME, theme="T1")
    assert client.post("/undo", data={"number": other.number}).status_code == 400
    refused = client.post("/undo", data={"number": first.number})
    assert refused.status_code == 400
    assert "A later decision rests on it" in refused.text
    assert desk.state.themes["T1"].name == "Doors"


def test_what_was_said_blind_stands(desk: Desk, client: TestClient) -> None:
    id_ = desk.result.utterances[0].id
    said = say(desk, Act.GIVE_CODE, utterance=id_, code="trust")
    say(desk, Act.LOCK, utterance=id_, members=("trust",))
    refused = client.post("/undo", data={"number": said.number})
    assert refused.status_code == 400
    assert "before the suggestions were shown" in refused.text


def test_an_undone_decision_is_not_undone_twice(desk: Desk, client: TestClient) -> None:
    said = say(desk, Act.ACCEPT_THEME, theme="T1")
    assert client.post("/undo", data={"number": said.number}).status_code == 200
    assert client.post("/undo", data={"number": said.number}).status_code == 400
    assert client.post("/undo", data={"number": "77777"}).status_code == 400
