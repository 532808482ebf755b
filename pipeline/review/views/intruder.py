"""The quote-intrusion test of a theme: can people tell its quotes from another's?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline import decide
from pipeline.report.words import cite, plural
from pipeline.review.desk import Desk
from pipeline.review.marks import theme_of
from pipeline.review.page import Shell

N_MEMBERS = 4


@dataclass(frozen=True, slots=True)
class Choice:
    """A quote to choose from; no citation, which might tell."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Last:
    """How this coder's last test of the theme went."""

    right: bool
    text: str
    citation: str


@dataclass(frozen=True, slots=True)
class IntruderView:
    """A test, or why there is none (empty).  tally: all tests of the theme so far."""

    shell: Shell
    id: str
    choices: tuple[Choice, ...]
    last: Last | None
    tally: str
    empty: str


def draw(desk: Desk, coder: str, theme: str) -> tuple[tuple[str, ...], str]:
    """The quotes of the coder's next test of a theme, and the one that is not of it; nothing if there are too few.

    The other one is of another theme where there is any: what no theme took may be told by being odd.
    """
    state = desk.state
    members = state.themes[theme].members
    inside = _readable(desk, sorted(members))
    taken = {_words(desk, id_) for id_ in inside}
    elsewhere = [id_ for id_, other in theme_of(desk).items() if other != theme] or list(desk.row)
    outside = [id_ for id_ in elsewhere if id_ not in members and _words(desk, id_) not in taken]
    n_done = sum(1 for guess in state.guesses if guess.theme == theme and guess.coder == coder)
    test = f"{theme}:{coder}:{n_done}"
    return decide.draw.intrusion(inside, _readable(desk, sorted(outside)), state.plan.seed, test, N_MEMBERS)


def tally_of(desk: Desk, theme: str) -> str:
    """How often people picked the right one, "" while nobody tried."""
    tries = [guess for guess in desk.state.guesses if guess.theme == theme]
    right = sum(guess.right for guess in tries)
    told = f"The one that does not belong was picked in {right} of {plural(len(tries), 'try', 'tries')}"
    return f"{told}; by chance it would be 1 in {N_MEMBERS + 1}." if tries else ""


def _readable(desk: Desk, ids: Sequence[str]) -> list[str]:
    """Each text once, those of a few words left out unless nearly all are such: they belong anywhere."""
    once = {_words(desk, id_): id_ for id_ in reversed(ids)}
    long = [id_ for words, id_ in once.items() if words.count(" ") >= N_MEMBERS]
    return long if len(long) >= N_MEMBERS else list(once.values())


def _words(desk: Desk, id_: str) -> str:
    return desk.folded[desk.row[id_]]


def intruder_view(shell: Shell, desk: Desk, coder: str, theme: str) -> IntruderView:
    """The next test for this coder."""
    shown, _ = draw(desk, coder, theme)
    mine = [guess for guess in desk.state.guesses if guess.theme == theme and guess.coder == coder]
    last = None
    if mine and mine[-1].intruder in desk.row:
        utterance = desk.utterance(mine[-1].intruder)
        last = Last(mine[-1].right, utterance.text, cite(utterance))
    return IntruderView(
        shell=shell,
        id=theme,
        choices=tuple(Choice(id_, desk.utterance(id_).text) for id_ in shown),
        last=last,
        tally=tally_of(desk, theme),
        empty="" if shown else f"The test needs {N_MEMBERS} utterances of the theme and one of another.",
    )
