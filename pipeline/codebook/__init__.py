"""The human codebook beside the machine: codings on utterances, suggestions, themes against codes."""

from pipeline.codebook.code_texts import code_texts, readable
from pipeline.codebook.coding_table import coding_table
from pipeline.codebook.relate import relate
from pipeline.codebook.suggest import Evidence, by_definition, held_out, learned

__all__ = ["Evidence", "by_definition", "code_texts", "coding_table", "held_out", "learned", "readable", "relate"]
