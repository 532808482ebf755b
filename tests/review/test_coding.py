"""Coding utterance by utterance: what each key press writes into the log, and what the page says after it."""

from __future__ import annotations

import dataclasses
import html
from collections.abc import Callable
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from pipeline.records import Act, Codebook, Entry, Triage
from pipeline.report.words import cite
from pipeline.review import offers, queue
from pipeline.review.desk import Desk
from pipeline.review.views.coding_offers import code_href, offer_views, state_of

SignIn = Callable[[str], TestClient]


@pytest.fixture
def cara(sign_in: SignIn) -> TestClient:
    """Somebody who coded nothing in the files."""
    return sign_in("Cara")


@pytest.fixture
def utterance(desk: Desk) -> str:
    """Free for everybody, with two suggestions at least."""
    return next(id_ for id_ in queue.share_of(desk, "Cara").ids if len(offers.suggested(desk, id_)) > 1)


def send(browser: TestClient, desk: Desk, id_: str, what: str, code: str = "", **more: str) -> str:
    """The page after a form of the coding screen was sent."""
    fields = {"seen": str(desk.state.last), "code": code, **more}
    answer = browser.post(f"{code_href(id_)}/{what}", data=fields)
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


def last(desk: Desk) -> Entry:
    return desk.state.entries[desk.state.last]


def plan(desk: Desk, blind: str = "no", everybody: tuple[str, ...] = ()) -> None:
    details = (("blind", blind), ("double", "0"), ("decoys", "0.1"), ("seed", "1"))
    desk.say(Entry(Act.PLAN, "Lea", "", members=everybody, details=details), None)


def draw(desk: Desk, id_: str) -> str:
    """A decoy at an utterance."""
    real = {offer.code for offer in offers.suggested(desk, id_)}
    decoy = min({code.name for code in desk.codebook.codes} - real)
    desk.say(Entry(Act.DECOYS, "Lea", "", details=((id_, decoy),)), None)
    return decoy


def test_coding_begins_with_the_first_of_ones_share(desk: Desk, cara: TestClient) -> None:
    answer = cara.get("/code")
    first = queue.share_of(desk, "Cara").ids[0]
    assert answer.url.path == f"/code/{first}"
    page = html.unescape(answer.text)
    assert desk.utterance(first).text in page
    assert f"0 of {len(queue.share_of(desk, 'Cara').ids)} in your share" in page


def test_the_page_shows_the_words_with_the_talk_around_them(desk: Desk, cara: TestClient) -> None:
    row = next(row for row, each in enumerate(desk.result.utterances) if each.turn > 6)
    each = desk.result.utterances[row]
    page = html.unescape(cara.get(code_href(each.id)).text)
    turns = desk.turns[each.document]
    at = next(place for place, turn in enumerate(turns) if turn.number == each.turn)
    text = desk.documents[each.document].text
    assert each.text in page
    assert f"({each.document} {each.paragraph})" in page
    for turn in (*turns[at - 2 : at], turns[at + 1]):
        assert text[turn.start : turn.end] in page
    assert each.question in page


def test_the_original_language_stands_with_it(desk: Desk, cara: TestClient, utterance: str) -> None:
    where = desk.utterance(utterance)
    turns = tuple(
        dataclasses.replace(turn, original="Vertrauen wächst langsam")
        if (turn.document, turn.number) == (where.document, where.turn)
        else turn
        for turn in desk.result.corpus.turns
    )
    desk.result = dataclasses.replace(desk.result, corpus=dataclasses.replace(desk.result.corpus, turns=turns))
    assert "Vertrauen wächst langsam" in cara.get(code_href(utterance)).text


def test_nothing_is_preselected(desk: Desk, cara: TestClient, utterance: str) -> None:
    page = cara.get(code_href(utterance)).text
    assert 'aria-pressed="true"' not in page
    assert "checked" not in page
    assert desk.state.said == {}


