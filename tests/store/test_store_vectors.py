"""The cache of vectors: two runs at once, damage, and folders that cannot be used."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import numpy as np
import pytest

from pipeline.errors import StageError
from pipeline.store import VectorCache

WEIGHTS = "0123456789abcdef" * 4


def rows(*values):
    return np.array(values, np.float32)


def open_cache(folder, dims=3):
    return VectorCache(folder, WEIGHTS, dims)


def change(folder, statement, *values):
    with closing(sqlite3.connect(next(folder.glob("*.sqlite")))) as db, db:
        db.execute(statement, values)


def test_what_is_kept_comes_back_bit_for_bit(tmp_path):
    vectors = np.random.default_rng(1).normal(size=(1203, 3)).astype(np.float32)
    texts = [f"text {i} – “ü” 🙂" for i in range(1203)]
    with open_cache(tmp_path / "a" / "b") as cache:
        cache.put(texts, vectors)
    with open_cache(tmp_path / "a" / "b") as cache:
        found = cache.get([*texts, "unknown"])
    assert sorted(found) == sorted(texts)
    assert np.stack([found[text] for text in texts]).tobytes() == vectors.tobytes()
    assert found[texts[0]].dtype == np.float32


def test_nothing_asked_nothing_found(tmp_path):
    with open_cache(tmp_path) as cache:
        cache.put([], np.zeros((0, 3), np.float32))
        assert cache.get([]) == {}
        assert cache.get(["a"]) == {}


def test_texts_that_no_encoding_knows_can_be_kept(tmp_path):
    with open_cache(tmp_path) as cache:
        cache.put(["a\ud800", ""], rows([1, 0, 0], [0, 1, 0]))
        assert {text: row.tolist() for text, row in cache.get(["", "a\ud800"]).items()} == {
            "": [0, 1, 0],
            "a\ud800": [1, 0, 0],
        }


def test_no_talk_is_kept(tmp_path):
    with open_cache(tmp_path) as cache:
        cache.put(["a very private sentence"], rows([1, 0, 0]))
    assert not any(b"private" in path.read_bytes() for path in tmp_path.iterdir())


def test_two_runs_may_use_it_at_once(tmp_path):
    with open_cache(tmp_path) as first, open_cache(tmp_path) as second:
        first.put(["a"], rows([1, 0, 0]))
        second.put(["b", "a"], rows([0, 1, 0], [1, 0, 0]))
        first.put(["b", "c"], rows([0, 1, 0], [0, 0, 1]))
        for cache in (first, second):
            assert {text: row.tolist() for text, row in cache.get(["a", "b", "c"]).items()} == {
                "a": [1, 0, 0],
                "b": [0, 1, 0],
                "c": [0, 0, 1],
            }


@pytest.mark.parametrize(
    "damaged",
    [b"", b"\0" * 11, b"\0" * 16, "twelve chars", rows(np.nan, 0, 0).tobytes(), rows(np.inf, 0, 0).tobytes()],
)
def test_a_damaged_row_counts_as_unknown_and_is_mended(tmp_path, damaged):
    with open_cache(tmp_path) as cache:
        cache.put(["a", "b"], rows([1, 0, 0], [0, 1, 0]))
        good = cache.get(["b"])["b"].tobytes()
    change(tmp_path, "UPDATE vectors SET vector = ? WHERE vector = ?", damaged, rows(1, 0, 0).tobytes())
    with open_cache(tmp_path) as cache:
        assert {text: row.tobytes() for text, row in cache.get(["a", "b"]).items()} == {"b": good}
        cache.put(["a"], rows([0.5, 0, 0]))
        assert cache.get(["a"])["a"].tolist() == [0.5, 0, 0]


def test_a_batch_is_kept_whole_or_not_at_all(tmp_path):
    with open_cache(tmp_path) as cache:
        with pytest.raises(ValueError, match="zip"):
            cache.put(["a", "b"], rows([1, 0, 0]))
        assert cache.get(["a", "b"]) == {}


@pytest.mark.parametrize("where", ["file", "below a file"])
def test_a_folder_that_cannot_be_used(tmp_path, where):
    (tmp_path / "file").write_text("")
    folder = tmp_path / "file" if where == "file" else tmp_path / "file" / "cache"
    with pytest.raises(StageError, match="the cache of vectors cannot be used") as refused:
        open_cache(folder)
    assert "embed.cache" in refused.value.todo


def test_a_file_that_is_no_cache(tmp_path):
    open_cache(tmp_path).__exit__(None, None, None)
    path = next(tmp_path.glob("*.sqlite"))
    path.write_bytes(b"not a database " * 100)
    with pytest.raises(StageError, match="cannot be used") as refused:
        open_cache(tmp_path)
    assert refused.value.where == str(path)


def test_a_cache_that_goes_bad_while_it_is_used(tmp_path):
    with open_cache(tmp_path) as cache:
        change(tmp_path, "DROP TABLE vectors")
        with pytest.raises(StageError, match="the cache of vectors cannot be read"):
            cache.get(["a"])
        with pytest.raises(StageError, match="the cache of vectors cannot be written"):
            cache.put(["a"], rows([1, 0, 0]))


def test_other_dimensions_are_another_file(tmp_path):
    with open_cache(tmp_path, 3) as three, open_cache(tmp_path, 2) as two:
        three.put(["a"], rows([1, 0, 0]))
        assert two.get(["a"]) == {}
    assert sorted(path.name for path in tmp_path.glob("*.sqlite")) == [
        "0123456789abcdef-2.sqlite",
        "0123456789abcdef-3.sqlite",
    ]
