"""Reading: nothing of a transcript is missing, the margins show what one may see, and what is selected is coded."""

from __future__ import annotations

import dataclasses
import html
import re
from urllib.parse import urlencode

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from pipeline.errors import UsageError
from pipeline.records import (
    AGREED,
    MACHINE,
    Act,
    Codebook,
    Coding,
    Codings,
    CodingTable,
    Document,
    Entry,
    Role,
    Turn,
    Utterance,
)
from pipeline.review import offers
from pipeline.review.desk import Desk
from pipeline.review.page import Shell
from pipeline.review.selection import LONGEST, selected, selected_paragraphs
from pipeline.review.views.reading import Asked, cuts_of, initials, reading_view, text_rows
from pipeline.review.views.reading_codes import differing, having
from pipeline.review.views.reading_list import reading_list_view
from pipeline.review.views.reading_rows import RowView
from pipeline.review.views.reading_text import Row, rows_of_text

SHELL = Shell("Transcript", "Wards", "Ann", "read", "", 0, 0)
DOCUMENT = "D00"


def view_row(desk: Desk, id_: str, coder: str = "Ann", **asked: str) -> RowView:
    """The row of an utterance as a coder sees it."""
    document = desk.utterance(id_).document
    view = reading_view(SHELL, desk, coder, document, Asked(at=id_, **asked))  # type: ignore[arg-type]
    return next(row for row in view.rows if row.id == id_)


def human(row: RowView) -> dict[str, tuple[str, ...]]:
    assert row.beside is not None
    return {mark.code: mark.coders for mark in row.beside.human}


def machine(row: RowView) -> dict[str, str]:
    assert row.beside is not None
    return {mark.code: mark.word for mark in row.beside.machine}


def last(desk: Desk) -> Entry:
    return desk.state.entries[desk.state.last]


def post(browser: TestClient, desk: Desk, path: str, **fields: object) -> tuple[int, str, str]:
    """Status, address and text of the page that follows on a form."""
    sent = {"seen": desk.state.last, **fields}
    answer = browser.post(path, data={name: str(value) for name, value in sent.items()})
    return answer.status_code, str(answer.url), html.unescape(answer.text)


@pytest.fixture
def coded(desk: Desk) -> Utterance:
    """An utterance of the first transcript to which Ann and Ben gave codes in the files."""
    rows = [desk.result.utterances[row] for row in desk.rows_of[DOCUMENT]]
    return next(u for u in rows if desk.codes_by("Ann", u.id) and desk.codes_by("Ben", u.id))


# The text


def document(text: str) -> Document:
    starts = (0, *(found.end() for found in re.finditer(r"\n+", text)))
    return Document("X", text, "X.txt", "", "utf-8", "transcript", starts)


def turn(number: int, start: int, end: int, speaker: str = "P1") -> Turn:
    return Turn("X", number, 1, start, end, speaker, speaker, Role.PARTICIPANT)


def utterance(number: int, text: str, start: int, end: int) -> Utterance:
    words = text[start:end]
    return Utterance(f"X-{number}-{start}", "X", "", number, 1, start, end, "P1", "P1", Role.PARTICIPANT, words, words)


def texts(text: str, rows: tuple[Row, ...]) -> list[tuple[str, ...]]:
    return [tuple(text[piece.start : piece.end] for piece in row.pieces) for row in rows]


def test_header_label_utterances_and_fillers_each_have_their_row() -> None:
    text = "Ward 3\n\nP1: We met. Mm. We ate.\n"
    rows = rows_of_text(document(text), [turn(1, 12, 31)], [utterance(1, text, 12, 19), utterance(1, text, 24, 31)], ())
    assert texts(text, rows) == [("Ward 3", "\n\n"), ("P1: ", "We met.", " "), ("Mm.", " "), ("We ate.", "\n")]
    assert [row.opens for row in rows] == [False, True, False, False]
    assert [row.utterance.id if row.utterance else "" for row in rows] == ["", "X-1-12", "", "X-1-24"]
    assert [piece.label for piece in rows[1].pieces] == [True, False, False]


