"""What goes over from one run to the next on screen: held themes, what was said of the same words, names of codes."""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Set
from dataclasses import replace

from pipeline.decide.state import Said, Settled, State, WorkingTheme
from pipeline.records import CodeEdit, SeenRun, SeenTheme, Span, Verdict


def to_run(state: State, run: SeenRun) -> None:
    """Go on with another run: its themes, with the word of analysts on those that they held by the same id.

    What was said of utterances goes to the utterances that stand at the same words; what finds none is told in lost.
    """
    old, new_ids = state.themes, {theme.id for theme in run.themes if not theme.held}
    for theme in old.values():
        if theme.verdict is Verdict.REJECTED or not theme.stands:
            state.retired.add(theme.id)
        if is_held(theme):
            id_ = _other_id(theme.id, state, new_ids)
            state.before[id_] = (replace(theme, id=id_), state.run)
    state.themes = {theme.id: _taken_on(theme, old) for theme in run.themes}
    if state.run:
        _move_said(state, state.runs[state.run], run)
    state.run = run.id


def is_held(theme: WorkingTheme) -> bool:
    """Somebody shaped it or decided on it, and it was not merged away."""
    return theme.stands and bool(theme.verdicts or theme.shaped)


def _other_id(id_: str, state: State, taken: Set[str]) -> str:
    """The id itself, or one like it if the new run, made without the decisions, gave it to a theme of its own."""
    while id_ in taken or (id_ in state.before and id_ not in state.themes):
        id_ += "a"
    return id_


def _taken_on(theme: SeenTheme, old: dict[str, WorkingTheme]) -> WorkingTheme:
    before = old.get(theme.id)
    if before is None or not theme.held:
        return WorkingTheme(theme.id, theme.label, frozenset(theme.members))
    return replace(before, members=frozenset(theme.members))


def _move_said(state: State, old: SeenRun, new: SeenRun) -> None:
    where = places(old, new)
    state.settled = _settled_at(state, where, new)
    said: dict[str, dict[str, Said]] = {}
    for utterance, words in state.said.items():
        if utterance in where:
            here = said.setdefault(where[utterance], {})
            for coder, word in words.items():
                here[coder] = _joined(here[coder], word) if coder in here else word
        else:
            state.lost.append(f"what {' and '.join(words)} said of {utterance}: {new.name} has no utterance there")
    state.said = said
    gone = sorted(state.out - where.keys())
    state.lost += [f"that {about} is in no theme: {new.name} has no utterance there" for about in gone]
    state.out = {where[about] for about in state.out if about in where}
    state.decoys = {where[about]: code for about, code in state.decoys.items() if about in where}
    for note in state.notes:
        if note.utterance and note.utterance not in where:
            told = f"the place of what {note.coder} noted on {note.utterance}: {new.name} has no utterance there"
            state.lost.append(told)
    state.notes = [replace(note, utterance=where.get(note.utterance, "")) for note in state.notes]
    everybody = frozenset(where[about] for about in state.plan.everybody if about in where)
    state.plan = replace(state.plan, everybody=everybody)


def _settled_at(state: State, where: dict[str, str], new: SeenRun) -> dict[str, Settled]:
    """What was settled, at the utterances of the new run; not where several became one and not all say the same."""
    answered: dict[str, list[str]] = defaultdict(list)
    for utterance in dict.fromkeys((*state.said, *state.settled)):
        if utterance in where:
            answered[where[utterance]].append(utterance)
    found: dict[str, Settled] = {}
    for utterance, word in state.settled.items():
        here = where.get(utterance, "")
        codes = {state.settled[each].codes if each in state.settled else None for each in answered[here]}
        if here and codes == {word.codes}:
            found[here] = word
        else:
            why = "has more in its utterance there" if here else "has no utterance there"
            state.lost.append(f"what was settled on {utterance}: {new.name} {why}")
    return found


def _joined(first: Said, second: Said) -> Said:
    """What one coder said of two utterances that are one now: every code that she gave to either."""
    codes = tuple(dict.fromkeys((*first.codes, *second.codes)))
    refused = dict.fromkeys((*first.refused, *second.refused))
    blind = [word.blind for word in (first, second) if word.blind is not None]
    return Said(
        codes=codes,
        refused=tuple(code for code in refused if code not in codes),
        nothing=not codes and first.nothing and second.nothing,
        blind=tuple(dict.fromkeys(code for each in blind for code in each)) if len(blind) == 2 else None,
        decoys=tuple(dict.fromkeys((*first.decoys, *second.decoys))),
        shown=tuple(dict.fromkeys((*first.shown, *second.shown))),
        seconds=(*first.seconds, *second.seconds),
        last=max(first.last, second.last),
        at=max(first.at, second.at),
    )


def places(old: SeenRun, new: SeenRun) -> dict[str, str]:
    """Utterance id of the old run -> id of the utterance of the new one that shares at least half of the shorter."""
    by_document: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for id_, document, start, end in new.utterances:
        by_document[document].append((start, end, id_))
    for stretches in by_document.values():
        stretches.sort()
    found = {}
    for id_, document, start, end in old.utterances:
        stretches = by_document.get(document, [])
        at = max(bisect.bisect_right(stretches, (start, end, "\uffff")) - 1, 0)
        near = stretches[max(at - 1, 0) : at + 2]
        best = max(near, key=lambda each: min(each[1], end) - max(each[0], start), default=None)
        if best is not None:
            shared = min(best[1], end) - max(best[0], start)
            if shared > 0 and 2 * shared >= min(end - start, best[1] - best[0]):
                found[id_] = best[2]
    return found


def spans_of(run: SeenRun) -> dict[str, Span]:
    """Where each utterance of a run stands."""
    return {id_: Span(document, start, end) for id_, document, start, end in run.utterances}


def follow_code(state: State, edit: CodeEdit) -> None:
    """What was said with a code goes on under its new name, or under the code that took it up."""
    new = edit.into if edit.code is None else edit.code.name
    old = edit.name
    if not old or old == new:
        return
    state.said = {
        about: {coder: _said_after(word, old, new) for coder, word in words.items()}
        for about, words in state.said.items()
    }
    state.settled = {key: replace(word, codes=_after(word.codes, old, new)) for key, word in state.settled.items()}
    state.spans = {
        (*key[:4], new if key[4] == old else key[4]): at for key, at in state.spans.items() if new or key[4] != old
    }
    state.decoys = {about: new if code == old else code for about, code in state.decoys.items() if new or code != old}
    state.notes = [replace(note, code=new) if note.code == old else note for note in state.notes]
    state.themes = {
        id_: replace(theme, code=new) if theme.code == old else theme for id_, theme in state.themes.items()
    }


def _said_after(said: Said, old: str, new: str) -> Said:
    blind = None if said.blind is None else _after(said.blind, old, new)
    codes, refused = _after(said.codes, old, new), _after(said.refused, old, new)
    refused = tuple(code for code in refused if code not in codes)
    decoys, shown = _after(said.decoys, old, new), _after(said.shown, old, new)
    return replace(said, codes=codes, refused=refused, blind=blind, decoys=decoys, shown=shown)


def _after(codes: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(new if code == old else code for code in codes if new or code != old))
