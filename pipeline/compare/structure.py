"""Do the groups follow the codes that people gave?  No training and no mapping: AMI less its rotation null, and phi."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.compare.contingency import adjust, expected_information, mean_entropy, mutual_information, xlogx
from pipeline.compare.intervals import F64, Statistic, estimate, ratio
from pipeline.compare.pairs import phi_across_documents
from pipeline.compare.units import renumber
from pipeline.config import CompareConfig
from pipeline.records import Bools, Estimate, Ints, StructureRow

NOTHING_PLACED = "no coded utterance is in a group"
NO_ROOM = "undefined: only one code was used, or every group has one utterance"
NO_PAIRS = "phi is undefined: none or all pairs of utterances from different documents share a group, or a code"
BASELINE_DRAWS = 5
BASELINE_ROTATIONS = 20
BASELINE_BOOTSTRAP = 200
_PAIRS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The coded utterances: document int32 [n] without gaps and ascending, values bool [n, codes], draws int32 [k, n].

    draws: one of its codes for each utterance, drawn at random, so that several codes count by fractional weight.
    """

    document: Ints
    values: Bools
    draws: Ints


def draw_codes(values: Bools, draws: int, seed: int) -> Ints:
    """One of its codes for each utterance, drawn `draws` times (once where no utterance has several), int32 [draws, n].

    values: bool [n, codes] with at least one code a row.
    """
    n_codes = values.sum(axis=1)
    codes = np.nonzero(values)[1]
    starts = np.cumsum(n_codes) - n_codes
    times = draws if len(n_codes) and n_codes.max() > 1 else 1
    uniform = np.random.default_rng(seed).random((times, len(n_codes)))
    drawn: Ints = codes[starts + np.floor(uniform * n_codes).astype(np.int64)].astype(np.int32)
    return drawn


def as_baseline(config: CompareConfig) -> CompareConfig:
    """The settings for baselines: fewer draws, rotations and resamples, since only our own row is a headline."""
    return replace(
        config,
        draws=min(config.draws, BASELINE_DRAWS),
        rotations=min(config.rotations, BASELINE_ROTATIONS),
        bootstrap=min(config.bootstrap, BASELINE_BOOTSTRAP),
    )


def score_structure(name: str, groups: Ints, sample: Sample, config: CompareConfig) -> StructureRow:
    """Agreement in structure of groups (int32 [n], -1 = set aside) with the codes of the sample's n utterances.

    AMI, null and phi are over the placed utterances, so that what was scored and its null hold the same utterances;
    ami_all counts each set-aside utterance as a group of its own.  The null rotates the themes within each document.
    """
    here = groups >= 0
    placed = float(here.mean()) if len(here) else None
    n_groups = len(np.unique(groups[here]))
    draws = sample.draws[: max(min(config.draws, config.rotations), 1)]
    alone = np.where(here, groups, groups.max(initial=-1) + 1 + np.arange(len(groups), dtype=np.int32))
    ami_all = _mean([_Table(renumber(alone), codes).ami() for codes in draws]) if len(groups) else None
    if not here.any():
        none = Estimate(None, reason=NOTHING_PLACED)
        return StructureRow(name, None, None, none, ami_all, None, placed, 0, NOTHING_PLACED)
    inner = Sample(renumber(sample.document[here]), sample.values[here], sample.draws[:, here])
    own = renumber(groups[here])
    tables = [_Table(own, codes) for codes in draws[:, here]]
    ami = _mean([table.ami() for table in tables])
    rotated = rotations(own, inner.document, max(config.rotations, 1), config.seed)
    # each draw has its own rotations and weighs the same, so that groups which no rotation changes have no excess
    null = _mean(
        [_mean([table.ami_of(turned) for turned in rotated[d :: len(tables)]]) for d, table in enumerate(tables)]
    )
    excess = _excess(ami, null, tables, rotated, inner.document, config)
    phi = phi_across_documents(own, inner.values, inner.document)
    return StructureRow(name, ami, null, excess, ami_all, phi, placed, n_groups, _reason(ami, phi))


