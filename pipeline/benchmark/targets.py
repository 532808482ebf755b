"""What the method is to reach, beside what was measured; every verdict is computed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from pipeline.benchmark import markdown as md
from pipeline.benchmark import scores
from pipeline.benchmark.ablation import Taught, Without
from pipeline.benchmark.case import Case
from pipeline.benchmark.coding import Answers
from pipeline.benchmark.curve import LEAF, AtShare, Curve
from pipeline.benchmark.deciding import LAST, Deciding
from pipeline.benchmark.hidden import HiddenTest
from pipeline.benchmark.learning import SLACK, Lesson
from pipeline.benchmark.pages import MOST_MS, UTTERANCES, Pages
from pipeline.benchmark.reading import Reading
from pipeline.benchmark.structure import OTHER_SEEDS, OURS, PEER, PEER_OURS, Structure
from pipeline.compare.coders import MOST_FREQUENT, NEAREST_DEFINITION
from pipeline.compare.consensus import CONSENSUS
from pipeline.compare.units import MACHINE
from pipeline.records import Agreement

REGRESSION = "plain regression"
_LONG = 20
_LARGE = 500


@dataclass(frozen=True, slots=True, eq=False)
class SetFigures:
    """All that was measured on one set.  part: the case that heavy parts worked on.  pages: of the first set only."""

    case: Case
    part: Case
    structure: Structure
    curve: Curve
    answers: Answers | None
    lessons: tuple[Lesson, ...]
    hidden: HiddenTest
    lived: Reading | None
    themes: tuple[Without, ...]
    suggestions: tuple[Taught, ...]
    decided: Deciding | None
    pages: Pages | None = None

    @property
    def long_talk(self) -> bool:
        """Interviews and focus groups: at least 20 utterances a document."""
        return len(self.case.utterances) >= _LONG * self.case.documents


@dataclass(frozen=True, slots=True)
class Verdict:
    """A figure in words, and whether it reaches the target; None where it does not apply."""

    figure: str
    met: bool | None = None


Target = tuple[str, Callable[[SetFigures], Verdict]]


def lines(sets: Sequence[SetFigures]) -> list[str]:
    """A row for each target, a column for each set."""
    rows = [[title, *(_cell(judge(each)) for each in sets)] for title, judge in TARGETS]
    return md.table(["target", *(each.case.name for each in sets)], rows)


def _cell(verdict: Verdict) -> str:
    mark = {True: " ✓", False: " ✗", None: ""}[verdict.met]
    return f"{verdict.figure}{mark}"


def _least(value: float | None, bound: float, digits: int = 3, sign: bool = False) -> Verdict:
    """At least the bound, in the digits shown."""
    if value is None:
        return Verdict(md.NONE)
    shown = f"{value:+.{digits}f}" if sign else f"{value:.{digits}f}"
    return Verdict(shown, float(shown) >= bound)


def _difference(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else first - second


def _above(peer: str) -> Callable[[SetFigures], Verdict]:
    return lambda s: _least(_difference(s.structure.excess(OURS), s.structure.excess(peer)), 0.03, sign=True)


def _phi(peer: str) -> Callable[[SetFigures], Verdict]:
    return lambda s: _least(_difference(s.structure.phi(OURS), s.structure.phi(peer)), 0.0, sign=True)


def _enough_themes(s: SetFigures) -> Verdict:
    n = len(s.case.clusters.cohesion)
    return Verdict(str(n), n >= 5 if len(s.case.utterances) >= _LARGE else None)


def _at(s: SetFigures, name: str) -> AtShare | None:
    return next((each for each in s.curve.others if each.name == name), None)


def _ratio(name: str) -> Callable[[SetFigures], Verdict]:
    def judge(s: SetFigures) -> Verdict:
        there = _at(s, name)
        return Verdict(md.NONE) if there is None else _least(there.ratio, 1.5, 2)

    return judge


def _leaf(s: SetFigures) -> Verdict:
    there = _at(s, LEAF)
    mine = None if there is None or there.ours is None else there.ours.excess
    return _least(_difference(mine, None if there is None else there.excess), 0.0, sign=True)


def _machine(s: SetFigures, figure: str, second: str = MACHINE) -> float | None:
    """Mean over the coders; the consensus is none of them."""
    pairs = (*s.structure.comparison.agreements, *s.structure.comparison.baselines)
    rows = [row for row in pairs if row.second == second and row.first != CONSENSUS]
    return scores.mean([getattr(row, figure).value for row in rows])


def _regression(s: SetFigures) -> Verdict:
    gain = _difference(_machine(s, "top1"), _machine(s, "top1", REGRESSION))
    return _least(gain, 0.05 if s.long_talk else 0.0, sign=True)


def _definitions(s: SetFigures) -> Verdict:
    gain = _difference(_machine(s, "top1", NEAREST_DEFINITION), _machine(s, "top1", MOST_FREQUENT))
    return _least(gain, 0.05, sign=True)


def _human(s: SetFigures) -> Verdict:
    """Machine and people over the same utterances."""
    rows = s.structure.comparison.human
    shares = [_of_human(rows[i : i + 3]) for i, row in enumerate(rows) if row.second != MACHINE]
    return _least(scores.mean(shares), 0.9, 2)


def _of_human(rows: Sequence[Agreement]) -> float | None:
    pair, machine = rows[0], [row.macro_kappa.value for row in rows[1:] if row.second == MACHINE]
    if len(machine) < 2 or not pair.macro_kappa.value:
        return None
    found = scores.mean(machine)
    return None if found is None else found / pair.macro_kappa.value


def _calibrated(s: SetFigures) -> Verdict:
    value = _machine(s, "ece")
    if value is None:
        return Verdict(md.NONE)
    return Verdict(f"{value:.3f}", value <= 0.05 if s.structure.comparison.n_coded >= _LARGE else None)


def _blend(figure: str) -> Callable[[SetFigures], Verdict]:
    def judge(s: SetFigures) -> Verdict:
        short = [(value, each.taught) for each in s.lessons if (value := each.short(figure)) is not None]
        if not short:
            return Verdict(md.NONE)
        worst, taught = max(short)
        where = f" ({taught})" if worst > SLACK else ""
        return Verdict(f"{-worst:+.3f}{where}", worst <= SLACK)

    return judge


def _same_order(s: SetFigures) -> Verdict:
    return _least(s.structure.of(OURS).rand, 1.0)


def _other_seeds(s: SetFigures) -> Verdict:
    rand = next((each.rand for each in s.structure.groupings if each.name == OTHER_SEEDS), None)
    return Verdict(md.number(rand, 2))


def _back(s: SetFigures) -> Verdict:
    share = s.structure.of(OURS).came_back
    return Verdict(md.share(share), None if share is None else share >= 0.85)


def _recovered(s: SetFigures) -> Verdict:
    return _back_again(s.hidden.recovered_agreed, s.hidden)


def _recovered_possible(s: SetFigures) -> Verdict:
    return _back_again(s.hidden.recovered_possible, s.hidden)


def _back_again(share: float | None, test: HiddenTest) -> Verdict:
    """No verdict where everything is coded: see HiddenTest."""
    if share is None:
        return Verdict(md.NONE)
    return Verdict(f"{share:.0%} (chance {md.share(test.chance)})", share >= 0.85 if test.uncoded else None)


def _false(s: SetFigures) -> Verdict:
    share = s.hidden.false_share
    return Verdict(md.share(share), None if share is None else share <= 0.1)


def _decided(of: Callable[[Deciding], Sequence[float]], digits: int = 3) -> Callable[[SetFigures], Verdict]:
    """Above 0 in the mean of the draws; their range beside it."""

    def judge(s: SetFigures) -> Verdict:
        each = of(s.decided) if s.decided else []
        verdict = _least(scores.mean(each), 10**-digits, digits, sign=True)
        return Verdict(f"{verdict.figure} {md.spread(each)}".strip(), verdict.met)

    return judge


def _slowest(s: SetFigures) -> Verdict:
    if s.pages is None:
        return Verdict(md.NONE)
    ms = median(s.pages.slowest.first)
    return Verdict(f"{ms:.0f} ms ({s.pages.slowest.name})", ms < MOST_MS)


TARGETS: tuple[Target, ...] = (
    ("excess above BERTopic's: .03 or more", _above(PEER)),
    ("… BERTopic on our vectors", _above(PEER_OURS)),
    ("phi not below BERTopic's", _phi(PEER)),
    ("… BERTopic on our vectors", _phi(PEER_OURS)),
    ("placed .75 or more", lambda s: _least(s.structure.placed(OURS), 0.75)),
    ("themes: 5 or more from 500 utterances", _enough_themes),
    ("at BERTopic's placed share 1.5 times its excess (goal)", _ratio(PEER)),
    ("… BERTopic on our vectors", _ratio(PEER_OURS)),
    ("at the placed share of one leaf run no less excess", _leaf),
    ("top-1 above plain regression: .05 on interviews and focus groups, 0 on others", _regression),
    ("macro kappa of people's, .90 or more (goal)", _human),
    ("definitions only: top-1 above the most frequent code by .05", _definitions),
    ("ECE at most .05 where 500 utterances are coded", _calibrated),
    ("blend never below its better part by more than .01: top-1", _blend("top1")),
    ("… top-3", _blend("top3")),
    ("… macro kappa", _blend("kappa")),
    ("same themes from another order of utterances (adjusted Rand 1)", _same_order),
    ("alike with another seed in the settings (adjusted Rand; the default is fixed)", _other_seeds),
    ("themes that come back from 90% of the documents: 85%", _back),
    ("hidden codes brought back, where people agree on them: 85%", _recovered),
    ("… and three utterances of two people carry no other code", _recovered_possible),
    ("wrongly said to fit no code: at most 10%", _false),
    (f"suggestions get better after {LAST} decisions: top-1", _decided(lambda d: d.gains("top1"))),
    ("… top-3", _decided(lambda d: d.gains("top3"))),
    ("… macro kappa", _decided(lambda d: d.gains("kappa"))),
    ("… share of codes that need not be named by hand any more", _decided(Deciding.spared)),
    ("decisions in the review's order: codes met after less reading than at random", _decided(Deciding.sooner)),
    (f"slowest page or decision under {MOST_MS} ms at {UTTERANCES:,} utterances", _slowest),
)
