"""The large run and the long log on which pages are timed, and the tables that come of it. Nothing here measures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from small_study import settings, study, tools

from pipeline import store
from pipeline.benchmark import pages
from pipeline.benchmark.case import open_case
from pipeline.benchmark.large_run import repeated, run_of
from pipeline.benchmark.many_decisions import CODERS, fill
from pipeline.benchmark.pages import Pages, Timed
from pipeline.benchmark.screens import DECISIONS, Work, screens
from pipeline.benchmark.sets import CodedSet
from pipeline.config import Config
from pipeline.records import Act, Entry, Result
from pipeline.review import queue
from pipeline.review.desk import Desk
from pipeline.stages import Tools

__all__ = ["settings", "study", "tools"]

TIMES = 3


@pytest.fixture(scope="module")
def made() -> dict[str, Result]:
    """The run, once it was made."""
    return {}


@pytest.fixture
def small(settings: Callable[..., Config], tools: Tools, made: dict[str, Result]) -> Result:
    if "small" not in made:
        config = settings()
        made["small"] = run_of(open_case(CodedSet("Wards", config.study), config, tools))
    return made["small"]


@pytest.fixture
def large(small: Result) -> Result:
    return repeated(small, (TIMES - 1) * len(small.utterances) + 1)


def log_of(result: Result, folder: Path, n: int) -> tuple[tuple[Entry, ...], Desk]:
    log = store.DecisionLog(folder / store.LOG, lambda: "2026-02-03T10:00:00")
    fill(Desk(result, log, log.last), n)
    return log.since(), Desk(result, log, lambda: "2026-02-03T11:00:00")


def test_a_repeated_run_is_one_run_of_many_documents(small: Result, large: Result) -> None:
    n = len(small.utterances)
    assert len(large.utterances) == TIMES * n
    assert large.utterances[:n] == small.utterances
    assert len({utterance.id for utterance in large.utterances}) == TIMES * n
    texts = {document.id: document.text for document in large.corpus.documents}
    assert len(texts) == TIMES * len(small.corpus.documents)
    assert all(texts[u.document][u.start : u.end] == u.text for u in large.utterances)
    assert {turn.document for turn in large.corpus.turns} == set(texts)
    people = {u.person for u in small.utterances}
    assert len({u.person for u in large.utterances}) == TIMES * len(people)


def test_every_part_of_a_repeated_run_has_a_row_for_each_utterance(small: Result, large: Result) -> None:
    n, placement, suggestions = len(small.utterances), large.clusters.placement, large.suggestions
    rows = [*(getattr(large.vectors, name) for name in ("plain", "own", "mixed", "question")), large.clusters.xy]
    rows += [placement.theme, placement.nearest, placement.second, placement.membership, placement.set_aside]
    assert {len(each) for each in rows} == {TIMES * n}
    assert np.allclose(np.linalg.norm(large.vectors.own, axis=1), 1, atol=1e-5)
    assert large.table.values.shape[1] == large.table.worked.shape[1] == TIMES * n
    assert large.table.values.sum() == TIMES * small.table.values.sum()
    assert len(large.codings.items) == TIMES * len(small.codings.items)
    assert suggestions is not None
    assert {len(getattr(suggestions, name)) for name in ("ranked", "scores", "chosen", "fold", "no_code")} == {
        TIMES * n
    }
    placed = Counter(placement.theme[placement.theme >= 0].tolist())
    assert [placed[number] for number in range(len(large.themes))] == [theme.size for theme in large.themes]
    assert [sum(k for _, k in theme.people) for theme in large.themes] == [theme.size for theme in large.themes]
    assert dict(large.manifest.counts)["utterances"] == TIMES * n
    assert dict(large.manifest.counts)["codes"] == len(small.codebook.codes)


def test_examples_and_reading_order_stay_within_their_copy(small: Result, large: Result) -> None:
    n, examples = len(small.utterances), large.explanations.examples if large.explanations else None
    assert examples is not None
    copy = np.repeat(np.arange(TIMES), n)[:, None, None]
    assert ((examples < 0) | (examples // n == copy)).all()
    rows = [item.utterance for item in large.triage.items]
    assert len(rows) == len(set(rows)) == TIMES * len(small.triage.items)
    assert Counter(row % n for row in rows) == Counter({item.utterance: TIMES for item in small.triage.items})
    assert large.triage.n_unread == TIMES * small.triage.n_unread


def test_a_run_that_is_large_enough_is_not_repeated(small: Result) -> None:
    same = repeated(small, len(small.utterances))
    assert same.utterances == small.utterances
    assert np.allclose(same.vectors.own, small.vectors.own, atol=1e-6)


def test_the_log_is_what_two_coders_leave(large: Result, tmp_path: Path) -> None:
    entries, desk = log_of(large, tmp_path, 400)
    acts, state = Counter(entry.act for entry in entries), desk.state
    assert len(entries) in (400, 401)
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
    assert state.coders == CODERS
    assert {Act.PLAN, Act.DECOYS, Act.ACCEPT_CODE, Act.REJECT_CODE, Act.GIVE_CODE, Act.NO_CODE, Act.UNDO} <= set(acts)
    assert {Act.ACCEPT_THEME, Act.SPLIT_THEME, Act.MOVE_UTTERANCES, Act.MEMO, Act.NEW_CODE, Act.SETTLE} <= set(acts)
    assert len(state.plan.everybody) == round(0.2 * (len(large.utterances) - len(queue.by_two_in_files(desk))))
    assert not state.plan.blind
    assert all(entry.run == desk.run for entry in entries)
    assert all(desk.utterance(e.utterance).start == e.start for e in entries if e.utterance)
    assert len(state.undone) == acts[Act.UNDO]
    both = [id_ for id_, words in state.said.items() if len(words) == 2]
    assert set(both) <= state.plan.everybody | set(state.settled)


def test_the_log_is_the_same_every_time(large: Result, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    assert log_of(large, tmp_path, 200)[0] == log_of(large, tmp_path / "again", 200)[0]


def test_every_screen_and_decision_has_its_row(large: Result, tmp_path: Path) -> None:
    found = pages.measured(large, 150, 1)
    assert found.utterances == len(large.utterances)
    assert found.documents == len(large.corpus.documents)
    names = [name for name, _ in screens(Work(log_of(large, tmp_path, 150)[1], CODERS[0]))]
    assert [each.name for each in found.pages] == names
    assert [each.name for each in found.decisions] == [name for name, _ in DECISIONS]
    assert all(len(each.first) == len(each.others) == 1 and each.kb > 0 for each in found.decisions)
    table = [line for line in pages.lines(found) if line.startswith("| ") and not line.startswith("| ---")]
    assert len(table) == len(names) + len(DECISIONS) + 2
    assert f"a log of {found.entries:,} entries" in pages.lines(found)[0]


def test_the_slowest_page_is_judged_by_its_median() -> None:
    quick, slow = Timed("map", (10.0, 11.0, 900.0), (1.0,), 1), Timed("undo", (120.0, 99.0, 130.0), (1.0,), 1)
    found = Pages(10_000, 9, 5000, 1.0, (quick,), (slow,))
    assert found.slowest is slow
    assert pages.lines(found)[3:5] == [
        "| page, right after a decision | median, ms | worst, ms | again, ms | kB |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
