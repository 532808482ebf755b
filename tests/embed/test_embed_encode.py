"""Each text is embedded once: fan-out, cache, and what is left after a crash."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import embed
from pipeline.store import VectorCache

DIMS = 6
WEIGHTS = "ab" * 32


def vector_of(text: str) -> np.ndarray:
    """A unit vector that depends on the text alone."""
    digest = hashlib.sha256(text.encode()).digest()
    row = np.frombuffer(digest[:DIMS], np.uint8).astype(np.float64) + 1
    return (row / np.linalg.norm(row)).astype(np.float32)


class CountingEncoder:
    """Embeds in batches of two, longest texts first, and notes what it was asked."""

    name, sha256, dims = "counting", WEIGHTS, DIMS

    def __init__(self, fail_after: int = 10**9) -> None:
        self.asked: list[str] = []
        self.calls = 0
        self._left = fail_after

    def batches(self, texts):
        self.calls += 1
        order = sorted(range(len(texts)), key=lambda i: (-len(texts[i]), i))
        for start in range(0, len(order), 2):
            if not self._left:
                raise RuntimeError("the machine was switched off")
            self._left -= 1
            part = order[start : start + 2]
            self.asked += [texts[i] for i in part]
            yield part, np.stack([vector_of(texts[i]) for i in part])


class Memory:
    """A cache that forgets when it goes."""

    def __init__(self) -> None:
        self.kept: dict[str, np.ndarray] = {}

    def get(self, texts):
        return {text: self.kept[text] for text in texts if text in self.kept}

    def put(self, texts, vectors):
        self.kept.update(zip(texts, vectors, strict=True))


def expected(texts):
    return np.stack([vector_of(text) for text in texts])


def test_equal_texts_are_embedded_once_and_have_equal_rows():
    encoder = CountingEncoder()
    texts = ["we waited", "no", "we waited", "nobody came", "no", "no"]
    vectors = embed.encode(texts, encoder, Memory())
    assert vectors.dtype == np.float32
    assert np.array_equal(vectors, expected(texts))
    assert sorted(encoder.asked) == ["no", "nobody came", "we waited"]


@given(st.lists(st.text("abc", max_size=3), min_size=1), st.sets(st.text("abc", max_size=3)))
def test_whatever_the_cache_knows_rows_are_those_of_their_texts(texts, known):
    cache, encoder = Memory(), CountingEncoder()
    cache.put(sorted(known), [vector_of(text) for text in sorted(known)])
    assert np.array_equal(embed.encode(texts, encoder, cache), expected(texts))
    assert sorted(encoder.asked) == sorted(set(texts) - known)


def test_what_the_cache_knows_is_taken_as_it_is():
    cache = Memory()
    cache.put(["old"], [np.full(DIMS, 0.5, np.float32)])
    assert embed.encode(["old"], CountingEncoder(), cache).tolist() == [[0.5] * DIMS]


def test_no_texts_give_no_rows():
    assert embed.encode([], CountingEncoder(), Memory()).shape == (0, DIMS)


def test_only_what_is_new_is_embedded(tmp_path):
    with VectorCache(tmp_path, WEIGHTS, DIMS) as cache:
        embed.encode(["a", "b", "c"], CountingEncoder(), cache)
    second = CountingEncoder()
    with VectorCache(tmp_path, WEIGHTS, DIMS) as cache:
        vectors = embed.encode(["c", "d", "a"], second, cache)
    assert second.asked == ["d"]
    assert np.array_equal(vectors, expected(["c", "d", "a"]))


def test_other_weights_share_nothing(tmp_path):
    with VectorCache(tmp_path, WEIGHTS, DIMS) as cache:
        embed.encode(["a"], CountingEncoder(), cache)
    other = CountingEncoder()
    with VectorCache(tmp_path, "cd" * 32, DIMS) as cache:
        embed.encode(["a"], other, cache)
    assert other.asked == ["a"]


def test_a_crash_keeps_the_batches_that_were_finished(tmp_path):
    texts = ["a", "bb", "ccc", "dddd", "eeeee", "ffffff"]
    with VectorCache(tmp_path, WEIGHTS, DIMS) as cache, pytest.raises(RuntimeError, match="switched off"):
        embed.encode(texts, CountingEncoder(fail_after=2), cache)
    second = CountingEncoder()
    with VectorCache(tmp_path, WEIGHTS, DIMS) as cache:
        vectors = embed.encode(texts, second, cache)
    assert second.asked == ["bb", "a"]
    assert np.array_equal(vectors, expected(texts))


def test_progress_counts_what_is_new():
    told = []
    cache = Memory()
    cache.put(["a"], [vector_of("a")])
    embed.encode(["a", "b", "c", "d", "d"], CountingEncoder(), cache, lambda done, total: told.append((done, total)))
    assert told == [(2, 3), (3, 3)]
