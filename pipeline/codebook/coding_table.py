"""Human codings carried over from spans of text to utterances."""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from pipeline.records import Codebook, Coding, Codings, CodingTable, Utterance


def coding_table(utterances: Sequence[Utterance], codebook: Codebook, codings: Codings) -> CodingTable:
    """Which coder put which code on which utterance.

    A coding touches an utterance when it covers at least half of it, or when the utterance covers at least half of
    the coding (lengths in characters).
    """
    coders = tuple(sorted({coding.coder for coding in codings.items}))
    codes = tuple(code.name for code in codebook.codes)
    code_row = {code: row for row, code in enumerate(codes)}
    coder_row = {coder: row for row, coder in enumerate(coders)}
    by_document: dict[str, list[int]] = defaultdict(list)
    for i in sorted(range(len(utterances)), key=lambda i: utterances[i].start):
        by_document[utterances[i].document].append(i)
    ends = {document: [utterances[i].end for i in rows] for document, rows in by_document.items()}
    values = np.zeros((len(coders), len(utterances), len(codes)), np.bool_)
    worked = np.zeros((len(coders), len(utterances)), np.bool_)
    unplaced = []
    for coder, document in {(coding.coder, coding.document) for coding in codings.items}:
        worked[coder_row[coder], by_document[document]] = True
    for coding in codings.items:
        touched = _touched(coding, utterances, by_document[coding.document], ends.get(coding.document, []))
        values[coder_row[coding.coder], touched, code_row[coding.code]] = True
        if not touched:
            unplaced.append(coding)
    return CodingTable(coders, codes, values, worked, tuple(unplaced))


def _touched(coding: Coding, utterances: Sequence[Utterance], rows: Sequence[int], ends: Sequence[int]) -> list[int]:
    """Which rows a coding touches; rows and their ends in the order of the text."""
    touched = []
    for place in range(bisect.bisect_right(ends, coding.start), len(rows)):
        if utterances[rows[place]].start >= coding.end:
            break
        if _touches(coding, utterances[rows[place]]):
            touched.append(rows[place])
    return touched


def _touches(coding: Coding, utterance: Utterance) -> bool:
    shared = min(coding.end, utterance.end) - max(coding.start, utterance.start)
    shortest = min(coding.end - coding.start, utterance.end - utterance.start)
    return 0 < shortest <= 2 * shared
