"""What analysts decided on candidate themes and suggested codes, from a table."""

from __future__ import annotations

from pathlib import Path

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.drafts import key_of
from pipeline.ingest.files import load
from pipeline.ingest.foreign.dates import Calendar, calendar_of
from pipeline.ingest.tables import Row, Table, missing_column, read_table
from pipeline.records import Decision, Verdict

_COLUMNS = ("coder", "decision", "theme_id", "utterance_id", "code", "parent", "memo", "date")
_VERDICTS = {
    **dict.fromkeys(("accepted", "accept", "yes", "angenommen"), Verdict.ACCEPTED),
    **dict.fromkeys(("rejected", "reject", "no", "abgelehnt"), Verdict.REJECTED),
}
_SHOWN = 5


class _BadRowError(Exception):
    """One row that cannot be used; its message is collected with the others."""


def read_decisions(path: Path, config: IngestConfig | None = None) -> tuple[Decision, ...]:
    """The decisions in a table with the columns coder, decision (accepted or rejected), and theme_id, or utterance_id
    and code; optionally code, parent, memo, date.

    Of several rows of one coder on the same theme, or on the same code for the same utterance, the last counts and
    stands where it stands. Rows without a decision are left out: nothing was decided.
    Raises one InputError for all bad rows together.
    """
    settings = config or IngestConfig()
    table = read_table(load(path, settings.max_file_mb), settings, "decision", _COLUMNS)
    for column in ("coder", "decision"):
        if column not in table.columns:
            raise missing_column(table, column)
    if not {"theme_id", "utterance_id"} & set(table.columns):
        raise missing_column(table, "theme_id")
    calendar = calendar_of(table.cell(row, "date") for row in table.rows)
    found: dict[tuple[str, ...], Decision] = {}
    errors = []
    for row in table.rows:
        if not table.cell(row, "decision"):
            continue
        try:
            decision = _decision(table, row, calendar)
        except _BadRowError as problem:
            errors.append(f"line {row.line}: {problem}")
            continue
        key = (key_of(decision.coder), decision.theme, decision.utterance, *_suggested(decision))
        found.pop(key, None)
        found[key] = decision
    if errors:
        raise _all_errors(table, errors)
    return tuple(found.values())


def _suggested(decision: Decision) -> tuple[str, ...]:
    """An utterance may have several suggested codes; a theme is decided on once, whatever code it becomes."""
    return (key_of(decision.code),) if decision.utterance else ()


def _decision(table: Table, row: Row, calendar: Calendar) -> Decision:
    cells = {name: table.cell(row, name) for name in _COLUMNS}
    verdict = _VERDICTS.get(cells["decision"].casefold())
    if verdict is None:
        raise _BadRowError(f"decision is neither accepted nor rejected: {cells['decision']!r}")
    if not cells["coder"]:
        raise _BadRowError("no coder is given")
    theme, utterance, code = cells["theme_id"], cells["utterance_id"], cells["code"]
    if not theme and not utterance:
        raise _BadRowError("neither a theme nor an utterance is given")
    if theme and utterance:
        raise _BadRowError("both a theme and an utterance are given; a decision is on one of them")
    if utterance and not code:
        raise _BadRowError(f"the suggested code for utterance {utterance!r} is missing")
    date = calendar.read(cells["date"])
    if cells["date"] and not date:
        raise _BadRowError(f"date is not a date: {cells['date']!r} (write 2026-05-31 or 31.05.2026)")
    return Decision(cells["coder"], verdict, theme, utterance, code, cells["parent"], cells["memo"], date)


def _all_errors(table: Table, errors: list[str]) -> InputError:
    more = f"; and {len(errors) - _SHOWN} more" if len(errors) > _SHOWN else ""
    rows = "1 decision" if len(errors) == 1 else f"{len(errors)} decisions"
    told = f"{rows} of {len(table.rows)} cannot be used: {'; '.join(errors[:_SHOWN])}{more}"
    todo = "Each row needs a coder, accepted or rejected, and either theme_id, or utterance_id and code."
    return InputError(told, table.name, todo)
