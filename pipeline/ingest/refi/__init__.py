"""REFI-QDA projects (.qdpx) and codebooks (.qdc), read: texts, people, the coding tree, codings and memos.

Opened and checked: project, paths, elements.  The texts as transcripts: sources, own_turns, texts, variables (the
attributes of documents).  Positions: selections, positions.  The tree: codebooks, tree.  Codings and memos with their
places in a study: codings, homes, memos, users.
"""

from pipeline.ingest.refi.codebooks import read_codebook
from pipeline.ingest.refi.codings import read_codings

__all__ = ["read_codebook", "read_codings"]
