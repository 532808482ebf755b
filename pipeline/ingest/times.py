"""Times in a recording as transcripts write them, in milliseconds."""

from __future__ import annotations

import re

# Hours may be absent (`0:15` is 15 seconds); f4 writes tenths after a hyphen (`00:01:02-3`).
PATTERN = r"(?:\d{1,2}:)?\d{1,3}:\d{2}(?:[.,-]\d{1,6})?"
_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})(?:[.,-](\d{1,6}))?")
_SECONDS = re.compile(r"\d{1,7}(?:[.,]\d{1,6})?")
_AT_END = re.compile(rf"#({PATTERN})#\s*\Z")
_TAIL = 40


def milliseconds(written: str) -> int | None:
    """The time in `h:mm:ss`, `mm:ss` or plain seconds; None if it is written in no such way."""
    written = written.strip().strip("[]()#").strip()
    if match := _CLOCK.fullmatch(written):
        hours, minutes, seconds, rest = match.groups()
        whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
        return whole * 1000 + round(float(f"0.{rest or 0}") * 1000)
    if _SECONDS.fullmatch(written):
        return round(float(written.replace(",", ".")) * 1000)
    return None


def at_end(text: str) -> int | None:
    """The time stamp `#00:01:02-3#` that closes a turn in f4 transcripts; None if there is none."""
    match = _AT_END.search(text[-_TAIL:])
    return milliseconds(match[1]) if match else None
