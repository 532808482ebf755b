"""How figures, shares and quotes are written."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Estimate
from pipeline.report.words import DASH, Notes, cut, interval, keyword_runs, listing, number, plain_reason, plural, share


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.414, "0.41"),
        (0.415001, "0.42"),
        (-0.014, "−0.01"),
        (-0.001, "0.00"),
        (1, "1.00"),
        (None, DASH),
        (math.nan, DASH),
        (math.inf, DASH),
    ],
)
def test_number_has_two_decimals_and_no_negative_zero(value: float | None, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        (Estimate(0.41, 0.29, 0.53, 212), "0.41 (0.29 to 0.53), n 212"),
        (Estimate(0.41, None, None, 1200), "0.41, n 1,200"),
        (Estimate(0.41), "0.41"),
        (Estimate(None, n=3), "–, n 3"),
    ],
)
def test_interval(estimate: Estimate, text: str) -> None:
    assert interval(estimate) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"), [(62, 80, "62 of 80 (78%)"), (0, 0, "0 of 0"), (1, 1, "1 of 1 (100%)")]
)
def test_share(part: int, whole: int, text: str) -> None:
    assert share(part, whole) == text


def test_plural_and_listing() -> None:
    assert [plural(n, "theme") for n in (0, 1, 1200)] == ["0 themes", "1 theme", "1,200 themes"]
    assert plural(2, "person", "people") == "2 people"
    assert [listing(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]
    assert listing(list("abcdefg"), 3) == "a, b, c and 4 more"


def test_a_missing_figure_has_one_footnote_for_each_reason() -> None:
    notes = Notes()
    first = notes.estimate(Estimate(None, reason="no codings"))
    other = notes.number(math.nan, "too few")
    again = notes.estimate(Estimate(None), "no codings")
    assert (first.text, first.note, first.reason) == (DASH, 1, "no codings")
    assert (other.note, again.note) == (2, 1)
    assert notes.reasons == ["no codings", "too few"]


def test_an_estimate_without_interval_keeps_its_value_and_says_why() -> None:
    figure = Notes().estimate(Estimate(0.5, n=8, reason="one document only"))
    assert (figure.text, figure.interval, figure.n, figure.reason, figure.note) == (
        "0.50",
        "",
        "n 8",
        "one document only",
        1,
    )


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("short", 10, "short"),
        ("one two three four", 10, "one two […]"),
        ("a\n b", 10, "a b"),
        ("x" * 30, 10, "x" * 10 + " […]"),
    ],
)
def test_cut(text: str, most: int, shown: str) -> None:
    assert cut(text, most) == shown


def test_keywords_are_whole_words_in_any_case_the_longest_first() -> None:
    runs = keyword_runs("The Door, the doors and the back door.", ("door", "back door", " "))
    assert [piece for piece, is_key in runs if is_key] == ["Door", "back door"]


@given(st.text(), st.lists(st.text(max_size=5), max_size=4))
def test_keyword_runs_lose_nothing(text: str, keywords: list[str]) -> None:
    assert "".join(piece for piece, _ in keyword_runs(text, keywords)) == text


def test_reasons_are_put_in_plain_words() -> None:
    assert plain_reason("interviewer") == "interviewer's turn (context only)"
    assert plain_reason("something new") == "something new"
    assert plain_reason("") == "no reason given"
