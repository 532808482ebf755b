"""Invented studies as vectors: well separated blobs, and what is needed to build others."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from pipeline.records import Clusters, Floats, Role, Space, Utterance, Vectors

Study = tuple[tuple[Utterance, ...], Vectors]


def _utterance(text: str, document: str, number: int) -> Utterance:
    return Utterance(
        id=f"{document}-{number}",
        document=document,
        site="",
        turn=number,
        paragraph=number,
        start=0,
        end=len(text),
        speaker="P",
        person=f"{document}/P",
        role=Role.PARTICIPANT,
        text=text,
        clean=text,
    )


def _study(texts: Sequence[str], documents: Sequence[str], mixed: Floats) -> Study:
    utterances = tuple(_utterance(t, d, i + 1) for i, (t, d) in enumerate(zip(texts, documents, strict=True)))
    rows = np.asarray(mixed, np.float32)
    zero = np.zeros(rows.shape[1], np.float32)
    return utterances, Vectors(rows, rows, rows, np.zeros_like(rows), Space(zero, zero, 0.5, 0.3))


@pytest.fixture(scope="session")
def make_study() -> Callable[[Sequence[str], Sequence[str], Floats], Study]:
    """Utterances with the texts, documents and vectors given."""
    return _study


@pytest.fixture(scope="session")
def blobs() -> Callable[..., Study]:
    """blobs(n, k, n_documents): n utterances round k far apart directions; utterance i is of blob i % k."""

    def build(n: int, k: int, n_documents: int, noise: float = 0.05) -> Study:
        rng = np.random.default_rng(7)
        rows = np.eye(k, 24)[np.arange(n) % k] + rng.normal(0, noise, (n, 24))
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return _study([f"sentence number {i}" for i in range(n)], [f"D{i // k % n_documents}" for i in range(n)], rows)

    return build


@pytest.fixture(scope="session")
def pick() -> Callable[[Study, Sequence[int]], Study]:
    """pick(study, rows): the study with these rows, in this order; a row may come more than once."""

    def build(study: Study, rows: Sequence[int]) -> Study:
        utterances, vectors = study
        at = np.asarray(rows)
        parts = {name: getattr(vectors, name)[at] for name in ("plain", "own", "mixed", "question")}
        return tuple(utterances[i] for i in rows), dataclasses.replace(vectors, **parts)

    return build


@pytest.fixture(scope="session")
def partition() -> Callable[..., set[frozenset[object]]]:
    """What stands together, as a set of sets; `names` says what each row is called (default: its number)."""

    def build(clusters: Clusters, names: Sequence[object] | None = None) -> set[frozenset[object]]:
        theme = clusters.placement.theme
        called = list(range(len(theme))) if names is None else list(names)
        groups = {int(t): frozenset(called[i] for i in np.flatnonzero(theme == t)) for t in set(theme.tolist())}
        return {group if number >= 0 else frozenset({"set aside", *group}) for number, group in groups.items()}

    return build


@pytest.fixture
def no_map(monkeypatch: pytest.MonkeyPatch) -> None:
    """The map where UMAP begins it: where UMAP would only cost time."""

    def begin(near, start, *_, **__):
        return np.ascontiguousarray(start[:, :2])

    monkeypatch.setattr("pipeline.cluster.group.reduce", begin)
