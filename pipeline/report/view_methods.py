"""What was left out (section 9) and how it was done (section 10)."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass

from pipeline.records import InputFile, Problem, Result, StageRecord
from pipeline.report.frame import Frame
from pipeline.report.lines import REFLEXIVE
from pipeline.report.tables import left_out, problems, settings
from pipeline.report.words import count, listing, number, plain_reason, plural, share

_SHORT_DIGEST = 12
_LIMITS = (
    "Candidate themes are groups of utterances with similar wording and content. They suggest a reading; people decide what is a theme.",
    "A theme that comes back when documents are left out is stable, which does not make it purer or more important.",
    "What is said once, or at one site only, may be set aside here although it matters. Read the set-aside utterances.",
    "The encoder was trained on general text. Translated, local or clinical language may lie closer or further apart than your readers would put it.",
    "Agreement with this team's coding depends on this team's codebook and on how much was coded; it says nothing about other teams.",
    "Leaving out hard utterances raises agreement, so agreement and the placed share are always shown together.",
)


@dataclass(frozen=True, slots=True)
class FlowStep:
    """One box of the flow figure, and what leaves the flow beside it as (reason, count)."""

    text: str
    aside_head: str
    aside: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LeftOutView:
    """Section 9.  reasons: (stage, reason, pieces); aside: (reason, nearest theme, utterances)."""

    flow: tuple[FlowStep, ...]
    reasons: tuple[tuple[str, str, str], ...]
    aside: tuple[tuple[str, str, str], ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class MethodsView:
    """Section 10."""

    paragraph: str
    limits: tuple[str, ...]
    notes: tuple[str, ...]
    coreq: tuple[tuple[str, str, str], ...]
    settings: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]
    inputs: tuple[tuple[InputFile, str], ...]
    stages: tuple[tuple[StageRecord, str, str], ...]
    identity: tuple[tuple[str, str, str], ...]


def left_out_view(frame: Frame) -> LeftOutView:
    """The flow figure, and tables of what was left out and set aside."""
    result = frame.result
    reasons = Counter((d.stage, d.reason) for d in left_out(result))
    placement = result.clusters.placement
    aside = Counter(
        (placement.set_aside[i], int(placement.nearest[i])) for i, k in enumerate(placement.theme.tolist()) if k < 0
    )
    named = [
        (plain_reason(reason), frame.marks[k].id if 0 <= k < len(frame.marks) else "none", count(n))
        for (reason, k), n in sorted(aside.items(), key=lambda item: (item[0][0], item[0][1]))
    ]
    rows = tuple((stage, plain_reason(reason), count(n)) for (stage, reason), n in sorted(reasons.items()))
    return LeftOutView(_flow(result), rows, tuple(named), problems(result))


def methods_view(frame: Frame) -> MethodsView:
    """The methods paragraph, limits, COREQ items, settings, versions and digests of the run."""
    manifest = frame.result.manifest
    config = settings(frame.result)
    flat = [
        (f"{section.name}.{key}", str(value).lower() if isinstance(value, bool) else str(value))
        for section in dataclasses.fields(config)
        for key, value in dataclasses.asdict(getattr(config, section.name)).items()
        if value not in ("", ())
    ]
    identity = [("configuration", manifest.config_sha256), (f"encoder {manifest.model}", manifest.model_sha256)]
    return MethodsView(
        paragraph=_paragraph(frame),
        limits=_LIMITS,
        notes=(*frame.result.clusters.notes, *frame.result.notes),
        coreq=_coreq(frame),
        settings=tuple(flat),
        versions=manifest.versions,
        inputs=tuple((file, file.sha256[:_SHORT_DIGEST]) for file in manifest.inputs or frame.result.corpus.files),
        stages=tuple((s, number(s.seconds), count(round(s.peak_mb))) for s in manifest.stages),
        identity=tuple((what, digest[:_SHORT_DIGEST], digest) for what, digest in identity if digest),
    )


def _flow(result: Result) -> tuple[FlowStep, ...]:
    everything = left_out(result)
    whole = {(d.document, d.turn): d.reason for d in everything if d.whole_turn}
    turns = len(result.corpus.turns)
    kept = len({(u.document, u.turn) for u in result.utterances})
    theme = result.clusters.placement.theme.tolist()
    placed = sum(k >= 0 for k in theme)
    aside = Counter(result.clusters.placement.set_aside[i] for i, k in enumerate(theme) if k < 0)
    files, documents = len(result.corpus.files), len(result.corpus.documents)
    return (
        FlowStep(
            f"{plural(files, 'file')} read: {plural(documents, 'document')}",
            "Text outside every turn, left out",
            _reasons(Counter(d.reason for d in everything if not d.turn)),
        ),
        FlowStep(plural(turns, "turn"), "Turns left out", _reasons(Counter(whole.values()))),
        FlowStep(
            f"{plural(kept, 'turn')} to be analysed",
            "Pieces of these turns, left out",
            _reasons(Counter(d.reason for d in everything if d.turn and not d.whole_turn)),
        ),
        FlowStep(plural(len(theme), "utterance"), "Set aside, in no theme", _reasons(aside)),
        FlowStep(f"{share(placed, len(theme))} placed in {plural(len(result.themes), 'candidate theme')}", "", ()),
    )


def _reasons(found: Counter[str]) -> tuple[tuple[str, str], ...]:
    return tuple((plain_reason(reason), count(n)) for reason, n in sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _paragraph(frame: Frame) -> str:
    result, manifest, config = frame.result, frame.result.manifest, settings(frame.result)
    people = {u.person for u in result.utterances}
    sites = {u.site for u in result.utterances if u.site}
    placed = sum(k >= 0 for k in result.clusters.placement.theme.tolist())
    versions = listing([f"{name} {version}" for name, version in manifest.versions], 12)
    where = f" at {plural(len(sites), 'site')}" if sites else ""
    parts = [
        f"{plural(len(result.corpus.documents), 'transcript')}{where} "
        f"({plural(len(people), 'participant')}, {plural(len(result.corpus.turns), 'turn')}) were split into "
        f"{plural(len(result.utterances), 'utterance')} (whole sentences, packed to about {config.segment.target_words} words); interviewers' "
        f"turns served as context only.",
        f"Utterances were embedded with the sentence encoder {manifest.model or '(none)'} and mixed with their neighbours in the "
        f"conversation (weight {number(config.embed.neighbour_weight)}) and with the question asked (weight {number(config.embed.question_weight)}).",
        f"They were grouped by {result.clusters.engine} into {plural(len(result.themes), 'candidate theme')} of at least "
        f"{config.cluster.min_theme} utterances; {share(placed, len(result.utterances))} were placed, the others set aside with a reason.",
        _coding_sentence(frame),
        f"All steps ran on one computer without a network and without a generative model"
        f"{' (' + versions + ')' if versions else ''}{'; seeds ' + listing([str(seed) for seed in dict.fromkeys(manifest.seeds)]) if manifest.seeds else ''}.",
    ]
    return " ".join(parts)


def _coding_sentence(frame: Frame) -> str:
    result = frame.result
    if not result.table.coders:
        return "No human coding was compared."
    text = (
        f"Codings of {plural(len(result.table.coders), 'coder')} with {plural(len(result.table.codes), 'code')} were carried over to utterances: "
        f"a coding touches an utterance if it covers at least half of it, or if the utterance covers at least half of the coding"
    )
    if frame.reflexive:
        return f"{text}. Agreement was not computed for the report: {REFLEXIVE}."
    return f"{text}. Codes were learned on some documents and agreement was computed on others only, with 95% intervals over documents."


def _coreq(frame: Frame) -> tuple[tuple[str, str, str], ...]:
    result, todo = frame.result, "TO BE COMPLETED"
    people = len({u.person for u in result.utterances})
    timed = [t for t in result.corpus.turns if t.end_ms is not None]
    ends: dict[str, int] = {}
    for turn in timed:
        ends[turn.document] = max(ends.get(turn.document, 0), turn.end_ms or 0)
    minutes = sorted(round(end / 60_000) for end in ends.values())
    coders = len(result.table.coders)
    tree = f"{plural(len(result.codebook.codes), 'code')} under {plural(len({c.theme for c in result.codebook.codes if c.theme}), 'theme')}"
    encoder = f", encoder {result.manifest.model}" if result.manifest.model else ""
    return (
        (
            "12",
            "Sample size",
            f"{people} participants in {plural(len(result.corpus.documents), 'document')}" if people else todo,
        ),
        ("21", "Duration", f"{minutes[0]} to {minutes[-1]} minutes, from the time marks" if minutes else todo),
        ("22", "Data saturation", f"{todo}: this report gives no such claim, see section 8"),
        (
            "24",
            "Number of data coders",
            f"{plural(coders, 'person', 'people')}; the machine suggests, it is not a coder" if coders else todo,
        ),
        ("25", "Description of the coding tree", tree if result.codebook.codes else todo),
        (
            "26",
            "Derivation of themes",
            f"candidate themes from the data, by machine; {todo}: what the team made of them",
        ),
        ("27", "Software", f"theme-pipeline{encoder}; versions below"),
        ("29", "Quotations presented", "verbatim, each with document, paragraph and speaker"),
        ("others", "Team, relationship, recruitment, setting", todo),
    )
