"""Numbers and lists of names in messages."""

from __future__ import annotations

from collections.abc import Sequence

_SHOWN = 5


def many(count: int, noun: str) -> str:
    """`1 code`, `2 codes`."""
    return f"{count:,} {noun if count == 1 else noun + 's'}"


def shown(names: Sequence[str]) -> str:
    """The first five names, each once, and whether there are more."""
    found = list(dict.fromkeys(names))
    return ", ".join(found[:_SHOWN]) + (", …" if len(found) > _SHOWN else "")
