"""Who gave which code as it stands now: the study's files and the review together."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import numpy as np

from pipeline import decide
from pipeline.records import Bools, CodingTable
from pipeline.review.desk import Desk


def coded_now(desk: Desk) -> CodingTable:
    """Codings as in CodingTable, with the codes of today's coding tree.

    An utterance of the review counts as worked by those who are done with it. Where nobody coded it in the files, those
    who say nothing of it in the review were not asked, although they worked on its document. Decoys are no codings.
    """
    return desk.followed("coded now", lambda: _coded_now(desk), lambda old, ids: _coded_after(desk, old, ids))


def _coded_now(desk: Desk) -> CodingTable:
    coders, filed = desk.coders, _filed(desk)
    values = np.zeros((len(coders), *filed.values.shape[1:]), np.bool_)
    worked = np.zeros(values.shape[:2], np.bool_)
    values[: len(filed.coders)], worked[: len(filed.coders)] = filed.values, filed.worked
    table = CodingTable(coders, filed.codes, values, worked)
    _take_in(desk, table, desk.state.said)
    return table


def _coded_after(desk: Desk, old: CodingTable, ids: frozenset[str]) -> CodingTable:
    """What _coded_now gives after more was said of some utterances; the old table stays as it is."""
    if desk.coders != old.coders:
        return _coded_now(desk)
    filed = _filed(desk)
    table = dataclasses.replace(old, values=old.values.copy(), worked=old.worked.copy())
    for row in [desk.row[id_] for id_ in ids if id_ in desk.row]:
        table.values[:, row], table.worked[:, row] = False, False
        table.values[: len(filed.coders), row] = filed.values[:, row]
        table.worked[: len(filed.coders), row] = filed.worked[:, row]
    _take_in(desk, table, ids)
    return table


def _filed(desk: Desk) -> CodingTable:
    return desk.followed("coded in files", lambda: _in_files(desk), lambda filed, _: filed)


def _in_files(desk: Desk) -> CodingTable:
    """What coders gave in the study's files, under the codes of today's coding tree."""
    files, codes = desk.result.table, tuple(code.name for code in desk.codebook.codes)
    column = {code: j for j, code in enumerate(codes)}
    names = decide.renamed(edit for _, edit in desk.state.edits)
    values = np.zeros((*files.values.shape[:2], len(codes)), np.bool_)
    for j, code in enumerate(files.codes):
        now = column.get(names.get(code, code))
        if now is not None:
            values[:, :, now] |= files.values[:, :, j]
    return CodingTable(files.coders, codes, values, files.worked)


def _take_in(desk: Desk, table: CodingTable, ids: Iterable[str]) -> None:
    """Put what was said of utterances in the review into a table that holds what the files say of them."""
    column = {code: j for j, code in enumerate(table.codes)}
    place = {coder: c for c, coder in enumerate(table.coders)}
    everything = desk.state.said
    for id_ in ids:
        row = desk.row.get(id_)
        words = everything.get(id_, {}) if row is not None else {}
        if any(said.done for said in words.values()) and not table.values[:, row].any():
            table.worked[:, row] = False
        for coder, said in words.items():
            here: Bools = table.values[place[coder], row]
            if said.nothing:
                here[:] = False
            for code, yes in (*((c, False) for c in said.refused), *((c, True) for c in said.codes)):
                if code in column:
                    here[column[code]] = yes
            table.worked[place[coder], row] |= said.done
