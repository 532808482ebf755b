"""The flow: the one file that calls the rooms in order and hands results to the store."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline import cluster, codebook, compare, embed, exchange, ingest, label, report, segment, store
from pipeline import config as configs
from pipeline.config import Config
from pipeline.errors import CountError, UsageError
from pipeline.records import (
    Clusters,
    Codebook,
    Codings,
    CodingTable,
    Comparison,
    Corpus,
    Dropped,
    Floats,
    InputFile,
    Manifest,
    Mapping,
    Result,
    Suggestions,
    Theme,
    Utterance,
    Vectors,
)
from pipeline.watch import Watch


@dataclass(frozen=True, slots=True)
class Tools:
    """What reaches outside the rooms: libraries that are opened late, the cache, and the date for the manifest."""

    open_parser: Callable[[], segment.Parser]
    encoder: embed.Encoder
    cache: embed.Cache
    today: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """What an analyst gave: transcripts, coding tree, codings, and the files that these came from."""

    corpus: Corpus
    codebook: Codebook
    codings: Codings
    files: tuple[InputFile, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """All that depends on the human coding."""

    table: CodingTable
    suggestions: Suggestions | None
    mapping: Mapping
    comparison: Comparison


def analyse(config: Config, tools: Tools, watch: Watch) -> Result:
    """Transcripts in, candidate themes beside the team's coding out; nothing vanishes without a reason."""
    inputs = read_inputs(config, watch)
    utterances, dropped, notes = cut_up(inputs.corpus, config, tools, watch)
    vectors = embed_all(utterances, config, tools, watch)
    clusters = find_themes(utterances, vectors, config, watch)
    themes = name_themes(utterances, vectors, clusters, config, tools, watch)
    coded = compare_with(inputs, utterances, vectors, clusters, themes, config, tools, watch)
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
        notes=notes + clusters.notes,
    )


def run(config: Config, tools: Tools, watch: Watch) -> tuple[Result, Path]:
    """Analyse a study and write its folder; gives the result and the folder."""
    folder = Path(config.study.out)
    store.check_target(folder)
    result = analyse(config, tools, watch)
    return write(result, folder, config, watch)


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
    files["codebook.qdc"] = exchange.codebook_qdc(result.codebook, result.themes)
    files["project.qdpx"] = exchange.project_qdpx(result)
    return files


def _shown(comparison: Comparison, config: Config) -> Comparison:
    """The comparison as the study's methodology allows it: reflexive analysis rejects agreement figures."""
    if config.study.methodology != "reflexive":
        return comparison
    hidden = "agreement figures are not shown in a reflexive study"
    return Comparison(placed_by_site=comparison.placed_by_site, n_coded=comparison.n_coded, reason=hidden)


def read_inputs(config: Config, watch: Watch) -> Inputs:
    """Read transcripts, codebook and codings; each that was not given is empty."""
    study = config.study
    if not study.transcripts:
        raise UsageError("no transcripts were named", "study.transcripts", "Name a folder or file with --transcripts.")
    with watch.stage("ingest") as stage:
        documents = Path(study.documents) if study.documents else None
        corpus = ingest.read(Path(study.transcripts), documents, config.ingest, watch.observer.progress)
        tree = ingest.read_codebook(Path(study.codebook), config.ingest) if study.codebook else Codebook()
        codings = Codings()
        if study.codings:
            codings = ingest.read_codings(Path(study.codings), corpus, tree, config.ingest)
            tree = tree if tree.codes else ingest.codebook_of(codings)
        stage.gives(len(corpus.turns), f"turns in {len(corpus.documents)} documents")
    named = ((study.codebook, "codebook"), (study.codings, "codings"))
    files = corpus.files + tuple(ingest.file_record(Path(path), kind) for path, kind in named if path)
    return Inputs(corpus, tree, codings, files)


def cut_up(
    corpus: Corpus, config: Config, tools: Tools, watch: Watch
) -> tuple[tuple[Utterance, ...], tuple[Dropped, ...], tuple[str, ...]]:
    """The stage segment: turns into utterances; what was dropped; sentences for the report."""
    with watch.stage("segment") as stage:
        cut = segment.split(
            corpus, tools.open_parser(), config.segment, config.embed.question_chars, watch.observer.progress
        )
        stage.gives(len(cut.utterances), "utterances")
    return cut.utterances, cut.dropped, cut.notes


