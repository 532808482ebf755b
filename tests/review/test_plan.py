"""How the team works: what may be set, what is drawn and told, and the figures that come of it."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient
from statsmodels.stats.proportion import proportion_confint

from pipeline.decide import Plan
from pipeline.errors import UsageError
from pipeline.records import Act, Entry
from pipeline.review import queue
from pipeline.review.desk import Desk
from pipeline.review.figures import CodingFigures, coding_figures, wilson
from pipeline.review.views.plan import read_plan


@pytest.mark.parametrize(
    ("fields", "plan"),
    [
        (("", "20", "7", "12"), Plan(False, 0.2, 0.07, 12)),
        (("yes", "0", "0", "0"), Plan(True, 0.0, 0.0, 0)),
        (("yes", "12,5 %", "7.5%", "7"), Plan(True, 0.125, 0.075, 7)),
        (("", "100", "5", "1"), Plan(False, 1.0, 0.05, 1)),
        (("", "33", "10", "1000000000"), Plan(False, 0.33, 0.1, 10**9)),
    ],
)
def test_settings_as_typed(fields: tuple[str, str, str, str], plan: Plan) -> None:
    assert read_plan(*fields) == plan


@pytest.mark.parametrize(
    "fields",
    [
        ("", "101", "7", "1"),
        ("", "-1", "7", "1"),
        ("", "", "7", "1"),
        ("", "nan", "7", "1"),
        ("", "1e1", "7", "1"),
        ("", "20", "4", "1"),
        ("", "20", "11", "1"),
        ("", "20", "7", ""),
        ("", "20", "7", "-3"),
        ("", "20", "7", "1.5"),
        ("", "20", "7", "1000000001"),
        ("", "20", "7", "9" * 5000),
        ("", "٢٠", "7", "1"),
    ],
)
def test_what_cannot_be_set(fields: tuple[str, str, str, str]) -> None:
    with pytest.raises(UsageError):
        read_plan(*fields)


@pytest.mark.parametrize(("part", "whole"), [(0, 1), (1, 1), (0, 20), (3, 20), (10, 20), (20, 20), (137, 911)])
def test_parity_of_the_interval(part: int, whole: int) -> None:
    low, high = proportion_confint(part, whole, method="wilson")
    found = wilson(part, whole)
    assert found.value == part / whole
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))
    assert found.n == whole


def test_no_answers_have_no_share() -> None:
    assert wilson(0, 0).value is None
    assert wilson(0, 0).reason


def test_before_anything_is_set_the_page_proposes(desk: Desk, client: TestClient) -> None:
    page = client.get("/plan").text
    assert 'name="double"' in page
    assert 'value="20"' in page
    assert 'value="7"' in page
    assert "decoy" in page
    assert desk.state.plan == Plan()


def test_settings_are_drawn_and_told(desk: Desk, client: TestClient) -> None:
    sent = {"blind": "yes", "double": "50", "decoys": "10", "seed": "8", "seen": str(desk.state.last)}
    page = client.post("/plan", data=sent).text
    entries = [entry for entry in desk.state.entries.values() if entry.act in (Act.PLAN, Act.DECOYS)]
    assert [entry.act for entry in entries] == [Act.PLAN, Act.DECOYS]
    plan, n = desk.state.plan, len(desk.result.utterances)
    assert (plan.blind, plan.double, plan.decoys, plan.seed) == (True, 0.5, 0.1, 8)
    left = n - len(queue.by_two_in_files(desk))
    assert 0 < left < n
    assert len(plan.everybody) == round(left / 2)
    assert not plan.everybody & queue.by_two_in_files(desk)
    assert "Ann" in page
    assert f"{round(left / 2)} of {left} (50%)" in page
    for utterance in desk.state.decoys:
        assert utterance not in page, "which ones have a decoy is told nowhere"


def test_a_second_setting_is_another_entry_and_says_what_it_does(desk: Desk, client: TestClient) -> None:
    sent = {"double": "50", "decoys": "0", "seed": "8"}
    first = client.post("/plan", data={**sent, "seen": str(desk.state.last)}).text
    assert "Nobody has answered anything yet" in first
    desk.say(Entry(Act.NO_CODE, "Ben", "", utterance=desk.result.utterances[0].id), None)
    page = client.post("/plan", data={**sent, "double": "25", "seen": str(desk.state.last)}).text
    assert sum(entry.act is Act.PLAN for entry in desk.state.entries.values()) == 2
    assert "everybody codes 50%" in page
    assert "everybody codes 25%" in page
    assert "All answers stay as they are" in page
    assert "not measured" in page


def test_two_who_set_at_once_are_a_conflict(desk: Desk, client: TestClient, second: TestClient) -> None:
    sent = {"double": "50", "decoys": "0", "seed": "8", "seen": str(desk.state.last)}
    assert client.post("/plan", data=sent).status_code == 200
    assert second.post("/plan", data={**sent, "double": "10"}).status_code == 409
    assert desk.state.plan.double == 0.5


def test_what_cannot_be_set_changes_nothing(desk: Desk, client: TestClient) -> None:
    answer = client.post("/plan", data={"double": "50", "decoys": "50", "seed": "8", "seen": "0"})
    assert answer.status_code == 400
    assert "5 to 10" in answer.text
    assert desk.state.plan == Plan()


class Log:
    """Entries of coders on free utterances, in few words."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.ids = queue.share_of(desk, "Cara").ids

    def say(self, act: Act, place: int, code: str = "", coder: str = "Cara", **more: object) -> int:
        entry = Entry(act, coder, "", utterance=self.ids[place], code=code, **more)  # type: ignore[arg-type]
        return self.desk.say(entry, None).number

    def plan(self, blind: str, decoys: dict[int, str]) -> None:
        details = (("blind", blind), ("double", "0"), ("decoys", "0.1"), ("seed", "1"))
        self.desk.say(Entry(Act.PLAN, "Lea", "", details=details), None)
        drawn = tuple((self.ids[place], code) for place, code in decoys.items())
        self.desk.say(Entry(Act.DECOYS, "Lea", "", details=drawn), None)

    @property
    def figures(self) -> CodingFigures:
        return coding_figures(self.desk)


