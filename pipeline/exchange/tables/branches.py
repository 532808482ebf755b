"""The coding tree as paths: the team's codes, what they accepted, and the candidate themes that nobody decided on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.exchange.decided import decided, loops_opened
from pipeline.exchange.texts import free_name, theme_text
from pipeline.exchange.verdicts import Verdicts
from pipeline.records import PATH, SUGGESTED, Code, Codebook, Result, Theme

Kind = Literal["code", "folder", "theme"]


@dataclass(frozen=True, slots=True)
class Branch:
    """One node of the tree.

    path: names from the top down, as a program shows them; unique in the tree.  kind: "folder" for what only groups,
    "theme" for a candidate.  code: its texts; code.name is what codings call it.
    """

    path: tuple[str, ...]
    kind: Kind
    code: Code


@dataclass(frozen=True, slots=True)
class Branches:
    """The tree of a run.  book: the codebook with accepted themes as codes.

    team: codes and folders, depth first.  suggested: candidates, in a folder of their own.  codes: team's branches by
    the name that codings use.  themes: by the index of the theme; a rejected one is missing.
    """

    book: Codebook
    team: tuple[Branch, ...]
    suggested: tuple[Branch, ...]
    codes: Mapping[str, Branch]
    themes: Mapping[int, Branch]


def branches(result: Result, said: Verdicts) -> Branches:
    """The tree of a run.

    Names that codings use and the codebook lacks become codes without a definition.  An accepted theme is the code that
    decided.py makes of it; undecided themes stand below `SUGGESTED (machine)`.
    """
    now = decided(result.codebook, result.themes, said)
    book = now.codebook
    used = {coding.code for coding in result.codings.items} | {decision.code for decision in said.codes}
    team = _team(book, sorted(used - {code.name for code in book.codes} - {""}))
    by_name = {branch.code.name: branch for branch in team}
    top = free_name(SUGGESTED, [branch.path[0] for branch in team])
    taken = set(by_name)
    open_themes = {theme.id for theme in now.open}
    themes: dict[int, Branch] = {}
    for index, theme in enumerate(result.themes):
        if theme.id in now.becomes:
            themes[index] = by_name[now.becomes[theme.id]]
        elif theme.id in open_themes:
            themes[index] = _candidate(theme, top, taken)
    suggested = tuple(branch for branch in themes.values() if branch.kind == "theme")
    return Branches(book, team, suggested, by_name, themes)


def written_path(path: Sequence[str]) -> str:
    """A path as one text: `Barriers > Citizenship`; a `>` in a name is written `\\>`."""
    return PATH.join(name.replace(">", "\\>") for name in path)


def _candidate(theme: Theme, top: str, taken: set[str]) -> Branch:
    name = free_name(f"{theme.id} {theme.label}".strip(), taken)
    taken.add(name)
    return Branch((top, name), "theme", Code(name, top, theme_text(theme)))


def _team(book: Codebook, used: Iterable[str]) -> tuple[Branch, ...]:
    """All nodes of the team, each below its parent, at the place of the first code; empty folders come last."""
    folders = {folder.name for folder in book.folders}
    nodes: dict[str, tuple[Code, Kind]] = {}
    for code in (*book.codes, *(Code(name) for name in used if name not in folders)):
        nodes.setdefault(code.name, (code, "code"))
    for f in book.folders:
        nodes.setdefault(f.name, (Code(f.name, f.parent, f.definition, color=f.color, label=f.label), "folder"))
    for code, _ in list(nodes.values()):
        if code.theme:
            nodes.setdefault(code.theme, (Code(code.theme), "folder"))
    above = loops_opened({name: code.theme for name, (code, _) in nodes.items()}, "")
    below: dict[str, list[str]] = {}
    placed: set[str] = set()
    for name in nodes:
        for step in reversed(_chain(name, above)):
            if step not in placed:
                placed.add(step)
                below.setdefault(above[step], []).append(step)
    found: list[Branch] = []
    paths: set[tuple[str, ...]] = set()

    def walk(names: Iterable[str], over: tuple[str, ...]) -> None:
        for name in names:
            code, kind = nodes[name]
            path = _path(code, over, paths)
            found.append(Branch(path, kind, code))
            walk(below.get(name, ()), path)

    walk(below.get("", ()), ())
    return tuple(found)


def _chain(name: str, above: Mapping[str, str]) -> list[str]:
    chain = [name]
    while above[chain[-1]]:
        chain.append(above[chain[-1]])
    return chain


def _path(code: Code, over: tuple[str, ...], paths: set[tuple[str, ...]]) -> tuple[str, ...]:
    """The path of a node by its label; by its name where two siblings have one label."""
    shown = code.label or code.name
    path = (*over, shown) if (*over, shown) not in paths else (*over, code.name)
    number = 1
    while path in paths:
        number += 1
        path = (*over, f"{code.name} {number}")
    paths.add(path)
    return path
