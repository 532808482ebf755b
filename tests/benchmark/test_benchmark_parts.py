from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from pipeline.benchmark import ablation, case, coding, curve, hidden, learning, reading, report, structure, targets


def test_a_resample_keeps_nine_documents_in_ten_or_utterances(make_case):
    few, many = make_case(6).utterances, make_case(20).utterances
    kept = case.resample(few, 0)
    assert kept.sum() == round(0.9 * len(few))
    assert (kept != case.resample(few, 1)).any()
    rows = case.resample(many, 0)
    assert len({u.document for u, keep in zip(many, rows, strict=True) if keep}) == 18
    assert rows.sum() == 18 * 20
    assert (rows == case.resample(many[::-1], 0)[::-1]).all()


def test_a_large_set_is_cut_to_whole_documents(make_case, monkeypatch):
    whole = make_case()
    assert case.part_of(whole) is whole
    monkeypatch.setattr(case, "LARGE", 100)
    monkeypatch.setattr(case, "PART", 50)
    few = case.part_of(whole)
    assert len(few.utterances) == 40
    assert few.documents == 2
    assert few.part == "2 of 6 documents, 40 of 120 utterances"
    assert len(few.vectors.mixed) == 40
    assert few.table.codes == whole.table.codes


def test_structure_scores_every_grouping_by_the_same_rules(measured):
    found = measured.structure
    assert found.of(structure.OURS).rand == 1.0
    assert found.excess(structure.OURS) > 0.5 > abs(found.excess(structure.PEER))
    assert found.placed(structure.PEER) == pytest.approx(2 / 3, abs=0.02)
    assert found.found[structure.OURS] == [4]
    assert found.human == 4
    assert len(found.rows[structure.SINGLE]) == structure.SEEDS
    assert found.of(structure.PEER).came_back is not None
    assert found.of(structure.SINGLE).came_back is None
    text = "\n".join(structure.lines(found))
    assert "| candidate themes | " in text
    assert "the codes themselves (ceiling)" in text
    assert "question asked" not in text  # nobody asks here


def test_themes_come_back_fully_when_the_method_never_changes_its_mind(study):
    themes = np.array([int(u.clean.split()[0] == "trust") for u in study.utterances], np.int32)

    def again(utterances, _):
        return np.array([int(u.clean.split()[0] == "trust") for u in utterances], np.int32)

    assert structure.come_back(study, themes, again) == (1.0, 1.0)
    nothing = structure.come_back(study, themes, lambda u, _: np.full(len(u), -1, np.int32))
    assert nothing == (0.0, 0.0)
    assert structure.come_back(study, np.full(len(themes), -1, np.int32), again) == (None, None)


def test_the_curve_meets_others_at_their_share(measured):
    found = measured.curve
    assert [each.name for each in found.others] == [curve.LEAF, structure.PEER, structure.PEER_OURS]
    there = found.others[0]
    assert there.ours.placed >= there.placed  # equals in membership are kept together
    assert there.ours.excess > there.excess
    assert [point.placed for point in found.points] == sorted(point.placed for point in found.points)
    at = dataclasses.replace(there, excess=0.2, ours=dataclasses.replace(there.ours, excess=0.3))
    assert at.ratio == pytest.approx(1.5)
    assert dataclasses.replace(at, excess=-0.1).ratio is None
    assert dataclasses.replace(at, ours=None).ratio is None


def test_answers_count_what_carries_no_code(study):
    found = coding.answers(study)
    assert found.uncoded == 24
    assert found.area > 0.9
    assert found.people == 1.0
    assert found.covered is None  # six documents allow no conformal sets
    assert coding.answers(dataclasses.replace(study, held_out=None)) is None


def test_the_learning_curve_goes_from_nothing_to_everything(measured):
    found = measured.lessons
    assert [each.taught for each in found] == [
        "nothing", "1 document", "2 documents", "4 documents", "25 utterances", "50 utterances", "all documents",
    ]  # fmt: skip
    assert found[0].blend == found[0].definitions
    assert found[0].learning.top1 is None
    assert found[1].blend.units < found[0].blend.units  # what was learned from is not scored
    assert found[-1].learning.top1 > 0.8
    short = learning.Lesson("", found[0].blend, found[0].blend, dataclasses.replace(found[0].blend, top1=1.5))
    assert short.short("top1") == pytest.approx(1.5 - found[0].blend.top1)
    assert short.short("top3") == 0
    assert "▼" in learning.lines([short])[2]
    assert "▼" not in learning.lines([found[0]])[2]


