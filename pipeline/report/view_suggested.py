"""The machine's answer for one utterance in words, and what speaks for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.records import Disagreement, Result, Suggestions
from pipeline.report.frame import Frame, QuoteView, quote
from pipeline.report.words import MACHINE, is_missing, listing, number, percent

NO_CODE = "no code"
SURE_THEME, UNSURE_CODE = 0.6, 0.5
"""A theme of at least this probability is sure, a code below this one is not: then the theme alone is named."""
_EXAMPLE = 300


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why a code is suggested.  code: "" if there is nothing to explain; example: the nearest coded utterance.

    Disagreements were found with suggestions from which the document was held out, the run's own learned from all
    codings: where their first codes differ, the first sentence says so.
    """

    code: str
    sentences: tuple[str, ...]
    example: QuoteView | None


def suggested(suggestions: Suggestions, index: int) -> tuple[str, ...]:
    """`hope (72%)`, `tasks (18%)`; where the evidence allows no number `hope (likely)`, `tasks (possible)`."""
    found = []
    for rank, code in enumerate(suggestions.ranked[index].tolist()):
        if code < 0:
            continue
        probability = float(suggestions.probability[index, rank])
        word = "likely" if rank == 0 else "possible"
        found.append(f"{suggestions.codes[code]} ({word if is_missing(probability) else percent(probability)})")
    return tuple(found)


def answer(result: Result, index: int) -> str:
    """The codes that the machine would give, or no code; a sure theme with an unsure code is told; "" without any."""
    suggestions = result.suggestions
    if suggestions is None or not suggestions.codes:
        return ""
    texts = []
    for code in np.flatnonzero(suggestions.chosen[index]).tolist():
        chance = float(suggestions.probabilities[index, code])
        texts.append(f"{suggestions.codes[code]} ({'likely' if is_missing(chance) else percent(chance)})")
    if not texts:
        texts.append(no_code(suggestions, index) or "no code that it is sure of")
    return "; ".join(text for text in (listing(texts), tree(result, index)) if text)


def no_code(suggestions: Suggestions, index: int) -> str:
    """`no code (64%)`; "" where the evidence allows no number."""
    chance = float(suggestions.no_code[index])
    return "" if is_missing(chance) else f"{NO_CODE} ({percent(chance)})"


def tree(result: Result, index: int) -> str:
    """`theme “Trust” likely (78%), code unsure (31%)` where the theme is sure and the code is not, else ""."""
    suggestions = result.suggestions
    if suggestions is None or not suggestions.themes or suggestions.ranked[index, 0] < 0:
        return ""
    best = int(np.argmax(np.nan_to_num(suggestions.theme_probability[index], nan=-1.0)))
    theme, chance = suggestions.themes[best], float(suggestions.theme_probability[index, best])
    first = float(suggestions.probability[index, 0])
    tied = theme in suggestions.codes and theme not in {code.theme for code in result.codebook.codes}
    if tied or is_missing(chance) or is_missing(first) or chance < SURE_THEME or first >= UNSURE_CODE:
        return ""
    return f"theme “{theme}” likely ({percent(chance)}), code unsure ({percent(first)})"


def reasons(frame: Frame, item: Disagreement) -> Reasons:
    """What speaks for the code that the machine names in this disagreement, else for its first suggestion."""
    result, index = frame.result, item.utterance
    suggestions, why = result.suggestions, result.explanations
    if suggestions is None or not suggestions.ranked.shape[1]:
        return Reasons("", (), None)
    if _says_no_code(item):
        best = suggested(suggestions, index)[:1]
        return Reasons(NO_CODE if best else "", tuple(f"its best code would be {code}" for code in best), None)
    said, rank = _named(suggestions, item)
    code = int(suggestions.ranked[index, rank])
    if code < 0:
        return Reasons("", (), None)
    sentences = []
    if said and rank == 0 and suggestions.codes[code] != said:
        sentences.append("with the codings of this document learned too, this code comes first")
    elif not rank and (sure := tree(result, index)):
        sentences.append(sure)
    if float(suggestions.no_code[index]) >= UNSURE_CODE:
        sentences.append(f"{no_code(suggestions, index)} is likely too")
    example = None
    if why is not None:
        if words := why.words[index][rank]:
            sentences.append(f"words of the code that are used here: {listing(words, 6)}")
        likeness = float(why.similarity[index, rank])
        if not is_missing(likeness):
            sentences.append(f"likeness to its definition {number(likeness)} (1 would be the same)")
        nearest = int(why.examples[index, rank, 0])
        example = quote(frame, nearest, why.words[index][rank], _EXAMPLE) if nearest >= 0 else None
    return Reasons(suggestions.codes[code] if sentences or example else "", tuple(sentences), example)


def _says_no_code(item: Disagreement) -> bool:
    return any(who == MACHINE and (what == NO_CODE or what.startswith(f"{NO_CODE} (")) for who, what in item.views)


def _named(suggestions: Suggestions, item: Disagreement) -> tuple[str, int]:
    """The code that the machine names in the disagreement ("" if none), and its place among the run's suggestions.

    The place is 0 where it is not among them.
    """
    said = next((what for who, what in item.views if who == MACHINE), "")
    codes = [code for code in suggestions.codes if said == code or said.startswith(f"{code} (")]
    named = max(codes, key=len, default="")
    ranked = [suggestions.codes[code] if code >= 0 else "" for code in suggestions.ranked[item.utterance].tolist()]
    return named, ranked.index(named) if named and named in ranked else 0
