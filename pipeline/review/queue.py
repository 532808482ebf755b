"""Whose turn an utterance is: the order in which a coder codes, and what of others' answers she may not see yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pipeline import decide
from pipeline.decide import State
from pipeline.records import Act, Entry
from pipeline.review.desk import CODING, Desk


@dataclass(frozen=True, slots=True)
class Share:
    """A coder's utterances in the order in which she is asked for them.  done: those that she is done with."""

    ids: tuple[str, ...]
    done: frozenset[str]

    @property
    def n_done(self) -> int:
        """How many of her utterances she is done with."""
        return len(self.done.intersection(self.ids))


def share_of(desk: Desk, coder: str) -> Share:
    """Utterances that everybody codes, and others that nobody else is done with; settled ones only if they are hers."""
    return desk.cached(f"share of {coder}", lambda: _share(desk, coder))


def next_after(share: Share, utterance: str = "") -> str:
    """The first utterance after this one that is not done, from the start again at the end; "" if all are done."""
    start = share.ids.index(utterance) + 1 if utterance in share.ids else 0
    around = (*share.ids[start:], *share.ids[:start])
    return next((id_ for id_ in around if id_ not in share.done and id_ != utterance), "")


def before(share: Share, utterance: str) -> str:
    """The utterance before this one in the coder's share, "" if there is none."""
    place = share.ids.index(utterance) if utterance in share.ids else 0
    return share.ids[place - 1] if place else ""


def done_with(desk: Desk, coder: str) -> frozenset[str]:
    """Utterances that a coder is done with: she gave a code (in the study's files too) or said that none applies."""
    return _done(desk).get(coder, frozenset())


def coded_in_files(desk: Desk) -> frozenset[str]:
    """Utterances to which anybody gave a code in the study's files."""
    return frozenset().union(*_in_files(desk, tuple(number for number, _ in desk.state.edits)).values())


def hidden_from(desk: Desk, coder: str, utterance: str) -> bool:
    """Whether what others said of an utterance must not be shown to this coder yet; for many at once ask hidden."""
    return utterance in hidden(desk, coder)


def hidden(desk: Desk, coder: str) -> frozenset[str]:
    """Utterances of which this coder must not see yet what others said.

    So it is with those that everybody codes until all who code in the review are done with them; to somebody who codes
    nothing herself they show once two or more are done with all of them. Settled utterances are open to all.
    """
    return desk.cached(f"hidden from {coder}", lambda: _hidden(desk, coder))


def coded_by_all(desk: Desk) -> frozenset[str]:
    """Of the utterances that everybody codes those that are settled, or that two or more who code are all done with."""
    state, parties = desk.state, _parties(desk.state)
    if len(parties) < 2:
        return state.plan.everybody & state.settled.keys()
    done = frozenset.intersection(*(_done(desk).get(party, frozenset[str]()) for party in parties))
    return state.plan.everybody & (done | state.settled.keys())


def by_two_in_files(desk: Desk) -> frozenset[str]:
    """Utterances to which two or more coders gave a code in the study's files."""
    table, ids = desk.result.table, (utterance.id for utterance in desk.result.utterances)
    givers = table.values.any(axis=2).sum(axis=0).tolist()
    return frozenset(id_ for id_, n in zip(ids, givers, strict=True) if n > 1)


def may_see(desk: Desk, coder: str, other: str, utterance: str) -> bool:
    """Whether a coder may see what another (or she herself) said of an utterance."""
    return coder == other or utterance not in hidden(desk, coder)


def hides(desk: Desk, coder: str, entry: Entry) -> bool:
    """Whether an entry of the log says something of another coder that this one must not see yet."""
    about = desk.state.entries.get(entry.undoes, entry)
    if about.coder == coder or about.act not in CODING | {Act.MEMO}:
        return False
    kept = hidden(desk, coder)
    if not kept or (about.utterance and about.run == desk.run):
        return about.utterance in kept
    utterances = (desk.result.utterances[row] for row in desk.rows_of.get(about.document, ()))
    return any(u.id in kept and u.start < about.end and about.start < u.end for u in utterances)


def order(desk: Desk) -> tuple[str, ...]:
    """All utterances: what to read next first, then the rest as the text goes; what everybody codes mixed in evenly."""
    return _order(desk, desk.state.plan.everybody)


