"""Records to JSON and arrays, and back the same."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import (
    Agreement,
    Comparison,
    Document,
    Effort,
    Estimate,
    Manifest,
    Placement,
    Role,
    Speaker,
    Theme,
    Turn,
    Utterance,
)
from pipeline.store.codec import decode, encode

_FLOATS = st.floats(allow_nan=False, allow_infinity=False)


def same(one: Any, other: Any) -> bool:
    """Equal in every field, arrays in type and bytes, NaN being NaN."""
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if dataclasses.is_dataclass(one):
        return type(one) is type(other) and all(
            same(getattr(one, f.name), getattr(other, f.name)) for f in dataclasses.fields(one)
        )
    if isinstance(one, tuple):
        return type(other) is tuple and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and math.isnan(one):
        return isinstance(other, float) and math.isnan(other)
    return type(one) is type(other) and one == other


def there_and_back(record: Any) -> Any:
    arrays: dict[str, Any] = {}
    text = json.dumps(encode(record, arrays))
    return decode(type(record), json.loads(text), arrays)


def _records(kind: type) -> st.SearchStrategy[Any]:
    return st.from_type(kind)


st.register_type_strategy(float, _FLOATS)


@pytest.mark.parametrize(
    "kind", [Agreement, Comparison, Document, Effort, Estimate, Manifest, Speaker, Theme, Turn, Utterance]
)
@given(data=st.data())
def test_records_come_back_the_same(kind, data):
    record = data.draw(_records(kind))
    assert same(there_and_back(record), record)


@given(st.data(), st.integers(0, 5))
def test_arrays_come_back_the_same(data, n):
    numbers = st.lists(st.integers(-1, 3), min_size=n, max_size=n)
    record = Placement(
        *(np.array(data.draw(numbers), np.int32) for _ in range(3)),
        np.array(data.draw(st.lists(st.floats(width=32), min_size=n, max_size=n)), np.float32),
        tuple(data.draw(st.lists(st.text(), min_size=n, max_size=n))),
    )
    assert same(there_and_back(record), record)


def test_a_whole_result_comes_back_the_same(result):
    assert same(there_and_back(result), result)


def test_arrays_stand_outside_the_json_under_their_path(result):
    arrays: dict[str, Any] = {}
    written = encode(result, arrays)
    assert written["vectors"]["space"]["mean"] == {"array": "result.vectors.space.mean"}
    assert arrays["result.vectors.space.mean"] is result.vectors.space.mean
    assert len(arrays) == 31


def test_nan_is_null_where_a_number_must_stand():
    assert encode(float("nan"), {}) is None
    assert math.isnan(decode(float, None, {}))
    # Where None is a value of its own, undefined is None.
    assert there_and_back(Estimate(float("nan"))).value is None


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (float, 1, 1.0),
        (float | None, None, None),
        (float | None, 2, 2.0),
        (Role, "interviewer", Role.INTERVIEWER),
        (tuple[int, ...], [], ()),
        (tuple[str, float], ["a", 1], ("a", 1.0)),
        (tuple[tuple[str, int], ...], [["a", 1], ["b", 2]], (("a", 1), ("b", 2))),
    ],
)
def test_decode_by_the_annotation(kind, value, expected):
    assert same(decode(kind, value, {}), expected)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Estimate, {"value": 1.0}),  # fields missing
        (Estimate, {"value": 1, "low": 0, "high": 2, "n": 1, "reason": "", "more": 1}),
        (Estimate, [1, 2]),
        (Role, "somebody"),
        (tuple[str, float], ["a"]),
        (tuple[str, float], ["a", 1, 2]),
    ],
)
def test_what_does_not_fit_is_an_error(kind, value):
    with pytest.raises(ValueError, match=r"."):
        decode(kind, value, {})
