"""Coders beside each other: machine, baselines and people; and whether a code applies at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.benchmark import markdown as md
from pipeline.benchmark import scores
from pipeline.benchmark.case import Case
from pipeline.compare import kappa
from pipeline.records import Agreement, Bools, Comparison


@dataclass(frozen=True, slots=True)
class Answers:
    """What the held-out machine says of an utterance as a whole.

    area: how often a coded utterance is held likelier to be coded than one that people worked past.  kappa: coded or
    not, machine against people.  false_none: share of the utterances that people coded to which the machine gives none.
    people, machine: codes on an utterance that gets any.  covered, set_size: conformal sets, None where there are none.
    """

    area: float | None
    kappa: float | None
    uncoded: int
    false_none: float | None
    people: float | None
    machine: float | None
    covered: float | None
    set_size: float | None


def answers(case: Case) -> Answers | None:
    """None where nothing was held out."""
    held_out, table = case.held_out, case.table
    if held_out is None:
        return None
    seen = table.looked_at & (held_out.fold >= 0)
    coded: Bools = table.coded
    given: Bools = np.asarray(held_out.chosen.any(axis=1))
    told: Bools = np.asarray(seen & ~np.isnan(held_out.no_code))
    both = seen & coded
    counts = table.values[:, seen].sum(axis=2)
    sets = held_out.plausible[both]
    inside = (table.by_anyone[both] <= sets).all(axis=1) if sets.shape[1] else None
    return Answers(
        area=scores.roc_area(held_out.no_code[told], ~coded[told]),
        kappa=kappa(coded[told], given[told]) if told.any() and not coded[told].all() else None,
        uncoded=int((seen & ~coded).sum()),
        false_none=float((~given[both]).mean()) if both.any() else None,
        people=float(counts[counts > 0].mean()) if counts.any() else None,
        machine=float(held_out.chosen[both & given].sum(axis=1).mean()) if (both & given).any() else None,
        covered=None if inside is None else float(inside.mean()),
        set_size=None if inside is None else float(sets.sum(axis=1).mean()),
    )


def lines(comparison: Comparison, found: Answers | None) -> list[str]:
    """A row for each pair of coders, then what is said of utterances as a whole."""
    pairs = [*comparison.agreements, *comparison.baselines, *comparison.human]
    heads = ("reference: coder", "utterances", "top-1", "top-3", "macro kappa", "MASI alpha", "ECE")
    rows = md.table(heads, [_line(pair) for pair in pairs])
    return rows if found is None else rows + _answer_lines(found)


def _line(pair: Agreement) -> list[str]:
    figures = (pair.top1, pair.top3, pair.macro_kappa, pair.masi_alpha, pair.ece)
    return [f"{pair.first}: {pair.second}", f"{pair.n_units:,}", *(md.estimate(figure) for figure in figures)]


def _answer_lines(found: Answers) -> list[str]:
    heads = ("coded or not (held out)", "utterances without a code", "AUC", "kappa", "coded, machine gives none")
    first = ["machine", f"{found.uncoded:,}", md.number(found.area), md.number(found.kappa), md.share(found.false_none)]
    more = ("codes a coded utterance: people", "machine", "conformal sets hold all codes", "codes in a set")
    second = [md.number(found.people, 2), md.number(found.machine, 2), md.share(found.covered)]
    return md.table(heads, [first]) + md.table(more, [[*second, md.number(found.set_size, 1)]])
