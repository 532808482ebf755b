from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.segment.pack import pack, trim


def sentences_of(sizes: list[int]) -> tuple[str, list[tuple[int, int]]]:
    text, spans = "", []
    for size in sizes:
        sentence = " ".join(["word"] * size) + ". "
        spans.append((len(text), len(text) + len(sentence)))
        text += sentence
    return text, spans


def packed_sizes(sizes: list[int], target: int) -> list[int]:
    text, spans = sentences_of(sizes)
    return [len(re.findall(r"\w+", text[a:b])) for a, b in pack(text, spans, target)]


@pytest.mark.parametrize(
    ("sizes", "target", "packed"),
    [
        ([], 10, []),
        ([4], 10, [4]),
        ([5, 5], 10, [10]),
        ([5, 5, 5], 10, [10, 5]),
        ([8, 3], 10, [11]),  # 11 is nearer to 10 than 8
        ([8, 4], 10, [8, 4]),  # 12 is as far as 8: a sentence that brings nothing starts anew
        ([10, 3], 10, [13]),  # under a third of the target: joins the one before
        ([10, 4], 10, [10, 4]),
        ([30], 10, [30]),  # three targets are still a sentence
        ([31], 10, [10, 10, 11]),  # over three it is a run-on; its last word is too short to stand alone
        ([2, 35, 2], 10, [12, 10, 10, 7]),
        ([1] * 40, 10, [10, 10, 10, 10]),
    ],
)
def test_pack(sizes: list[int], target: int, packed: list[int]) -> None:
    assert packed_sizes(sizes, target) == packed


@given(st.lists(st.integers(1, 60), max_size=30), st.integers(1, 40))
def test_packed_spans_cover_all_sentences_in_order(sizes: list[int], target: int) -> None:
    text, spans = sentences_of(sizes)
    packed = pack(text, spans, target)
    assert "".join(text[a:b] for a, b in packed) == text
    assert all(a < b for a, b in packed)
    assert all(before[1] == after[0] for before, after in pairwise(packed))
    starts = {a for a, _ in spans}
    inside = [a for a, _ in packed if a not in starts]
    run_ons = [span for span, size in zip(spans, sizes, strict=True) if size > 3 * target]
    assert all(any(a <= cut < b for a, b in run_ons) for cut in inside)
    assert len(packed) < 2 or len(re.findall(r"\w+", text[slice(*packed[-1])])) >= target / 3


def test_without_blanks_a_long_word_is_not_cut() -> None:
    assert pack("x" * 5000, [(0, 5000)], 40) == [(0, 5000)]


@pytest.mark.parametrize(
    ("text", "span", "trimmed"),
    [("  ab ", (0, 5), (2, 4)), ("ab", (0, 2), (0, 2)), ("   ", (0, 3), (0, 0)), ("a \x1f\u2003", (0, 4), (0, 1))],
)
def test_trim(text: str, span: tuple[int, int], trimmed: tuple[int, int]) -> None:
    assert trim(text, span) == trimmed
