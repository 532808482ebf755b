"""Which utterances show a theme best, which fit it badly, which nearly belong to it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.records import Floats, Placement, Quote, Utterance

# A quote must say something by itself, and be short enough to be read.
_MIN_WORDS, _MAX_WORDS = 8, 90


def quotes_of(
    number: int, utterances: Sequence[Utterance], placement: Placement, own: Floats, n_typical: int
) -> tuple[Quote, ...]:
    """Typical quotes from different people (then from the same ones), one atypical member and one near miss.

    Typical: nearest to the mean of the members' own vectors (the text alone, without its context). Atypical: the
    placed member farthest from it, of those that say something else. Near miss: the nearest utterance outside the theme
    whose vote it came second in, or won without enough of it.
    """
    members = np.flatnonzero(placement.theme == number).tolist()
    mean = own[members].mean(axis=0)
    order = sorted(
        members, key=lambda i: (not _readable(utterances[i]), -round(float(own[i] @ mean), 6), utterances[i].id)
    )
    typical = _from_different_people(order, utterances, n_typical)
    quotes = [Quote("typical", i) for i in typical]
    said = {utterances[i].clean.casefold() for i in typical}
    rest = [i for i in members if utterances[i].clean.casefold() not in said]
    if rest:
        farthest = min(rest, key=lambda i: (round(float(own[i] @ mean), 6), utterances[i].id))
        quotes.append(Quote("atypical", farthest))
    close = (placement.theme != number) & ((placement.nearest == number) | (placement.second == number))
    near = [i for i in np.flatnonzero(close).tolist() if _readable(utterances[i])]
    if near:
        best = max(near, key=lambda i: (round(float(own[i] @ mean), 6), utterances[i].id))
        quotes.append(Quote("near miss", best))
    return tuple(quotes)


def _readable(utterance: Utterance) -> bool:
    return _MIN_WORDS <= len(utterance.clean.split()) <= _MAX_WORDS


def _from_different_people(order: Sequence[int], utterances: Sequence[Utterance], wanted: int) -> list[int]:
    """The first `wanted` of the order, one a person and one a text as long as there are others."""
    chosen: list[int] = []
    for rule in ("other person", "other text"):
        for i in order:
            people = {utterances[c].person for c in chosen}
            texts = {utterances[c].clean.casefold() for c in chosen}
            repeats = utterances[i].clean.casefold() in texts or (
                rule == "other person" and utterances[i].person in people
            )
            if len(chosen) < wanted and i not in chosen and not repeats:
                chosen.append(i)
    return chosen
