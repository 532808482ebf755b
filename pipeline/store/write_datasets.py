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
    values: list[list[object]] = [[row[i] for row in rows] for i in range(len(columns))]
    buffer = io.BytesIO()
    table = Dataset.from_dict(dict(zip(columns, values, strict=True)))
    table.to_parquet(buffer)
    return buffer.getvalue()
