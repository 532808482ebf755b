"""Talk whose speakers the format names, as documents."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest.drafts import Loaded, key_of
from pipeline.ingest.speech import Speech, draft_from, in_time, joined, paced, sound_times

LOADED = Loaded(Path("talk.vtt"), "talk.vtt", b"", "0" * 64)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 0, (0, 0, True)),
        (5, 4, (5, None, False)),
        (-1, 4, (None, 4, False)),
        (None, None, (None, None, True)),
        (1, 3_600_000_000, (1, 3_600_000_000, True)),
        (1, 3_600_000_001, (1, None, False)),
    ],
)
def test_times_of_one_stretch(
    start: int | None, end: int | None, expected: tuple[int | None, int | None, bool]
) -> None:
    assert sound_times(start, end) == expected


def test_neighbouring_pieces_of_one_speaker_are_one_turn() -> None:
    pieces = [
        Speech("Ann", " a ", 50, 60, "x", "participant"),
        Speech("ANN", "", 1, 99),
        Speech("ANN", "b", 10, 20, "y"),
        Speech("Bo", "c", None, 5),
        Speech("", "d"),
        Speech("", "e"),
        Speech("", "f", goes_on=True),
    ]
    assert joined(pieces) == [
        Speech("Ann", "a b", 10, 60, "x y", "participant"),
        Speech("Bo", "c", None, 5),
        Speech("", "d"),
        Speech("", "e f"),
    ]


def test_unnamed_pieces_end_where_the_file_shows_that_somebody_else_begins() -> None:
    pieces = [Speech("", "a", begins=True), Speech("", "b"), Speech("", "c", begins=True)]
    assert [turn.text for turn in paced(pieces)] == ["a b", "c"]


def test_pieces_out_of_time_are_put_in_order_and_that_is_told() -> None:
    pieces = [Speech("A", "b", 9), Speech("A", "c"), Speech("B", "a", 1)]
    ordered, problems = in_time(pieces, "talk.vtt")
    assert [piece.text for piece in ordered] == ["a", "b", "c"]
    assert [problem.where for problem in problems] == ["talk.vtt"]
    assert in_time(ordered, "talk.vtt") == (ordered, ())


SPEECHES = st.builds(
    Speech,
    label=st.sampled_from(["", "Ann", "ANN", "Bo: x"]),
    text=st.text(max_size=6),
    start_ms=st.none() | st.integers(0, 9),
    end_ms=st.none() | st.integers(0, 9),
)


@given(st.lists(SPEECHES, max_size=8))
def test_every_turn_stands_in_its_document(pieces: list[Speech]) -> None:
    turns = joined(pieces)
    draft = draft_from(turns, LOADED, "utf-8")
    assert [draft.text[talk.start : talk.end] for talk in draft.talks] == [turn.text.strip() for turn in turns]
    assert [talk.number for talk in draft.talks] == list(range(1, len(turns) + 1))
    assert len(draft.paragraphs) == len(draft.talks)
    for start, talk in zip(draft.paragraphs, draft.talks, strict=True):
        assert draft.text[start : talk.start] == (f"{talk.label}: " if talk.label else "")
    words = "".join(piece.text for piece in pieces).split()
    assert "".join("".join(turn.text.split()) for turn in turns) == "".join(words)
    assert all(not turn.label or key_of(turn.label) != key_of(after.label) for turn, after in pairwise(turns))
