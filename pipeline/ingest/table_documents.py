"""A table of talk to drafts: a row a turn, or a row an answer."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.drafts import Draft, Loaded, Reading, Talk, trimmed
from pipeline.ingest.labels import stated_role
from pipeline.ingest.tables import Row, Table, missing_column, read_table
from pipeline.ingest.times import milliseconds
from pipeline.ingest.turns import document_id
from pipeline.records import Dropped, Problem

_COLUMNS = ("document", "speaker", "text", "turn", "start_time", "end_time", "role", "original", "site", "id")
_GLUE = "\n\n"
_SHOWN = 5


def read_talk(loaded: Loaded, config: IngestConfig) -> Reading:
    """The documents in a table with the column text, and optionally document, speaker, turn, start_time, end_time,
    role, original, site.

    Rows of one document need not stand together. A document's text is its rows' texts with a blank line between them,
    and paragraph = row. Without any speaker the table holds answers: each document (without a document column, each
    row) is one person. Without a document column but with speakers the file is one document.
    Raises InputError if there is no text column, or a document cell is blank while others are not.
    """
    table = read_table(loaded, config, "text", _COLUMNS)
    if "text" not in table.columns:
        raise missing_column(table, "text")
    spoken = any(_label(table, row) for row in table.rows)
    problems = list(table.problems)
    drafts = []
    for name, rows in _grouped(table, loaded, spoken).items():
        draft, noticed = _draft(name, rows, table, loaded, "table" if spoken else "answers")
        drafts.append(draft)
        problems += noticed
    problems += _remarks(table, spoken)
    return Reading(tuple(drafts), tuple(problems), "table")


def _grouped(table: Table, loaded: Loaded, spoken: bool) -> dict[str, list[Row]]:
    if "document" in table.columns:
        return _by_document(table)
    if spoken:
        return {document_id(loaded): list(table.rows)} if table.rows else {}
    width = max(4, len(str(len(table.rows))))
    groups: dict[str, list[Row]] = {}
    for number, row in enumerate(table.rows, start=1):
        name = _composed(table.cell(row, "id")) or f"row-{number:0{width}d}"
        if name in groups:
            raise InputError(
                f"the id {name!r} stands in lines {groups[name][0].line} and {row.line}", table.name, "Make ids unique."
            )
        groups[name] = [row]
    return groups


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


def _draft(
    name: str, rows: Sequence[Row], table: Table, loaded: Loaded, form: str
) -> tuple[Draft, tuple[Problem, ...]]:
    numbered, problems = _numbered(name, rows, table)
    texts = [_text(table, entry.row) for entry in numbered]
    starts, at = [], 0
    for text in texts:
        starts.append(at)
        at += len(text) + len(_GLUE)
    whole = _GLUE.join(texts)
    talks, dropped = [], []
    for entry, start, text in zip(numbered, starts, texts, strict=True):
        begin, end = trimmed(whole, start, start + len(text))
        if begin == end:
            dropped.append(Dropped(name, start, start + len(text), text, "ingest", "empty turn", entry.number))
        else:
            talks.append(_talk(table, entry, begin, end))
    sites = list(dict.fromkeys(site for row in rows if (site := table.cell(row, "site"))))
    if len(sites) > 1:
        told = f"document {name} has several sites ({', '.join(sites)}); it counts as {sites[0]}"
        problems = (*problems, Problem(table.name, told, "Give each document one site."))
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
        site=sites[0] if sites else "",
    ), problems


def _text(table: Table, row: Row) -> str:
    """The row's text as typed, blanks around it included."""
    at = table.columns["text"]
    text = row.cells[at] if at < len(row.cells) else ""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _numbered(name: str, rows: Sequence[Row], table: Table) -> tuple[list[_Numbered], tuple[Problem, ...]]:
    """Rows in the order of their own turn numbers if these are whole and unique, else in the order of the file."""
    own = [table.cell(row, "turn") for row in rows]
    if all(number.isascii() and number.isdigit() for number in own):
        numbers = list(map(int, own))
        if len(set(numbers)) == len(numbers):
            pairs = sorted(zip(numbers, rows, strict=True), key=lambda pair: pair[0])
            return [_Numbered(number, row) for number, row in pairs], ()
    problems: tuple[Problem, ...] = ()
    if any(own):
        told = f"the turn numbers of document {name} are not whole and unique; its rows are numbered from 1 instead"
        problems = (Problem(table.name, told, "Codings that name a turn mean the number of the row in its document."),)
    return [_Numbered(number, row) for number, row in enumerate(rows, start=1)], problems


def _talk(table: Table, entry: _Numbered, start: int, end: int) -> Talk:
    row = entry.row
    return Talk(
        number=entry.number,
        start=start,
        end=end,
        label=_label(table, row),
        role=table.cell(row, "role"),
        start_ms=milliseconds(table.cell(row, "start_time")),
        end_ms=milliseconds(table.cell(row, "end_time")),
        original=table.cell(row, "original"),
    )


def _label(table: Table, row: Row) -> str:
    """Who speaks; a table that only says in which role somebody speaks has roles for labels."""
    return " ".join((table.cell(row, "speaker") or table.cell(row, "role")).split()).removesuffix(":").rstrip()


def _remarks(table: Table, spoken: bool) -> list[Problem]:
    """What an analyst should know about the whole table."""
    found = []
    blank = [row for row in table.rows if spoken and not _label(table, row) and table.cell(row, "text")]
    if blank:
        told = f"{len(blank)} turns have no speaker; the first stands in line {blank[0].line}"
        found.append(Problem(table.name, told, "They are analysed as turns of an unknown speaker."))
    strange = sorted({role for row in table.rows if (role := table.cell(row, "role")) and not stated_role(role)})
    if strange:
        told = f"roles that are not known: {', '.join(strange[:_SHOWN])}"
        found.append(Problem(table.name, told, "Write participant, interviewer or unknown; others were worked out."))
    for column in ("start_time", "end_time"):
        bad = [row for row in table.rows if table.cell(row, column) and milliseconds(table.cell(row, column)) is None]
        if bad:
            cell = table.cell(bad[0], column)
            told = f"{len(bad)} cells of {column} are no time, such as {cell!r} in line {bad[0].line}"
            found.append(Problem(table.name, told, "Write times as 1:02:03 or as seconds."))
    return found
