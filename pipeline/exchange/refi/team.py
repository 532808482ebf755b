"""The team's coding tree as elements: codes, folders, and parents that are bare words, in the order of the codebook."""

from __future__ import annotations

import math
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from pipeline.exchange.decided import loops_opened
from pipeline.exchange.refi.identifiers import Claims
from pipeline.exchange.refi.nodes import Node, description, shown
from pipeline.exchange.texts import code_text
from pipeline.records import Codebook

_Key = int | str  # index of an entry, or a parent that is a bare word


@dataclass(frozen=True, slots=True)
class Entry:
    """One node of the team's tree as it is written.  folder: it has no place of its own, but that of its first code."""

    name: str
    parent: str
    label: str
    text: str
    colour: str
    guid: str
    codable: bool
    folder: bool


def entries(codebook: Codebook, used: Collection[str]) -> tuple[Entry, ...]:
    """The codes of a codebook, those that only codings name (used), and its folders.

    A folder that codings use can be coded with, and so can a parent that is a bare word.
    """
    names = {code.name for code in codebook.codes} | {folder.name for folder in codebook.folders}
    above = {code.theme for code in codebook.codes} | {folder.parent for folder in codebook.folders}
    return (
        *(
            Entry(c.name, c.theme, c.label or c.name, code_text(c), c.color, c.guid, True, False)
            for c in codebook.codes
        ),
        *(Entry(name, "", name, "", "", "", True, name in above) for name in sorted(set(used) - names)),
        *(
            Entry(f.name, f.parent, f.label or f.name, f.definition, f.color, f.guid, f.name in used, True)
            for f in codebook.folders
        ),
    )


def parents(nodes: Sequence[Entry]) -> tuple[_Key, ...]:
    """For each node where it hangs: the index of the node that its parent names, else the parent, "" at the top.

    A node that is its own ancestor hangs at the top: the first node of a loop opens it.
    """
    first = {node.name: index for index, node in reversed(list(enumerate(nodes)))}
    above: dict[_Key, _Key] = {
        index: first.get(node.parent, node.parent) if node.parent else "" for index, node in enumerate(nodes)
    }
    return tuple(loops_opened(above, "").values())


def team_tree(
    nodes: Sequence[Entry], space: uuid.UUID, claims: Claims, notes: Mapping[str, Sequence[str]]
) -> tuple[tuple[Node, ...], dict[str, str]]:
    """The elements of the team's tree, and the GUID of each code and folder by its name.

    notes: GUIDs of the notes on a code or folder, by its name.
    """
    above = parents(nodes)
    below: dict[_Key, list[_Key]] = {}
    for word in dict.fromkeys(over for over in above if isinstance(over, str) and over):
        below.setdefault("", []).append(word)
    for index, over in enumerate(above):
        below.setdefault(over, []).append(index)
    identities = _identities(nodes, space, claims)
    words = {word: claims.derived(space, "code", word, "", 0) for word in below if isinstance(word, str) and word}
    guids = dict(words)
    for node, own in reversed(list(zip(nodes, identities, strict=True))):
        guids[node.name] = own  # of those with one name the first
    refs = {
        guids[name]: tuple(Node("NoteRef", (("targetGUID", note),)) for note in found)
        for name, found in notes.items()
        if name in guids
    }

    def element(key: _Key) -> Node:
        children = tuple(element(child) for child in _ordered(below.get(key, ()), nodes, below))
        if isinstance(key, str):
            return code_node(words[key], key, "", (*refs.get(words[key], ()), *children), codable=False)
        node, own = nodes[key], identities[key]
        inner = (*refs.get(own, ()), *children)
        return code_node(own, node.label, node.text, inner, codable=node.codable, colour=node.colour)

    return tuple(element(key) for key in _ordered(below.get("", ()), nodes, below)), guids


def code_node(
    own: str, name: str, text: str, children: tuple[Node, ...] = (), *, codable: bool = True, colour: str = ""
) -> Node:
    """One Code element."""
    attributes = [("guid", own), ("name", shown(name)), ("isCodable", "true" if codable else "false")]
    if colour:
        attributes.append(("color", colour))
    return Node("Code", tuple(attributes), (*description(text), *children))


def _identities(nodes: Sequence[Entry], space: uuid.UUID, claims: Claims) -> tuple[str, ...]:
    """A GUID for each node: the one that it came with, else from its name, its parent and how often both were there."""
    kept = [claims.kept(node.guid) for node in nodes]
    met: dict[tuple[str, str], int] = {}
    found = []
    for node, own in zip(nodes, kept, strict=True):
        key = (node.name, node.parent)
        number = met.get(key, 0)
        met[key] = number + 1
        found.append(own or claims.derived(space, "code", *key, number))
    return tuple(found)


def _ordered(keys: Sequence[_Key], nodes: Sequence[Entry], below: Mapping[_Key, Sequence[_Key]]) -> list[_Key]:
    """Siblings in the order of the file, as far as a list of codes and one of folders tell it.

    Codes stand as in the codebook, a folder where its first code stands, and one without codes before the next sibling
    that is a later folder or holds one.
    """
    firsts = {key: _first(key, nodes, below) for key in keys}
    places: dict[_Key, tuple[float, int, float]] = {}
    following = math.inf
    for key in sorted(keys, key=lambda key: firsts[key][1], reverse=True):
        code, folder = firsts[key]
        if folder < math.inf:
            following = code if code < math.inf else following
        is_code = isinstance(key, int) and not nodes[key].folder
        places[key] = (code if code < math.inf else following, int(is_code), folder)
    return sorted(keys, key=lambda key: places[key])


def _first(key: _Key, nodes: Sequence[Entry], below: Mapping[_Key, Sequence[_Key]]) -> tuple[float, float]:
    """Indices of the first code and the first folder among a node and all below it; a code stands for its branch."""
    inner = [_first(child, nodes, below) for child in below.get(key, ())]
    code, folder = (min((pair[at] for pair in inner), default=math.inf) for at in (0, 1))
    if isinstance(key, str):
        return code, folder
    return (code, min(folder, key)) if nodes[key].folder else (key, folder)
