"""What a run says beyond its themes: groups, reasons, what no code fits, what to read next, a second wave."""

from __future__ import annotations

import csv
import dataclasses

import numpy as np
import pytest

from pipeline import revisit, run
from pipeline.coded import fits_no_code
from pipeline.records import CodingTable, Suggestions
from pipeline.watch import Watch

STRIKE = "the drivers are on strike since monday, so no bus and no visitor came, and the bread was late again"


def steady():
    return Watch(lambda: 0.0)


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_theme_stands_in_one_group_and_groups_add_up(settings, tools):
    result = run.analyse(settings(), tools, steady())
    assert sorted(name for group in result.groups for name in group.themes) == sorted(t.id for t in result.themes)
    sizes = {theme.id: theme.size for theme in result.themes}
    for group in result.groups:
        assert group.size == sum(sizes[name] for name in group.themes)
    assert [group.id for group in result.groups] == sorted(group.id for group in result.groups)


def test_what_no_code_fits_is_offered_as_new_candidates(settings, tools):
    """The codebook of the study has no code for money, and nobody coded it."""
    result = run.analyse(settings(), tools, steady())
    new = result.new_themes
    assert new is not None
    assert new.themes
    inside = [u.text for u, theme in zip(result.utterances, new.theme, strict=True) if theme >= 0]
    assert sum("contract" in text or "refund" in text or "allowance" in text for text in inside) >= 0.8 * len(inside)
    assert not result.table.coded[new.theme >= 0].any()
    assert new.n_open >= len(inside) > 0
    for number, theme in enumerate(new.themes):
        assert theme.id == f"N{number + 1}"
        assert theme.size == int((new.theme == number).sum())
        assert all(new.theme[q.utterance] == number for q in theme.quotes if q.kind != "near miss")


def test_each_suggestion_has_its_reasons(settings, tools):
    result = run.analyse(settings(), tools, steady())
    why, suggestions = result.explanations, result.suggestions
    assert why.similarity.shape == suggestions.ranked.shape
    for i, codes in enumerate(suggestions.ranked):
        for rank, code in enumerate(codes):
            for example in why.examples[i, rank]:
                assert example == -1 or (example != i and result.table.by_anyone[example, code])


def test_without_codings_nothing_is_said_to_fit_no_code(settings, tools):
    config = settings()
    config = dataclasses.replace(config, study=dataclasses.replace(config.study, codings=""))
    result = run.analyse(config, tools, steady())
    assert result.new_themes is None
    assert result.triage.n_unread == len(result.utterances)
    assert len(result.triage.items) > 0
    assert "definitions alone" in result.triage.basis


def test_without_a_codebook_there_is_still_an_order_to_read_in(settings, tools):
    config = settings()
    config = dataclasses.replace(config, study=dataclasses.replace(config.study, codings="", codebook=""))
    _, folder = run.run(config, tools, steady())
    order = rows(folder / "triage.csv")
    assert order[0]["why"].startswith("The most typical of candidate theme T")
    assert sum(row["check_sample"] == "yes" for row in order) == 60
    assert (folder / "coreq.md").read_text(encoding="utf-8").count("TO BE COMPLETED") > 10


def test_half_coded_studies_say_what_to_read_next(study, settings, tools):
    kept = [
        line for line in (study / "codings.csv").read_text().splitlines() if not line.startswith(("D07", "D08", "D09"))
    ]
    (study / "codings.csv").write_text("\n".join(kept) + "\n")
    result = run.analyse(settings(), tools, steady())
    unread = {u.document for u in result.utterances} - {c.document for c in result.codings.items}
    assert unread == {"D07", "D08", "D09"}
    assert {result.utterances[item.utterance].document for item in result.triage.items} == unread
    assert {d.document for d in result.triage.documents} == unread
    assert 0 < result.triage.bound < 1
    assert "saturation" not in result.triage.stopping
    assert result.triage.stopping.startswith("If none of these")


def test_a_second_wave_says_what_is_new(settings, tools, tmp_path):
    _, folder = run.run(settings(), tools, steady())
    wave = tmp_path / "wave"
    wave.mkdir()
    words = STRIKE.split()
    said = [" ".join(words[:k] + words[k + 2 :]) for k in range(15)]
    talk = "\n\n".join(f"P{i % 2 + 1}: {text} in week {i}." for i, text in enumerate(said))
    (wave / "W1.txt").write_text(f"Moderator: What else happened on the way?\n\n{talk}\n", encoding="utf-8")
    result = revisit.assign(folder, wave, None, tmp_path / "out", False, tools, steady())
    lines = revisit.what_is_new(result)
    assert "set aside, where the run set aside about 20% of its own" in lines[0]
    share = float(lines[0].split("; ")[1].split("%")[0])
    assert share > 50
    assert result.new_themes.themes
    assert any(line.startswith("New candidate N1, ") for line in lines[1:])
    members = rows(tmp_path / "out" / "new_theme_utterances.csv")
    assert members
    assert all("strike" in row["text"] or "bread" in row["text"] or "bus" in row["text"] for row in members)


UNSURE, SURE, NONE = 0.3, 0.9, float("nan")


@pytest.mark.parametrize(
    ("worked", "coded", "held_out", "no_code", "open_"),
    [
        (True, True, UNSURE, 0.9, False),  # somebody coded it
        (True, False, UNSURE, 0.1, True),  # nobody did, and the machine knows no better
        (True, False, SURE, 0.1, False),  # likely a miss of the coders
        (True, False, NONE, 0.1, True),
        (False, False, SURE, 0.6, True),  # nobody read it: the machine expects no code
        (False, False, UNSURE, 0.4, False),
        (False, False, UNSURE, NONE, False),  # it cannot tell
    ],
)
def test_what_fits_no_code(worked, coded, held_out, no_code, open_) -> None:
    table = CodingTable(("a",), ("c",), np.array([[[coded]]]), np.array([[worked]]))

    def suggest(probability, none):
        one = np.array([[probability]], np.float32)
        zero = np.zeros((1, 1), np.int32)
        return Suggestions(
            ("c",),
            zero,
            one,
            one,
            one,
            zero[0],
            "",
            one > 2,
            np.array([none], np.float32),
            (),
            one[:, :0],
            one[:, :0] > 0,
        )

    assert fits_no_code(table, suggest(NONE, no_code), suggest(held_out, NONE)).tolist() == [open_]
