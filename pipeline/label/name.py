"""Groups of utterances -> candidate themes that a person can read: label, keywords, spread, quotes, flags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from pipeline.config import LabelConfig
from pipeline.label.flags import flags_of
from pipeline.label.quotes import quotes_of
from pipeline.label.title import title
from pipeline.records import Clusters, Floats, Theme, ThemeGroup, Utterance, Vectors

# Jaccard over document resamples; Hennig (2007), doi:10.1016/j.csda.2006.11.025, and the clusterboot manual.
_STABILITY = ((0.85, "highly stable"), (0.75, "stable"), (0.60, "doubtful"), (0.0, "unstable"))
_COHESION = ((0.50, "close"), (0.35, "mixed"), (0.0, "loose"))


def name_themes(
    utterances: Sequence[Utterance],
    vectors: Vectors,
    clusters: Clusters,
    candidates: Sequence[Sequence[str]],
    phrase_vectors: dict[str, Floats],
    config: LabelConfig,
    letter: str = "T",
) -> tuple[Theme, ...]:
    """One record a theme, in the order of the clusters (largest first); ids are the letter and a number from 1.

    candidates: for each theme the phrases that could name it, most telling first (see phrases.candidates).
    phrase_vectors: the encoder's vectors of all of them.  The label is made by title.title; no two themes share one.
    """
    centred = {phrase: _unit(vector - vectors.space.mean) for phrase, vector in phrase_vectors.items()}
    themes: list[Theme] = []
    taken: set[str] = set()
    for number, phrases in enumerate(candidates):
        mean = _unit(np.mean(vectors.own[clusters.placement.theme == number], axis=0))
        label = title(phrases, centred, mean, taken) or f"Theme {number + 1}"
        taken.add(label)
        words = set(label.casefold().split())
        keywords = [phrase for phrase in phrases if not set(phrase.split()) <= words]
        themes.append(
            describe(
                number,
                f"{letter}{number + 1}",
                label,
                _spread_out(keywords, config.keywords),
                utterances,
                vectors,
                clusters,
                config,
            )
        )
    return tuple(themes)


def _unit(vector: Floats) -> Floats:
    unit: Floats = vector / max(float(np.linalg.norm(vector)), 1e-9)
    return unit


def _spread_out(phrases: Sequence[str], wanted: int) -> tuple[str, ...]:
    """The first phrases, leaving out those that repeat the words of one already chosen."""
    chosen: list[str] = []
    for phrase in phrases:
        words = set(phrase.split())
        if len(chosen) < wanted and not any(words <= set(c.split()) or set(c.split()) <= words for c in chosen):
            chosen.append(phrase)
    return tuple(chosen)


def describe(
    number: int,
    name: str,
    label: str,
    keywords: tuple[str, ...],
    utterances: Sequence[Utterance],
    vectors: Vectors,
    clusters: Clusters,
    config: LabelConfig,
) -> Theme:
    """The record of the theme with this number in the clusters, under the id, label and keywords given."""
    rows = np.flatnonzero(clusters.placement.theme == number).astype(np.int32)
    members = [utterances[i] for i in rows.tolist()]
    people = Counter(member.person for member in members)
    sites = Counter(member.site for member in members)
    stability, cohesion = float(clusters.stability[number]), float(clusters.cohesion[number])
    return Theme(
        id=name,
        label=label,
        keywords=keywords,
        size=len(members),
        n_speakers=len(people),
        n_documents=len({member.document for member in members}),
        sites=tuple(sorted(sites.items())),
        people=tuple(sorted(people.items(), key=lambda item: (-item[1], item[0]))),
        stability=stability,
        stability_word="not computed" if np.isnan(stability) else _word(stability, _STABILITY),
        cohesion=cohesion,
        cohesion_word=_word(cohesion, _COHESION),
        flags=flags_of(rows, utterances, vectors.question),
        quotes=quotes_of(number, utterances, clusters.placement, vectors.own, config.quotes),
    )


def _word(value: float, words: Sequence[tuple[float, str]]) -> str:
    # rounded: the float32 nearest to 0.35 lies below 0.35
    return next(word for least, word in words if round(value, 6) >= least or least == 0.0)


def name_groups(themes: Sequence[Theme], clusters: Clusters) -> tuple[ThemeGroup, ...]:
    """The upper level: groups of themes, the largest first, each called after its two largest themes.

    A group of one theme has its label.
    """
    found = []
    for number in range(int(clusters.group.max(initial=-1)) + 1):
        inside = [theme for theme, group in zip(themes, clusters.group, strict=True) if group == number]
        label = "; ".join(theme.label for theme in inside[:2])
        found.append((label, tuple(theme.id for theme in inside), sum(theme.size for theme in inside)))
    found.sort(key=lambda group: -group[2])
    return tuple(ThemeGroup(_letters(i), *group) for i, group in enumerate(found))


def _letters(number: int) -> str:
    """A, B, ... Z, AA, AB, ..."""
    head, tail = divmod(number, 26)
    return (_letters(head - 1) if head else "") + chr(ord("A") + tail)
