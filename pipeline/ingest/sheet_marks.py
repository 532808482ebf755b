"""What the XML of a workbook says of its sheets beside their cells: hidden rows, merged blocks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from posixpath import normpath
from typing import Any

from pipeline.config import IngestConfig
from pipeline.ingest.read_lxml import local, root_of

Block = tuple[tuple[int, int], tuple[int, int]]

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*>")
_DIGITS = 9
_NUMBER = re.compile(rb'\sr="(\d{1,7})"')
_HIDDEN = re.compile(rb'\shidden="(?:1|true)"')


@dataclass(frozen=True, slots=True)
class Mark:
    """hidden_rows: from 1.  merged: blocks, only for OpenDocument (the library tells those of Excel)."""

    hidden_rows: frozenset[int] = frozenset()
    merged: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Marks:
    """encoding: "xlsx" or "ods".  sheets: by name."""

    encoding: str
    sheets: Mapping[str, Mark]


def marks_of(parts: Mapping[str, bytes], where: str, config: IngestConfig) -> Marks:
    """What the parts of a workbook say of its sheets; they were checked, so that no repeated row fills the memory."""
    if "xl/workbook.xml" in parts:
        return Marks("xlsx", _of_excel(parts, where, config))
    if "content.xml" in parts:
        return Marks("ods", _of_open_document(parts["content.xml"], where, config))
    return Marks("xlsx", {})


def _of_excel(parts: Mapping[str, bytes], where: str, config: IngestConfig) -> dict[str, Mark]:
    book = root_of(parts["xl/workbook.xml"], f"{where}, part xl/workbook.xml", config)
    names = "xl/_rels/workbook.xml.rels"
    targets = {}
    if names in parts:
        for relation in root_of(parts[names], f"{where}, part {names}", config):
            targets[relation.get("Id")] = _path(relation.get("Target", ""))
    found = {}
    for sheet in book.iter():
        if local(sheet) != "sheet":
            continue
        part = parts.get(targets.get(sheet.get(_RELATION) or sheet.get(_STRICT), ""), b"")
        name = sheet.get("name", "")
        found[name] = Mark(_hidden_rows(part))
    return found


def _path(target: str) -> str:
    return target[1:] if target.startswith("/") else normpath(f"xl/{target}")


def _hidden_rows(part: bytes) -> frozenset[int]:
    hidden, last = set(), 0
    for match in _ROW.finditer(part):
        number = _NUMBER.search(match[0])
        last = int(number[1]) if number else last + 1
        if _HIDDEN.search(match[0]):
            hidden.add(last)
    return frozenset(hidden)


def _of_open_document(content: bytes, where: str, config: IngestConfig) -> dict[str, Mark]:
    found = {}
    for table in root_of(content, f"{where}, part content.xml", config).iter(f"{_TABLE}table"):
        name = table.get(f"{_TABLE}name", "")
        found[name] = _open_sheet(table)
    return found


def _open_sheet(table: Any) -> Mark:
    hidden: set[int] = set()
    merged: list[Block] = []
    row = 0
    for element in table.iter(f"{_TABLE}table-row"):
        repeat = _count(element, "number-rows-repeated")
        merged += _open_blocks(element, row)
        if element.get(f"{_TABLE}visibility") in ("collapse", "filter") and any(len(cell) for cell in element):
            hidden.update(range(row + 1, row + repeat + 1))
        row += repeat
    return Mark(frozenset(hidden), tuple(merged))


def _open_blocks(row: Any, at: int) -> list[Block]:
    """The blocks that begin in a row."""
    column = 0
    blocks: list[Block] = []
    for cell in row:
        rows, columns = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
        if rows > 1 or columns > 1:
            blocks.append(((at, column), (at + rows - 1, column + columns - 1)))
        column += _count(cell, "number-columns-repeated")
    return blocks


def _count(element: Any, name: str) -> int:
    written = element.get(f"{_TABLE}{name}", "1")
    return max(1, int(written)) if written.isascii() and written.isdigit() and len(written) < _DIGITS else 1