@pytest.mark.parametrize("text", ["", "   \n ", "only words", "\n\nwords\n\n"])
def test_a_text_without_turns_is_shown_as_it_is(text: str) -> None:
    rows = rows_of_text(document(text), [], [], ())
    assert "".join(piece for row in texts(text, rows) for piece in row) == text


def test_a_turn_without_words_and_one_without_a_label_lose_nothing() -> None:
    text = "P1: \nNo label here.\nP2:"
    turns = [turn(1, 4, 4), turn(2, 5, 19, ""), turn(3, 23, 23, "P2")]
    rows = rows_of_text(document(text), turns, [utterance(2, text, 5, 19)], ())
    assert "".join(piece for row in texts(text, rows) for piece in row) == text
    assert [row.turn.number for row in rows if row.turn and row.opens] == [1, 2, 3]


@given(st.text("ab \n:é😀", max_size=60), st.lists(st.integers(0, 60), max_size=12))
def test_every_character_stands_in_exactly_one_piece(text: str, cuts: list[int]) -> None:
    places = sorted({min(cut, len(text)) for cut in cuts})
    pairs = list(zip(places[::2], places[1::2], strict=False))
    turns = [turn(k + 1, start, end, "a") for k, (start, end) in enumerate(pairs)]
    said = [
        utterance(k + 1, text, start, (start + end) // 2) for k, (start, end) in enumerate(pairs) if end > start + 1
    ]
    pieces = [piece for row in rows_of_text(document(text), turns, said, ()) for piece in row.pieces]
    assert [piece.start for piece in pieces] == [0, *(piece.end for piece in pieces)][: len(pieces)]
    assert "".join(text[piece.start : piece.end] for piece in pieces) == text


def test_each_transcript_is_shown_word_for_word_on_the_page(desk: Desk, client: TestClient) -> None:
    for name, each in desk.documents.items():
        answer = client.get(f"/read/{name}")
        pieces = re.findall(r'data-start="(\d+)">([^<]*)<', answer.text)
        shown = "".join(html.unescape(words) for _, words in pieces)
        assert shown == each.text
        assert all(each.text[int(at) :].startswith(html.unescape(words)) for at, words in pieces)


def test_interviewers_and_fillers_say_why_they_are_not_analysed(client: TestClient) -> None:
    page = html.unescape(client.get(f"/read/{DOCUMENT}").text)
    assert "interviewer's turn (context only)" in page
    assert "heading before the first turn" in page
    assert "only shows listening (“mm-hm”)" in page


def test_long_transcripts_come_in_parts_that_begin_with_a_turn() -> None:
    text = "P1: a\n" * 400
    turns = [turn(k + 1, k * 6 + 4, k * 6 + 5) for k in range(400)]
    rows = rows_of_text(document(text), turns, [], ())
    cuts = cuts_of(rows)
    assert [cut[0] for cut in cuts] == [0, 80, 160, 240, 320]
    assert cuts[-1][1] == 400
    monologue = rows_of_text(
        document("a " * 400), [turn(1, 0, 800, "")], [utterance(1, "a " * 400, k, k + 1) for k in range(0, 800, 2)], ()
    )
    assert [cut[0] for cut in cuts_of(monologue)] == [0, 160, 320]


def test_an_utterance_in_the_address_opens_its_part(
    desk: Desk, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.review.views.reading.ROWS_A_PART", 5)
    ids = [desk.result.utterances[row].id for row in desk.rows_of[DOCUMENT]]
    first = client.get(f"/read/{DOCUMENT}").text
    late = client.get(f"/read/{DOCUMENT}?at={ids[-1]}").text
    assert f'id="u-{ids[0]}"' in first
    assert f'id="u-{ids[-1]}"' not in first
    assert f'id="u-{ids[-1]}"' in late
    assert f'id="u-{ids[0]}"' not in late
    assert re.search(rf'class="line [^"]*chosen[^"]*" id="u-{ids[-1]}"', late)
    assert client.get(f"/read/{DOCUMENT}?part=99").status_code == 200


# The margins


def test_people_stand_on_the_left_and_the_machine_on_the_right(desk: Desk, coded: Utterance) -> None:
    row = view_row(desk, coded.id)
    expected: dict[str, list[str]] = {}
    for coder in ("Ann", "Ben"):
        for code in desk.codes_by(coder, coded.id):
            expected.setdefault(code, []).append(coder)
    assert human(row) == {code: tuple(by) for code, by in expected.items()}
    assert row.beside is not None
    assert row.beside.machine
    suggested = {offer.code for offer in offers.suggested(desk, coded.id)}
    assert {mark.code for mark in row.beside.machine} <= suggested
    assert all(mark.both == (mark.code in expected) for mark in row.beside.machine)
    assert {mark.code for mark in row.beside.human if mark.own} == set(desk.codes_by("Ann", coded.id))


def test_codes_can_be_shown_of_one_coder_only(desk: Desk, coded: Utterance) -> None:
    assert set().union(*human(view_row(desk, coded.id, who="Ben")).values()) == {"Ben"}


def test_what_was_agreed_on_stands_beside_it(desk: Desk, coded: Utterance) -> None:
    desk.say(Entry(Act.SETTLE, "Ann", "", utterance=coded.id, members=("relapse",)), None)
    row = view_row(desk, coded.id)
    assert AGREED in human(row)["relapse"]
    assert row.beside is not None
    assert [mark.code for mark in row.beside.human if mark.settled] == ["relapse"]
    assert coded.id in having(desk, "Ann", DOCUMENT, "relapse")
    assert AGREED not in human(view_row(desk, coded.id, who="Ben")).get("relapse", ())


def test_codes_of_others_are_hidden_while_somebody_is_not_done(desk: Desk, coded: Utterance) -> None:
    desk.say(Entry(Act.PLAN, "Lea", "", members=(coded.id,), details=(("double", "0.1"),)), None)
    desk.say(Entry(Act.GIVE_CODE, "Cara", "", utterance=coded.id, code="family"), None)
    others = next(u for u in desk.result.utterances if u.document == "D01")
    desk.say(Entry(Act.GIVE_CODE, "Dora", "", utterance=others.id, code="family"), None)
    hers, doras = view_row(desk, coded.id, "Cara"), view_row(desk, coded.id, "Dora")
    assert human(hers) == {"family": ("Cara",)}
    assert human(doras) == {}
    assert hers.beside is not None
    assert hers.beside.hidden
    assert coded.id not in having(desk, "Dora", DOCUMENT, "family", "Cara")
    assert coded.id in having(desk, "Cara", DOCUMENT, "family", "Cara")
    assert coded.id not in differing(desk, "Dora", DOCUMENT)
    desk.say(Entry(Act.NO_CODE, "Dora", "", utterance=coded.id), None)
    shown = view_row(desk, coded.id, "Dora")
    assert shown.beside is not None
    assert not shown.beside.hidden
    assert "Cara" in human(shown)["family"]
    assert shown.beside.nothing == ("Dora",)


def test_suggestions_wait_where_the_team_codes_first(desk: Desk, coded: Utterance, client: TestClient) -> None:
    desk.say(Entry(Act.PLAN, "Lea", "", details=(("blind", "yes"),)), None)
    row = view_row(desk, coded.id, "Cara")
    assert row.beside is not None
    assert row.beside.first
    assert row.beside.machine == ()
    assert row.differs != "machine"
    assert "Your team codes first" in client.get(f"/read/{DOCUMENT}").text


def test_a_decoy_looks_like_any_suggestion_until_it_is_answered(desk: Desk, client: TestClient) -> None:
    drawn = {}
    for row in desk.rows_of[DOCUMENT]:
        id_ = desk.result.utterances[row].id
        real = {offer.code for offer in offers.suggested(desk, id_)}
        drawn[id_] = min({code.name for code in desk.codebook.codes} - real - set(desk.codes_by("Ann", id_)))
    desk.say(Entry(Act.DECOYS, "Lea", "", details=tuple(drawn.items())), None)
    id_ = next(id_ for id_, decoy in drawn.items() if decoy in machine(view_row(desk, id_)))
    decoy, place = drawn[id_], desk.utterance(id_)
    assert "decoy" not in machine(view_row(desk, id_))[decoy]
    assert id_ in having(desk, "Ann", DOCUMENT, decoy)
    post(client, desk, f"/read/{DOCUMENT}/code", start=place.start, end=place.end, code=decoy)
    assert (last(desk).act, decoy in last(desk).shown) == (Act.ACCEPT_CODE, True)
    assert decoy not in human(view_row(desk, id_))


def test_only_the_machine_can_be_shown(desk: Desk, coded: Utterance) -> None:
    row = view_row(desk, coded.id, who=MACHINE)
    assert human(row) == {}
    assert machine(row)
    ids = [desk.result.utterances[row].id for row in desk.rows_of[DOCUMENT]]
    shown = {id_ for id_ in ids if "trust" in machine(view_row(desk, id_))}
    assert having(desk, "Ann", DOCUMENT, "trust", MACHINE) == shown


def test_the_original_of_a_turn_stands_below_it(desk: Desk, client: TestClient, coded: Utterance) -> None:
    turns = desk.turns[DOCUMENT]
    original = "Vertrauen wächst <jeden Tag>"
    changed = [dataclasses.replace(each, original=original if each.number == coded.turn else "") for each in turns]
    desk.__dict__["turns"] = {**desk.turns, DOCUMENT: changed}
    page = client.get(f"/read/{DOCUMENT}?at={coded.id}").text
    assert page.count(html.escape(original)) == 1
    assert "Original of the turn" in page


def test_differences_are_those_of_the_coders_then_those_with_the_machine(desk: Desk) -> None:
    table = desk.result.table
    for name in desk.documents:
        found = differing(desk, "Ann", name)
        for row in desk.rows_of[name]:
            differ = bool((table.values[0, row] != table.values[1, row]).any())
            assert (found.get(desk.result.utterances[row].id) == "coders") == differ
            if not differ and table.by_anyone[row].any():
                given = {table.codes[k] for k in np.flatnonzero(table.by_anyone[row])}
                likely = {
                    offer.code
                    for offer in offers.suggested(desk, desk.result.utterances[row].id)
                    if offer.word == "likely"
                }
                apart = bool(likely) and not likely & given
                assert (found.get(desk.result.utterances[row].id) == "machine") == apart


def test_the_next_difference_and_the_next_code_are_one_link_away(desk: Desk, client: TestClient) -> None:
    found = list(differing(desk, "Ann", DOCUMENT))
    assert len(found) > 1
    view = reading_view(SHELL, desk, "Ann", DOCUMENT, Asked(at=found[0]))
    assert (view.next_differs, view.n_differs) == (found[1], len(found))
    assert reading_view(SHELL, desk, "Ann", DOCUMENT, Asked(at=found[-1])).next_differs == found[0]
    page = client.get(f"/read/{DOCUMENT}?code=trust").text
    hits = having(desk, "Ann", DOCUMENT, "trust")
    assert f"{len(hits)} in this transcript" in page
    assert page.count(" hit") == len(hits) > 0
    assert "stands beside no utterance" in client.get(f"/read/{DOCUMENT}?code=trust&who=Nobody").text


def test_stretches_are_marked_where_they_stand_and_may_overlap(desk: Desk, coded: Utterance) -> None:
    start = coded.start
    for coder, first, end in (("Ann", start + 2, start + 10), ("Ben", start + 6, start + 14)):
        desk.say(Entry(Act.GIVE_CODE, coder, "", document=DOCUMENT, start=first, end=end, code="family"), None)
    row = view_row(desk, coded.id)
    depths = {words.start: (len(words.text), words.depth) for words in row.words if words.depth}
    assert depths == {start + 2: (4, 1), start + 6: (4, 2), start + 10: (4, 1)}
    assert [(each.coders, each.takeable) for each in row.begins] == [(("Ann",), True), (("Ben",), False)]


def test_a_coding_of_the_files_that_is_no_utterance_is_a_stretch(desk: Desk, coded: Utterance) -> None:
    cut = Coding(DOCUMENT, coded.start + 3, coded.end, "Ben", "family")
    desk.result = dataclasses.replace(desk.result, codings=Codings((*desk.result.codings.items, cut)))
    stretches = [each for each in view_row(desk, coded.id).begins if each.start == coded.start + 3]
    assert [(each.code, each.coders, each.takeable) for each in stretches] == [("family", ("Ben",), False)]
    desk.say(Entry(Act.REJECT_CODE, "Ben", "", utterance=coded.id, code="family"), None)
    assert not view_row(desk, coded.id).begins


# Coding


def test_a_selection_that_is_an_utterance_codes_it(desk: Desk, client: TestClient, coded: Utterance) -> None:
    text = desk.documents[DOCUMENT].text
    label = text.rfind("\n", 0, coded.start) + 1
    status, address, page = post(client, desk, f"/read/{DOCUMENT}/code", start=label, end=coded.end + 1, code="family")
    entry = last(desk)
    assert (status, entry.utterance, entry.coder, entry.code) == (200, coded.id, "Ann", "family")
    assert entry.act in (Act.GIVE_CODE, Act.ACCEPT_CODE)
    assert "family" in desk.codes_by("Ann", coded.id)
    assert f"at={coded.id}" in address
    assert "You " in page


def test_part_of_an_utterance_is_a_stretch_that_can_be_taken_off_again(
    desk: Desk, client: TestClient, second: TestClient, coded: Utterance
) -> None:
    place = {"start": coded.start + 1, "end": coded.end - 4}
    post(client, desk, f"/read/{DOCUMENT}/code", **place, code="family", part=1)
    stretch = last(desk)
    assert (stretch.act, stretch.utterance, stretch.document) == (Act.GIVE_CODE, "", DOCUMENT)
    assert set(desk.state.spans) == {("Ann", DOCUMENT, stretch.start, stretch.end, "family")}
    what = urlencode({"start": stretch.start, "end": stretch.end, "code": "family"})
    assert post(second, desk, f"/read/{DOCUMENT}/take", what=what)[0] == 400
    assert post(client, desk, f"/read/{DOCUMENT}/take", what=what)[0] == 200
    assert (last(desk).act, desk.state.spans) == (Act.TAKE_CODE, {})


def test_the_button_beside_a_code_takes_it_off(desk: Desk, client: TestClient, coded: Utterance) -> None:
    code = desk.codes_by("Ann", coded.id)[0]
    page = html.unescape(client.get(f"/read/{DOCUMENT}?at={coded.id}").text)
    what = f"start={coded.start}&end={coded.end}&code={code}"
    assert f'value="{what}"' in page
    post(client, desk, f"/read/{DOCUMENT}/take", what=what)
    assert (last(desk).act, last(desk).utterance, last(desk).code) == (Act.TAKE_CODE, coded.id, code)
    assert code not in desk.codes_by("Ann", coded.id)


def test_paragraphs_are_coded_by_their_numbers(desk: Desk, client: TestClient, coded: Utterance) -> None:
    post(client, desk, f"/read/{DOCUMENT}/code", **{"from": coded.paragraph, "to": ""}, code="family")
    assert last(desk).utterance == coded.id
    chosen = selected_paragraphs(desk, DOCUMENT, coded.paragraph, coded.paragraph + 1)
    words = desk.documents[DOCUMENT].text[chosen.start : chosen.end]
    assert chosen.start == coded.start
    assert words == words.strip()
    assert "\n\n" in words
    assert chosen.utterance == ""


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"start": "-1", "end": "5"}, "not inside the text"),
        ({"start": "5", "end": "5"}, "not inside the text"),
        ({"start": "0", "end": "99999999"}, "not inside the text"),
        ({"start": "x", "end": "5"}, "not inside the text"),
        ({"from": "0"}, "no paragraphs 0 to 0"),
        ({"from": "3", "to": "2"}, "no paragraphs 3 to 2"),
        ({"from": "9999"}, "no paragraphs 9999 to 9999"),
        ({}, "number of the first paragraph is missing"),
    ],
)
def test_what_is_no_stretch_is_refused(desk: Desk, client: TestClient, fields: dict[str, str], problem: str) -> None:
    before = desk.state.last
    status, _, page = post(client, desk, f"/read/{DOCUMENT}/code", code="family", **fields)
    assert (status, desk.state.last) == (400, before)
    assert problem in page


