"""A REFI-QDA codebook file."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.exchange.nodes import ORIGIN, Node
from pipeline.exchange.tree import code_tree, lone_folder
from pipeline.exchange.write_lxml import write
from pipeline.records import Codebook, Theme

_NAMESPACE = "urn:QDA-XML:codebook:1.0"


def codebook_qdc(codebook: Codebook, themes: Sequence[Theme]) -> bytes:
    """A .qdc file: the team's coding tree, then the candidate themes under `SUGGESTED (machine)`.

    A parent theme is a folder (not codable) unless a code bears its name; definition, include, exclude and examples
    are the paragraphs of a code's Description.  GUIDs are those of project_qdpx for the same codebook and themes.
    The same input gives the same bytes.  Without codes and themes the folder stands alone.
    Source: REFI-QDA 1.5, section 5.2.
    """
    nodes = code_tree(codebook, themes).nodes or (lone_folder(codebook),)
    root = Node("CodeBook", (("origin", ORIGIN),), (Node("Codes", children=nodes),))
    return write(root, _NAMESPACE)
