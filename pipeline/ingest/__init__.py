"""Files to records: documents, turns with speakers and roles, the codebook and human codings; with all that was odd."""

from pipeline.ingest.codebook import read_codebook
from pipeline.ingest.codings import codebook_of, read_codings
from pipeline.ingest.corpus import read
from pipeline.ingest.decisions import read_decisions
from pipeline.ingest.files import file_record
from pipeline.ingest.kinds import what_is
from pipeline.ingest.suffixes import PROJECTS

__all__ = [
    "PROJECTS",
    "codebook_of",
    "file_record",
    "read",
    "read_codebook",
    "read_codings",
    "read_decisions",
    "what_is",
]
