"""The codes of a table, whatever program wrote it, as a codebook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipeline.errors import InputError
from pipeline.ingest.coding_tree import TreeNode, codes_and_folders, named
from pipeline.ingest.counted import many, shown
from pipeline.ingest.drafts import key_of
from pipeline.records import SPEAKERS, SUGGESTED, Codebook, CodeSet, Problem

_DEEPEST = 100  # levels; a deeper tree is a mistake in the file, or meant to exhaust the memory


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a table of codes.  groups: sets that it belongs to."""

    node: TreeNode
    line: int
    groups: tuple[str, ...] = ()


@dataclass(slots=True)
class Listing:
    """What a table of codes gave.  where: the file."""

    where: str
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def refuse_depth(depth: int, where: str) -> None:
    """Raises InputError if a path has more names than any coding tree has levels."""
    if depth > _DEEPEST:
        told = f"the coding tree has more than {_DEEPEST} levels"
        raise InputError(told, where, "Look for names that hold the sign between levels, or for parents in a loop.")


def codebook_from(listing: Listing) -> Codebook:
    """The codebook; problems are those of the listing and what the machine had suggested.

    Raises InputError if there is no code, a code has no name, or a path occurs twice.
    """
    kept, told = _without_suggestions(listing)
    _refuse(listing.where, kept)
    nodes = _spelt_alike([entry.node for entry in kept])
    codes, folders = codes_and_folders(nodes)
    if not codes:
        raise InputError("the codebook holds no code", listing.where, "Give at least one row below the headings.")
    names = {_key(node.path): name for node, name in zip(nodes, named(nodes), strict=True)}
    groups: dict[str, list[str]] = {}
    for entry in kept:
        for group in dict.fromkeys(entry.groups):
            groups.setdefault(group, []).append(names[_key(entry.node.path)])
    sets = tuple(CodeSet(name, tuple(members)) for name, members in groups.items())
    return Codebook(codes, (*listing.problems, *told), folders, sets)


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


def _spelt_alike(nodes: Sequence[TreeNode]) -> list[TreeNode]:
    """Paths whose parents are spelt as the parents' own rows, else their first mention, spell them: `trust > pay` lies
    below `Trust`. Themes that are words stay as they are typed.
    """
    spelt = {_key(node.path): node.path[-1] for node in nodes}
    for node in nodes:
        for depth in range(1, len(node.path)) if not node.themed else ():
            spelt.setdefault(_key(node.path[:depth]), node.path[depth - 1])

    def path(node: TreeNode) -> tuple[str, ...]:
        first = int(node.themed)
        alike = (spelt.get(_key(node.path[:depth]), node.path[depth - 1]) for depth in range(first + 1, len(node.path)))
        return (*node.path[:first], *alike, node.path[-1])

    return [replace(node, path=path(node)) for node in nodes]


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
