"""The coding tree on screen: made, edited, dropped, with its history."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from pipeline.records import Act, Entry
from pipeline.review.desk import Desk
from pipeline.review.views.codebook import _suggested


def names(desk: Desk) -> set[str]:
    return {code.name for code in desk.codebook.codes}


def test_a_code_is_made_under_a_parent(desk: Desk, client: TestClient) -> None:
    answer = client.post(
        "/codebook/new", data={"name": " Money  worries ", "theme": "Parent 0", "definition": "pay <late>"}
    )
    assert answer.status_code == 200
    assert "pay &lt;late&gt;" in answer.text
    assert "Money worries" in names(desk)
    tree = client.get("/codebook").text.partition("<tbody>")[2]
    assert tree.index("Parent 0") < tree.index("Money worries")


@pytest.mark.parametrize("name", ["", "  ", "TRUST", "x" * 201])
def test_names_that_are_taken_or_unfit_are_refused(desk: Desk, client: TestClient, name: str) -> None:
    before = names(desk)
    assert client.post("/codebook/new", data={"name": name}).status_code == 400
    assert names(desk) == before


def test_a_renamed_code_keeps_its_codings_and_its_history(desk: Desk, client: TestClient) -> None:
    coded = next(u.id for u in desk.result.utterances if "trust" in desk.codes_by("Ann", u.id))
    page = client.post(
        "/codebook/edit", data={"code": "trust", "name": "Faith", "definition": "relying on somebody"}
    ).text
    assert "Faith" in desk.codes_by("Ann", coded)
    assert "trust" not in names(desk)
    assert "edited the code “trust”" in page
    assert "relying on somebody" in page
    old = client.get("/codebook/code?name=trust")
    assert "Faith" in str(old.url)
    stale = client.post("/codebook/edit", data={"code": "trust", "name": "trust", "definition": "another"})
    assert stale.status_code == 400
    assert "“Faith” now" in stale.text
    assert client.get("/codebook/code?name=never").status_code == 404


def test_taking_a_rename_back_ends_on_the_code(desk: Desk, client: TestClient) -> None:
    client.post("/codebook/edit", data={"code": "trust", "name": "Faith"})
    page = client.post("/undo", data={"next": "/codebook/code?name=Faith"})
    assert page.status_code == 200
    assert "name=trust" in str(page.url)
    assert "You took back" in page.text
    client.post("/codebook/new", data={"name": "Zeal"})
    page = client.post("/undo", data={"next": "/codebook/code?name=Zeal"})
    assert (page.status_code, page.url.path) == (200, "/codebook")


def test_the_capitals_of_a_name_can_change(desk: Desk, client: TestClient) -> None:
    assert client.post("/codebook/edit", data={"code": "trust", "name": "Trust"}).status_code == 200
    assert "Trust" in names(desk)
    assert client.post("/codebook/edit", data={"code": "Trust", "name": "FAMILY"}).status_code == 400


def test_what_the_machine_would_give_is_counted_under_todays_name(desk: Desk, client: TestClient) -> None:
    before = _suggested(desk)["trust"]
    assert before
    client.post("/codebook/edit", data={"code": "trust", "name": "Faith"})
    assert _suggested(desk)["Faith"] == before
    assert "trust" not in _suggested(desk)


@pytest.mark.parametrize("how", ["settled", "tied", "blind"])
def test_a_code_that_was_said_elsewhere_is_not_dropped_without_a_successor(
    desk: Desk, client: TestClient, how: str
) -> None:
    client.post("/codebook/new", data={"name": "Zeal"})
    id_ = desk.result.utterances[0].id
    said = {
        "settled": Entry(Act.SETTLE, "Ben", "", utterance=id_, members=("Zeal",)),
        "tied": Entry(Act.TIE_THEME, "Ben", "", theme="T1", code="Zeal"),
        "blind": Entry(Act.LOCK, "Ben", "", utterance=id_, members=("Zeal",)),
    }[how]
    desk.say(said, None)
    assert client.post("/codebook/drop", data={"code": "Zeal"}).status_code == 400
    into = {"code": "Zeal", "into": "trust", "seen": desk.state.last}
    assert client.post("/codebook/drop", data=into).status_code == 200


def test_a_dropped_code_hands_its_codings_over(desk: Desk, client: TestClient) -> None:
    coded = next(u.id for u in desk.result.utterances if desk.codes_by("Ann", u.id) == ("trust",))
    assert client.post("/codebook/drop", data={"code": "trust"}).status_code == 400
    assert client.post("/codebook/drop", data={"code": "trust", "into": "trust"}).status_code == 400
    assert client.post("/codebook/drop", data={"code": "trust", "into": "family"}).status_code == 200
    assert desk.codes_by("Ann", coded) == ("family",)


def test_a_code_never_stands_below_itself(desk: Desk, client: TestClient) -> None:
    client.post("/codebook/edit", data={"code": "family", "name": "family", "theme": "trust"})
    for parent in ("trust", "family"):
        answer = client.post("/codebook/edit", data={"code": "trust", "name": "trust", "theme": parent})
        assert answer.status_code == 400


def test_two_who_edit_at_once_are_in_conflict(desk: Desk, client: TestClient, second: TestClient) -> None:
    seen = desk.state.last
    client.post("/codebook/edit", data={"code": "trust", "name": "trust", "definition": "one", "seen": seen})
    answer = second.post("/codebook/edit", data={"code": "trust", "name": "trust", "definition": "two", "seen": seen})
    assert answer.status_code == 409
    assert next(code for code in desk.codebook.codes if code.name == "trust").definition == "one"


def test_memos_and_counts_are_shown(desk: Desk, client: TestClient) -> None:
    client.post("/codebook/memo", data={"code": "trust", "text": "too wide?"})
    page = client.get("/codebook/code?name=trust").text
    assert "too wide?" in page
    n = sum("trust" in desk.codes_by("Ann", u.id) for u in desk.result.utterances)
    assert f"<bdi>Ann</bdi></dt><dd>{n} utterances" in page


def test_an_undone_edit_is_undone_in_the_tree(desk: Desk, client: TestClient) -> None:
    entry = desk.say(Entry(Act.NEW_CODE, "Ann", "", code="Weather"), None)
    assert "Weather" in names(desk)
    client.post("/undo", data={"number": entry.number})
    assert "Weather" not in names(desk)
