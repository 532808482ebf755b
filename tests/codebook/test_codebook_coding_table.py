from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.codebook import coding_table
from pipeline.records import Code, Codebook, Coding, Codings, Role, Utterance

TREE = Codebook((Code("gate"), Code("claim")))


@pytest.mark.parametrize(
    ("start", "end", "touched"),
    [
        (10, 20, [0]),  # exactly the utterance
        (10, 15, [0]),  # half of it
        (10, 14, [0]),  # less than half of it, but the coding lies in it
        (15, 20, [0]),
        (14, 15, [0]),  # one character inside
        (5, 15, [0]),  # half of the utterance, half of the coding
        (4, 14, []),  # four of ten characters of either
        (8, 12, [0]),  # half of the coding
        (7, 12, []),  # two of its five characters
        (0, 100, [0, 1]),
        (15, 35, [0, 1]),  # half of the first, half of the second
        (16, 35, [1]),  # 4 of 10, 5 of 10
        (16, 34, []),  # four characters of each: under half of them and of the coding
        (17, 33, []),
        (20, 30, []),  # between them
        (18, 20, [0]),
        (0, 10, []),  # ends where the utterance starts
        (20, 25, []),  # starts where the utterance ends
        (12, 12, []),  # nothing is coded
        (90, 95, []),
    ],
)
def test_half_of_the_utterance_or_half_of_the_coding(utterance_of, start: int, end: int, touched: list[int]) -> None:
    utterances = [utterance_of(0, 10, 20), utterance_of(1, 30, 40)]
    coding = Coding("d", start, end, "ann", "claim")
    table = coding_table(utterances, TREE, Codings((coding,)))
    assert np.flatnonzero(table.values[0, :, 1]).tolist() == touched
    assert not table.values[0, :, 0].any()
    assert table.unplaced == (() if touched else (coding,))
    assert table.worked.tolist() == [[True, True]]  # she looked at the document, whatever she hit


def test_coders_and_documents_are_kept_apart(utterance_of) -> None:
    utterances = [utterance_of(0, 0, 10, "a"), utterance_of(1, 0, 10, "b"), utterance_of(2, 10, 20, "b")]
    codings = (
        Coding("b", 0, 10, "zoe", "gate"),
        Coding("a", 0, 10, "ann", "claim"),
        Coding("b", 0, 10, "ann", "claim"),
        Coding("b", 0, 10, "ann", "claim"),
        Coding("b", 0, 10, "ann", "gate"),
        Coding("c", 0, 10, "ann", "gate"),
    )
    table = coding_table(utterances, TREE, Codings(codings))
    assert (table.coders, table.codes) == (("ann", "zoe"), ("gate", "claim"))
    ann, zoe = table.values.tolist()
    assert ann == [[False, True], [True, True], [False, False]]
    assert zoe == [[False, False], [True, False], [False, False]]
    assert table.worked.tolist() == [[True, True, True], [False, True, True]]
    assert table.unplaced == (codings[-1],)
    assert table.by_anyone.tolist() == [[False, True], [True, True], [False, False]]
    assert table.coded.tolist() == [True, True, False]
    assert table.looked_at.tolist() == [True, True, True]


def test_no_codings_no_utterances_no_codes(utterance_of) -> None:
    table = coding_table([utterance_of(0, 0, 10)], TREE, Codings())
    assert (table.values.shape, table.worked.shape) == ((0, 1, 2), (0, 1))
    assert table.coded.tolist() == [False]
    coding = Coding("d", 0, 10, "ann", "gate")
    empty = coding_table([], TREE, Codings((coding,)))
    assert (empty.values.shape, empty.unplaced) == ((1, 0, 2), (coding,))
    assert coding_table([utterance_of(0, 0, 10)], Codebook(), Codings()).values.shape == (0, 1, 0)


SPANS = st.lists(st.integers(0, 12), min_size=1, max_size=8)


@settings(deadline=None)
@given(SPANS, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=5), st.randoms())
def test_parity_half_rule_counted_in_characters(lengths: list[int], codings: list[tuple[int, int]], shuffler) -> None:
    utterances, at = [], 0
    for i, length in enumerate(lengths):
        said = "x" * (length + 1)
        utterances.append(Utterance(f"u{i}", "d", "", 1, 1, at, at + len(said), "P", "p", Role.PARTICIPANT, said, said))
        at += len(said) + length % 3
    shuffler.shuffle(utterances)
    items = tuple(Coding("d", min(a, b), max(a, b), f"c{i}", "gate") for i, (a, b) in enumerate(codings))
    table = coding_table(utterances, TREE, Codings(items))
    for coding in items:
        for i, utterance in enumerate(utterances):
            own, marked = set(range(utterance.start, utterance.end)), set(range(coding.start, coding.end))
            both = len(own & marked)
            expected = both > 0 and (both >= len(own) / 2 or both >= len(marked) / 2)
            assert table.values[table.coders.index(coding.coder), i, 0] == expected


def test_twenty_thousand_codings_in_one_document_are_all_placed(utterance_of) -> None:
    utterances = [utterance_of(i, 10 * i, 10 * i + 9) for i in range(20_000)]
    items = tuple(Coding("d", 10 * i, 10 * i + 9, "ann", "gate") for i in range(20_000))
    table = coding_table(utterances, TREE, Codings(items))
    assert table.values[0, :, 0].all()
    assert table.unplaced == ()
