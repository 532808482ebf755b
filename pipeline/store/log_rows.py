"""Rows of the log and records: every statement that reads or writes its tables."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, get_type_hints

from pipeline.errors import InputError
from pipeline.records import Act, Entry, SeenRun
from pipeline.store.codec import decode, encode
from pipeline.store.log_schema import LOG

COLUMNS = (
    "number", "at", "coder", "run", "act", "theme", "utterance", "document", "start", "end", "code", "text", "members",
    "details", "shown", "seconds", "undoes",
)  # fmt: skip
"""The fields of Entry in the order in which they are written."""

_LISTS = {name: kind for name, kind in get_type_hints(Entry).items() if name in ("members", "details", "shown")}
_NAMES = ", ".join(f'"{name}"' for name in COLUMNS)
# Only names of columns and question marks are put into statements, never values.
_INSERT = f"INSERT INTO entries ({_NAMES}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608
_SINCE = f"SELECT {_NAMES} FROM entries WHERE number > ? ORDER BY number"  # noqa: S608
_INSERT_SUBJECT = "INSERT INTO subjects (subject, number) VALUES (?, ?)"
_LATER = "SELECT max(number) FROM subjects WHERE subject = ? AND number > ?"
_INSERT_RUN = """INSERT INTO runs (id, name, utterances, themes) SELECT ?1, ?2, ?3, ?4
    WHERE NOT EXISTS (SELECT 1 FROM runs WHERE id = ?1)"""


def last(db: sqlite3.Connection) -> int:
    """The number of the last entry, 0 if there is none."""
    return int(db.execute("SELECT coalesce(max(number), 0) FROM entries").fetchone()[0])


def insert(db: sqlite3.Connection, entry: Entry, subjects: Iterable[str]) -> None:
    """Put an entry in under its number, with what it is about."""
    db.execute(_INSERT, [as_cell(getattr(entry, name)) for name in COLUMNS])
    db.executemany(_INSERT_SUBJECT, [(subject, entry.number) for subject in dict.fromkeys(subjects)])


def since(db: sqlite3.Connection, number: int) -> tuple[Entry, ...]:
    """Entries with a greater number; raises InputError if this version does not know one."""
    return tuple(_entry(row) for row in db.execute(_SINCE, (number,)).fetchall())


def subjects(db: sqlite3.Connection) -> dict[int, list[str]]:
    """What each entry is about, by its number."""
    found: dict[int, list[str]] = {}
    for subject, number in db.execute("SELECT subject, number FROM subjects").fetchall():
        found.setdefault(number, []).append(subject)
    return found


def later(db: sqlite3.Connection, subjects: Iterable[str], number: int) -> Entry | None:
    """The last entry with a greater number on one of the subjects, None if there is none."""
    found = [db.execute(_LATER, (subject, number)).fetchone()[0] for subject in dict.fromkeys(subjects)]
    newest = max((one for one in found if one is not None), default=None)
    return None if newest is None else since(db, newest - 1)[0]


def insert_run(db: sqlite3.Connection, run: SeenRun) -> None:
    """Keep a run; one that is there already stays as it is."""
    db.execute(_INSERT_RUN, (run.id, run.name, as_cell(run.utterances), as_cell(run.themes)))


def runs(db: sqlite3.Connection) -> dict[str, SeenRun]:
    """Every run by its id; raises InputError if this version does not know one."""
    rows = db.execute("SELECT id, name, utterances, themes FROM runs ORDER BY id").fetchall()
    return {row[0]: _run(*row) for row in rows}


def as_cell(value: object) -> Any:
    """A field as a column holds it: lists as JSON, words and numbers as they are."""
    if isinstance(value, tuple):
        return json.dumps(encode(value, {}), ensure_ascii=False, separators=(",", ":"))
    return value


def _entry(row: tuple[Any, ...]) -> Entry:
    values = dict(zip(COLUMNS, row, strict=True))
    with _known(f"entry {values['number']}"):
        values |= {name: decode(kind, json.loads(values[name]), {}) for name, kind in _LISTS.items()}
        return Entry(**values | {"act": Act(values["act"])})


def _run(id_: str, name: str, utterances: str, themes: str) -> SeenRun:
    with _known(f"the run {name}"):
        values = {"id": id_, "name": name, "utterances": json.loads(utterances), "themes": json.loads(themes)}
        run: SeenRun = decode(SeenRun, values, {})
    return run


@contextmanager
def _known(what: str) -> Iterator[None]:
    try:
        yield
    except (ValueError, TypeError) as problem:
        fact = f"{what} in the log of decisions is unknown to this version ({problem})"
        raise InputError(fact, LOG, "It may come from a newer version of this program: install that one.") from problem
