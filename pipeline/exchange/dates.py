"""Dates as REFI-QDA writes them."""

from __future__ import annotations

from datetime import UTC, datetime


def instant(date: str) -> str:
    """The xsd:dateTime of an ISO date or date and time, "" for what is neither.

    A date alone is its first second; what names no time zone counts as UTC, what names one is turned into it.
    """
    try:
        found = datetime.fromisoformat(date.strip())
    except ValueError:
        return ""
    if found.tzinfo is not None:
        try:
            found = found.astimezone(UTC)
        except OverflowError:  # the first or last hours that a calendar knows
            return ""
    return found.replace(tzinfo=None).isoformat() + "Z"
