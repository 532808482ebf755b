"""XML found safe before any library parses it: no document type, nothing too deep or too large, no vast empty sheets.

One pass of expat, which builds no tree; the libraries behind it (lxml, mammoth, odfdo, calamine) then see plain XML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.parsers import expat
from xml.sax.saxutils import escape

from pipeline.config import IngestConfig
from pipeline.errors import InputError

_ENCODINGS = re.compile(r"utf-?8|utf-?16(?:le|be)?|us-ascii|ascii|iso-8859-\d\d?|latin-?1|windows-125\d|cp125\d")
_DECLARED = re.compile(rb"\A(?:\xef\xbb\xbf)?<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([^\"']{0,40})[\"']")
_CELL = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_TAG = re.compile(r"<\w+:\w|<!\[")
_MARKED = re.compile(rb"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_FILLED = frozenset(("v", "f", "is"))
_AGAIN = "Export the file again."


def refuse_unsafe_xml(data: bytes, where: str, config: IngestConfig, office: bool = False) -> None:
    """Raises InputError if XML declares a document type (how entity bombs and remote texts come in), is not well
    formed, in an unusual encoding, deeper or larger than config allows, or holds a sheet that spans more cells, blank
    ones included: libraries build the whole rectangle.

    where: file, and part, for messages.  office: also refuse tags inside comments, CDATA and instructions, which no
    office program writes: what is counted in the bytes of a part is then what stands in it.
    """
    declared = _DECLARED.match(data)
    if declared and not _ENCODINGS.fullmatch(declared[1].decode("latin-1").casefold()):
        told = f"the XML is in the encoding {declared[1].decode('latin-1')!r}, which is not read"
        raise InputError(told, where, "Export the file again as UTF-8.")
    parser = expat.ParserCreate()
    parser.buffer_text = True
    watch = _Watch(where, config)
    parser.StartDoctypeDeclHandler = watch.doctype
    parser.StartElementHandler = watch.start
    parser.EndElementHandler = watch.end
    if office:
        parser.CommentHandler = watch.aside
        parser.ProcessingInstructionHandler = watch.aside
        parser.StartCdataSectionHandler = lambda: setattr(parser, "CharacterDataHandler", watch.aside)
        parser.EndCdataSectionHandler = lambda: setattr(parser, "CharacterDataHandler", None)
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as problem:  # the latter two: an encoding that expat lacks
        raise InputError(f"the XML cannot be read ({problem})", where, _AGAIN) from problem


def without_marked_text(data: bytes) -> bytes:
    """Checked XML with its CDATA sections written as plain text; mammoth 1.13 leaves such text out."""
    if b"<![CDATA[" not in data:
        return data
    return _MARKED.sub(lambda found: escape(found[1].decode("latin-1")).encode("latin-1"), data)


@dataclass(slots=True)
class _Watch:
    """What a parser has seen so far."""

    where: str
    config: IngestConfig
    depth: int = 0
    elements: int = 0
    sheet: _Grid | _Table | None = None
    sheet_depth: int = 0

    def doctype(self, *_: object) -> None:
        told = "the XML declares a document type (DOCTYPE), which could pull in other files or grow without limit"
        raise InputError(told, self.where, "Remove the declaration, or export the file again.")

    def aside(self, *text: str) -> None:
        if any(map(_TAG.search, text)):
            raise InputError("the XML holds tags where only remarks may stand", self.where, _AGAIN)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > self.config.max_depth:
            told = f"the XML is nested more than {self.config.max_depth} levels deep"
            raise InputError(told, self.where, f"{_AGAIN[:-1]}, or raise ingest.max_depth.")
        if self.elements > self.config.max_elements:
            told = f"the XML holds more than {self.config.max_elements:,} elements"
            raise InputError(told, self.where, "Split the file, or raise ingest.max_elements.")
        name = tag.rpartition(":")[2]
        if self.sheet is not None:
            self.sheet.start(name, attributes)
        elif name in _SHEETS:
            self.sheet, self.sheet_depth = _SHEETS[name](self.where, self.config.max_cells), self.depth

    def end(self, _: str) -> None:
        if self.depth == self.sheet_depth:
            self.sheet = None
        self.depth -= 1


@dataclass(slots=True)
class _Grid:
    """A sheet of an Excel workbook: the rectangle from its first cell to the last one that holds something."""

    where: str
    most: int
    row: int = 0
    column: int = 0
    rows: int = 0
    columns: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            self.row = _number(attributes.get("r", ""), self.where) or self.row + 1
            self.column = 0
        elif name == "c":
            self._cell(attributes.get("r", ""))
        elif name in _FILLED:
            self.rows, self.columns = max(self.rows, self.row), max(self.columns, self.column)
            _refuse_area(self.rows, self.columns, self.most, self.where)

    def _cell(self, place: str) -> None:
        if not place:
            self.column += 1
            return
        found = _CELL.fullmatch(place)
        if found is None:
            raise InputError(f"the sheet has a cell without a proper place ({place[:20]!r})", self.where, _AGAIN)
        self.column = 0
        for letter in found[1].upper():
            self.column = self.column * 26 + ord(letter) - 64
        self.row = int(found[2])


@dataclass(slots=True)
class _Table:
    """A sheet of an OpenDocument: rows and cells can say how often they are repeated."""

    where: str
    most: int
    row: int = 0
    column: int = 0
    rows: int = 0
    columns: int = 0
    again: int = 1

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table-row":
            self.again = self._repeats(attributes, "number-rows-repeated")
            self.row += self.again
            self.column = 0
        elif name in ("table-cell", "covered-table-cell"):
            self.column += self._repeats(attributes, "number-columns-repeated")
            if any(key.endswith((":value-type", ":formula")) for key in attributes):
                self._filled()
        elif name == "p":
            self._filled()

    def _filled(self) -> None:
        self.rows, self.columns = max(self.rows, self.row), max(self.columns, self.column)
        _refuse_area(self.rows, self.columns, self.most, self.where)

    def _repeats(self, attributes: dict[str, str], wanted: str) -> int:
        value = next((value for key, value in attributes.items() if key.rpartition(":")[2] == wanted), "1")
        return _number(value, self.where)


# `sheetData` and not the root: calamine looks for nothing else, whatever the root is called
_SHEETS: dict[str, type[_Grid] | type[_Table]] = {"sheetData": _Grid, "table": _Table}


def _number(value: str, where: str) -> int:
    if not value:
        return 0
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise InputError(f"the sheet counts its rows or columns with {value[:20]!r}", where, _AGAIN)
    return int(value)


def _refuse_area(rows: int, columns: int, most: int, where: str) -> None:
    if rows * columns > most:
        told = f"the sheet spans {rows:,} rows and {columns:,} columns, more than {most:,} cells"
        todo = "Delete what stands far outside the table and save it again, or raise ingest.max_cells."
        raise InputError(told, where, todo)
