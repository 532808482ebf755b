"""Machine and codebook (section 6): theme x code, agreement with the human ceiling beside it, what nothing covers."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.records import Agreement, CodeAgreement, Result, StructureRow
from pipeline.report.convergence import AGREEMENT, nearest_to
from pipeline.report.frame import Frame, Mark, mark_of
from pipeline.report.lines import (
    REFLEXIVE,
    ceiling,
    human_pair,
    not_told,
    uncovered,
    why_nothing_coded,
    why_nothing_compared,
)
from pipeline.report.tables import BASELINE, compared, relations
from pipeline.report.view_map import HeatCell, shade
from pipeline.report.words import (
    UNNAMED_SITE,
    Figure,
    count,
    is_consensus,
    is_missing,
    listing,
    number,
    percent,
    plural,
    share,
)

_FEW = "too few utterances carry the code to compute it"


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One code: who used it, whether a candidate meets it, agreement on held-out documents and between two people."""

    code: str
    theme: str
    used: str
    met_by: tuple[Mark, ...]
    machine: Figure
    machine_n: str
    human: Figure
    human_n: str


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """One comparison over all codes.  kind: see tables.compared; n: utterances and documents in words."""

    kind: str
    name: str
    n: str
    kappa: Figure
    alpha: Figure
    top1: Figure
    top3: Figure
    calibration: Figure


@dataclass(frozen=True, slots=True)
class StructureView:
    """One grouping beside the codes.  possible: `of the possible 0.54`, for the first row where that is known."""

    name: str
    groups: str
    excess: Figure
    possible: str
    ami: Figure
    null: Figure
    ami_all: Figure
    phi: Figure
    placed: Figure


@dataclass(frozen=True, slots=True)
class SiteRow:
    """One site: agreement of the machine, and how much was placed there."""

    site: str
    agreement: Figure
    placed: str


@dataclass(frozen=True, slots=True)
class FoundRow:
    """One human theme: met or not, by which candidate, and why."""

    name: str
    found: bool
    candidate: Mark | None
    how: str


@dataclass(frozen=True, slots=True)
class CodebookView:
    """Section 6.  Each empty_… says why that part is empty, "" where it is not."""

    carried: str
    heat: tuple[tuple[str, tuple[HeatCell, ...]], ...]
    marks: tuple[Mark, ...]
    empty_heat: str
    codes: tuple[CodeRow, ...]
    empty_codes: str
    machine_name: str
    human_name: str
    agreements: tuple[AgreementRow, ...]
    consensus: bool
    no_machine: str
    structure: tuple[StructureView, ...]
    empty_agreement: str
    sites: tuple[SiteRow, ...]
    found: tuple[FoundRow, ...]
    found_by_chance: str
    silent: tuple[tuple[str, str], ...]
    uncovered: tuple[tuple[Mark, str], ...]
    empty_silent: str
    empty_uncovered: str
    reflexive: str


def codebook_view(frame: Frame) -> CodebookView:
    """Everything that lays themes and suggestions beside the team's codes; no agreement for a reflexive study."""
    result, comparison = frame.result, frame.result.comparison
    heat = _heat(frame)
    has_codebook = bool(result.codebook.codes)
    machine = comparison.agreements[0] if comparison.agreements and not frame.reflexive else None
    human = None if frame.reflexive else human_pair(result)
    return CodebookView(
        carried="suggested" if why_nothing_coded(result) else "coded",
        heat=heat,
        marks=frame.marks,
        empty_heat="" if heat else (why_nothing_compared(result) if has_codebook else "no codebook was given"),
        codes=tuple(_code_row(frame, name, theme, machine, human) for name, theme in _codes(frame)),
        empty_codes="" if _codes(frame) else "no codebook was given",
        machine_name=f"machine beside {machine.first}" if machine else "machine",
        human_name=f"{human.first} beside {human.second}" if human else "two people",
        agreements=() if frame.reflexive else _agreements(frame),
        consensus=any(is_consensus(a.first) for a in (*comparison.agreements, *comparison.human)),
        no_machine="" if comparison.agreements or frame.reflexive else why_nothing_compared(result),
        structure=() if frame.reflexive else tuple(_structure(frame, row) for row in comparison.structure),
        empty_agreement="" if comparison.agreements or comparison.human else why_nothing_compared(result),
        sites=_sites(frame, machine),
        found=() if frame.reflexive else _found(frame),
        found_by_chance=_by_chance(frame),
        silent=tuple(_silent(result, name, reason) for name, reason in result.mapping.silent),
        uncovered=_uncovered(frame),
        empty_silent=_why_nothing_left(result) or "each code that people used is met by a candidate",
        empty_uncovered=_why_nothing_left(result) or _each_covered(result),
        reflexive=REFLEXIVE if frame.reflexive else "",
    )


def _codes(frame: Frame) -> tuple[tuple[str, str], ...]:
    """(code, parent theme): the codebook's, then codes that people used without defining them."""
    known = {code.name: code.theme for code in frame.result.codebook.codes}
    return tuple({**dict.fromkeys(frame.result.table.codes, ""), **known}.items()) if known else ()


