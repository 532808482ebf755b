"""How coders agree with each other as codings stand now, by the figures of the report."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.compare.coders import people
from pipeline.compare.units import Study, arrange
from pipeline.config import CompareConfig
from pipeline.records import Agreement, Bools, CodingTable, Utterance

__all__ = ["Study", "Together", "agree", "frame_of"]


@dataclass(frozen=True, slots=True)
class Together:
    """Two coders.  n_same: utterances, of those compared, to which both gave exactly the same codes."""

    agreement: Agreement
    n_same: int


def frame_of(utterances: Sequence[Utterance]) -> Study:
    """What agreement needs to know of utterances whoever codes them; made once for a run, as it takes a while."""
    n = len(utterances)
    return arrange(utterances, CodingTable((), (), np.zeros((0, n, 0), np.bool_), np.zeros((0, n), np.bool_)), ())


def agree(frame: Study, table: CodingTable, first: str, second: str, config: CompareConfig) -> Together | None:
    """Two coders over the utterances that both worked on and at least one of them coded; None if there are none."""
    pair = [table.coders.index(coder) for coder in (first, second)]
    values, worked = table.values[pair][:, frame.row], table.worked[pair][:, frame.row]
    coded: Bools = np.asarray(values.any(axis=0))
    study = dataclasses.replace(
        frame,
        codes=table.codes,
        coders=(first, second),
        values=values,
        worked=worked,
        coded=coded,
        site=np.zeros_like(frame.site),
        sites=("",),
    )
    found = people(study, None, config)
    return Together(found[0], _same(table, first, second)) if found else None


def _same(table: CodingTable, first: str, second: str) -> int:
    a, b = table.coders.index(first), table.coders.index(second)
    alike = (table.values[a] == table.values[b]).all(axis=1) & table.values[a].any(axis=1)
    return int((alike & table.worked[a] & table.worked[b]).sum())
