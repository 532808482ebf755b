"""What was done to each candidate theme: also where its utterances went, and from which theme it was cut off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline import decide
from pipeline.decide import State
from pipeline.records import Act, Entry
from pipeline.review.desk import Desk
from pipeline.review.words import told

_TOLD = frozenset(
    {
        Act.ACCEPT_THEME,
        Act.REJECT_THEME,
        Act.RENAME_THEME,
        Act.MERGE_THEMES,
        Act.SPLIT_THEME,
        Act.MOVE_UTTERANCES,
        Act.TIE_THEME,
        Act.INTRUDER,
    }
)


@dataclass(frozen=True, slots=True)
class Event:
    """A line of a theme's history, or a memo on it.  why: what the analyst gave as the reason."""

    at: str
    coder: str
    what: str
    why: str = ""


def history_of(desk: Desk, id_: str) -> tuple[Event, ...]:
    """What was done to the theme, the newest first; what was taken back is left out."""
    entries = desk.cached("theme histories", lambda: _histories(desk.state)).get(id_, [])
    return tuple(Event(day(e.at), e.coder, told(desk, e), _why(e)) for e in reversed(entries))


def memos_on(desk: Desk, id_: str) -> tuple[Event, ...]:
    """The memos on a theme, the oldest first."""
    return tuple(Event(day(note.at), note.coder, note.text) for note in desk.state.notes if note.theme == id_)


def origin_of(desk: Desk, id_: str) -> str:
    """How the theme came to be in this run; "" for one that was cut off another, which its history tells."""
    seen = next((theme for theme in desk.state.runs[desk.run].themes if theme.id == id_), None)
    if seen is None:
        return ""
    return "The run kept it from earlier decisions." if seen.held else "The machine offered it."


def day(at: str) -> str:
    """Date and time of an entry, to the minute."""
    return at[:16].replace("T", " ")


def _histories(state: State) -> Mapping[str, list[Entry]]:
    """Theme -> its entries. Where moved utterances stood is known only from all that was done to themes before."""
    then, found = decide.fold((), state.runs), dict[str, list[Entry]]()
    for number, entry in state.entries.items():
        if number in state.undone or entry.act not in _TOLD | {Act.OPEN}:
            continue
        for id_ in _touched(then, entry):
            found.setdefault(id_, []).append(entry)
        then = decide.apply(then, entry)
    return found


def _touched(then: State, entry: Entry) -> tuple[str, ...]:
    """Themes that an entry is about; then: the state before it."""
    if entry.act is Act.SPLIT_THEME:
        return entry.theme, decide.next_part(then, entry.theme)
    if entry.act is Act.MERGE_THEMES:
        return (entry.theme, *entry.members)
    if entry.act is Act.MOVE_UTTERANCES:
        moved = frozenset(entry.members)
        left = (id_ for id_, theme in then.themes.items() if theme.members & moved)
        return tuple(dict.fromkeys((*left, entry.theme)))
    return (entry.theme,)


def _why(entry: Entry) -> str:
    return entry.text if entry.act in (Act.ACCEPT_THEME, Act.REJECT_THEME) else ""
