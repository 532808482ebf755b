"""How a candidate theme may be cut into sub-themes, and which themes and utterances lie near it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from pipeline import cluster
from pipeline.records import Floats, Result


def parts(result: Result, rows: Sequence[int], n_parts: int) -> tuple[tuple[int, ...], ...]:
    """The rows in so many parts, the largest first, cut along the weakest links between neighbours.

    One part where there are too few rows, or nothing to cut along.
    """
    chosen = np.array(rows, np.intp)
    part = cluster.in_parts(result.vectors.mixed[chosen], n_parts)
    found = [tuple(chosen[part == number].tolist()) for number in range(n_parts)]
    return tuple(sorted((each for each in found if each), key=lambda each: (-len(each), each)))


def typical(result: Result, rows: Sequence[int]) -> tuple[int, ...]:
    """The rows, those that are most like their mean first."""
    if not rows:
        return ()
    own = result.vectors.own[list(rows)]
    likeness = own @ own.mean(axis=0)
    return tuple(rows[place] for place in np.argsort(-likeness, kind="stable").tolist())


def nearest_themes(result: Result, groups: Mapping[str, Sequence[int]], theme: str) -> tuple[str, ...]:
    """The other themes (name -> rows), those first whose mean is most like that of this theme."""
    means = {name: _mean(result, rows) for name, rows in groups.items() if rows}
    if theme not in means:
        return ()
    near = {name: float(mean @ means[theme]) for name, mean in means.items() if name != theme}
    return tuple(sorted(near, key=lambda name: (-near[name], name)))


def near_misses(result: Result, rows: Sequence[int], most: int) -> tuple[int, ...]:
    """Rows that are not of a theme (its rows are given) and most like its mean, the likest first."""
    if not rows:
        return ()
    likeness = result.vectors.mixed @ _mean(result, rows)
    likeness[list(rows)] = -np.inf
    order = np.argsort(-likeness, kind="stable")[:most]
    return tuple(row for row in order.tolist() if likeness[row] > 0)


def _mean(result: Result, rows: Sequence[int]) -> Floats:
    mean: Floats = result.vectors.mixed[list(rows)].mean(axis=0)
    return mean / max(float(np.linalg.norm(mean)), 1e-9)
