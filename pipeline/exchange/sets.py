"""Groups of codes across the tree as sets of REFI-QDA."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from pipeline.exchange.identifiers import guid, numbered
from pipeline.exchange.nodes import Node, container, description, shown
from pipeline.records import Codebook


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
