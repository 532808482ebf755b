"""The nouns that cross a room's door, and nothing else.

Conventions: offsets are Unicode code points into Document.text, end exclusive; indices into utterances, codes and
themes count from 0; what people cite (turn, paragraph, theme id) counts from 1. Arrays are read, never changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]
Progress = Callable[[int, int], None]
"""Called with (done, total) by a stage that takes long."""


class Role(StrEnum):
    """Who speaks: only participants (and unknown speakers) are analysed; interviewers' turns are context."""

    PARTICIPANT = "participant"
    INTERVIEWER = "interviewer"
    UNKNOWN = "unknown"


# ---- ingest ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in an input that an analyst should know about although the run goes on."""

    where: str
    what: str
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One transcript.

    text: as in the file, byte order mark removed, CRLF and CR turned into LF.
    paragraphs: start offset of each paragraph, ascending; paragraph k (from 1) starts at paragraphs[k - 1].
    form: "transcript" (speakers talk), "table" (a row a turn) or "answers" (a row without a speaker is a document).
    attributes: further columns of documents.csv as (name, value) pairs in the order of the file.
    """

    id: str
    text: str
    source: str
    sha256: str
    encoding: str
    form: str
    paragraphs: tuple[int, ...]
    site: str = ""
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker's stretch of talk: document.text[start:end], without the speaker's label.

    number: from 1 in its document.  paragraph: of its first character.  speaker: the label as typed, "" if none.
    person: identifies the speaker over the whole study (document and label, unless labels are global).
    start_ms, end_ms: time in the recording, milliseconds, where the source gives it.
    original: the turn in its original language, where the source gives both.
    """

    document: str
    number: int
    paragraph: int
    start: int
    end: int
    speaker: str
    person: str
    role: Role
    start_ms: int | None = None
    end_ms: int | None = None
    original: str = ""


@dataclass(frozen=True, slots=True)
class Speaker:
    """What was understood of one speaker label in one document, with the reason for the role."""

    document: str
    label: str
    role: Role
    reason: str
    turns: int
    words: int
    questions: int


@dataclass(frozen=True, slots=True)
class Dropped:
    """A stretch of text that is left out of the analysis, and why.

    turn: number of the turn that it belongs to, 0 for text outside every turn (headers).
    whole_turn: true if nothing of that turn is analysed.
    """

    document: str
    start: int
    end: int
    text: str
    stage: str
    reason: str
    turn: int = 0
    whole_turn: bool = False


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file that was read: its name as given, sha256 of its bytes, and what it was read as."""

    name: str
    sha256: str
    kind: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """All documents of a study in the order of their ids, their turns, and what was noticed on reading them."""

    documents: tuple[Document, ...]
    turns: tuple[Turn, ...]
    speakers: tuple[Speaker, ...]
    dropped: tuple[Dropped, ...]
    problems: tuple[Problem, ...]
    files: tuple[InputFile, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """One code of the human codebook; theme is the parent in the coding tree ("" if it has none)."""

    name: str
    theme: str = ""
    definition: str = ""
    include: str = ""
    exclude: str = ""
    examples: str = ""


@dataclass(frozen=True, slots=True)
class Codebook:
    """The human coding tree, codes in the order of the file; empty if the study has none."""

    codes: tuple[Code, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Coding:
    """One coder applied one code to document.text[start:end]."""

    document: str
    start: int
    end: int
    coder: str
    code: str


@dataclass(frozen=True, slots=True)
class Codings:
    """Human codings in file order, with what could not be placed."""

    items: tuple[Coding, ...] = ()
    problems: tuple[Problem, ...] = ()


# ---- segment --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Utterance:
    """The unit of analysis: one stretch of one turn; text == document.text[start:end] holds always.

    clean: the text without transcriber's marks, which is what the encoder and the labels see.
    question: what the interviewer said last before it in the document ("" if nobody asked).
    block: number of interviewer turns before it in the document: two utterances stand under one question if equal.
    phrases: noun chunks and verb + object phrases of the clean text, lower case, in order of appearance.
    """

    id: str
    document: str
    site: str
    turn: int
    paragraph: int
    start: int
    end: int
    speaker: str
    person: str
    role: Role
    text: str
    clean: str
    question: str = ""
    block: int = 0
    phrases: tuple[str, ...] = ()


# ---- embed ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """The frame in which utterances are compared; fitted once, reused by assign.

    mean: [d] mean embedding of the distinct utterances.  question_mean: [d] mean of the distinct centred questions.
    neighbour_weight, question_weight: how much context is mixed into an utterance's vector.
    """

    mean: Floats
    question_mean: Floats
    neighbour_weight: float
    question_weight: float


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """Vectors of n utterances, float32 [n, d], rows as in the utterances; see docs/method.md.

    plain: the encoder's embedding.  own: centred, of length 1.  mixed: own with neighbours and question, of length 1.
    question: the centred question, of length 1, zeros where nobody asked.
    """

    plain: Floats
    own: Floats
    mixed: Floats
    question: Floats
    space: Space


# ---- cluster and label ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class ThemeModel:
    """What places an utterance into a theme, in fit and assign alike.

    reference: float32 [m, d] unit vectors of distinct utterances.  theme: int32 [m], every one placed.
    neighbours: how many vote.  threshold: share of the vote below which an utterance is set aside.
    """

    reference: Floats
    theme: Ints
    neighbours: int
    threshold: float


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """Where n utterances stand.  theme: int32 [n], -1 if set aside.  nearest, second: int32 [n], -1 if there is none.

    membership: float32 [n], share of the vote for the nearest theme, 0 to 1.
    set_aside: n reasons, "" for placed utterances.
    """

    theme: Ints
    nearest: Ints
    second: Ints
    membership: Floats
    set_aside: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """Candidate themes as groups of utterances, the largest first.

    stability: float32 [k], mean Jaccard over document resamples, 0 to 1.  cohesion: float32 [k], mean cosine of the
    members' own vectors to their mean.  xy: float32 [n, 2], the map.  engine: what made them, in words.
    n_distinct: different utterances after repetitions were collapsed.  notes: sentences that the report must show.
    """

    placement: Placement
    model: ThemeModel
    stability: Floats
    cohesion: Floats
    xy: Floats
    engine: str
    n_distinct: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim utterance (its index) that shows something about a theme.

    kind: "typical", "atypical" (a member that fits badly) or "near miss" (set aside, or in another theme, close by).
    """

    kind: str
    utterance: int


