"""Long lists, a page at a time."""

from __future__ import annotations

import pytest

from pipeline.review.paging import part_of


@pytest.mark.parametrize(
    ("n", "page", "found"),
    [
        (0, 1, ([], 1, 1)),
        (3, 1, ([0, 1, 2], 1, 1)),
        (4, 2, ([3], 2, 2)),
        (6, 2, ([3, 4, 5], 2, 2)),
        (4, 99, ([3], 2, 2)),
        (4, 0, ([0, 1, 2], 1, 2)),
        (4, -7, ([0, 1, 2], 1, 2)),
    ],
)
def test_the_part_of_a_page(n: int, page: int, found: tuple[list[int], int, int]) -> None:
    assert part_of(list(range(n)), page, 3) == found
