"""The benchmark's own report, as Markdown: targets, the parts for each set, then time and memory."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from pathlib import Path

from threadpoolctl import threadpool_limits

from pipeline import stages, store
from pipeline.benchmark import ablation, coding, curve, deciding, hidden, learning, pages, reading, structure, targets
from pipeline.benchmark import markdown as md
from pipeline.benchmark.case import LARGE, PART, Case, open_case, part_of, quiet
from pipeline.benchmark.sets import coded_sets
from pipeline.benchmark.speed import Speed, fresh, warm
from pipeline.benchmark.targets import SetFigures
from pipeline.config import Config
from pipeline.stages import Tools

_TIMED = 1000
_READ_ME = f"""All figures are computed by that command, the verdicts too. How to read them (more in docs/method.md):

- **Excess**: adjusted mutual information (AMI) with the human codes, less its mean after rotating the groups within
  each document. Over coded utterances that are placed: read it beside the placed share. In round brackets 95%
  intervals over documents, in square brackets the range over {structure.SEEDS} seeds. **phi**: same theme against
  shared code, over pairs from different documents.
- **Themes found**: of the team's themes (codes without a parent stand for themselves), by the same rules for every
  grouping; in square brackets what our themes would find by chance.
- **Alike**: mean adjusted Rand index between the runs of a method with {structure.SEEDS} seeds; for ours between
  the utterances in their order and in another.
- **Come back**: groups made anew from 90% of the documents (of the utterances, where there are fewer than ten
  documents), {structure.RESAMPLES} times; the share of themes whose best Jaccard is on average .75 or more, and the
  mean Jaccard.
- **Learning curve**: with k documents taught only the others are scored; {learning.DRAWS} draws, mean. ▼: below the
  better part by more than {learning.SLACK}. All coders' utterances count, one coder after another.
- **Hidden codes**: each code is taken out of codebook and codings, suggestions are learned anew, and what fits no
  code is grouped. Brought back: three of its utterances from two people in one such candidate, more than of any
  other code. Wrongly said to fit no code: at least half of a candidate's utterances carry one. Of the run's own
  candidates this can hardly be, by the rule that marks them; the test are candidates among what the held-out
  machine expects to carry no code.
- **Decisions**: simulated analysts answer as a coder did, on one half of the documents, in the order in which the
  review offers utterances; suggestions start from the definitions and learn anew every {deciding.EVERY} decisions.
  Scored on the utterances that this coder coded in the other half, always the same ones. {deciding.DRAWS} draws of the
  halves, mean and range. A code is named by hand where it is not among the three shown; beside it, of the same
  utterances, what it had been under the definitions alone.
- **Without each part**: figures at {ablation.SHARE:.0%} placed, in brackets the difference from everything as it
  is.
- Heavy parts use of sets above {LARGE:,} utterances whole documents, those with the lowest hashes of their names, of
  at most {PART:,} utterances together; each set says so.
