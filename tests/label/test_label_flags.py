"""The question flag, and the names of theme groups."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from pipeline.label import name_groups
from pipeline.label.flags import flags_of
from pipeline.records import Theme

TASKS, TRUST = "What are the tasks of the new colleagues?", "When did you begin to trust them?"


def asked_by(utterance_of, questions, documents):
    """Utterances of one person a document, each after its question ("" if nobody asked)."""
    return [
        dataclasses.replace(utterance_of(i, person=document), question=question)
        for i, (question, document) in enumerate(zip(questions, documents, strict=True))
    ]


def vectors_of(questions):
    """Questions with the same first word point one way, others another, none nowhere."""
    ways = {"W": [1, 0], "T": [0, 1], "": [0, 0]}
    return np.array([ways["T" if q == TRUST else q[:1]] for q in questions], np.float32)


@pytest.mark.parametrize(
    ("questions", "documents", "flagged"),
    [
        ([TASKS] * 4 + [TRUST] * 8, "aabb" + "aabbaabb", "(4 of 4)"),
        ([TASKS] * 2 + [TRUST] * 2 + [TRUST] * 8, "abab" + "aabbaabb", ""),  # half and half, and most answer TRUST
        ([TASKS] * 3 + [""] + [TRUST] * 8, "abab" + "aabbaabb", "(3 of 4)"),
        ([TASKS] * 2 + [""] * 2 + [TRUST] * 8, "abab" + "aabbaabb", ""),  # unasked ones count as others
        ([TASKS] * 4 + [TRUST] * 8, "aaaa" + "aabbaabb", ""),  # one document only: her own interview, not the guide
        ([TASKS] * 4 + [TASKS] * 8, "aabb" + "aabbaabb", ""),  # everything answers it
        ([""] * 12, "aabb" + "aabbaabb", ""),
    ],
)
def test_mostly_answers_to_one_question(questions, documents, flagged, utterance_of) -> None:
    utterances = asked_by(utterance_of, questions, documents)
    found = flags_of(np.arange(4, dtype=np.int32), utterances, vectors_of(questions))
    told = [flag for flag in found if "question" in flag]
    assert told == ([f"mostly answers to one question {flagged}: “{TASKS}”"] if flagged else [])


def test_a_long_question_is_shown_from_its_end_at_a_word(utterance_of) -> None:
    long = "Well, " * 30 + TASKS
    questions = [long] * 4 + [TRUST] * 8
    utterances = asked_by(utterance_of, questions, "aabb" + "aabbaabb")
    (flag,) = flags_of(np.arange(4, dtype=np.int32), utterances, vectors_of(questions))
    assert flag.endswith(f"{TASKS}”")
    assert "“… Well, " in flag
    assert len(flag) < 160


def theme(name: str, label: str, size: int) -> Theme:
    return Theme(name, label, (), size, 1, 1, (), (), 0.8, "stable", 0.4, "mixed", (), ())


def test_groups_are_lettered_by_size_and_called_after_their_largest_themes(clusters_of) -> None:
    themes = [theme("T1", "tasks", 9), theme("T2", "trust", 8), theme("T3", "doubt", 7), theme("T4", "money", 2)]
    clusters = dataclasses.replace(clusters_of([0, 1, 2, 3]), group=np.array([1, 0, 0, 2], np.int32))
    groups = name_groups(themes, clusters)
    assert [(g.id, g.label, g.themes, g.size) for g in groups] == [
        ("A", "trust; doubt", ("T2", "T3"), 15),
        ("B", "tasks", ("T1",), 9),
        ("C", "money", ("T4",), 2),
    ]


def test_no_themes_no_groups_and_more_than_letters(clusters_of) -> None:
    assert name_groups([], clusters_of([])) == ()
    themes = [theme(f"T{i + 1}", f"label {i}", 1) for i in range(28)]
    clusters = dataclasses.replace(clusters_of(list(range(28))), group=np.arange(28, dtype=np.int32))
    assert [g.id for g in name_groups(themes, clusters)][25:] == ["Z", "AA", "AB"]
