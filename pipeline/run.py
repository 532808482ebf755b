"""The flow: the one file that calls the rooms in order and hands results to the store."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from pipeline import config as configs
from pipeline import decided, exchange, label, report, store
from pipeline.coded import Grouped, compare_with
from pipeline.config import Config
from pipeline.errors import CountError
from pipeline.records import (
    Clusters,
    Comparison,
    Corpus,
    Dropped,
    Estimate,
    HeldTheme,
    InputFile,
    Manifest,
    Result,
    Standing,
    Utterance,
    Vectors,
)
from pipeline.stages import Inputs, Tools, cut_up, embed_all, find_themes, name_themes, read_inputs
from pipeline.watch import Watch

_LEFT = (
    f"The run that was here before has decisions ({store.LOG}), which were kept but not taken in; name that file with "
    "--decisions to take them in."
)


def analyse(config: Config, tools: Tools, watch: Watch) -> Result:
    """Transcripts in, candidate themes beside the team's coding out; nothing vanishes without a reason."""
    standing, log = _decisions(config)
    inputs = read_inputs(config, watch)
    utterances, dropped, notes = cut_up(inputs.corpus, config, tools, watch)
    vectors = embed_all(utterances, config, tools, watch)
    clusters = find_themes(utterances, vectors, config, watch)
    clusters, held = _held(utterances, vectors, clusters, standing, config, watch)
    themes = decided.named(name_themes(utterances, vectors, clusters, config, tools, watch), held, standing)
    inputs = dataclasses.replace(decided.taken_in(inputs, utterances, standing), files=inputs.files + log)
    grouped = Grouped(utterances, vectors, clusters, themes)
    coded = compare_with(inputs, grouped, config, tools, watch)
    _check_counts(inputs.corpus, utterances, dropped, clusters)
    return Result(
        corpus=inputs.corpus,
        codebook=inputs.codebook,
        codings=inputs.codings,
        utterances=utterances,
        dropped=inputs.corpus.dropped + dropped,
        vectors=vectors,
        clusters=clusters,
        themes=themes,
        table=coded.table,
        suggestions=coded.suggestions,
        mapping=coded.mapping,
        comparison=coded.comparison,
        manifest=_manifest(inputs, utterances, dropped, clusters, config, tools, watch),
        notes=notes + clusters.notes + decided.lost_themes(held, standing),
        groups=label.name_groups(themes, clusters),
        explanations=coded.explanations,
        new_themes=coded.new_themes,
        triage=coded.triage,
        standing=standing,
    )


def _decisions(config: Config) -> tuple[Standing, tuple[InputFile, ...]]:
    """What was decided on an earlier run, and the log that says so; nothing if none is named."""
    if not config.study.decisions:
        return Standing(), ()
    standing, file = decided.read(Path(config.study.decisions))
    return standing, (file,)


def _held(
    utterances: Sequence[Utterance],
    vectors: Vectors,
    clusters: Clusters,
    standing: Standing,
    config: Config,
    watch: Watch,
) -> tuple[Clusters, dict[int, HeldTheme]]:
    """The stage decisions: candidate themes that were decided on stay as they are, or stay away."""
    if not config.study.decisions:
        return clusters, {}
    with watch.stage("decisions") as stage:
        clusters, held = decided.hold(utterances, vectors, clusters, standing, config.cluster)
        stage.gives(len(held), "candidate themes kept")
    return clusters, held


def run(config: Config, tools: Tools, watch: Watch) -> tuple[Result, Path]:
    """Analyse a study and write its folder; gives the result and the folder.

    A log of decisions that was taken in goes on in the folder.
    """
    folder, log = Path(config.study.out), config.study.decisions
    store.check_target(folder)
    if log:
        decided.check_log(Path(log), folder)
    result = analyse(config, tools, watch)
    if not log and (folder / store.LOG).is_file():
        result = dataclasses.replace(result, notes=(*result.notes, _LEFT))
    result, folder = write(result, folder, config, watch)
    if log:
        store.copy_log(Path(log), folder)
    return result, folder


