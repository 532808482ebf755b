"""The log of decisions: one file beside a run, in which everything that analysts said stands in order and for ever."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType

from pipeline.errors import InputError
from pipeline.records import Entry, SeenRun
from pipeline.store import log_rows, log_schema
from pipeline.store.log_words import conflict

_EMPTY = {"start": -1, "end": -1, "undoes": 0}


class DecisionLog:
    """The log for reading and writing. Several processes may have it open at once; use each from one thread at a time.

    Entries are numbered from 1 without gaps and never changed or taken out; the file refuses that by itself. What
    append returned is on the disk. Every method raises StageError if the disk is full, the file is locked or may only
    be read, and InputError if it is damaged.
    """

    def __init__(self, path: Path, clock: Callable[[], str]) -> None:
        """Open the log, make it, or bring it up to date; raises InputError if the file is no such log.

        clock: gives UTC as ISO date and time.
        """
        self.path, self._clock = path, clock
        self._db = log_schema.open_log(path)

    def __enter__(self) -> DecisionLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the log is not used any more."""
        self._db.close()

    def append(self, entry: Entry, subjects: Sequence[str] = (), seen: int | None = None) -> Entry:
        """Write one entry; see append_all."""
        return self.append_all(((entry, subjects),), seen)[0]

    def append_all(self, entries: Sequence[tuple[Entry, Sequence[str]]], seen: int | None = None) -> tuple[Entry, ...]:
        """Write entries, each with what it is about: all or none. They come back with their number and time.

        seen: number of the last entry when the page was made that they come from; None if it does not matter. Raises
        ConflictError if a later one is about one of the same things, and nothing is written.
        """
        about = [subject for _, subjects in entries for subject in subjects]
        with self._writing():
            now = self._clock()
            self._check(about, seen, now)
            number = log_rows.last(self._db)
            written = tuple(
                dataclasses.replace(entry, number=i, at=now) for i, (entry, _) in enumerate(entries, number + 1)
            )
            for entry, (_, subjects) in zip(written, entries, strict=True):
                log_rows.insert(self._db, entry, subjects)
        return written

    def check(self, subjects: Sequence[str], seen: int) -> None:
        """Raises ConflictError if an entry after `seen` is about one of the subjects."""
        with log_schema.explained(self.path):
            self._check(subjects, seen, self._clock())

    def _check(self, subjects: Sequence[str], seen: int | None, now: str) -> None:
        if seen is not None and (first := log_rows.later(self._db, subjects, seen)) is not None:
            raise conflict(first, now)

    def since(self, number: int = 0) -> tuple[Entry, ...]:
        """Entries with a greater number, in their order."""
        with log_schema.explained(self.path):
            return log_rows.since(self._db, number)

    def last(self) -> int:
        """The number of the last entry, 0 if there is none."""
        with log_schema.explained(self.path):
            return log_rows.last(self._db)

    def remember(self, run: SeenRun) -> None:
        """Keep what entries of this run speak of; a run of this id that is there already stays as it is."""
        with self._writing():
            log_rows.insert_run(self._db, run)

    def runs(self) -> dict[str, SeenRun]:
        """The runs that the log remembers, by id."""
        with log_schema.explained(self.path):
            return log_rows.runs(self._db)

    def backup(self) -> bytes:
        """The whole file as it is now."""
        with log_schema.explained(self.path):
            return self._db.serialize()

    def take_over(self, path: Path) -> None:
        """Add what another log holds beyond this one; nothing happens if it is this one or its beginning.

        Raises InputError if one is not the beginning of the other: their decisions cannot be put into one order.
        """
        with closing(log_schema.open_to_read(path)) as db, log_schema.explained(path):
            db.execute("BEGIN")  # all of one moment, whoever is writing
            entries, runs, subjects = log_rows.since(db, 0), log_rows.runs(db), log_rows.subjects(db)
        with self._writing():
            own = log_rows.since(self._db, 0)
            if any(one != other for one, other in zip(own, entries, strict=False)):
                fact = f"the log of decisions here and {path} hold different decisions, and some would be lost"
                raise InputError(fact, str(self.path), "Name another folder with --out, or move this log away.")
            for run in runs.values():
                log_rows.insert_run(self._db, run)
            for entry in entries[len(own) :]:
                log_rows.insert(self._db, entry, subjects.get(entry.number, ()))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with log_schema.explained(self.path), log_schema.writing(self._db):
            yield


def read_log(path: Path) -> tuple[tuple[Entry, ...], dict[str, SeenRun]]:
    """The entries of a log and the runs that they speak of. Nothing is written and no file is made.

    Raises InputError if there is no such file, or it is no log, a newer or a damaged one.
    """
    with closing(log_schema.open_to_read(path)) as db, log_schema.explained(path):
        db.execute("BEGIN")  # all of one moment, whoever is writing
        return log_rows.since(db, 0), log_rows.runs(db)


def copy_log(path: Path, folder: Path) -> None:
    """Have all entries of a log in the log of this folder, so that its history goes on there.

    A log that is there is kept if it is the longer one, and gets the missing entries if it is the shorter one; a
    review that has it open sees them. Raises InputError if they are not one history: nothing is overwritten.
    """
    target = folder / log_schema.LOG
    log_schema.open_to_read(path).close()  # before a file is made
    if target.exists() and target.samefile(path):
        return
    with DecisionLog(target, clock=str) as log:  # entries keep their times: no clock is asked
        log.take_over(path)


def log_csv(entries: Sequence[Entry]) -> bytes:
    """The entries as CSV, as the other tables are written: RFC 4180 with LF, UTF-8, words verbatim, nothing is empty.

    Lists are JSON, so that names with commas stay whole.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(log_rows.COLUMNS)
    for entry in entries:
        values = {name: getattr(entry, name) for name in log_rows.COLUMNS}
        writer.writerow(
            "" if value == () or value == _EMPTY.get(name) else log_rows.as_cell(value)
            for name, value in values.items()
        )
    return buffer.getvalue().encode()
