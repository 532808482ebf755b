"""Groupings that read no word, as baselines for structure: what neighbourhood, documents and persons alone explain."""

from __future__ import annotations

import numpy as np

from pipeline.compare.structure import draw_codes
from pipeline.compare.units import Study, renumber
from pipeline.records import Bools, Ints

NEIGHBOURS = 4
CEILING = "the codes themselves (ceiling)"


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


def ceiling(values: Bools, seed: int) -> tuple[str, Ints]:
    """The best that a grouping could do: each utterance in the group of one of its codes, drawn at random.

    Not 1: of several codes a group holds one, and where codes belong to whole documents the rotation null takes most
    of it away.  values: bool [n, codes], at least one code a row.  The draw is not one of those that are scored.
    """
    return CEILING, renumber(draw_codes(values, 1, seed + 1)[0])


def neighbours(document: Ints) -> Ints:
    """Blocks of four consecutive utterances of a document, numbered from 0; document: int32 [n], ascending."""
    starts = np.searchsorted(document, document)
    block = (np.arange(len(document)) - starts) // NEIGHBOURS
    return renumber(document.astype(np.int64) * (len(document) + 1) + block)
