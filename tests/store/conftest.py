"""A small invented run with something of every kind in it."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.config import Config, digest, to_json
from pipeline.records import (
    Clusters,
    Code,
    Codebook,
    Coding,
    Codings,
    CodingTable,
    Comparison,
    Corpus,
    Document,
    Dropped,
    Effort,
    Estimate,
    InputFile,
    Manifest,
    Mapping,
    Placement,
    Problem,
    Quote,
    Result,
    Role,
    Space,
    Speaker,
    StageRecord,
    StructureRow,
    Suggestions,
    Theme,
    ThemeCode,
    ThemeModel,
    ThemeRelation,
    Turn,
    Utterance,
    Vectors,
)

TEXT = "I: Why?\nP: We waited – “long”, 🙂 and nobody came."


def _corpus() -> Corpus:
    document = Document("A", TEXT, "A.txt", "0" * 64, "utf-8", "transcript", (0, 8), "BU", (("age", "40"), ("", "x")))
    turns = (
        Turn("A", 1, 1, 3, 7, "I", "A/I", Role.INTERVIEWER),
        Turn("A", 2, 2, 11, len(TEXT), "P", "A/P", Role.PARTICIPANT, 0, 1200, "Wir warteten."),
    )
    speakers = (Speaker("A", "I", Role.INTERVIEWER, "asks", 1, 1, 1), Speaker("A", "P", Role.UNKNOWN, "", 1, 8, 0))
    dropped = (Dropped("A", 3, 7, "Why?", "segment", "interviewer", 1, True),)
    return Corpus((document,), turns, speakers, dropped, (Problem("A.txt", "odd"),), (InputFile("A.txt", "0", "t"),))


def _clusters() -> Clusters:
    placement = Placement(
        np.array([0, -1], np.int32), np.array([0, -1], np.int32), np.array([-1, -1], np.int32),
        np.array([1, 0], np.float32), ("", "unlike every theme"),
    )  # fmt: skip
    model = ThemeModel(np.eye(1, 3, dtype=np.float32), np.zeros(1, np.int32), 15, 0.45)
    nan = np.array([np.nan], np.float32)
    return Clusters(placement, model, nan, nan, np.zeros((2, 2), np.float32), "one run", 2, ("few",))


def _manifest() -> Manifest:
    config = Config()
    return Manifest(
        "study", "A study – “quoted”", "2026-11-22", (("python", "3.11"),), to_json(config), digest(config),
        (InputFile("A.txt", "0" * 64, "transcript"),), "tiny", "5" * 64, (1, 2), (("utterances", 2),),
        (StageRecord("ingest", 1, "turns", 0.25, 100.5),),
    )  # fmt: skip


@pytest.fixture
def result() -> Result:
    corpus = _corpus()
    said = ("We waited", "nobody came")
    starts = [TEXT.index(text) for text in said]
    utterances = tuple(
        Utterance(
            f"A-{i}", "A", "BU", 2, 2, start, start + len(text), "P", "A/P", Role.PARTICIPANT, text, text, "Why?", 1,
            (text,),
        )
        for i, (text, start) in enumerate(zip(said, starts, strict=True))
    )  # fmt: skip
    rows = np.array([[1, 0, 0], [0, 0.6, 0.8]], np.float32)
    theme = Theme(
        "T1", "waiting", ("wait",), 1, 1, 1, (("BU", 1),), (("A/P", 1),), float("nan"), "unknown", 0.5, "loose", (),
        (Quote("typical", 0),),
    )  # fmt: skip
    suggestions = Suggestions(
        ("wait",), np.zeros((2, 1), np.int32), np.full((2, 1), np.nan, np.float32), np.ones((2, 1), np.float32),
        np.full((2, 1), np.nan, np.float32), np.full(2, -1, np.int32), "one definition",
        np.ones((2, 1), np.bool_), np.full(2, np.nan, np.float32), ("time",), np.full((2, 1), np.nan, np.float32),
        np.zeros((2, 0), np.bool_),
    )  # fmt: skip
    comparison = Comparison(
        structure=(StructureRow("themes", None, 0.1, Estimate(0.2, -0.1, 0.3, 2), None, None, 0.5, 1),),
        effort=Effort(None, None, 2, 1, ((0, 0.0, 0.0),), "too few"),
        n_coded=1,
    )
    coding = Coding("A", 11, 20, "anna", "wait")
    return Result(
        corpus=corpus,
        codebook=Codebook((Code("wait", "time", "Waiting."),)),
        codings=Codings((coding,)),
        utterances=utterances,
        dropped=corpus.dropped,
        vectors=Vectors(rows, rows, rows, rows, Space(rows[0], rows[1], 0.5, 0.3)),
        clusters=_clusters(),
        themes=(theme,),
        table=CodingTable(("anna",), ("wait",), np.array([[[True], [False]]]), np.ones((1, 2), np.bool_)),
        suggestions=suggestions,
        mapping=Mapping((ThemeCode("T1", "wait", 1, 1.0, 1.0, None),), (ThemeRelation("T1", "agreement", "wait", ""),)),
        comparison=comparison,
        manifest=_manifest(),
        notes=("a note",),
    )
