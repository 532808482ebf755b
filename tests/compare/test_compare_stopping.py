"""The bound behind the stopping sentence, against the hypergeometric distribution."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.compare.stopping import largest_share, stopping_text


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 3000), st.integers(0, 120))
def test_parity_bound_with_the_hypergeometric_of_scipy(n_unread: int, n_checked: int) -> None:
    from scipy.stats import hypergeom

    n_checked = min(n_checked, n_unread)
    share = largest_share(n_unread, n_checked)
    assert share is not None
    most = round(share * n_unread)
    assert hypergeom.pmf(0, n_unread, most, n_checked) > 0.05
    if most < n_unread - n_checked:
        assert hypergeom.pmf(0, n_unread, most + 1, n_checked) <= 0.05 + 1e-8


def test_sixty_of_many_leave_less_than_five_per_cent() -> None:
    share = largest_share(1_000_000, 60)
    assert share == pytest.approx(1 - 0.05 ** (1 / 60), abs=1e-5)
    assert stopping_text(1_000_000, 60) == (
        "If none of these 60 of 1,000,000 unread utterances, drawn at random, shows a new code, then with 95% "
        "confidence less than 4.9% of what is unread carries one."
    )


@pytest.mark.parametrize(
    ("n_unread", "n_checked", "carriers"),
    [(60, 60, 0), (61, 60, 0), (100, 60, 3), (1, 1, 0), (20, 19, 0), (40, 38, 0), (20, 10, 3)],
)
def test_bounds_by_counting_samples(n_unread: int, n_checked: int, carriers: int) -> None:
    """Of 61 unread 60 checked: one carrier is missed with chance 1/61 = .016, so that none is left: the bound is 0."""
    assert largest_share(n_unread, n_checked) == carriers / n_unread
    assert comb(n_unread - carriers, n_checked) / comb(n_unread, n_checked) > 0.05
    assert comb(n_unread - carriers - 1, n_checked) / comb(n_unread, n_checked) <= 0.05


def test_the_sentence_is_a_bound_and_never_speaks_of_saturation() -> None:
    assert stopping_text(0, 0) == "Nothing is unread."
    assert "all 40 unread utterances" in stopping_text(40, 40)
    assert "the only utterance" in stopping_text(1, 1)
    for n in (1, 40, 61, 500):
        sentence = stopping_text(n, min(n, 60))
        assert "saturat" not in sentence.lower()
        assert sentence.startswith("If none") or "if no new code is met there" in sentence


@pytest.mark.parametrize("n_unread", [61, 100, 425, 1416])
def test_the_figure_in_the_sentence_is_above_the_bound(n_unread: int) -> None:
    share = largest_share(n_unread, 60)
    said = float(stopping_text(n_unread, 60).split("less than ")[1].split("%")[0])
    assert 0 < said - 100 * share <= 0.1 + 1e-9


def test_nothing_unread_has_no_bound_and_more_checked_than_unread_is_an_error() -> None:
    assert largest_share(0, 0) is None
    with pytest.raises(ValueError, match="61 of 60"):
        largest_share(60, 61)
