"""Entries of a log, one after another, to the state that they amount to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipeline.decide import carry, themes
from pipeline.decide.codes import edit_of
from pipeline.decide.state import Guess, Note, Plan, Said, Settled, State, with_verdict
from pipeline.records import Act, Entry, SeenRun, Verdict

_ON_UTTERANCES = frozenset({Act.ACCEPT_CODE, Act.REJECT_CODE, Act.GIVE_CODE, Act.TAKE_CODE, Act.NO_CODE, Act.LOCK})
_CHANGES_SAYINGS = frozenset({Act.DECOYS, Act.NEW_CODE, Act.EDIT_CODE, Act.DROP_CODE})


def fold(entries: Sequence[Entry], runs: Mapping[str, SeenRun]) -> State:
    """The state after all entries; those that were taken back are passed over.

    runs: what the log remembers of the runs that its entries speak of, by id.
    """
    undone = {entry.undoes for entry in entries if entry.act is Act.UNDO}
    state = State(runs=runs, undone=set(undone))
    for entry in entries:
        _apply(state, entry, undone=entry.number in undone)
    return state


def apply(state: State, entry: Entry) -> State:
    """The state after one more entry: the same object, changed; a new one if the entry takes another back."""
    if entry.act is Act.UNDO and not _unsaid(state, entry):
        return fold((*state.entries.values(), entry), state.runs)
    _apply(state, entry, undone=False)
    return state


def _unsaid(state: State, undo: Entry) -> bool:
    """Take back what one coder said of one utterance, without going through the whole log; False if it takes that.

    So it is where codes or decoys changed since she began with the utterance, where the log knows several runs, and
    where the order in which people spoke would be another.
    """
    taken = state.entries.get(undo.undoes)
    if taken is None or taken.act not in _ON_UTTERANCES or not taken.utterance or taken.number in state.undone:
        return False
    standing = (e for n, e in state.entries.items() if n not in state.undone)
    said = [e for e in standing if e.utterance == taken.utterance and e.act in _ON_UTTERANCES]
    own = [e for e in said if e.coder == taken.coder]
    if (taken is said[0] and len(said) > 1) or (taken is own[0] and len(own) > 1):
        return False
    if len(state.runs) > 1 or any(e.act in _CHANGES_SAYINGS for n, e in state.entries.items() if n > own[0].number):
        return False
    state.undone.add(taken.number)
    state.said[taken.utterance][taken.coder] = Said()
    for entry in own:
        if entry is not taken:
            _STEPS[entry.act](state, entry)
    if len(own) == 1:
        del state.said[taken.utterance][taken.coder]
    if not state.said[taken.utterance]:
        del state.said[taken.utterance]
    return True


def _apply(state: State, entry: Entry, *, undone: bool) -> None:
    state.entries[entry.number] = entry
    state.last = max(state.last, entry.number)
    if not undone and entry.act is not Act.UNDO:
        if more := themes.unnamed(state, entry):
            state.unnamed[entry.number] = more
        _STEPS[entry.act](state, entry)


def _open(state: State, entry: Entry) -> None:
    if entry.run != state.run and entry.run in state.runs:
        carry.to_run(state, state.runs[entry.run])


def _plan(state: State, entry: Entry) -> None:
    told = dict(entry.details)
    state.plan = Plan(
        blind=told.get("blind") == "yes",
        double=float(told.get("double", 0)),
        decoys=float(told.get("decoys", 0)),
        seed=int(told.get("seed", 0)),
        everybody=frozenset(entry.members),
    )


def _decoys(state: State, entry: Entry) -> None:
    state.decoys = dict(entry.details)


def _accept_theme(state: State, entry: Entry) -> None:
    themes.change(state, entry, lambda theme: with_verdict(theme, entry, Verdict.ACCEPTED))


def _reject_theme(state: State, entry: Entry) -> None:
    themes.change(state, entry, lambda theme: with_verdict(theme, entry, Verdict.REJECTED))


def _rename_theme(state: State, entry: Entry) -> None:
    themes.shape(state, entry, lambda theme: replace(theme, name=entry.text))


def _tie_theme(state: State, entry: Entry) -> None:
    themes.shape(state, entry, lambda theme: replace(theme, code=entry.code))


def _accept_code(state: State, entry: Entry) -> None:
    """A decoy that is accepted is told apart; it becomes a coding only if the coder gives the code herself."""
    if state.decoys.get(entry.utterance) == entry.code:
        _say(state, entry, decoys=_with(_said(state, entry).decoys, entry.code))
    else:
        _give_code(state, entry)


def _give_code(state: State, entry: Entry) -> None:
    if not entry.utterance:
        state.spans[(entry.coder, entry.document, entry.start, entry.end, entry.code)] = entry.at
        return
    said = _said(state, entry)
    codes, refused = _with(said.codes, entry.code), _without(said.refused, entry.code)
    _say(state, entry, codes=codes, refused=refused, nothing=False)


def _reject_code(state: State, entry: Entry) -> None:
    said = _said(state, entry)
    codes, decoys = _without(said.codes, entry.code), _without(said.decoys, entry.code)
    _say(state, entry, codes=codes, decoys=decoys, refused=_with(said.refused, entry.code))


def _take_code(state: State, entry: Entry) -> None:
    if not entry.utterance:
        state.spans.pop((entry.coder, entry.document, entry.start, entry.end, entry.code), None)
        return
    _reject_code(state, entry)


def _no_code(state: State, entry: Entry) -> None:
    said = _said(state, entry)
    refused = said.refused
    for code in said.codes:
        refused = _with(refused, code)
    _say(state, entry, codes=(), refused=refused, nothing=True)


def _lock(state: State, entry: Entry) -> None:
    _say(state, entry, blind=entry.members)


def _settle(state: State, entry: Entry) -> None:
    state.settled[entry.utterance] = Settled(entry.members, entry.coder, entry.text, entry.number, entry.at)


def _edit(state: State, entry: Entry) -> None:
    state.edits.append((entry.number, edit_of(entry)))
    carry.follow_code(state, state.edits[-1][1])


def _memo(state: State, entry: Entry) -> None:
    place = {"theme": entry.theme, "utterance": entry.utterance, "code": entry.code}
    state.notes.append(Note(entry.number, entry.coder, entry.at, entry.text, **place))


def _intruder(state: State, entry: Entry) -> None:
    state.guesses.append(Guess(entry.theme, entry.coder, entry.members, entry.utterance, entry.text))


def _said(state: State, entry: Entry) -> Said:
    return state.said_by(entry.coder, entry.utterance)


def _say(state: State, entry: Entry, **changed: Any) -> None:
    """What the coder said of the utterance so far with the fields of Said that the entry changes."""
    said = _said(state, entry)
    took = said.seconds if entry.seconds is None else (*said.seconds, entry.seconds)
    shown = tuple(dict.fromkeys((*said.shown, *entry.shown)))
    said = replace(said, seconds=took, shown=shown, last=entry.number, at=entry.at, **changed)
    state.said.setdefault(entry.utterance, {})[entry.coder] = said


def _with(codes: tuple[str, ...], code: str) -> tuple[str, ...]:
    return codes if code in codes else (*codes, code)


def _without(codes: tuple[str, ...], code: str) -> tuple[str, ...]:
    return tuple(each for each in codes if each != code)


_STEPS: Mapping[Act, Callable[[State, Entry], None]] = {
    Act.OPEN: _open,
    Act.PLAN: _plan,
    Act.DECOYS: _decoys,
    Act.ACCEPT_THEME: _accept_theme,
    Act.REJECT_THEME: _reject_theme,
    Act.RENAME_THEME: _rename_theme,
    Act.MERGE_THEMES: themes.merge,
    Act.SPLIT_THEME: themes.split,
    Act.MOVE_UTTERANCES: themes.move,
    Act.TIE_THEME: _tie_theme,
    Act.ACCEPT_CODE: _accept_code,
    Act.REJECT_CODE: _reject_code,
    Act.GIVE_CODE: _give_code,
    Act.TAKE_CODE: _take_code,
    Act.NO_CODE: _no_code,
    Act.LOCK: _lock,
    Act.SETTLE: _settle,
    Act.NEW_CODE: _edit,
    Act.EDIT_CODE: _edit,
    Act.DROP_CODE: _edit,
    Act.MEMO: _memo,
    Act.INTRUDER: _intruder,
}
