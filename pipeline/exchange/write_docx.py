"""The adapter for python-docx: paragraphs in, the bytes of a .docx out, the same each time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pipeline.exchange.blocks import Block
from pipeline.exchange.texts import safe
from pipeline.records import ORIGIN

_FIXED = datetime(2000, 1, 1)
"""Written as the date of the document, so that the bytes are the same each time."""
_FIRST_DATE = (1980, 1, 1, 0, 0, 0)
_MUTED = "595959"
_DEEPEST = 9
"""Word has headings of nine levels."""


def document(blocks: Iterable[Block], title: str) -> bytes:
    """A document on A4 pages with Word's own styles, numbered pages and a fixed date.

    Characters that XML 1.0 forbids show as U+FFFD; line feeds in a text are line breaks.
    """
    import docx

    file = docx.Document()
    _properties(file, title)
    _page(file)
    _styles(file)
    for block in blocks:
        _add(file, block)
    buffer = io.BytesIO()
    file.save(buffer)
    return _repacked(buffer.getvalue())


def _properties(file: Any, title: str) -> None:
    told = file.core_properties
    told.title, told.author, told.last_modified_by = safe(title)[:255], ORIGIN, ORIGIN
    told.comments = told.keywords = told.subject = ""
    told.created = told.modified = _FIXED
    told.revision = 1


def _page(file: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm

    section = file.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2.5)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    number = OxmlElement("w:fldSimple")
    number.set(qn("w:instr"), "PAGE")
    foot._p.append(number)


def _styles(file: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    normal, quote = file.styles["Normal"], file.styles["Quote"]
    normal.font.size = Pt(11)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing = 1.15
    quote.font.italic = False  # long passages in italics are hard to read
    quote.font.color.rgb = RGBColor(0, 0, 0)
    quote.paragraph_format.left_indent, quote.paragraph_format.space_after = Cm(0.8), Pt(8)
    border, line = OxmlElement("w:pBdr"), OxmlElement("w:left")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "8"), ("color", "A6B4BE")):
        line.set(qn(f"w:{name}"), value)
    border.append(line)
    quote.element.get_or_add_pPr().insert_element_before(border, "w:shd", "w:spacing", "w:ind", "w:jc")


def _add(file: Any, block: Block) -> None:
    from docx.shared import RGBColor

    names = {"title": "Title", "text": "Normal", "quote": "Quote"}
    style = names.get(block.style, f"Heading {min(block.level, _DEEPEST)}")
    paragraph = file.add_paragraph(style=file.styles[style])
    paragraph.paragraph_format.keep_with_next = True if block.joined else None
    for piece in block.pieces:
        run = paragraph.add_run(safe(piece.text))
        if piece.look == "bold":
            run.bold = True
        colour = piece.colour.removeprefix("#") or (_MUTED if piece.look == "muted" else "")
        if colour:
            run.font.color.rgb = RGBColor.from_string(colour)


def _repacked(data: bytes) -> bytes:
    """The same parts with fixed dates: python-docx writes the hour into the archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _FIRST_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # otherwise Windows and Linux write different bytes
            entry.external_attr = 0o644 << 16
            new.writestr(entry, old.read(name))
    return buffer.getvalue()
