"""Two coders over the same utterances: person and person, person and machine, person and baseline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.compare.coefficients import (
    alpha_statistic,
    calibration_statistic,
    confusion,
    kappa_of,
    macro_kappa,
    precision_recall_f1,
    rate,
)
from pipeline.compare.intervals import F64, Statistic, estimate
from pipeline.compare.units import has_code, renumber
from pipeline.config import CompareConfig
from pipeline.records import Agreement, Bools, CodeAgreement, Estimate, Floats, Ints

NO_UNITS = "no utterance that both worked on has a code"
NOT_RANKED = "a person's codes have no order"
NO_NUMBER = "the evidence does not allow probabilities"
ALL_ALIKE = "undefined: all sets of codes are alike"


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """The n utterances compared.  document, site: int32 [n]; sites: their names; codes: names of the columns."""

    document: Ints
    site: Ints
    sites: tuple[str, ...]
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """What one coder says.  given: bool [n, codes].  ranked: int32 [n, r], -1 padded, r = 0 for people.

    probability: float32 [n] of the first suggestion, NaN where there is none.
    """

    name: str
    given: Bools
    ranked: Ints
    probability: Floats


def person(name: str, given: Bools) -> Side:
    """A side without order and probabilities."""
    n = len(given)
    return Side(name, given, np.empty((n, 0), dtype=np.int32), np.full(n, np.nan, dtype=np.float32))


def agree(first: Side, second: Side, units: Units, config: CompareConfig) -> Agreement:
    """How the second coder agrees with the first, the reference, over the same utterances.

    Never raises for want of data: each figure that is undefined says why.
    """
    n = len(units.document)
    document = renumber(units.document)
    n_documents = int(document.max(initial=-1)) + 1
    hits = right(first.given, second.ranked)

    def figure(statistic: Statistic | None, undefined: str, low: float) -> Estimate:
        if statistic is None or not n:
            return Estimate(None, n=n, reason=undefined if n else NO_UNITS)
        return estimate(statistic, n_documents, n, config, undefined, (low, 1.0))

    ranked = n > 0 and second.ranked.shape[1] > 0
    return Agreement(
        first=first.name,
        second=second.name,
        n_units=n,
        n_documents=n_documents,
        macro_kappa=kappa_figure(first, second, document, config),
        masi_alpha=figure(alpha_statistic(first.given, second.given, document) if n else None, ALL_ALIKE, -1.0),
        top1=figure(rate(hits[:, 0], document) if ranked else None, NOT_RANKED, 0.0),
        top3=figure(rate(has_code(hits[:, :3]), document) if ranked else None, NOT_RANKED, 0.0),
        ece=_calibration(second, hits, document, config),
        codes=_codes(first.given, second.given, units.codes),
        sites=_sites(first, second, units, config),
    )


def right(reference: Bools, ranked: Ints) -> Bools:
    """Which suggestions are among the reference's codes, bool [n, r]."""
    if not reference.shape[1]:
        return np.zeros(ranked.shape, dtype=bool)
    found: Bools = np.take_along_axis(reference, np.maximum(ranked, 0).astype(np.int64), axis=1) & (ranked >= 0)
    return found


def kappa_figure(first: Side, second: Side, document: Ints, config: CompareConfig) -> Estimate:
    """Macro kappa with its interval; document: int32 [n] without gaps."""
    n = len(document)
    if not n:
        return Estimate(None, reason=NO_UNITS)
    statistic = macro_kappa(first.given, second.given, document, config.min_positives)
    if statistic is None:
        return Estimate(None, n=n, reason=f"no code has {config.min_positives} utterances in the reference")
    undefined = "undefined: the codes stand on every utterance or on none"
    return estimate(statistic, int(document.max()) + 1, n, config, undefined)


def _calibration(second: Side, hits: Bools, document: Ints, config: CompareConfig) -> Estimate:
    known = ~np.isnan(second.probability)
    n = int(known.sum())
    if not second.ranked.shape[1]:
        return Estimate(None, reason=NOT_RANKED)
    if not n:
        return Estimate(None, reason=NO_NUMBER if len(document) else NO_UNITS)
    where = renumber(document[known])
    statistic = calibration_statistic(second.probability[known], hits[known, 0], where)
    return estimate(statistic, int(where.max()) + 1, n, config, NO_NUMBER, (0.0, 1.0))


def _codes(first: Bools, second: Bools, codes: tuple[str, ...]) -> tuple[CodeAgreement, ...]:
    """A row for each code that either gave."""
    counts = confusion(first, second).sum(axis=0)
    both, first_only, second_only = counts
    precision, recall, f1 = precision_recall_f1(both, first_only, second_only)
    kappas = kappa_of(counts[None], np.array([float(len(first))]))[0]
    return tuple(
        CodeAgreement(
            code=code,
            n_first=int(both[j] + first_only[j]),
            n_second=int(both[j] + second_only[j]),
            n_units=len(first),
            precision=_number(precision, j),
            recall=_number(recall, j),
            f1=_number(f1, j),
            kappa=_number(kappas, j),
        )
        for j, code in enumerate(codes)
        if counts[:, j].any()
    )


def _number(values: F64, j: int) -> float | None:
    return None if np.isnan(values[j]) else float(values[j])


def _sites(first: Side, second: Side, units: Units, config: CompareConfig) -> tuple[tuple[str, Estimate], ...]:
    """Macro kappa by site, or the share of right first suggestions where kappa is undefined; nothing without sites."""
    if not any(units.sites):
        return ()
    found = []
    for k in np.unique(units.site):
        here = units.site == k
        found.append(
            (units.sites[k], _site(_at(first, here), _at(second, here), renumber(units.document[here]), config))
        )
    return tuple(found)


def _site(first: Side, second: Side, document: Ints, config: CompareConfig) -> Estimate:
    value = kappa_figure(first, second, document, config)
    if value.value is not None or not second.ranked.shape[1]:
        return value
    hits = right(first.given, second.ranked)[:, 0]
    top1 = estimate(rate(hits, document), int(document.max()) + 1, len(hits), config, NO_UNITS, (0.0, 1.0))
    reason = f"share of first suggestions that are right, since kappa is undefined here: {value.reason}"
    return Estimate(top1.value, top1.low, top1.high, top1.n, f"{reason}; {top1.reason}" if top1.reason else reason)


def _at(side: Side, here: Bools) -> Side:
    return Side(side.name, side.given[here], side.ranked[here], side.probability[here])
