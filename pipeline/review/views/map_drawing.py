"""From places on the map to what is drawn: points, dots, and labels that do not lie over each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.records import Floats

WIDTH, HEIGHT = 1000.0, 680.0
_MARGIN = 40.0
_LINE = 26.0
_CHARACTER = 12.0


@dataclass(frozen=True, slots=True)
class Point:
    """One utterance.  x, y: its place in the drawing.  title: its words, said when pointed at."""

    id: str
    x: float
    y: float
    title: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Label:
    """Words centred on a place of the drawing."""

    x: float
    y: float
    text: str


def scaled(xy: Floats) -> Floats:
    """Places fitted into the drawing, y downwards; what has no finite place is in its middle.

    xy, result: [n, 2].  The two directions of the map mean nothing, so that each is stretched on its own.
    """
    finite = np.isfinite(xy).all(axis=1)
    size = np.array([WIDTH, HEIGHT]) - 2 * _MARGIN
    placed = np.tile(np.array([WIDTH, HEIGHT]) / 2, (len(xy), 1))
    if finite.any():
        low, high = xy[finite].min(axis=0), xy[finite].max(axis=0)
        span = np.where(high > low, high - low, 1.0)
        part = np.where(high > low, (xy[finite] - low) / span, 0.5)
        part[:, 1] = 1 - part[:, 1]
        placed[finite] = _MARGIN + part * size
    return np.round(placed, 1).astype(np.float32)


def path_of(places: Floats) -> str:
    """Places as one path of dots, "" if there are none; a round line end makes a dot of each."""
    return "".join(f"M{x:.0f} {y:.0f}h0" for x, y in places.tolist())


def spread(labels: Sequence[Label]) -> tuple[Label, ...]:
    """Labels moved down until none lies over another or leaves the drawing at its sides; from top to bottom."""
    kept: list[Label] = []
    for label in sorted(labels, key=lambda each: (each.y, each.x, each.text)):
        half = len(label.text) * _CHARACTER / 2
        x = min(max(label.x, half), max(WIDTH - half, half))
        y = max(label.y, _LINE)
        while any(_over(x, y, label.text, other) for other in kept):
            y += _LINE / 2
        kept.append(Label(round(x, 1), round(y, 1), label.text))
    return tuple(kept)


def _over(x: float, y: float, text: str, other: Label) -> bool:
    beside = abs(x - other.x) >= (len(text) + len(other.text)) * _CHARACTER / 2
    return not beside and abs(y - other.y) < _LINE
