"""What may be taken back: one's own entries, the last on their subject first, and nothing that was said blind."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline import decide
from pipeline.decide import State
from pipeline.errors import UsageError
from pipeline.records import Act, Entry

_NEVER = frozenset({Act.OPEN, Act.UNDO, Act.PLAN, Act.DECOYS, Act.LOCK, Act.INTRUDER})


def undoable(state: State) -> Iterator[tuple[Entry, str]]:
    """Entries from the newest to the oldest with the reason why they cannot be taken back, "" if they can."""
    later: dict[str, Entry] = {}
    for number in reversed(state.entries):
        entry = state.entries[number]
        about = decide.subjects(entry)
        after = next((later[subject] for subject in about if subject in later), None)
        yield entry, _why_not(entry, after, undone=number in state.undone)
        if number not in state.undone:
            later |= {subject: entry for subject in about if subject not in later}


def last_of(state: State, coder: str) -> Entry | None:
    """The coder's last entry that can be taken back, None if there is none."""
    return next((entry for entry, reason in undoable(state) if entry.coder == coder and not reason), None)


def check_undo(state: State, undo: Entry) -> None:
    """Raises UsageError if the entry that `undo` names cannot be taken back by its coder."""
    for entry, reason in undoable(state):
        if entry.number == undo.undoes and entry.coder == undo.coder:
            if reason:
                raise UsageError(reason, "undo", "Decide anew instead; both decisions stay in the log.")
            return
    raise UsageError("there is no such decision of yours", "undo", "Take back your own decisions.")


def _why_not(entry: Entry, after: Entry | None, *, undone: bool) -> str:
    if undone:
        return "this decision was taken back already"
    if entry.act in _NEVER:
        return "this kind of entry is never taken back"
    if after is None:
        return ""
    if after.act is Act.LOCK:
        return "it was said before the suggestions were shown, and stands"
    return "a later decision rests on it; take that one back first"
