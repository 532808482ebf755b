"""Parquet tables through pyarrow."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.drafts import Loaded

_MOST_CHARACTERS = 1_000_000_000
_BATCH = 10_000  # rows
_AGAIN = "Write the file again."


def read_columns(loaded: Loaded, config: IngestConfig) -> tuple[list[str], list[Sequence[object]]]:
    """Names and values of the columns.

    Raises InputError if the file is no Parquet table, or holds more cells than allowed or 1,000 million characters:
    equal values are packed so well that a small file can hold any number of them.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        about = pq.ParquetFile(io.BytesIO(loaded.data))
        names = [str(name) for name in about.schema_arrow.names]
        cells = about.metadata.num_rows * about.metadata.num_columns
        if cells > config.max_cells:
            told = f"the table holds {cells:,} cells, more than {config.max_cells:,}"
            raise InputError(told, loaded.name, "Split it, or raise ingest.max_cells.")
        texts = [field.name for field in about.schema_arrow if pa.types.is_string(field.type)]
        file = pq.ParquetFile(io.BytesIO(loaded.data), read_dictionary=texts)
        columns: list[list[object]] = [[] for _ in names]
        characters = 0
        for batch in file.iter_batches(batch_size=_BATCH):
            for column, packed in zip(columns, batch.columns, strict=True):
                values = _values(packed)
                characters += sum(len(value) for value in values if isinstance(value, str))
                column.extend(values)
            if characters > _MOST_CHARACTERS:
                told = f"the table holds more than {_MOST_CHARACTERS:,} characters"
                raise InputError(told, loaded.name, "Split it.")
        return names, list(columns)
    except (pa.ArrowException, OSError, ValueError) as problem:
        raise InputError(f"the table cannot be read ({problem})", loaded.name, _AGAIN) from problem


def _values(column: Any) -> list[object]:
    """A column as Python values; equal texts are one object, as they are one in the file."""
    if not hasattr(column, "dictionary"):
        return list(column.to_pylist())
    texts = column.dictionary.to_pylist()
    return [None if at is None else texts[at] for at in column.indices.to_pylist()]