def test_a_hidden_code_comes_back(study, monkeypatch):
    monkeypatch.setattr(hidden, "fits_no_code", lambda table, *_: ~table.coded)
    found = hidden.hidden_test(study)
    assert {each.code for each in found.codes} == set(study.table.codes)
    assert [each.uses for each in found.codes] == sorted((each.uses for each in found.codes), reverse=True)
    assert sum(each.uses for each in found.codes) == study.table.by_anyone.sum()
    assert all(each.kappa > 0.8 for each in found.codes)
    # the utterances that carried nothing else: one code fewer, unless the other coder gave another
    assert all(each.uses - 6 <= each.open_uses <= each.uses for each in found.codes)
    assert all(each.n_open == 24 + each.open_uses for each in found.codes)
    assert found.recovered == found.recovered_agreed == found.recovered_possible == 1.0
    assert all(each.alone == each.open_uses and each.possible for each in found.codes)
    assert found.chance < 0.7
    assert found.false_run == 0
    back = found.codes[0].recovery
    assert f"{back.n} from {back.people} people" in "\n".join(hidden.lines(found))


def test_nothing_is_brought_back_where_everything_fits_a_code(study, monkeypatch):
    monkeypatch.setattr(hidden, "fits_no_code", lambda table, *_: np.zeros_like(table.coded))
    found = hidden.hidden_test(study)
    assert found.recovered == 0.0
    assert found.codes[0].recovery.f1 is None


def test_false_no_code_counts_what_carries_a_code():
    nothing = hidden.HiddenTest((), 0, 0, 0, 0, 0)
    assert nothing.false_share is None
    assert nothing.recovered is None
    assert hidden.HiddenTest((), 1, 4, 2, 6, 9).false_share == pytest.approx(0.3)


def test_reading_is_simulated_to_the_end_and_every_utterance_is_read_once(study, measured):
    found = measured.lived
    assert found.total == study.table.coded.sum() == 96
    assert found.codes == 4
    assert 12 <= found.suggested <= 96
    rows = np.flatnonzero(study.table.coded)
    order = reading._lived(study, rows, np.ones(4, np.bool_))
    assert sorted(order.tolist()) == list(range(96))


def test_ablations_change_one_part_each(study, measured):
    themes, suggestions = measured.themes, measured.suggestions
    assert themes[0].part == suggestions[0].part == ablation.WHOLE
    assert themes[0].groups == len(study.clusters.cohesion)
    everything = next(each for each in themes if each.part == "everything placed")
    assert everything.came_back is not None
    assert themes[0].excess == curve.ours_at(study, 0.8)[0].excess
    assert suggestions[0].hits == measured.lessons[-1].blend
    assert "without neighbours" not in {each.part for each in themes}  # nobody asks here, so none are mixed in
    asked = dataclasses.replace(study, utterances=tuple(dataclasses.replace(u, block=1) for u in study.utterances))
    variants = dict(ablation._themes_variants(asked))
    assert variants["without neighbours"].embed.neighbour_weight == 0
    for config in variants.values():
        changed = [config.embed != study.config.embed, config.cluster != study.config.cluster]
        assert sum(changed) <= 1


def test_targets_are_judged_in_the_digits_shown(measured, said):
    figures = measured
    assert [line.rpartition(": ")[2] for line in said] == [
        "structure", "placed share", "learning curve", "hidden codes", "reading", "decisions", "ablations",
    ]  # fmt: skip
    verdicts = {title: judge(figures) for title, judge in targets.TARGETS}
    assert verdicts["excess above BERTopic's: .03 or more"].met is True
    assert verdicts["same themes from another order of utterances (adjusted Rand 1)"] == targets.Verdict("1.000", True)
    assert verdicts["themes: 5 or more from 500 utterances"].met is None  # there are fewer
    assert verdicts["ECE at most .05 where 500 utterances are coded"].met is None
    share = figures.hidden.recovered_agreed
    assert verdicts["hidden codes brought back, where people agree on them: 85%"] == targets.Verdict(
        f"{share:.0%} (chance {figures.hidden.chance:.0%})", share >= 0.85
    )
    everything_coded = dataclasses.replace(figures.hidden, uncoded=0)
    assert targets._recovered(dataclasses.replace(figures, hidden=everything_coded)).met is None
    assert targets._least(0.0297, 0.03) == targets.Verdict("0.030", True)
    assert targets._least(-0.001, 0.0, sign=True) == targets.Verdict("-0.001", False)
    assert targets._least(None, 0.0) == targets.Verdict("–")
    text = "\n".join([*targets.lines([figures]), *report.set_lines(figures)])
    titles = ["Structure", "Excess against the share placed", "Coding, held out by document", "Learning curve"]
    for title in [*titles, "Hidden codes", "Reading", "Decisions", "Without each part"]:
        assert f"### {title}\n" in text
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert all(line.endswith(" |") for line in tables)
