"""What could not be done is said, and nothing that was typed is lost with it."""

from __future__ import annotations

import html

import pytest
from starlette.testclient import TestClient

from pipeline.records import Act, Entry
from pipeline.review.desk import Desk


def say(desk: Desk, act: Act, coder: str, **fields: object) -> Entry:
    return desk.say(Entry(act, coder, "", **fields), None)  # type: ignore[arg-type]


def test_what_was_typed_into_a_refused_form_can_be_copied(desk: Desk, client: TestClient) -> None:
    seen = desk.state.last
    say(desk, Act.ACCEPT_THEME, "Ben", theme="T1")
    sent = {"why": "weather\nonly <script>alert(1)</script>", "seen": seen, "csrf": "secret", "part:x": "2"}
    page = client.post("/themes/T1/reject", data=sent)
    assert page.status_code == 409
    assert "What you had typed" in page.text
    assert "weather\nonly &lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "secret" not in page.text
    again = client.post(
        "/codebook/new", data={"name": "trust", "definition": "relying on somebody", "theme": "Parent 0"}
    )
    assert again.status_code == 400
    for what, text in (("Name", "trust"), ("Definition", "relying on somebody"), ("Stands under", "Parent 0")):
        assert f'<dt>{what}</dt><dd class="typed">{text}</dd>' in again.text


def test_where_nothing_was_typed_nothing_is_shown(desk: Desk, client: TestClient) -> None:
    assert "What you had typed" not in client.post("/themes/T99/accept", data={"why": "  "}).text
    assert "What you had typed" not in client.get("/themes/T99").text


def test_a_conflict_with_oneself_is_told_as_such(desk: Desk, client: TestClient, second: TestClient) -> None:
    seen = desk.state.last
    say(desk, Act.ACCEPT_THEME, "Ann", theme="T1")
    own, other = (who.post("/themes/T1/reject", data={"seen": seen}) for who in (client, second))
    assert (own.status_code, other.status_code) == (409, 409)
    assert "You decided on this in another window" in own.text
    assert "Somebody else decided meanwhile" in other.text


def test_a_split_of_a_theme_that_is_another_one_now_is_a_conflict(desk: Desk, client: TestClient) -> None:
    seen, members = desk.state.last, sorted(desk.state.themes["T1"].members)
    say(desk, Act.SPLIT_THEME, "Ben", theme="T1", members=tuple(members[1:]), text="The rest")
    sent = {"parts": "2", "name:2": "Mine", "seen": seen, f"part:{members[1]}": "2"}
    page = client.post("/themes/T1/split", data=sent)
    assert page.status_code == 409
    assert "Ben split candidate theme T1" in html.unescape(page.text)
    assert "Name of part 2" in page.text


@pytest.mark.parametrize("name", ["TRUST", "label of T2"])
def test_a_name_that_something_else_bears_is_refused(desk: Desk, client: TestClient, name: str) -> None:
    wanted = desk.state.themes["T2"].name.upper() if name == "label of T2" else name
    for where, sent in (("rename", {"name": wanted}), ("split", {"parts": "2", "name:2": wanted})):
        refused = client.post(f"/themes/T1/{where}", data={**sent, "seen": desk.state.last})
        assert refused.status_code == 400
        assert ("Tie the theme to that code" if name == "TRUST" else "Merge the two") in refused.text
    assert "T1.2" not in desk.state.themes


def test_a_theme_may_bear_the_name_of_the_code_that_it_is_tied_to(desk: Desk, client: TestClient) -> None:
    say(desk, Act.TIE_THEME, "Ann", theme="T1", code="trust")
    assert client.post("/themes/T1/rename", data={"name": "Trust", "seen": desk.state.last}).status_code == 200
    assert client.post("/themes/T1/accept", data={"seen": desk.state.last}).status_code == 200
    say(desk, Act.TIE_THEME, "Ann", theme="T1", code="")
    assert client.post("/themes/T1/accept", data={"seen": desk.state.last}).status_code == 400


def test_two_parts_of_one_name_are_refused(desk: Desk, client: TestClient) -> None:
    sent = {"parts": "3", "name:2": "Part", "name:3": "part"}
    page = client.post("/themes/T1/split", data={**sent, "seen": desk.state.last})
    assert page.status_code == 400
    assert "Two parts are called “part”" in page.text


def test_what_was_decided_on_others_is_said_before_they_are_merged(desk: Desk, client: TestClient) -> None:
    say(desk, Act.ACCEPT_THEME, "Ann", theme="T2")
    say(desk, Act.REJECT_THEME, "Ben", theme="T2")
    say(desk, Act.REJECT_THEME, "Ben", theme="T3")
    page = client.get("/themes/T1").text
    assert f"({len(desk.state.themes['T2'].members)}, the team does not agree on it)" in page
    assert f"({len(desk.state.themes['T3'].members)}, rejected)" in page


def test_a_decoy_that_was_accepted_is_told_as_one(desk: Desk, client: TestClient) -> None:
    id_ = desk.result.utterances[0].id
    say(desk, Act.DECOYS, "", details=((id_, "trust"),))
    said = say(desk, Act.ACCEPT_CODE, "Ann", utterance=id_, code="trust", shown=("trust",))
    assert "which was a decoy: it is no coding" in client.get(f"/code/{id_}?said={said.number}").text
    assert "which was a decoy" in client.get("/log").text
