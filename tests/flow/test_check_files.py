"""`check FILE...` on every fixture of a transcript or codebook prints what the fixture's expected.json says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.cli import main

FIXTURES = Path(__file__).parents[1] / "fixtures" / "formats"
EXPECTED = sorted(FIXTURES.glob("*/*.expected.json"))


def _named(key: str) -> list[Path]:
    return [path for path in EXPECTED if key in json.loads(path.read_text(encoding="utf-8"))]


def _checked(expected: Path, capsys) -> dict:
    name = expected.name.removesuffix(".expected.json")
    beside = sorted(path for path in expected.parent.glob(f"{name}*") if ".expected." not in path.name)
    file = next(path for path in beside if path.name == name or path.stem == name)
    assert main(["check", "--json", str(file)]) == 0
    return json.loads(capsys.readouterr().out)


def _ids(path: Path) -> str:
    return f"{path.parent.name}/{path.name.removesuffix('.expected.json')}"


def test_every_row_of_the_list_has_a_fixture():
    rows = {int(path.parent.name[:2]) for path in EXPECTED}
    assert set(range(1, 21)) - {10} <= rows  # row 10 is the evil set: tests/security


@pytest.mark.parametrize("expected", _named("documents"), ids=_ids)
def test_a_transcript_gives_its_turns(expected: Path, capsys):
    data = _checked(expected, capsys)
    wanted = json.loads(expected.read_text(encoding="utf-8"))
    assert [d["document"] for d in data["documents"]] == [d["document"] for d in wanted["documents"]]
    for document in wanted["documents"]:
        found = [turn for turn in data["turns"] if turn["document"] == document["document"]]
        for turn, want in zip(found, document["turns"], strict=True):
            assert {key: turn[key] for key in want} == want
    for told in wanted.get("problems", ()):
        assert any(told in f"{p['where']}: {p['what']} {p['todo']}" for p in data["problems"]), told


@pytest.mark.parametrize("expected", _named("codes"), ids=_ids)
def test_a_codebook_gives_its_tree(expected: Path, capsys):
    data = _checked(expected, capsys)
    wanted = json.loads(expected.read_text(encoding="utf-8"))
    for folder, key in ((False, "codes"), (True, "folders")):
        found = {row["code"]: row for row in data["tree"] if row["folder"] is folder}
        assert list(found) == [code["name"] for code in wanted.get(key, ())]
        for code in wanted.get(key, ()):
            assert found[code["name"]]["theme"] == code.get("theme", code.get("parent", ""))
            for field in {"definition", "color"} & code.keys():
                assert found[code["name"]][field] == code[field]


def test_a_transcript_is_shown_turn_by_turn(tmp_path, capsys):
    talk = tmp_path / "talk.txt"
    talk.write_text("I: [0:05] How was it?\n\nP1: It [helped] a lot.\n\nI: Why?\n\nP1: She listened.\n")
    assert main(["check", str(talk)]) == 0
    printed = capsys.readouterr().out
    assert "It [helped] a lot." in printed
    assert "1 document, 4 turns" in printed


def test_transcripts_codebook_and_codings_are_told_apart(tmp_path, capsys):
    (tmp_path / "talk.txt").write_text("I: How was it?\n\nP1: It helped a lot.\n\nI: Why?\n\nP1: She listened.\n")
    (tmp_path / "tree.csv").write_text("code,theme,definition\nHelp,Gain,What helped.\n")
    (tmp_path / "said.csv").write_text("document,turn,coder,code\ntalk,2,Ann,Help\n")
    assert main(["check", "--json", *(str(tmp_path / name) for name in ("said.csv", "talk.txt", "tree.csv"))]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [(c["code"], c["text"]) for c in data["placed"]] == [("Help", "It helped a lot.")]
    assert [row["code"] for row in data["tree"]] == ["Help"]


def test_two_codebooks_at_once_are_refused(tmp_path, capsys):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("code,theme,definition\nHelp,Gain,What helped.\n")
    assert main(["check", str(tmp_path / "a.csv"), str(tmp_path / "b.csv")]) == 2
    assert "a.csv, b.csv" in capsys.readouterr().err


def test_files_and_a_study_at_once_are_refused(tmp_path, capsys):
    assert main(["check", "a.txt", "--transcripts", str(tmp_path)]) == 2
    assert "Name files alone" in capsys.readouterr().err


def test_a_project_beside_transcripts_gives_codes_and_codings_only(tmp_path, capsys):
    project = FIXTURES / "03_qualcoder" / "qualcoder.qdpx"
    assert main(["check", "--json", str(project)]) == 0
    alone = json.loads(capsys.readouterr().out)
    (tmp_path / "talk-1.txt").write_text("\n\n".join(f"{t['speaker']}: {t['text']}" for t in alone["turns"]) + "\n")
    assert main(["check", "--json", str(tmp_path / "talk-1.txt"), str(project)]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [d["file"] for d in data["documents"]] == ["talk-1.txt"]
    assert [(c["coder"], c["code"], c["text"]) for c in data["placed"]] == [
        (c["coder"], c["code"], c["text"]) for c in alone["placed"]
    ]


def test_a_project_in_a_folder_of_transcripts_tells_that_its_codings_are_not_used(tmp_path, capsys):
    (tmp_path / "p.qdpx").write_bytes((FIXTURES / "03_qualcoder" / "qualcoder.qdpx").read_bytes())
    (tmp_path / "other.txt").write_text("I: How was it?\n\nP1: It helped a lot.\n\nI: Why?\n\nP1: She listened.\n")
    assert main(["check", "--json", "--transcripts", str(tmp_path)]) == 0
    told = [(p["where"], p["what"]) for p in json.loads(capsys.readouterr().out)["problems"]]
    assert ("p.qdpx", "of this project only the texts were read, not codes and codings") in told


def test_a_table_of_decisions_is_told(tmp_path, capsys):
    (tmp_path / "d.csv").write_text("coder,decision,theme_id\nAnn,accepted,T1\nBo,rejected,T2\n")
    assert main(["check", "--json", str(tmp_path / "d.csv")]) == 0
    told = [p["what"] for p in json.loads(capsys.readouterr().out)["problems"]]
    assert told == ["decisions on candidate themes and suggestions: 2"]