def _heat(frame: Frame) -> tuple[tuple[str, tuple[HeatCell, ...]], ...]:
    cells = {(cell.code, cell.theme): cell for cell in frame.result.mapping.cells}
    rows = []
    for code in dict.fromkeys([*(name for name, _ in _codes(frame)), *(code for code, _ in cells)]):
        row = []
        for mark in frame.marks:
            cell = cells.get((code, mark.id))
            if cell is None or not cell.n:
                row.append(HeatCell("0", 0, f"{mark.id} and {code}: no utterance"))
            else:
                title = f"{mark.id} and {code}: {plural(cell.n, 'utterance')}, {percent(cell.share)} of the theme's"
                row.append(HeatCell(count(cell.n), shade(cell.share), title))
        rows.append((code, tuple(row)))
    return tuple(rows) if cells else ()


def _code_row(frame: Frame, name: str, theme: str, machine: Agreement | None, human: Agreement | None) -> CodeRow:
    table = frame.result.table
    column = table.codes.index(name) if name in table.codes else -1
    uses = [
        f"{coder} {count(int(values[:, column].sum()))}"
        for coder, values in zip(table.coders, table.values, strict=True)
    ]
    met = [relation.theme for relation in relations(frame.result).values() if relation.nearest_code == name]
    none = "no agreement is shown for a reflexive study" if frame.reflexive else why_nothing_compared(frame.result)
    alone = none if frame.reflexive or not table.coders else "no two people coded the same documents"
    first, second = _by_code(machine, name), _by_code(human, name)
    return CodeRow(
        name,
        theme,
        ", ".join(uses) if column >= 0 and uses else "nobody",
        tuple(mark_of(frame, theme_id) for theme_id in met),
        frame.notes.number(first.kappa if first else None, _FEW if machine else none),
        f"n {first.n_first} of {first.n_units}" if first else "",
        frame.notes.number(second.kappa if second else None, _FEW if human else alone),
        f"n {second.n_first} and {second.n_second} of {second.n_units}" if second else "",
    )


def _by_code(agreement: Agreement | None, name: str) -> CodeAgreement | None:
    return next((row for row in agreement.codes if row.code == name), None) if agreement else None


def _agreements(frame: Frame) -> tuple[AgreementRow, ...]:
    """All comparisons; baselines beside the first coder only, which is enough to measure by."""
    notes, machine = frame.notes, frame.result.comparison.agreements
    baselines = frame.result.comparison.baselines
    main = machine[0].first if machine else baselines[0].first if baselines else ""
    return tuple(
        AgreementRow(
            kind,
            f"{a.second} beside {a.first}",
            f"{count(a.n_units)} in {count(a.n_documents)}",
            *(notes.estimate(figure) for figure in (a.macro_kappa, a.masi_alpha, a.top1, a.top3, a.ece)),
        )
        for kind, a in compared(frame.result)
        if kind != BASELINE or a.first == main
    )


def _structure(frame: Frame, row: StructureRow) -> StructureView:
    best, ours = ceiling(frame.result), row is frame.result.comparison.structure[0]
    notes, reason = frame.notes, row.reason or row.excess.reason or "too little is coded to compute it"
    return StructureView(
        row.name,
        count(row.groups),
        notes.estimate(row.excess, reason),
        f"of the possible {number(best)}" if ours and best is not None else "",
        *(notes.number(value, reason) for value in (row.ami, row.null, row.ami_all, row.phi, row.placed)),
    )


def _sites(frame: Frame, machine: Agreement | None) -> tuple[SiteRow, ...]:
    known = dict(machine.sites) if machine else {}
    none = "no agreement is shown for a reflexive study" if frame.reflexive else why_nothing_compared(frame.result)
    rows = []
    for site, placed, total in frame.result.comparison.placed_by_site:
        estimate = known.get(site)
        nothing = "nothing was compared at this site" if machine else none
        figure = frame.notes.estimate(estimate) if estimate else frame.notes.missing(nothing)
        rows.append(SiteRow(site or UNNAMED_SITE, figure, share(placed, total)))
    return tuple(rows)


def _found(frame: Frame) -> tuple[FoundRow, ...]:
    return tuple(
        FoundRow(item.name, item.found, mark_of(frame, item.candidate) if item.candidate else None, item.how)
        for item in frame.result.comparison.found
    )


def _by_chance(frame: Frame) -> str:
    comparison = frame.result.comparison
    if frame.reflexive or not comparison.found or is_missing(comparison.found_by_chance):
        return ""
    return (
        f"What position alone brings: with candidates shifted along each transcript, "
        f"{number(comparison.found_by_chance)} of {len(comparison.found)} are met on average."
    )


def _uncovered(frame: Frame) -> tuple[tuple[Mark, str], ...]:
    return tuple(
        (mark_of(frame, relation.theme), "" if frame.reflexive else relation.reason)
        for relation in uncovered(frame.result)
    )


def _why_nothing_left(result: Result) -> str:
    """Why it cannot be said what stands without its counterpart, "" where it can."""
    if not result.codebook.codes:
        return "no codebook was given"
    if not result.themes:
        return "there is no candidate theme"
    return why_nothing_coded(result) or ("" if result.mapping.relations else "no theme could be laid beside a code")


def _silent(result: Result, name: str, reason: str) -> tuple[str, str]:
    themes = listing(nearest_to(result, name, AGREEMENT), 6)
    return name, f"{reason}; it is the nearest code of {themes} all the same" if themes else reason


def _each_covered(result: Result) -> str:
    rest = not_told(result)
    return f"each other candidate overlaps with a code; {rest}" if rest else "each candidate overlaps with a code"