def write(result: Result, folder: Path, config: Config, watch: Watch) -> tuple[Result, Path]:
    """Write report, tables and state of a result; the manifest then holds the cost of every stage but this one."""
    with watch.stage("report") as stage:
        result = dataclasses.replace(result, manifest=dataclasses.replace(result.manifest, stages=tuple(watch.records)))
        store.save(result, files_of(result, config), folder)
        stage.gives(1, "report")
    return result, folder


def files_of(result: Result, config: Config) -> dict[str, bytes]:
    """Every file of a run that people or other programs read, by name."""
    tables = report.tables(result)
    files = {f"{name}.csv": report.csv_text(table).encode() for name, table in tables.items()}
    utterances = tables["utterances"]
    files["utterances.parquet"] = store.parquet_bytes(utterances.columns, utterances.rows)
    files["comparison.json"] = store.json_bytes(_shown(result.comparison, config))
    files["report.html"] = report.html(result, config.report).encode()
    files["report.xlsx"] = report.workbook(result)
    files["coreq.md"] = report.coreq(result).encode()
    files["codebook.qdc"] = exchange.codebook_qdc(result.codebook, result.themes)
    files["project.qdpx"] = exchange.project_qdpx(result)
    return files


def _shown(comparison: Comparison, config: Config) -> Comparison:
    """The comparison as the study's methodology allows it: reflexive analysis rejects agreement figures."""
    if config.study.methodology != "reflexive":
        return comparison
    hidden = "agreement figures are not shown in a reflexive study"
    unknown = Estimate(None, reason=hidden)
    placed = tuple(dataclasses.replace(row, kappa=unknown, top1=unknown) for row in comparison.by_attribute)
    sites = comparison.placed_by_site
    return Comparison(placed_by_site=sites, by_attribute=placed, n_coded=comparison.n_coded, reason=hidden)


def _check_counts(
    corpus: Corpus, utterances: Sequence[Utterance], dropped: Sequence[Dropped], clusters: Clusters
) -> None:
    """Raises CountError if a turn, an utterance or a word got lost.

    Every turn is analysed or dropped, every utterance placed or set aside with a reason, every quote verbatim.
    """
    texts = {document.id: document.text for document in corpus.documents}
    if wrong := [u.id for u in utterances if texts[u.document][u.start : u.end] != u.text]:
        raise CountError(f"utterance {wrong[0]} is not what its document says")
    analysed = {(u.document, u.turn) for u in utterances}
    left_out = {(d.document, d.turn) for d in dropped if d.whole_turn}
    if len(analysed) + len(left_out) != len(corpus.turns) or analysed & left_out:
        raise CountError(f"{len(corpus.turns)} turns are not {len(analysed)} analysed + {len(left_out)} dropped")
    placement = clusters.placement
    if any((theme >= 0) == bool(reason) for theme, reason in zip(placement.theme, placement.set_aside, strict=True)):
        raise CountError("an utterance is neither placed nor set aside with a reason")


def _manifest(
    inputs: Inputs,
    utterances: Sequence[Utterance],
    dropped: Sequence[Dropped],
    clusters: Clusters,
    config: Config,
    tools: Tools,
    watch: Watch,
) -> Manifest:
    # The encoder's name stands for the folder that it was loaded from, which means nothing on another machine.
    named = dataclasses.replace(config, embed=dataclasses.replace(config.embed, model=tools.encoder.name))
    placed = int((clusters.placement.theme >= 0).sum())
    counts = (
        ("documents", len(inputs.corpus.documents)),
        ("turns", len(inputs.corpus.turns)),
        ("turns dropped", sum(1 for d in dropped if d.whole_turn)),
        ("utterances", len(utterances)),
        ("utterances placed", placed),
        ("utterances set aside", len(utterances) - placed),
        ("candidate themes", len(clusters.cohesion)),
        ("codes", len(inputs.codebook.codes)),
        ("codings", len(inputs.codings.items)),
    )
    return Manifest(
        name=Path(config.study.out).name,
        study=config.study.name,
        started=tools.today,
        versions=store.versions(),
        config=configs.to_json(named),
        config_sha256=configs.digest(named),
        inputs=inputs.files,
        model=tools.encoder.name,
        model_sha256=tools.encoder.sha256,
        seeds=(config.cluster.seed, config.codebook.seed, config.compare.seed),
        counts=counts,
        stages=tuple(watch.records),
    )