def test_a_yes_is_an_entry_with_all_that_was_on_screen(desk: Desk, cara: TestClient, utterance: str) -> None:
    shown = tuple(offer.code for offer in offers.offers(desk, "Cara", utterance))
    page = send(cara, desk, utterance, "accept", shown[1])
    entry, where = last(desk), desk.utterance(utterance)
    assert (entry.act, entry.coder, entry.utterance, entry.code) == (Act.ACCEPT_CODE, "Cara", utterance, shown[1])
    assert entry.shown == shown
    assert (entry.document, entry.start, entry.end) == (where.document, where.start, where.end)
    assert f"You accepted “{shown[1]}”" in page
    assert 'aria-pressed="true"' in page
    assert desk.codes_by("Cara", utterance) == (shown[1],)


def test_the_time_from_page_to_decision_is_kept(desk: Desk, cara: TestClient, utterance: str) -> None:
    page = cara.get(code_href(utterance)).text
    opened = page.split('name="opened" value="')[1].split('"')[0]
    send(cara, desk, utterance, "none", opened=opened)
    assert last(desk).seconds is not None
    assert 0 <= last(desk).seconds < 60  # type: ignore[operator]


def test_no_and_taking_off(desk: Desk, cara: TestClient, utterance: str) -> None:
    first, second = (offer.code for offer in offers.offers(desk, "Cara", utterance)[:2])
    assert "You rejected" in send(cara, desk, utterance, "reject", first)
    assert state_of(desk, "Cara", utterance, first) == "refused"
    assert utterance not in queue.done_with(desk, "Cara")
    send(cara, desk, utterance, "accept", second)
    assert "You took" in send(cara, desk, utterance, "take", second)
    assert desk.codes_by("Cara", utterance) == ()
    assert [entry.act for entry in desk.state.entries.values()][-3:] == [
        Act.REJECT_CODE,
        Act.ACCEPT_CODE,
        Act.TAKE_CODE,
    ]


def test_y_and_n_are_for_the_first_that_has_no_answer(desk: Desk, cara: TestClient, utterance: str) -> None:
    first, second = (offer.code for offer in offers.offers(desk, "Cara", utterance)[:2])
    page = cara.get(code_href(utterance)).text
    assert form_value(page, "y") == form_value(page, "n") == first
    page = send(cara, desk, utterance, "reject", first)
    assert form_value(page, "y") == second


def form_value(page: str, key: str) -> str:
    """The value of the button that a key presses."""
    buttons = [part for part in page.split("<button")[1:] if f'data-key="{key}"' in part.split(">")[0]]
    assert len(buttons) == 1, key
    return html.unescape(buttons[0].split('value="')[1].split('"')[0])


def test_no_code_applies_and_is_said_once(desk: Desk, cara: TestClient, utterance: str) -> None:
    page = send(cara, desk, utterance, "none")
    assert last(desk).act is Act.NO_CODE
    assert last(desk).shown == tuple(offer.code for offer in offers.offers(desk, "Cara", utterance))
    assert "You said that no code applies" in page
    n = desk.state.last
    send(cara, desk, utterance, "none")
    assert desk.state.last == n
    assert utterance in queue.done_with(desk, "Cara")


def test_any_code_of_the_book_can_be_given(desk: Desk, cara: TestClient, utterance: str) -> None:
    shown = {offer.code for offer in offers.offers(desk, "Cara", utterance)}
    other = min({code.name for code in desk.codebook.codes} - shown)
    page = send(cara, desk, utterance, "give", other)
    assert (last(desk).act, last(desk).code) == (Act.GIVE_CODE, other)
    assert f"You gave {cite(desk.utterance(utterance))} the code “{other}”" in page
    n = desk.state.last
    send(cara, desk, utterance, "give", other)
    assert desk.state.last == n, "it is hers already"


