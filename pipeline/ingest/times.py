"""Times in a recording as transcripts write them, in milliseconds."""

from __future__ import annotations

import re

# Hours may be absent (`0:15` is 15 seconds); f4 writes tenths after a hyphen (`00:01:02-3`).
_FRACTION = r"(?:[.,-]\d{1,6})?"
PATTERN = rf"(?:\d{{1,2}}:)?\d{{1,3}}:\d{{2}}{_FRACTION}"
_SHORT = rf"(?:\d{{1,2}}:)?\d{{1,3}}:\d{{1,2}}{_FRACTION}"  # NVivo takes `1:6` for a minute and six seconds
_TO = r"[ \t]*(?:-->|[-–—])[ \t]*"
# In a mark of its own: `[00:15]`, `(00:15)`, `[0:15 - 0:20]`, `#00:01:02-3#`, `#75#`; with other words it is none.
MARKED = rf"(?:\[{_SHORT}(?:{_TO}{_SHORT})?\]|\({PATTERN}(?:{_TO}{PATTERN})?\)|\#(?:{_SHORT}|\d{{1,5}})\#)"
BARE = rf"{PATTERN}(?:{_TO}{PATTERN})?"  # `0:15`, `0:15 - 0:20`
_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{1,2})(?:[.,-](\d{1,6}))?")
_SECONDS = re.compile(r"\d{1,7}(?:[.,]\d{1,6})?")
_RANGE = re.compile(rf"({_SHORT}){_TO}({_SHORT})")
_TWO_PARTS = re.compile(r"(\d{1,2}):([0-5]\d)")
_BRACKETS = "[]()# \t"


def milliseconds(written: str, hours_first: bool = False) -> int | None:
    """The time in `h:mm:ss`, `mm:ss` (with hours_first `hh:mm`) or plain seconds; None if it is written otherwise."""
    written = written.strip().strip(_BRACKETS)
    if hours_first and (match := _TWO_PARTS.fullmatch(written)):
        return (int(match[1]) * 60 + int(match[2])) * 60_000
    if match := _CLOCK.fullmatch(written):
        hours, minutes, seconds, rest = match.groups()
        whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
        return whole * 1000 + round(float(f"0.{rest or 0}") * 1000)
    if _SECONDS.fullmatch(written):
        return round(float(written.replace(",", ".")) * 1000)
    return None


def bounds(written: str) -> tuple[str, str]:
    """Start and end in `0:15 - 0:20` or `0:15 --> 0:20`; of a single time that time, and ""."""
    written = written.strip().strip(_BRACKETS)
    if milliseconds(written) is None and (match := _RANGE.fullmatch(written)):
        return match[1], match[2]
    return written, ""


def in_two_parts(written: str) -> bool:
    """Whether a time is written `a:b`, which may mean minutes and seconds, or hours and minutes."""
    return bool(_TWO_PARTS.fullmatch(written.strip().strip(_BRACKETS)))
