"""What can be done with a run that is there: score it against other codings, place new transcripts, export it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline import cluster, codebook, decide, decided, embed, exchange, ingest, report, run, store
from pipeline import config as configs
from pipeline.coded import Grouped, compare_with, evidence_of
from pipeline.config import Config
from pipeline.errors import InputError, UsageError
from pipeline.records import (
    Bools,
    Codebook,
    Comparison,
    Decision,
    Placement,
    Result,
    Suggestions,
    Triage,
    Utterance,
    Vectors,
)
from pipeline.stages import Inputs, Tools, cut_up, embed_all, find_new, read_corpus
from pipeline.watch import Watch

# What suggestions hold by utterance.
_BY_ROW = (
    "ranked", "probability", "scores", "probabilities", "fold", "chosen", "no_code", "theme_probability", "plausible",
)  # fmt: skip
_ASSIGNED = ("utterances", "dropped", "suggestions", "new_themes", "new_theme_utterances")
NO_THEME_FITS = "the run's candidate themes fit none of them well enough"


def settings_of(folder: Path) -> Config:
    """The settings with which a run was made."""
    return configs.from_json(store.read_manifest(folder).config)


def compare_again(folder: Path, codings_file: Path, watch: Watch, tools: Tools) -> tuple[Result, Path]:
    """Score an existing run against other codings, without segmenting, embedding or clustering again.

    The run's own report, tables and suggestions are replaced; utterances, vectors and themes stay, and so do codings of
    a review that the run took in.
    """
    result = _load(folder, tools)
    config = configs.from_json(result.manifest.config)
    given = any(file.kind == "codebook" for file in result.manifest.inputs)  # else it was made from the old codings
    codings = ingest.read_codings(codings_file, result.corpus, result.codebook if given else Codebook(), config.ingest)
    tree = result.codebook if given else ingest.codebook_of(codings)
    others = tuple(file for file in result.manifest.inputs if file.kind != "codings")
    inputs = Inputs(result.corpus, tree, codings, (*others, ingest.file_record(codings_file, "codings")))
    inputs = decided.taken_in(inputs, result.utterances, result.standing)
    watch.records.extend(record for record in result.manifest.stages if record.stage not in {"map", "compare"})
    grouped = Grouped(result.utterances, result.vectors, result.clusters, result.themes)
    coded = compare_with(inputs, grouped, config, tools, watch)
    result = dataclasses.replace(
        result,
        codebook=inputs.codebook,
        codings=inputs.codings,
        table=coded.table,
        suggestions=coded.suggestions,
        mapping=coded.mapping,
        comparison=coded.comparison,
        explanations=coded.explanations,
        new_themes=coded.new_themes,
        triage=coded.triage,
        manifest=dataclasses.replace(result.manifest, inputs=inputs.files, counts=_counts(result, inputs)),
    )
    return run.write(result, folder, config, watch)


def _counts(result: Result, inputs: Inputs) -> tuple[tuple[str, int], ...]:
    """The counts of the manifest with those of the new codings."""
    new = {"codes": len(inputs.codebook.codes), "codings": len(inputs.codings.items)}
    return tuple((name, new.get(name, count)) for name, count in result.manifest.counts)


def assign(
    folder: Path,
    transcripts: Path,
    documents: Path | None,
    out: Path,
    skip_unreadable: bool,
    tools: Tools,
    watch: Watch,
) -> Result:
    """Place new transcripts into an existing run's themes and codes, by the same functions as the fit.

    Writes utterances, suggestions, what was dropped, and candidates among what fits no theme into `out`. The result
    holds the new utterances only.  Raises UsageError if the encoder is not the one of the run.
    """
    store.check_target(out, store.ASSIGNED)
    old = _load(folder, tools)
    config = _reading(configs.from_json(old.manifest.config), skip_unreadable)
    corpus = read_corpus(transcripts, documents, config, watch)
    utterances, dropped, notes = cut_up(corpus, config, tools, watch)
    vectors = embed_all(utterances, config, tools, watch, old.vectors)
    with watch.stage("assign") as stage:
        placement = cluster.assign(vectors.mixed, old.clusters.model)
        new_themes = find_new(utterances, vectors, _fits_nothing(placement), NO_THEME_FITS, config, tools)
        stage.gives(int((placement.theme >= 0).sum()), f"of {len(utterances)} utterances placed")
    result = dataclasses.replace(
        old,
        corpus=corpus,
        utterances=utterances,
        dropped=corpus.dropped + dropped,
        vectors=vectors,
        clusters=dataclasses.replace(old.clusters, placement=placement),
        themes=tuple(dataclasses.replace(theme, quotes=()) for theme in old.themes),
        suggestions=_suggestions(old, utterances, vectors, config, tools),
        explanations=None,
        new_themes=new_themes,
        triage=Triage(),
        comparison=Comparison(reason="these transcripts were placed into an existing run"),
        notes=notes,
    )
    return _write_assigned(result, out)


def _fits_nothing(placement: Placement) -> Bools:
    """bool [n]: set aside, and not because the theme that it would be in was rejected."""
    return np.array([reason not in ("", cluster.REJECTED) for reason in placement.set_aside], np.bool_)


def _write_assigned(result: Result, out: Path) -> Result:
    tables = report.tables(result)
    files = {f"{name}.csv": report.csv_text(tables[name]).encode() for name in _ASSIGNED}
    files["utterances.parquet"] = store.parquet_bytes(tables["utterances"].columns, tables["utterances"].rows)
    store.replace_folder(out, files | {store.ASSIGNED: store.json_bytes(result.manifest)})
    return result


def what_is_new(result: Result) -> tuple[str, ...]:
    """What a second wave of transcripts brings, in sentences: the share set aside, and what stands together in it.

    The fit places a fixed share of its own utterances (cluster.placed), so that a larger share set aside is news.
    """
    aside = int((result.clusters.placement.theme < 0).sum())
    usual = 1 - configs.from_json(result.manifest.config).cluster.placed
    placed = f"{len(result.utterances) - aside} of {len(result.utterances)} new utterances placed"
    share = aside / max(len(result.utterances), 1)
    first = f"{placed}; {share:.0%} set aside, where the run set aside about {usual:.0%} of its own."
    found = result.new_themes.themes if result.new_themes else ()
    told = (f"New candidate {t.id}, {t.label}: {t.size} utterances of {t.n_speakers} people." for t in found)
    return (first, *told)


def _reading(config: Config, skip_unreadable: bool) -> Config:
    """The run's settings; whether unreadable files are skipped is asked anew for new files."""
    return dataclasses.replace(config, ingest=dataclasses.replace(config.ingest, skip_unreadable=skip_unreadable))


