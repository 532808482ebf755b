"""What compare found: figures with their intervals, and where views differ."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95% interval; value None where undefined, reason then says why.  n: units behind it."""

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StructureRow:
    """Agreement in structure of one grouping (our themes or a baseline) with the codes that people gave.

    ami: over placed, coded utterances.  null: mean AMI after rotating the grouping within each document.
    excess: ami - null.  ami_all: each set-aside utterance as a group of its own.  phi: over pairs of different
    documents.  placed: share of the coded utterances in a group.
    """

    name: str
    ami: float | None
    null: float | None
    excess: Estimate
    ami_all: float | None
    phi: float | None
    placed: float | None
    groups: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CodeAgreement:
    """One code, two coders.  n_first, n_second: utterances with the code; n_units: utterances compared."""

    code: str
    n_first: int
    n_second: int
    n_units: int
    precision: float | None
    recall: float | None
    f1: float | None
    kappa: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two coders over the same utterances; first is the reference, second the other human, the machine or a baseline.

    macro_kappa: mean over codes with at least 10 positives in the reference.  masi_alpha: Krippendorff's alpha with
    MASI distance over sets of codes.  top1, top3: how often the best (one of the best three) suggestions is right.
    ece: expected calibration error of the first suggestion, 10 bins.  sites: macro_kappa by site.
    """

    first: str
    second: str
    n_units: int
    n_documents: int
    macro_kappa: Estimate
    masi_alpha: Estimate
    top1: Estimate
    top3: Estimate
    ece: Estimate
    codes: tuple[CodeAgreement, ...]
    sites: tuple[tuple[str, Estimate], ...] = ()


@dataclass(frozen=True, slots=True)
class ThemeFound:
    """Was a human theme (or code without a theme) found?  how: the rule that it met, or why it did not."""

    name: str
    found: bool
    candidate: str
    f1: float | None
    how: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An utterance (its index) on which views differ; views: (who, what they say) pairs; weight orders the list."""

    utterance: int
    kind: str
    views: tuple[tuple[str, str], ...]
    why: str
    weight: float


@dataclass(frozen=True, slots=True)
class Effort:
    """Utterances to read until 95% of the codes were met at least three times.

    suggested: in the order that the machine suggests; random: exact expectation under random order;
    total: utterances coded; curve: (read, share suggested, share random) points.
    """

    suggested: int | None
    random: float | None
    total: int
    n_codes: int
    curve: tuple[tuple[int, float, float], ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DriftRow:
    """One coder in one stretch of time: does she code now as she did before?

    period: from 1, stretches of equally many coded utterances in the order of her dates.  first, last: ISO dates.
    codes_per_utterance: codes that she gave a coded utterance.  reference: who she is compared with (the other coders'
    consensus, else the held-out machine).  kappa: macro kappa with the reference over the stretch.
    """

    coder: str
    period: int
    first: str
    last: str
    n_units: int
    codes_per_utterance: float
    reference: str
    kappa: Estimate


@dataclass(frozen=True, slots=True)
class AttributeRow:
    """Documents of one value of one attribute (site among them): placed share and agreement.

    placed, n_utterances: utterances.  kappa, top1: held-out machine against people; value None where not computed.
    """

    attribute: str
    value: str
    n_documents: int
    n_utterances: int
    placed: int
    kappa: Estimate
    top1: Estimate


@dataclass(frozen=True, slots=True)
class TriageItem:
    """An unread utterance (its index) in the order in which to read.

    expected_new: how many codes it is expected to take nearer to three meetings.  codes: the codes that it is likely
    to show.  why: one plain sentence.
    """

    utterance: int
    expected_new: float
    codes: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class TriageDocument:
    """An unread or partly read document in the order in which to read; figures as in TriageItem, summed."""

    document: str
    unread: int
    expected_new: float
    n_themes: int
    why: str


@dataclass(frozen=True, slots=True)
class Triage:
    """What to read next.

    items, documents: in reading order; utterances that a coder worked past are not unread.  n_read, n_unread:
    utterances.  check: indices of unread utterances drawn at random, to test whether anything new is left.
    bound: the largest share of unread utterances that can carry a new code if none of `check` does, with 95%
    confidence; None if there is nothing unread.  stopping: the sentence that says so.  basis: what the order rests on.
    """

    items: tuple[TriageItem, ...] = ()
    documents: tuple[TriageDocument, ...] = ()
    n_read: int = 0
    n_unread: int = 0
    check: tuple[int, ...] = ()
    bound: float | None = None
    stopping: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that compare found; empty tuples where there was nothing to compare, reason then says why.

    found_by_chance: how many human themes candidates find on average after they were rotated within each document;
    None where nothing could be found.  placed_by_site: (site, placed utterances, all utterances).  drift: empty where
    codings have no dates.  The consensus (codes that more than half of the coders who worked on the document gave,
    where at least two did) is one more coder in agreements and human.
    """

    structure: tuple[StructureRow, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    baselines: tuple[Agreement, ...] = ()
    human: tuple[Agreement, ...] = ()
    found: tuple[ThemeFound, ...] = ()
    found_by_chance: float | None = None
    disagreements: tuple[Disagreement, ...] = ()
    placed_by_site: tuple[tuple[str, int, int], ...] = ()
    effort: Effort | None = None
    drift: tuple[DriftRow, ...] = ()
    by_attribute: tuple[AttributeRow, ...] = ()
    n_coded: int = 0
    reason: str = ""
