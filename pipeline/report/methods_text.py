"""The methods text, filled from the run and ready for a paper with its references, and the limits in plain words."""

from __future__ import annotations

from pipeline.config import SegmentConfig
from pipeline.records import Result
from pipeline.report.cells import settings
from pipeline.report.frame import Frame
from pipeline.report.lines import has_levels, n_placed
from pipeline.report.methods_coding import coding_text, reading_text, suggestion_text
from pipeline.report.view_decided import decisions_line
from pipeline.report.words import listing, number, plural, share

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


def methods_text(frame: Frame) -> tuple[str, ...]:
    """Material and grouping, suggestions, comparison, reading order and software of this run, a paragraph each."""
    result = frame.result
    grouping = " ".join(
        (_material(result), _vectors(result), _grouping(result), _levels(result), decisions_line(result))
    )
    return tuple(
        " ".join(text.split())
        for text in (
            grouping,
            suggestion_text(result),
            coding_text(frame),
            reading_text(result),
            _software(result),
        )
        if text
    )


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
        f"Utterances were embedded with the sentence encoder {encoder} (Reimers and Gurevych 2019) and mixed "
        f"with their neighbours in the conversation (weight {number(config.neighbour_weight)}) and with the question "
        f"asked (weight {number(config.question_weight)})."
    )


def _grouping(result: Result) -> str:
    engine, least = result.clusters.engine, f"at least {plural(settings(result).cluster.min_theme, 'utterance')}"
    how = f"{engine}{_sources(engine)}"
    if not result.themes:
        return f"Grouping by {how} gave no candidate theme of {least}: all were set aside."
    themes, placed = plural(len(result.themes), "candidate theme"), n_placed(result)
    return (
        f"They were grouped by {how} into {themes} of {least}; "
        f"{share(placed, len(result.utterances))} were placed, the "
        f"others set aside with a reason. How far a theme comes back was told by grouping again without some "
        f"{result.clusters.resampled} (Jaccard overlap; Hennig 2007). Keywords are phrases used more often in a theme "
        f"than elsewhere (Monroe, Colaresi and Quinn 2008)."
    )


def _sources(engine: str) -> str:
    found = [
        source
        for word, source in (
            ("UMAP", "McInnes, Healy and Melville 2018"),
            ("HDBSCAN", "Campello, Moulavi and Sander 2013"),
            ("Ward", "Ward 1963"),
            ("consensus of", "Monti and others 2003"),
        )
        if word in engine
    ]
    return f" ({'; '.join(found)})" if found else ""


def _levels(result: Result) -> str:
    """The second level, and candidates among what fits nothing; "" where there is neither."""
    texts = []
    if has_levels(result):
        texts.append(
            f"Candidate themes that stand near each other form {plural(len(result.groups), 'group')}, the upper of "
            f"two levels, as codes stand under themes."
        )
    if result.new_themes is not None:
        new = result.new_themes
        n, basis = len(new.themes), new.basis.rstrip(".")
        texts.append(
            f"Among {plural(new.n_open, 'utterance')} that fit nothing{f' ({basis})' if basis else ''} "
            f"the same grouping found {plural(n, 'new candidate') if n else 'no new candidate'}."
        )
    return " ".join(texts)


def _software(result: Result) -> str:
    manifest = result.manifest
    versions = listing([f"{name} {version}" for name, version in manifest.versions], 12)
    seeds = listing([str(seed) for seed in dict.fromkeys(manifest.seeds)])
    return (
        f"All steps ran on one computer without a network and without a generative model"
        f"{f' ({versions})' if versions else ''}{f'; seed {seeds}' if seeds else ''}."
    )
