"""The turns that transcripts give in two languages."""

from __future__ import annotations

from pipeline.records import Result
from pipeline.report.cells import Table

ORIGINALS = ("document", "turn", "paragraph", "speaker", "role", "original", "text")


def original_tables(result: Result) -> dict[str, Table]:
    """originals: each turn that has one beside its translation, interviewers' turns included."""
    texts = {document.id: document.text for document in result.corpus.documents}
    rows = tuple(
        (t.document, t.number, t.paragraph, t.speaker, str(t.role), t.original, texts[t.document][t.start : t.end])
        for t in result.corpus.turns
        if t.original.strip()
    )
    return {"originals": Table(ORIGINALS, rows)}
