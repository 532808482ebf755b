"""Tables of what to read next: utterances, and documents, each in the order in which to read."""

from __future__ import annotations

from pipeline.records import Result
from pipeline.report.cells import Row, Table, figure, yes_no

TRIAGE = (
    "rank", "utterance_id", "document", "paragraph", "site", "expected_new", "codes", "why", "check_sample", "text",
)  # fmt: skip
TRIAGE_DOCUMENTS = ("rank", "document", "unread", "expected_new", "themes", "why")


def reading_tables(result: Result) -> dict[str, Table]:
    """triage and triage_documents."""
    documents = tuple(
        (rank, d.document, d.unread, figure(d.expected_new), d.n_themes, d.why)
        for rank, d in enumerate(result.triage.documents, start=1)
    )
    return {
        "triage": Table(TRIAGE, _triage(result)),
        "triage_documents": Table(TRIAGE_DOCUMENTS, documents),
    }


def _triage(result: Result) -> tuple[Row, ...]:
    """Utterances in reading order; those of the random check that stand beyond the order follow without a rank."""
    drawn = frozenset(result.triage.check)
    rows: list[Row] = []
    for rank, item in enumerate(result.triage.items, start=1):
        u = result.utterances[item.utterance]
        said = (figure(item.expected_new), "; ".join(item.codes), item.why, yes_no(item.utterance in drawn), u.text)
        rows.append((rank, u.id, u.document, u.paragraph, u.site, *said))
    listed = {item.utterance for item in result.triage.items}
    for index in sorted(drawn - listed):
        u = result.utterances[index]
        rows.append((None, u.id, u.document, u.paragraph, u.site, None, "", "drawn at random", "yes", u.text))
    return tuple(rows)
