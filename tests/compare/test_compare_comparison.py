"""The whole comparison: who is compared over what, the guard on held-out suggestions, and studies with gaps."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from pipeline.compare import Beside, compare
from pipeline.config import CompareConfig
from pipeline.errors import StageError
from pipeline.records import Coding, CodingTable, Comparison

CONFIG = CompareConfig(rotations=10, draws=4, bootstrap=60, min_positives=5)
CODES = ["trust", "time", "money", "travel"]
PARENTS = {"trust": "relations", "time": "means", "money": "means"}


@pytest.fixture
def make_study(make_utterances, make_placement, make_table, make_suggestions):
    """Arguments of compare for an invented study in which machine and second coder often agree with the first."""

    def build(n_documents=6, length=20, coders=2, seed=1):
        rng = np.random.default_rng(seed)
        n = n_documents * length
        documents = [f"d{k:02}" for k in range(n_documents) for _ in range(length)]
        truth = rng.integers(0, 4, n)

        def said(share: float) -> np.ndarray:
            return np.where(rng.random(n) < share, truth, rng.integers(0, 4, n))

        given = {name: [[CODES[k]] for k in said(0.8)] for name in ("Ada", "Ben", "Eve")[:coders]}
        guess = said(0.7)
        probabilities = np.full((n, 4), 0.1)
        probabilities[np.arange(n), guess] = 0.7
        zero_shot = rng.random((n, 4))
        fold = np.repeat(np.arange(n_documents), length)
        return {
            "utterances": make_utterances(
                documents, sites=[f"site {k % 2}" for k in fold], blocks=[i % length // 5 for i in range(n)]
            ),
            "placement": make_placement(np.where(rng.random(n) < 0.2, -1, said(0.6))),
            "theme_ids": ("T1", "T2", "T3", "T4"),
            "table": make_table(given, CODES),
            "held_out": make_suggestions(probabilities, CODES, fold),
            "definitions": make_suggestions(zero_shot, CODES, [-1] * n, calibrated=False),
            "groupings": {"KMeans of the vectors": rng.integers(0, 5, n).astype(np.int32)},
            "parents": PARENTS,
            "config": CONFIG,
        }

    return build


def _by_names(rows) -> dict[tuple[str, str], object]:
    return {(row.first, row.second): row for row in rows}


def test_machine_person_and_baselines_stand_over_the_right_utterances(make_study) -> None:
    found = compare(**make_study())
    assert list(_by_names(found.agreements)) == [("Ada", "machine"), ("Ben", "machine"), ("consensus", "machine")]
    assert [(row.first, row.second) for row in found.human] == [("Ada", "Ben"), ("Ada", "machine"), ("Ben", "machine")]
    names = ("most frequent code", "nearest definition", "candidate themes, mapped", "random themes, mapped")
    assert list(_by_names(found.baselines)) == [(who, name) for who in ("Ada", "Ben", "consensus") for name in names]
    rows = [row for row in (*found.agreements, *found.human, *found.baselines) if row.first != "consensus"]
    assert {(row.n_units, row.n_documents) for row in rows} == {(120, 6)}
    assert found.n_coded == 120
    assert found.reason == ""


def test_figures_of_the_machine_by_hand(make_study) -> None:
    from sklearn.metrics import cohen_kappa_score

    study = make_study()
    row = compare(**study).agreements[0]
    reference = study["table"].values[0].argmax(axis=1)
    guess = study["held_out"].ranked[:, 0]
    assert row.top1.value == pytest.approx((reference == guess).mean())
    kappas = [cohen_kappa_score(reference == j, guess == j) for j in range(4)]
    assert [code.kappa for code in row.codes] == pytest.approx(kappas)
    assert row.macro_kappa.value == pytest.approx(np.mean(kappas))
    assert row.ece.value == pytest.approx(abs(0.7 - row.top1.value), abs=1e-6)
    assert row.macro_kappa.low < row.macro_kappa.value < row.macro_kappa.high
    first = row.codes[0]
    hits = ((reference == 0) & (guess == 0)).sum()
    assert (first.n_first, first.n_second) == ((reference == 0).sum(), (guess == 0).sum())
    assert (first.precision, first.recall) == pytest.approx((hits / first.n_second, hits / first.n_first))


def test_machine_beats_the_baselines_and_people_beat_the_machine(make_study) -> None:
    found = compare(**make_study())
    machine, human = found.agreements[0].macro_kappa.value, found.human[0].macro_kappa.value
    often, nearest = (row.macro_kappa.value for row in found.baselines[:2])
    assert human > machine > 0.3 > max(often, nearest)
    assert found.human[0].top1.value is None
    assert found.human[0].top1.reason == "a person's codes have no order"
    assert found.baselines[1].ece.reason == "the evidence does not allow probabilities"


def test_sites_have_their_own_figures_and_top1_where_kappa_is_undefined(make_study) -> None:
    study = make_study()
    sites = dict(compare(**study).agreements[0].sites)
    assert list(sites) == ["site 0", "site 1"]
    assert all(each.n == 60 and each.value > 0.3 for each in sites.values())
    study["config"] = replace(CONFIG, min_positives=40)
    sites = dict(compare(**study).agreements[0].sites)
    here = np.array([u.site == "site 0" for u in study["utterances"]])
    hits = study["table"].values[0].argmax(axis=1) == study["held_out"].ranked[:, 0]
    assert sites["site 0"].value == pytest.approx(hits[here].mean())
    assert sites["site 0"].reason.startswith("share of first suggestions that are right")


def test_human_pair_counts_utterances_coded_by_either_where_both_worked(make_study, make_table) -> None:
    study = make_study(coders=1)
    given = {
        "Ada": [["trust"]] * 40 + [[]] * 20 + [None] * 20 + [[]] * 40,
        "Ben": [["trust"]] * 20 + [[]] * 20 + [["time"]] * 40 + [[]] * 40,
    }
    study["table"] = make_table(given, CODES)
    found = compare(**study)
    assert {row.n_units for row in found.human} == {60}
    assert [(row.first, row.n_units) for row in found.agreements] == [("Ada", 40), ("Ben", 60), ("consensus", 20)]
    trust = found.human[0].codes[0]
    assert (trust.code, trust.n_first, trust.n_second, trust.precision, trust.recall) == ("trust", 40, 20, 1.0, 0.5)


def test_most_frequent_code_is_learned_from_the_other_folds(make_study, make_table) -> None:
    """Ada gives trust in three documents and time in the three others: the other folds always point the wrong way."""
    study = make_study(coders=1)
    study["table"] = make_table({"Ada": [["trust"]] * 60 + [["time"]] * 60}, CODES)
    found = compare(**study).baselines[0]
    assert found.second == "most frequent code"
    assert found.top1.value == 0
    assert found.top3.value == 1


def test_suggestions_that_learned_from_part_of_a_document_are_refused(make_study) -> None:
    study = make_study()
    fold = study["held_out"].fold.copy()
    fold[5] = -1
    study["held_out"] = replace(study["held_out"], fold=fold)
    with pytest.raises(StageError, match="d00: suggestions would be scored on a document that they learned from"):
        compare(**study)


def test_documents_cut_by_the_folds_are_refused(make_study) -> None:
    study = make_study()
    study["held_out"] = replace(study["held_out"], fold=(np.arange(120) % 5).astype(np.int32))
    with pytest.raises(StageError, match="learned from"):
        compare(**study)


def test_documents_that_were_never_left_out_are_not_scored(make_study) -> None:
    study = make_study()
    fold = study["held_out"].fold.copy()
    fold[fold == 2] = -1
    study["held_out"] = replace(study["held_out"], fold=fold)
    found = compare(**study)
    assert {(row.n_units, row.n_documents) for row in found.agreements[:2]} == {(100, 5)}
    assert [(row.first, row.second) for row in found.human] == [("Ada", "Ben")]


def test_without_any_fold_the_machine_is_not_scored_and_it_says_so(make_study) -> None:
    study = make_study()
    study["held_out"] = replace(study["held_out"], fold=np.full(120, -1, np.int32))
    found = compare(**study)
    assert found.agreements == ()
    assert "not scored" in found.reason
    assert found.effort.reason == "the order rests on the definitions alone"


def test_random_suggestions_and_themes_score_about_zero(make_study, make_placement, make_suggestions) -> None:
    study = make_study(n_documents=24, length=30)
    rng = np.random.default_rng(4)
    study["placement"] = make_placement(rng.integers(0, 4, 720))
    study["held_out"] = make_suggestions(rng.random((720, 4)), CODES, study["held_out"].fold)
    found = compare(**study)
    assert found.structure[0].excess.value == pytest.approx(0, abs=0.015)
    assert found.agreements[0].macro_kappa.value == pytest.approx(0, abs=0.06)
    assert found.agreements[0].masi_alpha.value < 0.1


def test_structure_rows_are_ours_the_callers_and_those_that_read_no_word(make_study) -> None:
    found = compare(**make_study()).structure
    assert [row.name for row in found] == [
        "candidate themes",
        "KMeans of the vectors",
        "random groups of the same sizes",
        "blocks of 4 neighbours",
        "one group",
        "each document a group",
        "each speaker a group",
        "each guide question a group",
        "the codes themselves (ceiling)",
    ]
    rows = {row.name: row for row in found}
    assert rows["the codes themselves (ceiling)"].excess.value > rows["candidate themes"].excess.value > 0.1
    assert [rows[name].groups for name in ("one group", "each document a group")] == [1, 6]
    assert rows["each guide question a group"].groups == rows["blocks of 4 neighbours"].groups - 6 == 24
    assert rows["each document a group"].excess.value == 0
    assert rows["random groups of the same sizes"].placed == rows["candidate themes"].placed


def _shuffled(study, order: np.ndarray):
    def turned(record, names):
        return replace(record, **{name: getattr(record, name)[order] for name in names})

    table, placement = study["table"], study["placement"]
    suggestions = ("ranked", "probability", "scores", "probabilities", "fold", "chosen", "no_code")
    return {
        **study,
        "utterances": tuple(study["utterances"][i] for i in order),
        "placement": replace(
            turned(placement, ("theme", "nearest", "second", "membership")),
            set_aside=tuple(placement.set_aside[i] for i in order),
        ),
        "table": CodingTable(table.coders, table.codes, table.values[:, order], table.worked[:, order]),
        "held_out": turned(study["held_out"], suggestions),
        "definitions": turned(study["definitions"], suggestions),
        "groupings": {name: groups[order] for name, groups in study["groupings"].items()},
    }


def test_order_of_the_rows_changes_nothing(make_study) -> None:
    study = make_study(n_documents=22, length=10, coders=3)
    names = [f"d{k:02}" for k in range(22)]
    codings = [Coding(name, 0, 9, "Ada", "trust", f"2026-01-{k + 1:02}") for k, name in enumerate(names)]
    study["beside"] = Beside({}, {name: (("wave", str(k % 3)),) for k, name in enumerate(names)}, codings)
    order = np.random.default_rng(6).permutation(220)
    plain, turned = compare(**study), compare(**_shuffled(study, order))
    assert len(plain.drift) == 3
    assert [(row.attribute, row.value) for row in plain.by_attribute] == [
        ("site", "site 0"),
        ("site", "site 1"),
        ("wave", "0"),
        ("wave", "1"),
        ("wave", "2"),
    ]
    assert all(row.kappa.value > 0.2 and row.top1.n == 3 * row.n_utterances for row in plain.by_attribute)
    back = tuple(replace(each, utterance=int(order[each.utterance])) for each in turned.disagreements)
    assert replace(turned, disagreements=back) == plain
    assert compare(**study) == plain


def test_suggested_codes_that_nobody_used_can_only_be_wrong(make_study, make_suggestions) -> None:
    study = make_study(coders=1)
    codes = ["new code", *CODES]
    probabilities = np.full((120, 5), 0.01)
    probabilities[:, 0] = 0.9
    study["held_out"] = make_suggestions(probabilities, codes, study["held_out"].fold)
    row = compare(**study).agreements[0]
    assert row.top1.value == 0
    assert next(code for code in row.codes if code.code == "new code").n_second == 120


def test_no_codings_leave_the_sites(make_study) -> None:
    study = make_study()
    n = len(study["utterances"])
    nobody = CodingTable((), (), np.zeros((0, n, 0), bool), np.zeros((0, n), bool))
    for table in (nobody, CodingTable((), tuple(CODES), np.zeros((0, n, 4), bool), np.zeros((0, n), bool))):
        found = compare(**{**study, "table": table, "held_out": None})
        placed = [int((study["placement"].theme.reshape(6, 20)[k::2] >= 0).sum()) for k in (0, 1)]
        rows = [(row.attribute, row.value, row.n_documents, row.n_utterances, row.placed) for row in found.by_attribute]
        assert rows == [("site", "site 0", 3, 60, placed[0]), ("site", "site 1", 3, 60, placed[1])]
        assert {row.kappa.reason for row in found.by_attribute} == {"the machine is not scored"}
        assert replace(found, by_attribute=()) == Comparison(
            placed_by_site=(("site 0", placed[0], 60), ("site 1", placed[1], 60)), reason="no codings were given"
        )


def test_codings_that_touch_nothing_say_so(make_study, make_table) -> None:
    study = make_study()
    found = compare(**{**study, "table": make_table({"Ada": [[]] * 120}, CODES)})
    assert found.reason == "no coding touches an utterance"
    assert found.structure == ()


def test_no_utterances_at_all(make_study, make_placement) -> None:
    empty = CodingTable((), (), np.zeros((0, 0, 0), bool), np.zeros((0, 0), bool))
    study = {**make_study(), "utterances": (), "placement": make_placement([]), "theme_ids": (), "table": empty}
    found = compare(**{**study, "held_out": None, "definitions": None, "groupings": {}})
    assert found == Comparison(reason="no codings were given")


@pytest.mark.parametrize("missing", [(), ("held_out",), ("definitions",), ("held_out", "definitions")])
@pytest.mark.parametrize("n_documents", [1, 2])
def test_few_documents_with_and_without_suggestions(make_study, n_documents: int, missing: tuple[str, ...]) -> None:
    study = {**make_study(n_documents=n_documents), **dict.fromkeys(missing)}
    found = compare(**study)
    assert len(found.agreements) == (0 if "held_out" in missing else 3)
    assert found.human[0].n_documents == n_documents
    assert (found.structure[0].excess.low is None) == (n_documents == 1)
    assert (found.effort.suggested is None) == (len(missing) == 2)
    assert all(each.f1 is None for each in found.found) == (n_documents == 1)


def test_everything_set_aside_one_code_and_an_idle_coder(make_study, make_placement, make_table) -> None:
    study = make_study()
    study["placement"] = make_placement([-1] * 120)
    study["theme_ids"] = ()
    study["table"] = make_table({"Ada": [["trust"]] * 120, "Idle": [None] * 120}, CODES)
    found = compare(**study)
    assert found.structure[0].reason == "no coded utterance is in a group"
    assert [row.first for row in found.agreements] == ["Ada"]
    assert (found.agreements[0].macro_kappa.value, found.agreements[0].macro_kappa.n) == (0, 120)
    assert found.agreements[0].codes[0].precision == 1
    assert found.human == ()
    assert [(each.name, each.found) for each in found.found] == [("relations", False)]
    assert all(placed == 0 for _, placed, _ in found.placed_by_site)


@pytest.mark.parametrize("field", ["groupings", "placement", "table", "held_out"])
def test_arrays_of_another_study_are_refused(make_study, field: str) -> None:
    study, other = make_study(), make_study(n_documents=5)
    with pytest.raises(StageError, match="for each of 120 utterances"):
        compare(**{**study, field: other[field]})


def test_a_theme_without_an_id_is_refused(make_study) -> None:
    with pytest.raises(StageError, match="theme 3 of 3"):
        compare(**{**make_study(), "theme_ids": ("T1", "T2", "T3")})


def test_importing_the_room_loads_nothing_heavy() -> None:
    code = "import sys, pipeline.compare; print([m for m in ('sklearn', 'scipy', 'nltk', 'torch') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_suggestions_without_any_code(make_study) -> None:
    study = make_study()
    none = np.zeros((120, 0), np.float32)
    ranked = none.astype(np.int32)
    study["held_out"] = replace(
        study["held_out"], codes=(), ranked=ranked, probability=none, scores=none, probabilities=none, chosen=none > 0
    )
    found = compare(**study)
    assert found.agreements[0].top1.value is None
    assert found.agreements[0].macro_kappa.value == 0
    assert {each.kind for each in found.disagreements} == {"coder against coder"}
    assert found.effort.suggested is not None


def test_further_baselines_stand_under_their_names_beside_the_machine(make_study, make_suggestions) -> None:
    study = make_study()
    held_out = study["held_out"]
    study["beside"] = Beside(baselines={"prototypes": held_out, "noise": _noise(make_suggestions, held_out.fold)})
    rows = _by_names(compare(**study).baselines)
    assert [name for who, name in rows if who == "Ada"][2:4] == ["prototypes", "noise"]
    machine = compare(**study).agreements[0]
    assert replace(rows["Ada", "prototypes"], second="machine") == machine
    assert rows["Ada", "noise"].macro_kappa.value == pytest.approx(0, abs=0.15)


def test_a_baseline_that_learned_from_a_scored_document_is_refused(make_study, make_suggestions) -> None:
    study = make_study()
    fold = study["held_out"].fold
    study["beside"] = Beside(baselines={"cheat": _noise(make_suggestions, np.where(fold == 1, -1, fold))})
    with pytest.raises(StageError, match="d01: suggestions would be scored on a document that they learned from"):
        compare(**study)


def _noise(make_suggestions, fold):
    return make_suggestions(np.random.default_rng(9).random((len(fold), 4)), CODES, fold)
