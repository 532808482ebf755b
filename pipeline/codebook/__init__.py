"""The human codebook beside the machine: codings on utterances, suggestions, themes against codes."""

from pipeline.codebook.baselines import learning_alone, plain_regression, prototypes
from pipeline.codebook.code_texts import code_texts, readable
from pipeline.codebook.coding_table import coding_table
from pipeline.codebook.evidence import Evidence
from pipeline.codebook.explain import explain
from pipeline.codebook.relate import relate
from pipeline.codebook.suggest import by_definition, held_out, learned
from pipeline.codebook.words import content_words, shared_words

__all__ = [
    "Evidence",
    "by_definition",
    "code_texts",
    "coding_table",
    "content_words",
    "explain",
    "held_out",
    "learned",
    "learning_alone",
    "plain_regression",
    "prototypes",
    "readable",
    "relate",
    "shared_words",
]
