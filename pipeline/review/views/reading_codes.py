"""What stands in the margins of a transcript: people's codes, the machine's, coded stretches, and where they differ."""

from __future__ import annotations

import bisect
import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline import decide
from pipeline.records import AGREED, MACHINE, Act, Bools, CodingTable, Ints, Span, Suggestions, Utterance
from pipeline.review.coded import coded_now
from pipeline.review.desk import Desk
from pipeline.review.offers import EVEN, LIKELY, Offer, offers, speaks_first
from pipeline.review.queue import hidden, may_see

N_COLOURS = 8
CODERS, AGAINST_MACHINE = "coders", "machine"


@dataclass(frozen=True, slots=True)
class CodeMark:
    """A code in a margin.  colour: 0 to 7.  coders: who gave it, () for the machine's.  own: the reader did.

    both: people and machine name it here.  settled: it was agreed on in the review.  word: how likely the machine holds
    it, "" for people's.
    """

    code: str
    colour: int
    coders: tuple[str, ...] = ()
    own: bool = False
    both: bool = False
    settled: bool = False
    word: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A code on document.text[start:end] that is no whole utterance.  takeable: the reader gave it in the review."""

    start: int
    end: int
    code: str
    coders: tuple[str, ...]
    colour: int
    takeable: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside one utterance.  hidden: others' codes are not shown yet; first: the reader codes before the
    machine's suggestions show.  nothing: coders who said that no code applies."""

    human: tuple[CodeMark, ...]
    machine: tuple[CodeMark, ...]
    hidden: bool
    first: bool
    nothing: tuple[str, ...]


def colours_of(desk: Desk) -> Mapping[str, int]:
    """Code -> its colour, by its place in the coding tree of today."""
    return {code.name: place % N_COLOURS for place, code in enumerate(desk.codebook.codes)}


def shown_offers(desk: Desk, coder: str, id_: str) -> tuple[Offer, ...]:
    """Of the suggestions that this coder may see those that are likely, else the first with its word."""
    found = offers(desk, coder, id_)
    return tuple(offer for offer in found if offer.word == LIKELY) or found[:1]


def beside(desk: Desk, coder: str, id_: str, colours: Mapping[str, int], who: str = "") -> Beside:
    """The margins of an utterance as `coder` may see them; who: only this coder's codes, "" for everybody's."""
    table, settled = coded_now(desk), desk.state.settled.get(id_)
    row = desk.row[id_]
    unseen = id_ in hidden(desk, coder)
    agreed = settled is not None and who in ("", AGREED)
    given: dict[str, list[str]] = {code: [AGREED] for code in settled.codes} if settled and agreed else {}
    nothing = [AGREED] if settled and agreed and not settled.codes else []
    for place, name in enumerate(table.coders):
        if (who and name != who) or (unseen and name != coder) or (settled and name == AGREED):
            continue
        for code in np.flatnonzero(table.values[place, row]).tolist():
            given.setdefault(table.codes[code], []).append(name)
        if desk.state.said_by(name, id_).nothing:
            nothing.append(name)
    machine = shown_offers(desk, coder, id_)
    named = {offer.code for offer in machine}
    return Beside(
        human=tuple(
            CodeMark(code, _colour(colours, code), tuple(by), coder in by, code in named, AGREED in by)
            for code, by in given.items()
        ),
        machine=tuple(
            CodeMark(offer.code, _colour(colours, offer.code), both=offer.code in given, word=_word(offer))
            for offer in machine
        ),
        hidden=unseen and any(name != coder for name in table.coders),
        first=speaks_first(desk, coder, id_),
        nothing=tuple(nothing),
    )


def _word(offer: Offer) -> str:
    return "a decoy, drawn to see how readily people agree" if offer.decoy and not offer.open else offer.word


def _colour(colours: Mapping[str, int], code: str) -> int:
    return colours.get(code, N_COLOURS - 1)


