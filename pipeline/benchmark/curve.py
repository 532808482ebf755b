"""Excess against the share placed: ours cut down to the share that others place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline import compare
from pipeline.benchmark import markdown as md
from pipeline.benchmark import peers, scores
from pipeline.benchmark.case import Case
from pipeline.benchmark.structure import PEER, PEER_OURS, SEEDS, Structure
from pipeline.compare import CurvePoint
from pipeline.records import Ints

LEAF = "one run of UMAP + HDBSCAN (leaf), without the vote"


@dataclass(frozen=True, slots=True)
class AtShare:
    """Ours at the share that another grouping places.  placed, excess, phi: of the other, mean over its seeds."""

    name: str
    groups: float
    placed: float
    excess: float | None
    phi: float | None
    ours: CurvePoint | None

    @property
    def ratio(self) -> float | None:
        """Our excess over theirs; None where theirs is not above 0."""
        mine = None if self.ours is None else self.ours.excess
        return None if mine is None or not self.excess or self.excess <= 0 else mine / self.excess


@dataclass(frozen=True, slots=True)
class Curve:
    """points: ours, from few to all placed.  others: what others reach at the share that they place."""

    points: tuple[CurvePoint, ...]
    others: tuple[AtShare, ...]


def curve(case: Case, found: Structure) -> Curve:
    """Ours at every share, and beside leaf and BERTopic at theirs."""
    bare = [peers.leaf(case.utterances, case.vectors, case.config.cluster, seed) for seed in range(SEEDS)]
    groupings = {LEAF: bare, PEER: found.of(PEER).labels, PEER_OURS: found.of(PEER_OURS).labels}
    others = []
    for name, labels in groupings.items():
        points = [point for each in labels for point in _whole(case, each)]
        if points:
            others.append(_beside(case, name, points))
    return Curve(ours_at(case), tuple(others))


def ours_at(case: Case, *shares: float) -> tuple[CurvePoint, ...]:
    """Our themes with their surest members only; at the usual shares if none are given."""
    placement = case.clusters.placement
    asked = shares or (0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 1.0)
    return compare.placed_curve(
        case.utterances, case.table, placement.nearest, placement.membership, case.config.compare, asked
    )


def _whole(case: Case, labels: Ints) -> tuple[CurvePoint, ...]:
    """The one point of a grouping whose members all count the same."""
    alike = np.ones(len(labels), np.float32)
    return compare.placed_curve(case.utterances, case.table, labels, alike, case.config.compare, (1.0,))


def _beside(case: Case, name: str, points: list[CurvePoint]) -> AtShare:
    placed = float(np.mean([point.placed for point in points]))
    mine = ours_at(case, placed)
    return AtShare(
        name=name,
        groups=float(np.mean([point.groups for point in points])),
        placed=placed,
        excess=scores.mean([point.excess for point in points]),
        phi=scores.mean([point.phi for point in points]),
        ours=mine[0] if mine else None,
    )


def lines(found: Curve) -> list[str]:
    """Two tables: our curve, and the others beside it."""
    rows = [
        ["excess", *(md.number(point.excess) for point in found.points)],
        ["phi", *(md.number(point.phi) for point in found.points)],
        ["themes", *(str(point.groups) for point in found.points)],
    ]
    heads = ["candidate themes, share placed", *(f"{point.placed:.2f}" for point in found.points)]
    beside = [_line(each) for each in found.others]
    names = ("at the share that others place", "groups", "placed", "excess", "phi")
    return md.table(heads, rows) + md.table((*names, "ours: placed", "ours: excess", "ours: phi", "ratio"), beside)


def _line(each: AtShare) -> list[str]:
    cells = [each.name, f"{each.groups:.0f}", md.number(each.placed), md.number(each.excess), md.number(each.phi)]
    if each.ours is None:
        return [*cells, *[md.NONE] * 4]
    mine = (each.ours.placed, each.ours.excess, each.ours.phi)
    return [*cells, *(md.number(value) for value in mine), md.number(each.ratio, 2)]
