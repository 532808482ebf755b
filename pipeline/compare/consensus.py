"""What most coders gave: one more coder, against whom the machine and each person can be held."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from pipeline.compare.units import Study, has_code
from pipeline.records import Bools

CONSENSUS = "consensus"
OTHERS = "consensus of the others"


def with_consensus(study: Study) -> Study:
    """The study with one more coder, the last, if at least two coders worked on one utterance and agreed on anything.

    The consensus gives a code where more than half of the coders who worked on the utterance did (with two: both), and
    works where at least two worked.  Where coders settled it, it gives what they agreed on.
    """
    values, worked = majority(study, range(len(study.coders)))
    values, worked = np.where(study.settled[:, None], study.coded, values), worked | study.settled
    if not has_code(values).any():
        return study
    name = _free(CONSENSUS, study.coders)
    return replace(
        study,
        coders=(*study.coders, name),
        values=np.concatenate([study.values, values[None]]),
        worked=np.concatenate([study.worked, worked[None]]),
    )


def others(study: Study, coder: int) -> tuple[str, Bools, Bools]:
    """The name, codes and worked marks of what most of the other coders gave; with one other that coder herself.

    values: bool [n, codes]; worked: bool [n], true where at least two of the others worked (with one other: she).
    Nobody else: no name, nothing worked on.
    """
    rest = [c for c in range(len(study.coders)) if c != coder]
    if len(rest) == 1:
        return study.coders[rest[0]], study.values[rest[0]], study.worked[rest[0]]
    if not rest:
        return "", np.zeros_like(study.coded), np.zeros(len(study.row), dtype=bool)
    values, worked = majority(study, rest)
    return _free(OTHERS, study.coders), values, worked


def majority(study: Study, coders: Iterable[int]) -> tuple[Bools, Bools]:
    """Codes of more than half of these coders who worked on an utterance, where at least two did, and where that is."""
    some = list(coders)
    at_work = study.worked[some].sum(axis=0)
    votes = study.values[some].sum(axis=0)
    worked: Bools = np.asarray(at_work >= 2)
    given: Bools = (2 * votes > at_work[:, None]) & worked[:, None]
    return given, worked


def _free(name: str, taken: tuple[str, ...]) -> str:
    """The name, with as many stars as it takes to be nobody's."""
    while name in taken:
        name = f"{name} *"
    return name