def stretches(desk: Desk, coder: str, within: Span, colours: Mapping[str, int], who: str = "") -> tuple[Stretch, ...]:
    """Coded stretches that are no whole utterances and touch a part of a document, in the order of the text."""
    utterances = [desk.result.utterances[row] for row in desk.rows_of[within.document]]
    found = dict.fromkeys(_in_files(desk, within, utterances), False)
    for by, document, start, end, code in desk.state.spans:
        if document == within.document and start < within.end and end > within.start:
            found[(by, start, end, code)] = by == coder
    by_place: dict[tuple[int, int, str], list[str]] = defaultdict(list)
    for by, start, end, code in found:
        if not (who and by != who) and all(may_see(desk, coder, by, u.id) for u in _touched(utterances, start, end)):
            by_place[(start, end, code)].append(by)
    return tuple(
        Stretch(*place, tuple(sorted(by)), _colour(colours, place[2]), found.get((coder, *place), False))
        for place, by in sorted(by_place.items())
    )


def _in_files(desk: Desk, within: Span, utterances: Sequence[Utterance]) -> Iterator[tuple[str, int, int, str]]:
    """(coder, start, end, code) of the study's files, unless its coder took the code back, there or on the stretch."""
    starts, ends = {u.start for u in utterances}, {u.end for u in utterances}
    names = decide.renamed(edit for _, edit in desk.state.edits)
    taken = desk.cached("taken stretches", lambda: _taken(desk))
    for coding in desk.result.codings.items:
        if coding.document != within.document or coding.start >= within.end or coding.end <= within.start:
            continue
        code = names.get(coding.code, coding.code)
        whole = coding.start in starts and coding.end in ends
        if not code or whole or (coding.coder, coding.document, coding.start, coding.end, code) in taken:
            continue
        said = (desk.state.said_by(coding.coder, u.id) for u in _touched(utterances, coding.start, coding.end))
        if not any(code in each.refused or each.nothing for each in said):
            yield coding.coder, coding.start, coding.end, code


def _touched(utterances: Sequence[Utterance], start: int, end: int) -> Sequence[Utterance]:
    """Those of a document's utterances that share a character with [start, end)."""
    first = bisect.bisect_right(utterances, start, key=lambda u: u.end)
    return utterances[first : bisect.bisect_left(utterances, end, key=lambda u: u.start)]


def _taken(desk: Desk) -> frozenset[tuple[str, str, int, int, str]]:
    """Stretches whose code their coder took off again, whatever the study's files say."""
    state = desk.state
    places = {
        (entry.coder, entry.document, entry.start, entry.end, entry.code)
        for number, entry in state.entries.items()
        if entry.act is Act.TAKE_CODE and not entry.utterance and number not in state.undone
    }
    return frozenset(places - set(state.spans))


def differing(desk: Desk, coder: str, document: str) -> Mapping[str, str]:
    """Utterance id -> "coders" or "machine", where views differ that `coder` may see, in the order of the text.

    People differ from the machine where somebody gave a code and it holds others likely, none of them the same.
    """
    rows = np.array(desk.rows_of[document], np.int32)
    ids = [desk.result.utterances[row].id for row in rows.tolist()]
    between, machine, settled = _between(coded_now(desk), rows), _against_machine(desk, rows), desk.state.settled
    found, unseen = {}, hidden(desk, coder)
    for place in np.flatnonzero(between | machine).tolist():
        id_ = ids[place]
        if id_ in unseen:
            continue
        if between[place] and id_ not in settled:
            found[id_] = CODERS
        elif machine[place] and not speaks_first(desk, coder, id_) and not _agrees_on_screen(desk, coder, id_):
            found[id_] = AGAINST_MACHINE
    return found


def _agrees_on_screen(desk: Desk, coder: str, id_: str) -> bool:
    """Where a decoy stands for a suggestion, only what is on screen may tell where people and machine differ."""
    return id_ in desk.state.decoys and any(mark.both for mark in beside(desk, coder, id_, {}).machine)


