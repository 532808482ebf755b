"""Human codings from a table, checked against the texts and the codebook."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.drafts import key_of
from pipeline.ingest.files import load
from pipeline.ingest.naming import Names, nearest
from pipeline.ingest.tables import Row, Table, missing_column, read_table
from pipeline.records import Code, Codebook, Coding, Codings, Corpus, Problem

NAMELESS = "coder"
_COLUMNS = ("document", "code", "coder", "start", "end", "turn", "text")
_NUMBER = re.compile(r"(-?\d{1,15})(?:\.0+)?")
_SHOWN = 5
_QUOTED = 40


@dataclass(frozen=True, slots=True)
class _Study:
    """What codings are checked against.  turns: span by (document, number); empty: turns that were read as empty."""

    names: Names
    texts: Mapping[str, str]
    turns: Mapping[tuple[str, int], tuple[int, int]]
    empty: frozenset[tuple[str, int]]
    codes: Mapping[str, str]
    code_names: list[str]


@dataclass(slots=True)
class _Findings:
    """What goes wrong or is worth telling while rows are read."""

    errors: list[str] = field(default_factory=list)
    on_empty: list[Row] = field(default_factory=list)
    nameless: int = 0
    repeated: int = 0


class _BadRowError(Exception):
    """One row that cannot be used; its message is collected with the others."""


def read_codings(path: Path, corpus: Corpus, codebook: Codebook, config: IngestConfig | None = None) -> Codings:
    """The codings in a table with the columns document, code, coder and either start and end, or turn.

    A cell `text` must be the words at that place, white space aside. With an empty codebook codes are not checked.
    Raises one InputError for all bad rows together: unknown document or code, a place outside the text, other words.
    """
    settings = config or IngestConfig()
    table = read_table(load(path, settings.max_file_mb), settings, "code", _COLUMNS)
    _check_columns(table)
    study = _study(corpus, codebook)
    findings = _Findings()
    items: dict[Coding, None] = {}
    for row in table.rows:
        try:
            coding = _coding(table, row, study, findings)
        except _BadRowError as problem:
            findings.errors.append(f"line {row.line}: {problem}")
            continue
        if coding is None:
            continue
        findings.repeated += coding in items
        items[coding] = None
    if findings.errors:
        raise _all_errors(table, findings.errors)
    return Codings(tuple(items), (*table.problems, *_remarks(table, findings)))


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
        empty=frozenset((d.document, d.turn) for d in corpus.dropped if d.reason == "empty turn"),
        codes={key_of(code.name): code.name for code in codebook.codes},
        code_names=[code.name for code in codebook.codes],
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
    if not study.codes:
        return written
    found = study.codes.get(key_of(written))
    if found is None:
        raise _BadRowError(f"the code {written!r} is not in the codebook{nearest(written, study.code_names)}")
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
    if findings.on_empty:
        told = f"{len(findings.on_empty)} codings lie on turns without text and were left out"
        found.append(Problem(table.place(findings.on_empty[0]), told))
    return found
