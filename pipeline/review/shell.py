"""What every page shows around its own content: study, coder, what was just done, what can be taken back."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from pipeline.review.page import Notice, Shell
from pipeline.review.queue import hides
from pipeline.review.request import coder_of, desk_of, now_ms
from pipeline.review.undo import last_of
from pipeline.review.words import told, told_with_undone


@dataclass(frozen=True, slots=True)
class Trouble:
    """A page for what could not be done.  back: path of the page that it was asked on.

    typed: (what it is, text) of the words that somebody had typed there.
    """

    shell: Shell
    what: str
    where: str
    todo: str
    back: str
    typed: tuple[tuple[str, str], ...] = ()


def shell_of(request: Request, title: str, section: str) -> Shell:
    """The frame of a page for the coder of this browser."""
    desk, coder = desk_of(request), coder_of(request)
    state = desk.state
    last = last_of(state, coder)
    said = request.query_params.get("said", "")
    entry = state.entries.get(int(said)) if said.isascii() and said.isdecimal() and len(said) < 16 else None
    notices: tuple[Notice, ...] = ()
    if entry and not hides(desk, coder, entry):
        notices = (Notice("info", f"{_you(entry.coder, coder)} {told_with_undone(desk, entry)}."),)
    return Shell(
        title=title,
        study=desk.result.manifest.study or desk.result.manifest.name,
        coder=coder,
        section=section,
        csrf=getattr(request.state, "csrf", ""),
        seen=state.last,
        opened=now_ms(),
        undo_label=told(desk, last) if last else "",
        notices=notices,
    )


def _you(who: str, coder: str) -> str:
    return "You" if who == coder else who
