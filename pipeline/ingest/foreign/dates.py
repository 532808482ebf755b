"""Dates as tables write them, as ISO 8601; `5/6/25` only where the file decides what is day and what is month."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,?[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_SLASHES = re.compile(
    r"(\d{1,2})/(\d{1,2})/(\d{2}|\d{4})(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*([ap])\.?m\.?)?)?", re.IGNORECASE
)
_CENTURY = 70  # of two digits below it the 21st, as programs read them (POSIX strptime has 69)


def iso(written: str) -> str:
    """A date, or date and time, as ISO 8601; times with an offset are turned into UTC.  "" if it is none.

    05/31/2026 is refused: nobody can tell from one date alone whether 05/06/2026 is in May or in June.
    """
    try:
        if day_first := _DAY_FIRST.fullmatch(written):
            day, month, year, hour, minute, second = (int(part or 0) for part in day_first.groups())
            moment = datetime(year, month, day, hour, minute, second)
            return moment.isoformat() if day_first[4] else moment.date().isoformat()
        if len(written) <= len("2026-05-31"):
            return date.fromisoformat(written).isoformat()
        moment = datetime.fromisoformat(written)
        return (moment.astimezone(UTC) if moment.tzinfo else moment).replace(tzinfo=None).isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        return ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """How a file writes dates with slashes.  order: "mdy", "dmy" or "" where it does not say."""

    order: str = ""

    def read(self, written: str) -> str:
        """A date of the file as ISO 8601, "" if it is none or not sure."""
        written = written.strip()
        match = _SLASHES.fullmatch(written)
        if match is None:
            return iso(written) if written else ""
        first, second = int(match[1]), int(match[2])
        if not self.order and first != second:
            return ""
        month, day = (second, first) if self.order == "dmy" else (first, second)
        try:
            return _moment(match, _year(match[3]), month, day)
        except ValueError:
            return ""


def calendar_of(cells: Iterable[str]) -> Calendar:
    """The calendar that all dates of a file agree on: one of them has a number above 12 where the month cannot be."""
    pairs = [(int(m[1]), int(m[2])) for m in map(_SLASHES.fullmatch, (cell.strip() for cell in cells)) if m]
    month_first = any(second > 12 for _, second in pairs)
    day_first = any(first > 12 for first, _ in pairs)
    if month_first == day_first:
        return Calendar()
    return Calendar("mdy" if month_first else "dmy")


def _year(written: str) -> int:
    number = int(written)
    if len(written) > 2:
        return number
    return number + (2000 if number < _CENTURY else 1900)


def _moment(match: re.Match[str], year: int, month: int, day: int) -> str:
    if match[4] is None:
        return date(year, month, day).isoformat()
    hour = int(match[4])
    if match[7]:
        hour = hour % 12 + (12 if match[7].lower() == "p" else 0)
    return datetime(year, month, day, hour, int(match[5]), int(match[6] or 0)).isoformat(timespec="seconds")
