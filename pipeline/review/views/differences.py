"""Differences: coder against coder, coder against machine, and what was settled."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from pipeline import decide
from pipeline.records import CodingTable
from pipeline.report.words import cite
from pipeline.review import offers
from pipeline.review.coded import coded_now
from pipeline.review.desk import Desk
from pipeline.review.page import Shell
from pipeline.review.paging import part_of
from pipeline.review.queue import hidden

A_PAGE = 25
NO_CODE = "no code"
KINDS = ("coders", "machine", "settled")


@dataclass(frozen=True, slots=True)
class Difference:
    """An utterance on which views differ.  apart: 0 to 1, share of the codes of any view that not all of them gave."""

    id: str
    citation: str
    speaker: str
    text: str
    views: tuple[tuple[str, str], ...]
    why: str
    apart: float


@dataclass(frozen=True, slots=True)
class DifferencesView:
    """One page of one kind of differences, the furthest apart first.  counts: of each kind, in the order of KINDS."""

    shell: Shell
    kind: str
    counts: tuple[tuple[str, str, int], ...]
    rows: tuple[Difference, ...]
    page: int
    n_pages: int
    n_hidden: int
    empty: str


_LABELS = {"coders": "Coder against coder", "machine": "Coders against the machine", "settled": "Settled"}
_EMPTY = {
    "coders": "Nothing differs: there is no utterance that two coders are done with and coded differently.",
    "machine": "Nothing differs: no coder is done with an utterance for which the machine suggests other codes.",
    "settled": "Nothing was settled yet. Open a difference between coders, discuss it by memo, and settle it.",
}


def differences_view(shell: Shell, desk: Desk, coder: str, kind: str, page: int) -> DifferencesView:
    """The differences of one kind; page from 1.  What a coder may not see yet is counted and left out."""
    found = open_to(desk, coder)
    lists = {"coders": found, "machine": against_machine(desk, coder), "settled": _settled(desk)}
    chosen, page, n_pages = part_of(lists[kind], page, A_PAGE)
    return DifferencesView(
        shell=shell,
        kind=kind,
        counts=tuple((name, _LABELS[name], len(lists[name])) for name in KINDS),
        rows=tuple(_difference(desk, kind, row, apart) for row, apart in chosen),
        page=page,
        n_pages=n_pages,
        n_hidden=len(hidden(desk, coder)) if kind == "coders" else 0,
        empty=_EMPTY[kind],
    )


Row = tuple[int, float]
"""An utterance by its row, and how far views are apart: 0 to 1."""
Views = tuple[tuple[str, str], ...]


def open_rows(desk: Desk) -> tuple[Row, ...]:
    """Utterances that coders coded differently and that nobody settled, the furthest apart first."""
    return desk.cached("open differences", lambda: _between(desk))


def open_to(desk: Desk, coder: str) -> tuple[Row, ...]:
    """As open_rows, without those of which this coder must not see yet what others said."""
    kept, utterances = hidden(desk, coder), desk.result.utterances
    return tuple(row for row in open_rows(desk) if utterances[row[0]].id not in kept)


def _between(desk: Desk) -> tuple[Row, ...]:
    table, utterances = coded_now(desk), desk.result.utterances
    differ = np.zeros(len(utterances), np.bool_)
    for a, b in combinations(range(len(table.coders)), 2):
        differ |= table.worked[a] & table.worked[b] & (table.values[a] != table.values[b]).any(axis=1)
    differ[[desk.row[id_] for id_ in desk.state.settled if id_ in desk.row]] = False
    rows = np.flatnonzero(differ)
    worked, values = table.worked[:, rows, None], table.values[:, rows]
    shared, given = (values | ~worked).all(axis=0).sum(axis=1), (values & worked).any(axis=0).sum(axis=1)
    apart = 1 - shared / np.maximum(given, 1)
    order = np.lexsort((rows, -apart))
    return tuple(zip(rows[order].tolist(), apart[order].tolist(), strict=True))


def _coders_views(desk: Desk, row: int) -> Views:
    """What those who are done with an utterance say of it."""
    table = coded_now(desk)
    return tuple((table.coders[c], _names(table, c, row)) for c in np.flatnonzero(table.worked[:, row]).tolist())


def against_machine(desk: Desk, coder: str) -> tuple[Row, ...]:
    """Utterances that somebody finished in the review without any of the codes that the machine suggested there.

    Only what the reader may see, of the suggestions, too: nothing before she spoke, where the team codes so, and
    nothing where she has not answered a decoy yet. Suggestions learned from files say nothing on what these coded.
    """
    machine, kept = desk.result.suggestions, hidden(desk, coder)
    names, rows = decide.renamed(edit for _, edit in desk.state.edits), []
    for id_, words in desk.state.said.items():
        row = desk.row.get(id_)
        done = [said for said in words.values() if said.done]
        if row is None or not done or id_ in kept or not offers.all_told(desk, coder, id_):
            continue
        offered = {offer.code for offer in offers.named(machine, row, names)}
        if offered and all(offered.isdisjoint(said.codes) for said in done):
            rows.append((row, 1.0))
    return tuple(sorted(rows))


def _machine_views(desk: Desk, row: int) -> Views:
    """What those say who finished an utterance in the review, and the first code that the machine suggests."""
    table, id_ = coded_now(desk), desk.result.utterances[row].id
    views = tuple((who, _names(table, table.coders.index(who), row)) for who in desk.state.done_by(id_))
    return (*views, *(("the machine suggests", offer.code) for offer in offers.suggested(desk, id_)[:1]))


def _settled(desk: Desk) -> tuple[Row, ...]:
    """What was settled, the last first."""
    words = sorted(desk.state.settled.items(), key=lambda each: -each[1].last)
    return tuple((desk.row[id_], 0.0) for id_, _ in words if id_ in desk.row)


def _settled_views(desk: Desk, row: int) -> Views:
    word = desk.state.settled[desk.result.utterances[row].id]
    return (("agreed", "; ".join(word.codes) or NO_CODE), ("settled by", word.coder))


def _difference(desk: Desk, kind: str, row: int, apart: float) -> Difference:
    utterance = desk.result.utterances[row]
    views = {"coders": _coders_views, "machine": _machine_views, "settled": _settled_views}[kind](desk, row)
    why = desk.state.settled[utterance.id].why if kind == "settled" else ""
    return Difference(utterance.id, cite(utterance), utterance.speaker, utterance.text, views, why, apart)


def _names(table: CodingTable, coder: int, row: int) -> str:
    return "; ".join(table.codes[j] for j in np.flatnonzero(table.values[coder, row])) or NO_CODE
