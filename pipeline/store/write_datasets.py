"""The one adapter to datasets: a table as Arrow and Parquet."""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Sequence


def parquet_bytes(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """The table as Parquet, a column a name, types as found; None is a null."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecations raised while the library is imported
        from datasets import Dataset
        from datasets.utils.logging import disable_progress_bar

    disable_progress_bar()
    values = list(zip(*rows, strict=True)) if rows else [[] for _ in columns]
    buffer = io.BytesIO()
    table = Dataset.from_dict({name: list(column) for name, column in zip(columns, values, strict=True)})
    table.to_parquet(buffer)
    return buffer.getvalue()
