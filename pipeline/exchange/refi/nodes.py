"""Elements of a REFI-QDA file as plain records, and how names, quotes and dates are written in them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from pipeline.exchange.texts import safe

NAMELESS = "(no name)"

_BREAKS = re.compile("[\x0b\x0c\x1c-\x1f]")
_NAME_CHARACTERS = 80  # enough for a reader to check positions by, which is what programs need names for


@dataclass(frozen=True, slots=True)
class Node:
    """One element: children in order (read once, so they may be generated), or text where there are none."""

    tag: str
    attributes: tuple[tuple[str, str], ...] = ()
    children: Iterable[Node] = ()
    text: str = ""


def shown(name: str) -> str:
    """A name for an attribute, never empty: ATLAS.ti refuses attributes without a value."""
    return safe(name) or NAMELESS


def quoted(text: str, start: int, end: int) -> tuple[tuple[str, str], ...]:
    """The attributes that say where a selection lies, its first characters as its name where it holds any."""
    quote = text[start : min(end, start + _NAME_CHARACTERS)]
    # a reader squeezes blanks before it compares name and text: a page break as a blank still tells it that they agree
    name = (("name", safe(_BREAKS.sub(" ", quote))),) if quote else ()
    return (*name, ("startPosition", str(start)), ("endPosition", str(end)))


def description(text: str) -> tuple[Node, ...]:
    """A Description element, none if there is nothing to say."""
    return (Node("Description", text=safe(text)),) if text else ()


def container(tag: str, children: Iterable[Node]) -> tuple[Node, ...]:
    """An element around its children, none if there are none: the schemas refuse empty containers."""
    held = tuple(children)
    return (Node(tag, children=held),) if held else ()


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
