"""The log where runs are: kept when a run is written again, taken along to another run, copied as a backup."""

from __future__ import annotations

import dataclasses
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from pipeline import store
from pipeline.errors import ConflictError, InputError, StageError
from pipeline.records import Act, Entry, SeenRun
from pipeline.store import log_schema

NOW = "2026-11-22T10:41:07+00:00"
RUN = SeenRun("run1", "study", (), ())


_WRITE_UNTIL = """
import sys, time
from pathlib import Path
from pipeline import store
from pipeline.records import Act, Entry
log, stop = store.DecisionLog(Path(sys.argv[1]), str), Path(sys.argv[2])
while not stop.exists():
    print(log.append(Entry(Act.MEMO, "Ann", "run1", text=str(log.last()))).number, flush=True)
    time.sleep(0.002)
"""


def clock() -> str:
    return NOW


def open_log(path: Path) -> store.DecisionLog:
    return store.DecisionLog(path, clock)


def memo(text: str) -> Entry:
    return Entry(Act.MEMO, "Ann", "run1", text=text)


def texts(path: Path) -> list[str]:
    return [entry.text for entry in store.read_log(path)[0]]


def make(folder: Path, *said: str) -> Path:
    """A log with these memos, each about itself."""
    folder.mkdir(exist_ok=True)
    with open_log(folder / store.LOG) as log:
        log.remember(RUN)
        for text in said:
            log.append(memo(text), (text,))
    return folder / store.LOG


@pytest.fixture
def saved(result, tmp_path) -> Path:
    return store.save(result, {}, tmp_path / "study")


class TestRunWrittenAgain:
    def test_an_open_log_goes_on_in_the_file_that_is_in_place(self, result, saved):
        path = saved / store.LOG
        with open_log(path) as log:
            log.append(memo("before"))
            inode = path.stat().st_ino
            for number in (1, 2):
                store.save(dataclasses.replace(result, notes=(f"new {number}",)), {}, saved)
                log.append(memo(f"after {number}"))
                assert [entry.text for entry in log.since()] == texts(path)
        assert texts(path) == ["before", "after 1", "after 2"]
        assert path.stat().st_ino == inode
        assert path.stat().st_nlink == 1
        assert store.load(saved).notes == ("new 2",)

    def test_another_process_that_writes_all_the_time_loses_nothing(self, result, saved):
        stop = saved.parent / "stop"
        command = [sys.executable, "-c", _WRITE_UNTIL, str(saved / store.LOG), str(stop)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "1\n"
            for _ in range(20):
                store.save(result, {}, saved)
            stop.touch()
            said = writer.stdout.read()  # not communicate: it forgets what readline has read ahead
        assert writer.returncode == 0
        numbers = [1, *map(int, said.split())]
        assert numbers == list(range(1, len(numbers) + 1))
        assert texts(saved / store.LOG) == [str(number - 1) for number in numbers]

    def test_nobody_writes_while_the_folders_change_places(self, result, saved, monkeypatch):
        path, rename, seen = make(saved, "before"), Path.rename, []

        def watched(self, target):
            with closing(sqlite3.connect(path if path.exists() else self / store.LOG, timeout=0)) as other:
                try:
                    other.execute("BEGIN IMMEDIATE")
                    seen.append("free")
                except sqlite3.OperationalError as problem:
                    seen.append(problem.sqlite_errorname)
            return rename(self, target)

        monkeypatch.setattr(Path, "rename", watched)
        store.save(result, {}, saved)
        assert seen == ["SQLITE_BUSY", "SQLITE_BUSY"]

    def test_a_decision_that_is_being_written_is_waited_for(self, result, saved):
        path = make(saved, "before")
        with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
            other.execute("BEGIN IMMEDIATE")
            other.execute(
                """INSERT INTO entries SELECT 2, at, coder, run, act, theme, utterance, document, "start", "end", code,
                'during', members, details, shown, seconds, undoes FROM entries"""
            )
            late = threading.Timer(0.3, other.execute, ("COMMIT",))
            late.start()
            store.save(result, {}, saved)
            late.join()
        assert texts(path) == ["before", "during"]

    def test_a_log_that_is_held_all_the_time_leaves_the_old_run(self, result, saved, monkeypatch):
        monkeypatch.setattr(log_schema, "_PATIENCE", 0.05)
        path = make(saved, "before")
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StageError, match="another program is using the log of decisions"):
                store.save(dataclasses.replace(result, notes=("new",)), {}, saved)
        assert store.load(saved).notes == ("a note",)
        assert [item.name for item in saved.parent.iterdir()] == ["study"]
        assert texts(path) == ["before"]

    def test_what_a_killed_review_left_half_written_is_taken_back(self, result, saved):
        path = make(saved, "before")
        kill_while_writing(path)
        assert path.with_name(f"{store.LOG}-journal").is_file()
        store.save(result, {}, saved)
        assert not path.with_name(f"{store.LOG}-journal").exists()
        assert texts(path) == ["before"]

    def test_without_hard_links_it_is_a_copy_and_an_open_log_says_so(self, result, saved, monkeypatch):
        def refuse(*_: object) -> None:
            raise PermissionError(1, "Operation not permitted")

        path = make(saved, "before")
        (saved / "notes.md").write_text("mine")
        monkeypatch.setattr(os, "link", refuse)
        with open_log(path) as log:
            store.save(result, {}, saved)
            with pytest.raises(StageError, match="moved, deleted or replaced"):
                log.append(memo("lost"))
        assert texts(path) == ["before"]
        assert (saved / "notes.md").read_text() == "mine"
        with open_log(path) as log:
            assert log.append(memo("after")).number == 2

    @pytest.mark.parametrize("data", [b"", b"not a log", b"SQLite format 3\0" + b"\xff" * 4096])
    def test_another_file_of_that_name_is_kept(self, result, saved, data):
        (saved / store.LOG).write_bytes(data)
        store.save(result, {}, saved)
        assert (saved / store.LOG).read_bytes() == data

    def test_files_in_folders_stay_the_same_files_too(self, result, saved):
        (saved / "mine").mkdir()
        note = saved / "mine" / "note.txt"
        note.write_text("x")
        inode = note.stat().st_ino
        with note.open("a") as file:
            store.save(result, {}, saved)
            file.write("y")
        assert (note.read_text(), note.stat().st_ino) == ("xy", inode)


