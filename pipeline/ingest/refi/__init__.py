"""REFI-QDA projects and codebooks, read: sources, users, the coding tree, codings and memos."""

from pipeline.ingest.refi.codebooks import read_codebook
from pipeline.ingest.refi.codings import read_codings

__all__ = ["read_codebook", "read_codings"]
