"""How people take suggestions: decoys, changes of mind, time. All of it counted from the log, nothing is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from statistics import median

from pipeline import decide
from pipeline.decide import Said, State
from pipeline.records import Act, Entry, Estimate
from pipeline.review.coded import coded_now
from pipeline.review.desk import CODING, Desk

_CHANGES_DECOYS = frozenset({Act.OPEN, Act.DECOYS, Act.NEW_CODE, Act.EDIT_CODE, Act.DROP_CODE})
_NO_ANSWERS = "nobody answered one so far"


@dataclass(frozen=True, slots=True)
class Share:
    """Part of a whole.  estimate: part / whole with its 95% interval (Wilson); None and the reason if whole is 0."""

    part: int
    whole: int
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class CodingFigures:
    """How coders took what was suggested to them.

    decoys, suggestions: accepted of those that were on screen and answered: by yes or no, or by being done with the
    utterance without taking them. What a coder had given before she saw it counts in neither; her first answer counts.
    before, after: of the utterances coded before suggestions were shown those with a code that was suggested, as said
    first and as it is now.  changed: of these utterances those where she says something else now.  towards: of the
    changed ones those where she took up a suggested code or gave up one that was not suggested.
    seconds: (coder, median seconds a decision, decisions with a known time); showing suggestions is none, and what was
    taken back does not count.
    """

    decoys: Share
    suggestions: Share
    before: Share
    after: Share
    changed: Share
    towards: Share
    seconds: tuple[tuple[str, float, int], ...]


def coding_figures(desk: Desk) -> CodingFigures:
    """The figures of the log as it is now."""
    return desk.cached("coding figures", lambda: _figures(desk))


def wilson(part: int, whole: int, reason: str = _NO_ANSWERS) -> Estimate:
    """A share with its 95% interval; undefined if whole is 0.  Source: Wilson (1927), doi:10.2307/2276774."""
    if not whole:
        return Estimate(None, reason=reason)
    z = 1.959963984540054
    share, square = part / whole, z * z / whole
    middle = (share + square / 2) / (1 + square)
    half = z / (1 + square) * (share * (1 - share) / whole + square / (4 * whole)) ** 0.5
    low = 0.0 if part == 0 else middle - half
    return Estimate(share, low, 1.0 if part == whole else middle + half, whole)


def _figures(desk: Desk) -> CodingFigures:
    answers = _answers(desk)
    pairs = list(_changes(desk))
    changed = [pair for pair in pairs if set(pair.before) != set(pair.after)]
    return CodingFigures(
        decoys=_share([yes for decoy, yes in answers if decoy]),
        suggestions=_share([yes for decoy, yes in answers if not decoy]),
        before=_share([not pair.shown.isdisjoint(pair.before) for pair in pairs]),
        after=_share([not pair.shown.isdisjoint(pair.after) for pair in pairs]),
        changed=Share(len(changed), len(pairs), wilson(len(changed), len(pairs))),
        towards=_share([_towards(pair) for pair in changed]),
        seconds=_seconds(desk.state),
    )


def _share(answers: list[bool]) -> Share:
    return Share(sum(answers), len(answers), wilson(sum(answers), len(answers)))


def _answers(desk: Desk) -> list[tuple[bool, bool]]:
    """(it was a decoy, it was accepted) of each suggestion that a coder answered."""
    silent = desk.followed("silent", lambda: _silent(desk, desk.state.said), lambda old, ids: old | _silent(desk, ids))
    return [*_explicit(desk).found.values(), *(answer for answers in silent.values() for answer in answers)]


def _silent(desk: Desk, utterances: Iterable[str]) -> dict[str, list[tuple[bool, bool]]]:
    """Answers by being done with an utterance without taking what was on screen, by utterance."""
    state, table, explicit = desk.state, coded_now(desk), _explicit(desk).found
    place = {coder: c for c, coder in enumerate(table.coders)}
    column = {code: j for j, code in enumerate(table.codes)}
    found: dict[str, list[tuple[bool, bool]]] = {}
    for utterance in utterances:
        decoy, row = state.decoys.get(utterance), desk.row[utterance]
        found[utterance] = answers = []
        for coder, said in state.said.get(utterance, {}).items():
            for code in said.shown if said.done else ():
                j = column.get(code, -1)
                hers = j >= 0 and bool(table.values[place[coder], row, j])
                if not hers and (coder, utterance, code) not in explicit:
                    answers.append((code == decoy, False))
    return found


@dataclass(slots=True, eq=False)
class _Explicit:
    """Answers by yes or no in the entries up to a number; it grows with the log.

    found: (coder, utterance, code) -> (it was a decoy, her first answer was yes), also if she took it back later.
    given: codes that a coder gave an utterance.  replay: follows decoys through the log, since what was one when it was
    answered counts as one.
    """

    replay: State
    found: dict[tuple[str, str, str], tuple[bool, bool]] = field(default_factory=dict)
    given: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    number: int = 0


def _explicit(desk: Desk) -> _Explicit:
    def make() -> _Explicit:
        return _gone_on(_Explicit(State(runs=desk.state.runs)), desk.state)

    return desk.followed("explicit", make, lambda old, _: _gone_on(old, desk.state))


def _gone_on(answers: _Explicit, state: State) -> _Explicit:
    for number in range(answers.number + 1, state.last + 1):
        entry, answers.number = state.entries[number], number
        if entry.act in _CHANGES_DECOYS and number not in state.undone:
            decide.apply(answers.replay, entry)
        given = answers.given[entry.coder, entry.utterance]
        if entry.act is Act.GIVE_CODE:
            given.add(entry.code)
        if _answers_suggestion(entry) and entry.code not in given:
            decoy = answers.replay.decoys.get(entry.utterance) == entry.code
            answers.found.setdefault((entry.coder, entry.utterance, entry.code), (decoy, entry.act is Act.ACCEPT_CODE))
    return answers


def _answers_suggestion(entry: Entry) -> bool:
    return entry.act in (Act.ACCEPT_CODE, Act.REJECT_CODE) and entry.code in entry.shown


@dataclass(frozen=True, slots=True, eq=False)
class _Change:
    """Codes of one coder on one utterance, before and after she saw suggestions."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    shown: frozenset[str]


def _changes(desk: Desk) -> Iterator[_Change]:
    state = desk.state
    for utterance, words in state.said.items():
        decoy = state.decoys.get(utterance, "")
        for coder, said in words.items():
            if said.blind is not None:
                yield _Change(said.blind, _now(desk, coder, utterance, said), frozenset(said.shown) - {decoy})


def _now(desk: Desk, coder: str, utterance: str, said: Said) -> tuple[str, ...]:
    return () if said.nothing else desk.codes_by(coder, utterance)


def _towards(change: _Change) -> bool:
    gained, lost = set(change.after) - set(change.before), set(change.before) - set(change.after)
    return bool(gained & change.shown) or bool(lost - change.shown)


def _seconds(state: State) -> tuple[tuple[str, float, int], ...]:
    took: Mapping[str, list[float]] = defaultdict(list)
    for number, entry in state.entries.items():
        if entry.act in CODING - {Act.LOCK} and entry.seconds is not None and number not in state.undone:
            took[entry.coder].append(entry.seconds)
    return tuple((coder, median(seconds), len(seconds)) for coder, seconds in sorted(took.items()))
