"""What the machine made of codes, under the names that codes have after the review."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Set

import numpy as np

from pipeline.records import Explanations, Suggestions
from pipeline.records import Mapping as ThemesAndCodes


def suggestions_after(
    suggestions: Suggestions | None, explanations: Explanations | None, names: Mapping[str, str]
) -> tuple[Suggestions | None, Explanations | None]:
    """Suggestions and their reasons under today's names; a code that was dropped is not suggested any more.

    names: as decide.renamed gives them.  A code that went into another is dropped if that one is suggested too.
    """
    if suggestions is None:
        return None, None
    now = [names.get(code, code) for code in suggestions.codes]
    gone = [j for j, name in enumerate(now) if not name or now.index(name) != j or _takes(j, name, suggestions)]
    codes = tuple(suggestions.codes[j] if j in gone else name for j, name in enumerate(now))
    ranked = np.where(np.isin(suggestions.ranked, gone), -1, suggestions.ranked).astype(np.int32)
    order = np.argsort(ranked < 0, axis=1, kind="stable")
    ranked = np.take_along_axis(ranked, order, axis=1)
    probability = np.where(ranked >= 0, np.take_along_axis(suggestions.probability, order, axis=1), np.nan)
    stays = ~np.isin(np.arange(len(codes)), gone)
    plausible = suggestions.plausible & stays if suggestions.plausible.shape[1] else suggestions.plausible
    renamed = dataclasses.replace(
        suggestions,
        codes=codes,
        ranked=ranked,
        probability=probability.astype(np.float32),
        chosen=suggestions.chosen & stays,
        plausible=plausible,
        themes=tuple(names.get(theme, theme) or theme for theme in suggestions.themes),
    )
    if explanations is None:
        return renamed, None
    return renamed, Explanations(
        np.take_along_axis(explanations.similarity, order, axis=1),
        np.take_along_axis(explanations.examples, order[:, :, None], axis=1),
        tuple(
            tuple(words[rank] for rank in ranks)
            for words, ranks in zip(explanations.words, order.tolist(), strict=True)
        ),
    )


def _takes(code: int, name: str, suggestions: Suggestions) -> bool:
    """The new name of a code is that of another code that is suggested."""
    return name != suggestions.codes[code] and name in suggestions.codes


def mapping_after(mapping: ThemesAndCodes, same: Set[str], names: Mapping[str, str]) -> ThemesAndCodes:
    """Themes against codes, for themes whose utterances are the same and for codes that are there."""
    cells = [dataclasses.replace(cell, code=names.get(cell.code, cell.code)) for cell in mapping.cells]
    relations = [
        dataclasses.replace(r, nearest_code=names.get(r.nearest_code, r.nearest_code)) for r in mapping.relations
    ]
    silent = ((names.get(code, code), reason) for code, reason in mapping.silent)
    return ThemesAndCodes(
        tuple(cell for cell in cells if cell.theme in same and cell.code),
        tuple(relation for relation in relations if relation.theme in same),
        tuple((code, reason) for code, reason in silent if code),
    )