def embed_all(
    utterances: Sequence[Utterance], config: Config, tools: Tools, watch: Watch, frame: Vectors | None = None
) -> Vectors:
    """The stage embed: vectors in context, in the frame of an earlier run if one is given."""
    with watch.stage("embed") as stage:
        texts = [u.clean for u in utterances] + [u.question for u in utterances]
        vectors = embed.encode(texts, tools.encoder, tools.cache, watch.observer.progress)
        plain, asked = vectors[: len(utterances)], vectors[len(utterances) :]
        stage.gives(len(set(texts)), "different texts")
    return embed.in_context(utterances, plain, asked, config.embed, frame.space if frame else None)


def find_themes(utterances: Sequence[Utterance], vectors: Vectors, config: Config, watch: Watch) -> Clusters:
    """The stage cluster: candidate themes."""
    with watch.stage("cluster") as stage:
        clusters = cluster.find_themes(utterances, vectors, config.cluster, watch.observer.progress)
        stage.gives(len(clusters.cohesion), "candidate themes")
    return clusters


def name_themes(
    utterances: Sequence[Utterance], vectors: Vectors, clusters: Clusters, config: Config, tools: Tools, watch: Watch
) -> tuple[Theme, ...]:
    """The stage label: themes that a person can read."""
    with watch.stage("label") as stage:
        phrases = label.candidates(utterances, clusters.placement.theme, len(clusters.cohesion))
        texts = sorted({phrase for chosen in phrases for phrase in chosen})
        encoded = embed.encode(texts, tools.encoder, tools.cache, watch.observer.progress)
        by_phrase = dict(zip(texts, encoded, strict=True))
        themes = label.name_themes(utterances, vectors, clusters, phrases, by_phrase, config.label)
        stage.gives(len(themes), "labels")
    return themes


def evidence_of(
    tree: Codebook, table: CodingTable, utterances: Sequence[Utterance], vectors: Vectors, tools: Tools
) -> codebook.Evidence:
    """What suggestions rest on: the utterances, the codes as the encoder reads them, and the codings."""
    codes: Floats = embed.centre(embed.encode(codebook.code_texts(tree), tools.encoder, tools.cache))
    return codebook.Evidence(vectors, tuple(u.document for u in utterances), codes, table)


def compare_with(
    inputs: Inputs,
    utterances: Sequence[Utterance],
    vectors: Vectors,
    clusters: Clusters,
    themes: Sequence[Theme],
    config: Config,
    tools: Tools,
    watch: Watch,
) -> Coded:
    """The stages map and compare: suggestions, theme x code, agreement."""
    ids = [theme.id for theme in themes]
    table = codebook.coding_table(utterances, inputs.codebook, inputs.codings)
    if not inputs.codebook.codes or not utterances:
        comparison = compare.compare(utterances, clusters.placement, ids, table, None, None, {}, {}, config.compare)
        return Coded(table, None, Mapping(), comparison)
    with watch.stage("map") as stage:
        evidence = evidence_of(inputs.codebook, table, utterances, vectors, tools)
        suggestions = codebook.learned(evidence, config.codebook)
        held_out = codebook.held_out(evidence, config.codebook, watch.observer.progress)
        pairs = compare.theme_code_f1(clusters.placement.theme, table.by_anyone, evidence.documents)
        mapping = codebook.relate(ids, clusters.placement, table, suggestions, pairs)
        stage.gives(len(table.codes), "codes")
    with watch.stage("compare") as stage:
        parents = {code.name: code.theme for code in inputs.codebook.codes}
        zero_shot = codebook.by_definition(evidence)
        comparison = compare.compare(
            utterances, clusters.placement, ids, table, held_out, zero_shot, {}, parents, config.compare
        )
        stage.gives(comparison.n_coded, "coded utterances")
    return Coded(table, suggestions, mapping, comparison)


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
