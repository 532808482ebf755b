"""A table of talk to drafts: a row a turn, or a row an answer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.drafts import Draft, Loaded, Reading, Talk, trimmed
from pipeline.ingest.formats.table_sheets import Talks, talk_sheets, told_lines
from pipeline.ingest.formats.table_speakers import carried_down
from pipeline.ingest.formats.table_times import times_of
from pipeline.ingest.labels import stated_role
from pipeline.ingest.tables import Row, Table
from pipeline.ingest.turns import document_id
from pipeline.records import Dropped, Problem

NOT_TRANSLATED = "not translated"
_GLUE = "\n\n"
_DIGITS = 9  # of the number of a turn
_SHOWN = 5
_GENERAL = re.compile(r"(?:sheet|tabelle|blatt|feuille?|hoja|folha|foglio|blad|table|arkusz)[ _]?\d*", re.IGNORECASE)


def read_talk(loaded: Loaded, config: IngestConfig) -> Reading:
    """The documents in a table of talk; which of its columns is what, table_headings.py tells.

    Rows of one document need not stand together. A document's text is its rows' texts with a blank line between them,
    and paragraph = row. Without any speaker the table holds answers: each document (without a document column, each
    row) is one person. Without a document column but with speakers the file is one document, or each of its sheets.
    Raises InputError if there is no text column, or a document cell is blank while others are not.
    """
    sheets, problems = talk_sheets(loaded, config)
    drafts = []
    for sheet in sheets:
        found, noticed = _read(sheet, loaded)
        drafts += found
        problems += noticed
    return Reading(tuple(drafts), _once(problems, loaded), "table")


def _once(problems: Sequence[Problem], loaded: Loaded) -> tuple[Problem, ...]:
    """What is true of several sheets as a whole is told once, of the file; what names a line is of its sheet alone."""
    places: dict[Problem, list[str]] = {}
    for problem in problems:
        place = problem.where if "line" in problem.what else ""
        places.setdefault(replace(problem, where=place), []).append(problem.where)
    return tuple(
        replace(problem, where=where[0] if len(set(where)) == 1 else loaded.name) for problem, where in places.items()
    )


def _read(sheet: Talks, loaded: Loaded) -> tuple[list[Draft], list[Problem]]:
    table = sheet.table
    spoken = any(_label(table, row) for row in table.rows)
    problems: list[Problem] = []
    times = {}
    for column in ("start_time", "end_time"):
        times[column], noticed = times_of(table, column, column in sheet.milliseconds)
        problems += noticed
    drafts = []
    unknown: list[Row] = []
    for name, rows in _grouped(sheet, loaded, spoken).items():
        numbered, told = _numbered(name, rows, table)
        labels, filled = carried_down([_label(table, entry.row) for entry in numbered], table.name)
        unknown += [e.row for e, label in zip(numbered, labels, strict=True) if not label and table.cell(e.row, "text")]
        spread = _Spread(table, tuple(numbered), tuple(labels), times["start_time"], times["end_time"])
        drafts.append(_draft(name, spread, loaded, "table" if spoken else "answers"))
        problems += [*told, *filled, *_sites(name, [entry.row for entry in numbered], table)]
    problems += _remarks(table, unknown if spoken else [])
    problems += _backwards(table, times["start_time"], times["end_time"])
    return drafts, problems


def _grouped(sheet: Talks, loaded: Loaded, spoken: bool) -> dict[str, list[Row]]:
    table = sheet.table
    if "document" in table.columns:
        return _by_document(table)
    whole = _sheet_id(sheet.sheet, loaded)
    if spoken:
        return {whole: list(table.rows)} if table.rows else {}
    width = max(4, len(str(len(table.rows))))
    groups: dict[str, list[Row]] = {}
    for number, row in enumerate(table.rows, start=1):
        counted = f"{whole} row-{number:0{width}d}" if sheet.sheet else f"row-{number:0{width}d}"
        name = _composed(table.cell(row, "id")) or counted
        if name in groups:
            raise InputError(
                f"the id {name!r} stands in lines {groups[name][0].line} and {row.line}", table.name, "Make ids unique."
            )
        groups[name] = [row]
    return groups


def _sheet_id(sheet: str, loaded: Loaded) -> str:
    """The sheet's name, after the file's where programs call sheets so and many a file has one; without, the file's."""
    name = _composed(sheet.strip())
    if not name or _GENERAL.fullmatch(name):
        return f"{document_id(loaded)} {name}".rstrip()
    return name


