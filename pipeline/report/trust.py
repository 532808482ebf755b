"""What to trust here: a handful of plain sentences, found by comparing figures that the run holds; nothing is computed.

The limits below are this software's, except where a source stands beside them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.records import Agreement, CodeAgreement, Estimate, Result
from pipeline.report.cells import settings
from pipeline.report.lines import REFLEXIVE, human_pair, is_reflexive, n_placed, same_utterances, why_nothing_compared
from pipeline.report.words import (
    UNNAMED_SITE,
    count,
    interval,
    is_consensus,
    is_missing,
    listing,
    number,
    percent,
    plural,
)

MOST = 6
_CLOSE, _ROUGH = 0.05, 0.10
"""Calibration errors up to which percentages hold, and hold roughly."""
_WELL, _BADLY = 0.6, 0.2
"""Kappa from which a code counts as found well, and below which not at all, where no second person is known."""
_PEOPLE_AGREE, _NEAR = 0.4, 0.1
"""Kappa from which two people agree on a code, and how near to theirs the machine's must come."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One sentence or two on one subject."""

    topic: str
    text: str


def trust(result: Result) -> tuple[Advice, ...]:
    """At most six pieces of advice, the most useful first; for a reflexive study none that rests on agreement."""
    found = list(_of_agreement(result))
    found += [*_themes(result), *_aside(result)]
    return tuple(found[:MOST])


def _of_agreement(result: Result) -> Iterator[Advice]:
    if is_reflexive(result):
        yield Advice("Agreement", f"Not shown: {REFLEXIVE}. Take each suggestion as a pointer to a passage.")
        return
    agreements = result.comparison.agreements
    if not agreements:
        text = f"None was put to the test, because {why_nothing_compared(result)}. Take each as a pointer to a passage."
        yield Advice("Suggestions", text)
        return
    yield _percentages(result, agreements[0])
    yield from _first(result, agreements[0])
    yield from _codes(result, agreements[0])
    yield from _places(result)


def _percentages(result: Result, machine: Agreement) -> Advice:
    ece, suggestions = machine.ece.value, result.suggestions
    if ece is None or is_missing(ece):
        if suggestions is not None and not np.isfinite(suggestions.probability).any():
            text = "There are none: too little is coded. “Likely” and “possible” give an order, not odds."
        else:
            text = f"Whether they hold could not be checked: {machine.ece.reason or 'too little is coded'}."
        return Advice("Percentages", text)
    off = f"on documents that the machine had not learned from they were {percent(ece)[:-1]} points off on average"
    if ece <= _CLOSE:
        text = f"Take them at their word: {off}. Of ten suggestions at 70%, about seven are right."
    elif ece <= _ROUGH:
        text = f"Take them roughly: {off}. Of ten suggestions at 70%, six to eight are right."
    else:
        text = f"Do not take them at their word: {off}. Use them to order what you read, not as odds."
    return Advice("Percentages", text)


def _first(result: Result, machine: Agreement) -> Iterator[Advice]:
    """The first suggestion beside the best of the baselines over the same utterances."""
    top = machine.top1
    if top.value is None or is_missing(top.value):
        return
    rules = [
        (b.top1.value, b.second)
        for b in result.comparison.baselines
        if b.first == machine.first and b.top1.value is not None
    ]
    who = machine.first
    said = f"For {_range(top)} of the utterances that {who} coded, the first suggestion is a code that {who} gave"
    if not rules:
        yield Advice("First suggestion", f"{said}.")
        return
    best, name = max(rules)
    rule = f"than by the best other way that was tried ({name}: {percent(best)})"
    if top.low is not None and not is_missing(top.low) and top.low > best:
        text = f"{said}, clearly more often {rule}."
    elif top.value > best:
        text = f"{said}; that is more often {rule}, but by too little to be sure."
    else:
        text = f"{said}, no more often {rule}: it adds nothing to that."
    yield Advice("First suggestion", text)


def _range(estimate: Estimate) -> str:
    text = percent(estimate.value or 0.0)
    if estimate.low is None or estimate.high is None or is_missing(estimate.low) or is_missing(estimate.high):
        return text
    return f"{text} ({percent(estimate.low)} to {percent(estimate.high)})"


