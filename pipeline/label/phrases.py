"""Which phrases could name a theme: frequent in it, rare outside."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from pipeline.records import Ints, Utterance

_WORD = re.compile(r"(?<!\w)[^\W\d_]\w*(?:['’-]\w+)*")
_STOP = frozenset(
    """
    about above after again against all also although always am an and another any are around as at be because been
    before being below between both but by came can cannot come could did do does doing done don't down during each
    either else enough even ever every few for from further get gets getting give go goes going gone got had has have
    having he her here hers him himself his how i i'd i'll i'm i've if in instead into is isn't it it's its itself just
    kind know known last least less let like lot made make many maybe me mean might more most much must my myself need
    never no nor not nothing now of off often okay on once one only or other others our ours out over own people perhaps
    put quite rather really said same saw say says see seen she should so some something sometimes still such sure take
    than that that's the their theirs them themselves then there there's these they they're thing things think this
    those though thought through time times to together too took two under until up upon us use used very want wanted
    was way we we're well went were what when where whether which while who whom whose why will with within without
    would yes yeah you you're your yours lot bit really actually basically probably course yes maybe tell told
    """.split()
)
_SHOWN = 40
# A phrase names a theme if this share of its utterances, and two at least, use it: in a theme of 200 a word said twice
# says nothing of the others. Where fewer than so many phrases are used that often, the next frequent help out.
_OFTEN, _ENOUGH = 0.03, 8
_PRIOR = 100.0


def _phrases(utterances: Sequence[Utterance]) -> list[set[str]]:
    """For each utterance the phrases that the parser found; single words where it found none in all of them."""
    if any(utterance.phrases for utterance in utterances):
        # "-ity" and the like are what a transcriber's dash left of a word
        return [{phrase for phrase in utterance.phrases if phrase[:1].isalnum()} for utterance in utterances]
    return [_words(utterance.clean) for utterance in utterances]


def _words(text: str) -> set[str]:
    words = (found.group().casefold().replace("’", "'") for found in _WORD.finditer(text))
    return {word for word in words if word not in _STOP and len(word) > 2}


def candidates(utterances: Sequence[Utterance], theme: Ints, n_themes: int) -> list[list[str]]:
    """For each theme up to 40 phrases, the most telling first: what could be its label or keywords.

    theme: int32 [n], -1 outside every theme.  A phrase is counted once an utterance. Telling = log-odds of the theme
    against all else with an informative Dirichlet prior, in standard errors (Monroe, Colaresi and Quinn (2008),
    doi:10.1093/pan/mpn018).
    """
    sets = _phrases(utterances)
    everywhere = Counter(phrase for phrases in sets for phrase in phrases)
    chosen = []
    for number in range(n_themes):
        here = Counter(phrase for i in np.flatnonzero(theme == number) for phrase in sets[i])
        scores = _log_odds(here, everywhere)
        order = sorted(here, key=lambda phrase: (-scores[phrase], phrase))
        least = max(2, round(_OFTEN * int((theme == number).sum())))
        often = [phrase for phrase in order if here[phrase] >= least]
        others = sorted((p for p in order if here[p] < least), key=lambda p: (-here[p], -scores[p], p))
        chosen.append([*often, *others[: max(0, _ENOUGH - len(often))]][:_SHOWN])
    return chosen


def _log_odds(here: Counter[str], everywhere: Counter[str]) -> dict[str, float]:
    if len(everywhere) < 2:
        return dict.fromkeys(here, 0.0)  # odds against nothing: undefined
    n_here, n_all = sum(here.values()), sum(everywhere.values())
    n_else = n_all - n_here
    scores = {}
    for phrase, count in here.items():
        prior = _PRIOR * everywhere[phrase] / n_all
        other = everywhere[phrase] - count
        odds_here = np.log((count + prior) / (n_here + _PRIOR - count - prior))
        odds_else = np.log((other + prior) / (n_else + _PRIOR - other - prior))
        scores[phrase] = float((odds_here - odds_else) / np.sqrt(1 / (count + prior) + 1 / (other + prior)))
    return scores
