"""Memos as notes of REFI-QDA, and what each of them is tied to."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.exchange.refi.identifiers import guid, numbered
from pipeline.exchange.refi.marks import Mark, Place
from pipeline.exchange.refi.nodes import Node, container, instant
from pipeline.exchange.talk import is_inside
from pipeline.exchange.texts import safe
from pipeline.records import Document, Memo


@dataclass(frozen=True, slots=True)
class Ties:
    """GUIDs of notes by what they are tied to; all refer from there to the note.

    codes: by the name of a code.  places, marks: on a stretch, or on one coding there.  documents: by id.
    study: on the project.  moved: how many are tied to less than they were, since that is not in the file.
    """

    codes: dict[str, list[str]] = field(default_factory=dict)
    places: dict[Place, list[str]] = field(default_factory=dict)
    marks: dict[Mark, list[str]] = field(default_factory=dict)
    documents: dict[str, list[str]] = field(default_factory=dict)
    study: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)


def identities(memos: Sequence[Memo], space: uuid.UUID) -> tuple[str, ...]:
    """A GUID for each memo, from all that it says."""
    keys = [("note", m.title, m.text, m.author, m.date, m.document, m.start, m.end, m.code) for m in memos]
    return tuple(guid(space, *key) for key in numbered(keys))


def tied(
    memos: Sequence[Memo],
    guids: Sequence[str],
    codes: Collection[str],
    documents: Mapping[str, Document],
    found: Sequence[Mark],
) -> Ties:
    """What each memo is tied to: its coding, else its stretch, else its document, else its code, else the project.

    A stretch is marked by the author of the memo; a coding is the author's own where there is one, else the first.
    """
    ties = Ties()
    by_stretch: dict[tuple[str, int, int, str], list[Mark]] = {}
    for mark in found:
        if not mark.place.machine:
            where = mark.place
            by_stretch.setdefault((where.document, where.start, where.end, mark.code), []).append(mark)
    for memo, own in zip(memos, guids, strict=True):
        there = by_stretch.get((memo.document, memo.start, memo.end, memo.code), [])
        if there:
            mark = next((one for one in there if one.place.coder == memo.author), there[0])
            ties.marks.setdefault(mark, []).append(own)
        elif is_inside(documents, memo.document, memo.start, memo.end):
            place = Place(memo.document, memo.start, memo.end, False, memo.author)
            ties.places.setdefault(place, []).append(own)
            ties.moved.extend([own] if memo.code else [])
        elif memo.document in documents:
            ties.documents.setdefault(memo.document, []).append(own)
            ties.moved.extend([own] if memo.code or memo.start >= 0 else [])
        elif memo.code in codes:
            ties.codes.setdefault(memo.code, []).append(own)
            ties.moved.extend([own] if memo.document else [])
        else:
            ties.study.append(own)
            ties.moved.extend([own] if memo.code or memo.document else [])
    return ties


def note_nodes(memos: Sequence[Memo], guids: Sequence[str], users: Mapping[str, str]) -> tuple[Node, ...]:
    """The Notes element, none without memos.  users: GUID by name."""
    return container("Notes", (_note(memo, own, users) for memo, own in zip(memos, guids, strict=True)))


def references(guids: Sequence[str]) -> tuple[Node, ...]:
    """Elements that refer to notes."""
    return tuple(Node("NoteRef", (("targetGUID", own),)) for own in guids)


def _note(memo: Memo, own: str, users: Mapping[str, str]) -> Node:
    named = [("guid", own)]
    if memo.title:
        named.append(("name", safe(memo.title)))
    if memo.author:
        named.append(("creatingUser", users[memo.author]))
    if when := instant(memo.date):
        named.append(("creationDateTime", when))
    return Node("Note", tuple(named), (Node("PlainTextContent", text=safe(memo.text)),))
