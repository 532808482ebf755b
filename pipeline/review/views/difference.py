"""One difference: the words in their context, what each says, what the codes mean, and how it may be settled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.records import Code
from pipeline.report.words import cite
from pipeline.review import offers, queue
from pipeline.review.coded import coded_now
from pipeline.review.context import Context, context_of
from pipeline.review.desk import Desk
from pipeline.review.page import Shell
from pipeline.review.views.differences import NO_CODE, open_rows


@dataclass(frozen=True, slots=True)
class View:
    """What one coder says.  blind: what she said before suggestions were shown, "" if that was not asked."""

    coder: str
    codes: tuple[str, ...]
    blind: str
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MemoView:
    """A memo in a discussion."""

    coder: str
    at: str
    text: str


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """Everything for settling one utterance.  hidden: the others' codes may not be shown to this coder yet.

    choices: codes that somebody gave or that the machine suggests, with True if most gave them; others: the rest.
    """

    shell: Shell
    id: str
    citation: str
    context: Context
    hidden: bool
    views: tuple[View, ...]
    suggested: tuple[str, ...]
    codes: tuple[Code, ...]
    others: tuple[str, ...]
    settled: tuple[str, ...] | None
    settled_by: str
    why: str
    memos: tuple[MemoView, ...]
    next: str


def difference_view(shell: Shell, desk: Desk, coder: str, id_: str) -> DifferenceView:
    """The utterance `id_`; raises UsageError if the run has none of that id."""
    utterance, state = desk.utterance(id_), desk.state
    hidden = queue.hidden_from(desk, coder, id_)
    views = () if hidden else _views(desk, id_)
    suggested = _suggested(desk, coder, id_)
    named = dict.fromkeys((*(code for view in views for code in view.codes), *suggested))
    book = desk.codebook.codes
    settled = state.settled.get(id_)
    return DifferenceView(
        shell=shell,
        id=id_,
        citation=cite(utterance),
        context=context_of(desk, id_),
        hidden=hidden,
        views=views,
        suggested=suggested,
        codes=tuple(code for code in book if code.name in named),
        others=tuple(code.name for code in book if code.name not in named),
        settled=settled.codes if settled else None,
        settled_by=settled.coder if settled else "",
        why=settled.why if settled else "",
        memos=tuple(MemoView(n.coder, n.at, n.text) for n in state.notes if n.utterance == id_ and not hidden),
        next=_next(desk, coder, id_),
    )


def _views(desk: Desk, id_: str) -> tuple[View, ...]:
    table, row = coded_now(desk), desk.row[id_]
    found = []
    for c, coder in enumerate(table.coders):
        said = desk.state.said_by(coder, id_)
        if table.worked[c, row]:
            codes = tuple(table.codes[j] for j in np.flatnonzero(table.values[c, row]))
            blind = "" if said.blind is None else "; ".join(said.blind) or NO_CODE
            found.append(View(coder, codes, blind, said.refused))
    return tuple(found)


def _suggested(desk: Desk, coder: str, id_: str) -> tuple[str, ...]:
    """What this coder may see as suggested, as on the coding screen; decoys that she answered are left out."""
    return tuple(offer.code for offer in offers.offers(desk, coder, id_) if offer.open or not offer.decoy)


def _next(desk: Desk, coder: str, id_: str) -> str:
    """The next open difference that the coder may see, "" if there is none."""
    ids = [desk.result.utterances[row[0]].id for row in open_rows(desk)]
    kept = queue.hidden(desk, coder)
    place = ids.index(id_) + 1 if id_ in ids else 0
    return next((other for other in (*ids[place:], *ids[:place]) if other != id_ and other not in kept), "")
