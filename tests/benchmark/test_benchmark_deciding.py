from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from pipeline.benchmark import analyst, deciding, targets
from pipeline.benchmark.analyst import Work
from pipeline.benchmark.scores import Hits
from pipeline.codebook import by_definition
from pipeline.records import CodingTable


@pytest.fixture(scope="module")
def found(study) -> deciding.Deciding:
    return deciding.deciding(study)


def test_an_analyst_reads_whole_documents_and_is_scored_on_the_others(study):
    of = np.array([utterance.document for utterance in study.utterances])
    drawn = [analyst.analyst_of(study, number) for number in range(4)]
    for number, each in enumerate(drawn):
        read = set(of[each.reads])
        assert len(each.reads) == 60  # three of six documents with 20 utterances each
        assert not read & set(of[each.scored])
        assert (each.truth == study.table.values[number % 2]).all()  # Ann and Ben take turns
        assert (each.scored == (study.table.values[number % 2].any(axis=1) & ~np.isin(of, sorted(read)))).all()
    assert len({tuple(each.reads) for each in drawn}) > 1


def test_who_worked_on_some_documents_only_reads_and_is_scored_there(study):
    worked = study.table.worked.copy()
    values = study.table.values.copy()
    worked[:, 60:], values[:, 60:] = False, False
    table = dataclasses.replace(study.table, worked=worked, values=values)
    each = analyst.analyst_of(dataclasses.replace(study, table=table), 0)
    assert len(each.reads) == 40
    assert each.scored.sum() == 16
    assert each.reads.max() < 60
    assert not each.scored[60:].any()


def test_answers_count_what_was_shown_and_note_what_was_refused(study):
    each = analyst.analyst_of(study, 0)
    batch = each.reads[:5]  # the fifth of every document carries no code
    truth = each.truth[batch]
    shown = by_definition(study.evidence)
    ranked = shown.ranked.copy()
    ranked[batch] = -1
    first, other = int(truth[0].argmax()), int((~truth[1]).argmax())
    ranked[batch[0], 0], ranked[batch[1], 0] = first, other
    now = dataclasses.replace(shown, ranked=ranked)
    nothing = dataclasses.replace(shown, ranked=np.full_like(ranked, -1))
    refused = np.zeros_like(each.truth)
    work = analyst.answer(each, batch, now, nothing, refused)
    assert work == Work(decisions=5, coded=4, shown=1, by_hand=3, by_definition=4)
    assert np.argwhere(refused).tolist() == [[batch[1], other]]


def test_sessions_start_at_the_definitions_and_learn(study, found):
    for number, session in enumerate(found.offered):
        each = analyst.analyst_of(study, number)
        assert [point.decisions for point in session.points] == [0, 50, 60]  # there are not more to decide on
        start, last = session.points[0], session.points[-1]
        assert start.plain == Hits(None, None, None, 0)
        assert start.work is None
        assert start.met == 0.0
        assert last.work.decisions == 10
        assert last.hits.units == start.hits.units == each.scored.sum()
        assert session.points[1].hits.top1 >= start.hits.top1
        table = CodingTable(("Ann",), study.table.codes, each.truth[None], each.scored[None])
        right = by_definition(study.evidence).ranked[each.scored, 0]
        assert start.hits.top1 == pytest.approx(table.values[0, each.scored, :][np.arange(len(right)), right].mean())
        assert last.met == 1.0
    assert found.read == (60, 60, 60, 60)
    assert [point.decisions for point in found.drawn[0].points] == [0, 50, 60]


def test_every_utterance_of_the_half_is_offered_once(study):
    each = analyst.analyst_of(study, 1)
    done, refused = deciding._nothing(each)
    now = deciding._learned(each, done, refused)
    order = deciding._offered(each, now, done)
    assert sorted(order.tolist()) == each.reads.tolist()
    done[order[:20]] = True
    rest = deciding._offered(each, deciding._learned(each, done, refused), done)
    assert sorted(rest.tolist()) == sorted(order[20:].tolist())


def test_reading_ends_when_the_codes_were_met(study, found):
    each = analyst.analyst_of(study, 0)
    assert deciding._until(each, each.reads[:5]) is None
    in_text = deciding._until(each, each.reads)
    uses = np.cumsum(each.truth[each.reads], axis=0)
    assert in_text == 1 + int(np.flatnonzero((uses >= 3).all(axis=1))[0])
    assert all(12 <= session.until <= 60 for session in found.offered)
    assert all(12 <= chance <= 60 for chance in found.by_chance)


def test_figures_of_all_draws(found):
    point = found.offered[0].points[0]

    def session(top1: float, by_hand: int, by_definition: int, until: int | None) -> deciding.Session:
        last = dataclasses.replace(
            point, decisions=200, hits=Hits(top1, None, None, 9), work=Work(50, 40, 30, by_hand, by_definition)
        )
        return deciding.Session((dataclasses.replace(point, hits=Hits(0.25, None, None, 9)), last), until)

    two = deciding.Deciding(
        (session(0.5, 4, 16, 50), session(0.35, 10, 0, None)), found.drawn[:2], (60, None), (100, 100), (300, 300)
    )
    assert two.gains("top1") == pytest.approx([0.25, 0.1])
    assert two.gains("kappa") == []
    assert two.spared() == [0.75]
    assert two.sooner() == [0.5]
    judge = targets._decided(lambda d: d.gains("top1"))
    verdict = judge(type("Set", (), {"decided": two}))
    assert verdict == targets.Verdict("+0.175 [0.100 to 0.250]", True)
    assert judge(type("Set", (), {"decided": None})) == targets.Verdict("–")
    assert targets._decided(lambda _: [0.0004, -0.0001])(type("Set", (), {"decided": two})).met is False


def test_lines_name_both_orders(found):
    text = deciding.lines(found)
    assert text[2].startswith("| none (definitions alone) | ")
    assert [line.split(" |")[0] for line in text[3:7]] == [
        "| 50 in the review's order", "| 60 in the review's order", "| 50 in random order", "| 60 in random order",
    ]  # fmt: skip
    assert text[-2].startswith("| learned anew every 50 | ")
    assert text[-2].endswith(" | 60 |")
    assert deciding.lines(None) == []


def test_nothing_to_decide_on_is_not_measured(study):
    nobody = dataclasses.replace(study.table, values=np.zeros_like(study.table.values))
    assert deciding.deciding(dataclasses.replace(study, table=nobody)) is None
    none = CodingTable((), study.table.codes, study.table.values[:0], study.table.worked[:0])
    assert deciding.deciding(dataclasses.replace(study, table=none)) is None
