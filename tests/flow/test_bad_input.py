"""Bad input on the command line: each a clear error, or a clear warning and a run that goes on; nothing is lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline import store
from pipeline.cli import main
from pipeline.errors import InputError


def assert_fails(arguments, capsys, *words):
    """The command ends with 3 and one paragraph that holds the words; no traceback, and no output folder is made."""
    out = Path(arguments[arguments.index("--out") + 1]) if "--out" in arguments else None
    was_there = out is not None and out.exists()
    assert main(arguments) == 3
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert "Traceback" not in message
    for word in words:
        assert word in message, message
    assert (out is not None and out.exists()) == was_there


def problems(arguments, capsys):
    """Run check; give what it printed."""
    assert main(arguments) == 0
    return " ".join(capsys.readouterr().out.split())


def test_an_empty_folder(tmp_path, fake_tools, capsys):
    (tmp_path / "nothing").mkdir()
    assert_fails(["run", "--transcripts", str(tmp_path / "nothing"), "--out", str(tmp_path / "out")], capsys, "nothing")
    assert not (tmp_path / "out").exists()


def test_an_empty_file_is_named_and_the_others_go_on(study, arguments, fake_tools, capsys):
    (study / "transcripts" / "empty.txt").write_text("")
    assert "empty.txt" in problems(arguments("check"), capsys)
    out = study.parent / "out"
    assert main(arguments("run", "--quiet", "--out", str(out))) == 0
    assert "empty.txt" in (out / "problems.csv").read_text()
    assert len(store.load(out).corpus.documents) == 10


def test_binary_garbage(study, arguments, fake_tools, capsys):
    (study / "transcripts" / "photo.txt").write_bytes(bytes(range(256)) * 40)
    assert_fails(arguments("run", "--out", str(study.parent / "out")), capsys, "photo.txt")


def test_a_nul_byte(study, arguments, fake_tools, capsys):
    file = study / "transcripts" / "D03.txt"
    file.write_text(file.read_text() + "P1: it broke\x00 off here.\n")
    assert_fails(arguments("run", "--out", str(study.parent / "out")), capsys, "D03.txt", "NUL")


def test_a_code_twice(study, arguments, capsys):
    file = study / "codebook.csv"
    file.write_text(file.read_text() + "Trust,Parent 0,again\n")
    assert_fails(arguments("check"), capsys, "codebook.csv", "Trust", "lines 2 and 7")


def test_a_code_in_two_branches_must_be_named_by_its_path(study, arguments, capsys):
    file = study / "codebook.csv"
    file.write_text(file.read_text() + "Trust,Parent 1,again\n")
    expected = ("'trust' stands in several branches", "it may be 'Parent 0 > trust' or 'Parent 1 > Trust'")
    assert_fails(arguments("check"), capsys, "codings.csv", *expected)


def change_coding(study, change):
    file = study / "codings.csv"
    head, first, *rest = file.read_text().splitlines()
    file.write_text("\n".join([head, ",".join(change(first.split(","))), *rest]) + "\n")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda row: [row[0], row[1], "999999", *row[3:]], ("codings.csv", "line 2", "999999")),
        (lambda row: [row[0], "50", "20", *row[3:]], ("codings.csv", "line 2")),
        (lambda row: ["D77", *row[1:]], ("codings.csv", "D77")),
        (lambda row: [*row[:4], "trusst"], ("codings.csv", "trusst", "trust")),
        (lambda row: [row[0], "ten", *row[2:]], ("codings.csv", "ten")),
    ],
    ids=["beyond the end", "reversed", "unknown document", "unknown code", "no number"],
)
def test_a_wrong_coding(change, words, study, arguments, capsys):
    change_coding(study, change)
    assert_fails(arguments("check"), capsys, *words)


def test_a_coding_whose_text_does_not_match(study, arguments, capsys):
    file = study / "codings.csv"
    head, first, *rest = file.read_text().splitlines()
    file.write_text("\n".join([f"{head},text", f"{first},what nobody said", *(f"{row}," for row in rest)]) + "\n")
    assert_fails(arguments("check"), capsys, "codings.csv", "what nobody said")


def test_a_missing_column(study, arguments, capsys):
    file = study / "codings.csv"
    file.write_text(file.read_text().replace("document,start,end,coder,code", "document,start,stop,coder,code"))
    assert_fails(arguments("check"), capsys, "codings.csv", "end")


def test_two_documents_with_one_name(study, arguments, capsys):
    shutil.copy(study / "transcripts" / "D01.txt", study / "transcripts" / "d01.md")
    assert_fails(arguments("check"), capsys, "D01.txt", "d01.md")


def test_a_transcript_without_speakers_runs_and_says_so(tmp_path, fake_tools, capsys):
    folder = tmp_path / "t"
    folder.mkdir()
    (folder / "A.txt").write_text(
        "\n\n".join(f"They told us number {i} of many stories about work." for i in range(30))
    )
    arguments = ["--transcripts", str(folder)]
    assert "no speaker labels" in problems(["check", *arguments], capsys)
    assert main(["run", "--quiet", *arguments, "--out", str(tmp_path / "out")]) == 0
    assert len(store.load(tmp_path / "out").utterances) == 30


def test_200_000_words_in_one_turn(tmp_path, fake_tools):
    folder = tmp_path / "t"
    folder.mkdir()
    words = " ".join(f"word{i % 4000}" for i in range(200_000))
    (folder / "A.txt").write_text(f"Moderator: What happened?\n\nP1: {words}\n\nP1: And that was all of it.\n")
    assert main(["run", "--quiet", "--transcripts", str(folder), "--out", str(tmp_path / "out")]) == 0
    result = store.load(tmp_path / "out")
    assert sum(len(u.text.split()) for u in result.utterances) == 200_000 + 6
    assert max(len(u.text.split()) for u in result.utterances) < 200


def test_right_to_left_text(tmp_path, fake_tools):
    folder = tmp_path / "t"
    folder.mkdir()
    said = "הצוות אמר שהאמון גדל כאשר נפגשים כל יום במטבח"
    (folder / "BE.txt").write_text(
        f"P1: {said} 1.\n\nP2: {said} 2.\n\nP1: {said} 3.\n\nP2: {said} 4.\n", encoding="utf-8"
    )
    assert main(["run", "--quiet", "--transcripts", str(folder), "--out", str(tmp_path / "out")]) == 0
    assert store.load(tmp_path / "out").utterances[0].text == f"{said} 1."
    assert said in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_a_read_only_output_folder_is_noticed_before_the_work(arguments, fake_tools, monkeypatch, capsys, tmp_path):
    def refuse(folder):
        raise InputError("the output folder cannot be written (Permission denied)", str(folder), "Name another folder.")

    monkeypatch.setattr(store, "check_target", refuse)
    assert_fails(arguments("run", "--out", str(tmp_path / "locked")), capsys, "locked", "cannot be written")
    assert fake_tools.encoder.embedded == []


def test_an_output_folder_with_other_files_is_not_touched(arguments, fake_tools, tmp_path, capsys):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter1.docx").write_text("years of work")
    assert_fails(arguments("run", "--out", str(tmp_path / "thesis")), capsys, "thesis", "would be lost")
    assert (tmp_path / "thesis" / "chapter1.docx").read_text() == "years of work"


@pytest.mark.parametrize("n_turns", [0, 1, 2, 5, 20, 60])
def test_small_studies_give_a_result_or_one_clear_sentence(n_turns, tmp_path, fake_tools, make_talk):
    folder = tmp_path / "t"
    folder.mkdir()
    text = make_talk(1, n_turns) if n_turns else "Moderator: Is anybody there?\n\nP1: Mm-hm.\n\nP2: Yes, exactly.\n"
    (folder / "A.txt").write_text(text)
    assert main(["run", "--quiet", "--transcripts", str(folder), "--out", str(tmp_path / "out")]) == 0
    result = store.load(tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert len(result.utterances) == n_turns
    if n_turns < 10:
        assert result.themes == ()
        assert any("candidate themes need at least 10" in note for note in result.clusters.notes)
        assert "candidate themes need at least 10" in page
    if n_turns == 20:
        assert any("nothing can be expected" in note for note in result.clusters.notes)
        assert "nothing can be expected" in page
    if n_turns == 60:
        assert len(result.themes) >= 2


def test_the_same_utterance_again_and_again(tmp_path, fake_tools):
    folder = tmp_path / "t"
    folder.mkdir()
    (folder / "A.txt").write_text("P1: We trust them more than before.\n\nP2: We trust them more than before.\n\n" * 30)
    assert main(["run", "--quiet", "--transcripts", str(folder), "--out", str(tmp_path / "out")]) == 0
    result = store.load(tmp_path / "out")
    assert result.clusters.n_distinct == 1
    assert set(result.clusters.placement.set_aside) == {"no themes"}


def test_a_codebook_without_codings_gives_ranks_but_no_numbers(study, arguments, fake_tools, tmp_path):
    command = arguments("run", "--quiet", "--out", str(tmp_path / "out"))
    del command[command.index("--codings") : command.index("--codings") + 2]
    assert main(command) == 0
    rows = (tmp_path / "out" / "utterances.csv").read_text().splitlines()
    head, row = rows[0].split(","), rows[1].split(",")
    assert row[head.index("code_1")] in {"trust", "advice", "family", "tasks", "relapse"}
    assert row[head.index("probability_1")] == ""
    assert "no codings were given" in (tmp_path / "out" / "report.html").read_text()


def test_codings_without_a_codebook_use_the_codes_that_occur(study, arguments, fake_tools, tmp_path):
    command = arguments("run", "--quiet", "--out", str(tmp_path / "out"))
    del command[command.index("--codebook") : command.index("--codebook") + 2]
    assert main(command) == 0
    result = store.load(tmp_path / "out")
    assert [code.name for code in result.codebook.codes] == ["advice", "family", "relapse", "tasks", "trust"]
