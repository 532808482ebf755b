"""The run on the table: what it knows, what it takes in from other processes, what stands now."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pipeline import store
from pipeline.errors import ConflictError, UsageError
from pipeline.records import Act, Code, Entry
from pipeline.review.coded import coded_now
from pipeline.review.context import context_of
from pipeline.review.desk import Desk, open_desk, seen_run


def test_opening_writes_one_entry_and_opening_again_none(run_folder: Path, clock: Callable[[], str]) -> None:
    for _ in range(2):
        desk = open_desk(run_folder, clock)
        assert [entry.act for entry in desk.log.since()] == [Act.OPEN]
        desk.log.close()


def test_the_log_remembers_what_the_run_offered(desk: Desk) -> None:
    seen = desk.log.runs()[desk.run]
    assert seen == seen_run(desk.result)
    placed = int((desk.result.clusters.placement.theme >= 0).sum())
    assert sum(len(theme.members) for theme in seen.themes) == placed
    assert {theme.id for theme in seen.themes} == set(desk.state.themes)


def test_a_run_is_known_by_its_inputs_and_settings(desk: Desk) -> None:
    manifest = desk.result.manifest
    later = dataclasses.replace(manifest, started="2030-01-01", stages=())
    assert store.run_id(later) == store.run_id(manifest)
    for change in ({"config_sha256": "0"}, {"model_sha256": "1"}, {"inputs": manifest.inputs[1:]}):
        assert store.run_id(dataclasses.replace(manifest, **change)) != store.run_id(manifest)


def test_two_processes_see_what_the_other_says(desk: Desk, run_folder: Path, clock: Callable[[], str]) -> None:
    with store.DecisionLog(run_folder / store.LOG, clock) as log:
        other = Desk(store.load(run_folder), log, clock)
        seen = desk.state.last
        other.say(Entry(Act.ACCEPT_THEME, "Ben", "", theme="T1"), seen)
        assert desk.state.themes["T1"].verdicts[0][0] == "Ben"
        with pytest.raises(ConflictError, match="Ben"):
            desk.say(Entry(Act.REJECT_THEME, "Ann", "", theme="T1"), seen)
        desk.say(Entry(Act.REJECT_THEME, "Ann", "", theme="T2"), seen)  # another theme is no conflict
    assert desk.state.themes["T1"].verdict == desk.state.themes["T1"].verdicts[0][1]


def test_what_belongs_together_is_written_together_or_not_at_all(desk: Desk) -> None:
    seen = desk.state.last
    desk.say(Entry(Act.NEW_CODE, "Ben", "", code="Doors"), seen)
    pair = (Entry(Act.TIE_THEME, "Ann", "", theme="T1", code="Doors"), Entry(Act.NEW_CODE, "Ann", "", code="Doors"))
    with pytest.raises(ConflictError):
        desk.say_all(pair, seen)
    assert desk.state.themes["T1"].code == ""


def test_an_unknown_utterance_is_refused_before_anything_is_written(desk: Desk) -> None:
    before = desk.log.last()
    with pytest.raises(UsageError, match="nowhere"):
        desk.say(Entry(Act.NO_CODE, "Ann", "", utterance="nowhere"), None)
    assert desk.log.last() == before


def test_the_place_of_an_utterance_is_written_with_the_decision(desk: Desk) -> None:
    where = desk.result.utterances[5]
    entry = desk.say(Entry(Act.NO_CODE, "Ann", "", utterance=where.id), None)
    assert (entry.document, entry.start, entry.end, entry.run) == (where.document, where.start, where.end, desk.run)


def test_what_stands_now_is_the_same_row_by_row_and_as_a_table(desk: Desk) -> None:
    ids = [utterance.id for utterance in desk.result.utterances]
    desk.say(Entry(Act.NO_CODE, "Ann", "", utterance=ids[0]), None)
    desk.say(Entry(Act.GIVE_CODE, "Cleo", "", utterance=ids[1], code="trust"), None)
    desk.say(Entry(Act.TAKE_CODE, "Ben", "", utterance=ids[2], code="trust"), None)
    desk.say(Entry(Act.EDIT_CODE, "Ann", "", code="family", details=(("name", "Kin"),)), None)
    desk.say(Entry(Act.DROP_CODE, "Ann", "", code="advice", text="tasks"), None)
    table = coded_now(desk)
    assert table.coders == ("Ann", "Ben", "Cleo")
    for c, coder in enumerate(table.coders):
        for row, id_ in enumerate(ids):
            named = {table.codes[j] for j in np.flatnonzero(table.values[c, row])}
            assert named == set(desk.codes_by(coder, id_)), (coder, id_)
    assert table.worked[2].sum() == 1


def test_decoys_are_no_codings(desk: Desk) -> None:
    id_ = desk.result.utterances[0].id
    desk.say(Entry(Act.DECOYS, "Ann", "", details=((id_, "relapse"),)), None)
    desk.say(Entry(Act.ACCEPT_CODE, "Cleo", "", utterance=id_, code="relapse"), None)
    assert not coded_now(desk).values[coded_now(desk).coders.index("Cleo")].any()


def test_context_shows_the_words_of_the_document(desk: Desk) -> None:
    for utterance in desk.result.utterances:
        context = context_of(desk, utterance.id)
        text = desk.documents[utterance.document].text
        assert context.lead + context.text + context.rest in text
        assert context.text == utterance.text
        assert all(talk.text in text for talk in (*context.before, *context.after))
        assert context.asked == "" or not any(talk.interviewer for talk in context.before)


def test_the_tree_is_that_of_the_study_and_the_review(desk: Desk) -> None:
    desk.say(Entry(Act.NEW_CODE, "Ann", "", code="Doors", details=(("theme", "Parent 1"),)), None)
    assert desk.codebook.codes == (*desk.result.codebook.codes, Code("Doors", "Parent 1"))
