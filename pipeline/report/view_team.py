"""Parts of section 6: the convergence matrix, groups of documents, and coders over time."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.records import Result
from pipeline.report.convergence import AGREEMENT, COMPLEMENTARY, DISSONANT, NOT_TOLD, RELATIONS, SILENT, convergence
from pipeline.report.frame import Frame, Mark, mark_of
from pipeline.report.lines import why_nothing_coded, why_nothing_compared
from pipeline.report.words import UNNAMED_SITE, Figure, count, number, share

_IN_WORDS = {
    AGREEMENT: "Agreement: people and machine meet",
    COMPLEMENTARY: "Machine only: no code fits",
    DISSONANT: "Overlap, but other content",
    SILENT: "People only: no candidate covers it",
    NOT_TOLD: "Not told: too little of it was used or coded",
}


@dataclass(frozen=True, slots=True)
class ConvergenceRow:
    """One relation with the candidates and the codes that stand in it."""

    relation: str
    candidates: tuple[Mark, ...]
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AttributeView:
    """Documents of one value of an attribute.  first: true where a new attribute begins."""

    attribute: str
    value: str
    documents: str
    placed: str
    kappa: Figure
    top1: Figure
    first: bool


@dataclass(frozen=True, slots=True)
class DriftView:
    """One coder in one stretch of time.  first: true where a new coder begins."""

    coder: str
    period: str
    dates: str
    utterances: str
    codes: str
    reference: str
    kappa: Figure
    first: bool


@dataclass(frozen=True, slots=True)
class TeamView:
    """Each empty_… says why that part is empty, "" where it is not."""

    convergence: tuple[ConvergenceRow, ...]
    empty_convergence: str
    attributes: tuple[AttributeView, ...]
    drift: tuple[DriftView, ...]
    empty_drift: str


def team_view(frame: Frame) -> TeamView:
    """For a reflexive study without any agreement."""
    matrix, drift = _convergence(frame), () if frame.reflexive else _drift(frame)
    return TeamView(
        convergence=matrix,
        empty_convergence="" if matrix else "no codebook was given",
        attributes=_attributes(frame),
        drift=drift,
        empty_drift="" if drift else _why_no_drift(frame),
    )


def _convergence(frame: Frame) -> tuple[ConvergenceRow, ...]:
    standing = convergence(frame.result)
    rows = []
    for relation in RELATIONS:
        here = [s for s in standing if s.relation == relation]
        candidates = tuple(mark_of(frame, s.name.split(" ", 1)[0]) for s in here if s.kind == "candidate")
        rows.append(ConvergenceRow(_IN_WORDS[relation], candidates, tuple(s.name for s in here if s.kind == "code")))
    return tuple(rows) if standing else ()


def _attributes(frame: Frame) -> tuple[AttributeView, ...]:
    notes, before, rows = frame.notes, "", []
    for row in frame.result.comparison.by_attribute:
        shown = (Figure(""),) * 2 if frame.reflexive else (notes.estimate(row.kappa), notes.estimate(row.top1))
        placed = share(row.placed, row.n_utterances)
        value = row.value or (UNNAMED_SITE if row.attribute == "site" else "(none)")
        rows.append(
            AttributeView(row.attribute, value, count(row.n_documents), placed, *shown, first=row.attribute != before)
        )
        before = row.attribute
    return tuple(rows)


def _drift(frame: Frame) -> tuple[DriftView, ...]:
    before, rows = "", []
    for row in frame.result.comparison.drift:
        dates = row.first[:10] if row.first[:10] == row.last[:10] else f"{row.first[:10]} to {row.last[:10]}"
        rows.append(
            DriftView(
                row.coder,
                str(row.period),
                dates,
                count(row.n_units),
                number(row.codes_per_utterance),
                row.reference,
                frame.notes.estimate(row.kappa),
                first=row.coder != before,
            )
        )
        before = row.coder
    return tuple(rows)


def _why_no_drift(frame: Frame) -> str:
    result: Result = frame.result
    if frame.reflexive:
        return "no such figures are shown for a reflexive study"
    if nothing := why_nothing_coded(result):
        return nothing if result.codings.items else why_nothing_compared(result)
    if not any(coding.date for coding in result.codings.items):
        return "the codings have no dates (codings.csv, column date)"
    return "too few documents were coded at known dates to compare stretches of time"
