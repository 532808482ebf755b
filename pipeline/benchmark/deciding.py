"""What decisions teach: simulated analysts work through a study in the review's order; suggestions learn from them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline import codebook, compare
from pipeline.benchmark import markdown as md
from pipeline.benchmark import scores
from pipeline.benchmark.analyst import Analyst, Rows, Work, analyst_of, answer
from pipeline.benchmark.case import Case, placed
from pipeline.benchmark.learning import ranked_by
from pipeline.benchmark.scores import Hits
from pipeline.codebook import Evidence
from pipeline.compare.effort import share_met
from pipeline.records import Bools, CodingTable, Suggestions

DRAWS = 4
EVERY = 50
"""After so many decisions they are taken in: suggestions and order are made anew."""
POINTS = (0, 50, 100, 200)
LAST = POINTS[-1]
_SHARE, _MEETINGS = 0.95, 3
_FIGURES = ("top1", "top3", "kappa")


@dataclass(frozen=True, slots=True)
class Point:
    """Where a session stands after so many decisions.

    hits, plain: of suggestions that learned from them, and of plain regression.  work: since decisions were taken in
    last, None at the start.  met: share of the codes that she has met three times.
    """

    decisions: int
    hits: Hits
    plain: Hits
    work: Work | None
    met: float | None


@dataclass(frozen=True, slots=True)
class Session:
    """One analyst's way.  until: utterances read until 95% of the codes were met three times, None if never told."""

    points: tuple[Point, ...]
    until: int | None


@dataclass(frozen=True, slots=True)
class Deciding:
    """All draws.  offered, drawn: in the review's order, in random order.

    definitions: `until` in the order of the definitions alone; by_chance: expected under random reading.  read: how
    many utterances she could read.
    """

    offered: tuple[Session, ...]
    drawn: tuple[Session, ...]
    definitions: tuple[int | None, ...]
    by_chance: tuple[int | None, ...]
    read: tuple[int, ...]

    def gains(self, figure: str) -> list[float]:
        """For each draw by how much the last point of the review's order is above the first."""
        ends = [(getattr(s.points[0].hits, figure), getattr(s.points[-1].hits, figure)) for s in self.offered]
        return [after - before for before, after in ends if before is not None and after is not None]

    def spared(self) -> list[float]:
        """For each draw the share of codes that the last decisions need not name by hand, against definitions alone."""
        last = [s.points[-1].work for s in self.offered]
        return [1 - work.by_hand / work.by_definition for work in last if work and work.by_definition]

    def sooner(self) -> list[float]:
        """For each draw by which share fewer utterances are read until the codes are met than under random reading."""
        pairs = zip((s.until for s in self.offered), self.by_chance, strict=True)
        return [1 - own / chance for own, chance in pairs if own is not None and chance]


def deciding(case: Case) -> Deciding | None:
    """Starting from definitions alone: decisions on one half of the documents, scored on the other.

    Each draw halves the documents anew, and the coders take turns. None where the halves hold nothing to learn from or
    to score.
    """
    analysts = [analyst_of(case, number) for number in range(DRAWS)]
    if not all(each.truth[each.reads].any() and each.scored.any() for each in analysts):
        return None
    at_once = [_offered(each, _learned(each, *_nothing(each)), _nothing(each)[0]) for each in analysts]
    return Deciding(
        offered=tuple(_session(each, None) for each in analysts),
        drawn=tuple(_session(each, number) for number, each in enumerate(analysts)),
        definitions=tuple(_until(each, order) for each, order in zip(analysts, at_once, strict=True)),
        by_chance=tuple(_by_chance(each) for each in analysts),
        read=tuple(len(each.reads) for each in analysts),
    )


def _session(analyst: Analyst, lot: int | None) -> Session:
    """lot: seed of a random order, which ends with the last point.

    None: the order of the review, which goes on until the codes were met.
    """
    done, refused = _nothing(analyst)
    definitions = now = _learned(analyst, done, refused)
    shuffled = np.random.default_rng(lot).permutation(analyst.reads)
    order = np.zeros(0, np.int64)
    points = [_point(analyst, now, done, refused, order, None)]
    while True:
        rest = _offered(analyst, now, done) if lot is None else shuffled[len(order) :]
        until = _until(analyst, order)
        if not len(rest) or (len(order) >= LAST and (lot is not None or until is not None)):
            return Session(tuple(points), until)
        batch = rest[:EVERY]
        work = answer(analyst, batch, now, definitions, refused)
        done[batch] = True
        order = np.concatenate([order, batch])
        now = _learned(analyst, done, refused)
        if len(order) in POINTS or (len(order) < LAST and len(batch) == len(rest)):
            points.append(_point(analyst, now, done, refused, order, work))


def _nothing(analyst: Analyst) -> tuple[Bools, Bools]:
    """Which utterances are done, which codes refused, before anything was decided."""
    return np.zeros(len(analyst.truth), np.bool_), np.zeros(analyst.truth.shape, np.bool_)


