"""How long people wait for the review app: every screen and every kind of decision on a large run with a long log."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from pipeline import store
from pipeline.benchmark import markdown as md
from pipeline.benchmark.browser import Browser
from pipeline.benchmark.case import Case
from pipeline.benchmark.large_run import repeated, run_of
from pipeline.benchmark.many_decisions import CODERS, fill
from pipeline.benchmark.screens import DECISIONS, Decision, Work, screens
from pipeline.records import Result
from pipeline.review.app import app
from pipeline.review.desk import Desk, open_desk
from pipeline.review.serve import steadily

UTTERANCES, ENTRIES = 10_000, 5_000
MOST_MS = 100
REPEATS = 5
_READ_ME = f"""Measured in one process through the whole app with its guard, without a network and a browser: what these
add is the same for every page. Right after a decision all figures that rest on it are worked out anew, which is what
people meet; read the median, since on a shared machine single answers wait for others. A decision counts from its form
to the page that comes back. The target is {MOST_MS} ms.
"""


@dataclass(frozen=True, slots=True)
class Timed:
    """What somebody waits for a page or a decision, in milliseconds, each repeat.

    first: of a page right after a decision, which everybody's figures have to take in; of a decision from the form that
    is sent to the page that comes back.  others: of a page when nothing was decided meanwhile; of a decision until it
    is in the log.  kb: size of the page.
    """

    name: str
    first: tuple[float, ...]
    others: tuple[float, ...]
    kb: float


@dataclass(frozen=True, slots=True)
class Pages:
    """What was measured on a run of so many utterances with a log of so many entries.  opened: seconds to open it."""

    utterances: int
    documents: int
    entries: int
    opened: float
    pages: tuple[Timed, ...]
    decisions: tuple[Timed, ...]

    @property
    def slowest(self) -> Timed:
        """The page or decision with the highest median."""
        return max((*self.pages, *self.decisions), key=lambda each: median(each.first))


def pages(case: Case) -> Pages:
    """The case, repeated to 10,000 utterances and decided on 5,000 times, as people would work with it."""
    return measured(repeated(run_of(case), UTTERANCES), ENTRIES, REPEATS)


def measured(result: Result, entries: int, repeats: int) -> Pages:
    """Every screen and decision in the order of the work, on a log with so many entries at the beginning."""
    with tempfile.TemporaryDirectory() as folder:
        place = store.save(result, {}, Path(folder) / "run")
        with store.DecisionLog(place / store.LOG, _clock()) as log:
            fill(Desk(result, log, _clock()), entries)
        started = time.perf_counter()
        desk = open_desk(place, _clock())
        opened = time.perf_counter() - started
        try:
            n = desk.state.last
            with steadily(), Browser(app(desk), CODERS[0]) as browser:
                return Pages(
                    utterances=len(result.utterances),
                    documents=len(result.corpus.documents),
                    entries=n,
                    opened=opened,
                    pages=_pages(browser, desk, repeats),
                    decisions=_decisions(browser, desk, repeats),
                )
        finally:
            desk.log.close()


def lines(found: Pages) -> list[str]:
    """A table of the screens and one of the decisions."""
    told = (
        f"{found.utterances:,} utterances in {found.documents:,} documents, a log of {found.entries:,} entries of two "
        f"coders; opening the run took {found.opened:.1f} s."
    )
    heads = ("median, ms", "worst, ms")
    return [
        told,
        "",
        _READ_ME,
        *md.table(("page, right after a decision", *heads, "again, ms", "kB"), [_line(each) for each in found.pages]),
        *md.table(("decision, with its page", *heads, "in the log, ms", "kB"), [_line(e) for e in found.decisions]),
    ]


def _line(timed: Timed) -> list[str]:
    figures = (median(timed.first), max(timed.first), median(timed.others), timed.kb)
    return [timed.name, *(f"{figure:.0f}" for figure in figures)]


def _clock() -> Callable[[], str]:
    """A clock that goes on a second each time that it is asked."""
    seconds = itertools.count()
    return lambda: time.strftime("2026-02-03T%H:%M:%S", time.gmtime(next(seconds)))


def _pages(browser: Browser, desk: Desk, repeats: int) -> tuple[Timed, ...]:
    work, found = Work(desk, CODERS[0]), []
    for name, address in screens(work):
        first, others, size = [], [], 0
        browser.get(address)
        for _ in range(repeats):
            work.other_decides()
            answer = browser.get(address)
            first.append(answer.ms)
            others.append(browser.get(address).ms)
            size = len(answer.body)
        found.append(Timed(name, tuple(first), tuple(others), size / 1000))
    return tuple(found)


def _decisions(browser: Browser, desk: Desk, repeats: int) -> tuple[Timed, ...]:
    work = Work(desk, CODERS[0])
    return tuple(_decided(browser, work, name, decide, repeats) for name, decide in DECISIONS)


def _decided(browser: Browser, work: Work, name: str, decide: Decision, repeats: int) -> Timed:
    first, others, size = [], [], 0
    for _ in range(repeats):
        address, fields = decide(work)
        browser.get(work.page)
        sent = browser.post(address, {**fields, "seen": str(work.desk.state.last)})
        shown = browser.get(sent.where) if sent.where else sent
        others.append(sent.ms)
        first.append(sent.ms + shown.ms if sent.where else sent.ms)
        size = len(shown.body)
    return Timed(name, tuple(first), tuple(others), size / 1000)
