"""Why a code is suggested: how near its definition is, what else people gave it to, and which words meet."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.codebook.evidence import NOT_HELD_OUT, Evidence
from pipeline.codebook.words import shared_words
from pipeline.records import Explanations, Floats, Ints, Suggestions

_EXAMPLES = 2
Rows = NDArray[np.intp]


def explain(
    evidence: Evidence, suggestions: Suggestions, definitions: Sequence[str], utterances: Sequence[str]
) -> Explanations:
    """For each ranked code: cosine to its definition, the two nearest coded utterances, the words that match.

    definitions: what the encoder read of each code (code_texts).  utterances: their clean text.  Where the suggestion
    is held out, examples come from other folds only, which is what it was learned from. NaN, -1 and no words where no
    code is ranked.
    """
    ranked = suggestions.ranked
    known = ranked >= 0
    cosine = evidence.vectors.mixed @ evidence.codes.T
    similarity = np.full(ranked.shape, np.nan, np.float32)
    similarity[known] = np.take_along_axis(cosine, np.maximum(ranked, 0).astype(np.int64), axis=1)[known]
    examples = np.full((*ranked.shape, _EXAMPLES), -1, np.int32)
    by_anyone = evidence.table.by_anyone
    documents = np.unique(np.array(evidence.documents), return_inverse=True)[1].astype(np.int32)
    for code in range(len(evidence.codes)):
        rows, places = np.nonzero(ranked == code)
        given = np.flatnonzero(by_anyone[:, code])
        examples[rows, places] = _nearest(evidence.vectors.own, rows, given, suggestions.fold, documents)
    words = tuple(
        tuple(shared_words(text, definitions[code]) if code >= 0 else () for code in row)
        for text, row in zip(utterances, ranked.tolist(), strict=True)
    )
    return Explanations(similarity, examples, words)


def _nearest(own: Floats, rows: Rows, given: Rows, fold: Ints, documents: Ints) -> Ints:
    """int32 [rows, 2]: the nearest of the given utterances in their own words, -1 padded.

    Never the utterance itself; where it is held out, none of its document and none that was left out with it.
    """
    found = np.full((len(rows), _EXAMPLES), -1, np.int32)
    if not len(rows) or not len(given):
        return found
    cosine = own[rows] @ own[given].T
    held_out = (fold[rows] != NOT_HELD_OUT)[:, None]
    left_out = (fold[rows][:, None] == fold[given]) | (documents[rows][:, None] == documents[given])
    cosine[(held_out & left_out) | (rows[:, None] == given)] = -np.inf
    best = np.argsort(-cosine, axis=1, kind="stable")[:, :_EXAMPLES]
    near = np.take_along_axis(cosine, best, axis=1)
    found[:, : best.shape[1]] = np.where(np.isfinite(near), given[best], -1)
    return found
