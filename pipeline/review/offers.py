"""What a coder is shown as suggestions for an utterance: the machine's, one of them perhaps changed for a decoy."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline import decide
from pipeline.decide import State
from pipeline.records import Act, Suggestions
from pipeline.review.desk import Desk

LIKELY, POSSIBLE = "likely", "possible"
EVEN = 0.5
"""Probability from which a suggestion is called likely."""
_LEAST = 0.05
"""Probability from which a second or third code is worth a look."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A code on screen as a suggestion.  word: how strong it is.  decoy: it was drawn; the machine does not suggest it.

    open: nothing tells yet that it is a decoy, since this coder has not answered it.
    """

    code: str
    word: str
    decoy: bool = False
    open: bool = True


def suggested(desk: Desk, utterance: str) -> tuple[Offer, ...]:
    """The machine's suggestions, at most three, under the codes' names of today."""
    names = decide.renamed(edit for _, edit in desk.state.edits)
    return named(desk.result.suggestions, desk.row[utterance], names)


def named(machine: Suggestions | None, row: int, names: Mapping[str, str]) -> tuple[Offer, ...]:
    """The machine's suggestions for one row.  names: a code's name in the run -> its name of today, "" if dropped."""
    if machine is None or not machine.codes:
        return ()
    found: dict[str, Offer] = {}
    chances = machine.probability[row].tolist()
    for rank, (code, chance) in enumerate(zip(machine.ranked[row].tolist(), chances, strict=True)):
        name = names.get(machine.codes[code], machine.codes[code]) if code >= 0 else ""
        unknown = math.isnan(chance)
        if not name or name in found or (rank and not unknown and chance < _LEAST):
            continue
        sure = rank == 0 if unknown else chance >= EVEN
        found[name] = Offer(name, LIKELY if sure else POSSIBLE)
    return tuple(found.values())


def offers(desk: Desk, coder: str, utterance: str) -> tuple[Offer, ...]:
    """What this coder sees: nothing before she spoke, where the team codes so; else suggestions, a decoy among them."""
    return () if speaks_first(desk, coder, utterance) else once_spoken(desk, coder, utterance)


def once_spoken(desk: Desk, coder: str, utterance: str) -> tuple[Offer, ...]:
    """Suggestions, a decoy among them, as this coder sees them once she spoke.

    A decoy takes the place and the word of the suggestion that it replaces; that one comes last once she answered.
    """
    real, decoy = suggested(desk, utterance), decoy_at(desk, utterance)
    if not decoy:
        return real
    place = decide.draw.place(desk.state.plan.seed, utterance, len(real))
    replaced = real[place]
    is_open = not answered(desk.state, coder, utterance, decoy)
    shown = (*real[:place], Offer(decoy, replaced.word, decoy=True, open=is_open), *real[place + 1 :])
    return shown if is_open else (*shown, replaced)


def speaks_first(desk: Desk, coder: str, utterance: str) -> bool:
    """The team codes before suggestions are shown, and this coder has neither locked what she said nor seen any."""
    state = desk.state
    said = state.said_by(coder, utterance)
    return state.plan.blind and said.blind is None and not said.shown


def all_told(desk: Desk, coder: str, utterance: str) -> bool:
    """This coder may know what the machine suggests: she spoke first where that is asked, and no decoy is open."""
    if speaks_first(desk, coder, utterance):
        return False
    decoy = desk.state.decoys.get(utterance, "")
    return not decoy or answered(desk.state, coder, utterance, decoy) or not decoy_at(desk, utterance)


def decoy_at(desk: Desk, utterance: str) -> str:
    """The decoy of an utterance, "" if it has none (or the machine, in a later run, suggests just that)."""
    decoy = desk.state.decoys.get(utterance, "")
    if not decoy or decoy not in {code.name for code in desk.codebook.codes}:
        return ""
    real = {offer.code for offer in suggested(desk, utterance)}
    return decoy if real and decoy not in real else ""


def answered(state: State, coder: str, utterance: str, decoy: str) -> bool:
    """The coder said yes or no to the decoy itself; taking that back does not make her forget what she was told."""
    said = state.said_by(coder, utterance)
    taken_back = (state.entries[number] for number in state.undone)
    return decoy in (*said.decoys, *said.refused, *said.codes) or any(
        (entry.coder, entry.utterance, entry.code) == (coder, utterance, decoy) for entry in taken_back
    )


def act_for(desk: Desk, utterance: str, offer: Offer) -> Act:
    """How a yes to a suggestion is written down.

    A decoy that was answered, and a suggestion that used to be a decoy in an earlier run, are given: an acceptance
    would be taken for that of a decoy.
    """
    drawn = desk.state.decoys.get(utterance) == offer.code
    return Act.GIVE_CODE if drawn and not (offer.decoy and offer.open) else Act.ACCEPT_CODE
