"""A run's own project, given as the transcripts, is the whole study again: texts, codebook, codings and sites."""

from __future__ import annotations

import csv
import json

import pytest

from pipeline.cli import main

SAME = ("themes.csv", "theme_quotes.csv", "dropped.csv")


def test_a_run_from_its_own_project_gives_the_same_tables(arguments, fake_tools, tmp_path, capsys):
    first, second = tmp_path / "first", tmp_path / "second"
    assert main(arguments("run", "--quiet", "--out", str(first))) == 0
    assert main(["run", "--quiet", "--transcripts", str(first / "project.qdpx"), "--out", str(second)]) == 0
    for name in SAME:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name
    rows = [
        list(csv.DictReader((out / "utterances.csv").read_text(encoding="utf-8").splitlines()))
        for out in (first, second)
    ]
    for one, other in zip(*rows, strict=True):
        for column, value in one.items():
            if column.startswith("probability"):  # the tree's order is another: the last digits may differ
                assert float(other[column]) == pytest.approx(float(value), abs=0.002)
            else:
                assert other[column] == value
    told = (second / "problems.csv").read_text(encoding="utf-8")
    assert "codings by the machine left out" in told
    kinds = [entry["kind"] for entry in json.loads((second / "manifest.json").read_text())["inputs"]]
    assert sorted(kinds) == ["codebook", "codings", "project"]


def test_other_codings_go_before_those_of_the_project(arguments, study, fake_tools, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(arguments("run", "--quiet", "--out", str(out))) == 0
    rows = (study / "codings.csv").read_text().splitlines()
    (tmp_path / "ann.csv").write_text("\n".join([rows[0], *(row for row in rows if ",Ann," in row)]) + "\n")
    project = ["check", "--json", "--transcripts", str(out / "project.qdpx")]
    capsys.readouterr()
    assert main([*project, "--codings", str(tmp_path / "ann.csv")]) == 0
    alone = json.loads(capsys.readouterr().out)["codings"]
    assert main(project) == 0
    both = json.loads(capsys.readouterr().out)["codings"]
    assert 0 < alone < both


def test_new_transcripts_may_come_as_a_project(arguments, study, fake_tools, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(arguments("run", "--quiet", "--out", str(out))) == 0
    placed = tmp_path / "placed"
    project = str(out / "project.qdpx")
    assert main(["assign", str(out), "--transcripts", project, "--out", str(placed), "--quiet"]) == 0
    assert (placed / "utterances.csv").read_bytes() == (out / "utterances.csv").read_bytes()
