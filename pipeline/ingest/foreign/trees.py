"""The codes of a table, whatever program wrote it, as a codebook."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipeline.errors import InputError
from pipeline.ingest.coding_tree import TreeNode, codes_and_folders, named
from pipeline.ingest.drafts import key_of
from pipeline.ingest.foreign.told import many, shown
from pipeline.records import SPEAKERS, SUGGESTED, Code, Codebook, CodeSet, Folder, Problem

_ARROW = re.compile(r"(?<!\\)(?<=\s)>(?=\s)")
_DEEPEST = 100  # levels; a deeper tree is a mistake in the file, or meant to exhaust the memory


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a table of codes.  groups: sets that it belongs to.  whole: the path is complete, not a theme's word."""

    node: TreeNode
    line: int
    groups: tuple[str, ...] = ()
    whole: bool = True


@dataclass(slots=True)
class Listing:
    """What a table of codes gave.  where: the file."""

    where: str
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def steps(written: str) -> tuple[str, ...]:
    """The names in `Barriers > Citizenship`; a name alone is one step.

    Only ` > ` with blanks on both sides parts names: `a>b` and `a->b` are names. `\\>` is a `>` in a name.
    """
    names = tuple(plain(name) for name in _ARROW.split(written))
    return tuple(filter(None, names)) if len(names) > 1 else names


def plain(name: str) -> str:
    """A name as people read it: without blanks around it and `\\>` as `>`."""
    return name.strip().replace("\\>", ">")


def refuse_depth(depth: int, where: str) -> None:
    """Raises InputError if a path has more names than any coding tree has levels."""
    if depth > _DEEPEST:
        told = f"the coding tree has more than {_DEEPEST} levels"
        raise InputError(told, where, "Look for names that hold the sign between levels, or for parents in a loop.")


def split_at(name: str, separator: str) -> tuple[str, ...]:
    """The names in a name that holds a path; the name alone if it holds none."""
    found = tuple(part.strip() for part in name.split(separator) if part.strip()) if separator else ()
    return found or (name,)


def codebook_from(listing: Listing) -> Codebook:
    """The codebook; problems are those of the listing and what the machine had suggested.

    Raises InputError if there is no code, a code has no name, or a path occurs twice.
    """
    kept, told = _without_suggestions(listing)
    _refuse(listing.where, kept)
    flat = _is_flat(kept)
    nodes = [entry.node for entry in kept] if flat else _with_folders(kept)
    codes, folders = _as_typed(nodes) if flat else codes_and_folders(nodes)
    if not codes:
        raise InputError("the codebook holds no code", listing.where, "Give at least one row below the headings.")
    called = [node.path[-1] for node in nodes] if flat else named(nodes)
    names = {_key(node.path): name for node, name in zip(nodes, called, strict=True)}
    groups: dict[str, list[str]] = {}
    for entry in kept:
        for group in dict.fromkeys(entry.groups):
            groups.setdefault(group, []).append(names[_key(entry.node.path)])
    sets = tuple(CodeSet(name, tuple(members)) for name, members in groups.items())
    return Codebook(codes, (*listing.problems, *told), folders, sets)


def _is_flat(entries: Sequence[Entry]) -> bool:
    """Whether names alone tell codes apart and nothing is a path: then names and themes stay as they were typed."""
    names = {key_of(entry.node.path[-1]) for entry in entries}
    return len(names) == len(entries) and not any(entry.whole and len(entry.node.path) > 1 for entry in entries)


def _as_typed(nodes: Sequence[TreeNode]) -> tuple[tuple[Code, ...], tuple[Folder, ...]]:
    codes, folders = [], []
    for node in nodes:
        name, theme = node.path[-1], node.path[-2] if len(node.path) > 1 else ""
        if node.codable:
            texts = (node.definition, node.include, node.exclude, node.examples)
            codes.append(Code(name, theme, *texts, color=node.color, guid=node.guid))
        else:
            folders.append(Folder(name, theme, node.definition, node.color, guid=node.guid))
    return tuple(codes), tuple(folders)


def _refuse(where: str, entries: Sequence[Entry]) -> None:
    lines: dict[tuple[str, ...], int] = {}
    for entry in entries:
        path = entry.node.path
        refuse_depth(len(path), f"{where}, line {entry.line}")
        if not path or not path[-1]:
            raise InputError("a code has no name", f"{where}, line {entry.line}", "Fill the column code in every row.")
        first = lines.setdefault(_key(path), entry.line)
        if first != entry.line:
            told = f"the code {path[-1]!r} stands in lines {first} and {entry.line}"
            raise InputError(told, where, "Give each code a name of its own.")


def _key(path: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(key_of, path))


def _with_folders(entries: Sequence[Entry]) -> list[TreeNode]:
    """The nodes, and a folder for each parent that has no row, where its name alone would not tell which it is.

    A parent at the top needs none (it is a word of its own), unless a node elsewhere has its name.
    """
    there = {_key(entry.node.path) for entry in entries}
    ends = {path[-1] for path in there}
    nodes: list[TreeNode] = []
    for entry in entries:
        path = entry.node.path
        for depth in range(1, len(path)) if entry.whole else ():
            above = _key(path[:depth])
            if above not in there and (depth > 1 or above[-1] in ends):
                there.add(above)
                nodes.append(TreeNode(path[:depth], codable=False))
        nodes.append(entry.node)
    return _spelt_alike(nodes)


def _spelt_alike(nodes: Sequence[TreeNode]) -> list[TreeNode]:
    """Paths whose parents are spelt as the parents' own rows spell them: `trust > pay` lies below `Trust`."""
    spelt = {_key(node.path): node.path for node in nodes}
    return [replace(node, path=(*(spelt.get(_key(node.path[:-1]), node.path[:-1])), node.path[-1])) for node in nodes]


def _without_suggestions(listing: Listing) -> tuple[list[Entry], list[Problem]]:
    """The team's own codes: what this program had added to a tree before it went to another one is left out."""
    ours = {SUGGESTED, SPEAKERS}
    kept: list[Entry] = []
    machine: list[Entry] = []
    for entry in listing.entries:
        mine = not ours & {*entry.node.path[:1], *entry.groups}
        (kept if mine else machine).append(entry)
    names = [entry.node.path[-1] for entry in machine if entry.node.path[-1] not in ours]
    if not machine:
        return kept, []
    codes = many(len(names), "code")
    told = f"left out: {codes} that the machine had suggested, or that stand for speakers: {shown(names)}"
    todo = f"Move a code out of {SUGGESTED!r} to make it the team's own."
    return kept, [Problem(listing.where, told, todo)]