def test_a_suggestion_that_is_picked_from_the_list_is_an_acceptance(
    desk: Desk, cara: TestClient, utterance: str
) -> None:
    send(cara, desk, utterance, "give", offers.offers(desk, "Cara", utterance)[0].code)
    assert last(desk).act is Act.ACCEPT_CODE


@pytest.mark.parametrize(
    ("what", "code", "told"),
    [
        ("accept", "no such code", "is not suggested here"),
        ("reject", "no such code", "is not suggested here"),
        ("accept", "", "the code is missing"),
        ("give", "no such code", "the codebook has no code"),
        ("take", "trust", "you have not given"),
        ("lock", "", "suggestions are shown already"),
        ("memo", "", "the memo's text is missing"),
    ],
)
def test_what_cannot_be_done_is_not_written(
    desk: Desk, cara: TestClient, utterance: str, what: str, code: str, told: str
) -> None:
    n = desk.state.last
    answer = cara.post(f"{code_href(utterance)}/{what}", data={"code": code, "seen": str(n)})
    assert answer.status_code == 400
    assert told.lower() in html.unescape(answer.text).lower()
    assert desk.state.last == n


def test_an_utterance_that_the_run_does_not_have(desk: Desk, cara: TestClient) -> None:
    assert cara.get("/code/none-such").status_code == 404
    assert cara.post("/code/none-such/none", data={"seen": "0"}).status_code == 400


def test_two_tabs_of_one_coder_are_a_conflict_and_two_coders_are_none(
    desk: Desk, cara: TestClient, sign_in: SignIn, utterance: str
) -> None:
    seen, code = str(desk.state.last), offers.offers(desk, "Cara", utterance)[0].code
    assert cara.post(f"{code_href(utterance)}/none", data={"seen": seen}).status_code == 200
    assert cara.post(f"{code_href(utterance)}/accept", data={"seen": seen, "code": code}).status_code == 409
    dan = sign_in("Dan")
    assert dan.post(f"{code_href(utterance)}/accept", data={"seen": seen, "code": code}).status_code == 200
    assert desk.state.said_by("Cara", utterance).nothing
    assert desk.state.said_by("Dan", utterance).codes == (code,)


def test_an_undo_names_the_last_word_on_this_utterance(desk: Desk, cara: TestClient, utterance: str) -> None:
    code = offers.offers(desk, "Cara", utterance)[0].code
    page = send(cara, desk, utterance, "accept", code)
    number = last(desk).number
    assert f'name="number" value="{number}"' in page
    cara.post("/undo", data={"number": str(number), "seen": str(desk.state.last), "next": code_href(utterance)})
    assert desk.codes_by("Cara", utterance) == ()
    assert last(desk).undoes == number


def test_a_decoy_looks_like_any_suggestion_until_it_is_answered(desk: Desk, cara: TestClient, utterance: str) -> None:
    decoy = draw(desk, utterance)
    page = html.unescape(cara.get(code_href(utterance)).text)
    assert "was a decoy" not in page
    assert decoy in page
    shown = offer_views(desk, "Cara", utterance, offers.offers(desk, "Cara", utterance))
    assert not any(view.decoy for view in shown)
    code = next(view for view in shown if view.code == decoy)
    assert (code.definition, code.state) == (
        next(each.definition for each in desk.codebook.codes if each.name == decoy),
        "open",
    )
    page = send(cara, desk, utterance, "accept", decoy)
    assert "was a decoy" in page
    assert last(desk).act is Act.ACCEPT_CODE
    assert desk.codes_by("Cara", utterance) == ()
    assert utterance not in queue.done_with(desk, "Cara")
    send(cara, desk, utterance, "accept", decoy)
    assert last(desk).act is Act.GIVE_CODE
    assert desk.codes_by("Cara", utterance) == (decoy,)


