"""Workbooks in the shape of ATLAS.ti's codebook and of its list of quotations.

Headings as in the tables that ATLAS.ti itself saves (its codebook can be imported, with a group a column).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from pipeline.config import ExchangeConfig
from pipeline.exchange import told
from pipeline.exchange.sheets import Row, Sheet
from pipeline.exchange.tables.branches import Branch, Branches, branches
from pipeline.exchange.tables.maxqda import text_of
from pipeline.exchange.tables.stretches import Stretch, places_lost, stretches
from pipeline.exchange.talk import many, paragraphs_of
from pipeline.exchange.verdicts import verdicts
from pipeline.exchange.write_xlsxwriter import workbook
from pipeline.records import Codebook, Decision, Result

CODEBOOK, QUOTATIONS = "codebook_atlasti.xlsx", "quotations_atlasti.xlsx"
_COLUMNS = (
    "Number", "Reference", "Name", "Text Content", "Document", "Codes", "Comment", "Initial Position",
    "Final Position", "Creation Date", "Created by",
)  # fmt: skip
_WIDTHS = (10, 12, 8, 60, 14, 32, 32, 11, 11, 16, 18)


def atlasti_files(result: Result, decisions: Sequence[Decision], _config: ExchangeConfig) -> dict[str, bytes]:
    """codebook_atlasti.xlsx (Code, Comment, groups) and quotations_atlasti.xlsx (a row a stretch and coder)."""
    said = verdicts(decisions)
    tree = branches(result, said)
    title = result.manifest.study or result.manifest.name
    quotations = Sheet("Quotations", _COLUMNS, tuple(_quotations(stretches(result, said, tree), result)), _WIDTHS)
    codebook = _codebook(tree)
    return {CODEBOOK: workbook([codebook], title), QUOTATIONS: workbook([quotations], title)}


def atlasti_losses(result: Result, decisions: Sequence[Decision]) -> tuple[str, ...]:
    """What the two workbooks leave out or change."""
    said = verdicts(decisions)
    tree = branches(result, said)
    found = stretches(result, said, tree)
    texts = [*(stretch.text for stretch in found), *(text_of(b, tree.book) for b in tree.team)]
    return (
        *_shape(tree, found),
        *told.tree(result.codebook, sets=True, colours=False),
        *_sets(result),
        *told.codings(result.codings, result.corpus.documents),
        *told.decisions(result, decisions, said),
        *told.report(result, said),
        *told.memos(result),
        *told.talk(result, site=False),
        *told.cells(texts),
    )


def _codebook(tree: Branches) -> Sheet:
    """Codes with the parent's name as first group, then the sets that they belong to."""
    codes = [branch for branch in tree.team if branch.kind == "code"]
    shown = [(branch, _groups(branch, tree.book)) for branch in (*codes, *tree.suggested)]
    most = max((len(groups) for _, groups in shown), default=1)
    columns = ("Code", "Comment", *(f"Code Group {number}" for number in range(1, most + 1)))
    rows = tuple(
        (code_name(branch), text_of(branch, tree.book), *groups, *("",) * (most - len(groups)))
        for branch, groups in shown
    )
    return Sheet("Codebook", columns, rows, (40, 80, *(24,) * most))


def code_name(branch: Branch) -> str:
    """The name of a code as one line, since line feeds part the codes of a quotation."""
    return " ".join(branch.code.name.splitlines())


def _groups(branch: Branch, book: Codebook) -> tuple[str, ...]:
    sets = tuple(found.name for found in book.sets if branch.code.name in found.members)
    above = branch.path[0] if branch.kind == "theme" else branch.code.theme if len(branch.path) > 1 else ""
    return (above, *sets)


def _quotations(found: Sequence[Stretch], result: Result) -> Iterator[Row]:
    order = {document.id: number for number, document in enumerate(result.corpus.documents, start=1)}
    numbers = dict.fromkeys(order, 0)
    for _, group in groupby(found, key=_same):
        same = list(group)
        first = same[0]
        name = first.document.id
        numbers[name] += 1
        begin, end = paragraphs_of(first.document, first.start, first.end)
        reference = f"¶ {begin}" if begin == end else f"¶ {begin} - {end}"
        codes = "\n".join(dict.fromkeys(code_name(stretch.branch) for stretch in same))
        comment = "\n".join(dict.fromkeys(stretch.comment for stretch in same if stretch.comment))
        dated = min((stretch.created for stretch in same if stretch.created), default="")
        where = (f"{order[name]}:{numbers[name]}", reference, "", first.text, name)
        yield (*where, codes, comment, begin, end, dated, first.coder)


def _same(stretch: Stretch) -> tuple[object, ...]:
    """What the codes of one row share."""
    return stretch.document.id, stretch.start, stretch.end, stretch.machine, stretch.coder


def _shape(tree: Branches, found: Sequence[Stretch]) -> Iterator[str]:
    deep = [branch.code.name for branch in (*tree.team, *tree.suggested) if len(branch.path) > 1]
    if deep:
        told_of = many(len(deep), "code")
        yield f"The coding tree: codes stand side by side, the parent of {told_of} is a code group."
    folders = [branch.path[-1] for branch in tree.team if branch.kind == "folder" and branch.code.definition]
    if folders:
        yield f"Descriptions of folders, which are names of code groups: {told.listed(folders)}."
    yield from places_lost(found)
    dates = [{one.created for one in group} for _, group in groupby(found, key=_same)]
    if any(len(of_row) > 1 for of_row in dates):
        yield "Which date belongs to which code, where several on the same words share a row (the first date is kept)."
    placed = sum(stretch.machine for stretch in found)
    if placed:
        yield f"The share of the vote in {many(placed, 'placement')} by the machine, other than in the comment."
    broken = [b.code.name for b in (*tree.team, *tree.suggested) if code_name(b) != b.code.name]
    if broken:
        yield f"Line breaks in names of codes: {told.listed(broken)}."


def _sets(result: Result) -> Iterator[str]:
    described = [found.name for found in result.codebook.sets if found.definition]
    if described:
        yield f"Descriptions of sets of codes: {told.listed(described)}."
    parents = {code.theme for code in result.codebook.codes}
    alike = [found.name for found in result.codebook.sets if found.name in parents]
    if alike:
        yield f"Which codes are below a parent and which in a set of its name: {told.listed(alike)}."
    empty = [found.name for found in result.codebook.sets if not found.members]
    if empty:
        yield f"Sets without codes: {told.listed(empty)}."
