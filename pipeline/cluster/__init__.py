"""Vectors -> candidate themes with stability; reduce_umap.py, group_hdbscan.py, group_sklearn.py are the adapters."""

from pipeline.cluster.group import assign, find_themes
from pipeline.cluster.hold import Held, hold
from pipeline.cluster.model import cohesion
from pipeline.cluster.regroup import Regrouped, in_parts, merge, split
from pipeline.cluster.vote import REJECTED, TAKEN_OUT

__all__ = [
    "REJECTED",
    "TAKEN_OUT",
    "Held",
    "Regrouped",
    "assign",
    "cohesion",
    "find_themes",
    "hold",
    "in_parts",
    "merge",
    "split",
]
