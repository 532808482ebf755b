"""Whose turn an utterance is, and what is hidden until all are in."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest

from pipeline.records import Act, Entry
from pipeline.review import queue
from pipeline.review.desk import Desk


def plan(desk: Desk, everybody: Sequence[str] = (), blind: str = "no") -> None:
    details = (("blind", blind), ("double", "0.1"), ("decoys", "0"), ("seed", "1"))
    desk.say(Entry(Act.PLAN, "Lea", "", members=tuple(everybody), details=details), None)


def say(desk: Desk, coder: str, utterance: str, code: str = "trust", act: Act = Act.GIVE_CODE) -> None:
    desk.say(Entry(act, coder, "", utterance=utterance, code=code), None)


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        ("", "", ""),
        ("A", "", "A"),
        ("", "abc", "abc"),
        ("A", "bc", "bAc"),
        ("A", "b", "Ab"),
        ("AB", "cdefgh", "cAdefBgh"),
        ("ABCDEF", "xy", "ABxCDEyF"),
    ],
)
def test_two_sequences_in_one(first: str, second: str, together: str) -> None:
    assert "".join(queue.mixed(first, second)) == together


def test_what_everybody_codes_is_spread_over_the_whole() -> None:
    found = queue.mixed([f"A{i}" for i in range(10)], [f"b{i}" for i in range(90)])
    places = [place for place, name in enumerate(found) if name.startswith("A")]
    assert places[0] < 10
    assert places[-1] >= 90
    assert all(9 <= after - before <= 11 for before, after in pairwise(places))


def test_the_order_holds_every_utterance_once_and_begins_with_what_to_read_next(desk: Desk) -> None:
    ids, utterances = queue.order(desk), desk.result.utterances
    assert sorted(ids) == sorted(utterance.id for utterance in utterances)
    first = [utterances[item.utterance].id for item in desk.result.triage.items]
    assert list(ids[: len(first)]) == first
    rest = [(desk.utterance(id_).document, desk.utterance(id_).start) for id_ in ids[len(first) :]]
    assert rest == sorted(rest)


def test_a_new_coder_is_asked_for_what_nobody_coded_in_the_files(desk: Desk) -> None:
    coded = queue.coded_in_files(desk)
    share = queue.share_of(desk, "Cara")
    assert 0 < len(coded) < len(desk.result.utterances)
    assert set(share.ids) == {utterance.id for utterance in desk.result.utterances} - coded
    assert share.n_done == 0
    assert queue.next_after(share) == share.ids[0]


def test_a_coder_of_the_files_is_done_with_what_she_coded_there(desk: Desk) -> None:
    table, c = desk.result.table, desk.result.table.coders.index("Ann")
    hers = {u.id for u, any_code in zip(desk.result.utterances, table.values[c].any(axis=1), strict=True) if any_code}
    assert queue.done_with(desk, "Ann") == hers
    assert queue.share_of(desk, "Ann").n_done == len(hers)


def test_who_takes_off_all_her_codes_is_not_done_any_more(desk: Desk) -> None:
    utterance = min(queue.done_with(desk, "Ann"))
    for code in desk.codes_by("Ann", utterance):
        say(desk, "Ann", utterance, code, Act.TAKE_CODE)
    assert utterance not in queue.done_with(desk, "Ann")
    say(desk, "Ann", utterance, act=Act.NO_CODE, code="")
    assert utterance in queue.done_with(desk, "Ann")


def test_others_take_what_they_are_done_with_out_of_the_share_but_not_what_everybody_codes(desk: Desk) -> None:
    one, two, three = queue.share_of(desk, "Cara").ids[:3]
    plan(desk, [two])
    say(desk, "Dan", one)
    say(desk, "Dan", two)
    say(desk, "Dan", three, act=Act.REJECT_CODE)
    share = queue.share_of(desk, "Cara")
    assert one not in share.ids
    assert two in share.ids
    assert three in share.ids, "a rejection alone is not being done"
    assert {one, two} <= set(queue.share_of(desk, "Dan").ids)


def test_next_goes_on_after_the_present_one_and_round(desk: Desk) -> None:
    ids = queue.share_of(desk, "Cara").ids
    say(desk, "Cara", ids[1])
    share = queue.share_of(desk, "Cara")
    assert queue.next_after(share, ids[0]) == ids[2]
    assert queue.next_after(share, ids[-1]) == ids[0]
    assert queue.next_after(share, "not hers") == ids[0]
    assert queue.before(share, ids[2]) == ids[1]
    assert queue.before(share, ids[0]) == ""
    assert share.n_done == 1


def test_nothing_comes_next_when_all_is_done() -> None:
    assert queue.next_after(queue.Share(("a", "b"), frozenset("ab"))) == ""
    assert queue.next_after(queue.Share(("a",), frozenset()), "a") == ""
    assert queue.next_after(queue.Share((), frozenset())) == ""


def test_answers_are_hidden_until_all_who_code_are_in(desk: Desk) -> None:
    shared, other = queue.share_of(desk, "Cara").ids[:2]
    plan(desk, [shared])
    assert queue.hidden_from(desk, "Cara", shared), "she might look before she codes"
    assert not queue.hidden_from(desk, "Cara", other)
    say(desk, "Dan", shared)
    assert queue.hidden_from(desk, "Cara", shared)
    assert not queue.hidden_from(desk, "Dan", shared), "nobody else codes, so there is nobody to wait for"
    say(desk, "Cara", other)
    assert queue.hidden_from(desk, "Cara", shared)
    assert queue.hidden_from(desk, "Dan", shared), "now Cara takes part, too"
    assert not queue.may_see(desk, "Cara", "Dan", shared)
    assert queue.may_see(desk, "Dan", "Dan", shared)
    say(desk, "Cara", shared, "", Act.NO_CODE)
    for coder in ("Cara", "Dan", "somebody who only looks"):
        assert not queue.hidden_from(desk, coder, shared)
    say(desk, "Eve", other)
    assert queue.hidden_from(desk, "Dan", shared), "Eve is not in"


def test_who_only_looks_waits_for_two(desk: Desk) -> None:
    shared = queue.share_of(desk, "Cara").ids[0]
    plan(desk, [shared])
    say(desk, "Dan", shared)
    assert queue.hidden_from(desk, "Lea", shared)
    say(desk, "Cara", shared)
    assert not queue.hidden_from(desk, "Lea", shared)


def test_who_begins_late_sees_nothing_before_all_are_done_with_all(desk: Desk) -> None:
    one, two = queue.share_of(desk, "Cara").ids[:2]
    plan(desk, [one, two])
    say(desk, "Dan", one)
    say(desk, "Cara", one)
    assert not queue.hidden_from(desk, "Dan", one)
    assert queue.hidden_from(desk, "Eve", one), "she may still begin to code"
    assert queue.coded_by_all(desk) == {one}
    say(desk, "Dan", two)
    say(desk, "Cara", two)
    assert not queue.hidden_from(desk, "Eve", one)
    say(desk, "Eve", two)
    assert queue.hidden_from(desk, "Eve", one), "now she takes part"
    assert queue.coded_by_all(desk) == {two}


def test_what_files_say_is_not_coded_by_everybody(desk: Desk) -> None:
    both = min(queue.by_two_in_files(desk))
    plan(desk, [both])
    assert queue.coded_by_all(desk) == set()
    say(desk, "Ann", queue.share_of(desk, "Ann").ids[0])
    assert queue.coded_by_all(desk) == set()


def test_entries_of_an_earlier_run_are_known_by_their_place(desk: Desk) -> None:
    shared = queue.share_of(desk, "Cara").ids[0]
    plan(desk, [shared])
    where = desk.utterance(shared)
    place = {"document": where.document, "start": where.start, "end": where.end}
    said = Entry(Act.GIVE_CODE, "Dan", "an earlier run", utterance="another id", code="trust", **place)  # type: ignore[arg-type]
    assert queue.hides(desk, "Cara", said)
    assert not queue.hides(desk, "Dan", said)


def test_what_is_settled_is_open_and_asked_of_nobody_else(desk: Desk) -> None:
    shared, other = queue.share_of(desk, "Cara").ids[:2]
    plan(desk, [shared])
    say(desk, "Dan", shared)
    desk.say(Entry(Act.SETTLE, "Lea", "", utterance=shared, members=("trust",)), None)
    assert not queue.hidden_from(desk, "Cara", shared)
    assert shared not in queue.share_of(desk, "Cara").ids
    assert other in queue.share_of(desk, "Cara").ids
    assert shared in queue.share_of(desk, "Dan").ids


def test_a_code_that_was_dropped_leaves_nobody_done(desk: Desk) -> None:
    table = desk.result.table
    only = table.values[table.coders.index("Ann")].sum(axis=1) == 1
    row = int((only & table.values[table.coders.index("Ann"), :, table.codes.index("trust")]).argmax())
    utterance = desk.result.utterances[row].id
    assert utterance in queue.done_with(desk, "Ann")
    desk.say(Entry(Act.DROP_CODE, "Lea", "", code="trust"), None)
    assert utterance not in queue.done_with(desk, "Ann")


def test_the_reason_never_names_a_code(desk: Desk) -> None:
    told = {queue.why(desk, utterance.id) for utterance in desk.result.utterances}
    assert len(told) > 1
    for reason in told:
        assert not any(f"“{code.name}”" in reason for code in desk.codebook.codes)


def test_entries_on_what_is_hidden_are_hidden_too(desk: Desk) -> None:
    shared, other = queue.share_of(desk, "Cara").ids[:2]
    plan(desk, [shared])
    where = desk.utterance(shared)
    stretch = Entry(Act.GIVE_CODE, "Dan", "", code="tasks", document=where.document, start=where.start, end=where.end)
    on_it = [
        desk.say(Entry(Act.GIVE_CODE, "Dan", "", utterance=shared, code="trust"), None),
        desk.say(Entry(Act.MEMO, "Dan", "", utterance=shared, text="so it is"), None),
        desk.say(stretch, None),
    ]
    on_it.append(desk.say(Entry(Act.UNDO, "Dan", "", undoes=on_it[0].number), None))
    beside = [
        desk.say(Entry(Act.GIVE_CODE, "Dan", "", utterance=other, code="trust"), None),
        desk.say(Entry(Act.REJECT_THEME, "Dan", "", theme="T1"), None),
    ]
    assert [queue.hides(desk, "Cara", entry) for entry in (*on_it, *beside)] == [True] * 4 + [False] * 2
    assert not any(queue.hides(desk, "Dan", entry) for entry in (*on_it, *beside))
    say(desk, "Dan", shared)
    say(desk, "Cara", shared)
    assert not any(queue.hides(desk, "Cara", entry) for entry in on_it)
