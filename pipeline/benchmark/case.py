"""A coded study as the parts of the benchmark need it: whole, or the part of a large one that heavy parts work on."""

from __future__ import annotations

import dataclasses
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline import codebook, embed, stages
from pipeline.benchmark.sets import CodedSet
from pipeline.codebook import Evidence
from pipeline.coded import evidence_of
from pipeline.config import Config
from pipeline.records import (
    Bools,
    Clusters,
    Codebook,
    Codings,
    CodingTable,
    Placement,
    Suggestions,
    Utterance,
    Vectors,
)
from pipeline.stages import Tools
from pipeline.watch import Watch

LARGE = 2000
"""Above this many utterances heavy parts work on whole documents of at most PART utterances together."""
PART = 1500
FEW_DOCUMENTS = 10
"""With fewer documents utterances are left out in resamples, as in the clustering itself."""
_WARM = 300


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One coded study with our themes and our held-out suggestions.

    part: what of the set is used, "" if all of it.  seconds: from vectors to themes.
    """

    name: str
    part: str
    config: Config
    tools: Tools
    documents: int
    tree: Codebook
    codings: Codings
    attributes: dict[str, tuple[tuple[str, str], ...]]
    utterances: tuple[Utterance, ...]
    vectors: Vectors
    clusters: Clusters
    table: CodingTable
    evidence: Evidence
    held_out: Suggestions | None
    seconds: float

    @property
    def parents(self) -> dict[str, str]:
        """Code -> parent theme."""
        return {code.name: code.theme for code in self.tree.codes}

    @property
    def texts(self) -> list[str]:
        """What was said, without transcriber's marks."""
        return [utterance.clean for utterance in self.utterances]


def open_case(coded: CodedSet, config: Config, tools: Tools) -> Case:
    """Read, cut up, embed and group a whole set, and hold its suggestions out."""
    config, watch = dataclasses.replace(config, study=coded.study), quiet()
    inputs = stages.read_inputs(config, watch)
    utterances, _, _ = stages.cut_up(inputs.corpus, config, tools, watch)
    attributes = {d.id: (*((("site", d.site),) if d.site else ()), *d.attributes) for d in inputs.corpus.documents}
    return _case(coded.name, "", config, tools, inputs.codebook, inputs.codings, attributes, utterances)


def part_of(case: Case) -> Case:
    """The case itself, or of a large one whole documents, those with the lowest hashes of their names."""
    if len(case.utterances) <= LARGE:
        return case
    sizes: dict[str, int] = {}
    for utterance in case.utterances:
        sizes[utterance.document] = sizes.get(utterance.document, 0) + 1
    kept: set[str] = set()
    n = 0
    for document in sorted(sizes, key=lambda each: hashlib.sha256(each.encode()).digest()):
        if kept and n + sizes[document] > PART:
            break
        kept.add(document)
        n += sizes[document]
    utterances = tuple(utterance for utterance in case.utterances if utterance.document in kept)
    codings = dataclasses.replace(case.codings, items=tuple(c for c in case.codings.items if c.document in kept))
    told = f"{len(kept):,} of {case.documents:,} documents, {n:,} of {len(case.utterances):,} utterances"
    attributes = {document: case.attributes[document] for document in kept}
    return _case(case.name, told, case.config, case.tools, case.tree, codings, attributes, utterances)


def _case(
    name: str,
    part: str,
    config: Config,
    tools: Tools,
    tree: Codebook,
    codings: Codings,
    attributes: dict[str, tuple[tuple[str, str], ...]],
    utterances: tuple[Utterance, ...],
) -> Case:
    vectors = stages.embed_all(utterances, config, tools, quiet())
    few = np.arange(min(len(utterances), _WARM))
    # Libraries are loaded and compiled the first time.
    stages.find_themes([utterances[i] for i in few.tolist()], embed.rows(vectors, few), config, quiet())
    started = time.perf_counter()
    clusters = stages.find_themes(utterances, vectors, config, quiet())
    seconds = time.perf_counter() - started
    table = codebook.coding_table(utterances, tree, codings)
    evidence = evidence_of(tree, table, utterances, vectors, tools)
    return Case(
        name=name,
        part=part,
        config=config,
        tools=tools,
        documents=len({utterance.document for utterance in utterances}),
        tree=tree,
        codings=codings,
        attributes=attributes,
        utterances=utterances,
        vectors=vectors,
        clusters=clusters,
        table=table,
        evidence=evidence,
        held_out=codebook.held_out(evidence, config.codebook),
        seconds=seconds,
    )


def quiet() -> Watch:
    """A watch that nobody looks at."""
    return Watch(time.perf_counter)


def cut(case: Case, rows: Bools) -> tuple[tuple[Utterance, ...], Vectors]:
    """Some utterances of a case (bool [n]) and their vectors, in the frame of the whole."""
    chosen = np.flatnonzero(rows)
    return tuple(case.utterances[i] for i in chosen.tolist()), embed.rows(case.vectors, chosen)


def placed(case: Case, rows: NDArray[np.int64]) -> Placement:
    """Where these utterances of a case stand."""
    whole = case.clusters.placement
    return Placement(
        theme=whole.theme[rows],
        nearest=whole.nearest[rows],
        second=whole.second[rows],
        membership=whole.membership[rows],
        set_aside=tuple(whole.set_aside[i] for i in rows.tolist()),
    )


def resample(utterances: Sequence[Utterance], number: int, share: float = 0.9) -> Bools:
    """bool [n]: nine documents in ten, by the hash of their names; with fewer than ten documents so of the utterances.

    Another draw than that of the ensemble, which looks at content.
    """
    documents = {utterance.document for utterance in utterances}
    names = [u.document if len(documents) >= FEW_DOCUMENTS else u.id for u in utterances]
    order = sorted(set(names), key=lambda name: hashlib.sha256(f"resample {number}:{name}".encode()).digest())
    kept = set(order[: max(round(share * len(order)), 1)])
    return np.array([name in kept for name in names], np.bool_)
