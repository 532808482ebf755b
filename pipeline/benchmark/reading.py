"""What the reading order saves: at once, from suggestions held out, and lived through from the first utterance on."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline import codebook, compare, embed
from pipeline.benchmark import markdown as md
from pipeline.benchmark.case import Case, placed
from pipeline.compare.effort import share_met
from pipeline.records import CodingTable, Effort

BATCH = 25
MOST = 1500
"""Larger sets are not simulated: everything is learned anew after each batch."""
SHARE = 0.95
_MEETINGS = 3
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Reading:
    """Utterances read until 95% of the codes used three times were met three times, and the gain over random reading.

    suggested, random: utterances.  area: share of codes met beyond random reading, mean over the whole way.
    """

    suggested: int
    random: int
    total: int
    codes: int
    area: float


def simulate(case: Case) -> Reading | None:
    """A team that starts with no coding, reads 25 utterances in our order, codes them, and asks again, to the end.

    Over the coded utterances, as reading effort is. None for sets above 1,500 utterances or without such codes.
    """
    rows = np.flatnonzero(case.table.coded)
    values = case.table.by_anyone[rows]
    often = values.sum(axis=0) >= _MEETINGS
    if len(rows) > MOST or not often.any():
        return None
    uses = values[:, often]
    met = share_met(uses[_lived(case, rows, often)])
    by_chance = compare.random_share(uses.sum(axis=0), len(rows))
    return Reading(_first(met), _first(by_chance), len(rows), int(often.sum()), float((met - by_chance).mean()))


def _lived(case: Case, rows: Rows, often: NDArray[np.bool_]) -> Rows:
    """The order of reading: places among `rows`.  Once every code was met three times the rest follows as it stands."""
    utterances = [case.utterances[i] for i in rows.tolist()]
    placement, ids = placed(case, rows), [f"T{k}" for k in range(len(case.clusters.cohesion))]
    vectors = embed.rows(case.vectors, rows)
    values, read = case.table.values[:, rows], np.zeros(len(rows), np.bool_)
    order: list[int] = []
    while len(order) < len(rows):
        worked = case.table.worked[:, rows] & read
        table = CodingTable(case.table.coders, case.table.codes, values & read[None, :, None], worked)
        evidence = dataclasses.replace(
            case.evidence,
            vectors=vectors,
            documents=tuple(u.document for u in utterances),
            table=table,
            words=tuple(len(u.clean.split()) for u in utterances),
        )
        suggestions = codebook.learned(evidence, case.config.codebook)
        items = compare.triage(utterances, suggestions, table, placement, ids, case.config.compare).items
        batch = [item.utterance for item in items[:BATCH] if not read[item.utterance]]
        met = table.by_anyone.sum(axis=0)[often]
        if (met >= _MEETINGS).all() or not batch:
            batch = np.flatnonzero(~read).tolist()
        order += batch
        read[batch] = True
    return np.array(order, np.int64)


def _first(met: NDArray[np.float64]) -> int:
    return int(np.flatnonzero(met >= SHARE - 1e-9)[0])


def lines(effort: Effort | None, lived: Reading | None) -> list[str]:
    """Both ways of reading, against random."""
    heads = ("reading until 95% of the codes were met three times", "suggested", "random", "of", "codes")
    rows = []
    if effort is not None and effort.n_codes:
        area = float(np.mean([suggested - random for _, suggested, random in effort.curve]))
        by_chance = None if effort.random is None else round(effort.random)
        rows.append(["suggestions held out", *_cells(effort.suggested, by_chance, effort.total, effort.n_codes, area)])
    if lived is not None:
        cells = _cells(lived.suggested, lived.random, lived.total, lived.codes, lived.area)
        rows.append([f"from no coding on, learned anew every {BATCH}", *cells])
    return md.table((*heads, "codes met beyond random, mean"), rows)


def _cells(suggested: int | None, by_chance: int | None, total: int, codes: int, area: float) -> list[str]:
    shown = [md.NONE if value is None else f"{value:,}" for value in (suggested, by_chance, total)]
    return [*shown, str(codes), f"{area:+.3f}"]
