"""Groupings beside each other: structure, themes found, whether they come back, and what they cost."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline import cluster, compare, embed
from pipeline.benchmark import markdown as md
from pipeline.benchmark import measure_sklearn, peers, scores
from pipeline.benchmark.case import Case, cut, resample
from pipeline.codebook import by_definition
from pipeline.coded import baselines_of
from pipeline.compare.found import themes_found
from pipeline.compare.units import arrange
from pipeline.config import ClusterConfig
from pipeline.records import Comparison, Floats, Ints, StructureRow, Utterance, Vectors

SEEDS = 3
RESAMPLES = 3
KMEANS = 20
CAME_BACK = 0.75
OURS, OTHER_SEEDS, SINGLE = "candidate themes", "candidate themes, other seeds", "one run, no consensus"
PEER, PEER_OURS = "BERTopic, its defaults", "BERTopic, on our vectors"


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """One way of grouping, run once for each seed.

    labels: int32 [n] for each seed, -1 = set aside.  seconds: median of the runs.  rand: mean
    adjusted Rand index between runs.  came_back, jaccard: see come_back; None where not tried.
    """

    name: str
    labels: tuple[Ints, ...]
    seconds: float
    rand: float | None
    came_back: float | None = None
    jaccard: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """All groupings of a set with their scores.

    rows: by name, the rows of all seeds.  found: by name, themes found of each seed; human: how many there are.
    """

    groupings: tuple[Grouping, ...]
    comparison: Comparison
    rows: dict[str, list[StructureRow]]
    found: dict[str, list[int]]
    human: int

    def excess(self, name: str) -> float | None:
        """Mean excess over the seeds."""
        return scores.mean([row.excess.value for row in self.rows.get(name, [])])

    def phi(self, name: str) -> float | None:
        """Mean phi over the seeds."""
        return scores.mean([row.phi for row in self.rows.get(name, [])])

    def placed(self, name: str) -> float | None:
        """Mean placed share over the seeds."""
        return scores.mean([row.placed for row in self.rows.get(name, [])])

    def of(self, name: str) -> Grouping:
        """The grouping of this name."""
        return next(each for each in self.groupings if each.name == name)


def structure(case: Case, part: Case) -> Structure:
    """Every grouping of the set, run and scored; tried again on parts of it (of a large set: of its part)."""
    groupings = _groupings(case, part)
    named = {
        f"{each.name} #{seed}": labels
        for each in groupings
        for seed, labels in enumerate(each.labels)
        if each.name != OURS
    }
    comparison = compare.compare(
        case.utterances,
        case.clusters.placement,
        [f"T{number + 1}" for number in range(len(case.clusters.cohesion))],
        case.table,
        case.held_out,
        by_definition(case.evidence),
        named,
        case.parents,
        case.config.compare,
        compare.Beside(baselines_of(case.evidence, case.config), case.attributes, case.codings.items),
    )
    rows: dict[str, list[StructureRow]] = {}
    for row in comparison.structure:
        rows.setdefault(row.name.partition(" #")[0], []).append(row)
    found = {each.name: [_found(case, labels) for labels in each.labels] for each in groupings}
    return Structure(tuple(groupings), comparison, rows, found, len(comparison.found))


def come_back(
    case: Case, themes: Ints, again: Callable[[Sequence[Utterance], Vectors], Ints]
) -> tuple[float | None, float | None]:
    """Share of themes whose best Jaccard, averaged over three parts of the set, is at least .75; and the mean Jaccard.

    again: groups a part anew.  Compared over the rows of the part.  None without themes.
    """
    found = []
    for number in range(RESAMPLES):
        rows = resample(case.utterances, number)
        found.append(scores.best_jaccards(themes[rows], again(*cut(case, rows))))
    n_themes = int(themes.max(initial=-1)) + 1
    if not n_themes:
        return None, None
    padded = np.full((RESAMPLES, n_themes), np.nan)
    for row, values in zip(padded, found, strict=True):
        row[: len(values)] = values
    means = np.nan_to_num(np.nanmean(padded, axis=0))
    return float((means >= CAME_BACK).mean()), float(means.mean())


def ours(config: ClusterConfig) -> Callable[[Sequence[Utterance], Vectors], Ints]:
    """Our method as a function from utterances to groups."""
    return lambda utterances, vectors: cluster.find_themes(utterances, vectors, config).placement.theme


def _groupings(case: Case, part: Case) -> list[Grouping]:
    config, vectors, texts = case.config.cluster, case.vectors, case.texts
    own, words = case.clusters.placement.theme, measure_sklearn.tfidf(texts)
    peer = _run(PEER, lambda _: peers.bertopic(texts, vectors.plain))
    peer_themes = peer.labels[0] if part is case else peers.bertopic(part.texts, part.vectors.plain)
    peer_back = come_back(part, peer_themes, lambda u, v: peers.bertopic([each.clean for each in u], v.plain))
    part_themes = part.clusters.placement.theme
    rand = scores.adjusted_rand(part_themes, _shuffled(part))
    found = [
        Grouping(OURS, (own,), case.seconds, rand, *come_back(part, part_themes, ours(config))),
        _run(SINGLE, lambda seed: _seeded(case, seed, dataclasses.replace(config, engine="single"))),
        dataclasses.replace(peer, came_back=peer_back[0], jaccard=peer_back[1]),
        _run(PEER_OURS, lambda _: peers.bertopic(texts, vectors.mixed)),
        _run(f"TF-IDF and k-means {KMEANS}", lambda seed: measure_sklearn.kmeans(words, KMEANS, seed)),
        _run(f"embeddings and k-means {KMEANS}", lambda seed: measure_sklearn.kmeans(vectors.plain, KMEANS, seed)),
    ]
    if part is case:
        found.insert(1, _run(OTHER_SEEDS, lambda seed: _seeded(case, seed, config)))
    if any(utterance.question for utterance in case.utterances):
        found.append(_run(f"question asked, k-means {KMEANS}", lambda seed: _by_question(case, seed)))
    return found


def _run(name: str, job: Callable[[int], Ints]) -> Grouping:
    labels, seconds = [], []
    for seed in range(SEEDS):
        started = time.perf_counter()
        labels.append(job(seed))
        seconds.append(time.perf_counter() - started)
    return Grouping(name, tuple(labels), float(np.median(seconds)), scores.mean_rand(labels))


def _seeded(case: Case, seed: int, config: ClusterConfig) -> Ints:
    return ours(dataclasses.replace(config, seed=seed))(case.utterances, case.vectors)


def _shuffled(case: Case) -> Ints:
    """Our themes when the utterances come in another order, put back into their own."""
    order = np.random.default_rng(0).permutation(len(case.utterances))
    mixed = [case.utterances[i] for i in order.tolist()]
    back = np.empty(len(order), np.int32)
    back[order] = ours(case.config.cluster)(mixed, embed.rows(case.vectors, order))
    return back


def _by_question(case: Case, seed: int) -> Ints:
    asked = np.array([bool(utterance.question) for utterance in case.utterances])
    groups = np.full(len(asked), -1, np.int32)
    questions: Floats = case.vectors.question[asked]
    groups[asked] = measure_sklearn.kmeans(questions, KMEANS, seed)
    return groups


def _found(case: Case, labels: Ints) -> int:
    """How many of the team's themes a grouping finds, by the rules by which ours are judged."""
    study = arrange(case.utterances, case.table, ())
    ids = [f"T{number}" for number in range(int(labels.max(initial=-1)) + 1)]
    return sum(each.found for each in themes_found(study, labels[study.row].astype(np.int32), ids, case.parents))