def test_decoys_and_suggestions_are_counted_by_the_first_answer(desk: Desk) -> None:
    log = Log(desk)
    log.plan("no", {0: "tasks", 1: "tasks", 2: "tasks", 3: "tasks"})
    seen = {"shown": ("trust", "tasks")}
    taken_back = log.say(Act.ACCEPT_CODE, 0, "tasks", **seen)
    log.say(Act.UNDO, 0, undoes=taken_back)  # yes, and taken back: it was a yes
    log.say(Act.REJECT_CODE, 1, "tasks", **seen)
    log.say(Act.ACCEPT_CODE, 1, "trust", **seen)  # done here
    log.say(Act.ACCEPT_CODE, 2, "trust", **seen)  # the decoy was on screen and not taken
    log.say(Act.REJECT_CODE, 3, "trust", **seen)  # the decoy is still open
    figures = log.figures
    assert (figures.decoys.part, figures.decoys.whole) == (1, 3)
    assert (figures.suggestions.part, figures.suggestions.whole) == (2, 3)
    assert figures.decoys.estimate == wilson(1, 3)


def test_no_code_answers_all_that_was_shown(desk: Desk) -> None:
    log = Log(desk)
    log.plan("no", {0: "tasks"})
    log.say(Act.NO_CODE, 0, shown=("trust", "tasks"))
    assert (log.figures.decoys.part, log.figures.decoys.whole) == (0, 1)
    assert (log.figures.suggestions.part, log.figures.suggestions.whole) == (0, 1)


def test_a_code_given_before_it_was_seen_counts_in_neither(desk: Desk) -> None:
    log = Log(desk)
    log.plan("yes", {})
    log.say(Act.GIVE_CODE, 0, "trust")
    log.say(Act.LOCK, 0, members=("trust",), shown=("trust", "family"))
    assert log.figures.suggestions.whole == 1, "only family was left to answer"
    assert log.figures.suggestions.part == 0
    hers = min(queue.done_with(desk, "Ann"))
    code = desk.codes_by("Ann", hers)[0]
    desk.say(Entry(Act.GIVE_CODE, "Ann", "", utterance=hers, code="relapse", shown=(code,)), None)
    assert log.figures.suggestions.whole == 1, "Ann's own code of the files"


def test_a_renamed_decoy_is_still_one(desk: Desk) -> None:
    log = Log(desk)
    log.plan("no", {0: "tasks", 1: "tasks"})
    log.say(Act.ACCEPT_CODE, 0, "tasks", shown=("tasks",))
    desk.say(Entry(Act.EDIT_CODE, "Lea", "", code="tasks", details=(("name", "duties"),)), None)
    log.say(Act.ACCEPT_CODE, 1, "duties", shown=("duties",))
    assert (log.figures.decoys.part, log.figures.decoys.whole) == (2, 2)
    log.plan("no", {})
    assert (log.figures.decoys.part, log.figures.decoys.whole) == (2, 2), "drawn anew, they still were decoys"


def test_changes_after_seeing(desk: Desk) -> None:
    log = Log(desk)
    log.plan("yes", {3: "tasks"})
    for place in range(4):
        log.say(Act.GIVE_CODE, place, "relapse")
        log.say(Act.LOCK, place, members=("relapse",), shown=("trust", "tasks" if place == 3 else "advice"))
    log.say(Act.ACCEPT_CODE, 0, "trust", shown=("trust",))  # towards
    log.say(Act.GIVE_CODE, 1, "family")  # away
    log.say(Act.TAKE_CODE, 2, "relapse")
    log.say(Act.NO_CODE, 2)  # gave up what was not suggested
    log.say(Act.ACCEPT_CODE, 3, "tasks", shown=("trust", "tasks"))  # a decoy: no coding, no change
    figures = log.figures
    assert (figures.before.part, figures.before.whole) == (0, 4)
    assert (figures.after.part, figures.after.whole) == (1, 4)
    assert (figures.changed.part, figures.changed.whole) == (3, 4)
    assert (figures.towards.part, figures.towards.whole) == (2, 3)


def test_seconds_are_the_median_of_those_that_are_known(desk: Desk) -> None:
    log = Log(desk)
    for place, seconds in enumerate([4.0, None, 10.0, 6.0]):
        log.say(Act.GIVE_CODE, place, "trust", seconds=seconds)
    log.say(Act.GIVE_CODE, 5, "trust", coder="Dan", seconds=3.0)
    log.say(Act.MEMO, 0, text="no decision", seconds=100.0)
    assert log.figures.seconds == (("Cara", 6.0, 3), ("Dan", 3.0, 1))


def test_an_empty_log_has_no_figures(desk: Desk) -> None:
    figures = coding_figures(desk)
    assert figures.seconds == ()
    for share in (figures.decoys, figures.suggestions, figures.before, figures.after, figures.changed, figures.towards):
        assert share.whole == 0
        assert share.estimate.value is None