def kill_while_writing(path: Path) -> None:
    """A process dies after SQLite has begun to change the file."""
    work = (
        "import os, sqlite3, sys\n"
        "db = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "db.execute('PRAGMA cache_size = 1'); db.execute('PRAGMA cache_spill = 1'); db.execute('BEGIN IMMEDIATE')\n"
        "for i in range(300): db.execute('INSERT INTO runs VALUES (?, ?, ?, ?)', (str(i), 'x' * 3000, '[]', '[]'))\n"
        "os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", work, str(path)], check=False).returncode == -9


class TestBackup:
    def test_a_copy_of_the_file_is_a_backup(self, tmp_path):
        path, copy = tmp_path / store.LOG, tmp_path / "backup" / store.LOG
        copy.parent.mkdir()
        with open_log(path) as log:
            log.remember(RUN)
            log.append_all([(memo("one"), ("x",)), (memo("two"), ())])
            shutil.copy(path, copy)
            log.append(memo("three"))
        with open_log(copy) as back:
            assert [entry.text for entry in back.since()] == ["one", "two"]
            assert back.runs() == {"run1": RUN}
            with pytest.raises(ConflictError):
                back.append(memo("other"), ("x",), seen=0)
            assert back.append(memo("other")).number == 3

    def test_reading_after_a_killed_process(self, tmp_path):
        path = make(tmp_path, "before")
        kill_while_writing(path)
        assert store.read_log(path)[1] == {"run1": RUN}
        assert texts(path) == ["before"]


class TestCopyLog:
    def test_into_a_folder_without_a_log(self, tmp_path):
        path = make(tmp_path / "old", "one", "two")
        (tmp_path / "new").mkdir()
        store.copy_log(path, tmp_path / "new")
        copy = tmp_path / "new" / store.LOG
        assert store.read_log(copy) == store.read_log(path)
        with open_log(copy) as log:
            with pytest.raises(ConflictError):
                log.append(memo("x"), ("two",), seen=1)
            assert log.append(memo("three"), ("two",), seen=2).number == 3
        assert texts(path) == ["one", "two"]

    def test_a_shorter_one_gets_what_is_missing_while_a_review_has_it_open(self, tmp_path):
        path, target = make(tmp_path / "old", "one"), tmp_path / "new" / store.LOG
        target.parent.mkdir()
        shutil.copy(path, target)
        with open_log(path) as log:
            log.append(memo("two"), ("theme",))
            log.remember(dataclasses.replace(RUN, id="run2"))
        with open_log(target) as review:
            store.copy_log(path, target.parent)
            assert [entry.text for entry in review.since(1)] == ["two"]
            with pytest.raises(ConflictError):
                review.append(memo("x"), ("theme",), seen=1)
        assert store.read_log(target) == store.read_log(path)

    @pytest.mark.parametrize("said", [(), ("three",)])
    def test_one_that_is_as_long_or_longer_is_kept(self, tmp_path, said):
        path, target = make(tmp_path / "old", "one", "two"), tmp_path / "new" / store.LOG
        target.parent.mkdir()
        shutil.copy(path, target)
        make(target.parent, *said)
        store.copy_log(path, target.parent)
        assert texts(target) == ["one", "two", *said]

    @pytest.mark.parametrize(
        ("here", "there"),
        [(("one", "x"), ("one", "two", "three")), (("x",), ("one",)), (("one", "x", "y"), ("one", "z"))],
    )
    def test_one_with_other_decisions_is_refused_and_both_stay(self, tmp_path, here, there):
        path, target = make(tmp_path / "old", *there), make(tmp_path / "new", *here)
        with pytest.raises(InputError, match="hold different decisions, and some would be lost") as wrong:
            store.copy_log(path, target.parent)
        assert wrong.value.where == str(target)
        assert texts(target) == list(here)
        assert texts(path) == list(there)

    def test_into_its_own_folder_nothing_happens(self, tmp_path):
        path = make(tmp_path / "old", "one")
        before = path.read_bytes()
        store.copy_log(path, tmp_path / "old")
        (tmp_path / "link").symlink_to("old")
        store.copy_log(path, tmp_path / "link")
        assert path.read_bytes() == before
        assert [file.name for file in path.parent.iterdir()] == [store.LOG]

    def test_under_another_name(self, tmp_path):
        path = make(tmp_path / "old", "one")
        backup = path.rename(path.with_name("backup of May.sqlite"))
        store.copy_log(backup, tmp_path / "old")
        assert texts(path) == ["one"]

    @pytest.mark.parametrize("data", [None, b"", b"no log"])
    def test_what_is_no_log_makes_no_file(self, tmp_path, data):
        path = tmp_path / "wrong.sqlite"
        if data is not None:
            path.write_bytes(data)
        (tmp_path / "new").mkdir()
        with pytest.raises(InputError, match="log of decisions"):
            store.copy_log(path, tmp_path / "new")
        assert list((tmp_path / "new").iterdir()) == []
