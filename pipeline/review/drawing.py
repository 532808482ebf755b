"""What is drawn when a team sets how it works: utterances that everybody codes, and decoys among the suggestions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from pipeline import decide
from pipeline.ask import reasons
from pipeline.decide import Plan, State
from pipeline.records import Act, Bools, Entry, Suggestions
from pipeline.review import offers, queue
from pipeline.review.desk import Desk


def plan_entries(desk: Desk, coder: str, plan: Plan) -> tuple[Entry, Entry]:
    """The entries that set how the team works, with what is drawn for it.

    plan: its utterances for everybody are not read.  What two people coded already in the study's files is not drawn
    again, unless they coded everything.  Decoys that somebody saw stay, so that nothing that was answered
    changes its meaning; the others are drawn anew among utterances of which nobody said anything.
    """
    known = queue.by_two_in_files(desk)
    ids = [utterance.id for utterance in desk.result.utterances]
    names = [id_ for id_ in ids if id_ not in known] or ids
    everybody = decide.draw.share_of(names, plan.double, plan.seed, "everybody")
    told = {
        "blind": "yes" if plan.blind else "no",
        "double": f"{plan.double:g}",
        "decoys": f"{plan.decoys:g}",
        "seed": str(plan.seed),
    }
    decoys = {**_drawn(desk, plan, frozenset(everybody)), **_seen(desk.state)}
    return (
        Entry(Act.PLAN, coder, "", members=everybody, details=tuple(told.items())),
        Entry(Act.DECOYS, coder, "", details=tuple(sorted(decoys.items()))),
    )


def _seen(state: State) -> dict[str, str]:
    """Decoys that were on somebody's screen when she decided."""
    return {
        utterance: code
        for utterance, code in state.decoys.items()
        if any(code in said.shown for said in state.said.get(utterance, {}).values())
    }


def _drawn(desk: Desk, plan: Plan, everybody: frozenset[str]) -> dict[str, str]:
    """Decoys for the planned share of the utterances that are still to be coded."""
    free = list(_untouched(desk, everybody))
    candidates = _candidates(desk, free)
    able = [utterance for utterance, codes in candidates.items() if codes]
    if not able:
        return {}
    chosen = decide.draw.share_of(able, min(1.0, plan.decoys * len(candidates) / len(able)), plan.seed, "decoy")
    kept = _less_nearest(desk, {utterance: candidates[utterance] for utterance in chosen})
    return decide.draw.decoys(kept, 1.0, plan.seed)


def _untouched(desk: Desk, everybody: frozenset[str]) -> Iterator[str]:
    """Utterances of which nobody said anything in the review, and that somebody will be asked for."""
    state, coded = desk.state, queue.coded_in_files(desk)
    stretches = defaultdict(list)
    for _, document, start, end, _ in state.spans:
        stretches[document].append((start, end))
    for utterance in desk.result.utterances:
        marked = any(start < utterance.end and utterance.start < end for start, end in stretches[utterance.document])
        asked = utterance.id in everybody or utterance.id not in coded
        if asked and not marked and utterance.id not in state.said and utterance.id not in state.settled:
            yield utterance.id


def _candidates(desk: Desk, utterances: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Codes that may serve as a decoy at each of the utterances at which the machine suggests something."""
    machine = desk.result.suggestions
    if machine is None or not machine.codes or not utterances:
        return {}
    names = decide.renamed(edit for _, edit in desk.state.edits)
    book = {code.name for code in desk.codebook.codes}
    today = [names.get(code, code) for code in machine.codes]
    rows = [desk.row[utterance] for utterance in utterances]
    found = {}
    for utterance, row, out in zip(utterances, rows, _ruled_out(desk, machine, rows).tolist(), strict=True):
        if offers.named(machine, row, names):
            barred = {code for code, no in zip(today, out, strict=True) if no}
            found[utterance] = tuple(dict.fromkeys(code for code in today if code in book and code not in barred))
    return found


def _ruled_out(desk: Desk, machine: Suggestions, rows: Sequence[int]) -> Bools:
    """bool [rows, codes]: what the machine ranks first to fourth, gives or holds possible, and what people said of."""
    table = desk.result.table
    out = machine.chosen[rows] | table.by_anyone[rows]
    if table.refused.size:
        out |= table.refused[rows]
    if machine.plausible.shape[1]:
        out |= machine.plausible[rows]
    best = np.argsort(-machine.scores[rows], axis=1, kind="stable")[:, : machine.ranked.shape[1] + 1]
    np.put_along_axis(out, best, values=True, axis=1)
    return out


def _less_nearest(desk: Desk, candidates: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The candidates without the code whose definition has most words in common with the utterance."""
    nearest = reasons.nearest_in_words(
        {utterance: desk.utterance(utterance).clean for utterance in candidates}, desk.codebook
    )
    return {
        utterance: tuple(code for code in codes if code != nearest.get(utterance))
        for utterance, codes in candidates.items()
    }
