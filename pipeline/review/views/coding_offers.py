"""Suggestions as the coding screen shows them, each with its reasons and with what the coder said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import numpy as np

from pipeline.ask.reasons import Reason, reasons
from pipeline.records import Code
from pipeline.report.words import cite, cut
from pipeline.review import queue
from pipeline.review.coded import coded_now
from pipeline.review.desk import Desk
from pipeline.review.offers import Offer

OPEN, GIVEN, REFUSED, COUNTED = "open", "given", "refused", "counted"
_LONGEST_EXAMPLE = 220


@dataclass(frozen=True, slots=True)
class ExampleView:
    """An utterance that people gave the code."""

    text: str
    cite: str
    speaker: str
    href: str


@dataclass(frozen=True, slots=True)
class OfferView:
    """A suggestion.  key: the number that accepts it, or takes it off again.

    state: open, given (it is this coder's), refused, or counted (an accepted decoy, which is no coding).
    decoy: it is told to be one, since this coder answered it.
    """

    key: int
    code: str
    theme: str
    definition: str
    word: str
    state: str
    words: tuple[str, ...]
    examples: tuple[ExampleView, ...]
    decoy: bool


def code_href(utterance: str) -> str:
    """The address of the coding screen of an utterance."""
    return f"/code/{quote(utterance, safe='')}"


def offer_views(desk: Desk, coder: str, id_: str, shown: Sequence[Offer]) -> tuple[OfferView, ...]:
    """The suggestions on screen, numbered from 1."""
    book = {code.name: code for code in desk.codebook.codes}
    codes = [book.get(offer.code, Code(offer.code)) for offer in shown]
    why = reasons(
        desk.result, desk.row[id_], codes, _given(desk, [c.name for c in codes]), _Shows(desk, coder, desk.coders)
    )
    return tuple(
        OfferView(
            key=key,
            code=offer.code,
            theme=code.theme,
            definition=code.definition,
            word=offer.word,
            state=state_of(desk, coder, id_, offer.code),
            words=reason.words,
            examples=_examples(desk, reason),
            decoy=offer.decoy and not offer.open,
        )
        for key, (offer, code, reason) in enumerate(zip(shown, codes, why, strict=True), start=1)
    )


def state_of(desk: Desk, coder: str, id_: str, code: str) -> str:
    """What this coder said of a code on an utterance so far."""
    said = desk.state.said_by(coder, id_)
    if code in desk.codes_by(coder, id_):
        return GIVEN
    if code in said.decoys:
        return COUNTED
    return REFUSED if code in said.refused else OPEN


@dataclass(frozen=True, slots=True, eq=False)
class _Shows:
    """Whether a row may be shown to a coder as an example: somebody still gives it the code, and she may know that."""

    desk: Desk
    coder: str
    coders: tuple[str, ...]

    def __call__(self, code: str, row: int) -> bool:
        id_ = self.desk.result.utterances[row].id
        givers = [coder for coder in self.coders if code in self.desk.codes_by(coder, id_)]
        return self.coder in givers or (bool(givers) and not queue.hidden_from(self.desk, self.coder, id_))


def _given(desk: Desk, codes: Sequence[str]) -> Mapping[str, Sequence[int]]:
    """Code -> rows at which somebody gives it, in the study's files or in the review."""
    table = coded_now(desk)
    column = {code: j for j, code in enumerate(table.codes)}
    return {
        code: np.flatnonzero(table.values[:, :, column[code]].any(axis=0)).tolist() for code in codes if code in column
    }


def _examples(desk: Desk, reason: Reason) -> tuple[ExampleView, ...]:
    utterances = [desk.result.utterances[row] for row in reason.examples]
    return tuple(
        ExampleView(
            cut(each.text, _LONGEST_EXAMPLE),
            cite(each),
            each.speaker,
            f"/read/{quote(each.document, safe='')}?at={quote(each.id, safe='')}",
        )
        for each in utterances
    )
