"""A REFI-QDA codebook file."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.exchange.refi.identifiers import codebook_space
from pipeline.exchange.refi.nodes import Node
from pipeline.exchange.refi.tree import code_tree, lone_folder, set_nodes
from pipeline.exchange.verdicts import verdicts
from pipeline.exchange.write_lxml import write
from pipeline.records import ORIGIN, Codebook, Decision, Theme

_NAMESPACE = "urn:QDA-XML:codebook:1.0"


def codebook_qdc(codebook: Codebook, themes: Sequence[Theme], decisions: Sequence[Decision] = ()) -> bytes:
    """A .qdc file: the team's coding tree, then the candidate themes under `SUGGESTED (machine)`, then sets of codes.

    A parent theme is a folder (not codable) unless a code bears its name; definition, include, exclude and examples
    are the paragraphs of a code's Description.  Accepted themes are codes of the team's tree, rejected ones are left
    out.  GUIDs are those of project_qdpx for the same codebook and themes.  Memos on codes stand in projects only: a
    codebook has no notes.  The same input gives the same bytes.  Without codes and themes the folder stands alone.
    Source: REFI-QDA 1.5, section 5.2.
    """
    tree = code_tree(codebook, themes, verdicts(decisions))
    nodes = tree.nodes or (lone_folder(codebook),)
    sets = set_nodes(codebook, codebook_space(codebook), tree.codes, "guid")
    root = Node("CodeBook", (("origin", ORIGIN),), (Node("Codes", children=nodes), *sets))
    return write(root, _NAMESPACE)
