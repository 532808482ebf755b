"""What outlives a run: its folder, its manifest, the log of decisions, and the cache of vectors."""

from pipeline.store.decision_log import DecisionLog, copy_log, log_csv, read_log
from pipeline.store.log_schema import LOG
from pipeline.store.manifest import read as read_manifest
from pipeline.store.manifest import run_id, versions
from pipeline.store.run_folder import ASSIGNED, check_target, json_bytes, load, replace_folder, save, write_files
from pipeline.store.vectors import VectorCache
from pipeline.store.write_datasets import parquet_bytes

__all__ = [
    "ASSIGNED",
    "LOG",
    "DecisionLog",
    "VectorCache",
    "check_target",
    "copy_log",
    "json_bytes",
    "load",
    "log_csv",
    "parquet_bytes",
    "read_log",
    "read_manifest",
    "replace_folder",
    "run_id",
    "save",
    "versions",
    "write_files",
]