def test_no_page_of_coding_says_where_decoys_are(desk: Desk, cara: TestClient) -> None:
    ids = queue.share_of(desk, "Cara").ids[:10]
    before = {id_: cara.get(code_href(id_)).text.count("decoy") for id_ in ids}
    desk.say(Entry(Act.DECOYS, "Lea", "", details=tuple((id_, "tasks") for id_ in ids)), None)
    assert {id_: cara.get(code_href(id_)).text.count("decoy") for id_ in ids} == before


def test_blind_first(desk: Desk, cara: TestClient, utterance: str) -> None:
    plan(desk, blind="yes")
    shown = tuple(offer.code for offer in offers.suggested(desk, utterance))
    page = html.unescape(cara.get(code_href(utterance)).text)
    assert "likely" not in page
    assert "possible" not in page
    refused = cara.post(f"{code_href(utterance)}/lock", data={"seen": str(desk.state.last)})
    assert "have not said anything yet" in html.unescape(refused.text)
    other = min({code.name for code in desk.codebook.codes} - set(shown))
    send(cara, desk, utterance, "give", other)
    assert last(desk).shown == ()
    page = send(cara, desk, utterance, "lock")
    assert (last(desk).act, last(desk).members, last(desk).shown) == (Act.LOCK, (other,), shown)
    assert f"You said before: <b>{other}</b>" in page
    assert offers.suggested(desk, utterance)[0].word in page
    given = next(entry for entry in desk.state.entries.values() if entry.act is Act.GIVE_CODE)
    answer = cara.post("/undo", data={"number": str(given.number), "seen": str(desk.state.last), "next": "/"})
    assert answer.status_code == 400
    send(cara, desk, utterance, "accept", shown[0])
    assert desk.codes_by("Cara", utterance) == (other, shown[0])
    assert desk.state.said_by("Cara", utterance).blind == (other,)


def test_blind_first_tells_nothing_that_the_machine_thinks(desk: Desk, cara: TestClient) -> None:
    plan(desk, blind="yes")
    for id_ in queue.share_of(desk, "Cara").ids[:5]:
        reason = queue.why(desk, id_)
        assert reason
        assert reason not in html.unescape(cara.get(code_href(id_)).text)


def test_nothing_of_the_other_shows_before_both_are_in(
    desk: Desk, cara: TestClient, sign_in: SignIn, utterance: str
) -> None:
    plan(desk, everybody=(utterance,))
    dan = sign_in("Dan")
    send(dan, desk, utterance, "give", "tasks")
    send(dan, desk, utterance, "memo", text="I thought of duties here")
    given = next(entry.number for entry in desk.state.entries.values() if entry.code == "tasks")
    page = html.unescape(cara.get(f"{code_href(utterance)}?said={given}").text)
    assert "I thought of duties here" not in page
    assert "Dan" not in page
    assert "Everybody codes this one" in page
    assert "“tasks”" not in html.unescape(cara.get("/log").text)
    send(cara, desk, utterance, "none")
    assert "I thought of duties here" in html.unescape(cara.get(code_href(utterance)).text)


def test_others_hidden_answers_are_no_examples(desk: Desk, utterance: str) -> None:
    decoyless = offers.offers(desk, "Cara", utterance)
    code = decoyless[0].code
    twin = next(
        id_ for id_ in queue.share_of(desk, "Cara").ids
        if desk.utterance(id_).clean != desk.utterance(utterance).clean
    )  # fmt: skip
    desk.result.vectors.own[desk.row[twin]] = desk.result.vectors.own[desk.row[utterance]]  # the nearest of all
    desk.say(Entry(Act.GIVE_CODE, "Dan", "", utterance=twin, code=code), None)

    def first_example(coder: str) -> str:
        view = next(view for view in offer_views(desk, coder, utterance, decoyless) if view.code == code)
        return view.examples[0].text

    assert desk.utterance(twin).text.startswith(first_example("Cara").removesuffix(" […]"))
    plan(desk, everybody=(twin,))
    assert not desk.utterance(twin).text.startswith(first_example("Cara").removesuffix(" […]"))
    assert desk.utterance(twin).text.startswith(first_example("Dan").removesuffix(" […]")), "her own may show"


