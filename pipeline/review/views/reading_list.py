"""The transcripts of the study: what they are, and how far each is coded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pipeline.report.words import UNNAMED_SITE, count, share
from pipeline.review.desk import Desk
from pipeline.review.marks import theme_of
from pipeline.review.page import Shell
from pipeline.review.queue import done_with


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One transcript.  attributes: (name, value) pairs.  coded: a text for each coder, `12 of 80 (15%)`.

    placed: utterances in a candidate theme.  new: what reading it is expected to bring, "" if nothing was worked out.
    """

    id: str
    site: str
    attributes: tuple[tuple[str, str], ...]
    words: str
    utterances: str
    coded: tuple[str, ...]
    placed: str
    new: str


@dataclass(frozen=True, slots=True)
class ReadingListView:
    """All transcripts.  coders: heads of the columns of DocumentRow.coded; basis: of the order in which to read."""

    shell: Shell
    rows: tuple[DocumentRow, ...]
    coders: tuple[str, ...]
    basis: str
    empty: str


def reading_list_view(shell: Shell, desk: Desk) -> ReadingListView:
    """The list of transcripts, in the order of their names."""
    worked = desk.cached("done by document", lambda: _done(desk))
    in_theme, new = theme_of(desk), {each.document: each.why for each in desk.result.triage.documents}
    rows = []
    for document in desk.result.corpus.documents:
        ids = [desk.result.utterances[row].id for row in desk.rows_of[document.id]]
        rows.append(
            DocumentRow(
                id=document.id,
                site=document.site or UNNAMED_SITE,
                attributes=document.attributes,
                words=count(_words(desk)[document.id]),
                utterances=count(len(ids)),
                coded=tuple(share(n, len(ids)) for n in worked[document.id]),
                placed=share(sum(1 for id_ in ids if id_ in in_theme), len(ids)),
                new=new.get(document.id, ""),
            )
        )
    basis = desk.result.triage.basis if new else ""
    return ReadingListView(shell, tuple(rows), desk.coders, basis, "" if rows else "no transcript was read")


def _done(desk: Desk) -> Mapping[str, tuple[int, ...]]:
    """Document -> for each coder the utterances that have a code of hers or of which she said that none applies."""
    utterances, row = desk.result.utterances, desk.row
    found = [Counter(utterances[row[id_]].document for id_ in done_with(desk, coder)) for coder in desk.coders]
    return {document: tuple(done[document] for done in found) for document in desk.documents}


@lru_cache(maxsize=2)
def _words(desk: Desk) -> Mapping[str, int]:
    return {document.id: len(document.text.split()) for document in desk.result.corpus.documents}
