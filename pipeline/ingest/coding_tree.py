"""A coding tree from any program to a codebook: one name for each node, unique in the study, and its parent's name.

In programs the key of a code is its whole path: one name may stand in several branches. A node keeps its own name where
no other node has it (case and blanks aside); else its name is its path, and the own name is kept as its label. A parent
that is no node is a word, and stays as it was typed: a code `Interaction` under a theme `Interaction` keeps its name.
This is the one rule for every codebook, whatever file it came from.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.ingest.drafts import key_of
from pipeline.records import PATH, Code, Codebook, Folder

_ARROW = re.compile(r"(?<!\\)(?<=\s)>(?=\s)")
_PART = re.compile(
    r"^(definition|include|inclusion|exclude|exclusion|examples?)(?: criteria)?:[ \n]", re.IGNORECASE | re.MULTILINE
)
_COLOUR = re.compile(r"#(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})")


@dataclass(frozen=True, slots=True)
class TreeNode:
    """One node as a file gives it.

    path: names from the top down to the node itself.  codable: false for a folder.  themed: the first name is what
    somebody typed as the theme, which need not be a node.
    """

    path: tuple[str, ...]
    codable: bool = True
    definition: str = ""
    include: str = ""
    exclude: str = ""
    examples: str = ""
    color: str = ""
    guid: str = ""
    themed: bool = False


def named(nodes: Sequence[TreeNode]) -> tuple[str, ...]:
    """The name of each node, unique in the study; nodes of one path get numbers from 2 on."""
    return tuple(name for _, name, given in _complete(nodes) if given)


def codes_and_folders(nodes: Sequence[TreeNode]) -> tuple[tuple[Code, ...], tuple[Folder, ...]]:
    """The codes and folders of a tree, in its order, with parents by their names in the study.

    A parent that is no node becomes a folder where its word alone would not tell which it is.
    """
    complete = _complete(nodes)
    by_path: dict[tuple[str, ...], str] = {}
    for node, name, _ in complete:
        by_path.setdefault(node.path, name)
    codes, folders = [], []
    for node, name, _ in complete:
        above = node.path[:-1]
        parent = by_path.get(above) or (above[-1] if above else "")
        label = node.path[-1] if name != node.path[-1] else ""
        if node.codable:
            texts = (node.definition, node.include, node.exclude, node.examples)
            codes.append(Code(name, parent, *texts, color=node.color, label=label, guid=node.guid))
        else:
            folders.append(Folder(name, parent, node.definition, node.color, label, node.guid))
    return tuple(codes), tuple(folders)


def _complete(nodes: Sequence[TreeNode]) -> list[tuple[TreeNode, str, bool]]:
    """The nodes and the folders that their paths imply: each with its name, and whether it was given."""
    there = {node.path for node in nodes}
    ends = {key_of(path[-1]) for path in there}
    every: list[tuple[TreeNode, bool]] = []
    for node in nodes:
        for depth in range(1, len(node.path)) if not node.themed else ():
            above = node.path[:depth]
            if above not in there and (depth > 1 or key_of(above[0]) in ends):
                there.add(above)
                every.append((TreeNode(above, codable=False), False))
        every.append((node, True))
    counts = Counter(key_of(node.path[-1]) for node, _ in every)
    taken: set[str] = set()
    found = []
    for node, given in every:
        wanted = node.path[-1] if counts[key_of(node.path[-1])] == 1 else written_path(node.path)
        name, number = wanted, 1
        while key_of(name) in taken:
            number += 1
            name = f"{wanted} ({number})"
        taken.add(key_of(name))
        found.append((node, name, given))
    return found


def paths_of(codebook: Codebook) -> dict[str, tuple[str, ...]]:
    """The names from the top down to each code and folder, by its name in the study; a loop of parents is cut."""
    parents = {code.name: (code.label, code.theme) for code in codebook.codes}
    parents |= {folder.name: (folder.label, folder.parent) for folder in codebook.folders}
    found = {}
    for name in parents:
        path: list[str] = []
        seen: set[str] = set()
        step = name
        while step and step not in seen:
            seen.add(step)
            label, above = parents.get(step, ("", ""))
            path.append(label or step)
            step = above
        found[name] = tuple(reversed(path))
    return found


def written_path(path: Sequence[str]) -> str:
    """A path as one text: `Barriers > Citizenship`; a `>` in a name is written `\\>`."""
    return PATH.join(name.replace(">", "\\>") for name in path)


def steps(written: str) -> tuple[str, ...]:
    """The names in `Barriers > Citizenship`, as written_path or a person wrote them; a name alone is one step.

    Only ` > ` with blanks on both sides parts names: `a>b` and `a->b` are names. `\\>` is a `>` in a name.
    """
    names = tuple(plain(name) for name in _ARROW.split(written))
    return tuple(filter(None, names)) if len(names) > 1 else names


def plain(name: str) -> str:
    """A name as people read it: without blanks around it and `\\>` as `>`."""
    return name.strip().replace("\\>", ">")


def split_at(name: str, separator: str) -> tuple[str, ...]:
    """The names in a name that holds a path; the name alone if it holds none."""
    found = tuple(part.strip() for part in name.split(separator) if part.strip()) if separator else ()
    return found or (name,)


def split_description(text: str) -> tuple[str, str, str, str]:
    """Definition, include, exclude and examples from one text with paragraphs such as `Include: ...`."""
    found = {"d": "", "inc": "", "exc": "", "exa": ""}
    marks = list(_PART.finditer(text))
    found["d"] = text[: marks[0].start() if marks else len(text)].strip()
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    for mark, end in zip(marks, ends, strict=False):  # without marks one end stands alone
        word = mark[1].casefold()
        key = "d" if word.startswith("d") else word[:3]
        found[key] = "\n".join(filter(None, (found[key], text[mark.end() : end].strip())))
    return found["d"], found["inc"], found["exc"], found["exa"]


def colour(written: str) -> str:
    """A colour as `#RRGGBB` in capitals; "" for what REFI-QDA does not know as one."""
    written = written.strip()
    if not _COLOUR.fullmatch(written):
        return ""
    digits = written[1:] if len(written) == 7 else "".join(digit * 2 for digit in written[1:])
    return f"#{digits.upper()}"
