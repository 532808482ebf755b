"""A log as two analysts leave it after weeks: codes, refusals, themes, memos, edits of the tree, changes of mind."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np

from pipeline import decide
from pipeline.decide import Plan
from pipeline.records import Act, Entry
from pipeline.review import offers, queue
from pipeline.review.desk import Desk
from pipeline.review.drawing import plan_entries

CODERS = ("Ann", "Ben")
PLAN = Plan(blind=False, double=0.2, decoys=0.07, seed=7)
_THEMES_EACH = 40
_MEMO, _UNDO, _SETTLED, _NO_CODE, _REFUSED, _OTHER = 0.02, 0.02, 0.1, 0.05, 0.15, 0.1
"""Shares of what is done after a code was given, and of what is said instead of taking a suggestion."""


def fill(desk: Desk, n: int) -> None:
    """Writes decisions until the log has at least n entries.  The same run and n give the same log."""
    desk.say_all(plan_entries(desk, CODERS[0], PLAN), None)
    desk.say_all([*_on_tree(desk), *_on_themes(desk)], None)
    draw, number = np.random.default_rng(5), desk.state.last
    entries: list[Entry] = []
    for entry in _coding(desk, draw):
        if number + len(entries) >= n:
            break
        entries.append(_placed(desk, entry))
        if draw.random() < _UNDO and entry.act is not Act.MEMO:
            entries.append(_placed(desk, Entry(Act.UNDO, entry.coder, "", undoes=number + len(entries))))
    desk.log.append_all([(entry, decide.subjects(entry)) for entry in entries])


def _placed(desk: Desk, entry: Entry) -> Entry:
    """The entry as the desk would write it; thousands at once, each without looking back at the others."""
    if not entry.utterance:
        return dataclasses.replace(entry, run=desk.run)
    where = desk.utterance(entry.utterance)
    return dataclasses.replace(entry, run=desk.run, document=where.document, start=where.start, end=where.end)


def _on_tree(desk: Desk) -> Iterator[Entry]:
    """A few changes of the coding tree; the last code gets another name."""
    first, last = desk.codebook.codes[0], desk.codebook.codes[-1]
    told = (("theme", first.theme), ("definition", "what did not fit elsewhere"))
    yield Entry(Act.NEW_CODE, CODERS[0], "", code="something new", details=told)
    yield Entry(Act.EDIT_CODE, CODERS[1], "", code=last.name, details=(("name", f"{last.name}, too"), *told))
    yield Entry(Act.MEMO, CODERS[1], "", code=first.name, text="Is this one code or two?")


def _on_themes(desk: Desk) -> Iterator[Entry]:
    """Both decide on most candidate themes; some are renamed, one is split, some utterances are moved."""
    themes = [theme for theme in desk.state.themes.values() if len(theme.members) > 1]
    for coder in CODERS:
        for place, theme in enumerate(themes[:_THEMES_EACH]):
            if place % 4 == 3:
                continue
            act = Act.REJECT_THEME if place % 5 == 4 else Act.ACCEPT_THEME
            yield Entry(act, coder, "", theme=theme.id, text="as the quotes say", seconds=40.0 + place)
    for place, theme in enumerate(themes[:-1]):
        few = tuple(sorted(theme.members)[: min(len(theme.members) - 1, 20)])
        if place % 6 == 0:
            yield Entry(Act.SPLIT_THEME, CODERS[0], "", theme=theme.id, members=few, text=f"part of {theme.name}")
        elif place % 2:
            yield Entry(Act.MOVE_UTTERANCES, CODERS[1], "", theme=themes[-1].id, members=few)
            yield Entry(Act.RENAME_THEME, CODERS[1], "", theme=theme.id, text=f"{theme.name} (ours)")
        yield Entry(Act.MEMO, CODERS[0], "", theme=theme.id, text="Talk about this one.")


def _coding(desk: Desk, draw: np.random.Generator) -> Iterator[Entry]:
    """Both code what everybody codes and half each of the rest, in turn; every eighth that both coded is settled."""
    everybody, codes = desk.state.plan.everybody, [code.name for code in desk.codebook.codes]
    shares = [
        [id_ for place, id_ in enumerate(queue.share_of(desk, coder).ids) if id_ in everybody or place % 2 == which]
        for which, coder in enumerate(CODERS)
    ]
    coded: set[str] = set()
    for pair in zip(*shares, strict=False):
        for coder, id_ in zip(CODERS, pair, strict=True):
            yield from _on_utterance(desk, coder, id_, codes, draw)
            if id_ in coded and draw.random() < _SETTLED:
                agreed = (codes[len(coded) % len(codes)],)
                yield Entry(Act.SETTLE, coder, "", utterance=id_, members=agreed, text="ours")
            coded.add(id_)


def _on_utterance(desk: Desk, coder: str, id_: str, codes: list[str], draw: np.random.Generator) -> Iterator[Entry]:
    offered = offers.suggested(desk, id_)
    decoy = offers.decoy_at(desk, id_)
    shown = tuple(offer.code for offer in offered)
    if decoy:
        shown = (decoy, *shown[1:])
    seconds, luck = round(float(draw.exponential(12)), 1), draw.random()
    if not shown or luck < _NO_CODE:
        yield Entry(Act.NO_CODE, coder, "", utterance=id_, shown=shown, seconds=seconds)
        return
    if luck < _NO_CODE + _REFUSED:
        yield Entry(Act.REJECT_CODE, coder, "", utterance=id_, code=shown[0], shown=shown, seconds=seconds)
    if luck < _NO_CODE + _REFUSED + _OTHER:
        other = codes[int(draw.integers(len(codes)))]
        act = Act.ACCEPT_CODE if other in shown else Act.GIVE_CODE
        yield Entry(act, coder, "", utterance=id_, code=other, shown=shown, seconds=seconds)
    else:
        yield Entry(Act.ACCEPT_CODE, coder, "", utterance=id_, code=shown[0], shown=shown, seconds=seconds)
    if draw.random() < _MEMO:
        yield Entry(Act.MEMO, coder, "", utterance=id_, text="Remember this one.")