def test_blanks_unknown_codes_and_whole_books_are_refused(desk: Desk, client: TestClient) -> None:
    text = desk.documents[DOCUMENT].text
    blank = text.index("\n\n")
    assert (
        "blanks are selected"
        in post(client, desk, f"/read/{DOCUMENT}/code", start=blank, end=blank + 2, code="family")[2]
    )
    assert "has no code “hope”" in post(client, desk, f"/read/{DOCUMENT}/code", start=0, end=5, code="hope")[2]
    long = dataclasses.replace(desk.documents[DOCUMENT], text="a" * (LONGEST + 1))
    desk.__dict__["documents"] = {**desk.documents, DOCUMENT: long}
    with pytest.raises(UsageError, match="characters are selected"):
        selected(desk, DOCUMENT, 0, LONGEST + 1)


def test_a_code_given_on_an_old_page_is_a_conflict(desk: Desk, client: TestClient, coded: Utterance) -> None:
    seen = desk.state.last
    place = {"start": coded.start, "end": coded.end, "seen": seen}
    assert post(client, desk, f"/read/{DOCUMENT}/code", **place, code="family")[0] == 200
    after = desk.state.last
    assert post(client, desk, f"/read/{DOCUMENT}/code", **place, code="relapse")[0] == 409
    assert desk.state.last == after


