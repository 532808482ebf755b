"""What was left out (section 9) and how it was done (section 10)."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from dataclasses import dataclass

from pipeline.records import InputFile, Problem, Result, StageRecord
from pipeline.report.cells import settings
from pipeline.report.coreq import TODO, items
from pipeline.report.frame import Frame
from pipeline.report.lines import n_placed
from pipeline.report.methods_text import LIMITS, methods_text
from pipeline.report.references import cited
from pipeline.report.tables import left_out
from pipeline.report.tables_inputs import problems
from pipeline.report.view_decided import RejectedTheme, rejected_themes
from pipeline.report.words import count, plain_reason, plural, share

_SHORT_DIGEST = 12
_TRANSCRIPTS = frozenset({"transcript", "table", "project"})
"""Kinds of files that documents come from; codebook, codings and documents.csv are read too, but hold none."""
_NOT_READ = re.compile(r"(\d+) files? (?:was|were) not read\b")
"""How reading says that files of unknown kinds lie among the transcripts."""


@dataclass(frozen=True, slots=True)
class FlowStep:
    """One box of the flow figure, and what leaves the flow beside it: heads, each with (reason, count) pairs."""

    text: str
    asides: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True, slots=True)
class LeftOutView:
    """Section 9.  reasons: (stage, reason, pieces); aside: (reason, utterances, nearest themes)."""

    flow: tuple[FlowStep, ...]
    reasons: tuple[tuple[str, str, str], ...]
    aside: tuple[tuple[str, str, str], ...]
    problems: tuple[Problem, ...]
    rejected: tuple[RejectedTheme, ...]


@dataclass(frozen=True, slots=True)
class MethodsView:
    """Section 10."""

    paragraphs: tuple[str, ...]
    references: tuple[str, ...]
    limits: tuple[str, ...]
    notes: tuple[str, ...]
    coreq: tuple[tuple[int, str, str, str], ...]
    coreq_open: str
    settings: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]
    inputs: tuple[tuple[InputFile, str], ...]
    stages: tuple[StageRecord, ...]
    identity: tuple[tuple[str, str, str], ...]


def left_out_view(frame: Frame) -> LeftOutView:
    """The flow figure, and tables of what was left out and set aside."""
    result = frame.result
    reasons = Counter((d.stage, d.reason) for d in left_out(result))
    rows = tuple((stage, plain_reason(reason), count(n)) for (stage, reason), n in sorted(reasons.items()))
    return LeftOutView(_flow(result), rows, _aside(frame), problems(result), rejected_themes(result))


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
    paragraphs, found = methods_text(frame), items(frame.result)
    return MethodsView(
        paragraphs=paragraphs,
        references=cited(paragraphs),
        limits=LIMITS,
        notes=(*frame.result.clusters.notes, *frame.result.notes),
        coreq=tuple((item.number, item.name, item.state, item.text) for item in found if item.state != TODO),
        coreq_open=", ".join(str(item.number) for item in found if item.state == TODO),
        settings=tuple(flat),
        versions=manifest.versions,
        inputs=tuple((file, file.sha256[:_SHORT_DIGEST]) for file in manifest.inputs or frame.result.corpus.files),
        stages=manifest.stages,
        identity=tuple((what, digest[:_SHORT_DIGEST], digest) for what, digest in identity if digest),
    )


def _aside(frame: Frame) -> tuple[tuple[str, str, str], ...]:
    placement = frame.result.clusters.placement
    found: dict[str, Counter[int]] = {}
    for index, theme in enumerate(placement.theme.tolist()):
        if theme < 0:
            found.setdefault(placement.set_aside[index], Counter())[int(placement.nearest[index])] += 1
    return tuple(
        (plain_reason(reason), count(nearest.total()), _nearest(frame, nearest))
        for reason, nearest in sorted(found.items())
    )


def _nearest(frame: Frame, nearest: Counter[int]) -> str:
    named = [f"{frame.marks[k].id} {count(nearest[k])}" for k in sorted(nearest) if 0 <= k < len(frame.marks)]
    return ", ".join(named) or "none"


def _flow(result: Result) -> tuple[FlowStep, ...]:
    everything = left_out(result)
    whole = {(d.document, d.turn): d.reason for d in everything if d.whole_turn}
    turns = len(result.corpus.turns)
    kept = len({(u.document, u.turn) for u in result.utterances})
    theme = result.clusters.placement.theme.tolist()
    aside = Counter(result.clusters.placement.set_aside[i] for i, k in enumerate(theme) if k < 0)
    files = sum(file.kind in _TRANSCRIPTS for file in result.corpus.files)
    documents = len(result.corpus.documents)
    pieces = Counter(d.reason for d in everything if d.turn and not d.whole_turn)
    themes = plural(len(result.themes), "candidate theme") if result.themes else "no candidate theme"
    return (
        FlowStep(
            f"{plural(files, 'file')} read: {plural(documents, 'document')}",
            (
                ("Files left out", _reasons(_files_left_out(result))),
                ("Text outside every turn, left out", _reasons(Counter(d.reason for d in everything if not d.turn))),
            ),
        ),
        FlowStep(plural(turns, "turn"), (("Turns left out", _reasons(Counter(whole.values()))),)),
        FlowStep(f"{plural(kept, 'turn')} to be analysed", (("Pieces of these turns, left out", _reasons(pieces)),)),
        FlowStep(plural(len(theme), "utterance"), (("Set aside, in no theme", _reasons(aside)),)),
        FlowStep(f"{share(n_placed(result), len(theme))} placed in {themes}" if result.themes else themes, ()),
    )


def _files_left_out(result: Result) -> Counter[str]:
    """Files among the transcripts from which no document came."""
    sources = {document.source for document in result.corpus.documents}
    empty = sum(file.kind in _TRANSCRIPTS and file.name not in sources for file in result.corpus.files)
    told = (_NOT_READ.match(problem.what) for problem in result.corpus.problems)
    unread = sum(int(found[1]) for found in told if found)
    unreadable = len(result.corpus.skipped)
    return +Counter({"held no text": empty, "of a kind that is not read": unread, "could not be read": unreadable})


def _reasons(found: Counter[str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (plain_reason(reason), count(n)) for reason, n in sorted(found.items(), key=lambda item: (-item[1], item[0]))
    )
