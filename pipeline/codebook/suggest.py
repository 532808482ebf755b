"""Codes suggested for utterances: by definitions alone, learned from codings, and held out to be scored."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from pipeline.codebook.evidence import NOT_HELD_OUT, Evidence, documents_of, outer_folds
from pipeline.codebook.learn import Judged, judge, judge_by_definition, themes_of
from pipeline.config import CodebookConfig
from pipeline.records import Bools, Ints, Progress, Suggestions

_TOP = 3
_NO_CODE = -1
_BY_DEFINITION = "definitions alone"


def by_definition(evidence: Evidence) -> Suggestions:
    """Codes ranked by cosine of the mixed vector and the code's vector; ranks only, no probabilities."""
    everything = np.ones(len(evidence.documents), np.bool_)
    return suggestions_of(evidence, judge_by_definition(evidence, everything), _nobody(evidence), _BY_DEFINITION)


def learned(evidence: Evidence, config: CodebookConfig) -> Suggestions:
    """Suggestions for all utterances from every coding there is; by definition if there is none.

    What people refused for an utterance is not suggested there again; the next code takes its place.
    These must not be scored: they learned from the codings that they would be scored on. See held_out.
    """
    coded = evidence.table.coded
    everything, basis = np.ones(len(coded), np.bool_), _BY_DEFINITION
    refused = evidence.table.refused if evidence.table.refused.size else None
    if coded.any():
        found = judge(evidence, coded, evidence.table.looked_at, everything, config, refused)
        n_documents = len(documents_of(evidence, coded))
        basis = f"definitions and the codings of {int(coded.sum())} utterances in {n_documents} documents"
    else:
        found = judge_by_definition(evidence, everything, refused)
    return suggestions_of(evidence, _without(found, refused), _nobody(evidence), basis)


def _without(judged: Judged, refused: Bools | None) -> Judged:
    """What was judged, with refused pairs (bool [n, codes]) last of all (-inf), unnumbered (NaN) and never chosen."""
    if refused is None:
        return judged
    return dataclasses.replace(
        judged,
        scores=np.where(refused, np.float32(-np.inf), judged.scores),
        probabilities=np.where(refused, np.float32(np.nan), judged.probabilities),
        chosen=judged.chosen & ~refused,
        plausible=judged.plausible & ~refused if judged.plausible.size else judged.plausible,
    )


def held_out(
    evidence: Evidence, config: CodebookConfig, progress: Progress | None = None, taught: Bools | None = None
) -> Suggestions | None:
    """For every coded document the suggestions learned from the other documents; None with fewer than two of them.

    Up to 12 coded documents each is left out alone, above that in 5 folds of whole documents. Utterances of documents
    that nobody coded get no code (-1).  taught: bool [n], only these are learned from, for learning curves; everything
    if None. Where nothing is left to learn from, by definition.
    """
    fold = outer_folds(evidence, config)
    if fold is None:
        return None
    coded, worked = evidence.table.coded, evidence.table.looked_at
    if taught is not None:
        coded, worked = coded & taught, worked & taught
    n_folds, parts = int(fold.max()) + 1, []
    for number in range(n_folds):
        left_out = fold == number
        parts.append(judge(evidence, coded & ~left_out, worked & ~left_out, left_out, config))
        if progress:
            progress(number + 1, n_folds)
    return suggestions_of(evidence, assembled(parts, fold), fold, f"held out by document, {n_folds} folds")


def suggestions_of(evidence: Evidence, judged: Judged, fold: Ints, basis: str) -> Suggestions:
    """Suggestions from what was judged of all n utterances; no code is ranked where fold is -1 and others are not."""
    ranked = np.argsort(-judged.scores, axis=1, kind="stable")[:, :_TOP].astype(np.int32)
    probability = np.take_along_axis(judged.probabilities, ranked, axis=1)
    ranked = np.where(np.isneginf(np.take_along_axis(judged.scores, ranked, axis=1)), np.int32(_NO_CODE), ranked)
    if (fold != NOT_HELD_OUT).any():
        ranked = np.where(fold[:, None] != NOT_HELD_OUT, ranked, np.int32(_NO_CODE))
    return Suggestions(
        codes=evidence.table.codes,
        ranked=ranked,
        probability=probability,
        scores=judged.scores,
        probabilities=judged.probabilities,
        fold=fold,
        basis=basis,
        chosen=judged.chosen,
        no_code=judged.no_code,
        themes=themes_of(evidence)[0],
        theme_probability=judged.theme_probability,
        plausible=judged.plausible,
    )


def assembled(parts: Sequence[Judged], fold: Ints) -> Judged:
    """One judgement of all n utterances from those of each fold; scores 0, nothing chosen and NaN outside all folds.

    Conformal sets only if every fold has them.
    """
    n, n_codes = len(fold), parts[0].scores.shape[1]
    n_plausible = min(part.plausible.shape[1] for part in parts)
    whole = Judged(
        scores=np.zeros((n, n_codes), np.float32),
        probabilities=np.full((n, n_codes), np.nan, np.float32),
        chosen=np.zeros((n, n_codes), np.bool_),
        no_code=np.full(n, np.nan, np.float32),
        theme_probability=np.full((n, parts[0].theme_probability.shape[1]), np.nan, np.float32),
        plausible=np.zeros((n, n_plausible), np.bool_),
    )
    for number, part in enumerate(parts):
        here = fold == number
        whole.scores[here], whole.probabilities[here], whole.chosen[here] = part.scores, part.probabilities, part.chosen
        whole.no_code[here], whole.theme_probability[here] = part.no_code, part.theme_probability
        whole.plausible[here] = part.plausible[:, :n_plausible]
    return whole


def _nobody(evidence: Evidence) -> Ints:
    return np.full(len(evidence.documents), NOT_HELD_OUT, np.int32)
