"""Each distinct text is embedded once in its life: what the cache knows is not computed again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import numpy as np

from pipeline.records import Floats, Progress


class Encoder(Protocol):
    """What this room needs of an encoder library."""

    name: str
    sha256: str
    dims: int

    def batches(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Floats]]:
        """Indices and unit vectors of all texts, batch by batch; a text's vector depends on the text alone."""
        ...


class Cache(Protocol):
    """Vectors by text; one cache belongs to one set of weights."""

    def get(self, texts: Sequence[str]) -> Mapping[str, Floats]:
        """The known ones of these texts."""
        ...

    def put(self, texts: Sequence[str], vectors: Floats) -> None:
        """Keep vectors for good; called after every batch, so that a crash loses one batch at most."""
        ...


def encode(texts: Sequence[str], encoder: Encoder, cache: Cache, progress: Progress | None = None) -> Floats:
    """float32 [n, dims] of unit length, row i for texts[i]; equal texts have equal rows."""
    distinct = sorted(set(texts))
    known = dict(cache.get(distinct))
    missing = [text for text in distinct if text not in known]
    done = 0
    for indices, vectors in encoder.batches(missing):
        batch = [missing[i] for i in indices]
        cache.put(batch, vectors)
        known.update(zip(batch, vectors, strict=True))
        done += len(batch)
        if progress:
            progress(done, len(missing))
    if not texts:
        return np.zeros((0, encoder.dims), np.float32)
    return np.stack([known[text] for text in texts]).astype(np.float32)
