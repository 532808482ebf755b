"""Tables of what the machine suggests beyond the fit: groups of themes, new candidates, suggestions with reasons."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipeline.records import Explanations, Result, Suggestions
from pipeline.report.cells import Row, Table, figure, yes_no

GROUPS = ("group_id", "label", "theme_ids", "size")
NEW_THEMES = ("theme_id", "label", "keywords", "size", "speakers", "documents", "quotes")
NEW_UTTERANCES = ("new_theme_id", "utterance_id", "text")
SUGGESTIONS = (
    "utterance_id", "rank", "code", "theme", "probability", "theme_probability", "similarity_to_definition", "words",
    "example_1", "example_2", "in_set", "chosen", "no_code_probability",
)  # fmt: skip


def machine_tables(result: Result) -> dict[str, Table]:
    """theme_groups, new_themes, new_theme_utterances and suggestions."""
    return {
        "theme_groups": Table(GROUPS, tuple((g.id, g.label, "; ".join(g.themes), g.size) for g in result.groups)),
        "new_themes": Table(NEW_THEMES, tuple(_new_themes(result))),
        "new_theme_utterances": Table(NEW_UTTERANCES, tuple(_new_utterances(result))),
        "suggestions": Table(SUGGESTIONS, tuple(_suggestions(result))),
    }


def parents(result: Result) -> dict[str, str]:
    """The parent theme of each code; a code without one stands for itself."""
    return {code.name: code.theme or code.name for code in result.codebook.codes}


def theme_chance(suggestions: Suggestions, theme: str, index: int) -> float | None:
    """The probability that any code of this parent theme applies to the utterance; None where there is no number."""
    if theme not in suggestions.themes:
        return None
    return figure(float(suggestions.theme_probability[index, suggestions.themes.index(theme)]))


def _new_themes(result: Result) -> Iterator[Row]:
    for theme in result.new_themes.themes if result.new_themes else ():
        quotes = "; ".join(result.utterances[quote.utterance].id for quote in theme.quotes)
        yield (
            *(theme.id, theme.label, ", ".join(theme.keywords), theme.size),
            *(theme.n_speakers, theme.n_documents, quotes),
        )


def _new_utterances(result: Result) -> Iterator[Row]:
    if result.new_themes is None:
        return
    ids = [theme.id for theme in result.new_themes.themes]
    where = result.new_themes.theme
    for index in np.flatnonzero(where >= 0).tolist():
        yield (ids[where[index]], result.utterances[index].id, result.utterances[index].text)


def _suggestions(result: Result) -> Iterator[Row]:
    suggestions = result.suggestions
    if suggestions is None:
        return
    tree, in_sets = parents(result), bool(suggestions.plausible.shape[1])
    for index, utterance in enumerate(result.utterances):
        for rank, code in enumerate(suggestions.ranked[index].tolist()):
            if code < 0:
                continue
            name = suggestions.codes[code]
            theme = tree.get(name, name)
            yield (
                *(utterance.id, rank + 1, name, theme, figure(float(suggestions.probability[index, rank]))),
                theme_chance(suggestions, theme, index),
                *_why(result, result.explanations, index, rank),
                yes_no(bool(suggestions.plausible[index, code])) if in_sets else None,
                yes_no(bool(suggestions.chosen[index, code])),
                figure(float(suggestions.no_code[index])),
            )


def _why(result: Result, why: Explanations | None, index: int, rank: int) -> Row:
    if why is None:
        return (None, "", "", "")
    examples = [result.utterances[k].id if k >= 0 else "" for k in why.examples[index, rank].tolist()]
    return (figure(float(why.similarity[index, rank])), "; ".join(why.words[index][rank]), *examples)