def why(desk: Desk, utterance: str) -> str:
    """Why an utterance comes when it does, "" if it is just its turn.

    A code is never named here: it would tell what the machine thinks before it is asked, and which suggestion is none.
    """
    told = _reasons(desk).get(utterance, "")
    if "“" not in told:
        return told
    if desk.result.triage.n_unread:
        return "It may show a code that was met seldom so far."
    return "Nobody coded it in the study's files; a code may apply all the same."


def _share(desk: Desk, coder: str) -> Share:
    done, everybody, settled = _done(desk), desk.state.plan.everybody, desk.state.settled
    mine = done.get(coder, frozenset())
    taken = frozenset().union(settled, *(ids for other, ids in done.items() if other != coder))
    others = taken - mine - (everybody - settled.keys())
    return Share(tuple(id_ for id_ in order(desk) if id_ not in others), mine)


def _done(desk: Desk) -> Mapping[str, frozenset[str]]:
    return desk.followed("done", lambda: _count_done(desk), lambda old, ids: _done_after(desk, old, ids))


def _count_done(desk: Desk) -> Mapping[str, frozenset[str]]:
    """Coder -> what she is done with."""
    state = desk.state
    found = {coder: set(ids) for coder, ids in _in_files(desk, tuple(number for number, _ in state.edits)).items()}
    for utterance, words in state.said.items():
        for coder, said in words.items():
            mine = found.setdefault(coder, set())
            if said.done:
                mine.add(utterance)
            elif utterance in mine and not desk.codes_by(coder, utterance):
                mine.discard(utterance)
    return {coder: frozenset(ids) for coder, ids in found.items()}


def _done_after(desk: Desk, old: Mapping[str, frozenset[str]], ids: frozenset[str]) -> Mapping[str, frozenset[str]]:
    """What _count_done gives after more was said of some utterances."""
    found, state = dict(old), desk.state
    in_files = _in_files(desk, tuple(number for number, _ in state.edits))
    for utterance in ids:
        for coder in {*found, *state.said.get(utterance, {})}:
            mine, filed = found.get(coder, frozenset[str]()), utterance in in_files.get(coder, ())
            done = state.said_by(coder, utterance).done or (filed and bool(desk.codes_by(coder, utterance)))
            if coder not in found or done != (utterance in mine):
                found[coder] = mine | {utterance} if done else mine - {utterance}
    return found


@lru_cache(maxsize=4)
def _in_files(desk: Desk, edits: tuple[int, ...]) -> Mapping[str, frozenset[str]]:  # noqa: ARG001 (the cache's key)
    """Coder -> utterances to which she gave a code in the study's files that is still in the book."""
    table, ids = desk.result.table, [utterance.id for utterance in desk.result.utterances]
    names = decide.renamed(edit for _, edit in desk.state.edits)
    kept = np.array([bool(names.get(code, code)) for code in table.codes], np.bool_)
    return {
        coder: frozenset(ids[row] for row in np.flatnonzero(values[:, kept].any(axis=1)))
        for coder, values in zip(table.coders, table.values, strict=True)
    }


def _hidden(desk: Desk, coder: str) -> frozenset[str]:
    state, done = desk.state, _done(desk)
    asked = state.plan.everybody - state.settled.keys()
    parties = _parties(state)
    if coder not in parties and len(parties) < 2:
        return asked
    open_ = asked - frozenset.intersection(*(done.get(party, frozenset[str]()) for party in parties))
    return asked if open_ and coder not in parties else open_


def _parties(state: State) -> frozenset[str]:
    """Who coded anything in the review."""
    return frozenset(each for words in state.said.values() for each in words)


@lru_cache(maxsize=4)
def _order(desk: Desk, everybody: frozenset[str]) -> tuple[str, ...]:
    utterances = desk.result.utterances
    first = [utterances[item.utterance].id for item in desk.result.triage.items]
    text = (utterances[row].id for rows in desk.rows_of.values() for row in rows)
    ids = tuple(dict.fromkeys((*first, *text)))
    return mixed([i for i in ids if i in everybody], [i for i in ids if i not in everybody])


def mixed(first: Sequence[str], second: Sequence[str]) -> tuple[str, ...]:
    """Two sequences in one, each in its own order and spread evenly over the whole."""
    placed = [
        ((place + 0.5) / len(names), which, name)
        for which, names in enumerate((first, second))
        for place, name in enumerate(names)
    ]
    placed.sort(key=lambda each: each[:2])
    return tuple(name for _, _, name in placed)


@lru_cache(maxsize=4)
def _reasons(desk: Desk) -> Mapping[str, str]:
    utterances = desk.result.utterances
    return {utterances[item.utterance].id: item.why for item in desk.result.triage.items}
