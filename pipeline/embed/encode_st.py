"""The one adapter to sentence-transformers."""

from __future__ import annotations

import os
import warnings
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.embed.encode import Encoder
from pipeline.embed.registry import ModelEntry
from pipeline.errors import StageError
from pipeline.records import Floats


def open_encoder(entry: ModelEntry, folder: Path, batch_size: int) -> Encoder:
    """The encoder in a folder whose weights were checked.

    The library and the weights are loaded when the first text must be embedded, so that a run whose texts are all in
    the cache does not pay for them. Needs no network and asks for none.
    """
    return _StEncoder(entry, folder, batch_size)


class _StEncoder:
    def __init__(self, entry: ModelEntry, folder: Path, batch_size: int) -> None:
        self.name, self.sha256, self.dims = entry.name, entry.sha256, entry.dims
        self._folder, self._size = folder, batch_size

    @cached_property
    def _model(self) -> Any:
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ["TOKENIZERS_PARALLELISM"] = "false"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # deprecations inside torch and transformers
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging

            logging.disable_progress_bar()  # type: ignore[no-untyped-call]
            model = SentenceTransformer(str(self._folder), local_files_only=True, device="cpu")
        dims = model.get_embedding_dimension()
        if dims != self.dims:
            raise StageError(
                f"the model gives {dims} dimensions, models.toml says {self.dims}", self.name, "Mend the entry."
            )
        return model

    def batches(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Floats]]:
        """Batches of texts of one token length, always filled up to one size.

        Padding and the shape of a batch change the last bits of a vector. With neither varying, a vector is the same
        whatever else is embedded beside it and whatever the cache knew, so that runs repeat byte for byte.
        """
        if not texts:
            return
        by_length: dict[int, list[int]] = defaultdict(list)
        for i, length in enumerate(self._lengths(texts)):
            by_length[length].append(i)
        for length in sorted(by_length, reverse=True):
            group = by_length[length]
            for start in range(0, len(group), self._size):
                part = group[start : start + self._size]
                filled = [texts[i] for i in part] + [texts[part[-1]]] * (self._size - len(part))
                vectors = self._model.encode(
                    filled, batch_size=self._size, normalize_embeddings=True, show_progress_bar=False
                )
                yield part, np.asarray(vectors[: len(part)], np.float32)

    def _lengths(self, texts: Sequence[str]) -> list[int]:
        tokens = self._model.tokenizer(list(texts), truncation=True, max_length=self._model.max_seq_length)
        return [len(ids) for ids in tokens["input_ids"]]
