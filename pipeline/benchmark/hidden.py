"""The hidden-code test: a code is taken out of codebook and codings; do candidates that fit no code bring it back?"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from pipeline import cluster, codebook, compare
from pipeline.benchmark import markdown as md
from pipeline.benchmark import scores
from pipeline.benchmark.case import Case, cut
from pipeline.coded import evidence_of, fits_no_code
from pipeline.compare import Recovery
from pipeline.compare.found import FOUND_PEOPLE, FOUND_UTTERANCES
from pipeline.records import Bools, CodingTable, Ints

LEAST = 10
MOST_CODES = 8
AGREED = 0.6
"""Kappa of two people on the code from which they are said to agree on it (Landis and Koch 1977: substantial)."""
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Hidden:
    """One code that was hidden.  uses: its utterances.  kappa: of people on it, None where one coder coded alone.

    alone: utterances that carry this code only; possible: they are enough to bring it back (three of two people).
    open_uses: its utterances among those that fit no code once it is hidden; n_open: how many fit none.
    """

    code: str
    uses: int
    kappa: float | None
    alone: int
    possible: bool
    open_uses: int
    n_open: int
    recovery: Recovery

    @property
    def agreed(self) -> bool:
        """Whether people agree on it, as far as that can be told."""
        return self.kappa is None or self.kappa >= AGREED


@dataclass(frozen=True, slots=True)
class HiddenTest:
    """All hidden codes, and candidates wrongly said to fit no code although half of their utterances carry one.

    false_run, run: of the run's own candidates.  false_new, new: of candidates among utterances that the held-out
    machine thinks carry no code, as it would say it of documents that nobody coded yet.  uncoded: utterances that
    people worked past; without any, nothing but the hidden code's own ones fits no code, and coming back means little.
    """

    codes: tuple[Hidden, ...]
    false_run: int
    run: int
    false_new: int
    new: int
    uncoded: int

    @property
    def recovered(self) -> float | None:
        """Share of the hidden codes that came back."""
        return scores.mean([float(each.recovery.recovered) for each in self.codes])

    @property
    def recovered_agreed(self) -> float | None:
        """The same over the codes on which people agree (or of which that cannot be told)."""
        return scores.mean([float(each.recovery.recovered) for each in self.codes if each.agreed])

    @property
    def recovered_possible(self) -> float | None:
        """The same over those of them that leave enough utterances without any code."""
        return scores.mean([float(each.recovery.recovered) for each in self.codes if each.agreed and each.possible])

    @property
    def chance(self) -> float | None:
        """What candidates rotated within documents bring back."""
        return scores.mean([each.recovery.chance for each in self.codes])

    @property
    def false_share(self) -> float | None:
        """Of the candidates said to fit no code, new ones and the run's together, the share that is wrong."""
        n = self.run + self.new
        return (self.false_run + self.false_new) / n if n else None


def hidden_test(case: Case) -> HiddenTest:
    """At most eight codes hidden in turn, evenly from the most to the least used of those with ten utterances."""
    uses = case.table.by_anyone.sum(axis=0)
    often = sorted(np.flatnonzero(uses >= LEAST).tolist(), key=lambda j: (-int(uses[j]), j))
    places = sorted({round(place) for place in np.linspace(0, len(often) - 1, MOST_CODES).tolist()}) if often else []
    false_run, run = _false_in_run(case)
    false_new, new = _false_new(case)
    uncoded = int((case.table.looked_at & ~case.table.coded).sum())
    return HiddenTest(tuple(_hide(case, often[i]) for i in places), false_run, run, false_new, new, uncoded)


