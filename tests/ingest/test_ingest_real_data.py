"""Coded sets that are not part of this repository; where they lie beside it, they must be read without a rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import ingest
from pipeline.config import IngestConfig

DATA = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the coded sets do not lie at ../shared/data")


@pytest.mark.parametrize(
    ("name", "talk", "documents", "turns", "codes", "codings", "asks"),
    [
        ("pdpilot_interviews", "transcripts", 7, 826, 76, 262, {"Dan"}),
        ("dstc11_insurance", "turns.csv", 896, 1205, 22, 1205, set()),
        ("mts_dialog", "turns.csv", 1301, 12269, 20, 12269, {"Doctor"}),
    ],
)
def test_a_coded_set_is_read_whole(
    name: str, talk: str, documents: int, turns: int, codes: int, codings: int, asks: set[str]
) -> None:
    corpus = ingest.read(DATA / name / talk, None, IngestConfig())
    codebook = ingest.read_codebook(DATA / name / "codebook.csv")
    coded = ingest.read_codings(DATA / name / "codings.csv", corpus, codebook)
    found = (len(corpus.documents), len(corpus.turns), len(codebook.codes), len(coded.items))
    assert found == (documents, turns, codes, codings)
    assert (corpus.dropped, corpus.problems, coded.problems) == ((), (), ())
    assert {speaker.label for speaker in corpus.speakers if speaker.role == "interviewer"} == asks
