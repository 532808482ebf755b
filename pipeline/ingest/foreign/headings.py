"""What a table is, told from its headings: a codebook, coded passages or decisions, and of which program.

German headings are guesses except where programs use the English word in both languages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from pipeline.errors import InputError
from pipeline.ingest.tables import Grid, Row, fold
from pipeline.records import Problem

Tree = Literal["", "own", "groups", "list", "named"]
"""Codebooks: our own table (and MAXQDA's), ATLAS.ti's codebook, its Code Manager list, one with names (Taguette,
NVivo, Requal)."""
Passages = Literal["", "own", "maxqda", "atlasti", "qualcoder", "taguette"]

Told = TypeVar("Told", bound=str)

DOCUMENT_NAME = ("document_name", "dokumentname")
SEGMENT = ("segment",)
QUOTATION = ("text_content", "quotation_content", "content", "zitatinhalt", "inhalt")
NAMES = ("tag", "name", "path")
DESCRIPTION = ("description", "beschreibung")
GROUPS = ("groups", "gruppen", "code_groups", "codegruppen")
_GROUP = re.compile(r"code_?(?:group|gruppe)(?:_\d+)?")
_OWN_PLACE = ({"start", "end"}, {"turn"})


@dataclass(frozen=True, slots=True)
class Columns:
    """The headings of a sheet, which may occur twice (then the first counts), and its cells by them."""

    folded: tuple[str, ...]
    typed: tuple[str, ...]

    def at(self, aliases: Collection[str]) -> int:
        """The position of the first heading that is one of the aliases, in the order of the aliases; -1 if none is."""
        return next((self.folded.index(alias) for alias in aliases if alias in self.folded), -1)

    def cell(self, row: Row, aliases: Collection[str]) -> str:
        """The cell under such a heading without blanks around it, "" if there is none."""
        return cell_at(row, self.at(aliases))

    def unused(self, rows: Sequence[Row], used: Collection[str]) -> list[str]:
        """Headings of columns with text that are none of those."""
        return [
            typed.strip()
            for at, (typed, folded) in enumerate(zip(self.typed, self.folded, strict=True))
            if folded and folded not in used and any(cell_at(row, at) for row in rows)
        ]


def columns_of(grid: Grid) -> Columns:
    """The headings of a sheet: its first row."""
    typed = grid.rows[0].cells
    return Columns(tuple(map(fold, typed)), tuple(typed))


def chosen(found: Sequence[Grid], tell: Callable[[Sequence[str]], Told], file: str) -> tuple[Told, Grid, list[Problem]]:
    """The first sheet whose headings tell something, with what they tell and what is said of the other sheets.

    tell: what folded headings say, "" if nothing; if no sheet says anything, that and the first sheet.
    Raises InputError if there is no sheet with a row.
    """
    if not found:
        raise InputError("the table is empty", file, "The first line must hold the column headings.")
    told = [tell(columns_of(grid).folded) for grid in found]
    at = next((at for at, one in enumerate(told) if one), 0)
    others = [grid.name for i, grid in enumerate(found) if i != at]
    if not others:
        return told[at], found[at], []
    what = f"only sheet {found[at].name!r} was read; not read: {', '.join(others)}"
    return told[at], found[at], [Problem(file, what, "Save further sheets as files of their own.")]


def cell_at(row: Row, at: int) -> str:
    """A cell by its position, without blanks around it."""
    return row.cells[at].strip() if 0 <= at < len(row.cells) else ""


def is_group(heading: str) -> bool:
    """Whether a heading, folded, is one of ATLAS.ti's columns with a group of codes."""
    return bool(_GROUP.fullmatch(heading))


def tree_of(folded: Sequence[str]) -> Tree:
    """What codebook a table with these headings is."""
    if "code" in folded:
        if folded[0] == "code" and list(folded[1:2]) == [""] and set(GROUPS) & set(folded):
            return "list"
        return "groups" if any(map(is_group, folded)) else "own"
    if "text" in folded or not set(NAMES) & set(folded):
        return ""
    company = {*DESCRIPTION, "references", "referenzen", "number_of_highlights", "color", "colour", "tag", "path"}
    return "named" if company & set(folded) else ""


def passages_of(folded: Sequence[str]) -> Passages:
    """What table of coded passages one with these headings is."""
    known = set(folded)
    place = any(columns <= known for columns in _OWN_PLACE)
    if {"document", "code"} <= known and place and "speaker" not in known:
        return "own"
    if "code" in known and known & set(SEGMENT) and known & {*DOCUMENT_NAME, "document", "dokument"}:
        return "maxqda"
    if {"document", "tag", "content"} <= known:
        return "taguette"
    if known & {"codes", "kodes"} and known & {"document", "dokument"} and known & set(QUOTATION):
        return "atlasti"
    return "qualcoder" if qualcoder_offset(folded) >= 0 else ""


def qualcoder_offset(folded: Sequence[str]) -> int:
    """Where QualCoder's columns File, Coder, Coded, Id, Codename, Coded_Memo begin; -1 if they do not.

    The first heading follows the language of the screen; in reports on cases the case stands before it.
    """
    wanted = ["coder", "coded", "id", "codename"]
    return next((at for at in (0, 1) if list(folded[at + 1 : at + 5]) == wanted), -1)


def is_decisions(folded: Sequence[str]) -> bool:
    """Whether a table with these headings holds what analysts decided on suggestions."""
    return {"coder", "decision"} <= set(folded) and bool({"theme_id", "utterance_id"} & set(folded))
