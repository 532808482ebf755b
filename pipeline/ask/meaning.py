"""Which utterances are about the same as some words that somebody typed."""

from __future__ import annotations

import numpy as np

from pipeline import embed
from pipeline.records import Result
from pipeline.stages import Tools


def nearest_in_meaning(result: Result, words: str, tools: Tools, most: int) -> tuple[tuple[int, float], ...]:
    """(row, cosine) of the utterances nearest to the words, the nearest first, equal texts once.

    Compared are what was said alone, without its context, in the frame of the run.  Nothing below a cosine of 0.
    """
    if not len(result.utterances) or not words.strip():
        return ()
    plain = embed.encode([words], tools.encoder, tools.cache)
    cosine = result.vectors.own @ embed.centre(plain, result.vectors.space.mean)[0]
    found: dict[str, tuple[int, float]] = {}
    for row in np.argsort(-cosine, kind="stable").tolist():
        if len(found) == most or cosine[row] <= 0:
            break
        found.setdefault(result.utterances[row].clean, (row, float(cosine[row])))
    return tuple(found.values())
