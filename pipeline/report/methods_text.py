"""The methods paragraph, filled from the run and ready for a paper, and the limits in plain words."""

from __future__ import annotations

from pipeline.config import SegmentConfig
from pipeline.records import Agreement, Result
from pipeline.report.frame import Frame
from pipeline.report.lines import REFLEXIVE, n_placed, why_nothing_compared
from pipeline.report.tables import settings
from pipeline.report.words import count, listing, number, plural, share

_FEW_DOCUMENTS = 20
"""Below it the comparison's intervals are a jackknife over documents with Student's t, from it on a bootstrap."""

LIMITS = (
    "Candidate themes are groups of utterances with similar wording and content. They suggest a reading; people decide "
    "what counts as a theme.",
    "A theme that comes back when part of the talk is left out is stable, which does not make it purer or more "
    "important.",
    "What is said once, or at one site only, may be set aside here although it matters. Read the set-aside utterances.",
    "The encoder was trained on general text. Translated, local or clinical language may lie closer together or "
    "further apart than your readers would put it.",
    "Agreement with this team's coding depends on this team's codebook and on how much was coded; it says nothing "
    "about other teams.",
    "Leaving out hard utterances raises agreement, so agreement and the placed share are always shown together.",
)


def methods_paragraph(frame: Frame) -> str:
    """Material, units, vectors, grouping, comparison and software of this run in a handful of sentences."""
    result = frame.result
    return " ".join((_material(result), _vectors(result), _grouping(result), _coding(frame), _software(result)))


def _material(result: Result) -> str:
    people = {utterance.person for utterance in result.utterances}
    sites = {utterance.site for utterance in result.utterances if utterance.site}
    where = f" at {plural(len(sites), 'site')}" if sites else ""
    return (
        f"{plural(len(result.corpus.documents), 'document')}{where} ({plural(len(people), 'participant')}, "
        f"{plural(len(result.corpus.turns), 'turn')}) were split into {plural(len(result.utterances), 'utterance')} "
        f"({_unit(result, settings(result).segment)}); interviewers' turns served as context only."
    )


def _unit(result: Result, config: SegmentConfig) -> str:
    packed = f"whole sentences, packed to about {config.target_words} words"
    if config.unit != "auto":
        return {"packed": packed, "sentence": "single sentences", "turn": "whole turns"}[config.unit]
    forms = {document.form for document in result.corpus.documents}
    if forms == {"answers"}:
        return "whole answers"
    return f"{packed}; short rows and answers whole" if forms - {"transcript"} else packed


def _vectors(result: Result) -> str:
    config, encoder = settings(result).embed, result.manifest.model or "(not recorded)"
    return (
        f"Utterances were embedded with the sentence encoder {encoder} and mixed "
        f"with their neighbours in the conversation (weight {number(config.neighbour_weight)}) and with the question "
        f"asked (weight {number(config.question_weight)})."
    )


def _grouping(result: Result) -> str:
    least = f"at least {plural(settings(result).cluster.min_theme, 'utterance')}"
    if not result.themes:
        return f"Grouping by {result.clusters.engine} gave no candidate theme of {least}: all were set aside."
    themes, placed = plural(len(result.themes), "candidate theme"), n_placed(result)
    return (
        f"They were grouped by {result.clusters.engine} into {themes} of {least}; "
        f"{share(placed, len(result.utterances))} were placed, the "
        f"others set aside with a reason."
    )


def _coding(frame: Frame) -> str:
    table = frame.result.table
    if not table.coders:
        return "No human coding was compared."
    text = (
        f"Codings of {plural(len(table.coders), 'coder')} with {plural(len(table.codes), 'code')} were carried over to "
        f"utterances: a coding touches an utterance if it covers at least half of it, or if the utterance covers at "
        f"least half of the coding"
    )
    if frame.reflexive:
        return f"{text}. No agreement is reported: {REFLEXIVE}."
    agreements = frame.result.comparison.agreements
    if not agreements:
        return f"{text}. No agreement with the machine was computed: {why_nothing_compared(frame.result)}."
    return (
        f"{text}. Codes were learned on some documents and agreement was computed on others only, "
        f"{listing(list(dict.fromkeys(_intervals(agreement) for agreement in agreements)))}."
    )


def _intervals(agreement: Agreement) -> str:
    n = agreement.n_documents
    if n < 2:
        return "without 95% intervals where all of it comes from one document"
    how = "jackknife with Student's t" if n < _FEW_DOCUMENTS else "bootstrap"
    return f"with 95% intervals by {how} over {count(n)} documents"


def _software(result: Result) -> str:
    manifest = result.manifest
    versions = listing([f"{name} {version}" for name, version in manifest.versions], 12)
    seeds = listing([str(seed) for seed in dict.fromkeys(manifest.seeds)])
    return (
        f"All steps ran on one computer without a network and without a generative model"
        f"{f' ({versions})' if versions else ''}{f'; seed {seeds}' if seeds else ''}."
    )
