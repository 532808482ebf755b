"""--skip-unreadable: the others go on, and the report says what is missing."""

from __future__ import annotations

import csv

from pipeline.cli import main


def test_without_the_flag_the_run_stops_and_names_the_file(arguments, study, fake_tools, tmp_path, capsys):
    (study / "transcripts" / "broken.docx").write_bytes(b"PK\x03\x04 cut off")
    assert main(arguments("run", "--quiet", "--out", str(tmp_path / "out"))) == 3
    assert "broken.docx" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_with_the_flag_the_others_go_on_and_the_report_names_it(arguments, study, fake_tools, tmp_path, capsys):
    (study / "transcripts" / "broken.docx").write_bytes(b"PK\x03\x04 cut off")
    out = tmp_path / "out"
    assert main(arguments("run", "--skip-unreadable", "--out", str(out))) == 0
    assert "1 file could not be read: not in this report" in capsys.readouterr().out
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "1 of the files could not be read, so that this is missing here: broken.docx." in page
    assert "could not be read: 1" in page
    with (out / "problems.csv").open(newline="") as file:
        first = next(iter(csv.DictReader(file)))
    assert first["where"] == "broken.docx"
    assert first["what"].startswith("the file could not be read and is not in this report")


def test_check_lists_what_was_skipped(arguments, study, capsys):
    (study / "transcripts" / "broken.docx").write_bytes(b"PK\x03\x04 cut off")
    assert main(arguments("check", "--skip-unreadable")) == 0
    printed = capsys.readouterr().out
    assert "Files that could not be read, and were skipped (1):" in printed
    assert "10 documents" in printed


def test_a_study_without_any_readable_file_is_an_error(arguments, study, capsys):
    for path in (study / "transcripts").iterdir():
        path.unlink()
    (study / "transcripts" / "broken.docx").write_bytes(b"PK\x03\x04 cut off")
    assert main(arguments("check", "--skip-unreadable")) == 3
    assert "broken.docx" in capsys.readouterr().err
