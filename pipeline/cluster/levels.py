"""Two levels: candidate themes that stand near each other form a theme group, as codes stand under themes."""

from __future__ import annotations

import numpy as np

from pipeline.cluster.vote import without_rejected
from pipeline.records import Floats, Ints, ThemeModel

# About this many themes a group; below twice as many themes there is one level only.
_THEMES_A_GROUP = 3


def upper_level(model: ThemeModel) -> Ints:
    """int32 [themes]: the theme group of each theme that is shown, from 0, the group with most placed rows first.

    Ward's method (1963, doi:10.1080/01621459.1963.10500845) on the directions of the themes' mean vectors, cut to a
    third as many groups as themes. Below six themes each is a group of its own.
    """
    from scipy.cluster.hierarchy import fcluster, linkage

    model = without_rejected(model)
    sizes = np.bincount(model.theme)
    if len(sizes) < 2 * _THEMES_A_GROUP:
        return np.arange(len(sizes), dtype=np.int32)
    tree = linkage(theme_means(model).astype(np.float64), "ward")
    groups = fcluster(tree, round(len(sizes) / _THEMES_A_GROUP), "maxclust")
    weight = {group: (-int(sizes[groups == group].sum()), int(np.argmax(groups == group))) for group in set(groups)}
    number = {group: i for i, group in enumerate(sorted(weight, key=weight.__getitem__))}
    return np.array([number[group] for group in groups], np.int32)


def theme_means(model: ThemeModel) -> Floats:
    """float32 [themes, d]: the direction of each theme's mean row."""
    n_themes = int(model.theme.max(initial=-1)) + 1
    means = np.stack([model.reference[model.theme == theme].mean(axis=0) for theme in range(n_themes)])
    unit: Floats = means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
    return unit
