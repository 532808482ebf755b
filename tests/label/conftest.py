"""Invented utterances with vectors that can be reckoned by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from pipeline.records import Clusters, Placement, Role, Space, ThemeModel, Utterance, Vectors

LONG = "this one has quite enough words to be read alone"


def _utterance(i: int, person: str = "ann", site: str = "", clean: str = "", phrases: Sequence[str] = ()) -> Utterance:
    said = clean or f"{LONG} {i}"
    return Utterance(
        f"{person}-{i}",
        person,
        site,
        i,
        i,
        0,
        len(said),
        "P",
        person,
        Role.PARTICIPANT,
        said,
        said,
        phrases=tuple(phrases),
    )


def _vectors(rows: Sequence[Sequence[float]]) -> Vectors:
    own = np.array(rows, np.float32).reshape(len(rows), -1)
    return Vectors(own, own, own, np.zeros_like(own), Space(0 * own[0], 0 * own[0], 0.5, 0.3))


def _clusters(
    theme: Sequence[int],
    stability: Sequence[float] | None = None,
    cohesion: Sequence[float] | None = None,
    nearest: Sequence[int] | None = None,
    second: Sequence[int] | None = None,
) -> Clusters:
    n, k = len(theme), max(theme, default=-1) + 1
    rows = np.array(theme, np.int32)
    placement = Placement(
        rows,
        rows if nearest is None else np.array(nearest, np.int32),
        np.full(n, -1, np.int32) if second is None else np.array(second, np.int32),
        np.ones(n, np.float32),
        tuple("" if t >= 0 else "few neighbours" for t in theme),
    )
    return Clusters(
        placement,
        ThemeModel(np.zeros((0, 2), np.float32), rows[:0], 15, 0.45),
        np.array([0.8] * k if stability is None else stability, np.float32),
        np.array([0.4] * k if cohesion is None else cohesion, np.float32),
        np.zeros((n, 2), np.float32),
        "invented",
        n,
    )


@pytest.fixture
def utterance_of() -> Callable[..., Utterance]:
    return _utterance


@pytest.fixture
def vectors_of() -> Callable[..., Vectors]:
    return _vectors


@pytest.fixture
def clusters_of() -> Callable[..., Clusters]:
    return _clusters
