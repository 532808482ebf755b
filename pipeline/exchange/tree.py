"""The coding tree as a QDA program shows it: the team's codes, and the candidate themes in a folder of their own."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.exchange.identifiers import codebook_space, guid
from pipeline.exchange.nodes import Node, description, free_name, shown
from pipeline.records import Code, Codebook, Theme

SUGGESTED = "SUGGESTED (machine)"

# Okabe and Ito (2008), https://jfly.uni-koeln.de/color/, without black, which reads as no colour
COLOURS = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")


@dataclass(frozen=True, slots=True)
class CodeTree:
    """The Code elements of a file, and where codings point.

    codes: GUID by code name, the first if a name occurs in several branches.  themes: GUIDs in the order of themes.
    """

    nodes: tuple[Node, ...]
    codes: dict[str, str]
    themes: tuple[str, ...]


def code_tree(codebook: Codebook, themes: Sequence[Theme], used: Iterable[str] = ()) -> CodeTree:
    """The team's codes in the order of the file, then the candidate themes in a folder if there are any.

    used: names that codings use; those that the codebook lacks become codes without a definition, and a parent theme
    among them can be coded with.
    """
    space = codebook_space(codebook)
    known = {code.name for code in codebook.codes}
    codes = (*codebook.codes, *(Code(name) for name in sorted(set(used) - known)))
    nodes, guids = _human(codes, space)
    theme_guids = tuple(guid(space, "theme", t.id, t.label, t.keywords, t.size, t.sites) for t in themes)
    if themes:
        taken = {name for code in codes for name in (code.name, code.theme)}
        nodes = (*nodes, _folder(themes, theme_guids, guid(space, "suggested"), free_name(SUGGESTED, taken)))
    return CodeTree(nodes, guids, theme_guids)


def lone_folder(codebook: Codebook) -> Node:
    """The folder for candidates, empty: a codebook file must hold one code even if there is nothing to hold."""
    text = "No code and no candidate theme is known."
    return _code(guid(codebook_space(codebook), "suggested"), SUGGESTED, text, codable=False)


def parents(codes: Sequence[Code]) -> tuple[int | str, ...]:
    """For each code where it hangs: the index of the code that its theme names, else the theme, "" at the top.

    A code that is its own ancestor hangs at the top: the first code of a loop opens it.
    """
    first = {code.name: index for index, code in reversed(list(enumerate(codes)))}
    above: list[int | str] = [first.get(code.theme, code.theme) if code.theme else "" for code in codes]
    for index in range(len(codes)):
        seen: set[int] = set()
        step = above[index]
        while isinstance(step, int) and step != index and step not in seen:
            seen.add(step)
            step = above[step]
        if step == index:
            above[index] = ""
    return tuple(above)


def code_text(code: Code) -> str:
    """What the codebook says of a code, as paragraphs: REFI-QDA has one text for all of it."""
    parts = (
        ("", code.definition),
        ("Include: ", code.include),
        ("Exclude: ", code.exclude),
        ("Examples: ", code.examples),
    )
    return "\n\n".join(label + text for label, text in parts if text)


def theme_text(theme: Theme) -> str:
    """What is shown of a candidate theme: keywords, size, the words for its stability, and its flags."""
    lines = [
        f"Candidate theme {theme.id}, suggested by the machine, undecided.",
        f"Keywords: {', '.join(theme.keywords)}" if theme.keywords else "",
        f"Utterances: {theme.size}; speakers: {theme.n_speakers}; documents: {theme.n_documents}",
        f"Comes back: {theme.stability_word}" if theme.stability_word else "",
        f"Cohesion: {theme.cohesion_word}" if theme.cohesion_word else "",
        *theme.flags,
    ]
    return "\n".join(line for line in lines if line)


def _human(codes: Sequence[Code], space: uuid.UUID) -> tuple[tuple[Node, ...], dict[str, str]]:
    """The team's tree, with a folder for each theme that is no code at the place of its first code."""
    below: dict[int | str, list[int]] = {}
    tops: dict[int | str, None] = {}
    for index, over in enumerate(parents(codes)):
        if over != "":
            below.setdefault(over, []).append(index)
        if not isinstance(over, int):
            tops[over or index] = None
    identities = _identities(codes, space)
    guids: dict[str, str] = {}
    for code, identity in zip(codes, identities, strict=True):
        guids.setdefault(code.name, identity)

    def node(key: int | str) -> Node:
        children = tuple(node(child) for child in below.get(key, ()))
        if isinstance(key, str):
            return _code(guid(space, "code", key, "", 0), key, "", children, codable=False)
        return _code(identities[key], codes[key].name, code_text(codes[key]), children)

    return tuple(node(key) for key in tops), guids


def _identities(codes: Sequence[Code], space: uuid.UUID) -> tuple[str, ...]:
    """A GUID for each code, from its name, its theme and how often the two stood together before."""
    met: dict[tuple[str, str], int] = {}
    found = []
    for code in codes:
        number = met.get((code.name, code.theme), 0)
        met[code.name, code.theme] = number + 1
        found.append(guid(space, "code", code.name, code.theme, number))
    return tuple(found)


def _folder(themes: Sequence[Theme], guids: Sequence[str], own: str, name: str) -> Node:
    children = tuple(
        _code(theme_guid, f"{theme.id} {theme.label}", theme_text(theme), colour=COLOURS[index % len(COLOURS)])
        for index, (theme, theme_guid) in enumerate(zip(themes, guids, strict=True))
    )
    text = "Candidate themes that the machine suggests; people accept, rename or reject them."
    return _code(own, name, text, children, codable=False)


def _code(
    own: str, name: str, text: str, children: tuple[Node, ...] = (), *, codable: bool = True, colour: str = ""
) -> Node:
    attributes = [("guid", own), ("name", shown(name)), ("isCodable", "true" if codable else "false")]
    if colour:
        attributes.append(("color", colour))
    return Node("Code", tuple(attributes), (*description(text), *children))
