"""Small invented studies for the room's tests."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from pipeline.records import CodingTable, Placement, Role, Suggestions, Utterance


def _utterance(index: int, document: str, place: int, person: str, site: str, block: int) -> Utterance:
    return Utterance(
        id=f"{document}-{place:04}",
        document=document,
        site=site,
        turn=place + 1,
        paragraph=place + 1,
        start=10 * place,
        end=10 * place + 9,
        speaker="P",
        person=person,
        role=Role.PARTICIPANT,
        text="something said",
        clean="something said",
        block=block,
    )


@pytest.fixture
def make_utterances() -> Callable[..., tuple[Utterance, ...]]:
    """Utterances from a list of document ids; one person a document unless people are given."""

    def build(documents, people=None, sites=None, blocks=None):
        seen: dict[str, int] = {}
        found = []
        for i, document in enumerate(documents):
            place = seen.get(document, 0)
            seen[document] = place + 1
            person = people[i] if people is not None else f"{document}/P"
            site = sites[i] if sites is not None else ""
            found.append(_utterance(i, document, place, person, site, blocks[i] if blocks is not None else 0))
        return tuple(found)

    return build


@pytest.fixture
def make_placement() -> Callable[..., Placement]:
    def build(theme):
        labels = np.asarray(theme, dtype=np.int32)
        reasons = tuple("" if k >= 0 else "far from every theme" for k in labels)
        return Placement(labels, labels, np.full_like(labels, -1), np.ones(len(labels), np.float32), reasons)

    return build


@pytest.fixture
def make_table() -> Callable[..., CodingTable]:
    """A coding table from {coder: [codes of utterance 0, ...]}; None = a document that this coder did not work on."""

    def build(given, codes):
        values = np.zeros((len(given), max(len(rows) for rows in given.values()), len(codes)), dtype=bool)
        worked = np.ones(values.shape[:2], dtype=bool)
        for c, rows in enumerate(given.values()):
            for i, row in enumerate(rows):
                worked[c, i] = row is not None
                for code in row or ():
                    values[c, i, codes.index(code)] = True
        return CodingTable(tuple(given), tuple(codes), values, worked)

    return build


@pytest.fixture
def make_suggestions() -> Callable[..., Suggestions]:
    """Suggestions from a full table of probabilities; calibrated=False gives scores only."""

    def build(probabilities, codes, fold, calibrated=True, no_code=None):
        table = np.asarray(probabilities, dtype=np.float32).reshape(-1, len(codes))
        ranked = np.argsort(-table, axis=1, kind="stable")[:, :3].astype(np.int32)
        shown = table if calibrated else np.full_like(table, np.nan)
        chosen = np.nan_to_num(shown, nan=0.0) >= 0.5
        if len(codes):
            chosen[np.arange(len(table)), ranked[:, 0]] = True
        return Suggestions(
            codes=tuple(codes),
            ranked=ranked,
            probability=np.take_along_axis(shown, ranked, axis=1),
            scores=np.log(np.maximum(table, 1e-6)),
            probabilities=shown,
            fold=np.asarray(fold, dtype=np.int32),
            basis="invented",
            chosen=chosen,
            no_code=np.full(len(table), np.nan if no_code is None else no_code, dtype=np.float32),
            themes=(),
            theme_probability=table[:, :0],
            plausible=table[:, :0] > 0,
        )

    return build
