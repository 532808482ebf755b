"""The coding tree as analysts left it, with how often each code was given, and one code with its history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline import decide
from pipeline.records import Act, Code
from pipeline.report.words import cite
from pipeline.review import queue
from pipeline.review.coded import coded_now
from pipeline.review.desk import Desk
from pipeline.review.page import Shell, in_path
from pipeline.review.words import told

N_QUOTES = 5
_EDITS = (Act.NEW_CODE, Act.EDIT_CODE, Act.DROP_CODE)


@dataclass(frozen=True, slots=True)
class Node:
    """A line of the tree.  depth: from 0.  code: None for a parent that is a bare word or a folder.

    counts: utterances by coder; n_suggested: utterances for which the machine would give it.
    """

    name: str
    depth: int
    code: Code | None
    counts: tuple[int, ...]
    n_suggested: int


@dataclass(frozen=True, slots=True)
class TreeView:
    """The whole tree; parents: names under which a new code may stand."""

    shell: Shell
    coders: tuple[str, ...]
    nodes: tuple[Node, ...]
    parents: tuple[str, ...]
    n_hidden: int


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a code's history."""

    at: str
    coder: str
    what: str
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CodeView:
    """One code.  quotes: (text, citation, speaker, path, who gave it).  others: codes that its codings may go to."""

    shell: Shell
    code: Code
    parents: tuple[str, ...]
    others: tuple[str, ...]
    counts: tuple[tuple[str, int], ...]
    quotes: tuple[tuple[str, str, str, str, str], ...]
    n_given: int
    changes: tuple[Change, ...]
    memos: tuple[Change, ...]
    themes: tuple[tuple[str, str], ...]


def tree_view(shell: Shell, desk: Desk, coder: str) -> TreeView:
    """The tree; what a coder must not see yet of others' codings is not counted."""
    book, table = desk.codebook, coded_now(desk)
    open_rows = _open_rows(desk, coder)
    counts = table.values[:, open_rows].sum(axis=1)
    own = table.coders.index(coder) if coder in table.coders else -1
    if own >= 0:
        counts[own] = table.values[own].sum(axis=0)
    suggested = _suggested(desk)
    place = {code: j for j, code in enumerate(table.codes)}

    def node(name: str, depth: int, code: Code | None) -> Node:
        column = place.get(name) if code is not None else None
        n = tuple(int(each[column]) for each in counts) if column is not None else ()
        return Node(name, depth, code, n, suggested.get(name, 0))

    nodes = tuple(node(name, depth, code) for name, depth, code in _walk(book.codes))
    return TreeView(shell, table.coders, nodes, _parents(book.codes), int((~open_rows).sum()))


def code_view(shell: Shell, desk: Desk, coder: str, code: Code) -> CodeView:
    """One code of the tree with quotes, counts, history and memos."""
    table, state = coded_now(desk), desk.state
    column = table.codes.index(code.name)
    open_rows = _open_rows(desk, coder)
    mine = np.array([name == coder for name in table.coders], np.bool_)
    seen = table.values[:, :, column] & (open_rows[None, :] | mine[:, None])
    rows = np.flatnonzero(seen.any(axis=0)).tolist()
    others = tuple(each.name for each in desk.codebook.codes if each.name != code.name)
    themes = [t for t in state.themes.values() if t.stands and t.code == code.name]
    return CodeView(
        shell=shell,
        code=code,
        parents=tuple(name for name in _parents(desk.codebook.codes) if name != code.name),
        others=others,
        counts=tuple((name, int(n)) for name, n in zip(table.coders, seen.sum(axis=1), strict=True)),
        quotes=tuple(_quote(desk, row, _who(table.coders, seen[:, row].tolist())) for row in rows[:N_QUOTES]),
        n_given=len(rows),
        changes=tuple(_changes(desk, code.name)),
        memos=tuple(Change(_day(n.at), n.coder, n.text, ()) for n in state.notes if n.code == code.name),
        themes=tuple((theme.id, theme.name) for theme in themes),
    )


def _walk(codes: Sequence[Code]) -> Iterable[tuple[str, int, Code | None]]:
    """The tree from the top down, in the order of the codebook; a loop is cut where it begins."""
    by_name = {code.name: code for code in codes}
    children: dict[str, list[str]] = {}
    for code in codes:
        children.setdefault(code.theme, []).append(code.name)
    done: set[str] = set()

    def below(name: str, depth: int) -> Iterable[tuple[str, int, Code | None]]:
        if name in done:
            return
        done.add(name)
        yield name, depth, by_name.get(name)
        for child in children.get(name, ()):
            yield from below(child, depth + 1)

    tops = dict.fromkeys(code.theme if code.theme and code.theme not in by_name else code.name for code in codes)
    for top in tops:
        if top not in by_name or not by_name[top].theme or by_name[top].theme not in by_name:
            yield from below(top, 0)
    for code in codes:  # members of a loop have no top
        yield from below(code.name, 0)


def today(desk: Desk, name: str) -> str | None:
    """What a code is called today that once had this name, "" if it is in the codebook no more; None if none had it."""
    state, names = desk.state, {code.name for code in desk.codebook.codes}
    now = decide.renamed(edit for _, edit in state.edits).get(name)
    if now is not None:
        return now if now in names else ""
    for number in sorted(state.undone, reverse=True):
        entry = state.entries[number]
        if entry.act in _EDITS and name in (entry.code, dict(entry.details).get("name")):
            return entry.code if entry.code in names else ""
    return None


def _parents(codes: Sequence[Code]) -> tuple[str, ...]:
    named = dict.fromkeys(code.theme for code in codes if code.theme)
    return tuple(dict.fromkeys((*named, *(code.name for code in codes))))


def _suggested(desk: Desk) -> dict[str, int]:
    machine = desk.result.suggestions
    if machine is None:
        return {}
    names = decide.renamed(edit for _, edit in desk.state.edits)
    columns: dict[str, list[int]] = {}
    for column, code in enumerate(machine.codes):
        columns.setdefault(names.get(code, code), []).append(column)
    return {name: int(machine.chosen[:, those].any(axis=1).sum()) for name, those in columns.items()}


def _open_rows(desk: Desk, coder: str) -> np.ndarray:
    """bool [n]: utterances of which the coder may see what others said."""
    hidden = queue.hidden(desk, coder)
    return np.array([utterance.id not in hidden for utterance in desk.result.utterances], np.bool_)


def _who(coders: Sequence[str], gave: Sequence[bool]) -> str:
    return ", ".join(coder for coder, yes in zip(coders, gave, strict=True) if yes)


def _quote(desk: Desk, row: int, who: str) -> tuple[str, str, str, str, str]:
    utterance = desk.result.utterances[row]
    path = f"/read/{in_path(utterance.document)}?at={in_path(utterance.id)}#u-{in_path(utterance.id)}"
    return utterance.text, cite(utterance), utterance.speaker, path, who


def _changes(desk: Desk, name: str) -> Iterable[Change]:
    """What was done to a code, the newest first, under the names that it had."""
    names = {name}
    state = desk.state
    for entry in reversed(state.entries.values()):
        if entry.act in _EDITS and entry.number not in state.undone:
            after = dict(entry.details).get("name", entry.code)
            if after in names or entry.text in names:
                names.add(entry.code)
                details = tuple((what, text) for what, text in entry.details if text)
                yield Change(_day(entry.at), entry.coder, told(desk, entry), details)


def _day(at: str) -> str:
    return at[:16].replace("T", " ")
