"""Vectors -> candidate themes with stability; reduce_umap.py, group_hdbscan.py, group_sklearn.py are the adapters."""

from pipeline.cluster.group import assign, find_themes
from pipeline.cluster.regroup import Regrouped, merge, split

__all__ = ["Regrouped", "assign", "find_themes", "merge", "split"]
