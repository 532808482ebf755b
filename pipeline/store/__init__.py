"""What outlives a run: its folder, its manifest, and the cache of vectors."""

from pipeline.store.manifest import read as read_manifest
from pipeline.store.manifest import versions
from pipeline.store.run_folder import ASSIGNED, check_target, json_bytes, load, replace_folder, save, write_files
from pipeline.store.vectors import VectorCache
from pipeline.store.write_datasets import parquet_bytes

__all__ = [
    "ASSIGNED",
    "VectorCache",
    "check_target",
    "json_bytes",
    "load",
    "parquet_bytes",
    "read_manifest",
    "replace_folder",
    "save",
    "versions",
    "write_files",
]
