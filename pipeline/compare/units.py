"""The study as arrays in one canonical order, so that no figure depends on the order of the rows that came in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import StageError
from pipeline.records import AGREED, Bools, CodingTable, Floats, Ints, Suggestions, Utterance

MACHINE = "machine"


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """n utterances sorted by document and place in it.

    row: int [n], index of the utterance as it came in.  ids: of the utterances.  document, person, site, question:
    int32 [n], numbered in the order of their names; documents, sites: those names.  values, worked: as in CodingTable,
    with a column for every code that the machine may suggest; what was settled in the review is nobody's own coding and
    stands in `coded` alone.  coded: bool [n, codes], given by any coder; where coders settled it, what they agreed on.
    settled: bool [n], where they did.  refused: bool [n, codes], codes that people said do not belong there.
    """

    row: NDArray[np.int64]
    ids: tuple[str, ...]
    document: Ints
    documents: tuple[str, ...]
    person: Ints
    site: Ints
    sites: tuple[str, ...]
    question: Ints
    asked: bool
    codes: tuple[str, ...]
    coders: tuple[str, ...]
    values: Bools
    worked: Bools
    coded: Bools
    settled: Bools
    refused: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Machine:
    """Suggestions in the study's order and the study's codes.

    ranked: int32 [n, r].  probability: float32 [n, r].  scores: float32 [n, codes], -inf for codes it does not know.
    probabilities: float32 [n, codes], NaN where there is no number.  chosen: bool [n, codes], the codes that it would
    give.  no_code: float32 [n], that none applies, NaN where there is no number.  fold: int32 [n].
    """

    ranked: Ints
    probability: Floats
    scores: Floats
    probabilities: Floats
    chosen: Bools
    no_code: Floats
    fold: Ints


def arrange(utterances: Sequence[Utterance], table: CodingTable, suggested: Sequence[Suggestions | None]) -> Study:
    """The study in canonical order: by document, start, end and id; codes of the table first, then suggested ones.

    Raises StageError if the table was made for other utterances.
    """
    n, width = len(utterances), len(table.codes)
    if table.values.shape != (len(table.coders), n, width):
        shape = (len(table.coders), n, width)
        raise StageError(f"the codings have shape {table.values.shape}, not {shape} for each of {n} utterances")
    row = np.array(sorted(range(n), key=lambda i: _place(utterances[i])), dtype=np.int64)
    known = dict.fromkeys(table.codes)
    known.update(dict.fromkeys(code for each in suggested if each is not None for code in each.codes))
    agreed = np.array([coder == AGREED for coder in table.coders], dtype=bool)
    own = np.flatnonzero(~agreed)
    values, coded = np.zeros((len(own), n, len(known)), dtype=bool), np.zeros((n, len(known)), dtype=bool)
    values[:, :, :width], coded[:, :width] = table.values[np.ix_(own, row)], table.by_anyone[row]
    refused = np.zeros_like(coded)
    if table.refused.size:
        refused[:, :width] = table.refused[row]
    ordered = [utterances[i] for i in row]
    document, documents = number([u.document for u in ordered])
    site, sites = number([u.site for u in ordered])
    return Study(
        row=row,
        ids=tuple(u.id for u in ordered),
        document=document,
        documents=documents,
        person=number([u.person for u in ordered])[0],
        site=site,
        sites=sites,
        question=number([(u.document, u.block) for u in ordered])[0],
        asked=any(u.block for u in ordered),
        codes=tuple(known),
        coders=tuple(table.coders[c] for c in own),
        values=values,
        worked=table.worked[np.ix_(own, row)],
        coded=coded,
        settled=np.asarray(table.worked[np.ix_(agreed, row)].any(axis=0)),
        refused=refused,
    )


def align(suggestions: Suggestions, study: Study) -> Machine:
    """Suggestions brought into the study's order of utterances and codes.

    Raises StageError if they were made for other utterances.
    """
    n, width = len(study.row), len(study.codes)
    if suggestions.scores.shape != (n, len(suggestions.codes)):
        raise StageError(
            f"the suggestions have shape {suggestions.scores.shape}, not one row for each of {n} utterances"
        )
    place = {code: j for j, code in enumerate(study.codes)}
    column = np.array([place[code] for code in suggestions.codes], dtype=np.int32)
    scores = np.full((n, width), -np.inf, dtype=np.float32)
    probabilities = np.full((n, width), np.nan, dtype=np.float32)
    scores[:, column] = suggestions.scores[study.row]
    probabilities[:, column] = suggestions.probabilities[study.row]
    ranked = suggestions.ranked[study.row].astype(np.int32)
    if len(column):
        ranked = np.where(ranked >= 0, column[ranked], np.int32(-1))
    chosen = np.zeros((n, width), dtype=bool)
    chosen[:, column] = suggestions.chosen[study.row]
    chosen &= (ranked[:, :1] >= 0).any(axis=1, keepdims=True)
    return Machine(
        ranked=ranked,
        probability=suggestions.probability[study.row],
        scores=scores,
        probabilities=probabilities,
        chosen=chosen,
        no_code=suggestions.no_code[study.row],
        fold=suggestions.fold[study.row],
    )


def number(labels: Sequence[object]) -> tuple[Ints, tuple[str, ...]]:
    """Labels as numbers 0 .. in the order of the sorted labels, int32 [n], and those labels as text."""
    distinct = sorted(set(labels), key=lambda label: label if isinstance(label, tuple) else (label,))
    index = {label: k for k, label in enumerate(distinct)}
    return np.array([index[label] for label in labels], dtype=np.int32), tuple(str(label) for label in distinct)


def has_code(values: Bools) -> Bools:
    """Which utterances have a code at all, bool [n]; values: bool [n, codes]."""
    some: Bools = np.asarray(values.any(axis=1))
    return some


def renumber(labels: Ints) -> Ints:
    """The same groups numbered 0 .. without gaps, in the order of their old numbers."""
    return np.unique(labels, return_inverse=True)[1].astype(np.int32)


def code_sets(values: Bools) -> tuple[Bools, Ints]:
    """The different sets of codes (rows of values [n, codes]) and for each row which of them it is, int32 [n]."""
    if not values.size:
        return values[: min(len(values), 1)], np.zeros(len(values), dtype=np.int32)
    _, first, inverse = np.unique(np.packbits(values, axis=1), axis=0, return_index=True, return_inverse=True)
    return values[first], inverse.reshape(-1).astype(np.int32)


def _place(utterance: Utterance) -> tuple[str, int, int, str]:
    return utterance.document, utterance.start, utterance.end, utterance.id
