"""What the documents of workbooks are called where several files call their sheets alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from pipeline.ingest.drafts import Draft
from pipeline.records import Problem

_SHEETS = ("xlsx", "ods")


def sheets_apart(drafts: Sequence[Draft]) -> tuple[list[Draft], list[Problem]]:
    """The documents, those of workbooks called `FILE SHEET` where a document of another file has the sheet's name."""
    sources: dict[str, set[str]] = {}
    for draft in drafts:
        sources.setdefault(draft.id.casefold(), set()).add(draft.source)
    found: list[Draft] = []
    renamed: dict[str, list[str]] = {}
    for draft in drafts:
        if len(sources[draft.id.casefold()]) == 1 or draft.encoding not in _SHEETS:
            found.append(draft)
            continue
        name = f"{PurePath(draft.source).stem} {draft.id}"
        renamed.setdefault(draft.id, []).append(name)
        dropped = tuple(replace(piece, document=name) for piece in draft.dropped)
        found.append(replace(draft, id=name, dropped=dropped))
    problems = [
        Problem(name, f"several files have a sheet {name!r}; they are called {', '.join(map(repr, names))}")
        for name, names in renamed.items()
    ]
    return found, problems