def _codes(result: Result, machine: Agreement) -> Iterator[Advice]:
    """Codes to lean on and codes not to, each with at least as many utterances as a mean kappa asks for."""
    humans = human_pair(result)
    same = same_utterances(result, humans) if humans else None
    rows, least = (same or machine).codes, settings(result).compare.min_positives
    told = [row for row in rows if row.n_first >= least and not is_missing(row.kappa)]
    beside = {row.code: row.kappa for row in humans.codes} if humans and same else {}
    well = [row.code for row in told if _is_found(row, beside.get(row.code))]
    unsure = [row.code for row in told if _differs(beside.get(row.code)) and row.code not in well]
    badly = [row.code for row in told if _is_missed(row) and row.code not in unsure]
    few = len(rows) - len(told)
    rest = f" Of {plural(few, 'code')} used fewer than {count(least)} times nothing can be said." if few else ""
    if well:
        how = "about as well as a second person of the team" if beside else "well"
        yield Advice("Codes to lean on", f"The machine finds these {how}: {listing(well, 5)}.{rest}")
    elif told:
        yield Advice("Codes to lean on", f"None is found as well as a second person would find it.{rest}")
    else:
        yield Advice("Codes to lean on", f"It cannot be told.{rest}")
    texts = [f"The machine does little better than chance on {listing(badly, 5)}: code these by hand."] if badly else []
    if unsure:
        texts.append(f"Two people do not agree on {listing(unsure, 5)} either: look at the definition first.")
    if texts:
        yield Advice("Codes to check", " ".join(texts))


def _is_found(row: CodeAgreement, people: float | None) -> bool:
    kappa = row.kappa or 0.0
    if people is None or is_missing(people):
        return kappa >= _WELL
    return people >= _PEOPLE_AGREE and kappa + _NEAR >= people


def _is_missed(row: CodeAgreement) -> bool:
    return (row.kappa or 0.0) < _BADLY


def _differs(people: float | None) -> bool:
    return people is not None and not is_missing(people) and people < _BADLY


def _places(result: Result) -> Iterator[Advice]:
    """Groups of documents whose whole interval lies below the overall figure of every coder; their figures pool them.

    Of groups without an interval (each is one document) the lowest and the highest are named.
    """
    people = [a.macro_kappa.value for a in result.comparison.agreements if not is_consensus(a.first)]
    whole = min((value for value in people if value is not None and not is_missing(value)), default=None)
    rows = [(f"{row.attribute} {row.value or UNNAMED_SITE}", row.kappa) for row in result.comparison.by_attribute]
    told = [(name, e) for name, e in rows if not is_missing(e.value)]
    if whole is None or len(told) < 2:
        return
    known = [(name, e) for name, e in told if not is_missing(e.high)]
    worse = [f"{name}: {interval(e)}" for name, e in known if e.high is not None and e.high < whole]
    alone = sorted((e.value or 0.0, name) for name, e in told if is_missing(e.high))
    texts = []
    if worse:
        texts.append(f"Agreement is clearly below the overall {number(whole)} at {'; '.join(worse[:3])}.")
        texts.append("Trust suggestions less there.")
    elif len(known) > 1:
        texts.append("In no group of several documents is agreement clearly below the rest.")
    if len(alone) > 1:
        ends = [f"{number(value)} at {name}" for value, name in (alone[0], alone[-1])]
        texts.append(f"Single documents go from {ends[0]} to {ends[1]}; chance is not ruled out.")
    if texts:
        yield Advice("Where", " ".join(texts))


def _themes(result: Result) -> Iterator[Advice]:
    steady = [theme.id for theme in result.themes if theme.stability_word in ("highly stable", "stable")]
    shaky = [theme.id for theme in result.themes if theme.stability_word == "unstable"]
    if not steady and not shaky:
        return
    texts = [f"{listing(steady, 8)} {_come(steady)} back when part of the talk is left out."] if steady else []
    if shaky:
        again = "the same does" if len(shaky) == 1 else "these do"
        texts.append(f"{listing(shaky, 8)}: {again} not come back; read with doubt.")
    yield Advice("Candidate themes", " ".join((*texts, "Coming back does not make a theme important.")))


def _come(names: list[str]) -> str:
    return "comes" if len(names) == 1 else "come"


def _aside(result: Result) -> Iterator[Advice]:
    left = len(result.utterances) - n_placed(result)
    if left:
        text = f"{plural(left, 'utterance')} in no theme; what is rare or said at one site only may be among them."
        yield Advice("Set aside", f"{text} Read these yourself.")
