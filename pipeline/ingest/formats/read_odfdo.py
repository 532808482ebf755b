"""OpenDocument texts through odfdo, which opens them; the walk over their paragraphs is our own.

odfdo's own ways to text put footnotes and comments into sentences or lose runs of blanks.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.archive import checked_parts, copy_of
from pipeline.ingest.drafts import Loaded
from pipeline.ingest.formats.blocks import Blocks, Typed
from pipeline.ingest.formats.left_out import LeftOut

_BLANKS = re.compile("[ \t\r\n]+")
_AGAIN = "Open and save it again."
_MOST = 10_000  # blanks in a row
_WIDEST = 100
_SKIPPED = frozenset(
    "text:number text:ruby-text text:variable-decls text:sequence-decls text:user-field-decls "
    "text:dde-connection-decls office:forms office:scripts office:event-listeners office:annotation-end svg:title "
    "svg:desc table:table-column table:table-columns table:title table:desc".split()
)


@dataclass(frozen=True, slots=True)
class _Style:
    """What a style says of its text; None: nothing."""

    parent: str = ""
    bold: bool | None = None
    hidden: bool | None = None


def read_odt(loaded: Loaded, config: IngestConfig) -> Typed:
    """The text of an OpenDocument text, as from a Word file: tracked changes accepted, comments and footnotes left out.

    Raises InputError if the file is no OpenDocument text.
    """
    from odfdo import Document

    parts = checked_parts(loaded, config)
    if "content.xml" not in parts or b"opendocument.text" not in parts.get("mimetype", b""):
        raise InputError("the file is not an OpenDocument text", loaded.name, "Save the transcript as .odt or .docx.")
    try:
        document = Document(io.BytesIO(copy_of(parts)))
        body: Any = document.body
        styles: dict[str, _Style] = {}
        for part in ("styles.xml", "content.xml"):
            if part in parts:
                found: Any = document.get_part(part)
                styles |= _styles(found.root)
    except (zipfile.BadZipFile, ValueError, LookupError, AttributeError, TypeError, OSError) as problem:
        raise InputError(f"the document cannot be read ({problem})", loaded.name, _AGAIN) from problem
    walker = _Walker(styles)
    walker.walk(body, _Style())
    return walker.blocks.typed(walker.left_out)


def _below(element: Any, tag: str) -> Iterator[Any]:
    for child in element.children:
        if child.tag == tag:
            yield child
        yield from _below(child, tag)


def _styles(root: Any) -> dict[str, _Style]:
    """By family and name."""
    found = {}
    for style in _below(root, "style:style"):
        values = style.attributes
        family = values.get("style:family", "")
        parent = values.get("style:parent-style-name", "")
        bold = hidden = None
        for properties in style.children:
            if properties.tag == "style:text-properties":
                looks = properties.attributes
                weight = looks.get("fo:font-weight", "")
                bold = _is_bold(weight) if weight else bold
                hidden = looks["text:display"] == "none" if "text:display" in looks else hidden
        found[f"{family} {values.get('style:name', '')}"] = _Style(f"{family} {parent}" if parent else "", bold, hidden)
    return found


def _is_bold(weight: str) -> bool:
    return weight == "bold" or (weight.isascii() and weight.isdigit() and 600 <= int(weight) <= 1000)


class _Walker:
    """Tells `blocks` what stands in a document's body."""

    def __init__(self, styles: dict[str, _Style]) -> None:
        self.blocks = Blocks()
        self.left_out = LeftOut()
        self._styles = styles
        self._after_blank = True  # white space in the XML collapses, also over the borders of elements
        self._boxes: list[Any] = []
        self._in_paragraph = False
        self._handlers: dict[str, Callable[[Any, _Style], None]] = {
            "text:p": self._paragraph,
            "text:h": self._paragraph,
            "text:span": self._span,
            "text:s": self._blank_run,
            "text:tab": lambda *_: self._mark("\t"),
            "text:line-break": lambda *_: self._mark("\n"),
            "text:tracked-changes": self._changes,
            "office:annotation": lambda *_: self._count("comments"),
            "text:note": lambda *_: self._count("notes"),
            "draw:image": lambda *_: self._count("pictures"),
            "draw:text-box": self._box,
            "table:table": self._table,
            "table:table-row": self._row,
            "table:table-cell": self._cell,
            "table:covered-table-cell": self._cell,
        }

    def walk(self, element: Any, look: _Style) -> None:
        """The element's text and everything in it."""
        if self._in_paragraph:
            self._text(element.text or "", look)
        for child in element.children:
            tag = child.tag
            if tag in self._handlers:
                self._handlers[tag](child, look)
            elif tag not in _SKIPPED and not tag.endswith("-source"):
                self.walk(child, look)
            if self._in_paragraph:
                self._text(child.tail or "", look)

    def _text(self, text: str, look: _Style) -> None:
        text = _BLANKS.sub(" ", text)
        if self._after_blank:
            text = text.removeprefix(" ")
        if text:
            self.blocks.text(text, bold=bool(look.bold))
            self._after_blank = text.endswith(" ")
            if look.hidden:
                self.left_out = replace(self.left_out, hidden=True)

    def _mark(self, mark: str) -> None:
        self.blocks.text(mark, bold=True)
        self._after_blank = False

    def _blank_run(self, element: Any, _: _Style) -> None:
        self._mark(" " * _number(element, "text:c", _MOST))

    def _paragraph(self, element: Any, look: _Style) -> None:
        self.blocks.end_paragraph()
        self._after_blank = self._in_paragraph = True
        self.walk(element, self._look(element, "paragraph", look))
        self._in_paragraph = False
        self.blocks.end_paragraph()
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self.walk(box, _Style())

    def _span(self, element: Any, look: _Style) -> None:
        self.walk(element, self._look(element, "text", look))

    def _look(self, element: Any, family: str, look: _Style) -> _Style:
        """How text in an element looks: as its style says, or that style's parents, or what is around it."""
        name = f"{family} {element.attributes.get('text:style-name', '')}"
        seen: set[str] = set()
        bold = hidden = None
        while name in self._styles and name not in seen:
            seen.add(name)
            style = self._styles[name]
            bold = style.bold if bold is None else bold
            hidden = style.hidden if hidden is None else hidden
            name = style.parent
        return _Style("", look.bold if bold is None else bold, look.hidden if hidden is None else hidden)

    def _box(self, element: Any, _: _Style) -> None:
        """A text box inside a paragraph follows behind it, so that it does not cut a sentence."""
        if self._in_paragraph:
            self._boxes.append(element)
        else:
            self.walk(element, _Style())

    def _changes(self, element: Any, _: _Style) -> None:
        """What was deleted stands here and nowhere else; what was inserted stands in the text."""
        if element.children:
            self.left_out = replace(self.left_out, changes=True)

    def _count(self, what: str) -> None:
        self.left_out = replace(self.left_out, **{what: getattr(self.left_out, what) + 1})

    def _table(self, element: Any, look: _Style) -> None:
        self.blocks.start_table()
        self.walk(element, look)
        self.blocks.end_table()

    def _row(self, element: Any, look: _Style) -> None:
        self.blocks.start_row()
        self.walk(element, look)

    def _cell(self, element: Any, look: _Style) -> None:
        for _ in range(_number(element, "table:number-columns-repeated", _WIDEST)):
            self.blocks.start_cell()
            self.walk(element, look)
            self.blocks.end_paragraph()


def _number(element: Any, attribute: str, most: int) -> int:
    value = element.attributes.get(attribute, "1")
    return min(int(value), most) if value.isascii() and value.isdigit() and len(value) < 10 else 1
