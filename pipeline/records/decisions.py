"""What analysts said of the machine's suggestions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What an analyst can say of a candidate theme or of a suggested code."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Decision:
    """One analyst's word on a candidate theme, or on a code suggested for an utterance.

    theme: id of the theme, "" if the decision is on a suggestion; then utterance holds the utterance's id.
    code: the suggested code; for an accepted theme the code that it becomes ("": a code named after its label).
    parent: the theme of the coding tree under which a new code stands.  date: as in Coding.
    """

    coder: str
    verdict: Verdict
    theme: str = ""
    utterance: str = ""
    code: str = ""
    parent: str = ""
    memo: str = ""
    date: str = ""