def _by_document(table: Table) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    blank = []
    for row in table.rows:
        if name := _composed(table.cell(row, "document")):
            groups.setdefault(name, []).append(row)
        else:
            blank.append(row.line)
    if blank:
        shown = ", ".join(map(str, blank[:_SHOWN])) + (", …" if len(blank) > _SHOWN else "")
        raise InputError(
            f"{len(blank)} rows name no document (lines {shown})", table.name, "Fill the column document in every row."
        )
    return groups


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A row with the number of its turn."""

    number: int
    row: Row


@dataclass(frozen=True, slots=True)
class _Spread:
    """The rows of one document in their order with the label of each; times by line of the table."""

    table: Table
    rows: tuple[_Numbered, ...]
    labels: tuple[str, ...]
    starts: Mapping[int, int]
    ends: Mapping[int, int]


def _draft(name: str, spread: _Spread, loaded: Loaded, form: str) -> Draft:
    table = spread.table
    texts = [_text(table, entry.row) for entry in spread.rows]
    starts, at = [], 0
    for text in texts:
        starts.append(at)
        at += len(text) + len(_GLUE)
    whole = _GLUE.join(texts)
    talks, dropped = [], []
    for i, (entry, start, text) in enumerate(zip(spread.rows, starts, texts, strict=True)):
        begin, end = trimmed(whole, start, start + len(text))
        if begin == end:
            reason = NOT_TRANSLATED if table.cell(entry.row, "original") else "empty turn"
            dropped.append(Dropped(name, start, start + len(text), text, "ingest", reason, entry.number))
        else:
            talks.append(_talk(spread, i, begin, end))
    return Draft(
        id=name,
        text=whole,
        source=loaded.name,
        sha256=loaded.sha256,
        encoding=table.encoding,
        form=form,
        paragraphs=tuple(starts),
        talks=tuple(talks),
        dropped=tuple(dropped),
        site=next((site for entry in spread.rows if (site := table.cell(entry.row, "site"))), ""),
    )


def _text(table: Table, row: Row) -> str:
    """The row's text as typed, blanks around it included."""
    at = table.columns["text"]
    text = row.cells[at] if at < len(row.cells) else ""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _numbered(name: str, rows: Sequence[Row], table: Table) -> tuple[list[_Numbered], list[Problem]]:
    """Rows in the order of their own turn numbers if these are whole and unique, else in the order of the file."""
    own = [table.cell(row, "turn") for row in rows]
    if all(number.isascii() and number.isdigit() and len(number) <= _DIGITS for number in own):
        numbers = list(map(int, own))
        if len(set(numbers)) == len(numbers):
            pairs = sorted(zip(numbers, rows, strict=True), key=lambda pair: pair[0])
            return [_Numbered(number, row) for number, row in pairs], []
    problems = []
    if any(own):
        told = f"the turn numbers of document {name} are not whole and unique; its rows are numbered from 1 instead"
        problems = [Problem(table.name, told, "Codings that name a turn mean the number of the row in its document.")]
    return [_Numbered(number, row) for number, row in enumerate(rows, start=1)], problems


def _talk(spread: _Spread, at: int, start: int, end: int) -> Talk:
    entry = spread.rows[at]
    return Talk(
        number=entry.number,
        start=start,
        end=end,
        label=spread.labels[at],
        role=spread.table.cell(entry.row, "role"),
        start_ms=spread.starts.get(entry.row.line),
        end_ms=spread.ends.get(entry.row.line),
        original=spread.table.cell(entry.row, "original"),
    )


def _label(table: Table, row: Row) -> str:
    """Who speaks; a table that only says in which role somebody speaks has roles for labels."""
    return " ".join((table.cell(row, "speaker") or table.cell(row, "role")).split()).removesuffix(":").rstrip()


def _sites(name: str, rows: Sequence[Row], table: Table) -> list[Problem]:
    sites = list(dict.fromkeys(site for row in rows if (site := table.cell(row, "site"))))
    if len(sites) < 2:
        return []
    told = f"document {name} has several sites ({', '.join(sites)}); it counts as {sites[0]}"
    return [Problem(table.name, told, "Give each document one site.")]


def _remarks(table: Table, unknown: Sequence[Row]) -> list[Problem]:
    """What an analyst should know about the whole table.  unknown: rows of talk of which nobody knows who speaks."""
    found = []
    if unknown:
        told = f"{len(unknown)} turns have no speaker; the first stands in line {unknown[0].line}"
        found.append(Problem(table.name, told, "They are analysed as turns of an unknown speaker."))
    strange = sorted({role for row in table.rows if (role := table.cell(row, "role")) and not stated_role(role)})
    if strange:
        told = f"roles that are not known: {', '.join(strange[:_SHOWN])}"
        found.append(Problem(table.name, told, "Write participant, interviewer or unknown; others were worked out."))
    gaps = [row.line for row in table.rows if table.cell(row, "original") and not table.cell(row, "text")]
    if gaps:
        where = told_lines(gaps)
        told = f"{_turns(len(gaps))} not translated and left out: only the original stands there ({where})"
        found.append(Problem(table.name, told, "Translate them, or they are missing from the analysis."))
    return found


def _turns(count: int) -> str:
    return "1 turn is" if count == 1 else f"{count} turns are"


def _backwards(table: Table, starts: Mapping[int, int], ends: Mapping[int, int]) -> list[Problem]:
    wrong = sorted(line for line, start in starts.items() if ends.get(line, start) < start)
    if not wrong:
        return []
    told = f"{_turns(len(wrong))} said to end before they begin, the first in line {wrong[0]}"
    return [Problem(table.name, told, "Check the columns of times; they were kept as they are.")]
