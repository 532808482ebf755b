"""Vectors -> candidate themes with stability; reduce_umap.py and group_hdbscan.py are the adapters."""

from pipeline.cluster.group import find_themes
from pipeline.cluster.vote import place

__all__ = ["find_themes", "place"]