def _evidence(analyst: Analyst, done: Bools, refused: Bools) -> Evidence:
    said = analyst.truth & done[:, None]
    table = CodingTable(("analyst",), analyst.case.table.codes, said[None], done[None], (), refused)
    return dataclasses.replace(analyst.case.evidence, table=table)


def _learned(analyst: Analyst, done: Bools, refused: Bools) -> Suggestions:
    return codebook.learned(_evidence(analyst, done, refused), analyst.case.config.codebook)


def _offered(analyst: Analyst, now: Suggestions, done: Bools) -> Rows:
    """What is left to decide on, in the order of compare.triage over the half that she reads."""
    case, rows = analyst.case, analyst.reads
    if done[rows].all():
        return np.zeros(0, np.int64)
    of_rows = dataclasses.replace(
        now,
        ranked=now.ranked[rows],
        probability=now.probability[rows],
        scores=now.scores[rows],
        probabilities=now.probabilities[rows],
        fold=now.fold[rows],
        chosen=now.chosen[rows],
        no_code=now.no_code[rows],
    )
    said = (analyst.truth & done[:, None])[None, rows]
    table = CodingTable(("analyst",), case.table.codes, said, done[None, rows])
    ids = [f"T{k}" for k in range(len(case.clusters.cohesion))]
    utterances = [case.utterances[i] for i in rows.tolist()]
    items = compare.triage(utterances, of_rows, table, placed(case, rows), ids, case.config.compare).items
    return rows[[item.utterance for item in items]]


def _point(analyst: Analyst, now: Suggestions, done: Bools, refused: Bools, order: Rows, work: Work | None) -> Point:
    config, scored = analyst.case.config, analyst.scored
    table = CodingTable(("analyst",), now.codes, analyst.truth[None], scored[None])
    evidence, plain = _evidence(analyst, done, refused), Hits(None, None, None, 0)
    if evidence.table.coded.any():
        alone = ranked_by(now, codebook.learning_alone(evidence, evidence.table.coded, config.codebook))
        plain = scores.hits(alone, table, scored, config.compare.min_positives)
    hits = scores.hits(now, table, scored, config.compare.min_positives)
    uses = _uses(analyst, order)
    met = float(share_met(uses)[-1]) if uses.shape[1] else None
    return Point(len(order), hits, plain, work, met)


def _uses(analyst: Analyst, rows: Rows) -> Bools:
    """bool [rows, codes]: of the codes that stand three times in what she could read."""
    often = analyst.truth[analyst.reads].sum(axis=0) >= _MEETINGS
    found: Bools = analyst.truth[rows][:, often]
    return found


def _until(analyst: Analyst, order: Rows) -> int | None:
    uses = _uses(analyst, order)
    return _first(share_met(uses)) if uses.shape[1] else None


def _by_chance(analyst: Analyst) -> int | None:
    uses = _uses(analyst, analyst.reads)
    return _first(compare.random_share(uses.sum(axis=0), len(uses))) if uses.shape[1] else None


def _first(met: NDArray[np.float64]) -> int | None:
    enough = np.flatnonzero(met >= _SHARE - 1e-9)
    return int(enough[0]) if len(enough) else None


def lines(found: Deciding | None) -> list[str]:
    """A row for each point of both orders, mean of the draws and their range; then the way until codes were met."""
    if found is None:
        return []
    heads = ["decisions", "top-1", "top-3", "macro kappa", "plain regression: top-1 / top-3 / kappa"]
    heads += [f"of the last {EVERY}: codes named by hand", "… by definitions alone", "all codes shown"]
    rows = [
        _line(name if place else "none (definitions alone)", [session.points[place] for session in sessions])
        for name, sessions in (("in the review's order", found.offered), ("in random order", found.drawn))
        for place in range(min(len(session.points) for session in sessions))
        if place or sessions is found.offered
    ]
    return md.table([*heads, "codes met three times"], rows) + _until_lines(found)


def _line(name: str, points: Sequence[Point]) -> list[str]:
    work = [point.work for point in points if point.work]
    own = [[getattr(point.hits, figure) for point in points] for figure in _FIGURES]
    plain = scores.mean_hits([point.plain for point in points])
    return [
        f"{points[0].decisions} {name}" if points[0].decisions else name,
        *(f"{md.number(scores.mean(each))} {md.spread(each)}".strip() for each in own),
        " / ".join(md.number(getattr(plain, figure)) for figure in _FIGURES),
        md.number(scores.mean([each.by_hand for each in work]), 1),
        md.number(scores.mean([each.by_definition for each in work]), 1),
        md.share(scores.mean([each.shown / each.coded for each in work if each.coded])),
        md.share(scores.mean([point.met for point in points])),
    ]


def _until_lines(found: Deciding) -> list[str]:
    heads = ("read until 95% of the codes were met three times", "suggested", "definitions alone", "random", "of")
    own = [session.until for session in found.offered]
    ways = (own, found.definitions, found.by_chance, found.read)
    cells = [md.NONE if (mean := scores.mean(way)) is None else f"{mean:,.0f}" for way in ways]
    return md.table(heads, [[f"learned anew every {EVERY}", *cells]])
