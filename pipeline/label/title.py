"""The title of a theme: one telling phrase of several words, or two single words that complete each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.records import Floats

# Nearness to the theme (a cosine) counts most; how telling a phrase is and that it has several words break near ties.
_TELLING, _SEVERAL_WORDS = 0.3, 0.08
# Two words this alike say the same thing twice ("scatter plot", "scatter plots").
_SAME = 0.75
_STEM = 5


def title(phrases: Sequence[str], vectors: Mapping[str, Floats], theme: Floats, taken: set[str]) -> str:
    """A label such as "Cancel automatic billing" or "Contract and allowance"; "" if there is no phrase left.

    phrases: what could name the theme, most telling first.  vectors: their centred vectors, of length 1.  theme:
    centred mean of the members, of length 1.  taken: labels of other themes; their words in another order are no label.
    """
    scores = {
        phrase: round(
            float(vectors[phrase] @ theme) + _TELLING * (1 - rank / len(phrases)) + _SEVERAL_WORDS * (" " in phrase),
            5,
        )
        for rank, phrase in enumerate(phrases)
    }
    order = sorted(phrases, key=lambda phrase: (-scores[phrase], phrase))
    options = (_with_second(main, order, vectors) for main in order)
    others = {_words(label) for label in taken}
    chosen = next((option for option in options if _words(option) not in others), "")
    return chosen[:1].upper() + chosen[1:]


def _words(label: str) -> frozenset[str]:
    return frozenset(label.casefold().split())


def _with_second(main: str, order: Sequence[str], vectors: Mapping[str, Floats]) -> str:
    """A single word says too little by itself: the next best that says something else joins it."""
    if " " in main:
        return main
    singles = (phrase for phrase in order if " " not in phrase and not _same_stem(phrase, main))
    second = next((phrase for phrase in singles if vectors[phrase] @ vectors[main] < _SAME), "")
    return f"{main} and {second}" if second else main


def _same_stem(one: str, other: str) -> bool:
    return one.startswith(other[:_STEM]) or other.startswith(one[:_STEM])
