"""The coding tree of a file: the team's nodes with their paths, the branches that are the machine's own, and which code
of a study each of the codes is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pipeline.config import IngestConfig
from pipeline.ingest.code_index import CodeIndex
from pipeline.ingest.coding_tree import TreeNode, colour, named, split_at, split_description, written_path
from pipeline.ingest.counted import many, shown
from pipeline.ingest.read_lxml import local
from pipeline.ingest.refi.elements import below, children, every, guid, words
from pipeline.ingest.refi.project import Project
from pipeline.records import SPEAKERS, SUGGESTED, Codebook, Problem

_NAMELESS = "(no name)"
_NUMBERED = re.compile(r" (\d{1,4})")


@dataclass(frozen=True)
class Tree:
    """nodes: the team's, in the order of the file, with their elements.  suggested: identifiers of the branch of the
    machine's candidates.  speakers: label by identifier.  left_out: names of branches that are no codes of the team.
    """

    nodes: tuple[TreeNode, ...]
    elements: tuple[Any, ...]
    suggested: frozenset[str]
    speakers: Mapping[str, str]
    left_out: tuple[str, ...]
    problems: tuple[Problem, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The name of each node in the study."""
        return named(self.nodes)

    @cached_property
    def by_guid(self) -> Mapping[str, int]:
        """The index of a node by its identifier; the first where a file gives one to two codes."""
        found: dict[str, int] = {}
        for index, node in enumerate(self.nodes):
            found.setdefault(node.guid, index)
        return found


@dataclass(slots=True)
class _Walk:
    """What is gathered while the tree is walked.  used: codes that codings name."""

    separator: str
    used: frozenset[str]
    nodes: list[TreeNode] = field(default_factory=list)
    elements: list[Any] = field(default_factory=list)
    nameless: int = 0
    coded_folders: list[str] = field(default_factory=list)
    colours: Counter[str] = field(default_factory=Counter)

    def walk(self, element: Any, above: tuple[str, ...]) -> None:
        """Takes in one Code element and all below it."""
        name = " ".join((element.get("name") or "").split())
        self.nameless += not name
        path = (*above, *(split_at(name, self.separator) if name else (_NAMELESS,)))
        own = guid(element)
        # only an explicit `false` makes a folder (QualCoder, pull request 1361)
        codable = (element.get("isCodable") or "").strip() not in ("false", "0")
        if not codable and own in self.used:
            codable = True
            self.coded_folders.append(name)
        written = element.get("color") or ""
        if written and not colour(written):
            self.colours[written] += 1
        definition = words(element)
        parts = split_description(definition) if codable else (definition, "", "", "")
        self.nodes.append(TreeNode(path, codable, *parts, color=colour(written), guid=own))
        self.elements.append(element)
        for child in children(element, "Code"):
            self.walk(child, path)


def read_tree(project: Project, config: IngestConfig) -> Tree:
    """The tree of a project or codebook file.

    Branches of our own exports (candidate themes, speakers) are not the team's, as long as the file is ours.
    """
    codes = below(project.root, *(() if local(project.root) == "CodeBook" else ("CodeBook",)), "Codes", "Code")
    suggested = _branch(codes, SUGGESTED) if project.ours else None
    speakers = _branch(codes, SPEAKERS) if project.ours else None
    used = frozenset(guid(reference, "targetGUID") for reference in every(project.root, "CodeRef"))
    walk = _Walk(config.code_separator, used)
    for code in codes:
        if code is not suggested and code is not speakers:
            walk.walk(code, ())
    return Tree(
        nodes=tuple(walk.nodes),
        elements=tuple(walk.elements),
        suggested=frozenset() if suggested is None else frozenset(guid(one) for one in every(suggested, "Code")),
        speakers={} if speakers is None else {guid(one): one.get("name") or "" for one in children(speakers, "Code")},
        left_out=tuple(branch.get("name") or "" for branch in (suggested, speakers) if branch is not None),
        problems=_problems(walk, project.name),
    )


def _branch(codes: list[Any], wanted: str) -> Any:
    """The branch of that name; of several the one with the highest number, since the first names are the team's."""
    found: dict[int, Any] = {}
    for code in codes:
        name = code.get("name") or ""
        number = _NUMBERED.fullmatch(name[len(wanted) :])
        if name == wanted or (name.startswith(wanted) and number):
            found[int(number[1]) if number else 1] = code
    return found[max(found)] if found else None


def _problems(walk: _Walk, file: str) -> tuple[Problem, ...]:
    found = []
    if walk.nameless:
        found.append(Problem(file, f"{many(walk.nameless, 'code')} without a name; called {_NAMELESS} here"))
    if walk.colours:
        told = f"{many(walk.colours.total(), 'colour')} left out, not written as #RRGGBB: {shown(list(walk.colours))}"
        found.append(Problem(file, told))
    if walk.coded_folders:
        told = f"{many(len(walk.coded_folders), 'folder')} with codings became codes: {shown(walk.coded_folders)}"
        found.append(Problem(file, told))
    return tuple(found) + _doubles(walk.nodes, file)


def _doubles(nodes: list[TreeNode], file: str) -> tuple[Problem, ...]:
    paths = Counter(node.path for node in nodes)
    guids = Counter(node.guid for node in nodes)
    found = []
    if twice := [path[-1] for path, count in paths.items() if count > 1]:
        told = f"{many(len(twice), 'name')} twice in one branch; numbered here: {shown(twice)}"
        found.append(Problem(file, told))
    if shared := [own for own, count in guids.items() if count > 1]:
        told = f"{many(len(shared), 'identifier')} shared by several codes; codings count for the first"
        found.append(Problem(file, told))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Meant:
    """name: of the code, as the study (or, where it has none, the project) calls it.  reason: why it is not used."""

    name: str
    reason: str = ""


class Codes:
    """Codes of the study by the identifiers of a project: by identifier, else path, else a name that is unique.

    With an empty codebook the project's own codes count, under the names that read_codebook gives them.
    """

    def __init__(self, tree: Tree, codebook: Codebook) -> None:
        self._tree = tree
        self._own = not codebook.codes
        self._by_guid = {code.guid: code.name for code in codebook.codes if code.guid}
        self._index = CodeIndex(codebook)

    def meant(self, target: str) -> Meant:
        """The code that a reference names."""
        at = self._tree.by_guid.get(target)
        if at is None:
            return Meant(target, "the code is missing from the project")
        path, own = self._tree.nodes[at].path, self._tree.names[at]
        if self._own:
            return Meant(own)
        found = self._by_guid.get(target) or self._index.find((path, (written_path(path),)))
        found = found or self._index.find((path[-1:],))
        return Meant(found) if found else Meant(own, self._index.lacking(own))
