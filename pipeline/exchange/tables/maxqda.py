"""Workbooks for MAXQDA: a codebook that it imports, and coded segments in the shape of its own list.

Headings as in MAXQDA's help (codebook: Code and Memo in the first row, paths with ` > `) and in public scripts that
read its lists of coded segments.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.config import ExchangeConfig
from pipeline.exchange import told
from pipeline.exchange.sheets import Row, Sheet
from pipeline.exchange.tables.branches import Branch, Branches, branches, written_path
from pipeline.exchange.tables.stretches import Stretch, places_lost, stretches
from pipeline.exchange.talk import many, paragraphs_of
from pipeline.exchange.texts import code_text
from pipeline.exchange.verdicts import verdicts
from pipeline.exchange.write_xlsxwriter import workbook
from pipeline.records import Codebook, Decision, Result

CODEBOOK, SEGMENTS = "codebook_maxqda.xlsx", "segments_maxqda.xlsx"
_LONGEST = 63
"""Characters of a name that MAXQDA keeps when it imports codes from Excel (its help, versions 12 and 2022)."""
_SEGMENT_COLUMNS = (
    "Document group", "Document name", "Code", "Segment", "Beginning", "End", "Created by", "Created", "Comment",
)  # fmt: skip
_SEGMENT_WIDTHS = (17, 18, 30, 60, 11, 11, 18, 14, 34)
_TOP = "Candidate themes that the machine suggests; people accept, rename or reject them."


def maxqda_files(result: Result, decisions: Sequence[Decision], _config: ExchangeConfig) -> dict[str, bytes]:
    """codebook_maxqda.xlsx (Code, Memo) and segments_maxqda.xlsx (a row for each code on a stretch of text)."""
    said = verdicts(decisions)
    tree = branches(result, said)
    codes = Sheet("Codes", ("Code", "Memo"), tuple(_codes(tree)), (50, 90))
    rows = tuple(_segment(stretch) for stretch in stretches(result, said, tree))
    segments = Sheet("Coded segments", _SEGMENT_COLUMNS, rows, _SEGMENT_WIDTHS)
    title = result.manifest.study or result.manifest.name
    return {CODEBOOK: workbook([codes], title), SEGMENTS: workbook([segments], title)}


def maxqda_losses(result: Result, decisions: Sequence[Decision]) -> tuple[str, ...]:
    """What the two workbooks leave out or change."""
    said = verdicts(decisions)
    tree = branches(result, said)
    found = stretches(result, said, tree)
    texts = [*(stretch.text for stretch in found), *(text_of(b, tree.book) for b in tree.team)]
    return (
        *_names(tree),
        *_shape(tree, found),
        *told.tree(result.codebook, sets=False, colours=False),
        *told.codings(result.codings, result.corpus.documents),
        *told.decisions(result, decisions, said),
        *told.report(result, said),
        *told.memos(result),
        *told.talk(result),
        *told.cells(texts),
    )


def text_of(branch: Branch, book: Codebook) -> str:
    """All that is known of a node as one text: definition, include, exclude, examples, then the memos on it."""
    memos = (": ".join(filter(None, (m.title or "Memo", m.text))) for m in book.memos if m.code == branch.code.name)
    return "\n\n".join(filter(None, (code_text(branch.code), *memos)))


def _codes(tree: Branches) -> Iterator[Row]:
    """A row a node.  A folder without a text that holds something needs none: its name stands in paths below it."""
    parents = {branch.path[:-1] for branch in tree.team}
    for branch in tree.team:
        text = text_of(branch, tree.book)
        if branch.kind == "code" or text or branch.path not in parents:
            yield (written_path(branch.path), text)
    if tree.suggested:
        yield (written_path(tree.suggested[0].path[:1]), _TOP)
    for branch in tree.suggested:
        yield (written_path(branch.path), branch.code.definition)


def _segment(stretch: Stretch) -> Row:
    document = stretch.document
    first, last = paragraphs_of(document, stretch.start, stretch.end)
    where = (document.site, document.id, written_path(stretch.branch.path), stretch.text, first, last)
    return (*where, stretch.coder, stretch.created, stretch.comment)


def _names(tree: Branches) -> Iterator[str]:
    names = list(dict.fromkeys(branch.path[-1] for branch in (*tree.team, *tree.suggested)))
    long = [name for name in names if len(name) > _LONGEST]
    if long:
        yield f"MAXQDA cuts names to {_LONGEST} characters when it imports codes from Excel: {told.listed(long)}."
    marked = [name for name in names if ">" in name or "\\" in name]
    if marked:
        yield (
            "MAXQDA takes “>” and “\\” in a name for a step down the coding tree (“>” is written “\\>”): "
            f"{told.listed(marked)}."
        )


def _shape(tree: Branches, found: Sequence[Stretch]) -> Iterator[str]:
    folders = [branch.path[-1] for branch in tree.team if branch.kind == "folder"]
    if folders:
        yield f"That {told.listed(folders)} only group codes: in MAXQDA they will be codes like any other."
    yield from places_lost(found)
    placed = sum(stretch.machine for stretch in found)
    if placed:
        yield f"The share of the vote in {many(placed, 'placement')} by the machine, other than in the comment."
