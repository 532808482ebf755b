"""The nouns that cross a room's door, and nothing else.

Conventions: offsets are Unicode code points into Document.text, end exclusive; indices into utterances, codes and
themes count from 0; what people cite (turn, paragraph, theme id) counts from 1. Arrays are read, never changed.
"""

from pipeline.records.arrays import Bools, Floats, Ints, Progress
from pipeline.records.comparison import (
    Agreement,
    CodeAgreement,
    Comparison,
    Disagreement,
    Effort,
    Estimate,
    StructureRow,
    ThemeFound,
)
from pipeline.records.mapping import CodingTable, Mapping, Suggestions, ThemeCode, ThemeRelation
from pipeline.records.result import Manifest, Result, StageRecord
from pipeline.records.sources import (
    Code,
    Codebook,
    Coding,
    Codings,
    Corpus,
    Document,
    Dropped,
    InputFile,
    Problem,
    Role,
    Speaker,
    Turn,
)
from pipeline.records.themes import Clusters, Placement, Quote, Space, Theme, ThemeModel, Utterance, Vectors

__all__ = [
    "Agreement",
    "Bools",
    "Clusters",
    "Code",
    "CodeAgreement",
    "Codebook",
    "Coding",
    "CodingTable",
    "Codings",
    "Comparison",
    "Corpus",
    "Disagreement",
    "Document",
    "Dropped",
    "Effort",
    "Estimate",
    "Floats",
    "InputFile",
    "Ints",
    "Manifest",
    "Mapping",
    "Placement",
    "Problem",
    "Progress",
    "Quote",
    "Result",
    "Role",
    "Space",
    "Speaker",
    "StageRecord",
    "StructureRow",
    "Suggestions",
    "Theme",
    "ThemeCode",
    "ThemeFound",
    "ThemeModel",
    "ThemeRelation",
    "Turn",
    "Utterance",
    "Vectors",
]
