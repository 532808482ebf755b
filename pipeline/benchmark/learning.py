"""The learning curve: what suggestions are worth with no, few and many codings."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline import codebook
from pipeline.benchmark import markdown as md
from pipeline.benchmark import scores
from pipeline.benchmark.case import Case
from pipeline.benchmark.scores import Hits
from pipeline.codebook.learn import judge
from pipeline.codebook.suggest import assembled, suggestions_of
from pipeline.records import Bools, Floats, Suggestions

DOCUMENTS = (1, 2, 4, 8)
UTTERANCES = (25, 50, 100, 200)
DRAWS = 3
SLACK = 0.01
ALL, NOTHING = "all documents", "nothing"


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was taught, and what the blend, the definitions alone and learning alone then score (mean of the draws)."""

    taught: str
    blend: Hits
    definitions: Hits
    learning: Hits

    def short(self, figure: str) -> float | None:
        """By how much the blend is below the better of its two parts; 0 or less: it is not."""
        parts = [getattr(each, figure) for each in (self.definitions, self.learning)]
        known = [value for value in parts if value is not None]
        own = getattr(self.blend, figure)
        return None if own is None or not known else float(max(known) - own)


def lessons(case: Case) -> list[Lesson]:
    """From nothing to everything; empty where nothing can be held out.

    Documents: what they are learned from is never scored, so that with k documents taught every scored utterance was
    judged after exactly k.  Utterances: drawn from all documents, those of the documents being judged are not used.
    """
    if case.held_out is None:
        return []
    coded, everything = case.table.coded, np.ones(len(case.utterances), np.bool_)
    names = sorted({case.utterances[i].document for i in np.flatnonzero(coded).tolist()})
    of, rows = np.array([utterance.document for utterance in case.utterances]), np.flatnonzero(coded)
    found = [_by_fold(case, NOTHING, [~everything])]
    for count in (count for count in DOCUMENTS if count < len(names)):
        drawn = [np.isin(of, _draw(names, count, number)) for number in range(DRAWS)]
        found.append(_by_documents(case, f"{count} document{'' if count == 1 else 's'}", drawn))
    for count in (count for count in UTTERANCES if count < len(rows)):
        drawn = [np.isin(np.arange(len(of)), _draw(rows, count, number)) for number in range(DRAWS)]
        found.append(_by_fold(case, f"{count} utterances", drawn))
    return [*found, _by_fold(case, ALL, [everything])]


def _draw(of: Sequence[str] | NDArray[np.int64], count: int, number: int) -> NDArray[Any]:
    return np.random.default_rng(number).choice(np.asarray(of), count, replace=False)


def _by_fold(case: Case, title: str, drawn: list[Bools]) -> Lesson:
    """drawn: what is taught, bool [n], for every draw; every coded utterance is scored without its document."""
    config, evidence, coded = case.config.codebook, case.evidence, case.table.coded
    blend = [_hits(case, codebook.held_out(evidence, config, taught=taught), coded) for taught in drawn]
    learning = [
        _hits(case, codebook.plain_regression(evidence, config, taught) if (taught & coded).any() else None, coded)
        for taught in drawn
    ]
    definitions = _hits(case, codebook.by_definition(evidence), coded)
    return Lesson(title, scores.mean_hits(blend), definitions, scores.mean_hits(learning))


def _by_documents(case: Case, title: str, drawn: list[Bools]) -> Lesson:
    """drawn: whole documents that are taught, bool [n], for every draw; only the others are scored."""
    config, evidence, coded = case.config.codebook, case.evidence, case.table.coded
    by_definition = codebook.by_definition(evidence)
    blend, definitions, learning = [], [], []
    for taught in drawn:
        others = np.where(taught, np.int32(-1), np.int32(0))
        judged = judge(evidence, coded & taught, case.table.looked_at & taught, ~taught, config)
        learned = suggestions_of(evidence, assembled([judged], others), others, "")
        blend.append(_hits(case, learned, coded & ~taught))
        definitions.append(_hits(case, by_definition, coded & ~taught))
        alone = ranked_by(by_definition, codebook.learning_alone(evidence, coded & taught, config))
        learning.append(_hits(case, alone, coded & ~taught))
    return Lesson(title, *(scores.mean_hits(each) for each in (blend, definitions, learning)))


def ranked_by(like: Suggestions, log_p: Floats) -> Suggestions:
    """Suggestions by these scores [n, codes], the best of them given; the rest as it is."""
    ranked = np.argsort(-log_p, axis=1, kind="stable")[:, : like.ranked.shape[1]].astype(np.int32)
    chosen = np.zeros(log_p.shape, np.bool_)
    chosen[np.arange(len(log_p)), ranked[:, 0]] = True
    return dataclasses.replace(like, ranked=ranked, chosen=chosen)


def _hits(case: Case, suggestions: Suggestions | None, scored: Bools) -> Hits:
    if suggestions is None:
        return Hits(None, None, None, 0)
    return scores.hits(suggestions, case.table, scored, case.config.compare.min_positives)


def lines(found: list[Lesson]) -> list[str]:
    """A row for each amount of teaching; ▼ where the blend is more than .01 below one of its parts."""
    names = ("top-1", "top-3", "kappa")
    heads = ["taught", *(f"{name}: blend / definitions / learning" for name in names)]
    return md.table(heads, [[each.taught, *(_cell(each, f) for f in ("top1", "top3", "kappa"))] for each in found])


def _cell(lesson: Lesson, figure: str) -> str:
    values = (getattr(each, figure) for each in (lesson.blend, lesson.definitions, lesson.learning))
    short = lesson.short(figure)
    return " / ".join(md.number(value) for value in values) + (" ▼" if short is not None and short > SLACK else "")
