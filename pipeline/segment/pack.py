"""Sentences of one turn packed into utterances of about the wanted size; spans in, spans out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.segment.marks import count_words

Span = tuple[int, int]

# A "sentence" of more than this many times the wanted size has lost its full stops; it is cut at blanks.
_RUN_ON = 3


def pack(text: str, sentences: Sequence[Span], target: int) -> list[Span]:
    """Spans of neighbouring sentences, each of about `target` words, that together cover all sentences in order.

    A sentence joins the open span if that brings the span nearer to the target; a last span of less than a third of
    the target joins the one before. Splitting never falls inside a sentence, except in run-ons of over 3 targets.
    """
    packed: list[tuple[Span, int]] = []
    for start, end in _cut_run_ons(text, sentences, target):
        words = count_words(text[start:end])
        if packed:
            (open_start, _), open_words = packed[-1]
            if abs(open_words + words - target) < abs(open_words - target):
                packed[-1] = ((open_start, end), open_words + words)
                continue
        packed.append(((start, end), words))
    if len(packed) > 1 and packed[-1][1] < target / 3:
        (_, end), words = packed.pop()
        (start, _), before = packed.pop()
        packed.append(((start, end), before + words))
    return [span for span, _ in packed]


def trim(text: str, span: Span) -> Span:
    """The span without white space at its ends; empty at its start if there is nothing else."""
    start, end = span
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return start, end


def _cut_run_ons(text: str, sentences: Sequence[Span], target: int) -> list[Span]:
    pieces: list[Span] = []
    for start, end in sentences:
        words = [found.start() for found in re.finditer(r"\S+", text[start:end])]
        if len(words) <= _RUN_ON * target:
            pieces.append((start, end))
            continue
        cuts = [start + words[i] for i in range(0, len(words), target)]
        cuts[0] = start
        pieces += list(zip(cuts, [*cuts[1:], end], strict=True))
    return pieces