@dataclass(frozen=True, slots=True)
class Theme:
    """A candidate theme: what the machine offers for people to accept, rename or reject.

    id: "T1" is the largest.  size: utterances.  sites: (site, utterances) in the order of sites; "" if sites unknown.
    people: (person, utterances), most first.  stability, cohesion: see Clusters; the words are what is shown.
    flags: remarks in plain words ("at one site only: BU").
    """

    id: str
    label: str
    keywords: tuple[str, ...]
    size: int
    n_speakers: int
    n_documents: int
    sites: tuple[tuple[str, int], ...]
    people: tuple[tuple[str, int], ...]
    stability: float
    stability_word: str
    cohesion: float
    cohesion_word: str
    flags: tuple[str, ...]
    quotes: tuple[Quote, ...]


# ---- codebook -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class CodingTable:
    """Human codings carried over to utterances: values[c, i, j] is true if coder c put code j on utterance i.

    A coding touches an utterance when it covers at least half of it, or when the utterance covers at least half of
    the coding.  worked: bool [coders, n], true in documents in which that coder coded anything.
    unplaced: codings that touch no utterance (they lie in interviewer talk, headers or fillers).
    """

    coders: tuple[str, ...]
    codes: tuple[str, ...]
    values: Bools
    worked: Bools
    unplaced: tuple[Coding, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Suggestions:
    """Codes that the machine suggests for n utterances.

    ranked: int32 [n, r] code indices, best first, r = min(3, codes), -1 padded.  probability: float32 [n, r],
    calibrated; NaN where the evidence does not allow a number (shown as likely / possible instead).
    scores: float32 [n, codes], the full ranking.  probabilities: float32 [n, codes], NaN like probability.
    fold: int32 [n], for held-out suggestions the fold in which the utterance's document was left out, -1 if none.
    basis: what they rest on, in words.
    """

    codes: tuple[str, ...]
    ranked: Ints
    probability: Floats
    scores: Floats
    probabilities: Floats
    fold: Ints
    basis: str


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

    relation: "agreement", "complementary" (machine only), "dissonant" (overlap, other content).
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


# ---- compare --------------------------------------------------------------------------------------------------------


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
    """Everything that compare found; empty tuples where there was nothing to compare, reason then says why."""

    structure: tuple[StructureRow, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    baselines: tuple[Agreement, ...] = ()
    human: tuple[Agreement, ...] = ()
    found: tuple[ThemeFound, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    placed_by_site: tuple[tuple[str, int, int], ...] = ()
    effort: Effort | None = None
    n_coded: int = 0
    reason: str = ""


# ---- the run --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StageRecord:
    """One stage of a run: what came out (count and noun), seconds, and peak memory so far in megabytes."""

    stage: str
    count: int
    what: str
    seconds: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Manifest:
    """Where a run came from, in full; everything except started and the stages' times repeats byte for byte."""

    name: str
    study: str
    started: str
    versions: tuple[tuple[str, str], ...]
    config: str
    config_sha256: str
    inputs: tuple[InputFile, ...]
    model: str
    model_sha256: str
    seeds: tuple[int, ...]
    counts: tuple[tuple[str, int], ...]
    stages: tuple[StageRecord, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """A whole run: what the store writes and the report shows."""

    corpus: Corpus
    codebook: Codebook
    codings: Codings
    utterances: tuple[Utterance, ...]
    dropped: tuple[Dropped, ...]
    vectors: Vectors
    clusters: Clusters
    themes: tuple[Theme, ...]
    table: CodingTable
    suggestions: Suggestions | None
    mapping: Mapping
    comparison: Comparison
    manifest: Manifest
    notes: tuple[str, ...] = field(default=())
