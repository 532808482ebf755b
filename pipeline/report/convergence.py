"""The convergence matrix: each candidate theme and each code in one of four relations, or not told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.records import Result

AGREEMENT, COMPLEMENTARY, DISSONANT, SILENT, NOT_TOLD = "agreement", "complementary", "dissonant", "silent", "not told"
RELATIONS = (AGREEMENT, COMPLEMENTARY, DISSONANT, SILENT, NOT_TOLD)
_TYPICAL = 2.0
"""Lift from which a code is typical of a theme: the mapping's own rule (docs/method.md, section 8)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One candidate (id and label) or one code.  counterpart: what it meets, "" if nothing; reason: one sentence."""

    kind: str
    name: str
    relation: str
    counterpart: str
    reason: str


def convergence(result: Result) -> tuple[Standing, ...]:
    """Candidates in their order, then codes in the order of the codebook; nothing where there is no codebook."""
    if not result.codebook.codes:
        return ()
    return (*_candidates(result), *_codes(result))


def _candidates(result: Result) -> Iterator[Standing]:
    known = {relation.theme: relation for relation in result.mapping.relations}
    for theme in result.themes:
        name, relation = f"{theme.id} {theme.label}", known.get(theme.id)
        if relation is None:
            yield Standing("candidate", name, NOT_TOLD, "", "it could not be laid beside the codes")
        else:
            yield Standing("candidate", name, relation.relation, relation.nearest_code, relation.reason)


def _codes(result: Result) -> Iterator[Standing]:
    used = np.any(result.table.values, axis=(0, 1)).tolist() if result.table.values.size else []
    people = {code for code, was in zip(result.table.codes, used, strict=False) if was}
    names = dict.fromkeys([*(code.name for code in result.codebook.codes), *result.table.codes])
    silent = dict(result.mapping.silent)
    for name in names:
        if name in silent:
            yield _spread(result, name, silent[name])
        elif name not in people:
            yield Standing("code", name, NOT_TOLD, "", "nobody has used it")
        elif not result.mapping.relations:
            yield Standing("code", name, NOT_TOLD, "", "no theme could be laid beside a code")
        else:
            yield _met(result, name)


def nearest_to(result: Result, name: str, relation: str) -> tuple[str, ...]:
    """Ids of the themes to which this code is nearest in this relation."""
    return tuple(r.theme for r in result.mapping.relations if r.nearest_code == name and r.relation == relation)


def _spread(result: Result, name: str, reason: str) -> Standing:
    """A code that no candidate covers; where it is typical of some all the same, it is only spread too thinly."""
    themes = nearest_to(result, name, AGREEMENT)
    if not themes:
        return Standing("code", name, SILENT, "", reason)
    named = f"it is the nearest code of {', '.join(themes)}, though most of it stands elsewhere: {reason}"
    return Standing("code", name, AGREEMENT, "; ".join(themes), named)


def _met(result: Result, name: str) -> Standing:
    """A code that people used and that is not silent: by the candidates to which it is nearest, or of which typical."""
    for kind, words in ((AGREEMENT, "it is the nearest code of"), (DISSONANT, "it overlaps without being typical of")):
        if themes := nearest_to(result, name, kind):
            return Standing("code", name, kind, "; ".join(themes), f"{words} {', '.join(themes)}")
    cells = [cell for cell in result.mapping.cells if cell.code == name and cell.lift >= _TYPICAL]
    if not cells:
        return Standing("code", name, NOT_TOLD, "", "too little of it stands in candidate themes")
    best = max(cells, key=lambda cell: cell.n)
    return Standing("code", name, AGREEMENT, best.theme, f"it is typical of {best.theme}, which is nearer to another")