def test_nothing_is_found_under_an_unknown_name(client: TestClient) -> None:
    assert client.get("/read/nobody").status_code == 404
    assert client.post("/read/nobody/code", data={"code": "family"}).status_code == 404


def test_script_in_a_transcript_stays_text(desk: Desk, client: TestClient, coded: Utterance) -> None:
    evil = "<script>alert(1)</script>"
    each = desk.documents[DOCUMENT]
    text = each.text[: coded.start] + evil + each.text[coded.start + len(evil) :]
    desk.__dict__["documents"] = {**desk.documents, DOCUMENT: dataclasses.replace(each, text=text)}
    page = client.get(f"/read/{DOCUMENT}").text
    assert evil not in page
    assert html.escape(evil) in page


# The list, and studies that lack something


def test_the_list_counts_what_each_coder_did(desk: Desk, client: TestClient) -> None:
    view = reading_list_view(SHELL, desk)
    ids = [desk.result.utterances[row].id for row in desk.rows_of[DOCUMENT]]
    ann = sum(1 for id_ in ids if desk.codes_by("Ann", id_))
    row = next(row for row in view.rows if row.id == DOCUMENT)
    assert (view.coders, row.site, row.utterances) == (("Ann", "Ben"), "Site 0", str(len(ids)))
    assert row.coded[0].startswith(f"{ann} of {len(ids)} (")
    assert row.words == str(len(desk.documents[DOCUMENT].text.split()))
    bare = next(id_ for id_ in ids if not desk.codes_by("Ann", id_))
    desk.say(Entry(Act.NO_CODE, "Ann", "", utterance=bare), None)
    assert reading_list_view(SHELL, desk).rows[0].coded[0].startswith(f"{ann + 1} of ")
    page = client.get("/read").text
    assert all(f'href="/read/{name}"' in page for name in desk.documents)


def test_initials_tell_coders_apart() -> None:
    assert initials(["Amina", "Jonas"]) == {"Amina": "A", "Jonas": "J"}
    assert initials(["Ann", "Anna", "Ben"]) == {"Ann": "Ann", "Anna": "Anna", "Ben": "B"}


def test_a_study_without_codebook_codings_and_suggestions_can_be_read(desk: Desk, client: TestClient) -> None:
    n = len(desk.result.utterances)
    nobody = CodingTable((), (), np.zeros((0, n, 0), np.bool_), np.zeros((0, n), np.bool_))
    bare = {"codebook": Codebook(), "table": nobody, "codings": Codings(), "suggestions": None}
    desk.result = dataclasses.replace(desk.result, **bare)  # type: ignore[arg-type]
    page = client.get(f"/read/{DOCUMENT}").text
    assert "The codebook is empty" in page
    assert "No difference in this transcript" in page
    assert "Nobody coded anything so far" in client.get("/read").text


def test_rows_are_made_once_for_a_document(desk: Desk) -> None:
    assert text_rows(desk, DOCUMENT) is text_rows(desk, DOCUMENT)
