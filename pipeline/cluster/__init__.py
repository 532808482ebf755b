"""Vectors -> candidate themes with stability; reduce_umap.py and group_hdbscan.py are the adapters."""

from pipeline.cluster.group import assign, find_themes

__all__ = ["assign", "find_themes"]
