"""Long lists, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


def part_of(items: Sequence[Item], page: int, size: int) -> tuple[Sequence[Item], int, int]:
    """(the items of a page, its number from 1, how many pages there are); a number beyond them is the nearest one."""
    n_pages = max(1, -(-len(items) // size))
    page = min(max(page, 1), n_pages)
    return items[(page - 1) * size : page * size], page, n_pages
