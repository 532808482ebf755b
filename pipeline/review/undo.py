"""What may be taken back: one's own entries, the last on their subject first, and nothing that was said blind."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline import decide
from pipeline.decide import State
from pipeline.errors import UsageError
from pipeline.records import Act, Entry

_WITH_A_SPLIT = frozenset({Act.SPLIT_THEME, Act.RENAME_THEME})
_WITH_A_CODE = frozenset({Act.ACCEPT_CODE, Act.REJECT_CODE, Act.GIVE_CODE, Act.TAKE_CODE, Act.TIE_THEME, Act.MEMO})
_NEVER = frozenset({Act.OPEN, Act.UNDO, Act.PLAN, Act.DECOYS, Act.LOCK, Act.INTRUDER})


def undoable(state: State) -> Iterator[tuple[Entry, str]]:
    """Entries from the newest to the oldest with the reason why they cannot be taken back, "" if they can."""
    later: dict[str, Entry] = {}
    used: set[str] = set()
    for number in reversed(state.entries):
        entry = state.entries[number]
        about = decide.subjects(entry, state.unnamed.get(number, frozenset()))
        after = next((later[subject] for subject in about if subject in later), None)
        yield entry, _why_not(entry, after, used=_named(entry) in used, undone=number in state.undone)
        if number not in state.undone and entry.act is not Act.UNDO:
            later |= {subject: entry for subject in about if subject not in later}
            used |= _uses(entry)


def last_of(state: State, coder: str) -> Entry | None:
    """The coder's last entry that can be taken back, None if there is none."""
    return next((entry for entry, reason in undoable(state) if entry.coder == coder and not reason), None)


def may_undo(state: State, number: int) -> bool:
    """The entry of this number can be taken back by who made it."""
    return any(entry.number == number and not reason for entry, reason in undoable(state))


def made_with(state: State, number: int) -> tuple[int, ...]:
    """Numbers of the entries before this one that one step made with it, the last first.

    So it is with the parts of one split, the first of which may get another name, and with a code that was made for a
    theme: the same coder in the same second, which nobody does in two steps.
    """
    entry, found = state.entries[number], []
    for before in range(number - 1, 0, -1):
        other = state.entries[before]
        cut = other.act is Act.SPLIT_THEME and entry.act in _WITH_A_SPLIT and other.theme == entry.theme
        made = (other.act, entry.act) == (Act.NEW_CODE, Act.TIE_THEME) and other.code == entry.code
        if not (cut or made) or (other.coder, other.at) != (entry.coder, entry.at) or before in state.undone:
            break
        found.append(before)
    return tuple(found)


def check_undo(state: State, undo: Entry) -> None:
    """Raises UsageError if the entry that `undo` names cannot be taken back by its coder."""
    for entry, reason in undoable(state):
        if entry.number == undo.undoes and entry.coder == undo.coder:
            if reason:
                raise UsageError(reason, "undo", "Decide anew instead; both decisions stay in the log.")
            return
    raise UsageError("there is no such decision of yours", "undo", "Take back your own decisions.")


def _named(entry: Entry) -> str:
    """The name that an entry gave a code, "" if it gave none."""
    if entry.act is Act.NEW_CODE:
        return entry.code
    name = dict(entry.details).get("name", "") if entry.act is Act.EDIT_CODE else ""
    return name if name != entry.code else ""


def _uses(entry: Entry) -> set[str]:
    """Names of codes with which an entry says something."""
    if entry.act in (Act.LOCK, Act.SETTLE):
        return set(entry.members)
    if entry.act is Act.DROP_CODE:
        return {entry.text} - {""}
    return {entry.code} if entry.act in _WITH_A_CODE and entry.code else set()


def _why_not(entry: Entry, after: Entry | None, *, used: bool, undone: bool) -> str:
    if undone:
        return "this decision was taken back already"
    if entry.act in _NEVER:
        return "this kind of entry is never taken back"
    if used:
        return "the code has been used since; rename it or drop it instead"
    if after is None:
        return ""
    if after.act is Act.LOCK:
        return "it was said before the suggestions were shown, and stands"
    return "a later decision rests on it; take that one back first"
