"""Seeded studies whose codes are directions in space, so that what can be learned is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from pipeline.codebook import Evidence
from pipeline.records import CodingTable, Placement, Role, Space, Utterance, Vectors


def _unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)).astype(np.float32)


def _evidence(
    sizes: Sequence[int], n_codes: int = 4, coded: Sequence[int] | None = None, noise: float = 0.6, seed: int = 5
) -> Evidence:
    """Document d has sizes[d] utterances, each about one code; only documents in `coded` (all) carry codings.

    Codes' definitions point half into a wrong direction, the same for all utterances of a code: codings teach it.
    """
    draw = np.random.default_rng(seed)
    documents = tuple(f"d{d:02}" for d, size in enumerate(sizes) for _ in range(size))
    n, d = len(documents), 16
    codes, drift = _unit(draw.normal(size=(n_codes, d))), _unit(draw.normal(size=(n_codes, d)))
    about = draw.integers(0, n_codes, n)
    mixed = _unit(codes[about] + 0.8 * drift[about] + noise * draw.normal(size=(n, d)) / 2)
    question = np.where(draw.random((n, 1)) < 0.5, _unit(draw.normal(size=(n, d))), 0).astype(np.float32)
    values = np.zeros((1, n, n_codes), np.bool_)
    values[0, np.arange(n), about] = True
    chosen = {f"d{d:02}" for d in (range(len(sizes)) if coded is None else coded)}
    worked = np.array([document in chosen for document in documents])
    values &= worked[None, :, None]
    vectors = Vectors(mixed, mixed, mixed, question, Space(mixed[0] * 0, mixed[0] * 0, 0.5, 0.3))
    table = CodingTable(("ann",), tuple(f"code{j}" for j in range(n_codes)), values, worked[None])
    return Evidence(vectors, documents, codes, table)


def _utterance(i: int, start: int, end: int, document: str = "d") -> Utterance:
    said = "x" * (end - start)
    return Utterance(f"u{i}", document, "", i, i, start, end, "P", "p", Role.PARTICIPANT, said, said)


def _placement(theme: Sequence[int]) -> Placement:
    rows = np.array(theme, np.int32)
    return Placement(rows, rows, rows * 0 - 1, np.ones(len(rows), np.float32), ("",) * len(rows))


@pytest.fixture
def evidence_of() -> Callable[..., Evidence]:
    return _evidence


@pytest.fixture
def utterance_of() -> Callable[..., Utterance]:
    return _utterance


@pytest.fixture
def placement_of() -> Callable[..., Placement]:
    return _placement
