"""What was decided, saved for other programs, for the next run, and as a backup."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from pipeline import cli, exchange, store
from pipeline.records import Act, Entry
from pipeline.review.desk import Desk


def decide_something(desk: Desk) -> str:
    """An accepted and renamed theme, a rejected one, a new code on an utterance; gives the utterance's id."""
    fresh = next(u.id for u in desk.result.utterances if not desk.codes_by("Ann", u.id))
    for entry in (
        Entry(Act.RENAME_THEME, "Ann", "", theme="T1", text="Doors open"),
        Entry(Act.ACCEPT_THEME, "Ann", "", theme="T1"),
        Entry(Act.REJECT_THEME, "Ben", "", theme="T2"),
        Entry(Act.NEW_CODE, "Ann", "", code="Zeppelins"),
        Entry(Act.GIVE_CODE, "Ann", "", utterance=fresh, code="Zeppelins"),
    ):
        desk.say(entry, None)
    return fresh


@pytest.mark.parametrize("kind", [*exchange.KINDS, "backup"])
def test_every_kind_can_be_saved(desk: Desk, client: TestClient, kind: str) -> None:
    decide_something(desk)
    answer = client.get(f"/export/{kind}")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    assert len(answer.content) > 300


def test_the_project_holds_the_decisions(desk: Desk, client: TestClient) -> None:
    decide_something(desk)
    with zipfile.ZipFile(io.BytesIO(client.get("/export/qdpx").content)) as project:
        text = project.read("project.qde").decode()
    assert "Doors open" in text
    assert "Zeppelins" in text


def test_what_several_files_cannot_carry_lies_beside_them(desk: Desk, client: TestClient) -> None:
    decide_something(desk)
    with zipfile.ZipFile(io.BytesIO(client.get("/export/matrix").content)) as archive:
        assert "losses-matrix.txt" in archive.namelist()
    page = client.get("/export?losses=qdpx").text
    assert "What “qdpx” cannot carry" in page
    assert "Candidate themes that were rejected, with the utterances placed there: T2 (Ben)" in page
    assert "does not have" not in page


def test_the_backup_is_a_log_that_opens(desk: Desk, client: TestClient, tmp_path: Path) -> None:
    decide_something(desk)
    (tmp_path / "copy.sqlite").write_bytes(client.get("/export/backup").content)
    entries, _ = store.read_log(tmp_path / "copy.sqlite")
    assert entries == desk.log.since()
    with sqlite3.connect(tmp_path / "copy.sqlite") as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_the_page_names_the_next_command_and_unknown_kinds_are_not_there(desk: Desk, client: TestClient) -> None:
    page = client.get("/export").text
    assert "--decisions" in page
    assert str(desk.log.path) in page
    assert client.get("/export/zeppelin").status_code == 404
    assert client.get("/export/..%2f..%2fetc%2fpasswd").status_code == 404


def test_the_command_line_exports_the_review_too(desk: Desk, run_folder: Path, tmp_path: Path) -> None:
    decide_something(desk)
    log = str(run_folder / store.LOG)
    assert cli.main(["export", str(run_folder), "--to", "qdc", "--decisions", log, "--out", str(tmp_path / "out")]) == 0
    text = (tmp_path / "out" / "codebook.qdc").read_text(encoding="utf-8")
    assert "Doors open" in text
    assert "Zeppelins" in text


def test_a_log_of_another_run_is_refused(
    desk: Desk, run_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with store.DecisionLog(tmp_path / "other.sqlite", lambda: "2026-02-03T10:00:00"):
        pass
    arguments = ["export", str(run_folder), "--to", "qdc", "--out", str(tmp_path / "out")]
    assert cli.main([*arguments, "--decisions", str(tmp_path / "other.sqlite")]) == 3
    assert "nobody has decided anything on this run yet" in capsys.readouterr().err


def test_the_page_says_that_files_tell_what_is_still_hidden(desk: Desk, client: TestClient) -> None:
    one, two = (u.id for u in desk.result.utterances[:2])
    details = (("blind", "no"), ("double", "0.1"), ("decoys", "0.1"), ("seed", "1"))
    desk.say(Entry(Act.PLAN, "Ann", "", members=(one, two), details=details), None)
    assert "still hidden from you" not in client.get("/export").text
    assert "which suggestions are decoys" not in client.get("/export").text
    desk.say(Entry(Act.NO_CODE, "Ben", "", utterance=one), None)
    assert "1 utterance that everybody codes is still hidden from you" in client.get("/export").text
    desk.say(Entry(Act.NO_CODE, "Ben", "", utterance=two), None)
    assert "2 utterances that everybody codes are still hidden from you" in client.get("/export").text
    desk.say(Entry(Act.DECOYS, "", "", details=((two, "trust"),)), None)
    assert "which suggestions are decoys" in client.get("/export").text
    for about in (one, two):
        desk.say(Entry(Act.NO_CODE, "Ann", "", utterance=about), None)
    assert "still hidden from you" not in client.get("/export").text


def test_a_part_that_was_split_off_and_rejected_is_told_as_rejected(desk: Desk, client: TestClient) -> None:
    part = tuple(sorted(desk.state.themes["T1"].members)[:3])
    desk.say(Entry(Act.SPLIT_THEME, "Ann", "", theme="T1", members=part, text="Part"), None)
    desk.say(Entry(Act.REJECT_THEME, "Ann", "", theme="T1.2"), None)
    page = client.get("/export?losses=qdpx").text
    assert "Candidate themes that were rejected, with the utterances placed there: T1.2 (Ann)" in page
    assert "does not have" not in page
