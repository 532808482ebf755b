"""The stages map and compare: all that depends on the human coding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from pipeline import cluster, codebook, compare, embed
from pipeline.codebook import Evidence
from pipeline.config import Config
from pipeline.records import (
    Bools,
    Clusters,
    Codebook,
    CodingTable,
    Comparison,
    Explanations,
    Floats,
    Mapping,
    NewThemes,
    Suggestions,
    Theme,
    Triage,
    Utterance,
    Vectors,
)
from pipeline.stages import Inputs, Tools, find_new
from pipeline.watch import Watch

# A first suggestion of this probability means that a code may fit an utterance which nobody coded.
_SURE = 0.6
_EVEN = 0.5
NO_CODE_FITS = "no coder gave them a code and the machine is not sure of one; where nobody coded yet, it expects none"


@dataclass(frozen=True, slots=True, eq=False)
class Grouped:
    """What was made of the talk before anybody's coding came in."""

    utterances: tuple[Utterance, ...]
    vectors: Vectors
    clusters: Clusters
    themes: tuple[Theme, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """All that depends on the human coding; named as in Result."""

    table: CodingTable
    suggestions: Suggestions | None
    mapping: Mapping
    comparison: Comparison
    explanations: Explanations | None = None
    new_themes: NewThemes | None = None
    triage: Triage = field(default_factory=Triage)


def compare_with(inputs: Inputs, grouped: Grouped, config: Config, tools: Tools, watch: Watch) -> Coded:
    """The stages map and compare: suggestions with their reasons, theme x code, what fits no code, agreement, reading.

    Without a codebook there is nothing to suggest; what to read next is told all the same.
    """
    utterances, placement = grouped.utterances, grouped.clusters.placement
    ids = [theme.id for theme in grouped.themes]
    table = codebook.coding_table(utterances, inputs.codebook, inputs.codings)
    if not inputs.codebook.codes or not utterances:
        beside = compare.Beside(attributes=_attributes(inputs))
        comparison = compare.compare(utterances, placement, ids, table, None, None, {}, {}, config.compare, beside)
        reading = compare.triage(utterances, None, table, placement, ids, config.compare)
        return Coded(table, None, Mapping(), comparison, triage=reading)
    with watch.stage("map") as stage:
        evidence = evidence_of(inputs.codebook, table, utterances, grouped.vectors, tools)
        suggestions = codebook.learned(evidence, config.codebook)
        held_out = codebook.held_out(evidence, config.codebook, watch.observer.progress)
        texts = [utterance.clean for utterance in utterances]
        explanations = codebook.explain(evidence, suggestions, codebook.code_texts(inputs.codebook), texts)
        pairs = compare.theme_code_f1(placement.theme, table.by_anyone, evidence.documents)
        mapping = codebook.relate(ids, placement, table, suggestions, pairs)
        new_themes = _uncovered(grouped, table, suggestions, held_out, config, tools)
        stage.gives(len(table.codes), "codes")
    with watch.stage("compare") as stage:
        comparison = _compared(inputs, grouped, evidence, held_out, config)
        reading = compare.triage(utterances, suggestions, table, placement, ids, config.compare)
        stage.gives(comparison.n_coded, "coded utterances")
    return Coded(table, suggestions, mapping, comparison, explanations, new_themes, reading)


def _compared(
    inputs: Inputs, grouped: Grouped, evidence: Evidence, held_out: Suggestions | None, config: Config
) -> Comparison:
    """Everything that compare says of themes, suggestions and coders."""
    return compare.compare(
        grouped.utterances,
        grouped.clusters.placement,
        [theme.id for theme in grouped.themes],
        evidence.table,
        held_out,
        codebook.by_definition(evidence),
        {},
        {code.name: code.theme for code in inputs.codebook.codes},
        config.compare,
        compare.Beside(baselines_of(evidence, config), _attributes(inputs), inputs.codings.items),
    )


def _attributes(inputs: Inputs) -> dict[str, tuple[tuple[str, str], ...]]:
    """What is known of each document, its site first."""
    return {d.id: (*((("site", d.site),) if d.site else ()), *d.attributes) for d in inputs.corpus.documents}


def evidence_of(
    tree: Codebook, table: CodingTable, utterances: Sequence[Utterance], vectors: Vectors, tools: Tools
) -> Evidence:
    """What suggestions rest on: the utterances, the codes as the encoder reads them, and the codings."""
    codes: Floats = embed.centre(embed.encode(codebook.code_texts(tree), tools.encoder, tools.cache))
    return Evidence(
        vectors=vectors,
        documents=tuple(u.document for u in utterances),
        codes=codes,
        table=table,
        parents=tuple(code.theme for code in tree.codes),
        words=tuple(len(u.clean.split()) for u in utterances),
    )


def baselines_of(evidence: Evidence, config: Config) -> dict[str, Suggestions]:
    """What the suggestions must beat, held out by the same folds."""
    found = {
        "plain regression": codebook.plain_regression(evidence, config.codebook),
        "prototypes": codebook.prototypes(evidence, config.codebook),
    }
    return {name: each for name, each in found.items() if each is not None}


def fits_no_code(table: CodingTable, suggestions: Suggestions, held_out: Suggestions | None) -> Bools:
    """bool [n]: utterances that no code of the book seems to fit.

    In documents that people worked on: nobody coded it, and the machine, held out, is not sure of a code either. In the
    others: the machine thinks it likelier than not that no code applies.
    """
    unsure = np.ones(len(suggestions.no_code), np.bool_)
    if held_out is not None and held_out.probability.shape[1]:
        applies = 1 - np.nan_to_num(held_out.no_code, nan=0.0)  # the probability of a code is that it is it, if any is
        unsure = ~(np.nan_to_num(held_out.probability[:, 0], nan=0.0) * applies >= _SURE)
    expected = np.nan_to_num(suggestions.no_code, nan=0.0) >= _EVEN
    open_rows: Bools = np.where(table.looked_at, ~table.coded & unsure, expected)
    return open_rows


def _uncovered(
    grouped: Grouped,
    table: CodingTable,
    suggestions: Suggestions,
    held_out: Suggestions | None,
    config: Config,
    tools: Tools,
) -> NewThemes | None:
    """Candidate themes among what no code fits; None where nobody coded, since then that cannot be told."""
    if not table.values.any():
        return None
    # What people rejected as a theme is not offered again under another name.
    rejected = np.array([reason == cluster.REJECTED for reason in grouped.clusters.placement.set_aside], np.bool_)
    open_rows: Bools = fits_no_code(table, suggestions, held_out) & ~rejected
    return find_new(grouped.utterances, grouped.vectors, open_rows, NO_CODE_FITS, config, tools)
