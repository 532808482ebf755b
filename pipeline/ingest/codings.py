"""Human codings, checked against the texts and the codebook: our own table here, other programs' in foreign/."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest import kinds, refi
from pipeline.ingest.code_index import CodeIndex
from pipeline.ingest.coding_tree import steps
from pipeline.ingest.counted import NO_TRANSCRIPT
from pipeline.ingest.drafts import Loaded
from pipeline.ingest.files import load
from pipeline.ingest.foreign import nvivo, segment_tables
from pipeline.ingest.foreign.dates import iso
from pipeline.ingest.foreign.headings import chosen, passages_of
from pipeline.ingest.foreign.segments import NAMELESS, placed
from pipeline.ingest.naming import Names
from pipeline.ingest.tables import Row, Table, grids, missing_column, read_table
from pipeline.records import Code, Codebook, Coding, Codings, Corpus, Problem

_DATES = ("date", "created", "created_at", "timestamp", "datetime", "modified", "modified_at")
"""Headings of the date of a coding; the first that the table has is read."""
_COLUMNS = ("document", "code", "coder", "start", "end", "turn", "text", *_DATES)
_NUMBER = re.compile(r"(-?\d{1,15})(?:\.0+)?")
_SHOWN = 5
_NO_TEXT = ("empty turn", "not translated")
_QUOTED = 40


@dataclass(frozen=True, slots=True)
class _Study:
    """What codings are checked against.

    turns: span by (document, number).  empty: turns that were read as empty.  codes: None if they are not checked.
    """

    names: Names
    texts: Mapping[str, str]
    turns: Mapping[tuple[str, int], tuple[int, int]]
    empty: frozenset[tuple[str, int]]
    codes: CodeIndex | None


@dataclass(slots=True)
class _Findings:
    """What goes wrong or is worth telling while rows are read."""

    errors: list[str] = field(default_factory=list)
    on_empty: list[Row] = field(default_factory=list)
    nameless: int = 0
    repeated: int = 0
    redated: int = 0
    not_dates: str = ""


class _BadRowError(Exception):
    """One row that cannot be used; its message is collected with the others."""


def read_codings(path: Path, corpus: Corpus, codebook: Codebook, config: IngestConfig | None = None) -> Codings:
    """The codings in our own table (strict: see _own), in a .qdpx project, or in what MAXQDA, ATLAS.ti, QualCoder,
    Taguette or NVivo list of coded passages.

    Programs' lists hold words, not positions: what has no single place in the texts is in `unplaced`, with the reason.
    With an empty codebook codes are not checked.
    Raises InputError if the file is none of these.
    """
    settings = config or IngestConfig()
    loaded = load(path, settings.max_file_mb)
    if kinds.is_project(loaded):
        return refi.read_codings(loaded, corpus, codebook, settings)
    if nvivo.is_export(loaded, settings):
        return placed(nvivo.read_export(loaded, settings), corpus, codebook)
    if path.suffix.lower() == ".docx":
        told = "this Word file holds no coded references as NVivo exports them"
        raise InputError(told, loaded.name, "Give a table of codings, or a REFI-QDA project (.qdpx).")
    shape, grid, others = chosen(grids(loaded, settings), passages_of, loaded.name)
    if shape in ("", "own"):
        return _own(loaded, corpus, codebook, settings)
    marked = segment_tables.READERS[shape](grid, CodeIndex(codebook), settings, loaded.name)
    return placed(replace(marked, problems=[*others, *marked.problems]), corpus, codebook)


def _own(loaded: Loaded, corpus: Corpus, codebook: Codebook, settings: IngestConfig) -> Codings:
    """The codings in a table with the columns document, code, coder and either start and end, or turn.

    A cell `text` must be the words at that place, white space aside. A column date (or created, timestamp, modified
    ...) is optional; of a coding with several dates the earliest counts.
    Raises one InputError for all bad rows together: unknown document or code, a place outside the text, other words,
    an unreadable date.
    """
    table = read_table(loaded, settings, "code", _COLUMNS)
    _check_columns(table)
    if not corpus.documents:
        told = f"these codings are checked against the texts, and {NO_TRANSCRIPT}"
        raise InputError(told, table.name, "Name the transcripts, too.")
    study = _study(corpus, codebook)
    findings = _Findings()
    dates = _date_column(table, findings)
    found: dict[Coding, str] = {}
    for row in table.rows:
        try:
            coding = _coding(table, row, study, findings)
            when = _date(table.cell(row, dates), dates)
        except _BadRowError as problem:
            findings.errors.append(f"line {row.line}: {problem}")
            continue
        if coding is None:
            continue
        if coding in found:
            findings.repeated += when == found[coding]
            findings.redated += when != found[coding]
            when = min(filter(None, (when, found[coding])), default="")
        found[coding] = when
    if findings.errors:
        raise _all_errors(table, findings.errors)
    items = tuple(replace(coding, date=when) for coding, when in found.items())
    return Codings(items, (*table.problems, *_remarks(table, findings)))


def codebook_of(codings: Codings) -> Codebook:
    """The codes that occur in codings, by name: the codebook of a study that gave none."""
    return Codebook(tuple(Code(name) for name in sorted({coding.code for coding in codings.items})))


def _check_columns(table: Table) -> None:
    for column in ("document", "code"):
        if column not in table.columns:
            raise missing_column(table, column)
    if not ("start" in table.columns and "end" in table.columns) and "turn" not in table.columns:
        raise missing_column(
            table, "start" if "end" in table.columns else "end" if "start" in table.columns else "turn"
        )


def _study(corpus: Corpus, codebook: Codebook) -> _Study:
    return _Study(
        names=Names(document.id for document in corpus.documents),
        texts={document.id: document.text for document in corpus.documents},
        turns={(turn.document, turn.number): (turn.start, turn.end) for turn in corpus.turns},
        empty=frozenset((d.document, d.turn) for d in corpus.dropped if d.reason in _NO_TEXT),
        codes=CodeIndex(codebook) if codebook.codes else None,
    )


def _coding(table: Table, row: Row, study: _Study, findings: _Findings) -> Coding | None:
    """The coding in a row; None if it lies on a turn without any text."""
    document = _document(table.cell(row, "document"), study)
    code = _code(table.cell(row, "code"), study)
    if table.cell(row, "start") or table.cell(row, "end"):
        span = _offsets(table, row, len(study.texts[document]))
    else:
        number = _number(table.cell(row, "turn"), "turn")
        if (document, number) in study.empty and (document, number) not in study.turns:
            findings.on_empty.append(row)
            return None
        if (document, number) not in study.turns:
            raise _BadRowError(f"document {document!r} has no turn {number}")
        span = study.turns[document, number]
    _check_words(table.cell(row, "text"), study.texts[document][span[0] : span[1]])
    coder = table.cell(row, "coder")
    findings.nameless += not coder
    return Coding(document, *span, coder or NAMELESS, code)


def _document(written: str, study: _Study) -> str:
    found = study.names.find(written)
    if found is None:
        raise _BadRowError(f"unknown document {written!r}{study.names.nearest(written)}")
    return found


def _code(written: str, study: _Study) -> str:
    if not written:
        raise _BadRowError("no code is given")
    if study.codes is None:
        return written
    found = study.codes.find(((written,), steps(written)))
    if found is None:
        raise _BadRowError(study.codes.lacking(written))
    return found


def _offsets(table: Table, row: Row, length: int) -> tuple[int, int]:
    start, end = (_number(table.cell(row, column), column) for column in ("start", "end"))
    if start >= end:
        raise _BadRowError(f"start {start} is not before end {end}")
    if start < 0 or end > length:
        raise _BadRowError(f"{start} to {end} is outside the text, which has {length} characters")
    return start, end


def _number(written: str, column: str) -> int:
    match = _NUMBER.fullmatch(written)
    if match is None:
        raise _BadRowError(f"{column} is not a whole number: {written!r}")
    return int(match[1])


def _date_column(table: Table, findings: _Findings) -> str:
    """The heading of the dates, "" if there is none.

    Only `date` is sure to be one: another heading without a single date below it (a timestamp may be the place in the
    recording) is not read, and told.
    """
    column = next((name for name in _DATES if name in table.columns), "")
    cells = [cell for cell in (table.cell(row, column) for row in table.rows) if cell]
    if column != "date" and cells and not any(iso(cell) for cell in cells):
        findings.not_dates = column
        return ""
    return column


def _date(written: str, column: str) -> str:
    if not written:
        return ""
    found = iso(written)
    if not found:
        raise _BadRowError(f"{column} is not a date: {written!r} (write 2026-05-31 or 31.05.2026)")
    return found


def _check_words(given: str, there: str) -> None:
    if given and given != there and given.split() != there.split():
        raise _BadRowError(f"the text there is {_short(there)}, not {_short(given)}")


def _short(text: str) -> str:
    line = " ".join(text[: _QUOTED * 4].split())
    return repr(line if len(line) <= _QUOTED else f"{line[:_QUOTED]}…")


def _all_errors(table: Table, errors: list[str]) -> InputError:
    more = f"; and {len(errors) - _SHOWN} more" if len(errors) > _SHOWN else ""
    rows = "1 coding" if len(errors) == 1 else f"{len(errors)} codings"
    told = f"{rows} of {len(table.rows)} cannot be used: {'; '.join(errors[:_SHOWN])}{more}"
    todo = "Offsets count characters of the text without its byte order mark, a line end as one; the end is exclusive."
    return InputError(told, table.name, todo)


def _remarks(table: Table, findings: _Findings) -> list[Problem]:
    found = []
    if findings.nameless:
        told = f"{findings.nameless} codings name no coder; they count as the coder {NAMELESS!r}"
        found.append(Problem(table.name, told, "Fill the column coder if several people coded."))
    if findings.repeated:
        found.append(Problem(table.name, f"{findings.repeated} rows repeat another row exactly; each counts once"))
    if findings.redated:
        told = f"{findings.redated} rows repeat another row with another date; each counts once, with its earliest date"
        found.append(Problem(table.name, told))
    if findings.not_dates:
        told = f"the column {findings.not_dates!r} holds no dates and was not read"
        found.append(Problem(table.name, told, "Name the column date if it tells when each coding was made."))
    if findings.on_empty:
        told = f"{len(findings.on_empty)} codings lie on turns without text and were left out"
        found.append(Problem(table.place(findings.on_empty[0]), told))
    return found
