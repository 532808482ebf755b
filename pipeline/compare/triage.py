"""What to read next: utterances and documents in order, why each, and a sample that tells when to stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.compare.documents import rank_documents
from pipeline.compare.intervals import F64
from pipeline.compare.order import I64, MOST_CHOSEN, best_fit, likely, lots, reading_order, wanting
from pipeline.compare.spread import spread_order
from pipeline.compare.stopping import CHECKS, largest_share, stopping_text
from pipeline.compare.units import Machine, Study, align, arrange, has_code
from pipeline.config import CompareConfig
from pipeline.records import Bools, CodingTable, Floats, Ints, Placement, Suggestions, Triage, TriageItem, Utterance

SHOWN = 0.2
"""Chance from which a code is named for an utterance."""
MOST_NAMED = 3
DRAWN = "Drawn at random, so that what the machine cannot foresee is met, too."
FITS_LITTLE = "The known codes are expected to be met by now, and none fits this well: it may be something new."
NO_CODES = (
    "no codes to go by: typical utterances of each candidate theme in turn, every third utterance drawn at random"
)
SECOND_LOOK = "every utterance was worked on: these are utterances without a code, likely misses first"
ALL_READ = "every utterance was worked on, and there is nothing to look for a second time"
BY_VALUE = "first what may bring codes nearer to three meetings, every third utterance drawn at random"


@dataclass(frozen=True, slots=True, eq=False)
class _Unread:
    """Unread utterances.  rows: int64 [m], their places in the study.  lot: a random order of them.

    theme: int32 [m], -1 = set aside.  membership: float32 [m].  chance: float64 [m, codes] and fit: float64 [m] as in
    reading_order, None without codes.
    """

    rows: I64
    lot: I64
    theme: Ints
    membership: Floats
    chance: F64 | None
    fit: F64 | None


def triage(
    utterances: Sequence[Utterance],
    suggestions: Suggestions | None,
    table: CodingTable,
    placement: Placement,
    theme_ids: Sequence[str],
    config: CompareConfig,
) -> Triage:
    """What to read next, with zero, few or many codings.

    suggestions: learned from all codings there are (or definitions alone), not held out; None or without codes: the
    order spreads over the candidate themes.  Unread are utterances on which nobody worked: those of whole documents,
    or, in the review, those with which nobody is done.  If there are none, utterances without a code come for a second
    look.  Does not depend on the order of the utterances.  Raises StageError if arrays do not fit the utterances.
    """
    study = arrange(utterances, table, (suggestions,))
    looked_at: Bools = np.asarray(study.worked.any(axis=0) | study.settled)
    unread = np.flatnonzero(~looked_at)
    met = study.coded.sum(axis=0).astype(np.float64)
    machine = align(suggestions, study) if suggestions is not None and suggestions.codes and len(utterances) else None
    if not len(unread):
        return _second_look(study, machine, met, config)
    todo = _unread(study, unread, machine, placement, config)
    check = np.sort(unread[np.argsort(todo.lot)[:CHECKS]])
    return Triage(
        items=_items(study, todo, met, theme_ids)[:MOST_CHOSEN],
        documents=rank_documents(study, unread, todo.theme, todo.chance, met),
        n_read=int(looked_at.sum()),
        n_unread=len(unread),
        check=tuple(int(i) for i in study.row[check]),
        bound=largest_share(len(unread), len(check)),
        stopping=stopping_text(len(unread), len(check)),
        basis=NO_CODES if suggestions is None or machine is None else f"{BY_VALUE}; from {suggestions.basis}",
    )


def _unread(study: Study, rows: I64, machine: Machine | None, placement: Placement, config: CompareConfig) -> _Unread:
    return _Unread(
        rows=rows,
        lot=lots([study.ids[i] for i in rows], config.seed),
        theme=placement.theme[study.row[rows]].astype(np.int32),
        membership=placement.membership[study.row[rows]],
        chance=None if machine is None else likely(machine)[rows],
        fit=None if machine is None else best_fit(machine)[rows],
    )


def _items(study: Study, todo: _Unread, met: F64, theme_ids: Sequence[str]) -> tuple[TriageItem, ...]:
    if todo.chance is None or todo.fit is None:
        return _spread_items(study, todo, theme_ids)
    order = reading_order(todo.chance, todo.fit, met, todo.lot)
    found = []
    for at, gain, drawn, code in zip(order.rows, order.gain, order.drawn, order.code, strict=True):
        shows = f"May show “{study.codes[code]}”, {_met(int(met[code]))}." if code >= 0 else FITS_LITTLE
        named = _named(study, todo.chance[at])
        found.append(TriageItem(int(study.row[todo.rows[at]]), round(float(gain), 4), named, DRAWN if drawn else shows))
    return tuple(found)


def _met(times: int) -> str:
    return {0: "not met so far", 1: "met once so far", 2: "met twice so far"}.get(times, f"met {times} times so far")


def _named(study: Study, chance: F64) -> tuple[str, ...]:
    """The codes that it is likely to show, at most three, the likeliest first."""
    best = np.argsort(-chance, kind="stable")[:MOST_NAMED]
    return tuple(study.codes[j] for j in best if chance[j] >= SHOWN)


def _spread_items(study: Study, todo: _Unread, theme_ids: Sequence[str]) -> tuple[TriageItem, ...]:
    found = []
    for at, drawn, turn in spread_order(todo.theme, todo.membership, todo.lot):
        which = "The most" if turn == 0 else "Among the most"
        why = DRAWN if drawn else f"{which} typical of candidate theme {theme_ids[todo.theme[at]]}."
        found.append(TriageItem(int(study.row[todo.rows[at]]), 0.0, (), why))
    return tuple(found)


def _second_look(study: Study, machine: Machine | None, met: F64, config: CompareConfig) -> Triage:
    """Utterances that coders worked past, those first on which a code is most likely; nothing is unread.

    Not those of which coders settled that no code applies, or refused every code.
    """
    rows, n = np.flatnonzero(~has_code(study.coded) & ~study.settled & ~study.refused.all(axis=1)), len(study.row)
    if machine is None or not len(rows):
        return Triage(n_read=n, stopping=stopping_text(0, 0), basis=ALL_READ if n else "there are no utterances")
    chance = likely(machine)
    best = chance[rows].max(axis=1)
    lot = lots([study.ids[i] for i in rows], config.seed)
    found = []
    for at in np.lexsort((lot, -best)):
        code = study.codes[int(chance[rows[at]].argmax())]
        gain = float(chance[rows[at]] @ wanting(met))
        why = f"Nobody coded it; the machine thinks of “{code}” first."
        found.append(TriageItem(int(study.row[rows[at]]), round(gain, 4), _named(study, chance[rows[at]]), why))
    return Triage(items=tuple(found[:MOST_CHOSEN]), n_read=n, stopping=stopping_text(0, 0), basis=SECOND_LOOK)
