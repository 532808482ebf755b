"""What is kept and followed from entry to entry is what a desk works out that opens the same log anew."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from pipeline import decide, store
from pipeline.errors import UsageError
from pipeline.records import Act, Entry, Result
from pipeline.review import queue
from pipeline.review.coded import coded_now
from pipeline.review.desk import Desk
from pipeline.review.figures import coding_figures
from pipeline.review.views.differences import open_rows
from pipeline.review.views.overview import _pairs

CODERS = ("Ann", "Ben", "Cleo")
CODES = ("trust", "money", "kin", "family", "nothing such")
_WHO, _WHAT, _PLACE = st.sampled_from(CODERS), st.sampled_from(CODES), st.integers(0, 5)
CODING = st.builds(
    lambda act, who, place, code: (act, who, place, code),
    st.sampled_from([Act.ACCEPT_CODE, Act.REJECT_CODE, Act.GIVE_CODE, Act.TAKE_CODE, Act.NO_CODE, Act.LOCK]),
    _WHO, _PLACE, _WHAT,
)  # fmt: skip
OTHER = st.tuples(
    st.sampled_from([Act.SETTLE, Act.MEMO, Act.PLAN, Act.DECOYS, Act.EDIT_CODE, Act.ACCEPT_THEME, Act.MOVE_UTTERANCES]),
    _WHO, _PLACE, _WHAT,
)  # fmt: skip
STEPS = st.lists(
    st.one_of(CODING, CODING, CODING, OTHER, st.tuples(st.just(Act.UNDO), _WHO, _PLACE, _WHAT)), max_size=25
)


class Made:
    """A result without its long text form, which hypothesis would write out."""

    def __init__(self, result: Result) -> None:
        self.result = result


@pytest.fixture
def made_run(desk: Desk) -> Made:
    return Made(desk.result)


def _entry(desk: Desk, act: Act, who: str, place: int, code: str) -> Entry:
    """The step as an entry; utterances 0 to 5, of which files say something of most."""
    id_ = desk.result.utterances[place].id
    if act is Act.UNDO:
        own = [number for number, entry in desk.state.entries.items() if entry.coder == who]
        return Entry(act, who, "", undoes=own[-1 - place % len(own)] if own else 0)
    if act is Act.PLAN:
        details = (("blind", "no"), ("double", "0.5"), ("decoys", "0"), ("seed", "1"))
        return Entry(act, who, "", members=tuple(u.id for u in desk.result.utterances[: place + 1]), details=details)
    if act is Act.DECOYS:
        return Entry(act, who, "", details=((id_, code),))
    if act is Act.EDIT_CODE:
        return Entry(act, who, "", code="family", details=(("name", "kin"),))
    if act is Act.ACCEPT_THEME:
        return Entry(act, who, "", theme="T1")
    if act is Act.MOVE_UTTERANCES:
        return Entry(act, who, "", theme="T1", members=(id_,))
    if act is Act.SETTLE:
        return Entry(act, who, "", utterance=id_, members=(code,))
    told = {Act.LOCK: {"members": (code,)}, Act.MEMO: {"text": "well"}, Act.NO_CODE: {}}.get(act, {"code": code})
    return Entry(act, who, "", utterance=id_, shown=("trust", "money"), **told)  # type: ignore[arg-type]


def _same(kept: Desk, fresh: Desk) -> None:
    assert kept.state == fresh.state
    assert list(kept.state.said) == list(fresh.state.said)
    assert [list(words) for words in kept.state.said.values()] == [list(w) for w in fresh.state.said.values()]
    one, other = coded_now(kept), coded_now(fresh)
    assert (one.coders, one.codes) == (other.coders, other.codes)
    assert np.array_equal(one.values, other.values)
    assert np.array_equal(one.worked, other.worked)
    for coder in CODERS:
        assert queue.done_with(kept, coder) == queue.done_with(fresh, coder)
        assert queue.hidden(kept, coder) == queue.hidden(fresh, coder)
        assert queue.share_of(kept, coder) == queue.share_of(fresh, coder)
    assert open_rows(kept) == open_rows(fresh)
    assert coding_figures(kept) == coding_figures(fresh)


def _desks(result: Result, steps: list[tuple[Act, str, int, str]]) -> Iterator[tuple[Desk, Desk]]:
    """After each step the desk that was there all the time, and one that is opened on the same log."""
    with tempfile.TemporaryDirectory() as folder, store.DecisionLog(Path(folder) / store.LOG, lambda: "now") as log:
        kept = Desk(result, log, lambda: "now")
        for step in steps:
            try:
                kept.say(_entry(kept, *step), None)
            except UsageError:  # cannot be taken back
                continue
            yield kept, Desk(result, log, lambda: "now")


@given(steps=STEPS)
@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_followed_is_what_is_worked_out_anew(made_run: Made, steps: list[tuple[Act, str, int, str]]) -> None:
    for kept, fresh in _desks(made_run.result, steps):
        _same(kept, fresh)


@given(steps=STEPS, asked=st.lists(st.booleans(), min_size=25, max_size=25))
@hypothesis_settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_several_entries_are_followed_at_once(
    made_run: Made, steps: list[tuple[Act, str, int, str]], asked: list[bool]
) -> None:
    for (kept, fresh), now in zip(_desks(made_run.result, steps), asked, strict=False):
        if now:
            _same(kept, fresh)


def test_agreement_is_that_of_a_desk_opened_anew(desk: Desk) -> None:
    for place, (who, code) in enumerate([("Ann", "trust"), ("Ben", "money"), ("Cleo", "trust"), ("Cleo", "money")]):
        desk.say(Entry(Act.GIVE_CODE, who, "", utterance=desk.result.utterances[place].id, code=code), None)
        assert _pairs(desk, "Ann") == _pairs(Desk(desk.result, desk.log, desk.clock), "Ann")


def test_taking_a_code_back_goes_not_through_the_whole_log(desk: Desk) -> None:
    id_ = desk.result.utterances[0].id
    desk.say(Entry(Act.GIVE_CODE, "Ann", "", utterance=id_, code="trust"), None)
    last = desk.say(Entry(Act.GIVE_CODE, "Ann", "", utterance=id_, code="money"), None)
    before = desk.state
    desk.say(Entry(Act.UNDO, "Ann", "", undoes=last.number), None)
    assert desk.state is before
    assert desk.state.said_by("Ann", id_).codes == ("trust",)
    assert desk.state == decide.fold(desk.log.since(), desk.log.runs())


def test_what_another_process_wrote_in_between_is_not_lost(desk: Desk, run_folder: Path) -> None:
    """Regression: an entry that came in between reading the log and writing to it was never taken in."""
    id_ = desk.result.utterances[0].id
    with store.DecisionLog(run_folder / store.LOG, desk.clock) as other:
        write = desk.log.append_all

        def slow(*arguments: object) -> object:
            other.append(Entry(Act.ACCEPT_THEME, "Ben", desk.run, theme="T1"))
            return write(*arguments)  # type: ignore[arg-type]

        desk.log.append_all = slow  # type: ignore[method-assign, assignment]
        desk.say(Entry(Act.NO_CODE, "Ann", "", utterance=id_), None)
    assert [coder for coder, _ in desk.state.themes["T1"].verdicts] == ["Ben"]
    assert desk.state.said_by("Ann", id_).nothing


def test_a_page_is_of_one_moment(desk: Desk, run_folder: Path) -> None:
    with store.DecisionLog(run_folder / store.LOG, desk.clock) as other:
        desk.looks = False
        other.append(Entry(Act.ACCEPT_THEME, "Ben", desk.run, theme="T1"))
        assert not desk.state.themes["T1"].verdicts
        desk.look()
        assert desk.state.themes["T1"].verdicts
