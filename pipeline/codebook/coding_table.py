"""Human codings carried over from spans of text to utterances."""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from pipeline.records import AGREED, Bools, Codebook, Coding, Codings, CodingTable, Utterance


def coding_table(utterances: Sequence[Utterance], codebook: Codebook, codings: Codings) -> CodingTable:
    """Which coder put which code on which utterance.

    A coding touches an utterance when it covers at least half of it, or when the utterance covers at least half of
    the coding (lengths in characters). A coder worked on all of a document in which she coded anything; what was coded
    in the review alone (codings.reviewed, codings.finished) those alone worked on who coded it or are done with it.
    """
    coders = tuple(sorted({coding.coder for coding in (*codings.items, *codings.finished)}))
    codes = tuple(code.name for code in codebook.codes)
    code_row = {code: row for row, code in enumerate(codes)}
    coder_row = {coder: row for row, coder in enumerate(coders)}
    by_document: dict[str, list[int]] = defaultdict(list)
    for i in sorted(range(len(utterances)), key=lambda i: utterances[i].start):
        by_document[utterances[i].document].append(i)
    ends = {document: [utterances[i].end for i in rows] for document, rows in by_document.items()}

    def touched(coding: Coding) -> list[int]:
        return _touched(coding, utterances, by_document[coding.document], ends.get(coding.document, []))

    values = np.zeros((len(coders), len(utterances), len(codes)), np.bool_)
    worked = np.zeros((len(coders), len(utterances)), np.bool_)
    in_review = set(codings.reviewed)
    filed = [coding for coding in codings.items if coding not in in_review]
    for coder, document in {(coding.coder, coding.document) for coding in filed}:
        worked[coder_row[coder], by_document[document]] = True
    by_files = {row for coding in filed for row in touched(coding)}
    later = [(coding.coder, touched(coding)) for coding in (*codings.reviewed, *codings.finished)]
    worked[:, sorted({row for _, rows in later for row in rows} - by_files)] = False
    for coder, rows in later:
        worked[coder_row[coder], rows] = True
    unplaced = []
    for coding in codings.items:
        rows = touched(coding)
        values[coder_row[coding.coder], rows, code_row[coding.code]] = True
        if not rows:
            unplaced.append(coding)
    refused = _refused(codings, values, code_row, coder_row, touched)
    return CodingTable(coders, codes, values, worked, tuple(unplaced), refused)


def _refused(
    codings: Codings,
    values: Bools,
    code_row: Mapping[str, int],
    coder_row: Mapping[str, int],
    touched: Callable[[Coding], list[int]],
) -> Bools:
    """bool [n, codes] (no columns if nobody refused or settled anything): see CodingTable.

    What was settled is the whole truth of its utterance: every code but the agreed ones is refused there.
    """
    settled = [done for done in codings.finished if done.coder == AGREED]
    if not codings.refused and not settled:
        return np.zeros((0, 0), np.bool_)
    refused = np.zeros(values.shape[1:], np.bool_)
    for coding in codings.refused:
        if coding.code in code_row:
            refused[touched(coding), code_row[coding.code]] = True
    refused &= ~values.any(axis=0)
    for done in settled:
        rows = touched(done)
        refused[rows] = ~values[coder_row[AGREED], rows]
    return refused


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
