"""The hidden-code test: a code is taken out of codebook and codings; does a candidate "no code fits" bring it back?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.compare.coefficients import precision_recall_f1
from pipeline.compare.found import FOUND_PEOPLE, FOUND_UTTERANCES
from pipeline.compare.structure import rotations
from pipeline.compare.units import number
from pipeline.config import CompareConfig
from pipeline.records import Bools, Ints


@dataclass(frozen=True, slots=True)
class Recovery:
    """What became of a hidden code.

    candidate: the one that brought it back (the one with most of its utterances, if several did), -1 if none did.
    n, people: its utterances there and the people who said them.  f1: the best F1 of any candidate for it, in sample;
    None without candidates.  chance: how often candidates that were rotated within their documents bring it back, 0..1.
    """

    recovered: bool
    candidate: int
    n: int
    people: int
    f1: float | None
    chance: float


def recovered(
    code: int,
    values: Bools,
    new_theme: Ints,
    persons: Sequence[str],
    documents: Sequence[str],
    config: CompareConfig,
) -> Recovery:
    """Was the hidden code brought back by a candidate marked "no code fits"?

    code: the hidden code's column in values, bool [n, codes], what people gave before it was hidden.  new_theme: int32
    [n], candidates among what no code fits, -1 in none.  persons, documents: n names; rows of a document stand in the
    order of its text.  Brought back: at least 3 of its utterances from at least 2 people are in one candidate, more
    than of any other code.
    """
    person = number(list(persons))[0]
    candidate = _brings_back(code, values, new_theme, person)
    n, people = (0, 0) if candidate < 0 else _size(values[:, code] & (new_theme == candidate), person)
    document = number(list(documents))[0]
    order = np.argsort(document, kind="stable")
    turned = rotations(new_theme[order], document[order], config.rotations, config.seed)
    back = [_brings_back(code, values[order], each, person[order]) >= 0 for each in turned]
    chance = float(np.mean(back)) if len(new_theme) else 0.0
    return Recovery(candidate >= 0, candidate, n, people, _best_f1(values[:, code], new_theme), chance)


def _brings_back(code: int, values: Bools, theme: Ints, person: Ints) -> int:
    """The candidate that meets the rule with most utterances, the first of equals; -1 if none does."""
    counts = _counts(values, theme)
    best, most = -1, 0
    for k, row in enumerate(counts):
        others = int(np.delete(row, code).max(initial=0))
        if row[code] < FOUND_UTTERANCES or row[code] <= max(others, most):
            continue
        if _size(values[:, code] & (theme == k), person)[1] >= FOUND_PEOPLE:
            best, most = k, int(row[code])
    return best


def _counts(values: Bools, theme: Ints) -> NDArray[np.int64]:
    """Utterances of each code in each candidate, int64 [candidates, codes]."""
    counts = np.zeros((int(theme.max(initial=-1)) + 1, values.shape[1]), dtype=np.int64)
    np.add.at(counts, theme[theme >= 0], values[theme >= 0].astype(np.int64))
    return counts


def _size(marked: Bools, person: Ints) -> tuple[int, int]:
    return int(marked.sum()), len(np.unique(person[marked]))


def _best_f1(hidden: Bools, theme: Ints) -> float | None:
    """The best F1 of "is in this candidate" for the hidden code; in sample, so an upper limit."""
    n_candidates = int(theme.max(initial=-1)) + 1
    if not n_candidates:
        return None
    both = np.bincount(theme[hidden & (theme >= 0)], minlength=n_candidates).astype(np.float64)
    size = np.bincount(theme[theme >= 0], minlength=n_candidates).astype(np.float64)
    f1 = precision_recall_f1(both, hidden.sum() - both, size - both)[2]
    return None if np.isnan(f1).all() else float(np.nanmax(f1))
