"""Parquet tables through pyarrow."""

from __future__ import annotations

import io
from collections.abc import Sequence

from pipeline.errors import InputError
from pipeline.ingest.drafts import Loaded


def read_columns(loaded: Loaded) -> tuple[list[str], list[Sequence[object]]]:
    """Names and values of the columns.  Raises InputError if the file is no Parquet table."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(io.BytesIO(loaded.data))
        names = [str(name) for name in table.column_names]
        return names, [column.to_pylist() for column in table.columns]
    except (pa.ArrowException, OSError, ValueError) as problem:
        raise InputError(f"the table cannot be read ({problem})", loaded.name, "Write the file again.") from problem
