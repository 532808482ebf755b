"""The benchmark's own report, as Markdown: a table for each set, then time and memory."""

from __future__ import annotations

import dataclasses
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from pipeline import compare, run, store
from pipeline.benchmark.peers import bertopic, kmeans
from pipeline.benchmark.sets import CodedSet, coded_sets
from pipeline.benchmark.speed import Speed, fresh, warm
from pipeline.config import Config
from pipeline.records import Agreement, Estimate, Ints, Result, StructureRow
from pipeline.run import Tools
from pipeline.watch import Watch

_SEEDS = 3
_KMEANS = 20
_TIMED = 1000
_PEER, _MEANS, _QUESTION = "BERTopic, its defaults", f"k-means, {_KMEANS} groups", f"question asked, k-means {_KMEANS}"


def benchmark(
    data: Path | None, repeats: int, config: Config, tools: Tools, weights: Path, say: Callable[[str], None]
) -> str:
    """Every method on every coded set, as Markdown. `say` hears what is at work."""
    parts, largest = [_heading(data, tools)], None
    for coded in coded_sets(data):
        say(coded.name)
        result = _analyse(coded, config, tools)
        parts.append(_set_report(coded, result, config))
        if largest is None or len(result.utterances) > len(largest.utterances):
            largest = result
    if largest is not None:
        say("time and memory")
        parts.append(_speed_report(largest, config, tools, weights, repeats))
    return "\n".join(parts)


def _analyse(coded: CodedSet, config: Config, tools: Tools) -> Result:
    return run.analyse(dataclasses.replace(config, study=coded.study), tools, Watch(time.perf_counter))


def _set_report(coded: CodedSet, result: Result, config: Config) -> str:
    rows = _structure(result, config)
    lines = [
        f"## {coded.name}",
        "",
        f"{len(result.corpus.documents):,} documents, {len(result.utterances):,} utterances, "
        f"{result.comparison.n_coded:,} coded, {len(result.codebook.codes)} codes.",
        "",
        "| grouping | groups | placed | AMI | excess (95%) | phi |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        *(_structure_line(name, found) for name, found in rows),
        "",
        "| coding, held out by document | utterances | top-1 | top-3 | macro kappa | ECE |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        *(_agreement_line(row) for row in _agreements(result)),
        "",
    ]
    return "\n".join(lines)


def _structure(result: Result, config: Config) -> list[tuple[str, list[StructureRow]]]:
    """Our themes and every baseline, each with the rows of its seeds."""
    groupings = _groupings(result)
    scored = compare.compare(
        result.utterances,
        result.clusters.placement,
        [theme.id for theme in result.themes],
        result.table,
        None,
        None,
        groupings,
        {},
        config.compare,
    ).structure
    by_name: dict[str, list[StructureRow]] = {}
    for row in scored:
        by_name.setdefault(row.name.partition(" #")[0], []).append(row)
    return list(by_name.items())


def _groupings(result: Result) -> dict[str, Ints]:
    texts = [utterance.clean for utterance in result.utterances]
    vectors = result.vectors
    asked = np.array([bool(utterance.question) for utterance in result.utterances])
    found: dict[str, Ints] = {}
    for seed in range(_SEEDS):
        found[f"{_PEER} #{seed}"] = bertopic(texts, vectors.plain)
        found[f"{_PEER}, on our vectors #{seed}"] = bertopic(texts, vectors.mixed)
        found[f"{_MEANS} #{seed}"] = kmeans(vectors.plain, _KMEANS, seed)
        if asked.any():
            groups = np.full(len(texts), -1, np.int32)
            groups[asked] = kmeans(vectors.question[asked], _KMEANS, seed)
            found[f"{_QUESTION} #{seed}"] = groups
    return found


def _structure_line(name: str, rows: Sequence[StructureRow]) -> str:
    excess = [row.excess.value for row in rows if row.excess.value is not None]
    interval = _interval(rows[0].excess) if len(rows) == 1 else _spread(excess)
    cells = (
        name,
        f"{statistics.mean(row.groups for row in rows):.0f}",
        _mean([row.placed for row in rows]),
        _mean([row.ami for row in rows]),
        f"{_mean(excess)} {interval}".strip(),
        _mean([row.phi for row in rows]),
    )
    return f"| {' | '.join(cells)} |"


def _agreements(result: Result) -> list[Agreement]:
    comparison = result.comparison
    return [*comparison.agreements, *comparison.baselines, *comparison.human]


def _agreement_line(row: Agreement) -> str:
    figures = (row.top1, row.top3, row.macro_kappa, row.ece)
    cells = [f"{row.first}: {row.second}", f"{row.n_units:,}", *(_mean([figure.value]) for figure in figures)]
    return f"| {' | '.join(cells)} |"


def _speed_report(result: Result, config: Config, tools: Tools, weights: Path, repeats: int) -> str:
    few = result.utterances[:_TIMED]
    vectors = run.embed_all(few, config, tools, Watch(time.perf_counter))
    speeds = [warm(few, vectors, config, tools, repeats), *fresh(few, weights)]
    lines = [
        f"## Time and memory, {len(few):,} utterances of {result.manifest.study}",
        "",
        "Measured in turn on the same machine; read the ratio, not the seconds.",
        "",
        "| job | ours, s | BERTopic, s | ours / BERTopic | ours, peak MB | BERTopic, peak MB |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        *(_speed_line(speed) for speed in speeds),
        "",
    ]
    return "\n".join(lines)


def _speed_line(speed: Speed) -> str:
    memory = ["–" if mb is None else f"{mb:,.0f}" for mb in (speed.ours_mb, speed.peer_mb)]
    cells = (speed.job, f"{speed.ours:.1f}", f"{speed.peer:.1f}", f"{speed.ours / speed.peer:.2f}", *memory)
    return f"| {' | '.join(cells)} |"


def _heading(data: Path | None, tools: Tools) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in store.versions())
    command = "make bench" + (" DATA=…" if data else "")
    named = "" if data else "\nNo folder of coded sets was named, so only the example study is scored.\n"
    return (
        f"# Benchmarks\n\n{tools.today}, by `{command}`. Encoder {tools.encoder.name}; {versions}.\n{named}\n"
        "Excess: adjusted mutual information with the human codes less its mean after rotating the groups within each\n"
        "document; with an interval for our themes (jackknife or bootstrap over documents), with the range over "
        f"{_SEEDS} seeds\nfor methods that draw at random. Ours gives the same themes in every run. phi: same theme "
        "against shared code, over\npairs from different documents. Figures are over coded utterances, structure "
        "over placed ones: read it beside the\nplaced share. See docs/method.md.\n"
    )


def _mean(values: Sequence[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{statistics.mean(known):.3f}" if known else "–"


def _interval(figure: Estimate) -> str:
    return "" if figure.low is None or figure.high is None else f"({figure.low:.3f} to {figure.high:.3f})"


def _spread(values: Sequence[float]) -> str:
    return f"[{min(values):.3f} to {max(values):.3f}]" if values else ""
