"""A log of decisions as a run takes it in."""

from __future__ import annotations

from pathlib import Path

from pipeline import decide, ingest, store
from pipeline.errors import InputError
from pipeline.records import InputFile, Standing

_TABLES = (".csv", ".tsv", ".xlsx", ".ods", ".parquet")


def read(path: Path) -> tuple[Standing, InputFile]:
    """What the decisions of a log amount to, and its entry for the manifest.

    Raises InputError if the file is no log; a table of decisions is none.
    """
    _check_kind(path)
    file = ingest.file_record(path, "decisions")
    entries, runs = store.read_log(path)
    return decide.standing(decide.fold(entries, runs)), file


def check_log(path: Path, folder: Path) -> None:
    """Raises InputError if the folder holds other decisions than this log: they could not go on in one file."""
    _check_kind(path)
    there = folder / store.LOG
    if not there.is_file():
        return
    given, own = store.read_log(path)[0], store.read_log(there)[0]
    if any(one != other for one, other in zip(given, own, strict=False)):
        fact = f"the log of decisions here and {path} hold different decisions, and some would be lost"
        raise InputError(fact, str(there), "Name another folder with --out, or move this log away.")


def _check_kind(path: Path) -> None:
    if path.suffix.lower() in _TABLES and path.is_file():
        fact = "a table of decisions says what was decided on one run; a new run takes in the log of the review only"
        todo = f"Name the {store.LOG} in the folder of a run; tables are for export --decisions."
        raise InputError(fact, str(path), todo)
