"""Elements of an XML file as plain records, and the text that XML 1.0 may hold."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

NAMELESS = "(no name)"

_NAME_CHARACTERS = 80  # enough for a reader to check positions by, which is what programs need names for

# XML 1.0 (fifth edition), production [2] Char, turned round; https://www.w3.org/TR/xml/#charsets
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Node:
    """One element: children in order (read once, so they may be generated), or text where there are none."""

    tag: str
    attributes: tuple[tuple[str, str], ...] = ()
    children: Iterable[Node] = ()
    text: str = ""


def safe(text: str) -> str:
    """The text with each character that XML 1.0 forbids replaced by U+FFFD, so that its length stays."""
    return _FORBIDDEN.sub("\ufffd", text)


def shown(name: str) -> str:
    """A name for an attribute, never empty: ATLAS.ti refuses attributes without a value."""
    return safe(name) or NAMELESS


def is_safe(text: str) -> bool:
    """True if XML 1.0 can hold the text as it is."""
    return _FORBIDDEN.search(text) is None


def plain(text: str) -> str:
    """The content of a source's text file: the text itself, as long as it was, so that all positions hold.

    Two characters cannot stand in a UTF-8 file: half a surrogate pair becomes U+FFFD, and a leading U+FEFF, which
    readers take for a byte order mark and do not count, becomes U+2060 (as invisible as it was).
    """
    whole = _SURROGATE.sub("\ufffd", text)
    return "\u2060" + whole[1:] if whole.startswith("\ufeff") else whole


def free_name(name: str, taken: Iterable[str]) -> str:
    """The name, or the name with the first number from 2 that makes it differ from those that are taken."""
    used = set(taken)
    number, found = 1, name
    while found in used:
        number += 1
        found = f"{name} {number}"
    return found


def quoted(text: str, start: int, end: int) -> tuple[tuple[str, str], ...]:
    """The attributes that say where a selection lies, its first characters as its name where it holds any."""
    quote = text[start : min(end, start + _NAME_CHARACTERS)]
    name = (("name", safe(quote)),) if quote else ()
    return (*name, ("startPosition", str(start)), ("endPosition", str(end)))


def description(text: str) -> tuple[Node, ...]:
    """A Description element, none if there is nothing to say."""
    return (Node("Description", text=safe(text)),) if text else ()


def container(tag: str, children: Iterable[Node]) -> tuple[Node, ...]:
    """An element around its children, none if there are none: the schemas refuse empty containers."""
    held = tuple(children)
    return (Node(tag, children=held),) if held else ()
