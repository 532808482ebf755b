"""report.html: one page with everything in it; a record of views goes into the templates, and text comes out."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.config import ReportConfig
from pipeline.records import Result
from pipeline.report.frame import Frame, open_frame
from pipeline.report.lines import Line, n_placed, seven_lines, why_nothing_compared
from pipeline.report.trust import Advice, trust
from pipeline.report.view_codebook import CodebookView, codebook_view
from pipeline.report.view_decided import decisions_line
from pipeline.report.view_map import MapView, UtteranceGroup, map_view, utterance_groups
from pipeline.report.view_methods import LeftOutView, MethodsView, left_out_view, methods_view
from pipeline.report.view_new import NewView, new_view
from pipeline.report.view_reading import DiscussView, NextView, discuss, next_view
from pipeline.report.view_team import TeamView, team_view
from pipeline.report.view_themes import Card, GlanceRow, Level, cards, glance_levels
from pipeline.report.words import count, listing, plural

SECTIONS = (
    ("seven-lines", "In seven lines"),
    ("glance", "Themes at a glance"),
    ("map", "Map and sites"),
    ("cards", "Theme by theme"),
    ("codebook", "Machine and codebook"),
    ("discuss", "Worth discussing"),
    ("next", "What to read next"),
    ("left-out", "What was left out and why"),
    ("methods", "How it was done"),
    ("utterances", "All utterances, by theme"),
)
"""Anchors and headings below the title (which is section 1 of 10); the list of utterances is an appendix."""


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that the templates show; no figure is computed in them."""

    title: str
    run: str
    date: str
    summary: str
    skipped: str
    decisions: str
    sites: tuple[str, ...]
    sections: tuple[tuple[str, str, str], ...]
    lines: tuple[tuple[Line, str], ...]
    glance: tuple[tuple[Level, tuple[GlanceRow, ...]], ...]
    map: MapView
    cards: tuple[Card, ...]
    no_themes: str
    trust: tuple[Advice, ...]
    codebook: CodebookView
    team: TeamView
    new: NewView
    discuss: tuple[DiscussView, ...]
    no_discuss: str
    next: NextView
    left_out: LeftOutView
    methods: MethodsView
    utterances: tuple[UtteranceGroup, ...]
    footnotes: tuple[tuple[int, str], ...]


def _skipped(result: Result) -> str:
    """What a reader must know before anything else: files that are missing here."""
    files = [problem.where for problem in result.corpus.skipped]
    told = f"{count(len(files))} of the files could not be read, so that this is missing here: {listing(files, 5)}."
    return told if files else ""


def html(result: Result, config: ReportConfig) -> str:
    """The report as one self-contained HTML page: no script, no request, styles allowed by their digest only.

    The same result and configuration give the same text.  Above 2,000 utterances the list and the map's links are
    thinned out, which the page says; the tables of the run stay whole.
    """
    css = _css()
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    page = _page(open_frame(result, config))
    return _environment().get_template("report.html.j2").render(page=page, css=css, css_digest=digest)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("pipeline.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _css() -> str:
    return files("pipeline.report").joinpath("templates/report.css").read_text(encoding="utf-8")


def _page(frame: Frame) -> Page:
    result = frame.result
    numbered = tuple(
        (anchor, heading, str(k + 2) if anchor != "utterances" else "") for k, (anchor, heading) in enumerate(SECTIONS)
    )
    headings = {anchor: f"Section {number}: {heading}" for anchor, heading, number in numbered}
    compared = result.comparison.n_coded and (result.comparison.agreements or result.comparison.human)
    return Page(
        title=result.manifest.study or result.manifest.name or "Candidate themes",
        run=result.manifest.name,
        date=result.manifest.started[:10],
        summary=_summary(result),
        skipped=_skipped(result),
        decisions=decisions_line(result),
        sites=frame.sites,
        sections=numbered,
        lines=tuple((line, headings[line.anchor]) for line in seven_lines(result)),
        glance=glance_levels(frame),
        map=map_view(frame),
        cards=cards(frame),
        no_themes=_why_no_themes(result),
        trust=trust(result),
        codebook=codebook_view(frame),
        team=team_view(frame),
        new=new_view(frame),
        discuss=discuss(frame),
        no_discuss="the views do not differ anywhere" if compared else why_nothing_compared(result),
        next=next_view(frame),
        left_out=left_out_view(frame),
        methods=methods_view(frame),
        utterances=utterance_groups(frame),
        footnotes=tuple(enumerate(frame.notes.reasons, start=1)),
    )


def _summary(result: Result) -> str:
    """`412 utterances of 25 participants at 6 sites; 11 candidate themes hold 371 of them`."""
    people = len({utterance.person for utterance in result.utterances})
    sites = len({utterance.site for utterance in result.utterances if utterance.site})
    where = f" at {plural(sites, 'site')}" if sites else f" in {plural(len(result.corpus.documents), 'document')}"
    holds = "holds" if len(result.themes) == 1 else "hold"
    themes = f"{plural(len(result.themes), 'candidate theme')} {holds} {count(n_placed(result))} of them"
    return (
        f"{plural(len(result.utterances), 'utterance')} of {plural(people, 'participant')}{where}; "
        f"{themes if result.themes else 'there is no candidate theme'}."
    )


def _why_no_themes(result: Result) -> str:
    if not result.utterances:
        return "no utterance of a participant was left to group"
    return f"no group of utterances came together ({result.clusters.engine}); all of them are set aside"
