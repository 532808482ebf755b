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
class Comparison:
    """Everything that compare found; empty tuples where there was nothing to compare, reason then says why.

    found_by_chance: how many human themes candidates find on average after they were rotated within each document;
    None where nothing could be found.  placed_by_site: (site, placed utterances, all utterances).
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
    n_coded: int = 0
    reason: str = ""