def rotations(groups: Ints, document: Ints, times: int, seed: int) -> Ints:
    """The groups shifted within each document by a random offset (never 0), `times` times; int32 [times, n].

    document: int32 [n], ascending without gaps.  Rotation keeps what neighbourhood alone explains: codings run over
    neighbouring utterances.  An utterance alone in its document has no neighbours to keep: such utterances swap their
    groups among each other.
    """
    rng = np.random.default_rng(seed)
    length = np.bincount(document)
    start = np.cumsum(length) - length
    position = np.arange(len(groups)) - start[document]
    lonely = np.flatnonzero(length[document] == 1)
    turned = np.empty((times, len(groups)), dtype=np.int32)
    for r in range(times):
        offset = 1 + np.floor(rng.random(len(length)) * np.maximum(length - 1, 1)).astype(np.int64)
        turned[r] = groups[start[document] + (position + offset[document]) % length[document]]
        turned[r, lonely] = groups[rng.permutation(lonely)]
    return turned


class _Table:
    """Groups against one draw of codes, with the chance term that all rotations of these groups share."""

    def __init__(self, groups: Ints, codes: Ints) -> None:
        self.groups, self.codes = groups, codes
        self.rows, self.columns = np.bincount(groups), np.bincount(codes)
        self.expected = expected_information(self.rows, self.columns)
        self.bound = mean_entropy(self.rows, self.columns)

    def cells(self, groups: Ints) -> NDArray[np.int64]:
        """The cell of the table in which each utterance lies."""
        return groups.astype(np.int64) * len(self.columns) + self.codes

    def ami_of(self, groups: Ints) -> float | None:
        """AMI of other groups of the same sizes with these codes."""
        cells = np.unique(self.cells(groups), return_counts=True)[1]
        return adjust(mutual_information(cells, self.rows, self.columns), self.expected, self.bound)

    def ami(self) -> float | None:
        """AMI of the groups with the codes."""
        return self.ami_of(self.groups)


def _excess(
    ami: float | None, null: float | None, tables: list[_Table], rotated: Ints, document: Ints, config: CompareConfig
) -> Estimate:
    """AMI less its null; the interval from at most 10 pairs of draw and rotation, the chance term held as observed.

    The chance term cancels between AMI and null above the line, so that holding it below the line costs little.
    """
    n, n_documents = len(document), int(document.max()) + 1
    if ami is None or null is None:
        return Estimate(None, n=n, reason=NO_ROOM)
    chosen = [(tables[r % len(tables)], turned) for r, turned in enumerate(rotated[:_PAIRS])]
    spread = estimate(_statistic(chosen, document), n_documents, n, config, NO_ROOM, recentre=True)
    value = ami - null
    if spread.value is None or spread.low is None or spread.high is None:
        return Estimate(value, n=n, reason=spread.reason)
    shift = value - spread.value
    return Estimate(value, spread.low + shift, spread.high + shift, n)


def _statistic(chosen: list[tuple[_Table, Ints]], document: Ints) -> Statistic:
    """Excess as a function of the documents' weights."""
    sums = [(table, [_per_document(document, labels) for labels in _labels(table, turned)]) for table, turned in chosen]
    counts = np.bincount(document).astype(np.float64)

    def excess(weights: F64) -> F64:
        n = weights @ counts
        total = np.zeros(len(weights))
        for table, (cells, turned_cells, rows, turned_rows, columns) in sums:
            own, other, by_code = (_log_sum(weights, each) for each in (rows, turned_rows, columns))
            gain = (_log_sum(weights, cells) - own - _log_sum(weights, turned_cells) + other) / n
            bound = np.log(n) - (own + by_code) / (2 * n)
            total += ratio(gain, bound - table.expected)
        return total / len(sums)

    return excess


def _labels(table: _Table, turned: Ints) -> tuple[NDArray[np.int64], ...]:
    """What has to be counted: cells and groups, as they are and rotated, and codes."""
    own, other, codes = (each.astype(np.int64) for each in (table.groups, turned, table.codes))
    return table.cells(table.groups), table.cells(turned), own, other, codes


def _per_document(document: Ints, labels: NDArray[np.int64]) -> Any:
    """Counts [documents, different labels], a scipy.sparse array (untyped)."""
    from scipy.sparse import csr_array

    which = np.unique(labels, return_inverse=True)[1]
    counts = csr_array((np.ones(len(labels)), (document, which)))
    counts.sum_duplicates()
    return counts


def _log_sum(weights: F64, counts: Any) -> F64:
    """Sum of x log x over the weighted counts, one a row of weights."""
    sums: F64 = xlogx(weights @ counts).sum(axis=1)
    return sums


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _reason(ami: float | None, phi: float | None) -> str:
    if ami is None:
        return NO_ROOM
    return "" if phi is not None else NO_PAIRS
