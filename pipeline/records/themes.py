"""What the machine made of the talk: utterances, vectors, candidate themes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from pipeline.records.arrays import Bools, Floats, Ints
from pipeline.records.sources import Role


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


@dataclass(frozen=True, slots=True, eq=False)
class ThemeModel:
    """What places an utterance into a theme, in fit and assign alike.

    reference: float32 [m, d] unit vectors of distinct utterances.  theme: int32 [m], every one placed.
    neighbours: how many vote.  threshold: share of the vote below which an utterance is set aside.  alike: mean
    cosine of the voters below which it is, whatever they vote.  family: int32
    [themes], the same number for themes that an analyst split from one: an utterance is placed if they win together,
    and then in the one of them that wins among them; empty if nothing was split.  pinned: bool [m], rows whose equals
    stand in their theme without a vote, because an analyst decided so; empty if there are none.  rejected: how many of
    the themes, the last numbers, are ones that analysts rejected: what they win is set aside.  out: float32 [k, d],
    rows whose equals stand in no theme, because an analyst took them out; empty if there are none.
    """

    reference: Floats
    theme: Ints
    neighbours: int
    threshold: float
    alike: float = 0.0
    family: Ints = field(default_factory=lambda: np.zeros(0, np.int32))
    pinned: Bools = field(default_factory=lambda: np.zeros(0, np.bool_))
    rejected: int = 0
    out: Floats = field(default_factory=lambda: np.zeros((0, 0), np.float32))


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
    resampled: what was left out to tell stability, "documents" or "utterances".  group: int32 [k], the theme group
    (upper level) of each theme, numbered from 0, the largest first; empty if there are none.
    """

    placement: Placement
    model: ThemeModel
    stability: Floats
    cohesion: Floats
    xy: Floats
    engine: str
    n_distinct: int
    notes: tuple[str, ...] = ()
    resampled: str = "documents"
    group: Ints = field(default_factory=lambda: np.zeros(0, np.int32))


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


@dataclass(frozen=True, slots=True)
class ThemeGroup:
    """Candidate themes that stand near each other: the upper of two levels, as codes stand under themes.

    id: "A" holds most utterances.  themes: ids of its candidate themes, at least one.  size: utterances.
    """

    id: str
    label: str
    themes: tuple[str, ...]
    size: int


@dataclass(frozen=True, slots=True, eq=False)
class NewThemes:
    """Candidate themes among utterances that fit nothing so far: no code of the codebook, or no theme of an older run.

    theme: int32 [n] over the run's utterances, -1 in none of them.  themes: their records, ids "N1", "N2", ...
    n_open: utterances that fit nothing.  basis: what "fit nothing" means, in words.
    """

    theme: Ints
    themes: tuple[Theme, ...]
    n_open: int
    basis: str
