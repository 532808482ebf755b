"""The coding tree as a QDA program shows it: the team's codes, the candidate themes and the speakers in folders."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.exchange.decided import Decided, decided
from pipeline.exchange.refi.identifiers import Claims, codebook_space, guid, numbered
from pipeline.exchange.refi.nodes import Node, container, description, shown
from pipeline.exchange.refi.team import Entry, code_node, entries, team_tree
from pipeline.exchange.texts import free_name, theme_text
from pipeline.exchange.verdicts import Verdicts
from pipeline.records import SPEAKERS, SUGGESTED, Codebook, Theme

NO_SPEAKER = "(no speaker)"

# Okabe and Ito (2008), https://jfly.uni-koeln.de/color/, without black, which reads as no colour
COLOURS = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a tree holds besides the codebook and the themes.

    used: names that codings use; those that the codebook lacks become codes without a definition.  speakers: labels,
    "" for turns without one.  notes: GUIDs of the notes on a code, by its name.
    """

    used: Collection[str] = ()
    speakers: Sequence[str] = ()
    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CodeTree:
    """The Code elements of a file, and where codings point.

    codes: GUID by the name of a code or folder, the first if a name occurs in several branches.  themes: GUID by the id
    of a theme, of the candidate or of the code that it became; rejected ones have none.  speakers: GUID by label.
    """

    nodes: tuple[Node, ...]
    codes: Mapping[str, str]
    themes: Mapping[str, str]
    speakers: Mapping[str, str]


def code_tree(codebook: Codebook, themes: Sequence[Theme], said: Verdicts, wanted: Wanted | None = None) -> CodeTree:
    """The team's tree in the order of the file, then the candidate themes, then the speakers, if there are any.

    An accepted theme is a code of the team's tree, with the GUID and the colour that it had as a candidate.
    """
    wanted = wanted or Wanted()
    space, claims = codebook_space(codebook), Claims()
    looks = {
        theme.id: (guid(space, "theme", *_key(theme)), COLOURS[index % len(COLOURS)])
        for index, theme in enumerate(themes)
    }
    now = decided(codebook, themes, said)
    team = entries(_marked(now, looks), wanted.used)
    nodes, guids = team_tree(team, space, claims, wanted.notes)
    targets = {key: guids[name] for key, name in now.becomes.items()}
    candidates = []
    for theme in now.open:
        own, colour = looks[theme.id]
        targets[theme.id] = claims.kept(own) or claims.derived(space, "theme", *_key(theme))
        name = f"{theme.id} {theme.label}"
        candidates.append(code_node(targets[theme.id], name, theme_text(theme), colour=colour))
    text = "Candidate themes that the machine suggests; people accept, rename or reject them."
    top = (claims.derived(space, "suggested"), _free(SUGGESTED, team), text)
    speakers = {label: claims.derived(space, "speaker", label) for label in wanted.speakers}
    talkers = [code_node(own, label or NO_SPEAKER, "") for label, own in speakers.items()]
    told = "Who speaks in the texts that do not show it: a code a speaker, a coding a turn."
    hall = (claims.derived(space, "speakers"), _free(SPEAKERS, team), told)
    return CodeTree((*nodes, *_folder(*top, candidates), *_folder(*hall, talkers)), guids, targets, speakers)


def lone_folder(codebook: Codebook) -> Node:
    """The folder for candidates, empty: a codebook file must hold one code even if there is nothing to hold."""
    text = "No code and no candidate theme is known."
    return code_node(guid(codebook_space(codebook), "suggested"), SUGGESTED, text, codable=False)


def set_nodes(codebook: Codebook, space: uuid.UUID, codes: Mapping[str, str], target: str) -> tuple[Node, ...]:
    """The Sets element, none without sets.

    codes: GUIDs by name; members that are not known are left out.  target: the attribute in which a member names its
    code, which is `targetGUID` in projects and `guid` in codebooks.
    """
    keys = numbered([("set", one.name) for one in codebook.sets])
    found = []
    for one, key in zip(codebook.sets, keys, strict=True):
        names = [name for name in dict.fromkeys(one.members) if name in codes]
        members = tuple(Node("MemberCode", ((target, codes[name]),)) for name in names)
        named = (("guid", guid(space, *key)), ("name", shown(one.name)))
        found.append(Node("Set", named, (*description(one.definition), *members)))
    return container("Sets", found)


def _folder(own: str, name: str, text: str, children: Sequence[Node]) -> tuple[Node, ...]:
    return (code_node(own, name, text, tuple(children), codable=False),) if children else ()


def _key(theme: Theme) -> tuple[object, ...]:
    return theme.id, theme.label, theme.keywords, theme.size, theme.sites


def _free(name: str, team: Sequence[Entry]) -> str:
    return free_name(name, {word for entry in team for word in (entry.label, entry.name, entry.parent)})


def _marked(now: Decided, looks: Mapping[str, tuple[str, str]]) -> Codebook:
    """The codebook whose new codes have the GUIDs and colours of the themes that they were."""
    codes = []
    for code in now.codebook.codes:
        own, colour = looks[now.new[code.name]] if code.name in now.new else (code.guid, code.color)
        codes.append(replace(code, guid=own, color=colour))
    return replace(now.codebook, codes=tuple(codes))
