"""Elements of a REFI-QDA file by their local names, whatever the version of their namespace."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from pipeline.ingest.read_lxml import local

_HEX = re.compile(r"[0-9A-F]{32}")


def children(element: Any, *names: str) -> list[Any]:
    """The direct children of those names, in order; none of None."""
    return [] if element is None else [child for child in element if local(child) in names]


def first(element: Any, name: str) -> Any:
    """The first direct child of that name, None if there is none."""
    return next(iter(children(element, name)), None)


def below(element: Any, *path: str) -> list[Any]:
    """The elements at the end of a path of names: below(root, "Sources", "TextSource")."""
    found = [] if element is None else [element]
    for name in path:
        found = [child for one in found for child in children(one, name)]
    return found


def every(element: Any, *names: str) -> Iterator[Any]:
    """All elements of those names inside an element, in the order of the file."""
    return (found for found in element.iter() if local(found) in names)


def words(element: Any, name: str = "Description") -> str:
    """The text in the child of that name without the blanks around it, "" if there is none."""
    child = first(element, name)
    return "" if child is None else "".join(child.itertext()).strip()


def guid(element: Any, attribute: str = "guid") -> str:
    """An identifier in the one form in which identifiers are compared, "" if there is none.

    Files mix braces, capitals and small letters (REFI-QDA 1.5, annex A).
    """
    written: str = element.get(attribute) or ""
    bare = written.strip().strip("{}").upper()
    plain = bare.replace("-", "")
    if not _HEX.fullmatch(plain):
        return bare
    return "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))


def moment(element: Any) -> str:
    """When something was made, as records.Coding has it: UTC without an offset, at midnight the day alone; "" if not
    known or not readable.
    """
    written: str = (element.get("creationDateTime") or "").strip()
    try:
        read = datetime.fromisoformat(written)
        when = (read.astimezone(UTC) if read.tzinfo else read).replace(tzinfo=None, microsecond=0)
    except (ValueError, OverflowError):
        return ""
    return when.date().isoformat() if (when.hour, when.minute, when.second) == (0, 0, 0) else when.isoformat()


def targets(element: Any, name: str) -> list[str]:
    """What the children of that name refer to, as identifiers; members of a codebook file's sets say `guid`."""
    return [guid(child, "targetGUID") or guid(child) for child in children(element, name)]
