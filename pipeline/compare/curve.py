"""Excess AMI against the share that is placed: two ways of grouping are compared fairly only at the same share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.compare.structure import Sample, draw_codes, score_structure
from pipeline.compare.units import arrange, has_code, renumber
from pipeline.config import CompareConfig
from pipeline.errors import StageError
from pipeline.records import CodingTable, Floats, Ints, Utterance

SHARES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 1.0)


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A grouping with its surest members only.

    asked: the share of coded utterances that was to be placed; placed: the share that is, as equals are kept together.
    threshold: the least membership that is placed.  excess, phi: as in StructureRow; None where undefined.
    """

    asked: float
    placed: float
    threshold: float
    groups: int
    excess: float | None
    phi: float | None


def placed_curve(
    utterances: Sequence[Utterance],
    table: CodingTable,
    theme: Ints,
    membership: Floats,
    config: CompareConfig,
    shares: Sequence[float] = SHARES,
) -> tuple[CurvePoint, ...]:
    """Excess AMI when only the surest members are placed, for each share of the coded utterances.

    theme: int32 [n], the nearest group of each utterance, -1 if there is none.  membership: float32 [n], the higher the
    surer (for a grouping without a score: all equal gives one point, its own share).  A share beyond what has a group
    gives all that has one; thresholds that repeat are left out.  Empty without codings.
    Raises StageError if arrays do not fit the utterances.
    """
    n = len(utterances)
    if theme.shape != (n,) or membership.shape != (n,):
        raise StageError(
            f"groups and memberships have {len(theme)} and {len(membership)} rows, not one for each of {n}"
        )
    study = arrange(utterances, table, ())
    units = has_code(study.coded)
    if not units.any():
        return ()
    values = study.coded[units]
    sample = Sample(renumber(study.document[units]), values, draw_codes(values, config.draws, config.seed))
    own, sure = theme[study.row][units].astype(np.int32), membership[study.row][units].astype(np.float64)
    ranked = np.sort(sure[own >= 0])[::-1]
    points: dict[float, CurvePoint] = {}
    for share in shares if len(ranked) else ():
        threshold = float(ranked[min(max(int(np.ceil(share * len(own) - 1e-9)), 1), len(ranked)) - 1])
        if threshold not in points:
            groups = np.where(sure >= threshold, own, np.int32(-1))
            row = score_structure("", groups, sample, config)
            placed = float((groups >= 0).mean())
            points[threshold] = CurvePoint(share, placed, threshold, row.groups, row.excess.value, row.phi)
    return tuple(points.values())
