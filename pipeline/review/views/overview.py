"""The first page: how far the team is, how well it agrees so far, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import prod

import numpy as np

from pipeline import decide
from pipeline.ask.agreement import Study, Together, agree, frame_of
from pipeline.config import CompareConfig
from pipeline.records import Act, Bools, CodingTable, Estimate
from pipeline.report.words import count, interval, is_missing, percent, plural, share
from pipeline.review import queue
from pipeline.review.coded import coded_now
from pipeline.review.desk import Desk
from pipeline.review.figures import Share, coding_figures
from pipeline.review.page import Shell
from pipeline.review.views.differences import open_to


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of the progress table: so many of all are done."""

    label: str
    done: int
    total: int
    href: str


@dataclass(frozen=True, slots=True)
class Todo:
    """Something to do next, the most useful first."""

    text: str
    href: str
    why: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two coders.  alike: utterances on which their codes are the same, of those compared."""

    who: str
    alike: str
    alpha: str
    kappa: str


@dataclass(frozen=True, slots=True)
class OverviewView:
    """pairs: empty with the reason in no_pairs.  checks: (what was checked, the figure in words, how to read it)."""

    shell: Shell
    summary: str
    bars: tuple[Bar, ...]
    todo: tuple[Todo, ...]
    pairs: tuple[Pair, ...]
    no_pairs: str
    checks: tuple[tuple[str, str, str], ...]
    taken_in: str
    lost: tuple[str, ...]


def overview_view(shell: Shell, desk: Desk, coder: str) -> OverviewView:
    """How things stand for this coder and the team."""
    state = desk.state
    reflexive = desk.reflexive
    pairs = () if reflexive else desk.cached(f"pairs for {coder}", lambda: _pairs(desk, coder))
    return OverviewView(
        shell=shell,
        summary=_summary(desk),
        bars=_bars(desk, coder),
        todo=_todo(desk, coder),
        pairs=pairs,
        no_pairs=_no_pairs(desk, reflexive),
        checks=_checks(desk),
        taken_in=_taken_in(desk),
        lost=tuple(state.lost),
    )


def _summary(desk: Desk) -> str:
    result, state = desk.result, desk.state
    n_decisions = sum(1 for e in state.entries.values() if e.coder and e.act is not Act.UNDO) - len(state.undone)
    people = plural(len(state.coders), "analyst")
    talk = f"{plural(len(result.utterances), 'utterance')} in {plural(len(result.corpus.documents), 'document')}"
    themes = plural(sum(theme.stands for theme in state.themes.values()), "candidate theme")
    if not n_decisions:
        return f"{talk}, {themes}; nobody has decided anything yet."
    return f"{talk}, {themes}; {plural(n_decisions, 'decision')} of {people} so far."


def _bars(desk: Desk, coder: str) -> tuple[Bar, ...]:
    state = desk.state
    standing = [theme for theme in state.themes.values() if theme.stands]
    bars = [Bar("Candidate themes decided on", sum(t.verdict is not None for t in standing), len(standing), "/themes")]
    if desk.codebook.codes:
        mine = queue.share_of(desk, coder)
        bars.append(Bar(f"Utterances that {coder} is done with", mine.n_done, len(mine.ids), "/code"))
    everybody = state.plan.everybody
    if everybody:
        n_done = len(queue.coded_by_all(desk))
        bars.append(Bar("Coded by everybody who takes part", n_done, len(everybody), "/code"))
    n_open, n_settled = len(open_to(desk, coder)), len(state.settled)
    if n_open + n_settled:
        bars.append(Bar("Differences between coders settled", n_settled, n_open + n_settled, "/differences"))
    return tuple(bars)


def _todo(desk: Desk, coder: str) -> tuple[Todo, ...]:
    state, found = desk.state, []
    if desk.codebook.codes and not any(entry.act is Act.PLAN for entry in state.entries.values()):
        why = "Whether suggestions show before or after you code, and what two people code, must be fixed beforehand."
        found.append(Todo("Agree on how to work", "/plan", why))
    undecided = [theme for theme in state.themes.values() if theme.stands and theme.verdict is None]
    if undecided:
        text = f"Look at {plural(len(undecided), 'candidate theme')} that nobody decided on"
        found.append(Todo(text, "/themes", "Read the quotes, then accept, rename, merge, split or reject."))
    disputed = [theme for theme in state.themes.values() if theme.stands and theme.disputed]
    if disputed:
        text = f"Talk about {plural(len(disputed), 'candidate theme')} on which you disagree"
        found.append(Todo(text, f"/themes/{disputed[0].id}", "Somebody accepted it and somebody rejected it."))
    if desk.codebook.codes:
        share_ = queue.share_of(desk, coder)
        left = len(share_.ids) - share_.n_done
        if left:
            found.append(
                Todo(f"Code: {plural(left, 'utterance')} in your share", "/code", "What tells most comes first.")
            )
    else:
        found.append(Todo("Make codes", "/codebook", "There is no codebook yet; accepted themes can become codes."))
    visible = open_to(desk, coder)
    if visible:
        text = f"Settle {plural(len(visible), 'difference')} between coders"
        found.append(Todo(text, "/differences", "The ones that are furthest apart come first."))
    if any(decide.is_held(theme) for theme in state.themes.values()) or state.said:
        found.append(
            Todo("Save what was decided", "/export", "As a project for your QDA program, and for the next run.")
        )
    return tuple(found)


def _pairs(desk: Desk, coder: str) -> tuple[Pair, ...]:
    """Two coders each, without utterances of which this coder must not see yet what others said."""
    table = coded_now(desk)
    worked = table.worked.copy()
    worked[:, [desk.row[id_] for id_ in queue.hidden(desk, coder)]] = False
    pairs = combinations(range(len(table.coders)), 2)
    found = (_together(desk, table.codes, *_units(table, worked, a, b)) for a, b in pairs)
    return tuple(_pair(each) for each in found if each)


def _units(table: CodingTable, worked: Bools, a: int, b: int) -> tuple[tuple[str, str], bytes]:
    """Two coders, and bits [2, n, codes + 1]: their codes, and whether both worked there and one of them coded."""
    both = worked[a] & worked[b] & table.values[[a, b]].any(axis=(0, 2))
    bits = [np.column_stack([table.values[coder] & both[:, None], both]) for coder in (a, b)]
    return (table.coders[a], table.coders[b]), np.packbits(np.stack(bits)).tobytes()


@lru_cache(maxsize=2)
def _frame(desk: Desk) -> Study:
    return frame_of(desk.result.utterances)


@lru_cache(maxsize=64)
def _together(desk: Desk, codes: tuple[str, ...], pair: tuple[str, str], units: bytes) -> Together | None:
    """Two coders; kept as long as they say the same with the same codes, since the intervals take a while."""
    shape = 2, len(desk.result.utterances), len(codes) + 1
    bits = np.unpackbits(np.frombuffer(units, np.uint8), count=prod(shape)).reshape(shape).astype(np.bool_)
    return agree(_frame(desk), CodingTable(pair, codes, bits[..., :-1], bits[..., -1]), *pair, CompareConfig())


def _pair(found: Together) -> Pair:
    agreement = found.agreement
    return Pair(
        who=f"{agreement.first} and {agreement.second}",
        alike=share(found.n_same, agreement.n_units),
        alpha=_figure(agreement.masi_alpha),
        kappa=_figure(agreement.macro_kappa),
    )


def _figure(estimate: Estimate) -> str:
    return f"– ({estimate.reason})" if is_missing(estimate.value) else interval(estimate)


def _no_pairs(desk: Desk, reflexive: bool) -> str:
    if reflexive:
        return "A reflexive study: agreement figures are not shown."
    if len(desk.coders) < 2:
        return "Agreement needs a second coder."
    return "No two coders are done with the same utterance yet."


def _checks(desk: Desk) -> tuple[tuple[str, str, str], ...]:
    figures, state = coding_figures(desk), desk.state
    right = sum(guess.right for guess in state.guesses)
    rows = [
        (
            "Decoys accepted",
            _part(figures.decoys),
            "Codes that nobody suggests; whoever accepts them agrees too readily.",
        ),
        ("Suggestions accepted", _part(figures.suggestions), "Read it beside the decoys."),
        ("Changed after seeing suggestions", _part(figures.changed), "Of what was coded before suggestions showed."),
        ("… towards the suggestion", _part(figures.towards), "Of the changed ones."),
    ]
    if state.guesses:
        rows.append(
            (
                "Quote that does not belong was found",
                share(right, len(state.guesses)),
                "By chance it would be 1 in 5: a theme that people cannot tell from others does not hold together.",
            )
        )
    rows += [
        (f"Seconds a decision, {coder}", f"{seconds:.0f} (median of {count(n)})", "From page to decision.")
        for coder, seconds, n in figures.seconds
    ]
    return tuple(rows)


def _part(figure: Share) -> str:
    if not figure.whole:
        return f"– ({figure.estimate.reason})"
    return f"{share(figure.part, figure.whole)}{_range(figure.estimate)}"


def _range(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return ""
    return f", 95% interval {percent(estimate.low)} to {percent(estimate.high)}"


def _taken_in(desk: Desk) -> str:
    standing = desk.result.standing
    if not (standing.themes or standing.codings):
        return ""
    kept = sum(1 for theme in standing.themes if theme.id in desk.state.themes)
    return (
        f"This run took earlier decisions in: {plural(kept, 'candidate theme')} kept, "
        f"{plural(len(standing.codings), 'coding')}."
    )
