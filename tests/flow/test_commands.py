"""The command line as an analyst meets it: exit codes, output, errors."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile

import pytest

from pipeline.cli import main


def test_run_prints_stages_seven_lines_and_the_report(arguments, fake_tools, tmp_path, capsys):
    assert main(arguments("run", "--out", str(tmp_path / "out"))) == 0
    printed = capsys.readouterr().out
    for stage in ("ingest", "segment", "embed", "cluster", "label", "map", "compare", "report"):
        assert f"\n{stage}" in f"\n{printed}"
    assert printed.count("\n  ") >= 7
    assert printed.rstrip().endswith(str(tmp_path / "out" / "report.html"))
    assert "\x1b[" not in printed


def test_run_as_json(arguments, fake_tools, tmp_path, capsys):
    assert main(arguments("run", "--json", "--out", str(tmp_path / "out"))) == 0
    data = json.loads(capsys.readouterr().out)
    assert len(data["lines"]) == 7
    assert data["counts"]["documents"] == 10
    counts = data["counts"]
    assert counts["utterances"] == counts["utterances placed"] + counts["utterances set aside"]


def test_quiet_prints_nothing(arguments, fake_tools, tmp_path, capsys):
    assert main(arguments("run", "--quiet", "--out", str(tmp_path / "out"))) == 0
    assert capsys.readouterr().out == ""


def test_a_second_run_embeds_nothing(arguments, fake_tools, tmp_path):
    assert main(arguments("run", "--quiet", "--out", str(tmp_path / "out"))) == 0
    first = len(fake_tools.encoder.embedded)
    assert first > 100
    assert main(arguments("run", "--quiet", "--out", str(tmp_path / "out"))) == 0
    assert len(fake_tools.encoder.embedded) == first


def test_check_writes_nothing_and_says_what_it_understood(arguments, study, capsys):
    before = sorted(path for path in study.parent.rglob("*"))
    assert main(arguments("check")) == 0
    printed = capsys.readouterr().out
    assert "interviewer" in printed
    assert "10 documents" in printed
    assert "Problems: none." in printed
    assert sorted(path for path in study.parent.rglob("*")) == before


def test_check_as_json(arguments, capsys):
    assert main(arguments("check", "--json")) == 0
    data = json.loads(capsys.readouterr().out)
    roles = {speaker["label"]: speaker["role"] for speaker in data["speakers"]}
    assert roles == {"Moderator": "interviewer", "P1": "participant", "P2": "participant"}
    assert data["codes"] == 5


def test_compare_with_other_codings(arguments, study, fake_tools, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(arguments("run", "--quiet", "--out", str(out))) == 0
    before = json.loads((out / "comparison.json").read_text())
    rows = (study / "codings.csv").read_text().splitlines()
    only_ann = tmp_path / "ann.csv"
    only_ann.write_text("\n".join([rows[0], *(row for row in rows if ",Ann," in row)]) + "\n")
    embedded = len(fake_tools.encoder.embedded)
    assert main(["compare", str(out), "--codings", str(only_ann)]) == 0
    after = json.loads((out / "comparison.json").read_text())
    assert len(before["human"]) == 3
    assert after["human"] == []
    assert {row["first"] for row in after["agreements"]} == {"Ann"}
    assert len(fake_tools.encoder.embedded) == embedded
    assert "report.html" in capsys.readouterr().out


def test_report_again_gives_the_same_report(arguments, fake_tools, tmp_path):
    out = tmp_path / "out"
    assert main(arguments("run", "--quiet", "--out", str(out))) == 0
    before = (out / "report.html").read_bytes()
    (out / "report.html").unlink()
    assert main(["report", str(out), "--quiet"]) == 0
    assert (out / "report.html").read_bytes() == before


@pytest.mark.parametrize("kind", ["qdpx", "qdc", "xlsx", "csv"])
def test_export(kind, arguments, fake_tools, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(arguments("run", "--quiet", "--out", str(out))) == 0
    assert main(["export", str(out), "--to", kind, "--out", str(tmp_path / "export")]) == 0
    written = [line for line in capsys.readouterr().out.splitlines() if line]
    lost = [line for line in written if line.endswith(f"losses-{kind}.txt")]
    assert len(lost) == (kind in {"qdpx", "qdc"})
    assert len(written) > len(lost)
    assert all(line.endswith(f".{kind}") for line in written if line not in lost)
    if kind == "qdpx":
        assert "project.qde" in zipfile.ZipFile(written[0]).namelist()


def test_assign_says_how_many_were_placed(arguments, study, fake_tools, tmp_path, make_talk, capsys):
    out = tmp_path / "out"
    assert main(arguments("run", "--quiet", "--out", str(out))) == 0
    wave = tmp_path / "wave2"
    wave.mkdir()
    (wave / "N1.txt").write_text(make_talk(77), encoding="utf-8")
    capsys.readouterr()
    assert main(["assign", str(out), "--transcripts", str(wave)]) == 0
    assert "new utterances placed" in capsys.readouterr().out
    rows = (tmp_path / "out-assigned" / "utterances.csv").read_text().splitlines()
    assert rows[1].startswith("N1-")
    assert any(",T" in row for row in rows)
    assert (tmp_path / "out-assigned" / "dropped.csv").read_text().count("interviewer") >= 4


@pytest.mark.parametrize(
    ("command", "code", "message"),
    [
        ([], 2, "Usage"),
        (["run"], 2, "no transcripts were named"),
        (["nonsense"], 2, "No such command"),
        (["run", "--nonsense"], 2, "No such option"),
        (["run", "--transcripts", "not/there", "--out", "x"], 3, "not/there"),
        (["report", "not/there"], 3, "not the folder of a run"),
        (["run", "--config", "not/there.toml"], 2, "cannot be read"),
    ],
)
def test_exit_codes(command, code, message, fake_tools, capsys):
    assert main(command) == code
    printed = capsys.readouterr()
    assert message in printed.out + printed.err
    assert "Traceback" not in printed.err


def test_an_unknown_key_names_the_nearest(tmp_path, fake_tools, capsys):
    settings = tmp_path / "my.toml"
    settings.write_text("[cluster]\nresampels = 3\n")
    assert main(["run", "--config", str(settings)]) == 2
    printed = capsys.readouterr().err
    assert "cluster.resampels" in printed
    assert "Did you mean cluster.resamples?" in printed


def test_interrupted(arguments, fake_tools, monkeypatch, tmp_path, capsys):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.run.find_themes", stop)
    assert main(arguments("run", "--out", str(tmp_path / "out"))) == 130
    assert "nothing was written" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_help_is_quick_because_nothing_heavy_is_loaded():
    script = (
        "import sys; from pipeline.cli import main; main(['--help']); "
        "heavy = {'torch', 'spacy', 'umap', 'hdbscan', 'sklearn', 'matplotlib', 'datasets', 'numba', 'numpy'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("[]")
    for command in ("run", "check", "assign", "compare", "export", "report", "benchmark"):
        assert command in done.stdout


def test_assign_can_be_repeated(arguments, study, fake_tools, tmp_path):
    out = tmp_path / "out"
    assert main(arguments("run", "--quiet", "--out", str(out))) == 0
    for _ in range(2):
        assert main(["assign", str(out), "--quiet", "--transcripts", str(study / "transcripts")]) == 0
    assert (tmp_path / "out-assigned" / "assigned.json").is_file()


def test_a_run_is_not_continued_with_another_encoder(arguments, study, fake_tools, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(arguments("run", "--quiet", "--out", str(out))) == 0
    fake_tools.encoder.sha256 = "1" * 64
    for command in (["assign", str(out), "--transcripts", str(study)], ["compare", str(out), "--codings", "x.csv"]):
        assert main(command) == 2
        assert "the run was made with words" in capsys.readouterr().err


def test_assign_never_writes_over_a_run(arguments, study, fake_tools, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(arguments("run", "--quiet", "--out", str(out))) == 0
    before = (out / "utterances.csv").read_bytes()
    command = ["assign", str(out), "--transcripts", str(study / "transcripts"), "--out", str(out)]
    assert main(command) == 3
    assert "there is no assigned.json" in capsys.readouterr().err
    assert (out / "utterances.csv").read_bytes() == before


def test_compare_counts_the_new_codings_and_takes_new_codes(arguments, study, fake_tools, tmp_path):
    out = tmp_path / "out"
    command = arguments("run", "--quiet", "--out", str(out))
    del command[command.index("--codebook") : command.index("--codebook") + 2]
    assert main(command) == 0
    head, first, *_ = (study / "codings.csv").read_text().splitlines()
    new = tmp_path / "new.csv"
    new.write_text(f"{head}\n{','.join([*first.split(',')[:4], 'something else'])}\n")
    assert main(["compare", str(out), "--quiet", "--codings", str(new)]) == 0
    counts = dict(json.loads((out / "manifest.json").read_text())["counts"])
    assert (counts["codes"], counts["codings"]) == (1, 1)


def test_run_says_what_it_noticed_in_the_inputs(arguments, study, fake_tools, tmp_path, capsys):
    (study / "transcripts" / "scan.pdf").write_bytes(b"%PDF")
    assert main(arguments("run", "--out", str(tmp_path / "out"))) == 0
    assert "Noticed in the inputs (1, all in problems.csv): " in capsys.readouterr().out
    assert main(arguments("run", "--json", "--out", str(tmp_path / "out"))) == 0
    assert "scan.pdf" in json.loads(capsys.readouterr().out)["problems"][0]


def test_what_nobody_foresaw_is_one_line_and_debug_shows_where(arguments, fake_tools, monkeypatch, tmp_path, capsys):
    def fail(*_):
        raise ValueError("a library said so")

    monkeypatch.setattr("pipeline.run.find_themes", fail)
    assert main(arguments("run", "--out", str(tmp_path / "out"))) == 4
    message = capsys.readouterr().err
    assert "ValueError: a library said so" in message
    assert "--debug" in message
    assert "Traceback" not in message
    with pytest.raises(ValueError, match="a library said so"):
        main([*arguments("run", "--out", str(tmp_path / "out")), "--debug"])


@pytest.mark.parametrize(("name", "folder"), [("Wave 1/2: a", "Wave 1-2- a"), ("../../up", "up"), ("", "study")])
def test_a_studys_name_names_one_folder_in_runs(name, folder, study, fake_tools, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = tmp_path / "s.toml"
    settings.write_text(f'[study]\nname = "{name}"\ntranscripts = "{study / "transcripts"}"\n')
    assert main(["run", "--quiet", "--config", str(settings)]) == 0
    assert [path.name for path in (tmp_path / "runs").iterdir()] == [folder]


def test_a_reflexive_study_gets_no_agreement_figures(arguments, study, fake_tools, tmp_path):
    settings = tmp_path / "s.toml"
    settings.write_text('[study]\nmethodology = "reflexive"\n')
    assert main(arguments("run", "--quiet", "--config", str(settings), "--out", str(tmp_path / "out"))) == 0
    comparison = json.loads((tmp_path / "out" / "comparison.json").read_text())
    assert (comparison["agreements"], comparison["human"], comparison["structure"]) == ([], [], [])
    assert "reflexive" in comparison["reason"]
    assert len((tmp_path / "out" / "agreement.csv").read_text().splitlines()) == 1
