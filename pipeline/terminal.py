"""What the terminal shows: a line a stage, progress where it takes long, and the seven lines at the end."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from pipeline import report, understood
from pipeline.records import Result, StageRecord
from pipeline.stages import Inputs
from pipeline.watch import Nobody, Watch

# A bar is shown for what takes longer than this (seconds).
_PATIENCE = 2.0
_FEW = 40
"""Up to so many documents are listed one by one."""
_NUMBERS = frozenset({"documents", "turns", "words", "questions", "turn", "start", "end"})
_IN_FULL = {
    "Turns": ("document", "turn", "time", "speaker", "role", "text", "original"),
    "Tree": ("code", "theme", "folder", "color", "definition"),
    "Sets": ("name", "members"),
    "Placed": ("document", "start", "end", "coder", "code", "date", "text"),
    "Unplaced": ("where", "document", "coder", "code", "reason", "text"),
    "Memos": ("document", "start", "end", "code", "author", "title", "text"),
}
"""What `check FILE` shows beside the counts, with its columns."""


class _Screen:
    """Prints each stage when it is complete; shows a bar for a stage that keeps people waiting."""

    def __init__(self, console: Console) -> None:
        columns = (TextColumn("  {task.description:<8}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._console = console
        self._bar = Progress(*columns, console=console, transient=True)
        self._stage, self._began = "", 0.0

    def begins(self, stage: str) -> None:
        self._stage, self._began = stage, time.perf_counter()

    def progress(self, done: int, total: int) -> None:
        if not self._console.is_terminal or time.perf_counter() - self._began < _PATIENCE:
            return
        if not self._bar.tasks:
            self._bar.add_task(self._stage, total=total)
            self._bar.start()
        self._bar.update(self._bar.tasks[0].id, completed=done, total=total)

    def ends(self, record: StageRecord) -> None:
        self.stop()
        self._console.print(
            f"{record.stage:<9}{record.count:>8,} {record.what:<32}{record.seconds:>7.1f} s",
            highlight=False,
            markup=False,
        )

    def stop(self) -> None:
        """Take the bar away."""
        if not self._bar.tasks:
            return
        self._bar.stop()
        for task in list(self._bar.tasks):
            self._bar.remove_task(task.id)


@contextmanager
def watching(quiet: bool) -> Iterator[Watch]:
    """A watch that tells the terminal what happens, or nobody."""
    if quiet:
        yield Watch(time.perf_counter, Nobody())
        return
    screen = _Screen(Console(file=sys.stdout, soft_wrap=True))
    try:
        yield Watch(time.perf_counter, screen)
    finally:
        screen.stop()


def closing_words(result: Result, folder: Path, quiet: bool, as_json: bool) -> None:
    """The seven lines and where the report is."""
    lines = [line.sentence for line in report.seven_lines(result)]
    path = folder / "report.html"
    inputs = Inputs(result.corpus, result.codebook, result.codings, result.manifest.inputs)
    problems = [f"{p.where}: {p.what}" for p in (*result.corpus.skipped, *understood.problems(inputs))]
    if as_json:
        data = {"report": str(path), "lines": lines, "counts": dict(result.manifest.counts), "problems": problems}
        print(json.dumps(data, indent=1, ensure_ascii=False))
    elif not quiet:
        print()
        for line in lines:
            print(f"  {line}")
        if result.corpus.skipped:
            print(f"\n{_many(len(result.corpus.skipped), 'file')} could not be read: not in this report.")
        if problems:
            print(f"\nNoticed in the inputs ({len(problems)}, all in problems.csv): {problems[0]}.")
        print(f"\nReport: {path}")


def remark(text: str) -> None:
    """A word about what is at work, beside the output proper."""
    print(f"{text} …", file=sys.stderr, flush=True)


def show_inputs(inputs: Inputs, in_full: bool, as_json: bool) -> None:
    """Documents, speakers and problems as tables, or as JSON; in full with every turn, code and coding."""
    data = understood.in_full(inputs) if in_full else understood.in_short(inputs)
    if as_json:
        print(json.dumps(data, indent=1, ensure_ascii=False))
        return
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else 160)
    if len(data["documents"]) <= _FEW or in_full:
        _show(console, "Documents", ("document", "site", "file", "read as", "encoding", "turns", "words"), data)
    _show(console, "Speakers", ("label", "role", "documents", "turns", "words", "questions", "why"), data)
    for name, columns in _IN_FULL.items() if in_full else ():
        _show(console, name, columns, _with_times(data))
    print(
        f"{_many(len(inputs.corpus.documents), 'document')}, {_many(len(inputs.corpus.turns), 'turn')}; "
        f"{_many(data['codes'], 'code')}, {_many(data['codings'], 'coding')}."
    )
    for title, found in (("Files that could not be read, and were skipped", "skipped"), ("Problems", "problems")):
        if data[found]:
            print(f"{title} ({len(data[found])}):")
        elif found == "problems":
            print("Problems: none.")
        for problem in data[found]:
            print(f"  {problem['where']}: {problem['what']}. {problem['todo']}".rstrip())


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _with_times(data: dict[str, Any]) -> dict[str, Any]:
    """The data with the times of turns as people write them."""
    turns = [{**turn, "time": _time(turn["start_ms"], turn["end_ms"])} for turn in data["turns"]]
    return {**data, "turns": turns}


def _time(start_ms: int | None, end_ms: int | None) -> str:
    """`0:01:02.3 to 0:01:05.0`, `from 0:01:02.3`, or nothing."""
    start, end = (
        "" if ms is None else f"{ms // 3_600_000}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms // 100 % 10}"
        for ms in (start_ms, end_ms)
    )
    return f"{start} to {end}" if start and end else f"from {start}" if start else f"to {end}" if end else ""


def _show(console: Console, title: str, columns: tuple[str, ...], data: dict[str, Any]) -> None:
    """A table, without the columns in which there is nothing."""
    rows = [{column: _cell(row.get(column)) for column in columns} for row in data[title.casefold()]]
    filled = tuple(column for column in columns if any(row[column] for row in rows))
    if rows:
        console.print(_table(title, filled, rows))


def _cell(value: object) -> str:
    """A value as the screen shows it; -1 stands for no place."""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return "" if value is None or value == -1 else str(value)


def _table(title: str, columns: tuple[str, ...], rows: list[dict[str, str]]) -> Table:
    table = Table(title=title, title_justify="left", box=None, header_style="bold")
    for column in columns:
        table.add_column(column, justify="right" if column in _NUMBERS else "left")
    for row in rows:
        table.add_row(*(Text(row[column]) for column in columns))
    return table
