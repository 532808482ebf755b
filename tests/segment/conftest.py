"""A ten-line parser and studies of invented talk."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import pytest

from pipeline import segment
from pipeline.config import SegmentConfig
from pipeline.records import Corpus, Document, Role, Turn


class FullStopParser:
    """A sentence ends at . ! or ? before white space; every word of over eight letters is a phrase."""

    name = "full stops"

    def parse(self, texts: Sequence[str]) -> Iterator[segment.Parsed]:
        for text in texts:
            cuts = [0, *(found.end() for found in re.finditer(r"[.!?]+\s+", text)), len(text)]
            sentences = tuple((a, b) for a, b in pairwise(cuts) if b > a)
            long = tuple((m.start(), m.end(), m.group().lower()) for m in re.finditer(r"[^\W\d_]{9,}", text))
            yield segment.Parsed(sentences, long)


ROLES = {"I": Role.INTERVIEWER, "P": Role.PARTICIPANT, "?": Role.UNKNOWN}


def _corpus(*documents: Sequence[tuple[str, str]], form: str = "transcript") -> Corpus:
    """Each document is (role letter, text) pairs; paragraphs are the lines."""
    made, turns = [], []
    for d, talk in enumerate(documents):
        name, text = f"d{d}", ""
        for number, (who, said) in enumerate(talk, start=1):
            text += f"{who}: "
            paragraph = text.count("\n") + 1
            place = len(text), len(text) + len(said)
            turns.append(Turn(name, number, paragraph, *place, who, f"{name}/{who}", ROLES[who]))
            text += said + "\n"
        starts = (0, *(i + 1 for i, sign in enumerate(text[:-1]) if sign == "\n"))
        made.append(Document(name, text, f"{name}.txt", "", "utf-8", form, starts, site=f"S{d}"))
    return Corpus(tuple(made), tuple(turns), (), (), (), ())


@pytest.fixture
def corpus_of() -> Callable[..., Corpus]:
    return _corpus


@pytest.fixture
def parser() -> FullStopParser:
    return FullStopParser()


@pytest.fixture
def split_talk(parser: FullStopParser) -> Callable[..., segment.Segmented]:
    """split_talk([("I", "How?"), ("P", "We waited.")], target_words=40, form="transcript") with the small parser."""

    def cut(*documents, form: str = "transcript", question_chars: int = 400, **settings) -> segment.Segmented:
        return segment.split(_corpus(*documents, form=form), parser, SegmentConfig(**settings), question_chars)

    return cut
