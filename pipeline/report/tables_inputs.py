"""Tables of what came in and went nowhere: memos, codings without a place, and what was noticed in the inputs."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.records import Problem, Result
from pipeline.report.cells import Row, Table

UNPLACED = ("where", "document", "coder", "code", "reason", "text")
MEMOS = ("document", "start", "end", "code", "author", "date", "title", "text")
PROBLEMS = ("where", "what", "todo")


def input_tables(result: Result) -> dict[str, Table]:
    """unplaced, memos and problems."""
    return {
        "unplaced": Table(
            UNPLACED,
            tuple((u.where, u.document, u.coder, u.code, u.reason, u.text) for u in result.codings.unplaced),
        ),
        "memos": Table(MEMOS, tuple(_memos(result))),
        "problems": Table(PROBLEMS, tuple((p.where, p.what, p.todo) for p in problems(result))),
    }


def problems(result: Result) -> tuple[Problem, ...]:
    """What was noticed in the inputs: files that were skipped first, codings that touch no utterance last."""
    skipped = tuple(
        Problem(p.where, f"the file could not be read and is not in this report: {p.what}", p.todo)
        for p in result.corpus.skipped
    )
    untouched = tuple(
        Problem(
            f"{coding.document}, characters {coding.start} to {coding.end}",
            f"the coding “{coding.code}” by {coding.coder} touches no utterance",
            "It lies in interviewer talk, a heading or a filler, or covers too little of an utterance.",
        )
        for coding in result.table.unplaced
    )
    found = (*skipped, *result.corpus.problems, *result.codebook.problems, *result.codings.problems, *untouched)
    return tuple(dict.fromkeys(found))


def _memos(result: Result) -> Iterator[Row]:
    for memo in (*result.codebook.memos, *result.codings.memos):
        start, end = (memo.start, memo.end) if memo.start >= 0 else (None, None)
        yield (memo.document, start, end, memo.code, memo.author, memo.date, memo.title, memo.text)
