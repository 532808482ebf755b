"""Records <-> JSON and arrays, by their own type annotations, so that a run can be read back without running it."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any

import numpy as np

Arrays = dict[str, np.typing.NDArray[Any]]


def encode(value: object, arrays: Arrays, path: str = "result") -> Any:
    """What JSON can hold; arrays go into `arrays` under the path of the field that holds them."""
    if isinstance(value, np.ndarray):
        arrays[path] = value
        return {"array": path}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: encode(getattr(value, f.name), arrays, f"{path}.{f.name}") for f in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [encode(item, arrays, f"{path}.{i}") for i, item in enumerate(value)]
    if isinstance(value, float) and value != value:
        return None
    return value


def decode(kind: Any, value: Any, arrays: Mapping[str, np.typing.NDArray[Any]]) -> Any:
    """The record of type `kind` that encode turned into `value`; raises ValueError if it does not fit."""
    if isinstance(value, dict) and value.keys() == {"array"}:
        return arrays[value["array"]]
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = _hints(kind)
        if not isinstance(value, dict) or value.keys() != hints.keys():
            raise ValueError("its parts are not those of this version")
        return kind(**{name: decode(hint, value[name], arrays) for name, hint in hints.items()})
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        if inner[-1] is Ellipsis:
            return tuple(decode(inner[0], item, arrays) for item in value)
        return tuple(decode(hint, item, arrays) for hint, item in zip(inner, value, strict=True))
    if origin in (types.UnionType, typing.Union):
        return None if value is None else decode(inner[0], value, arrays)
    if kind is float:
        return float("nan") if value is None else float(value)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(value)
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)