def _hide(case: Case, code: int) -> Hidden:
    """The flow of a run with this code taken out, as far as the candidates that fit no code."""
    table = case.table
    kept = np.arange(len(table.codes)) != code
    tree = dataclasses.replace(case.tree, codes=tuple(c for c in case.tree.codes if c.name != table.codes[code]))
    less = CodingTable(tuple(table.coders), _at(table.codes, kept), table.values[:, :, kept], table.worked)
    evidence = evidence_of(tree, less, case.utterances, case.vectors, case.tools)
    settings = case.config.codebook
    suggestions, held_out = codebook.learned(evidence, settings), codebook.held_out(evidence, settings)
    rows = fits_no_code(less, suggestions, held_out)
    theme = _grouped(case, rows)
    persons, documents = [u.person for u in case.utterances], [u.document for u in case.utterances]
    found = compare.recovered(code, table.by_anyone, theme, persons, documents, case.config.compare)
    uses = table.by_anyone[:, code]
    alone = np.flatnonzero(uses & ~less.coded).tolist()
    return Hidden(
        code=table.codes[code],
        uses=int(uses.sum()),
        kappa=_people(table, code),
        alone=len(alone),
        possible=len(alone) >= FOUND_UTTERANCES and len({persons[i] for i in alone}) >= FOUND_PEOPLE,
        open_uses=int((uses & rows).sum()),
        n_open=int(rows.sum()),
        recovery=found,
    )


def _grouped(case: Case, rows: Bools) -> Ints:
    """int32 [n]: candidates among these rows, as stages.find_new makes them, without names."""
    theme = np.full(len(case.utterances), -1, np.int32)
    theme[rows] = cluster.find_themes(*cut(case, rows), case.config.cluster).placement.theme
    return theme


def _people(table: CodingTable, code: int) -> float | None:
    """Mean kappa of all pairs of coders on this code, over what both worked on and either coded."""
    found = []
    for a in range(len(table.coders)):
        for b in range(a):
            both = table.worked[a] & table.worked[b] & (table.values[a] | table.values[b]).any(axis=1)
            found.append(compare.kappa(table.values[a, both, code], table.values[b, both, code]))
    return scores.mean(found)


def _false_in_run(case: Case) -> tuple[int, int]:
    ids = [f"T{number}" for number in range(len(case.clusters.cohesion))]
    suggestions = codebook.learned(case.evidence, case.config.codebook)
    relations = codebook.relate(ids, case.clusters.placement, case.table, suggestions, None).relations
    marked = [number for number, each in enumerate(relations) if each.relation == "complementary"]
    return sum(_mostly_coded(case, case.clusters.placement.theme == number) for number in marked), len(marked)


def _false_new(case: Case) -> tuple[int, int]:
    if case.held_out is None:
        return 0, 0
    none = np.nan_to_num(case.held_out.no_code, nan=0.0) >= _HALF
    if not none.any():
        return 0, 0
    theme = _grouped(case, none)
    n = int(theme.max(initial=-1)) + 1
    return sum(_mostly_coded(case, theme == number) for number in range(n)), n


def _mostly_coded(case: Case, rows: Bools) -> bool:
    return bool(case.table.coded[rows & case.table.looked_at].mean() >= _HALF)


def _at(names: tuple[str, ...], kept: Bools) -> tuple[str, ...]:
    return tuple(name for name, keep in zip(names, kept.tolist(), strict=True) if keep)


def lines(found: HiddenTest) -> list[str]:
    """A row for each hidden code, then the sums."""
    heads = ("hidden code", "utterances", "kappa of people", "with this code only", "fit no code then")
    rows = [_line(each) for each in found.codes]
    back = sum(each.recovery.recovered for each in found.codes)
    told = [
        f"Brought back: {back} of {len(found.codes)}, by chance {md.share(found.chance)}. Said to fit no code although "
        "at least half of their utterances carry one: "
        f"{found.false_run} of {found.run} candidates of the run, {found.false_new} of {found.new} candidates among "
        "what the held-out machine expects to carry none."
        + (
            ""
            if found.uncoded
            else " Everything is coded here, so nothing else fits no code, and coming back means little."
        ),
        "",
    ]
    more = ("of all that fit none", "brought back", "in one candidate", "by chance")
    return md.table((*heads, *more), rows) + told


def _line(each: Hidden) -> list[str]:
    back = each.recovery
    return [
        each.code,
        str(each.uses),
        md.number(each.kappa, 2),
        str(each.alone),
        str(each.open_uses),
        str(each.n_open),
        "yes" if back.recovered else "no",
        f"{back.n} from {back.people} people" if back.recovered else md.NONE,
        md.share(back.chance),
    ]
