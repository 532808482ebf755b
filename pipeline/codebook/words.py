"""Words that two texts share, after endings and words without content were left out; for English."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_STOP = frozenset(
    """a about above after again all also am an and any are as at be because been before being below between both but by
    can could did do does doing done down during each either else even ever every few for from further get gets getting
    go goes going gone got had has have having he her here hers herself him himself his how i if in into is it its
    itself just know like made make makes many may maybe me might mine more most much must my myself no nor not now of
    off often on once one only or other our ours out over own people person really same say says she should so some
    something such than that the their theirs them themselves then there these they thing things think this those
    through to too under until up upon us use used uses very was way we well were what when where whether which while
    who whom whose why will with without would yeah yes yet you your yours yourself
    ain aren couldn didn doesn don hadn hasn haven isn shouldn wasn weren won wouldn""".split()
)
_ENDINGS = ("ingly", "edly", "ings", "ing", "ied", "ies", "ed", "es", "ly", "s")
_LEAST = 3  # letters that must be left of a word


def content_words(text: str) -> tuple[tuple[str, str], ...]:
    """(word in lower case, its stem) for each word that is not a function word, in the order of the text."""
    words = (match.group().casefold().replace("\u2019", "'") for match in _WORD.finditer(text))
    kept = (word for word in words if word not in _STOP and word.partition("'")[0] not in _STOP and len(word) > 1)
    return tuple((word, stem(word)) for word in kept)


def shared_words(utterance: str, definition: str) -> tuple[str, ...]:
    """Words of the utterance whose stem the definition has, in the utterance's order, each stem once."""
    wanted = {stemmed for _, stemmed in content_words(definition)}
    found: dict[str, str] = {}
    for word, stemmed in content_words(utterance):
        if stemmed in wanted:
            found.setdefault(stemmed, word)
    return tuple(found.values())


def stem(word: str) -> str:
    """A word without its inflection: "hopes", "hoped" and "hoping" all give "hop", "studies" and "study" "studi".

    Much lighter than Porter (1980): only endings of number, tense and -ly go, then a last e and a doubled consonant.
    """
    word = word.partition("'")[0]
    for ending in _ENDINGS:
        rest = word.removesuffix(ending)
        if rest == word or len(rest) < _LEAST or word.endswith("ss") or not re.search("[aeiouy]", rest):
            continue
        word = rest + "i" if ending in ("ies", "ied") else rest
        break
    if len(word) > _LEAST and word.endswith("e"):
        word = word[:-1]
    if len(word) > _LEAST and word[-1] == word[-2] and word[-1] not in "aeiou":
        word = word[:-1]
    return word[:-1] + "i" if len(word) > _LEAST and word.endswith("y") else word
