"""Placed share and agreement by site and by every other attribute of the documents: a mean hides where it fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from pipeline.compare.agreement import NO_UNITS, kappa_figure, person, right
from pipeline.compare.coders import machine_side, machine_units
from pipeline.compare.coefficients import rate
from pipeline.compare.intervals import estimate
from pipeline.compare.units import Machine, Study, has_code, renumber
from pipeline.config import CompareConfig
from pipeline.records import AttributeRow, Bools, Estimate, Ints, Placement, Utterance

SITE = "site"
MOST_VALUES = 12
"""An attribute with more values (an age, a date) would give a row for nearly each document."""
NO_MACHINE = "the machine is not scored"

Attributes = Mapping[str, Sequence[tuple[str, str]]]
"""Document -> (name, value) pairs."""
Scored = tuple[Estimate, Estimate]


def by_attribute(
    utterances: Sequence[Utterance],
    placement: Placement,
    attributes: Attributes,
    study: Study | None,
    machine: Machine | None,
    config: CompareConfig,
) -> tuple[AttributeRow, ...]:
    """Rows for the site, then for the other attributes in the order of their names; values in order.

    An attribute is left out with fewer than two different values, with more than 12, and (other than the site) if it
    differs in every document.  A document that does not
    name it has the value "".  kappa, top1: the held-out machine against all coders together: each coder's coded
    utterances are units of their own; study and machine None: no figures.
    """
    rows = []
    placed = placement.theme >= 0
    documents = tuple(u.document for u in utterances)
    for name, value_of in _columns(utterances, attributes):
        given = np.array([value_of[document] for document in documents])
        for value in sorted(set(value_of.values())):
            here = given == value
            inside = {document for document, its in value_of.items() if its == value}
            kappa, top1 = _figures(study, machine, inside, config)
            n_utterances, n_placed = int(here.sum()), int((placed & here).sum())
            rows.append(AttributeRow(name, value, len(inside), n_utterances, n_placed, kappa, top1))
    return tuple(rows)


def _columns(utterances: Sequence[Utterance], attributes: Attributes) -> list[tuple[str, dict[str, str]]]:
    """(attribute, document -> value) for each attribute that has 2 to 12 values.

    One that differs in every document (a date, a name) says no more than the documents do; sites are told all the same.
    """
    sites = {u.document: u.site for u in utterances}
    pairs = {document: dict(attributes.get(document, ())) for document in sites}
    names = sorted({name for of_document in pairs.values() for name in of_document} - {SITE})
    found = [(SITE, sites)]
    found += [(name, {document: of.get(name, "") for document, of in pairs.items()}) for name in names]
    sizes = {name: len(set(value_of.values())) for name, value_of in found}
    return [
        (name, value_of)
        for name, value_of in found
        if 2 <= sizes[name] <= MOST_VALUES and (name == SITE or sizes[name] < len(value_of))
    ]


def _figures(study: Study | None, machine: Machine | None, inside: set[str], config: CompareConfig) -> Scored:
    if study is None or machine is None:
        return Estimate(None, reason=NO_MACHINE), Estimate(None, reason=NO_MACHINE)
    wanted = np.array([document in inside for document in study.documents])[study.document]
    return pooled(study, machine, wanted, config)


def pooled(study: Study, machine: Machine, wanted: Bools, config: CompareConfig) -> Scored:
    """Macro kappa and share of right first suggestions over the coded utterances of all coders, one after another."""
    units = [np.flatnonzero(machine_units(study, machine, c) & wanted) for c in range(len(study.coders))]
    reference = np.concatenate([study.values[c, rows] for c, rows in enumerate(units)])
    rows = np.concatenate(units)
    if not len(rows):
        return Estimate(None, reason=NO_UNITS), Estimate(None, reason=NO_UNITS)
    document: Ints = renumber(study.document[rows])
    side = machine_side(machine, rows)
    kappa = kappa_figure(person("", reference), side, document, config)
    hits = right(reference, side.ranked)
    if not hits.shape[1] or not has_code(reference).any():
        return kappa, Estimate(None, n=len(rows), reason=NO_UNITS)
    n_documents = int(document.max()) + 1
    return kappa, estimate(rate(hits[:, 0], document), n_documents, len(rows), config, NO_UNITS, (0.0, 1.0))
