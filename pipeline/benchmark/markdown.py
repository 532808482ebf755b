"""Markdown from figures: tables, numbers, intervals."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.records import Estimate

NONE = "–"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A table: the first column to the left, figures to the right; no lines at all without rows."""
    if not rows:
        return []
    marks = ["---", *["---:"] * (len(heads) - 1)]
    return [_line(heads), _line(marks), *(_line(row) for row in rows), ""]


def number(value: float | None, digits: int = 3) -> str:
    """A figure, or a dash where there is none."""
    return NONE if value is None else f"{value:.{digits}f}"


def share(value: float | None) -> str:
    """A share as a percentage."""
    return NONE if value is None else f"{value:.0%}"


def estimate(figure: Estimate) -> str:
    """A figure with its 95% interval."""
    return f"{number(figure.value)} {interval(figure)}".strip()


def interval(figure: Estimate) -> str:
    """(low to high), or nothing."""
    return "" if figure.low is None or figure.high is None else f"({figure.low:.3f} to {figure.high:.3f})"


def spread(values: Sequence[float | None]) -> str:
    """[least to most] over seeds, or nothing."""
    known = [value for value in values if value is not None]
    return f"[{min(known):.3f} to {max(known):.3f}]" if len(known) > 1 else ""


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
