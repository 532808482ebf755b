"""Tables of the comparison beyond codes and coders: by attribute, over time, and candidate against code."""

from __future__ import annotations

from pipeline.records import Estimate, Result
from pipeline.report.cells import Row, Table, figure
from pipeline.report.convergence import convergence

ATTRIBUTES = (
    "attribute", "value", "documents", "utterances", "placed", "kappa", "kappa_low", "kappa_high", "kappa_n", "top1",
    "top1_low", "top1_high", "top1_n", "reason",
)  # fmt: skip
DRIFT = (
    "coder", "period", "first", "last", "utterances", "codes_per_utterance", "reference", "kappa", "kappa_low",
    "kappa_high", "kappa_n", "reason",
)  # fmt: skip
CONVERGENCE = ("kind", "name", "relation", "counterpart", "reason")
_NOTHING: Row = (None, None, None, None)


def team_tables(result: Result, hidden: bool) -> dict[str, Table]:
    """attributes, drift and convergence; hidden: without agreement, for a study that rejects it."""
    return {
        "attributes": Table(ATTRIBUTES, tuple(_attributes(result, hidden))),
        "drift": Table(DRIFT, () if hidden else tuple(_drift(result))),
        "convergence": Table(
            CONVERGENCE,
            tuple((s.kind, s.name, s.relation, s.counterpart, "" if hidden else s.reason) for s in convergence(result)),
        ),
    }


def _attributes(result: Result, hidden: bool) -> list[Row]:
    rows: list[Row] = []
    for row in result.comparison.by_attribute:
        counts = (row.attribute, row.value, row.n_documents, row.n_utterances, row.placed)
        if hidden:
            rows.append((*counts, *_NOTHING, *_NOTHING, ""))
        else:
            rows.append((*counts, *_figures(row.kappa), *_figures(row.top1), row.kappa.reason or row.top1.reason))
    return rows


def _drift(result: Result) -> list[Row]:
    return [
        (
            *(d.coder, d.period, d.first, d.last, d.n_units, figure(d.codes_per_utterance), d.reference),
            *(*_figures(d.kappa), d.kappa.reason),
        )
        for d in result.comparison.drift
    ]


def _figures(estimate: Estimate) -> Row:
    return (figure(estimate.value), figure(estimate.low), figure(estimate.high), estimate.n)
