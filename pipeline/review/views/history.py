"""All decisions, the newest first."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.review.desk import Desk
from pipeline.review.page import Shell
from pipeline.review.paging import part_of
from pipeline.review.queue import hides
from pipeline.review.undo import undoable
from pipeline.review.words import told_with_undone

A_PAGE = 50
HIDDEN = "said something of an utterance that everybody codes: it shows when all who code are done with it"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry.  seconds: "" if not known.  undoable: this coder may take it back now."""

    number: int
    at: str
    coder: str
    what: str
    why: str
    seconds: str
    undone: bool
    undoable: bool


@dataclass(frozen=True, slots=True)
class HistoryView:
    """One page of the log, of one coder or (who "") of all."""

    shell: Shell
    who: str
    coders: tuple[str, ...]
    lines: tuple[Line, ...]
    page: int
    n_pages: int
    n_entries: int


def history_view(shell: Shell, desk: Desk, coder: str, who: str, page: int) -> HistoryView:
    """Page `page` (from 1) of the entries of `who`; of everybody if `who` has none."""
    state = desk.state
    who = who if who in state.coders else ""
    entries = [(e, reason) for e, reason in undoable(state) if e.coder and (not who or e.coder == who)]
    shown, page, n_pages = part_of(entries, page, A_PAGE)
    lines = tuple(
        Line(
            number=entry.number,
            at=entry.at[:16].replace("T", " "),
            coder=entry.coder,
            what=HIDDEN if hides(desk, coder, entry) else told_with_undone(desk, entry),
            why=entry.text
            if not hides(desk, coder, entry) and entry.act.value.startswith(("reject", "settle", "memo"))
            else "",
            seconds="" if entry.seconds is None else f"{entry.seconds:.0f}",
            undone=entry.number in state.undone,
            undoable=entry.coder == coder and not reason,
        )
        for entry, reason in shown
    )
    return HistoryView(shell, who, state.coders, lines, page, n_pages, len(entries))
