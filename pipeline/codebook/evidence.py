"""What suggestions rest on, and how documents are left out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.config import CodebookConfig
from pipeline.records import Bools, CodingTable, Floats, Ints, Vectors

NOT_HELD_OUT = -1
ONE_AT_A_TIME = 12  # up to this many coded documents each is left out alone, above they are left out in folds


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """All that suggestions rest on: n utterances' vectors and documents, the codes' vectors, and the codings.

    Rows stand in the order of the text, those of a document together.  codes: float32 [codes, d], centred, of
    length 1.  parents: theme of each code, "" if it has none; empty if nobody told.  words: words in each utterance;
    empty if nobody told, then length says nothing about whether a code applies.
    """

    vectors: Vectors
    documents: tuple[str, ...]
    codes: Floats
    table: CodingTable
    parents: tuple[str, ...] = ()
    words: tuple[int, ...] = ()


def documents_of(evidence: Evidence, rows: Bools) -> list[str]:
    """The documents in which these rows (bool [n]) lie, sorted."""
    return sorted({evidence.documents[i] for i in np.flatnonzero(rows)})


def outer_folds(evidence: Evidence, config: CodebookConfig) -> Ints | None:
    """int32 [n]: which of the coded documents are left out together, -1 elsewhere; None with fewer than two of them.

    Up to 12 coded documents each is left out alone, above that in folds of whole documents.
    """
    documents = documents_of(evidence, evidence.table.coded)
    if len(documents) < 2:
        return None
    n_folds = len(documents) if len(documents) <= ONE_AT_A_TIME else min(config.folds, len(documents))
    return folds(evidence.documents, documents, n_folds, config.seed)


def folds(of: Sequence[str], documents: Sequence[str], n_folds: int, seed: int) -> Ints:
    """int32 [n]: fold of each utterance's document, -1 outside `documents`; folds are level in utterances."""
    sizes = dict.fromkeys(documents, 0)
    for document in of:
        if document in sizes:
            sizes[document] += 1
    order = sorted(documents, key=lambda d: (-sizes[d], hashlib.sha256(f"{seed}:{d}".encode()).digest()))
    loads, fold = [0] * n_folds, {}
    for document in order:
        lightest = loads.index(min(loads))
        fold[document] = lightest
        loads[lightest] += sizes[document]
    return np.array([fold.get(document, NOT_HELD_OUT) for document in of], np.int32)
