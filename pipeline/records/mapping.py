"""Machine and codebook side by side: codings on utterances, suggestions, themes against codes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from pipeline.records.arrays import Bools, Floats, Ints
from pipeline.records.log import AGREED
from pipeline.records.sources import Coding


@dataclass(frozen=True, slots=True, eq=False)
class CodingTable:
    """Human codings carried over to utterances: values[c, i, j] is true if coder c put code j on utterance i.

    A coding touches an utterance when it covers at least half of it, or when the utterance covers at least half of
    the coding.  worked: bool [coders, n], true in documents in which that coder coded anything; of what was
    coded in the review alone, true for those who are done with it there.
    unplaced: codings that touch no utterance (they lie in interviewer talk, headers or fillers).
    refused: bool [n, codes], codes that do not belong to the utterance: somebody said no and nobody yes, or it was
    settled so; no columns if nobody said so.
    """

    coders: tuple[str, ...]
    codes: tuple[str, ...]
    values: Bools
    worked: Bools
    unplaced: tuple[Coding, ...] = ()
    refused: Bools = field(default_factory=lambda: np.zeros((0, 0), np.bool_))

    @property
    def people(self) -> tuple[str, ...]:
        """The coders who are persons; what was settled in the review stands under no single one."""
        return tuple(coder for coder in self.coders if coder != AGREED)

    @property
    def n_givers(self) -> Ints:
        """int32 [n, codes]: how many coders put the code on the utterance; 0 where it is refused."""
        givers: Ints = self.values.sum(axis=0, dtype=np.int32)
        return np.where(self.refused, np.int32(0), givers) if self.refused.size else givers

    @property
    def by_anyone(self) -> Bools:
        """bool [n, codes]: true if any coder put the code on the utterance and it is not refused."""
        anyone: Bools = np.any(self.values, axis=0)
        return anyone & ~self.refused if self.refused.size else anyone

    @property
    def coded(self) -> Bools:
        """bool [n]: true if any coder put any code on the utterance that is not refused."""
        anything: Bools = np.any(self.by_anyone, axis=1)
        return anything

    @property
    def looked_at(self) -> Bools:
        """bool [n]: true in documents in which any coder coded anything."""
        anyone: Bools = np.any(self.worked, axis=0)
        return anyone


@dataclass(frozen=True, slots=True, eq=False)
class Suggestions:
    """Codes that the machine suggests for n utterances.

    ranked: int32 [n, r] code indices, best first, r = min(3, codes), -1 padded.  probability: float32 [n, r],
    calibrated; NaN where the evidence does not allow a number (shown as likely / possible instead).
    scores: float32 [n, codes], the full ranking.  probabilities: float32 [n, codes], NaN like probability.
    fold: int32 [n], for held-out suggestions the fold in which the utterance's document was left out, -1 if none.
    basis: what they rest on, in words.
    chosen: bool [n, codes], the codes that the machine would give; no code at all is a real answer.
    no_code: float32 [n], calibrated probability that no code of the book applies; NaN where the evidence does not
    allow a number.  themes: parent themes of the coding tree (a code without one stands for itself).
    theme_probability: float32 [n, themes], that any code of the theme applies; NaN like probability.
    plausible: bool [n, codes], conformal sets; no columns where fewer than 9 coded documents allow none.
    """

    codes: tuple[str, ...]
    ranked: Ints
    probability: Floats
    scores: Floats
    probabilities: Floats
    fold: Ints
    basis: str
    chosen: Bools
    no_code: Floats
    themes: tuple[str, ...]
    theme_probability: Floats
    plausible: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Explanations:
    """Why each of the r ranked codes is suggested for each of n utterances.

    similarity: float32 [n, r], cosine of utterance and definition.  examples: int32 [n, r, 2], the nearest utterances
    that a person gave this code (never the utterance itself, never one of its own document where the suggestion is
    held out), -1 padded.  words: n x r, words of the code's name and definition that the utterance uses, in its order.
    """

    similarity: Floats
    examples: Ints
    words: tuple[tuple[tuple[str, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class ThemeCode:
    """A candidate theme beside a code.

    n: coded utterances (by any coder; without codings: suggested) in both.  share: n / coded utterances of the theme.
    lift: share / share of the code among all coded utterances.  held_out: F1 of "is in this theme" for the code on
    documents that were not used to pair the two; None where it cannot be computed.
    """

    theme: str
    code: str
    n: int
    share: float
    lift: float
    held_out: float | None


@dataclass(frozen=True, slots=True)
class ThemeRelation:
    """How one candidate theme stands to the codebook.

    relation: "agreement", "complementary" (machine only), "dissonant" (overlap, other content) or "not told" (too
    little of it was coded).
    nearest_code: "" if no code fits.  reason: one sentence with the figures.
    """

    theme: str
    relation: str
    nearest_code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Mapping:
    """Themes against codes.  silent: codes that people used and no candidate covers, with the reason each."""

    cells: tuple[ThemeCode, ...] = ()
    relations: tuple[ThemeRelation, ...] = ()
    silent: tuple[tuple[str, str], ...] = ()
