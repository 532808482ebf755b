"""Groupings that read no word, as baselines for structure: what neighbourhood, documents and persons alone explain."""

from __future__ import annotations

import numpy as np

from pipeline.compare.units import Study, renumber
from pipeline.records import Bools, Ints

NEIGHBOURS = 4


def without_reading(study: Study, units: Bools, groups: Ints, seed: int) -> list[tuple[str, Ints]]:
    """(name, int32 [units]) for the coded utterances: random, neighbours, one group, document, speaker, question.

    groups: int32 [units], our own, whose sizes the random groups take.  The question is left out where no interviewer
    speaks in any document.
    """
    document = study.document[units]
    found = [
        ("random groups of the same sizes", np.random.default_rng(seed).permutation(groups)),
        (f"blocks of {NEIGHBOURS} neighbours", neighbours(document)),
        ("one group", np.zeros_like(document)),
        ("each document a group", document),
        ("each speaker a group", study.person[units]),
    ]
    if study.asked:
        found.append(("each guide question a group", study.question[units]))
    return [(name, each.astype(np.int32)) for name, each in found]


def neighbours(document: Ints) -> Ints:
    """Blocks of four consecutive utterances of a document, numbered from 0; document: int32 [n], ascending."""
    starts = np.searchsorted(document, document)
    block = (np.arange(len(document)) - starts) // NEIGHBOURS
    return renumber(document.astype(np.int64) * (len(document) + 1) + block)
