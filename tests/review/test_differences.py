"""Differences: listed, discussed, settled."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from pipeline.records import Act, Entry
from pipeline.review import offers
from pipeline.review.desk import Desk
from pipeline.review.views.differences import A_PAGE, open_rows


def differing(desk: Desk) -> list[str]:
    return [desk.result.utterances[row[0]].id for row in open_rows(desk)]


def test_a_difference_is_settled_and_another_is_offered(desk: Desk, client: TestClient) -> None:
    first, second = differing(desk)[:2]
    page = client.get(f"/differences/{first}").text
    for who in ("Ann", "Ben"):
        assert f"<bdi>{who}</bdi></dt><dd>" in page
    assert f'href="/differences/{second}"' in page
    code = desk.codes_by("Ann", first)[0]
    answer = client.post(
        f"/differences/{first}/settle", data={"code": code, "why": "as defined", "seen": desk.state.last}
    )
    assert "as defined" in answer.text
    assert desk.state.settled[first].codes == (code,)
    assert first not in differing(desk)
    assert "Settled (1)" in client.get("/differences?kind=settled").text


@pytest.mark.parametrize("fields", [{}, {"nothing": "yes", "code": "trust"}, {"code": "no such code"}])
def test_settling_needs_one_clear_answer(desk: Desk, client: TestClient, fields: dict[str, str]) -> None:
    first = differing(desk)[0]
    answer = client.post(f"/differences/{first}/settle", data=fields)
    assert answer.status_code == 400
    assert desk.state.settled == {}


def test_no_code_is_an_answer(desk: Desk, client: TestClient) -> None:
    first = differing(desk)[0]
    assert client.post(f"/differences/{first}/settle", data={"nothing": "yes"}).status_code == 200
    assert desk.state.settled[first].codes == ()


def test_two_who_settle_at_once_are_in_conflict(desk: Desk, client: TestClient, second: TestClient) -> None:
    first, seen = differing(desk)[0], desk.state.last
    client.post(f"/differences/{first}/settle", data={"nothing": "yes", "seen": seen})
    answer = second.post(f"/differences/{first}/settle", data={"code": "trust", "seen": seen})
    assert answer.status_code == 409
    assert "Somebody else decided meanwhile" in answer.text
    assert desk.state.settled[first].coder == "Ann"


def test_the_discussion_is_shown_to_the_other(desk: Desk, client: TestClient, second: TestClient) -> None:
    first = differing(desk)[0]
    client.post(f"/differences/{first}/memo", data={"text": "I read it as <b>advice</b>"})
    page = second.get(f"/differences/{first}").text
    assert "I read it as &lt;b&gt;advice&lt;/b&gt;" in page


def test_an_answer_that_is_not_in_yet_hides_the_others(desk: Desk, client: TestClient, second: TestClient) -> None:
    first = differing(desk)[0]
    desk.say(Entry(Act.PLAN, "Ann", "", members=(first,), details=(("double", "0.1"),)), None)
    fresh = next(
        u.id for u in desk.result.utterances if not desk.codes_by("Ann", u.id) and not desk.codes_by("Ben", u.id)
    )
    desk.say(Entry(Act.PLAN, "Ann", "", members=(first, fresh), details=(("double", "0.1"),)), None)
    desk.say(Entry(Act.GIVE_CODE, "Ann", "", utterance=fresh, code="trust"), None)
    desk.say(Entry(Act.NO_CODE, "Ben", "", utterance=first), None)
    assert "What they said shows when all of you are done" in second.get(f"/differences/{fresh}").text
    refused = second.post(f"/differences/{fresh}/settle", data={"nothing": "yes"})
    assert refused.status_code == 400
    desk.say(Entry(Act.NO_CODE, "Ben", "", utterance=fresh), None)
    shown = second.get(f"/differences/{fresh}").text
    assert "What they said shows when all of you are done" not in shown
    assert "<bdi>Ann</bdi></dt><dd>" in shown


def test_what_only_one_was_asked_about_is_no_difference(desk: Desk, client: TestClient) -> None:
    before = differing(desk)
    fresh = next(u.id for u in desk.result.utterances if not any(desk.codes_by(c, u.id) for c in desk.coders))
    desk.say(Entry(Act.GIVE_CODE, "Ann", "", utterance=fresh, code="trust"), None)
    assert differing(desk) == before, "Ben coded the document, but was not asked about this"
    desk.say(Entry(Act.NO_CODE, "Ben", "", utterance=fresh), None)
    assert set(differing(desk)) == {*before, fresh}


def test_what_is_hidden_moves_no_figure(desk: Desk, client: TestClient, sign_in: Callable[[str], TestClient]) -> None:
    fresh = [u.id for u in desk.result.utterances if not any(desk.codes_by(c, u.id) for c in desk.coders)][:2]
    desk.say(Entry(Act.PLAN, "Ann", "", members=(fresh[0],), details=(("double", "0.1"),)), None)
    for who in ("Ann", "Ben", "Cleo"):
        desk.say(Entry(Act.GIVE_CODE, who, "", utterance=fresh[1], code="trust"), None)
    late = sign_in("Cleo")

    def figures() -> list[str]:
        """All numbers of the two pages but those of the log and of the time."""
        pages = late.get("/").text, late.get("/differences").text
        return [re.sub(r'name="(seen|opened)" value="\d+"|\d+ decisions', "", page) for page in pages]

    before = figures()
    desk.say(Entry(Act.GIVE_CODE, "Ann", "", utterance=fresh[0], code="trust"), None)
    desk.say(Entry(Act.NO_CODE, "Ben", "", utterance=fresh[0]), None)
    assert fresh[0] in differing(desk)
    assert figures() == before
    desk.say(Entry(Act.NO_CODE, "Cleo", "", utterance=fresh[0]), None)
    assert figures() != before


@pytest.mark.parametrize("blind", ["yes", "no"])
def test_the_list_against_the_machine_tells_nothing_beforehand(desk: Desk, client: TestClient, blind: str) -> None:
    fresh = next(u.id for u in desk.result.utterances if not desk.codes_by("Ann", u.id))
    suggested = [offer.code for offer in offers.suggested(desk, fresh)]
    other = next(code.name for code in desk.codebook.codes if code.name not in suggested)
    decoy = next(code.name for code in desk.codebook.codes if code.name not in (*suggested, other))
    details = (("blind", blind), ("double", "0"), ("decoys", "0.1"))
    desk.say(Entry(Act.PLAN, "Ben", "", details=details), None)
    if blind == "no":
        desk.say(Entry(Act.DECOYS, "Ben", "", details=((fresh, decoy),)), None)
    desk.say(Entry(Act.GIVE_CODE, "Ann", "", utterance=fresh, code=other), None)
    assert "Coders against the machine (0)" in client.get("/differences?kind=machine").text
    told = Entry(Act.LOCK, "Ann", "", utterance=fresh, members=(other,))
    if blind == "no":
        told = Entry(Act.REJECT_CODE, "Ann", "", utterance=fresh, code=decoy, shown=(decoy,))
    desk.say(told, None)
    assert "Coders against the machine (1)" in client.get("/differences?kind=machine").text


def test_a_suggestion_taken_under_its_new_name_is_not_against_the_machine(desk: Desk, client: TestClient) -> None:
    ids = [u.id for u in desk.result.utterances if not desk.codes_by("Ann", u.id)]
    fresh = next(id_ for id_ in ids if offers.suggested(desk, id_))
    code = offers.suggested(desk, fresh)[0].code
    desk.say(Entry(Act.EDIT_CODE, "Ann", "", code=code, details=(("name", "Renamed"),)), None)
    desk.say(Entry(Act.ACCEPT_CODE, "Ann", "", utterance=fresh, code="Renamed", shown=("Renamed",)), None)
    assert "Coders against the machine (0)" in client.get("/differences?kind=machine").text


def test_lists_are_paged_and_unknown_ones_are_errors(desk: Desk, client: TestClient) -> None:
    n_pages = -(-len(differing(desk)) // A_PAGE)
    assert f"Page {n_pages} of {n_pages}" in client.get(f"/differences?page={n_pages + 7}").text
    assert client.get("/differences/nowhere").status_code == 400
    assert client.get("/differences?kind=rubbish&page=x").status_code == 200


def test_against_the_machine_are_those_whose_suggestions_nobody_took(desk: Desk, client: TestClient) -> None:
    assert "Coders against the machine (0)" in client.get("/differences?kind=machine").text
    fresh = next(u.id for u in desk.result.utterances if not desk.codes_by("Ann", u.id))
    desk.say(Entry(Act.NO_CODE, "Ann", "", utterance=fresh), None)
    page = client.get("/differences?kind=machine").text
    assert "Coders against the machine (1)" in page
    assert "the machine suggests" in page
