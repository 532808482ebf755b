"""What the terminal shows: a line a stage, progress where it takes long, and the seven lines at the end."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from pipeline import report
from pipeline.records import Problem, Result, Role, StageRecord
from pipeline.stages import Inputs
from pipeline.watch import Nobody, Watch

# A bar is shown for what takes longer than this (seconds).
_PATIENCE = 2.0


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
    problems = [f"{p.where}: {p.what}" for p in _problems(result)]
    if as_json:
        data = {"report": str(path), "lines": lines, "counts": dict(result.manifest.counts), "problems": problems}
        print(json.dumps(data, indent=1, ensure_ascii=False))
    elif not quiet:
        print()
        for line in lines:
            print(f"  {line}")
        if problems:
            print(f"\nNoticed in the inputs ({len(problems)}, all in problems.csv): {problems[0]}.")
        print(f"\nReport: {path}")


def _problems(inputs: Result | Inputs) -> tuple[Problem, ...]:
    return inputs.corpus.problems + inputs.codebook.problems + inputs.codings.problems


def remark(text: str) -> None:
    """A word about what is at work, beside the output proper."""
    print(f"{text} …", file=sys.stderr, flush=True)


def show_inputs(inputs: Inputs, as_json: bool) -> None:
    """Documents, speakers and problems as tables, or as JSON."""
    data = _understood(inputs)
    if as_json:
        print(json.dumps(data, indent=1, ensure_ascii=False))
        return
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else 160)
    corpus = inputs.corpus
    many = len(corpus.documents) > 40
    if not many:
        console.print(
            _table(
                "Documents", ("document", "site", "file", "read as", "encoding", "turns", "words"), data["documents"]
            )
        )
    console.print(
        _table("Speakers", ("label", "role", "documents", "turns", "words", "questions", "why"), data["speakers"])
    )
    print(
        f"{len(corpus.documents)} documents, {len(corpus.turns)} turns; "
        f"{data['codes']} codes, {data['codings']} codings."
    )
    print("Problems: none." if not data["problems"] else f"Problems ({len(data['problems'])}):")
    for problem in data["problems"]:
        print(f"  {problem['where']}: {problem['what']}. {problem['todo']}".rstrip())


def _understood(inputs: Inputs) -> dict[str, Any]:
    corpus = inputs.corpus
    turns: Counter[str] = Counter()
    words: Counter[str] = Counter()
    texts = {document.id: document.text for document in corpus.documents}
    for turn in corpus.turns:
        turns[turn.document] += 1
        words[turn.document] += len(texts[turn.document][turn.start : turn.end].split())
    documents = [
        {
            "document": d.id, "site": d.site, "file": d.source, "read as": d.form, "encoding": d.encoding,
            "turns": turns[d.id], "words": words[d.id],
        }
        for d in corpus.documents
    ]  # fmt: skip
    problems = _problems(inputs)
    return {
        "documents": documents,
        "speakers": _speakers(inputs),
        "codes": len(inputs.codebook.codes),
        "codings": len(inputs.codings.items),
        "problems": [{"where": p.where, "what": p.what, "todo": p.todo} for p in problems],
    }


def _speakers(inputs: Inputs) -> list[dict[str, object]]:
    """Speakers pooled over documents by label and role, most turns first."""
    pooled: dict[tuple[str, Role], list[int]] = {}
    reasons: dict[tuple[str, Role], str] = {}
    for speaker in inputs.corpus.speakers:
        key = speaker.label, speaker.role
        counts = pooled.setdefault(key, [0, 0, 0, 0])
        for i, value in enumerate((1, speaker.turns, speaker.words, speaker.questions)):
            counts[i] += value
        reasons.setdefault(key, speaker.reason)
    return [
        {
            "label": label or "(none)", "role": str(role), "documents": counts[0], "turns": counts[1],
            "words": counts[2], "questions": counts[3], "why": reasons[label, role],
        }
        for (label, role), counts in sorted(pooled.items(), key=lambda item: (-item[1][1], item[0]))
    ]  # fmt: skip


def _table(title: str, columns: tuple[str, ...], rows: list[dict[str, object]]) -> Table:
    table = Table(title=title, title_justify="left", box=None, header_style="bold")
    for column in columns:
        table.add_column(column, justify="right" if column in {"documents", "turns", "words", "questions"} else "left")
    for row in rows:
        table.add_row(*(str(row[column]) for column in columns))
    return table
