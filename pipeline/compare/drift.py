"""Does a coder code now as she did before?  Her documents in the order of her dates, in three stretches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.compare.agreement import NO_UNITS
from pipeline.compare.coders import check_held_out
from pipeline.compare.coefficients import macro_kappa
from pipeline.compare.consensus import others
from pipeline.compare.intervals import estimate
from pipeline.compare.units import MACHINE, Machine, Study, has_code, renumber
from pipeline.config import CompareConfig
from pipeline.records import Bools, Coding, DriftRow, Estimate, Ints

PERIODS = 3
NOBODY = "nobody to compare with: no other coder worked on these documents and the machine learned from them"


@dataclass(frozen=True, slots=True, eq=False)
class _Reference:
    """Whom a coder is compared with.  values: bool [n, codes]; units: bool [n], the utterances that count."""

    name: str
    values: Bools
    units: Bools


def drift(
    study: Study, machine: Machine | None, codings: Sequence[Coding], config: CompareConfig
) -> tuple[DriftRow, ...]:
    """For each coder with dates at least two stretches of her coded utterances, in the order in which she coded.

    Documents go by the date of her first coding in them, whole; documents of one date stay together.  The reference is
    what most others gave (one other: that coder), where they worked on documents of every stretch; else the held-out
    machine.  Kappa is over the same codes in every stretch: those with at least min_positives in the reference.
    No rows for a coder with fewer than two dated documents, or one date for all.
    """
    rows: list[DriftRow] = []
    for c, coder in enumerate(study.coders):
        dates = _dates(codings, coder)
        period = _periods(study, c, dates)
        if period.max(initial=-1) >= 1:
            rows += _rows(study, c, period, dates, _reference(study, machine, c, period), config)
    return tuple(rows)


def _dates(codings: Sequence[Coding], coder: str) -> dict[str, tuple[str, str]]:
    """Document -> this coder's first and last date in it; documents without dates are left out."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for coding in codings:
        if coding.coder == coder and coding.date:
            found[coding.document].append(coding.date)
    return {document: (min(dates), max(dates)) for document, dates in found.items()}


def _periods(study: Study, coder: int, dates: dict[str, tuple[str, str]]) -> Ints:
    """int32 [n]: the stretch in which each utterance lies, from 0 without gaps, -1 in documents without dates."""
    coded = has_code(study.values[coder])
    size = np.bincount(study.document[coded], minlength=len(study.documents))
    of_date: defaultdict[str, list[int]] = defaultdict(list)
    for k, document in enumerate(study.documents):
        if document in dates and size[k]:
            of_date[dates[document][0]].append(k)
    stretch = np.full(len(study.documents), -1, dtype=np.int32)
    total, before = sum(int(size[k].sum()) for k in of_date.values()), 0
    for date in sorted(of_date):
        held = int(size[of_date[date]].sum())
        stretch[of_date[date]] = PERIODS * (2 * before + held) // (2 * total)  # where its middle lies
        before += held
    used = stretch >= 0
    stretch[used] = renumber(stretch[used])
    period: Ints = stretch[study.document]
    return period


def _reference(study: Study, machine: Machine | None, coder: int, period: Ints) -> _Reference | None:
    name, values, worked = others(study, coder)
    units = worked & (period >= 0) & has_code(values | study.values[coder])
    if _in_every(period, units):
        return _Reference(name, values, units)
    if machine is None:
        return None
    units = (machine.fold >= 0) & (period >= 0) & has_code(study.values[coder])
    if not _in_every(period, units):
        return None
    check_held_out(machine.fold[units], study.document[units], study.documents)
    return _Reference(MACHINE, machine.chosen, units)


def _in_every(period: Ints, units: Bools) -> bool:
    return len(np.unique(period[units])) == int(period.max()) + 1


def _rows(
    study: Study,
    coder: int,
    period: Ints,
    dates: dict[str, tuple[str, str]],
    reference: _Reference | None,
    config: CompareConfig,
) -> list[DriftRow]:
    rows = []
    coded = has_code(study.values[coder])
    for k in range(int(period.max()) + 1):
        here = coded & (period == k)
        spans = [dates[study.documents[d]] for d in np.unique(study.document[here])]
        rows.append(
            DriftRow(
                coder=study.coders[coder],
                period=k + 1,
                first=min(first for first, _ in spans)[:10],
                last=max(last for _, last in spans)[:10],
                n_units=int(here.sum()),
                codes_per_utterance=float(study.values[coder, here].sum(axis=1).mean()),
                reference="" if reference is None else reference.name,
                kappa=_kappa(study, coder, reference, period == k, config),
            )
        )
    return rows


def _kappa(study: Study, coder: int, reference: _Reference | None, within: Bools, config: CompareConfig) -> Estimate:
    if reference is None:
        return Estimate(None, reason=NOBODY)
    often = reference.values[reference.units].sum(axis=0) >= config.min_positives
    units = reference.units & within
    n = int(units.sum())
    if not often.any():
        return Estimate(None, n=n, reason=f"no code has {config.min_positives} utterances in the reference")
    document = renumber(study.document[units])
    first, second = reference.values[units][:, often], study.values[coder, units][:, often]
    statistic = macro_kappa(first, second, document, 1)
    if statistic is None:
        return Estimate(None, n=n, reason=NO_UNITS)
    return estimate(statistic, int(document.max()) + 1, n, config, "undefined: the codes stand on all or on none")
