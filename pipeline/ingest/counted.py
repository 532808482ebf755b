"""Numbers, lists of names and codings without a place, in messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipeline.records import Problem, Unplaced

NO_TRANSCRIPT = "no transcript was given"
_KINDS = {
    "found ": "found several times",
    NO_TRANSCRIPT: "without a transcript",
    "the text is missing": "on a text that is missing",
    "the code is missing": "with a code that the project lacks",
    "the study has no document": "in an unknown document",
    "unknown document": "in an unknown document",
    "the study's text of": "with words that do not stand, or not only once, in the study's text",
    "the coding lies on": "on something else than a text that is read",
    "the selection": "with positions that cannot be",
}
_CODES = {
    " is a folder ": "with a folder for a code",
    " several branches ": "with a name that several codes have",
    " is not in ": "with a code that is not in the codebook",
}


def many(count: int, noun: str, plural: str = "") -> str:
    """`1 text`, `2,000 texts`; plural where an s is wrong."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def shown(names: Sequence[str], most: int = 5) -> str:
    """The first names, each once, and how many more there are."""
    found = list(dict.fromkeys(names))
    return ", ".join(found[:most]) + (f" and {len(found) - most} more" if len(found) > most else "")


def without_place(file: str, unplaced: Sequence[Unplaced], total: int) -> list[Problem]:
    """How many of a file's codings have no place in the study, with the kinds of reasons; nothing if all have one."""
    if not unplaced:
        return []
    told = f"{len(unplaced):,} of {many(total, 'coding')} have no place in the texts; they are listed as unplaced"
    counts = Counter(_kind(one.reason) for one in unplaced)
    return [Problem(file, told, f"Reasons: {'; '.join(f'{n:,} {kind}' for kind, n in counts.most_common())}.")]


def _kind(reason: str) -> str:
    """The kind of a reason, without the names in it."""
    found = next((kind for start, kind in _KINDS.items() if reason.startswith(start)), "")
    if not found and reason.startswith("the code "):
        found = next((kind for part, kind in _CODES.items() if part in reason), "")
    return found or reason