- A row for a part that plays no role in a set (context, where nobody asks) is left out.
- Seconds: from vectors to groups, in this process, and only as steady as the machine is.
"""


def benchmark(
    data: Path | None, repeats: int, config: Config, tools: Tools, weights: Path, say: Callable[[str], None]
) -> str:
    """Every method on every coded set, as Markdown. `say` hears what is at work."""
    started = time.perf_counter()
    found = []
    for coded in coded_sets(data):
        say(coded.name)
        found.append(figures(open_case(coded, config, tools), say))
    if found:
        say("pages of the review app")
        found[0] = dataclasses.replace(found[0], pages=pages.pages(found[0].case))
    parts = [_heading(data, tools), "## Targets", "", *targets.lines(found)]
    for each in found:
        parts += set_lines(each)
    parts += [line for each in found if each.pages for line in _page_lines(each.case, each.pages)]
    if found:
        say("time and memory")
        parts += _speed_lines(max((each.case for each in found), key=lambda c: len(c.utterances)), weights, repeats)
    parts += [f"The whole took {(time.perf_counter() - started) / 60:.0f} minutes.", ""]
    return "\n".join(parts)


def figures(case: Case, say: Callable[[str], None]) -> SetFigures:
    """All that is measured on one set."""

    def part(name: str) -> None:
        say(f"  {case.name}: {name}")

    few = part_of(case)
    part("structure")
    groupings = structure.structure(case, few)
    part("placed share")
    at_shares = curve.curve(case, groupings)
    with threadpool_limits(1):  # many small products: with more threads they are slower
        part("learning curve")
        lessons = tuple(learning.lessons(few))
        part("hidden codes")
        test = hidden.hidden_test(few)
        part("reading")
        lived = reading.simulate(few)
        part("decisions")
        decided = deciding.deciding(few)
        part("ablations")
        themes, suggestions = tuple(ablation.themes_without(few)), tuple(ablation.suggestions_without(few))
    return SetFigures(
        case=case,
        part=few,
        structure=groupings,
        curve=at_shares,
        answers=coding.answers(case),
        lessons=lessons,
        hidden=test,
        lived=lived,
        themes=themes,
        suggestions=suggestions,
        decided=decided,
    )


def set_lines(found: SetFigures) -> list[str]:
    """The section of one set."""
    case, comparison = found.case, found.structure.comparison
    counts = (
        f"{case.documents:,} documents, {len(case.utterances):,} utterances, {comparison.n_coded:,} coded, "
        f"{len(case.tree.codes)} codes, {len(case.table.coders)} coder{'' if len(case.table.coders) == 1 else 's'}."
    )
    heavy = "Resamples, learning curve, hidden codes, reading from no coding on, decisions and ablations"
    part = f" {heavy}: {found.part.part}."
    return [
        f"## {case.name}",
        "",
        counts + (part if found.part.part else ""),
        "",
        *_section("Structure", structure.lines(found.structure)),
        *_section("Excess against the share placed", curve.lines(found.curve)),
        *_section("Coding, held out by document", coding.lines(comparison, found.answers)),
        *_section("Learning curve", learning.lines(list(found.lessons))),
        *_section("Hidden codes", hidden.lines(found.hidden)),
        *_section("Reading", reading.lines(comparison.effort, found.lived)),
        *_section("Decisions", deciding.lines(found.decided)),
        *_section("Without each part", ablation.lines(list(found.themes), list(found.suggestions))),
    ]


def _section(title: str, lines: list[str]) -> list[str]:
    return [f"### {title}", "", *lines] if lines else []


def _page_lines(case: Case, found: pages.Pages) -> list[str]:
    return [f"## Pages of the review app, {case.name} repeated", "", *pages.lines(found)]


def _speed_lines(case: Case, weights: Path, repeats: int) -> list[str]:
    few = case.utterances[:_TIMED]
    vectors = stages.embed_all(few, case.config, case.tools, quiet())
    speeds = [warm(few, vectors, case.config, case.tools, repeats), *fresh(few, weights)]
    heads = ("job", "ours, s", "BERTopic, s", "ours / BERTopic", "ours, peak MB", "BERTopic, peak MB")
    return [
        f"## Time and memory, {len(few):,} utterances of {case.name}",
        "",
        "Measured in turn on the same machine; read the ratio, not the seconds.",
        "",
        *md.table(heads, [_speed_line(speed) for speed in speeds]),
    ]


def _speed_line(speed: Speed) -> list[str]:
    memory = [md.NONE if mb is None else f"{mb:,.0f}" for mb in (speed.ours_mb, speed.peer_mb)]
    return [speed.job, f"{speed.ours:.1f}", f"{speed.peer:.1f}", f"{speed.ours / speed.peer:.2f}", *memory]


def _heading(data: Path | None, tools: Tools) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in store.versions())
    command = "make bench" + (" DATA=…" if data else "")
    named = "" if data else "\nNo folder of coded sets was named, so only the example study is scored.\n"
    return (
        f"# Benchmarks\n\n{tools.today}, by `{command}`. Encoder {tools.encoder.name}; {versions}.\n{named}\n{_READ_ME}"
    )
