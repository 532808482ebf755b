"""What entries amount to: themes, codings, what is taken back, what goes over to another run."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_log import Log

from pipeline import decide
from pipeline.decide import State
from pipeline.records import AGREED, Act, Code, Codebook, CodeEdit, Entry, SeenRun, Span, Verdict


def members(state: State, theme: str) -> list[str]:
    return sorted(state.themes[theme].members, key=lambda name: int(name[1:]))


def test_an_opened_run_gives_its_themes(log: Log) -> None:
    state = log.state
    assert {id_: members(state, id_) for id_ in state.themes} == {
        "T1": ["u0", "u1", "u2", "u3"],
        "T2": ["u4", "u5", "u6", "u7"],
        "T3": ["u8", "u9", "u10", "u11"],
    }
    assert not any(decide.is_held(theme) for theme in state.themes.values())


@pytest.mark.parametrize(
    ("words", "verdict", "disputed"),
    [
        ([], None, False),
        ([("Ann", Act.ACCEPT_THEME)], Verdict.ACCEPTED, False),
        ([("Ann", Act.REJECT_THEME)], Verdict.REJECTED, False),
        ([("Ann", Act.REJECT_THEME), ("Ben", Act.ACCEPT_THEME)], Verdict.ACCEPTED, True),
        ([("Ann", Act.REJECT_THEME), ("Ann", Act.ACCEPT_THEME)], Verdict.ACCEPTED, False),
        ([("Ann", Act.ACCEPT_THEME), ("Ben", Act.REJECT_THEME), ("Ann", Act.REJECT_THEME)], Verdict.REJECTED, False),
    ],
)
def test_the_verdict_is_the_last_word_of_each(
    log: Log, words: list[tuple[str, Act]], verdict: Verdict | None, disputed: bool
) -> None:
    for coder, act in words:
        log.write(act, coder, theme="T2")
    theme = log.state.themes["T2"]
    assert (theme.verdict, theme.disputed) == (verdict, disputed)


def test_a_merge_takes_the_others_in_and_retires_their_ids(log: Log) -> None:
    log.write(Act.MERGE_THEMES, theme="T2", members=("T3", "T9"))
    state = log.state
    assert members(state, "T2") == ["u4", "u5", "u6", "u7", "u8", "u9", "u10", "u11"]
    assert state.themes["T3"].into == "T2"
    assert not state.themes["T3"].stands
    assert state.retired == {"T3"}
    assert decide.standing(state).retired == ("T3",)


def test_a_split_makes_a_new_theme_and_a_second_one_the_next(log: Log) -> None:
    log.write(Act.SPLIT_THEME, theme="T1", members=("u0",), text="First")
    log.write(Act.SPLIT_THEME, theme="T1", members=("u1", "u9"), text="Second")
    state = log.state
    assert (members(state, "T1"), members(state, "T1.2"), members(state, "T1.3")) == (["u2", "u3"], ["u0"], ["u1"])
    assert [state.themes[id_].name for id_ in ("T1", "T1.2", "T1.3")] == ["Label 1", "First", "Second"]


@pytest.mark.parametrize("part", [(), ("u0", "u1", "u2", "u3"), ("u8",)])
def test_a_split_that_leaves_nothing_on_one_side_changes_nothing(log: Log, part: tuple[str, ...]) -> None:
    log.write(Act.SPLIT_THEME, theme="T1", members=part)
    assert set(log.state.themes) == {"T1", "T2", "T3"}


def test_utterances_move_between_themes_and_out_of_them(log: Log) -> None:
    log.write(Act.MOVE_UTTERANCES, theme="T3", members=("u0", "u4"))
    log.write(Act.MOVE_UTTERANCES, theme="", members=("u8",))
    state = log.state
    assert members(state, "T1") == ["u1", "u2", "u3"]
    assert members(state, "T3") == ["u0", "u4", "u9", "u10", "u11"]
    assert "u8" not in state.theme_of()
    assert state.themes["T1"].shaped == ("Ann",)
    assert state.out == {"u8"}
    log.write(Act.MOVE_UTTERANCES, theme="", members=("u8", "u1"))
    log.write(Act.MOVE_UTTERANCES, theme="T1", members=("u8",))
    assert log.state.out == {"u1"}


def test_a_merged_theme_takes_no_more_decisions(log: Log) -> None:
    log.write(Act.MERGE_THEMES, theme="T2", members=("T3",))
    log.write(Act.ACCEPT_THEME, theme="T3")
    log.write(Act.MOVE_UTTERANCES, theme="T3", members=("u0",))
    state = log.state
    assert state.themes["T3"].verdict is None
    assert members(state, "T1") == ["u0", "u1", "u2", "u3"]


def test_codes_are_given_rejected_and_taken_off(log: Log) -> None:
    log.write(Act.ACCEPT_CODE, utterance="u1", code="trust", shown=("trust", "money"), seconds=4.0)
    log.write(Act.REJECT_CODE, utterance="u1", code="money", shown=("trust", "money"), seconds=2.0)
    log.write(Act.GIVE_CODE, utterance="u1", code="family")
    log.write(Act.TAKE_CODE, utterance="u1", code="trust")
    said = log.state.said_by("Ann", "u1")
    assert (said.codes, said.refused, said.nothing, said.done) == (("family",), ("money", "trust"), False, True)
    assert said.shown == ("trust", "money")
    assert said.seconds == (4.0, 2.0)


def test_no_code_takes_the_codes_off_and_a_code_takes_no_code_back(log: Log) -> None:
    log.write(Act.GIVE_CODE, utterance="u1", code="family")
    log.write(Act.NO_CODE, utterance="u1")
    first = log.state.said_by("Ann", "u1")
    assert (first.codes, first.refused, first.nothing, first.done) == ((), ("family",), True, True)
    log.write(Act.GIVE_CODE, utterance="u1", code="family")
    second = log.state.said_by("Ann", "u1")
    assert (second.codes, second.refused, second.nothing) == (("family",), (), False)


def test_a_rejection_alone_does_not_finish_an_utterance(log: Log) -> None:
    log.write(Act.REJECT_CODE, utterance="u1", code="money")
    assert not log.state.said_by("Ann", "u1").done
    assert log.state.done_by("u1") == ()


def test_an_accepted_decoy_is_no_coding_until_it_is_given(log: Log) -> None:
    log.write(Act.DECOYS, details=(("u1", "weather"),))
    log.write(Act.ACCEPT_CODE, utterance="u1", code="weather")
    said = log.state.said_by("Ann", "u1")
    assert (said.decoys, said.codes, said.done) == (("weather",), (), False)
    log.write(Act.GIVE_CODE, utterance="u1", code="weather")
    assert [coding.code for coding in decide.standing(log.state).codings] == ["weather"]


def test_what_is_taken_back_was_never_there_and_stays_in_the_log(log: Log) -> None:
    entry = log.write(Act.GIVE_CODE, utterance="u1", code="family")
    before = log.state.said_by("Ann", "u1")
    log.write(Act.UNDO, undoes=entry.number)
    state = log.state
    assert before.codes == ("family",)
    assert state.said_by("Ann", "u1").codes == ()
    assert state.undone == {entry.number}
    assert len(state.entries) == 3


def test_what_was_said_blind_stays_beside_what_was_said_later(log: Log) -> None:
    log.write(Act.GIVE_CODE, utterance="u1", code="family")
    log.write(Act.LOCK, utterance="u1", members=("family",))
    log.write(Act.ACCEPT_CODE, utterance="u1", code="trust")
    log.write(Act.TAKE_CODE, utterance="u1", code="family")
    said = log.state.said_by("Ann", "u1")
    assert (said.blind, said.codes) == (("family",), ("trust",))


def test_standing_says_what_was_agreed_and_what_was_refused(log: Log) -> None:
    log.write(Act.GIVE_CODE, "Ann", utterance="u1", code="family")
    log.write(Act.REJECT_CODE, "Ben", utterance="u1", code="family")
    log.write(Act.GIVE_CODE, "Ben", utterance="u1", code="trust")
    log.write(Act.REJECT_CODE, "Ben", utterance="u2", code="money")
    open_case = decide.standing(log.state)
    assert [(c.coder, c.code) for c in open_case.codings] == [("Ann", "family"), ("Ben", "trust")]
    assert [(c.start, c.coder, c.code) for c in open_case.refused] == [(20, "Ben", "money")]
    log.write(Act.SETTLE, "Ann", utterance="u1", members=("trust",), text="as defined")
    settled = decide.standing(log.state)
    assert (AGREED, "trust") in [(c.coder, c.code) for c in settled.codings]
    assert sorted((c.coder, c.code) for c in settled.refused if c.start == 10) == [("Ann", "family"), ("Ben", "family")]
    assert [f.coder for f in settled.finished] == ["Ann", "Ben", AGREED]


def test_held_themes_go_over_by_id_and_others_start_anew(log: Log, make_run: Any) -> None:
    log.write(Act.RENAME_THEME, theme="T1", text="Doors open")
    log.write(Act.ACCEPT_THEME, theme="T1")
    log.write(Act.REJECT_THEME, theme="T2", text="weather only")
    log.write(Act.GIVE_CODE, utterance="u5", code="trust")
    log.runs["b"] = make_run("b", shift=3, held=("T1",))
    log.write(Act.OPEN, "", run="b")
    state = log.state
    assert (state.themes["T1"].name, state.themes["T1"].verdict) == ("Doors open", Verdict.ACCEPTED)
    assert state.themes["T2"].verdict is None
    assert state.said_by("Ann", "u5").codes == ("trust",)  # three characters further on, but the same words mostly
    stands = decide.standing(state)
    assert [(t.id, t.verdict) for t in stands.themes] == [("T1", Verdict.ACCEPTED), ("T2a", Verdict.REJECTED)]
    assert stands.themes[1].members == tuple(Span("D", 10 * i, 10 * i + 10) for i in (4, 5, 6, 7))
    assert stands.codings[0].start == 53


def test_a_run_without_the_decisions_is_not_taken_for_one_with_them(log: Log, make_run: Any) -> None:
    log.write(Act.ACCEPT_THEME, theme="T1")
    log.runs["b"] = make_run("b")
    log.write(Act.OPEN, "", run="b")
    state = log.state
    assert state.themes["T1"].verdict is None
    assert [(t.id, t.verdict) for t in decide.standing(state).themes] == [("T1a", Verdict.ACCEPTED)]


def test_words_that_are_gone_are_told(log: Log, make_run: Any) -> None:
    log.write(Act.GIVE_CODE, utterance="u0", code="trust")
    log.runs["b"] = make_run("b", shift=1000)
    log.write(Act.OPEN, "", run="b")
    assert log.state.said == {}
    assert log.state.lost == ["what Ann said of u0: b has no utterance there"]


def coarse_run(make_run: Any) -> SeenRun:
    """Utterances of thirty characters: three of the others in one."""
    stretches = tuple((f"v{i}", "D", 30 * i, 30 * i + 30) for i in range(4))
    return dataclasses.replace(make_run("b"), utterances=stretches, themes=())


def test_what_was_said_of_utterances_that_are_one_now_is_joined(log: Log, make_run: Any) -> None:
    log.write(Act.GIVE_CODE, utterance="u0", code="trust", seconds=2.0)
    log.write(Act.GIVE_CODE, utterance="u1", code="family", seconds=3.0)
    log.write(Act.REJECT_CODE, utterance="u2", code="trust")
    log.write(Act.NO_CODE, "Ben", utterance="u0")
    log.write(Act.NO_CODE, "Ben", utterance="u2")
    log.runs["b"] = coarse_run(make_run)
    log.write(Act.OPEN, "", run="b")
    said = log.state.said["v0"]
    assert (said["Ann"].codes, said["Ann"].refused, said["Ann"].nothing) == (("trust", "family"), (), False)
    assert said["Ann"].seconds == (2.0, 3.0)
    assert (said["Ben"].codes, said["Ben"].nothing, said["Ben"].done) == ((), True, True)
    assert log.state.lost == []


def test_what_was_settled_goes_over_only_where_all_of_the_utterance_says_so(log: Log, make_run: Any) -> None:
    log.write(Act.SETTLE, utterance="u0", members=("trust",))
    log.write(Act.GIVE_CODE, utterance="u1", code="family")
    log.write(Act.SETTLE, utterance="u3", members=("family",))
    log.write(Act.SETTLE, utterance="u4", members=("family",))
    log.write(Act.SETTLE, utterance="u6", members=("family",))
    log.write(Act.SETTLE, utterance="u7", members=())
    log.runs["b"] = coarse_run(make_run)
    log.write(Act.OPEN, "", run="b")
    state = log.state
    assert {about: word.codes for about, word in state.settled.items()} == {"v1": ("family",)}
    assert [sentence.partition(":")[0] for sentence in state.lost] == [
        f"what was settled on {about}" for about in ("u0", "u6", "u7")
    ]


def test_what_was_noted_where_no_utterance_is_now_stands_on_none(log: Log, make_run: Any) -> None:
    log.write(Act.MEMO, utterance="u1", text="ask again")
    log.write(Act.SETTLE, utterance="u2", members=("trust",))
    log.write(Act.MOVE_UTTERANCES, theme="", members=("u3",))
    log.runs["b"] = make_run("b", shift=1000)  # u1 is there, with other words
    log.write(Act.OPEN, "", run="b")
    state = log.state
    assert [(note.utterance, note.text) for note in state.notes] == [("", "ask again")]
    assert state.settled == {}
    assert state.out == set()
    assert len(state.lost) == 3
    assert [(memo.document, memo.text) for memo in decide.standing(state).memos] == [("", "ask again")]


def test_codes_follow_their_new_name(log: Log) -> None:
    log.write(Act.GIVE_CODE, utterance="u1", code="family")
    log.write(Act.GIVE_CODE, document="D", start=3, end=7, code="family")
    log.write(Act.EDIT_CODE, code="family", details=(("name", "kin"),))
    log.write(Act.GIVE_CODE, utterance="u2", code="trust")
    log.write(Act.DROP_CODE, code="trust", text="kin")
    stands = decide.standing(log.state)
    assert {coding.code for coding in stands.codings} == {"kin"}
    assert len(stands.codings) == 3
    assert decide.renamed(stands.edits) == {"family": "kin", "trust": "kin"}


BOOK = Codebook((Code("a", "P"), Code("b", "a"), Code("c")))


@pytest.mark.parametrize(
    ("edits", "codes"),
    [
        ([], [("a", "P"), ("b", "a"), ("c", "")]),
        ([CodeEdit("", Code("d", "c"))], [("a", "P"), ("b", "a"), ("c", ""), ("d", "c")]),
        ([CodeEdit("", Code("a", "other"))], [("a", "P"), ("b", "a"), ("c", "")]),  # there already
        ([CodeEdit("a", Code("x", "P"))], [("x", "P"), ("b", "x"), ("c", "")]),
        ([CodeEdit("a", None, "c")], [("b", "P"), ("c", "")]),
        ([CodeEdit("z", Code("y"))], [("a", "P"), ("b", "a"), ("c", "")]),
    ],
)
def test_the_coding_tree_after_edits(edits: list[CodeEdit], codes: list[tuple[str, str]]) -> None:
    assert [(code.name, code.theme) for code in decide.edited(BOOK, edits).codes] == codes
    assert decide.edited(decide.edited(BOOK, edits), edits) == decide.edited(BOOK, edits)


_ACTS = st.sampled_from(
    [
        {"act": Act.ACCEPT_THEME, "theme": "T1"},
        {"act": Act.MERGE_THEMES, "theme": "T1", "members": ("T2",)},
        {"act": Act.SPLIT_THEME, "theme": "T1", "members": ("u0", "u5"), "text": "Part"},
        {"act": Act.MOVE_UTTERANCES, "theme": "T3", "members": ("u1", "u6")},
        {"act": Act.MOVE_UTTERANCES, "theme": "", "members": ("u9",)},
        {"act": Act.GIVE_CODE, "utterance": "u3", "code": "trust"},
        {"act": Act.NO_CODE, "utterance": "u3"},
        {"act": Act.EDIT_CODE, "code": "trust", "details": (("name", "faith"),)},
        {"act": Act.UNDO},
    ]
)


@given(st.lists(_ACTS, max_size=12), st.integers(0, 10))
def test_one_by_one_is_all_at_once_and_no_utterance_is_in_two_themes(steps: list[dict[str, Any]], back: int) -> None:
    log = Log()
    state = decide.fold(log.entries, log.runs)
    for step in steps:
        undoable = [e.number for e in log.entries if e.act not in (Act.OPEN, Act.UNDO) and e.number not in state.undone]
        if step["act"] is Act.UNDO and not undoable:
            continue
        more = {"undoes": undoable[back % len(undoable)]} if step["act"] is Act.UNDO else {}
        entry: Entry = log.write(**step, **more)
        state = decide.apply(state, entry)
    whole = decide.fold(log.entries, log.runs)
    assert whole == state
    assert [(key, list(words)) for key, words in whole.said.items()] == [
        (key, list(words)) for key, words in state.said.items()
    ]
    everywhere = [member for theme in whole.themes.values() for member in theme.members]
    assert len(everywhere) == len(set(everywhere))
