"""The team's tree and codings after the word of analysts on candidate themes and suggested codes.

Whose word counts is told in verdicts.py. A suggested code is accepted by each coder apart: a coding is one person's.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from pipeline.exchange.texts import free_name, theme_facts
from pipeline.exchange.verdicts import Verdicts
from pipeline.records import Code, Codebook, Coding, Codings, Decision, Memo, Theme, Utterance

_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Decided:
    """becomes: name of the code that an accepted theme went into, by the theme's id.  new: id of the theme after which
    a new code stands, by the code's name.  open: themes that nobody decided on.
    """

    codebook: Codebook
    becomes: Mapping[str, str]
    new: Mapping[str, str]
    open: tuple[Theme, ...]


def decided(codebook: Codebook, themes: Sequence[Theme], said: Verdicts) -> Decided:
    """The codebook with accepted themes as codes at its end; a theme that went into a code of the team is a memo of it.

    A new code bears the name that the first decision gives it, else the theme's label made free of clashes.
    """
    book = codebook
    becomes: dict[str, str] = {}
    new: dict[str, str] = {}
    for theme in themes:
        found = said.accepted.get(theme.id, ())
        if not found:
            continue
        name = next((one.code for one in found if one.code), "")
        if name in new:  # two themes that the team put into one new code
            codes = (_joined(code, theme, found) if code.name == name else code for code in book.codes)
            book = replace(book, codes=tuple(codes))
        elif name and name in _own_names(book):
            book = replace(book, memos=(*book.memos, *(_memo(theme, one, name) for one in found)))
        else:
            name = name or free_name(theme.label or theme.id, _all_names(book))
            new[name] = theme.id
            parent = next((one.parent for one in found if one.parent), "")
            code = Code(name, parent if parent != name else "", _told(theme, found))
            book = replace(book, codes=(*book.codes, code))
        becomes[theme.id] = name
    left = tuple(theme for theme in themes if theme.id not in becomes and theme.id not in said.rejected)
    return Decided(book, becomes, new, left)


def suggested(codings: Codings, utterances: Sequence[Utterance], said: Verdicts) -> Codings:
    """The codings with an accepted suggestion as a coding by its coder on the whole utterance, its memo there too."""
    by_id = {utterance.id: utterance for utterance in utterances}
    items, memos = [], []
    for one in said.codes:
        where = by_id.get(one.utterance)
        if where is None or not one.code:
            continue
        place = (where.document, where.start, where.end)
        items.append(Coding(*place, one.coder, one.code, one.date))
        if one.memo:
            memos.append(Memo(one.memo, "", one.coder, one.date, *place, one.code))
    return replace(codings, items=(*codings.items, *items), memos=(*codings.memos, *memos))


def loops_opened(above: Mapping[_Key, _Key], top: _Key) -> dict[_Key, _Key]:
    """The parent of each node of a tree; what is its own ancestor hangs at the top: the first node of a loop opens it.

    above: the parent that each node names, which may be none of the nodes.
    """
    opened = dict(above)
    for node in above:
        seen, step = {node}, opened[node]
        while step != top and step not in seen:
            seen.add(step)
            step = opened.get(step, top)
        if step == node:
            opened[node] = top
    return opened


def _joined(code: Code, theme: Theme, found: Sequence[Decision]) -> Code:
    return replace(code, definition=f"{code.definition}\n\n{_told(theme, found)}")


def _told(theme: Theme, found: Sequence[Decision]) -> str:
    return "\n".join((*theme_facts(theme), *(_sentence(theme, one) for one in found)))


def _sentence(theme: Theme, one: Decision) -> str:
    day = f" on {one.date[:10]}" if one.date else ""
    end = f": {one.memo}" if one.memo else "."
    return f"Candidate theme {theme.id} of the machine, accepted by {one.coder or 'an analyst'}{day}{end}"


def _memo(theme: Theme, one: Decision, code: str) -> Memo:
    text = "\n".join((theme.label, *theme_facts(theme), _sentence(theme, one)))
    return Memo(text, f"Candidate theme {theme.id} accepted", one.coder, one.date, code=code)


def _own_names(book: Codebook) -> set[str]:
    return {code.name for code in book.codes} | {folder.name for folder in book.folders}


def _all_names(book: Codebook) -> set[str]:
    """Names of nodes and of parents that are bare words."""
    above = {code.theme for code in book.codes} | {folder.parent for folder in book.folders}
    return _own_names(book) | above
