"""Themes as analysts change them: verdicts, names, merges, splits, moved utterances."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import chain

from pipeline.decide.state import State, WorkingTheme
from pipeline.records import Act, Entry


def change(state: State, entry: Entry, how: Callable[[WorkingTheme], WorkingTheme]) -> None:
    """The theme that an entry names, changed; nothing if it is not there or went into another."""
    theme = state.themes.get(entry.theme)
    if theme is not None and theme.stands:
        state.themes[theme.id] = replace(how(theme), last=entry.number)


def shape(state: State, entry: Entry, how: Callable[[WorkingTheme], WorkingTheme]) -> None:
    """As change, and the coder is remembered as one who shaped the theme."""
    change(state, entry, lambda theme: _by(how(theme), entry.coder))


def merge(state: State, entry: Entry) -> None:
    """The members of the others go into the theme named; their ids retire."""
    kept = state.themes.get(entry.theme)
    others = [state.themes[id_] for id_ in entry.members if id_ in state.themes and id_ != entry.theme]
    others = [theme for theme in others if theme.stands]
    if kept is None or not kept.stands or not others:
        return
    members = kept.members.union(*(theme.members for theme in others))
    for theme in others:
        state.themes[theme.id] = replace(theme, members=frozenset(), into=kept.id, last=entry.number)
        state.retired.add(theme.id)
    state.themes[kept.id] = _by(replace(kept, members=members, last=entry.number), entry.coder)


def split(state: State, entry: Entry) -> None:
    """The members named leave the theme and form a new one, `T3.2`, then `T3.3`, ..."""
    theme = state.themes.get(entry.theme)
    part = theme.members & frozenset(entry.members) if theme is not None and theme.stands else frozenset()
    if theme is None or not part or part == theme.members:
        return
    new = next_part(state, theme.id)
    state.themes[theme.id] = _by(replace(theme, members=theme.members - part, last=entry.number), entry.coder)
    state.themes[new] = WorkingTheme(new, entry.text or f"{theme.name} ({new})", part, last=entry.number)
    state.themes[new] = _by(state.themes[new], entry.coder)


def move(state: State, entry: Entry) -> None:
    """Utterances leave the themes that they are in and go to the one named, or out of every theme."""
    target, moved = state.themes.get(entry.theme), frozenset(entry.members)
    if entry.theme and (target is None or not target.stands):
        return
    if target is None:
        state.out |= moved.intersection(chain.from_iterable(theme.members for theme in state.themes.values()))
    else:
        state.out -= moved
    for theme in list(state.themes.values()):
        if theme.id != entry.theme and theme.members & moved:
            left = replace(theme, members=theme.members - moved, last=entry.number)
            state.themes[theme.id] = _by(left, entry.coder)
    if target is not None:
        gained = replace(target, members=target.members | moved, last=entry.number)
        state.themes[target.id] = _by(gained, entry.coder)


def unnamed(state: State, entry: Entry) -> frozenset[str]:
    """Ids of themes that an entry would change now and does not name: those that moved utterances leave, a new part."""
    if entry.act is Act.SPLIT_THEME:
        return frozenset({next_part(state, entry.theme)})
    if entry.act is Act.MOVE_UTTERANCES:
        moved = frozenset(entry.members)
        return frozenset(theme.id for theme in state.themes.values() if theme.members & moved)
    return frozenset()


def next_part(state: State, theme: str) -> str:
    """The id that the next part cut off a theme gets."""
    number = 2
    while f"{theme}.{number}" in state.themes or f"{theme}.{number}" in state.retired:
        number += 1
    return f"{theme}.{number}"


def _by(theme: WorkingTheme, coder: str) -> WorkingTheme:
    return theme if coder in theme.shaped else replace(theme, shaped=(*theme.shaped, coder))