def _between(table: CodingTable, rows: Ints) -> Bools:
    """bool [rows]: two coders who are done with the utterance gave it other codes, as the differences screen counts."""
    differ = np.zeros(len(rows), np.bool_)
    for a, b in itertools.combinations(range(len(table.coders)), 2):
        apart = (table.values[a, rows] != table.values[b, rows]).any(axis=1)
        differ |= table.worked[a, rows] & table.worked[b, rows] & apart
    return differ


def _against_machine(desk: Desk, rows: Ints) -> Bools:
    """bool [rows]: people gave codes there, and the machine likely others (likely as on screen, see offers)."""
    machine, table = desk.result.suggestions, coded_now(desk)
    if machine is None or not len(rows) or not table.codes:
        return np.zeros(len(rows), np.bool_)
    people, all_settled = table.by_anyone[rows], desk.state.settled
    for place, row in enumerate(rows.tolist()):
        if settled := all_settled.get(desk.result.utterances[row].id):
            people[place] = [code in settled.codes for code in table.codes]
    likely = _suggested(desk, machine, rows, table.codes, first=False)
    apart: Bools = np.any(people, axis=1) & np.any(likely, axis=1) & ~np.any(people & likely, axis=1)
    return apart


def _suggested(desk: Desk, machine: Suggestions, rows: Ints, codes: Sequence[str], *, first: bool) -> Bools:
    """bool [rows, codes of today]: the machine holds the code likely, as offers words it.

    first: its first suggestion, too, which is shown also where it is only possible.
    """
    names = decide.renamed(edit for _, edit in desk.state.edits)
    column = {code: place for place, code in enumerate(codes)}
    now = np.array([column.get(names.get(code, code), -1) for code in (*machine.codes, "")], np.int64)
    named = np.zeros((len(rows), len(codes)), np.bool_)
    for rank in range(machine.ranked.shape[1]):
        chance = machine.probability[rows, rank]
        places = now[machine.ranked[rows, rank]]
        sure = (chance >= EVEN) | ((np.isnan(chance) | first) if rank == 0 else False)
        yes = (places >= 0) & sure
        named[np.flatnonzero(yes), places[yes]] = True
    return named


def having(desk: Desk, coder: str, document: str, code: str, who: str = "") -> frozenset[str]:
    """Utterances of a document beside which a code stands that `coder` may see.

    who: only this coder's, MACHINE for only the machine's, "" for anybody's.
    """
    table, rows = coded_now(desk), np.array(desk.rows_of[document], np.int32)
    if code not in table.codes or not len(rows):
        return frozenset()
    ids = [desk.result.utterances[row].id for row in rows.tolist()]
    place, unseen = table.codes.index(code), hidden(desk, coder)
    found = set()
    for name, given in zip(table.coders, table.values[:, rows, place], strict=True):
        if who in ("", name):
            theirs = (ids[k] for k in np.flatnonzero(given).tolist())
            found |= {id_ for id_ in theirs if name == coder or id_ not in unseen}
    if who in ("", AGREED):
        settled = desk.state.settled
        found |= {id_ for id_ in ids if id_ in settled and code in settled[id_].codes}
    if who in ("", MACHINE) and desk.result.suggestions is not None:
        named = _suggested(desk, desk.result.suggestions, rows, table.codes, first=True)[:, place]
        decoys = desk.state.decoys
        able = {ids[k] for k in np.flatnonzero(named).tolist()} | {id_ for id_ in ids if id_ in decoys}
        found |= {id_ for id_ in able if not speaks_first(desk, coder, id_) and _on_screen(desk, coder, id_, code)}
    return frozenset(found)


def _on_screen(desk: Desk, coder: str, id_: str, code: str) -> bool:
    return id_ not in desk.state.decoys or code in {offer.code for offer in shown_offers(desk, coder, id_)}