def lines(found: Structure) -> list[str]:
    """The table."""
    heads = ("grouping", "groups", "placed", "AMI", "excess (95%) [range]", "phi", "themes found", "alike", "come back")
    by_name = {each.name: each for each in found.groupings}
    rows = [_line(name, rows, by_name.get(name), found) for name, rows in found.rows.items()]
    return md.table((*heads, "Jaccard", "s"), rows)


def _line(name: str, rows: Sequence[StructureRow], grouping: Grouping | None, found: Structure) -> list[str]:
    excess = [row.excess.value for row in rows]
    spread = md.interval(rows[0].excess) if len(rows) == 1 else md.spread(excess)
    cells = [
        name,
        f"{scores.mean([row.groups for row in rows]):.0f}",
        md.number(scores.mean([row.placed for row in rows])),
        md.number(scores.mean([row.ami for row in rows])),
        f"{md.number(scores.mean(excess))} {spread}".strip(),
        md.number(scores.mean([row.phi for row in rows])),
    ]
    if grouping is None:
        return [*cells, *[md.NONE] * 5]
    recall = f"{scores.mean([float(n) for n in found.found[name]]):.0f}/{found.human}"
    if name == OURS and found.comparison.found_by_chance is not None:
        recall += f" [{found.comparison.found_by_chance:.0f}]"
    back = [md.share(grouping.came_back), md.number(grouping.jaccard, 2)]
    return [*cells, recall, md.number(grouping.rand, 2), *back, f"{grouping.seconds:.1f}"]
