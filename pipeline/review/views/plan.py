"""How the team works: what is set, by whom and when, what was drawn for it, and what a change would do."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.decide import Plan, State
from pipeline.errors import UsageError
from pipeline.records import Act, Entry
from pipeline.report.words import count, number, percent, plural, share
from pipeline.review import queue
from pipeline.review.desk import Desk
from pipeline.review.figures import Share, coding_figures
from pipeline.review.page import Shell

DOUBLE, DECOYS = 0.2, 0.07
"""What is proposed: the share that everybody codes, and the share with a decoy."""
FEWEST_DECOYS, MOST_DECOYS = 0.05, 0.1
_MOST_SEED = 10**9


@dataclass(frozen=True, slots=True)
class SetView:
    """Settings that somebody made.  what: the settings in a sentence."""

    number: int
    coder: str
    at: str
    what: str


@dataclass(frozen=True, slots=True)
class PlanView:
    """The plan and its form.  double, decoys: in percent, as the form's fields show them.

    now: the last settings, None if nobody set any; earlier: those before, the last first.  drawn: sentences on what was
    drawn.  change: sentences on what a change does, empty before the first settings.  results: (what, figure, n) rows.
    """

    shell: Shell
    now: SetView | None
    earlier: tuple[SetView, ...]
    blind: bool
    double: str
    decoys: str
    seed: str
    drawn: tuple[str, ...]
    change: tuple[str, ...]
    results: tuple[tuple[str, str, str], ...]


def plan_view(shell: Shell, desk: Desk) -> PlanView:
    """Everything on the page of the plan."""
    state = desk.state
    made = [_made(entry) for entry in state.entries.values() if entry.act is Act.PLAN]
    plan = state.plan if made else Plan(double=DOUBLE, decoys=DECOYS, seed=first_seed(desk))
    return PlanView(
        shell=shell,
        now=made[-1] if made else None,
        earlier=tuple(reversed(made[:-1])),
        blind=plan.blind,
        double=f"{100 * plan.double:g}",
        decoys=f"{100 * plan.decoys:g}",
        seed=str(plan.seed),
        drawn=_drawn(desk) if made else (),
        change=_change(state) if made else (),
        results=_results(desk),
    )


def first_seed(desk: Desk) -> int:
    """The seed that is proposed: another for each run, the same whenever the page is opened."""
    return int(desk.run[:6], 16) % 10_000


def read_plan(blind: str, double: str, decoys: str, seed: str) -> Plan:
    """The settings of the form; shares in percent.  Raises UsageError if one of them is none."""
    wanted = _share(double, "the share that everybody codes")
    with_decoy = _share(decoys, "the share of decoys")
    if with_decoy and not FEWEST_DECOYS <= with_decoy <= MOST_DECOYS:
        fact = f"the share of decoys is {100 * with_decoy:g}%"
        raise UsageError(fact, "decoys", "Take 5 to 10 percent, or 0 for none.")
    if not (seed.isascii() and seed.isdecimal() and len(seed) <= 10) or int(seed) > _MOST_SEED:
        raise UsageError("the seed is no number", "seed", f"Take a whole number from 0 to {count(_MOST_SEED)}.")
    return Plan(blind == "yes", wanted, with_decoy, int(seed))


def _share(text: str, what: str) -> float:
    figures = text.removesuffix("%").strip().replace(",", ".")
    if not figures.replace(".", "", 1).isdecimal() or not figures.isascii() or float(figures) > 100:
        raise UsageError(f"{what} is “{text}”", "share", "Take a number from 0 to 100.")
    return round(float(figures) / 100, 6)


def _made(entry: Entry) -> SetView:
    told = dict(entry.details)
    blind = "coding before suggestions are shown" if told["blind"] == "yes" else "suggestions shown at once"
    double, decoys = float(told["double"]), float(told["decoys"])
    everybody = f"everybody codes {100 * double:g}% ({plural(len(entry.members), 'utterance')})"
    what = f"{blind}; {everybody}; decoys on {100 * decoys:g}%; seed {told['seed']}"
    return SetView(entry.number, entry.coder, entry.at[:16].replace("T", " "), what)


def _drawn(desk: Desk) -> tuple[str, ...]:
    state, known = desk.state, queue.by_two_in_files(desk)
    n = sum(u.id not in known or u.id in state.plan.everybody for u in desk.result.utterances)
    which = "utterances that two people have not coded in the files" if known else "utterances"
    everybody = f"Of the {which} everybody codes {share(len(state.plan.everybody), n)}, each without seeing the others."
    if not state.plan.decoys:
        none = "There are no decoys: how readily people say yes to a suggestion is not measured."
        return (everybody, none)
    if not state.decoys:
        return (everybody, f"No decoy could be drawn. {_why_none(desk)}")
    decoys = f"{plural(len(state.decoys), 'utterance')} {'has' if len(state.decoys) == 1 else 'have'} a decoy."
    return (everybody, f"{decoys} Which ones is in the log and is shown to nobody before she answered.")


def _why_none(desk: Desk) -> str:
    if desk.result.suggestions is None or not desk.result.suggestions.codes:
        return "The run suggests no codes, so there is nothing that a decoy could stand among."
    return (
        "Decoys need utterances that nobody answered yet, and codes that neither the machine nor people think of there."
    )


def _change(state: State) -> tuple[str, ...]:
    n = len(state.said)
    if not n:
        return ("Nobody has answered anything yet: everything is drawn anew, and the settings of now stay in the log.",)
    return (
        f"{plural(n, 'utterance')} {'was' if n == 1 else 'were'} answered so far. All answers stay as they are; the "
        "settings of now stay in the log.",
        "The utterances that everybody codes are drawn anew. With the same seed a larger share keeps those of now; "
        "with another seed or a smaller share some leave, and others' answers to those show at once.",
        "Decoys that somebody saw stay and count. The others are drawn anew, and only where nobody answered anything.",
        "Turned on later, coding before suggestions are shown holds for a coder only where she saw no suggestion yet: "
        "the comparison of before and after then rests on a part of the work, and says on how many utterances.",
    )


def _results(desk: Desk) -> tuple[tuple[str, str, str], ...]:
    figures = coding_figures(desk)
    rows = [("Decoys accepted", figures.decoys), ("Suggestions accepted", figures.suggestions)]
    if not desk.reflexive:
        rows += [
            ("Coded before suggestions were shown: a suggested code among them", figures.before),
            ("The same utterances as they are coded now: a suggested code among them", figures.after),
        ]
    rows += [
        ("Changed after the suggestions were seen", figures.changed),
        ("Of these changed towards the suggestions", figures.towards),
    ]
    told = [(what, *_told(each)) for what, each in rows if each.whole]
    told += [
        (f"Seconds a decision, {coder} (median)", number(seconds), plural(n, "decision"))
        for coder, seconds, n in figures.seconds
    ]
    return tuple(told)


def _told(part: Share) -> tuple[str, str]:
    low, high = part.estimate.low, part.estimate.high
    between = "" if low is None or high is None else f" ({percent(low)} to {percent(high)})"
    return f"{percent(part.part / part.whole)}{between}", f"{count(part.part)} of {count(part.whole)}"
