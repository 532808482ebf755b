"""Repetitions collapsed and rows put in an order of their own, so that neither they nor the files' order matter."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.records import Floats, Ints, Utterance, Vectors

_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, eq=False)
class Distinct:
    """The m different utterances of n, sorted by the hash of their text.

    of: int32 [n], the distinct row of each utterance.  vectors: float32 [m, d], mean mixed vector, of length 1.
    keys: m hashes of the texts.  units: m hashes of the documents that they come from, the same for documents of the
    same content whatever their names.
    """

    of: Ints
    vectors: Floats
    keys: tuple[str, ...]
    units: tuple[str, ...]


def collapse(utterances: Sequence[Utterance], vectors: Vectors) -> Distinct:
    """Utterances that differ in nothing but case, punctuation and blanks are one row."""
    keys = [_key(u.clean) for u in utterances]
    order = {key: row for row, key in enumerate(sorted(set(keys)))}
    of = np.array([order[key] for key in keys], np.int32)
    sums = np.zeros((len(order), vectors.mixed.shape[1]), np.float64)
    # Summed in an order of content, not of rows: the last bits must not depend on the order of files.
    content = sorted(range(len(keys)), key=lambda i: (keys[i], vectors.mixed[i].tobytes()))
    seen = set()
    for i in content:
        row = (keys[i], vectors.mixed[i].tobytes())
        if row not in seen:
            seen.add(row)
            sums[of[i]] += vectors.mixed[i]
    length = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
    units = _units(utterances, keys)
    return Distinct(of, (sums / length).astype(np.float32), tuple(order), tuple(units[key] for key in order))


def share_drawn(key: str, seed: int, resample: int) -> float:
    """A number in [0, 1) that depends on nothing but its arguments; keys with the least numbers are in a resample."""
    digest = hashlib.sha256(f"{seed}:{resample}:{key}".encode()).digest()
    return int.from_bytes(digest[:7], "big") / 2**56


def _key(text: str) -> str:
    words = _NOT_WORD.sub(" ", text.casefold()).strip() or text
    return hashlib.sha256(words.encode()).hexdigest()


def _units(utterances: Sequence[Utterance], keys: Sequence[str]) -> dict[str, str]:
    """For each text its home: the hash of all different texts of the largest document that holds it.

    A document's name says nothing; the hash stays the same if it is copied, or if texts in it are repeated. One text
    alone would not do: documents that share a phrase would count as one document.
    """
    texts: dict[str, set[str]] = defaultdict(set)
    for utterance, key in zip(utterances, keys, strict=True):
        texts[utterance.document].add(key)
    homes: dict[str, tuple[int, str]] = {}
    for content in texts.values():
        home = (-len(content), hashlib.sha256("".join(sorted(content)).encode()).hexdigest())
        for key in content:
            homes[key] = min(home, homes.get(key, home))
    return {key: home for key, (_, home) in homes.items()}
