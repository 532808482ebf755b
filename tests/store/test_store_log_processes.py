"""Several processes at one log, and processes that are killed: no word is lost, none is half there."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from pipeline import store

_HEAD = """
import sys, time
from pathlib import Path
from pipeline import store
from pipeline.errors import ConflictError
from pipeline.records import Act, Entry
path, coder = Path(sys.argv[1]), sys.argv[2]
log = store.DecisionLog(path, lambda: "2026-11-22T10:41:07+00:00")
print("ready", flush=True)
"""

# Three entries that belong together, again and again, with a pause for others; their numbers are printed afterwards.
ENDLESS = """
done = 0
while True:
    texts = [str(done) + "." + str(part) + " word" * 400 for part in (1, 2, 3)]
    parts = [(Entry(Act.MEMO, coder, "run1", text=text), ("theme:T3",)) for text in texts]
    print(*(entry.number for entry in log.append_all(parts)), flush=True)
    done += 1
    time.sleep({pause})
"""

# Each entry says up to which number its writer had read; a conflict makes her read again.
CAREFUL = """
for _ in range(100):
    while True:
        seen = log.last()
        try:
            log.append(Entry(Act.MEMO, coder, "run1", text=str(seen)), ("one thing",), seen)
            break
        except ConflictError:
            print("conflict", flush=True)
"""


def start(path: Path, coder: str, work: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _HEAD + work, str(path), coder]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def wait_until_ready(writers: list[subprocess.Popen[str]]) -> None:
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"


def kill(writer: subprocess.Popen[str]) -> list[int]:
    """Numbers of the entries that the process said were written."""
    writer.send_signal(signal.SIGKILL)
    assert writer.stdout is not None
    with writer.stdout:
        said = writer.stdout.read()  # not communicate: it forgets what readline has read ahead
    writer.wait(timeout=30)
    whole = said[: said.rfind("\n") + 1]
    return [int(number) for number in whole.split()]


@pytest.mark.parametrize(("n_writers", "pause", "n_rounds"), [(1, 0, 15), (3, 0.005, 6)])
def test_killed_at_any_moment(tmp_path, n_writers, pause, n_rounds):
    path, luck = tmp_path / "decisions.sqlite", random.Random(n_writers)  # noqa: S311
    acknowledged: dict[int, str] = {}
    for round_ in range(n_rounds):
        names = [f"{round_}-{i}" for i in range(n_writers)]
        writers = [start(path, name, ENDLESS.format(pause=pause)) for name in names]
        try:
            wait_until_ready(writers)
        finally:
            for name, writer in zip(names, writers, strict=True):
                time.sleep(luck.uniform(0, 0.03))
                acknowledged |= dict.fromkeys(kill(writer), name)
        check(path, acknowledged)
    assert len(acknowledged) > 30


def check(path: Path, acknowledged: dict[int, str]) -> None:
    """What was said to be written is there; the rest is whole threes, and numbers have no gaps."""
    entries, _ = store.read_log(path)
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
    by_number = {entry.number: entry.coder for entry in entries}
    assert acknowledged.items() <= by_number.items()
    parts = [entry.text.split()[0].split(".")[1] for entry in entries]
    assert parts == ["1", "2", "3"] * (len(entries) // 3)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("SELECT count(*) FROM subjects").fetchone() == (len(entries),)


def test_two_writers_never_write_over_each_other(tmp_path):
    path = tmp_path / "decisions.sqlite"
    writers = [start(path, coder, CAREFUL) for coder in ("Ann", "Ben")]
    for writer in writers:
        writer.communicate(timeout=120)
        assert writer.returncode == 0
    entries, _ = store.read_log(path)
    assert sorted(entry.coder for entry in entries) == ["Ann"] * 100 + ["Ben"] * 100
    # Who wrote had read everything before, also where the other one was in between.
    assert [int(entry.text) for entry in entries] == list(range(200))


def test_a_log_opened_by_many_at_once_is_made_once(tmp_path):
    path = tmp_path / "decisions.sqlite"
    writers = [start(path, str(i), 'log.append(Entry(Act.MEMO, coder, "run1"))') for i in range(4)]
    for writer in writers:
        writer.communicate(timeout=60)
        assert writer.returncode == 0
    assert sorted(entry.coder for entry in store.read_log(path)[0]) == ["0", "1", "2", "3"]
