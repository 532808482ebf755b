"""documents.csv: site and further attributes of the documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.drafts import Loaded
from pipeline.ingest.naming import Names
from pipeline.ingest.tables import missing_column, read_table
from pipeline.records import Problem


@dataclass(frozen=True, slots=True)
class Attributes:
    """For each document id its site, and its further columns as (heading, value) in the order of the file."""

    sites: Mapping[str, str]
    values: Mapping[str, tuple[tuple[str, str], ...]]
    problems: tuple[Problem, ...]


def read_attributes(loaded: Loaded, ids: Sequence[str], config: IngestConfig) -> Attributes:
    """What the table says of the documents of the study.

    A document that only one side knows is a Problem.
    Raises InputError if there is no column document, or a document has two rows.
    """
    table = read_table(loaded, config, "document", ("site",))
    if "document" not in table.columns:
        raise missing_column(table, "document")
    names = Names(ids)
    further = [
        (table.headings[at].strip(), key) for key, at in table.columns.items() if key not in ("document", "site")
    ]
    lines: dict[str, int] = {}
    sites, values, problems = {}, {}, list(table.problems)
    for row in table.rows:
        written = table.cell(row, "document")
        name = names.find(written)
        if name is None:
            told = f"document {written!r} is not among the transcripts{names.nearest(written)}"
            problems.append(Problem(table.place(row), told))
            continue
        if name in lines:
            told = f"document {name!r} stands in lines {lines[name]} and {row.line}"
            raise InputError(told, table.name, "Keep one row for each document.")
        lines[name] = row.line
        sites[name] = table.cell(row, "site")
        values[name] = tuple((heading, table.cell(row, key)) for heading, key in further)
    if missing := [name for name in ids if name not in lines]:
        shown = ", ".join(missing[:10]) + (f" and {len(missing) - 10} more" if len(missing) > 10 else "")
        problems.append(Problem(table.name, f"{len(missing)} documents of the study have no row: {shown}"))
    return Attributes(sites, values, tuple(problems))
