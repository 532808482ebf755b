"""Time and memory for the same job: from vectors to named themes, and from text to themes in a fresh process."""

from __future__ import annotations

import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline import stages
from pipeline.benchmark.peers import bertopic
from pipeline.config import Config
from pipeline.records import Utterance, Vectors
from pipeline.stages import Tools
from pipeline.watch import Watch

_FRESH_PEER = """
import csv, json, sys, time, warnings
warnings.simplefilter("ignore")
start = time.perf_counter()
from sentence_transformers import SentenceTransformer
from bertopic import BERTopic
texts = [row["text"] for row in csv.DictReader(open(sys.argv[1], encoding="utf-8", newline=""))]
BERTopic(embedding_model=SentenceTransformer(sys.argv[2], local_files_only=True, device="cpu")).fit_transform(texts)
status = open("/proc/self/status", encoding="utf-8").read().splitlines()
peak = next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM:"))
print(json.dumps({"seconds": time.perf_counter() - start, "peak_mb": peak}))
"""


@dataclass(frozen=True, slots=True)
class Speed:
    """Medians of the runs of one job, ours and BERTopic's: seconds, and megabytes where a process was measured."""

    job: str
    ours: float
    peer: float
    ours_mb: float | None = None
    peer_mb: float | None = None


def warm(utterances: Sequence[Utterance], vectors: Vectors, config: Config, tools: Tools, repeats: int) -> Speed:
    """From vectors to named themes in one process, in turn, after a run of each that is not counted."""
    texts = [utterance.clean for utterance in utterances]

    def ours() -> None:
        watch = Watch(time.perf_counter)
        clusters = stages.find_themes(utterances, vectors, config, watch)
        stages.name_themes(utterances, vectors, clusters, config, tools, watch)

    seconds = _in_turn((ours, lambda: bertopic(texts, vectors.plain)), repeats)
    return Speed("vectors to named themes, warm", *(statistics.median(times) for times in seconds))


def fresh(utterances: Sequence[Utterance], weights: Path) -> list[Speed]:
    """From a table of texts in a fresh process: everything that `run` does with its report, and BERTopic's themes.

    Ours first without anything in the cache, then again with it; BERTopic keeps none.
    """
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "turns.csv"
        with table.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["document", "speaker", "text"])
            writer.writerows([u.document, "Speaker", u.text] for u in utterances)
        settings = Path(folder) / "settings.toml"
        settings.write_text(
            '[study]\ntranscripts = "turns.csv"\nout = "out"\n[embed]\ncache = "cache"\n', encoding="utf-8"
        )
        command = [sys.executable, "-m", "pipeline", "run", "--quiet", "--config", str(settings)]
        peer = json.loads(_call([sys.executable, "-c", _FRESH_PEER, str(table), str(weights)], folder).splitlines()[-1])
        speeds = []
        for job in ("text to report, first run", "text to report, cache filled"):
            start = time.perf_counter()
            _call(command, folder)
            seconds = time.perf_counter() - start
            stages = json.loads((Path(folder) / "out" / "manifest.json").read_text(encoding="utf-8"))["stages"]
            peak = max(stage["peak_mb"] for stage in stages)
            speeds.append(Speed(job, seconds, peer["seconds"], peak, peer["peak_mb"]))
    return speeds


def _in_turn(jobs: Sequence[Callable[[], object]], repeats: int) -> list[list[float]]:
    seconds: list[list[float]] = [[] for _ in jobs]
    for number in range(repeats + 1):
        for times, job in zip(seconds, jobs, strict=True):
            start = time.perf_counter()
            job()
            if number:
                times.append(time.perf_counter() - start)
    return seconds


def _call(command: Sequence[str], folder: str) -> str:
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    return subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True).stdout  # noqa: S603
