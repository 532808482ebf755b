"""What is judged of utterances after the codings of others: codes, their probabilities, and whether any applies."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.codebook import conformal
from pipeline.codebook.blend import start, weigh
from pipeline.codebook.calibrate import calibrated, logit, theme_logit
from pipeline.codebook.clues import F64, FREQUENCY, LeftOut, clues, left_out_clues
from pipeline.codebook.decide import choose, codes_per_utterance, further_threshold, leaning, no_code_threshold
from pipeline.codebook.evidence import Evidence, documents_of
from pipeline.codebook.no_code import NoCode, no_code
from pipeline.config import CodebookConfig
from pipeline.records import Bools, Floats, Ints

_NEVER = 1e6  # far below every score, and finite: what a refused code loses


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What is said of m utterances; fields as in Suggestions."""

    scores: Floats
    probabilities: Floats
    chosen: Bools
    no_code: Floats
    theme_probability: Floats
    plausible: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Rehearsal:
    """What would have been said of m taught utterances without their own documents.

    rows: their numbers.  scores, leant: float64 [m, codes].  given: bool [m, codes], what people said of them.
    """

    rows: NDArray[np.intp]
    scores: F64
    leant: F64
    given: Bools


def judge_by_definition(evidence: Evidence, new: Bools, refused: Bools | None = None) -> Judged:
    """The rows in new by cosine to the definitions; the best code is chosen, nothing else is known.

    refused: see judge.
    """
    scores = evidence.vectors.mixed[new] @ evidence.codes.T
    if refused is not None:
        scores = scores - _NEVER * refused[new].astype(np.float32)
    n = len(scores)
    chosen = choose(scores.astype(np.float64), float("inf"), np.zeros(n, np.bool_))
    unknown = np.full(scores.shape, np.nan, np.float32)
    themes = np.full((n, len(themes_of(evidence)[0])), np.nan, np.float32)
    return Judged(scores, unknown, chosen, np.full(n, np.nan, np.float32), themes, chosen[:, :0])


def judge(
    evidence: Evidence,
    train: Bools,
    worked: Bools,
    new: Bools,
    config: CodebookConfig,
    refused: Bools | None = None,
) -> Judged:
    """The rows in new (whole documents), learned from the coded rows in train and all rows, coded or not, in worked.

    No probabilities (NaN) from fewer than codebook.min_documents, or with a single code: every coded utterance carries
    it, so there is nothing to calibrate on. By definition if train is empty.  refused: bool [n, codes], what people
    said does not apply. The other codes then share its chance, by Bayes' rule; a refused one comes last by far, and
    nothing else that is said of it counts. None where suggestions are to be scored.
    """
    judged = judge_by_definition(evidence, new, refused)
    if not train.any():
        return judged
    n_documents = len(documents_of(evidence, train))
    left_out = left_out_clues(evidence, train, config)
    weights = start(n_documents, int(train.sum()), config)
    if left_out is not None:
        weights = weigh(left_out.clues, _shares(evidence, left_out), n_documents, config)
    found = clues(evidence, train, new, config)
    scores: F64 = found @ weights
    if refused is not None:
        scores = scores - _NEVER * refused[new]
    rehearsal = None if left_out is None else _rehearse(evidence, left_out, weights)
    nothing = no_code(evidence, train, worked, new, config)
    leant = leaning(logit(scores), found[:, :, FREQUENCY])
    chosen = _chosen(evidence, leant, rehearsal, nothing, train, worked)
    judged = dataclasses.replace(judged, scores=scores.astype(np.float32), no_code=nothing.new, chosen=chosen)
    if rehearsal is None or n_documents < config.min_documents or len(evidence.codes) < 2:
        return judged
    return _with_probabilities(evidence, judged, scores, rehearsal)


def themes_of(evidence: Evidence) -> tuple[tuple[str, ...], Ints]:
    """The themes of the coding tree in the order of its codes, and each code's; none if no code has a parent.

    A code without a parent stands for itself.
    """
    if not any(evidence.parents):
        return (), np.zeros(0, np.int32)
    own = [parent or code for parent, code in zip(evidence.parents, evidence.table.codes, strict=True)]
    themes = tuple(dict.fromkeys(own))
    return themes, np.array([themes.index(name) for name in own], np.int32)


def _shares(evidence: Evidence, left_out: LeftOut) -> F64:
    counts = evidence.table.n_givers[left_out.rows].astype(np.float64)
    shares: F64 = counts / counts.sum(axis=1, keepdims=True)
    return shares


def _rehearse(evidence: Evidence, left_out: LeftOut, weights: F64) -> Rehearsal:
    scores: F64 = left_out.clues @ weights
    leant = leaning(logit(scores), left_out.clues[:, :, FREQUENCY])
    return Rehearsal(left_out.rows, scores, leant, evidence.table.by_anyone[left_out.rows])


def _chosen(
    evidence: Evidence, leant: F64, rehearsal: Rehearsal | None, nothing: NoCode, train: Bools, worked: Bools
) -> Bools:
    """bool [new rows, codes]: the best code and as many more as people give; none where "no code" is likely enough."""
    if rehearsal is None:
        return choose(leant, float("inf"), np.zeros(len(leant), np.bool_))
    further = further_threshold(rehearsal.leant, codes_per_utterance(evidence.table, train))
    would = choose(rehearsal.leant, further, np.zeros(len(rehearsal.rows), np.bool_))
    known = worked & ~np.isnan(nothing.left_out)
    at = np.nan_to_num(nothing.left_out[rehearsal.rows])
    none = float("inf")
    if known.any():
        none = no_code_threshold(nothing.left_out[known], train[known], rehearsal.given, would, at)
    return choose(leant, further, np.nan_to_num(nothing.new) >= none)


def _with_probabilities(evidence: Evidence, judged: Judged, scores: F64, rehearsal: Rehearsal) -> Judged:
    before, now, given = logit(rehearsal.scores), logit(scores), rehearsal.given
    probabilities = calibrated(before, given, now)
    themes, theme = themes_of(evidence)
    theme_probability, plausible = judged.theme_probability, judged.plausible
    if len(themes) > 1:
        of_theme = np.stack([given[:, theme == k].any(axis=1) for k in range(len(themes))], axis=1)
        theme_probability = calibrated(
            theme_logit(rehearsal.scores, theme, len(themes)), of_theme, theme_logit(scores, theme, len(themes))
        )
    documents = [evidence.documents[i] for i in rehearsal.rows]
    if len(set(documents)) >= conformal.LEAST_DOCUMENTS:
        plausible = conformal.plausible(now, conformal.limit(conformal.weakest(before, given), documents))
    return dataclasses.replace(
        judged, probabilities=probabilities, theme_probability=theme_probability, plausible=plausible
    )
