"""Candidate themes of a new run with what was decided on those of earlier ones."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from pipeline import cluster
from pipeline.config import ClusterConfig
from pipeline.decided.spans import touched
from pipeline.records import Clusters, HeldTheme, Standing, Theme, Utterance, Vectors, Verdict


def hold(
    utterances: Sequence[Utterance], vectors: Vectors, clusters: Clusters, standing: Standing, config: ClusterConfig
) -> tuple[Clusters, dict[int, HeldTheme]]:
    """The clusters with what was decided on top, and for the number of each theme that was kept what it is."""
    kept, rejected = kept_and_rejected(standing)
    *rows, out = touched([*(theme.members for theme in (*kept, *rejected)), standing.out], utterances)
    held = cluster.hold(clusters, utterances, vectors, rows[: len(kept)], rows[len(kept) :], config, out.tolist())
    return held.clusters, {number: theme for number, theme in zip(held.of, kept, strict=True) if number >= 0}


def kept_and_rejected(standing: Standing) -> tuple[list[HeldTheme], list[HeldTheme]]:
    """Themes that analysts accepted or shaped, and those that they rejected."""
    kept = [theme for theme in standing.themes if theme.verdict is not Verdict.REJECTED]
    return kept, [theme for theme in standing.themes if theme.verdict is Verdict.REJECTED]


def named(themes: Sequence[Theme], held: Mapping[int, HeldTheme], standing: Standing) -> tuple[Theme, ...]:
    """Held themes under the id and the name that they have, the others under free numbers in order of size.

    themes: largest first.  held: by their number.  An id that was ever given to another theme is not free.
    """
    taken = {*standing.retired, *(theme.id for theme in standing.themes)}
    names = {theme.name for theme in held.values()}
    found, number = [], 0
    for place, theme in enumerate(themes):
        if place in held:
            found.append(as_held(theme, held[place]))
            continue
        number += 1
        while f"T{number}" in taken:
            number += 1
        id_ = f"T{number}"
        label = f"{theme.label} ({id_})" if theme.label in names else theme.label
        found.append(dataclasses.replace(theme, id=id_, label=label))
    return tuple(found)


def as_held(theme: Theme, held: HeldTheme) -> Theme:
    """The theme under the id and name that analysts gave it, with what they said among its flags."""
    flags = (*decision_flags(held), *theme.flags)
    return dataclasses.replace(theme, id=held.id, label=held.name or theme.label, flags=flags)


def decision_flags(held: HeldTheme) -> tuple[str, ...]:
    """`accepted by Ann: fits well`, `becomes the code trust`."""
    word = "accepted" if held.verdict is Verdict.ACCEPTED else "shaped"
    who = f" by {in_words(held.coders)}" if held.coders else ""
    why = f": {held.memo}" if held.memo else ""
    return (f"{word}{who}{why}", *((f"becomes the code {held.code}",) if held.code else ()))


def in_words(names: Sequence[str]) -> str:
    """`Ann`, `Ann and Ben`, `Ann, Ben and Cem`."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def lost_themes(held: Mapping[int, HeldTheme], standing: Standing) -> tuple[str, ...]:
    """Sentences on kept themes of whose utterances none is in the run."""
    here = {theme.id for theme in held.values()}
    lost = [theme for theme in kept_and_rejected(standing)[0] if theme.id not in here]
    return tuple(
        f"Candidate theme {theme.id} {theme.name} ({decision_flags(theme)[0]}) is not in this run: none of its "
        f"utterances is."
        for theme in lost
    )
