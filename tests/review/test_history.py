"""The log on screen: what is listed, what may be taken back."""

from __future__ import annotations

import pytest
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


@pytest.mark.parametrize("act", [Act.NEW_CODE, Act.EDIT_CODE])
@pytest.mark.parametrize("use", ["given", "settled", "tied", "stretch"])
def test_the_name_of_a_code_that_was_used_since_is_not_taken_back(
    desk: Desk, client: TestClient, act: Act, use: str
) -> None:
    id_, place = desk.result.utterances[0].id, desk.result.utterances[0]
    if act is Act.NEW_CODE:
        named = say(desk, act, code="Fresh")
    else:
        named = say(desk, act, code="trust", details=(("name", "Fresh"),))
    used = {
        "given": {"act": Act.GIVE_CODE, "utterance": id_, "code": "Fresh"},
        "settled": {"act": Act.SETTLE, "utterance": id_, "members": ("Fresh",)},
        "tied": {"act": Act.TIE_THEME, "theme": "T1", "code": "Fresh"},
        "stretch": {"act": Act.GIVE_CODE, "document": place.document, "start": 1, "end": 9, "code": "Fresh"},
    }[use]
    later = say(desk, coder="Ben", **used)  # type: ignore[arg-type]
    refused = client.post("/undo", data={"number": named.number})
    assert refused.status_code == 400
    assert "has been used since" in refused.text
    say(desk, Act.UNDO, "Ben", undoes=later.number)
    assert client.post("/undo", data={"number": named.number}).status_code == 200


def test_a_code_that_only_got_other_words_can_be_taken_back_although_it_is_used(desk: Desk, client: TestClient) -> None:
    edited = say(desk, Act.EDIT_CODE, code="trust", details=(("name", "trust"), ("definition", "relying")))
    say(desk, Act.GIVE_CODE, "Ben", utterance=desk.result.utterances[0].id, code="trust")
    assert client.post("/undo", data={"number": edited.number}).status_code == 200


def test_a_split_on_whose_part_somebody_decided_is_not_taken_back(desk: Desk, client: TestClient) -> None:
    members = sorted(desk.state.themes["T1"].members)
    split = say(desk, Act.SPLIT_THEME, theme="T1", members=tuple(members[:3]), text="Part")
    later = say(desk, Act.ACCEPT_THEME, "Ben", theme="T1.2")
    assert client.post("/undo", data={"number": split.number}).status_code == 400
    say(desk, Act.UNDO, "Ben", undoes=later.number)
    assert client.post("/undo", data={"number": split.number}).status_code == 200
    assert "T1.2" not in desk.state.themes


def test_who_decides_on_what_was_undone_meanwhile_is_told(desk: Desk, client: TestClient, second: TestClient) -> None:
    merged = say(desk, Act.MERGE_THEMES, theme="T1", members=("T2",))
    seen = desk.state.last
    client.post("/undo", data={"number": merged.number, "seen": seen})
    late = second.post("/themes/T1/accept", data={"seen": seen})
    assert late.status_code == 409
    moved = say(desk, Act.MOVE_UTTERANCES, theme="T3", members=(min(desk.state.themes["T1"].members),))
    seen = desk.state.last
    client.post("/undo", data={"number": moved.number, "seen": 0})
    assert second.post("/themes/T1/accept", data={"seen": seen}).status_code == 409


def test_a_part_that_was_undone_and_made_again_is_another_one(desk: Desk, second: TestClient) -> None:
    members = sorted(desk.state.themes["T1"].members)
    first = say(desk, Act.SPLIT_THEME, theme="T1", members=tuple(members[:3]), text="Part")
    seen = desk.state.last
    say(desk, Act.UNDO, undoes=first.number)
    say(desk, Act.SPLIT_THEME, theme="T1", members=tuple(members[3:6]), text="Another")
    assert second.post("/themes/T1.2/accept", data={"seen": seen}).status_code == 409


def test_a_number_beyond_all_sense_is_no_decision(desk: Desk, client: TestClient) -> None:
    say(desk, Act.ACCEPT_THEME, "Ben", theme="T1")
    assert client.post("/undo", data={"number": "9" * 5000}).status_code == 400


def test_an_undone_decision_is_not_undone_twice(desk: Desk, client: TestClient) -> None:
    said = say(desk, Act.ACCEPT_THEME, theme="T1")
    assert client.post("/undo", data={"number": said.number}).status_code == 200
    assert client.post("/undo", data={"number": said.number}).status_code == 400
    assert client.post("/undo", data={"number": "77777"}).status_code == 400


def test_what_one_step_made_is_taken_back_in_one(desk: Desk, client: TestClient) -> None:
    before, book = dict(desk.state.themes), desk.codebook
    members = sorted(before["T1"].members)
    parts = [Entry(Act.SPLIT_THEME, "Ann", "", theme="T1", members=tuple(members[i : i + 3])) for i in (0, 3)]
    desk.say_all([*parts, Entry(Act.RENAME_THEME, "Ann", "", theme="T1", text="What is left")], None)
    assert {"T1.2", "T1.3"} <= set(desk.state.themes)
    client.post("/undo", data={})
    assert desk.state.themes == before
    made = Entry(Act.NEW_CODE, "Ann", "", code="Fresh"), Entry(Act.TIE_THEME, "Ann", "", theme="T2", code="Fresh")
    desk.say_all(made, None)
    page = client.post("/undo", data={}).text
    assert "You took back: made the code “Fresh”" in page
    assert (desk.state.themes, desk.codebook) == (before, book)
    desk.say_all(made, None)
    say(desk, Act.GIVE_CODE, "Ben", utterance=desk.result.utterances[0].id, code="Fresh")
    client.post("/undo", data={})
    assert desk.state.themes["T2"].code == ""
    assert "Fresh" in {code.name for code in desk.codebook.codes}, "somebody uses it"


def test_two_steps_are_taken_back_in_two(desk: Desk, client: TestClient) -> None:
    members = sorted(desk.state.themes["T1"].members)
    say(desk, Act.SPLIT_THEME, theme="T1", members=tuple(members[:3]))
    say(desk, Act.SPLIT_THEME, theme="T1", members=tuple(members[3:6]))
    client.post("/undo", data={})
    assert {"T1.2"} == {id_ for id_ in desk.state.themes if id_.startswith("T1.")}
