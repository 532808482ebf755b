"""Why a code may apply to an utterance: what else people gave it to, and which words of its definition are used.

The same for any code, whoever named it: a decoy has reasons of the same kind as any suggestion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline import codebook
from pipeline.records import Code, Codebook, Result

N_EXAMPLES = 2


@dataclass(frozen=True, slots=True)
class Reason:
    """What speaks for a code.  words: of the utterance that are in the code's name or definition.

    examples: rows of the nearest utterances that people gave the code, the nearest first; at most N_EXAMPLES.
    """

    code: str
    words: tuple[str, ...]
    examples: tuple[int, ...]


def reasons(
    result: Result,
    row: int,
    codes: Sequence[Code],
    given: Mapping[str, Sequence[int]],
    shows: Callable[[str, int], bool],
) -> tuple[Reason, ...]:
    """What speaks for each of the codes at the utterance of this row.

    given: code -> rows that people gave it.  shows: whether a row may be shown as an example of a code.  Never the
    utterance itself, nor one of the same words.
    """
    own = result.vectors.own
    likeness = own @ own[row]
    found = []
    for code in codes:
        rows = np.array([each for each in given.get(code.name, ()) if each != row], np.intp)
        near = rows[np.argsort(-likeness[rows], kind="stable")]
        found.append(
            Reason(code.name, _words(result, row, code), _examples(result, row, near.tolist(), code.name, shows))
        )
    return tuple(found)


def _examples(
    result: Result, row: int, near: Sequence[int], code: str, shows: Callable[[str, int], bool]
) -> tuple[int, ...]:
    chosen: list[int] = []
    said = {result.utterances[row].clean}
    for each in near:
        if len(chosen) == N_EXAMPLES:
            break
        text = result.utterances[each].clean
        if text not in said and shows(code, each):
            chosen.append(each)
            said.add(text)
    return tuple(chosen)


def _words(result: Result, row: int, code: Code) -> tuple[str, ...]:
    return codebook.shared_words(result.utterances[row].clean, _text(code))


def nearest_in_words(texts: Mapping[str, str], book: Codebook) -> dict[str, str]:
    """For each text the code whose name and definition share most content words with it; left out if none does."""
    stems = [(code.name, {stem for _, stem in codebook.content_words(_text(code))}) for code in book.codes]
    found = {}
    for name, text in texts.items():
        used = {stem for _, stem in codebook.content_words(text)}
        shares = ((code, len(used & words)) for code, words in stems)
        code, shared = max(shares, key=lambda each: each[1], default=("", 0))
        if shared:
            found[name] = code
    return found


def _text(code: Code) -> str:
    return codebook.code_texts(Codebook((code,)))[0]
