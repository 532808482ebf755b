"""Who is coding in this browser?"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.report.words import plural
from pipeline.review.desk import Desk
from pipeline.review.page import Shell


@dataclass(frozen=True, slots=True)
class WhoView:
    """coders: (name, what is known of her).  next: the path to go on to."""

    shell: Shell
    coders: tuple[tuple[str, str], ...]
    next: str


def who_view(shell: Shell, desk: Desk, next_: str) -> WhoView:
    """Everybody who coded in the study's files or decided something in the review."""
    made = [entry.coder for entry in desk.state.entries.values()]
    in_files = desk.result.table.coders
    known = []
    for coder in desk.coders:
        parts = ["coded in the study's files"] if coder in in_files else []
        parts += [plural(made.count(coder), "decision") + " in the review"] if coder in made else []
        known.append((coder, ", ".join(parts)))
    return WhoView(shell, tuple(known), next_)
