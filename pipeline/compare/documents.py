"""Which document to read next: the one that is expected to bring codes nearer to three meetings, per utterance."""

from __future__ import annotations

import numpy as np

from pipeline.compare.intervals import F64
from pipeline.compare.order import I64, MEETINGS
from pipeline.compare.units import Study
from pipeline.records import Ints, TriageDocument

MOST_CHOSEN = 500
"""Beyond so many documents the rest stands in the order of what each would bring alone."""
_NAMED = 3
_LEAST = 0.05  # of a meeting: below that a code is no reason


def rank_documents(study: Study, rows: I64, theme: Ints, chance: F64 | None, met: F64) -> tuple[TriageDocument, ...]:
    """Documents with unread utterances in the order in which to read them.

    rows: int64 [m], places of unread utterances in the study.  theme: int32 [m].  chance: float64 [m, codes], None
    without codes: then by the number of candidate themes for each utterance.  Each document is chosen given what those
    before it are expected to bring; expected_new is that progress over the whole document.
    """
    of = study.document[rows]
    ids = np.unique(of)
    size = np.array([(of == k).sum() for k in ids])
    themes = np.array([len(np.unique(theme[(of == k) & (theme >= 0)])) for k in ids])
    if chance is None:
        order = np.lexsort((ids, size, -themes / size))
        told = [(int(k), 0.0, f"It holds utterances of {_themes(int(themes[k]))}.") for k in order]
    else:
        told = _greedy(study, np.array([chance[of == k].sum(axis=0) for k in ids]), size, met)
    return tuple(
        TriageDocument(study.documents[ids[k]], int(size[k]), round(gain, 4), int(themes[k]), why)
        for k, gain, why in told
    )


def _greedy(study: Study, sums: F64, size: I64, met: F64) -> list[tuple[int, float, str]]:
    """(document, expected progress, why), the best of what is left first; sums: float64 [documents, codes]."""
    met = met.astype(np.float64)
    left = np.ones(len(sums), dtype=bool)
    told: list[tuple[int, float, str]] = []
    while len(told) < min(len(sums), MOST_CHOSEN):
        need = np.maximum(MEETINGS - met, 0.0)
        progress = np.minimum(sums, need)
        rate = np.where(left, progress.sum(axis=1) / size, -1.0)
        k = int(rate.argmax())
        told.append((k, float(progress[k].sum()), _why(study, progress[k])))
        met, left[k] = met + sums[k], False
    progress = np.minimum(sums, np.maximum(MEETINGS - met, 0.0))
    rest = np.flatnonzero(left)
    rest = rest[np.argsort(-progress[rest].sum(axis=1) / size[rest], kind="stable")]
    return told + [(int(k), float(progress[k].sum()), _why(study, progress[k])) for k in rest]


def _why(study: Study, progress: F64) -> str:
    best = [j for j in np.argsort(-progress, kind="stable")[:_NAMED] if progress[j] >= _LEAST]
    if not best:
        return "Every code that it may show is expected to be met three times without it."
    return f"May bring {', '.join(f'“{study.codes[j]}”' for j in best)} nearer to three meetings."


def _themes(n: int) -> str:
    return "no candidate theme" if not n else f"{n} candidate theme{'' if n == 1 else 's'}"