def _load(folder: Path, tools: Tools) -> Result:
    """A run whose vectors the encoder at hand continues; vectors of two encoders cannot be compared."""
    result = store.load(folder)
    if result.manifest.model_sha256 != tools.encoder.sha256:
        fact = f"the run was made with {result.manifest.model}, not with {tools.encoder.name}"
        raise UsageError(fact, str(folder), "Name the settings of the run's encoder with --config.")
    return result


def rewrite_report(folder: Path, watch: Watch) -> tuple[Result, Path]:
    """Write the report and all tables of a run again, from what it stored."""
    result = store.load(folder)
    watch.records.extend(record for record in result.manifest.stages if record.stage != "report")
    return run.write(result, folder, configs.from_json(result.manifest.config), watch)


def export(folder: Path, kind: str, out: Path, decisions: Path | None) -> list[Path]:
    """Write one kind of file of a run into the folder `out`, with what the format cannot carry; gives the files.

    decisions: the log of the review of this run, or a table of what analysts said of themes and suggestions; None if
    nobody has decided anything.  Raises InputError if the log is that of another run.
    """
    result = store.load(folder)
    config = configs.from_json(result.manifest.config)
    said: Sequence[Decision] = ()
    if decisions and decisions.suffix.lower() == Path(store.LOG).suffix:
        result, said = _reviewed(result, decisions)
    elif decisions:
        said = ingest.read_decisions(decisions, config.ingest)
    if kind == "xlsx":
        files = {"report.xlsx": report.workbook(result)}
    elif kind == "csv":
        files = {f"{name}.csv": report.csv_text(table).encode() for name, table in report.tables(result).items()}
    else:
        files = exchange.KINDS[kind].files(result, said, config.exchange)
        lost = "".join(f"- {loss}\n" for loss in exchange.KINDS[kind].losses(result, said))
        files[f"losses-{kind}.txt"] = (lost or "Nothing is lost.\n").encode()
    return store.write_files(out, files)


def _reviewed(result: Result, log: Path) -> tuple[Result, tuple[Decision, ...]]:
    """The run as its review left it, and the word of analysts on its themes."""
    entries, runs = store.read_log(log)
    state = decide.fold(entries, runs)
    if state.run != store.run_id(result.manifest):
        fact = "the decisions were taken on another run" if state.run else "nobody has decided anything on this run yet"
        raise InputError(fact, str(log), "Name the log in the run's own folder, or open the review of this run once.")
    standing = decide.standing(state)
    return decided.after(result, standing), decide.decisions(standing)


def _suggestions(
    old: Result, utterances: Sequence[Utterance], vectors: Vectors, config: Config, tools: Tools
) -> Suggestions | None:
    """Suggestions for utterances of a new wave, learned from the old codings."""
    if old.suggestions is None or not utterances:
        return None
    n_old, n_new = len(old.utterances), len(utterances)
    values = np.pad(old.table.values, ((0, 0), (0, n_new), (0, 0)))
    refused = np.pad(old.table.refused, ((0, n_new), (0, 0))) if old.table.refused.size else old.table.refused
    worked = np.pad(old.table.worked, ((0, 0), (0, n_new)))
    table = dataclasses.replace(old.table, values=values, worked=worked, refused=refused)
    everybody = [*old.utterances, *utterances]
    both = embed.joined(old.vectors, vectors)
    every = codebook.learned(evidence_of(old.codebook, table, everybody, both, tools), config.codebook)
    parts = {name: getattr(every, name)[n_old:] for name in _BY_ROW}
    return dataclasses.replace(every, **parts)
