"""Stretches of text -> rows of the utterances that stand there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline import codebook
from pipeline.records import Code, Codebook, Coding, Codings, Ints, Span, Utterance


def touched(sets: Sequence[Sequence[Span]], utterances: Sequence[Utterance]) -> list[Ints]:
    """For each set of stretches the rows, int32, of the utterances that it touches, by the rule for codings."""
    documents = {span.document for spans in sets for span in spans}
    near = np.array([i for i, u in enumerate(utterances) if u.document in documents], np.int32)
    names = [str(number) for number in range(len(sets))]
    spans = [
        Coding(span.document, span.start, span.end, "", name)
        for name, each in zip(names, sets, strict=True)
        for span in each
    ]
    book = Codebook(tuple(Code(name) for name in names))
    table = codebook.coding_table([utterances[i] for i in near], book, Codings(tuple(spans)))
    return [near[table.by_anyone[:, number]] for number in range(len(sets))]