def test_examples_are_utterances_with_that_code_and_words_are_those_of_its_definition(
    desk: Desk, utterance: str
) -> None:
    table = desk.result.table
    by_cite = {(f"({u.document} {u.paragraph})", u.text): row for row, u in enumerate(desk.result.utterances)}
    for view in offer_views(desk, "Cara", utterance, offers.offers(desk, "Cara", utterance)):
        assert len(view.examples) == 2
        for example in view.examples:
            row = by_cite[example.cite, example.text]
            assert table.values[:, row, table.codes.index(view.code)].any()
            assert row != desk.row[utterance]
        for word in view.words:
            assert word in desk.utterance(utterance).clean.lower()
            assert word[:3] in f"{view.code} {view.definition}".lower()


def test_a_memo_stands_with_the_utterance(desk: Desk, cara: TestClient, utterance: str) -> None:
    page = send(cara, desk, utterance, "memo", text="<b>ask</b> again")
    assert (last(desk).act, last(desk).utterance, last(desk).text) == (Act.MEMO, utterance, "<b>ask</b> again")
    assert "&lt;b&gt;ask&lt;/b&gt; again" in cara.get(code_href(utterance)).text
    assert "wrote a memo" in page


def test_next_is_told_when_everybody_codes_it(desk: Desk, cara: TestClient) -> None:
    ids = queue.share_of(desk, "Cara").ids
    plan(desk, everybody=(ids[1],))
    order = queue.share_of(desk, "Cara").ids
    place = order.index(ids[1])
    page = html.unescape(cara.get(code_href(order[place - 1])).text)
    assert "next is one that everybody codes" in page
    assert f'href="{code_href(ids[1])}"' in page


def test_all_done(desk: Desk, cara: TestClient) -> None:
    for id_ in queue.share_of(desk, "Cara").ids:
        desk.say(Entry(Act.NO_CODE, "Cara", "", utterance=id_), None)
    assert "You are done with all" in cara.get("/code").text


def test_nothing_is_left_by_others(desk: Desk, cara: TestClient) -> None:
    for id_ in queue.share_of(desk, "Cara").ids:
        desk.say(Entry(Act.NO_CODE, "Dan", "", utterance=id_), None)
    assert "Others have coded every utterance" in cara.get("/code").text


def test_a_run_without_a_codebook(desk: Desk, cara: TestClient) -> None:
    desk.result = dataclasses.replace(desk.result, suggestions=None, codebook=Codebook(), triage=Triage())
    page = cara.get("/code").text
    assert "this study has no codebook" in page
    id_ = queue.share_of(desk, "Cara").ids[0]
    desk.say(Entry(Act.NEW_CODE, "Cara", "", code="new", details=(("theme", ""), ("definition", "what is new"))), None)
    page = send(cara, desk, id_, "give", "new")
    assert desk.codes_by("Cara", id_) == ("new",)
    assert "the run was made without a codebook" in page


def test_names_of_utterances_are_quoted_in_addresses() -> None:
    assert code_href("a/b ?#ä") == "/code/" + quote("a/b ?#ä", safe="")


def test_without_scripts_every_key_is_a_button_or_a_link(desk: Desk, cara: TestClient, utterance: str) -> None:
    page = send(cara, desk, utterance, "reject", offers.suggested(desk, utterance)[0].code)
    for key in ("1", "2", "0", "y", "n", "u", "j", "m", "c"):
        assert f'data-key="{key}"' in page, key


@pytest.mark.parametrize("where", ["/code/{}", "/differences/{}"])
def test_a_name_with_a_stroke_is_one_name(client: TestClient, where: str) -> None:
    answer = client.post(where.format("site1%2Fint3-4-1/memo"), data={"text": "x"})
    assert answer.status_code == 400
    assert "this run has no utterance site1/int3-4-1" in answer.text.casefold()
