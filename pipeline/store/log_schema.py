"""The file of the log: how it is opened, what its tables are, and its troubles in words. One SQLite file, no other."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import InputError, StageError

LOG = "decisions.sqlite"
"""The name of the log in the folder of a run."""

_OURS = 0x54504C47  # "TPLG" as SQLite's application_id: tells the log from any other SQLite file
_PATIENCE = 10.0  # seconds to wait for another process; it writes for milliseconds

_FIRST = (
    """CREATE TABLE entries (
        number INTEGER PRIMARY KEY, at TEXT NOT NULL, coder TEXT NOT NULL, run TEXT NOT NULL, act TEXT NOT NULL,
        theme TEXT NOT NULL, utterance TEXT NOT NULL, document TEXT NOT NULL, "start" INTEGER NOT NULL,
        "end" INTEGER NOT NULL, code TEXT NOT NULL, text TEXT NOT NULL, members TEXT NOT NULL, details TEXT NOT NULL,
        shown TEXT NOT NULL, seconds REAL, undoes INTEGER NOT NULL)""",
    """CREATE TABLE subjects (
        subject TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (subject, number)) WITHOUT ROWID""",
    """CREATE TABLE runs (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, utterances TEXT NOT NULL, themes TEXT NOT NULL) WITHOUT ROWID""",
    *(
        f"CREATE TRIGGER no_{act}_{table} BEFORE {act} ON {table}"
        " BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
        for table in ("entries", "subjects", "runs")
        for act in ("UPDATE", "DELETE")
    ),
    # INSERT OR REPLACE deletes without asking the triggers above; a gap would mean that an entry is missing.
    """CREATE TRIGGER no_replacement_of_entries BEFORE INSERT ON entries
        WHEN EXISTS (SELECT 1 FROM entries WHERE number = NEW.number)
        BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END""",
    """CREATE TRIGGER no_gap_in_entries AFTER INSERT ON entries
        WHEN NEW.number <> 1 AND NOT EXISTS (SELECT 1 FROM entries WHERE number = NEW.number - 1)
        BEGIN SELECT RAISE(ABORT, 'the log has no gaps'); END""",
    """CREATE TRIGGER no_replacement_of_runs BEFORE INSERT ON runs
        WHEN EXISTS (SELECT 1 FROM runs WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END""",
)
MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST,)
"""Statements that lead from each version of the file to the next; PRAGMA user_version counts those that were done."""


def open_log(path: Path) -> sqlite3.Connection:
    """The log for writing, made or brought up to date if need be; raises InputError, or StageError as explained does.

    A rollback journal, not a write-ahead log: the one file is all of it, so that a copy of the file is a backup.
    synchronous=EXTRA: what was acknowledged is there after a power cut too; it costs a tenth of a millisecond.
    """
    with explained(path):
        # Pages are served by another thread than the one that opened the log, but by one thread.
        db = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
        try:
            with writing(db):
                version = _version(db, path, may_be_new=True)
                _migrate(db, version)
            for setting in ("journal_mode = DELETE", "synchronous = EXTRA"):
                db.execute(f"PRAGMA {setting}").close()
        except BaseException:
            db.close()
            raise
    return db


def open_to_read(path: Path) -> sqlite3.Connection:
    """The log for reading; nothing is made. Raises InputError if there is none, or it is no log of this version."""
    if not path.is_file():
        raise InputError("there is no log of decisions", str(path), f"Name the file {LOG} in the folder of a run.")
    with explained(path):
        db = sqlite3.connect(_existing(path), uri=True, timeout=_PATIENCE, isolation_level=None)
        try:
            _version(db, path)
        except BaseException:
            db.close()
            raise
    return db


@contextmanager
def held(path: Path) -> Iterator[sqlite3.Connection | None]:
    """While this lasts nobody writes to the log; None if there is no log, or a file that cannot be locked.

    What a killed process left half written is taken back first. The file must not be opened in any other way
    meanwhile: closing it would give the lock away (POSIX locks belong to the process).
    """
    if not path.is_file():
        yield None
        return
    with explained(path):
        db = sqlite3.connect(_existing(path), uri=True, timeout=_PATIENCE, isolation_level=None)
    try:
        yield db if _locked(db, path) else None
    finally:
        db.close()


@contextmanager
def writing(db: sqlite3.Connection) -> Iterator[None]:
    """One transaction that no other process can write in; taken back if anything fails."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # a full disk has ended it already
            db.execute("ROLLBACK")
        raise


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Troubles with the file in words: InputError for what the file is, StageError for what happened to it."""
    try:
        yield
    except (sqlite3.ProgrammingError, sqlite3.InterfaceError, sqlite3.IntegrityError):
        raise  # a defect of this software
    except sqlite3.Error as problem:
        code = getattr(problem, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)  # none: a text that is not UTF-8
        kind = code & 0xFF
        if kind in _BROKEN:
            raise InputError(_BROKEN[kind][0], str(path), _BROKEN[kind][1]) from problem
        moved = code == sqlite3.SQLITE_READONLY_DBMOVED
        fact, todo = _MOVED if moved else _TROUBLES.get(kind, (f"the log of decisions cannot be used ({problem})", ""))
        raise StageError(f"{fact}; nothing was written", str(path), todo) from problem
    except (UnicodeEncodeError, OverflowError) as problem:
        fact = f"the decision holds what a file cannot hold ({problem}); nothing was written"
        raise InputError(fact, str(path), "Leave out the characters that show as an empty box.") from problem


_BROKEN = {
    sqlite3.SQLITE_NOTADB: ("this is not a log of decisions", f"Name the file {LOG} in the folder of a run."),
    sqlite3.SQLITE_CORRUPT: ("the log of decisions is damaged", "Put your last copy of the file in its place."),
}
_MOVED = (
    "the log of decisions was moved, deleted or replaced while it was open",
    "Put it back if it was moved, then start the review again.",
)
_TROUBLES = {
    sqlite3.SQLITE_FULL: ("the disk is full", "Free some space, then do it again."),
    sqlite3.SQLITE_BUSY: (
        "another program is using the log of decisions",
        "Wait until it is done, or close it, then do it again.",
    ),
    sqlite3.SQLITE_READONLY: (
        "the log of decisions can only be read, not written",
        "Allow writing to the file and its folder, or copy the folder to a place of your own.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "the log of decisions cannot be opened",
        "Look whether its folder exists, and whether you may write in it.",
    ),
    sqlite3.SQLITE_IOERR: (
        "the disk reports an error",
        "Look whether the disk is full or was taken away, then do it again.",
    ),
}


def _version(db: sqlite3.Connection, path: Path, *, may_be_new: bool = False) -> int:
    """How many migrations the file has seen; raises InputError if it is no log, a newer one or a damaged one."""
    ours = _number(db, "application_id") == _OURS
    version = _number(db, "user_version")
    if not ours:
        if may_be_new and not version and not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            return 0
        fact, todo = _BROKEN[sqlite3.SQLITE_NOTADB]
        raise InputError(fact, str(path), todo)
    if version > len(MIGRATIONS):
        fact = f"the log of decisions was written by a newer version of this program (its format is {version})"
        raise InputError(fact, str(path), f"Install the newer version; this one knows formats up to {len(MIGRATIONS)}.")
    found = db.execute("PRAGMA quick_check(1)").fetchall()
    if found != [("ok",)]:
        fact, todo = _BROKEN[sqlite3.SQLITE_CORRUPT]
        raise InputError(fact, str(path), todo)
    return version


def _number(db: sqlite3.Connection, name: str) -> int:
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])


def _migrate(db: sqlite3.Connection, version: int) -> None:
    if version == len(MIGRATIONS):
        return
    for statements in MIGRATIONS[version:]:
        for statement in statements:
            db.execute(statement)
    db.execute(f"PRAGMA application_id = {_OURS}")
    db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _locked(db: sqlite3.Connection, path: Path) -> bool:
    """True if the file is locked now; raises StageError if another program writes all the time or the disk fails."""
    try:
        with explained(path):
            db.execute("BEGIN IMMEDIATE")
    except InputError:
        return False  # another file of this name: kept as it is
    except StageError as problem:
        if getattr(problem.__cause__, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_READONLY:
            return False
        raise
    return True


def _existing(path: Path) -> str:
    """The address by which SQLite opens a file only if it is there; it falls back to reading if it must."""
    return f"{path.absolute().as_uri()}?mode=rw"
