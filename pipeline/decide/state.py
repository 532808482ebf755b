"""What a log of decisions amounts to on the run on screen: themes, what each coder said, the coding tree, settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pipeline.records import CodeEdit, Entry, SeenRun, Verdict


@dataclass(frozen=True, slots=True)
class WorkingTheme:
    """A candidate theme as analysts left it.

    members: ids of utterances.  verdicts: (coder, her last word) pairs.  shaped: coders who merged, split, renamed,
    tied it or moved utterances.  into: id of the theme that it was merged into, "" if it stands.  why: of the verdict.
    last: number of the last entry about it.
    """

    id: str
    name: str
    members: frozenset[str]
    verdicts: tuple[tuple[str, Verdict], ...] = ()
    shaped: tuple[str, ...] = ()
    code: str = ""
    into: str = ""
    why: str = ""
    last: int = 0

    @property
    def verdict(self) -> Verdict | None:
        """One acceptance is enough; rejected if all who decided rejected it; None while nobody decided."""
        said = {verdict for _, verdict in self.verdicts}
        return Verdict.ACCEPTED if Verdict.ACCEPTED in said else Verdict.REJECTED if said else None

    @property
    def disputed(self) -> bool:
        """Some accepted it and some rejected it."""
        return len({verdict for _, verdict in self.verdicts}) > 1

    @property
    def stands(self) -> bool:
        """It was not merged into another."""
        return not self.into


@dataclass(frozen=True, slots=True)
class Said:
    """What one coder said of one utterance.

    codes: accepted and given ones, in order.  refused: rejected and taken off ones.  nothing: that no code applies.
    blind: what she said before suggestions were shown, once locked; None if it was not.  decoys: accepted decoys, which
    are no codings.  shown: suggestions that she saw.  seconds: that she took for her decisions, those that are known.
    last: number of the last entry; at: its time.
    """

    codes: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    nothing: bool = False
    blind: tuple[str, ...] | None = None
    decoys: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    seconds: tuple[float, ...] = ()
    last: int = 0
    at: str = ""

    @property
    def done(self) -> bool:
        """She gave a code, or said that none applies."""
        return bool(self.codes) or self.nothing


@dataclass(frozen=True, slots=True)
class Settled:
    """What coders agreed on for an utterance.  codes: empty if no code applies."""

    codes: tuple[str, ...]
    coder: str
    why: str
    last: int
    at: str


@dataclass(frozen=True, slots=True)
class Note:
    """A memo of the review; what it is tied to: a theme, an utterance, a code, or nothing (the study)."""

    number: int
    coder: str
    at: str
    text: str
    theme: str = ""
    utterance: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """How the team works.  double: share of the utterances that everybody codes; decoys: share with a decoy."""

    blind: bool = False
    double: float = 0.0
    decoys: float = 0.0
    seed: int = 0
    everybody: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Guess:
    """One answer to a quote-intrusion test.  right: the utterance picked was the intruder."""

    theme: str
    coder: str
    shown: tuple[str, ...]
    picked: str
    intruder: str

    @property
    def right(self) -> bool:
        """The utterance that was picked is the one that does not belong."""
        return self.picked == self.intruder


SpanCoding = tuple[str, str, int, int, str]
"""(coder, document, start, end, code) of a selected stretch."""


@dataclass
class State:
    """The log up to entry `last`, on the run `run`.  Changed by fold.apply only.

    said: utterance id -> coder -> what she said.  decoys: utterance id -> the decoy shown there.  spans: selected
    stretches with a code, with date.  edits: changes of the coding tree with their entries' numbers.  undone: numbers
    of entries taken back.  retired: ids of themes merged away or rejected in any run.  before: held themes of earlier
    runs, with the run that knows their members.  out: ids of utterances that were taken out of their theme and put in
    no other.  unnamed: for numbers of entries the themes that they changed without naming them.  lost: see Standing.
    """

    run: str = ""
    last: int = 0
    themes: dict[str, WorkingTheme] = field(default_factory=dict)
    said: dict[str, dict[str, Said]] = field(default_factory=dict)
    settled: dict[str, Settled] = field(default_factory=dict)
    spans: dict[SpanCoding, str] = field(default_factory=dict)
    edits: list[tuple[int, CodeEdit]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    guesses: list[Guess] = field(default_factory=list)
    plan: Plan = field(default_factory=Plan)
    decoys: dict[str, str] = field(default_factory=dict)
    entries: dict[int, Entry] = field(default_factory=dict)
    undone: set[int] = field(default_factory=set)
    retired: set[str] = field(default_factory=set)
    before: dict[str, tuple[WorkingTheme, str]] = field(default_factory=dict)
    out: set[str] = field(default_factory=set)
    unnamed: dict[int, frozenset[str]] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    runs: Mapping[str, SeenRun] = field(default_factory=dict)

    @property
    def coders(self) -> tuple[str, ...]:
        """Who made entries, in the order of their first."""
        return tuple(dict.fromkeys(entry.coder for entry in self.entries.values() if entry.coder))

    def said_by(self, coder: str, utterance: str) -> Said:
        """What a coder said of an utterance; nothing yet is an empty record."""
        return self.said.get(utterance, {}).get(coder, Said())

    def done_by(self, utterance: str) -> tuple[str, ...]:
        """Coders who are done with an utterance."""
        return tuple(coder for coder, said in self.said.get(utterance, {}).items() if said.done)

    def theme_of(self) -> dict[str, str]:
        """Utterance id -> id of the standing theme that it is in; rejected themes hold nothing."""
        return {
            member: theme.id
            for theme in self.themes.values()
            if theme.stands and theme.verdict is not Verdict.REJECTED
            for member in theme.members
        }


def with_verdict(theme: WorkingTheme, entry: Entry, verdict: Verdict) -> WorkingTheme:
    """The theme with the coder's last word on it."""
    others = tuple((coder, word) for coder, word in theme.verdicts if coder != entry.coder)
    return replace(theme, verdicts=(*others, (entry.coder, verdict)), why=entry.text, last=entry.number)
