"""Word files through mammoth: HTML out, then paragraphs; tracked changes, comments and hidden text from the XML."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from html.parser import HTMLParser
from xml.parsers.expat import ExpatError

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.archive import checked_parts, copy_of
from pipeline.ingest.drafts import Loaded
from pipeline.ingest.formats.blocks import Blocks, Typed
from pipeline.ingest.formats.left_out import LeftOut

_BLOCKS = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "li"))
_NOTE = ("footnote-", "endnote-")
_MAIN = re.compile(r"word/document\d*\.xml")  # some services number it
_EMBEDDED = re.compile(rb"<w:altChunk[ >]")
_TRACKED = re.compile(rb"<w:(?:ins|del|moveFrom|moveTo)[ >]")
_HIDDEN = re.compile(rb"<w:vanish(?:/>| w:val=\"(?:1|true|on)\")")
_COMMENT = re.compile(rb"<w:comment ")
_PICTURE = re.compile(rb"<(?:pic:pic|v:imagedata)[ >]")
_BOX = re.compile(rb"<w:txbxContent>(.*?)</w:txbxContent>", re.DOTALL)
_FALLBACK = re.compile(rb"<mc:Fallback>.*?</mc:Fallback>", re.DOTALL)
_TEXT = re.compile(rb"<w:t(?: [^>]*)?>([^<]*)</w:t>")


def read_docx(loaded: Loaded, config: IngestConfig) -> Typed:
    """The text of a Word file, tracked changes accepted; headers, footers, comments, footnotes and pictures left out.

    Raises InputError if the file is no Word file.
    """
    import mammoth

    parts = checked_parts(loaded, config)
    main = next((name for name in parts if _MAIN.fullmatch(name)), "")
    if not main:
        raise InputError("the file is not a Word document", loaded.name, "Save the transcript as .docx.")
    try:
        html: str = mammoth.convert_to_html(
            io.BytesIO(copy_of(parts)),
            convert_image=mammoth.images.img_element(lambda _: {"src": ""}),
            include_embedded_style_map=False,
        ).value
    except (zipfile.BadZipFile, ExpatError, ValueError, LookupError, AttributeError, RecursionError) as problem:
        raise InputError(
            f"the document cannot be read ({problem})", loaded.name, "Open and save it again."
        ) from problem
    walker = _Walker()
    walker.feed(html)
    walker.close()
    return walker.blocks.typed(_left_out(parts[main], parts, walker))


def _left_out(body: bytes, parts: Mapping[str, bytes], walker: _Walker) -> LeftOut:
    once = _FALLBACK.sub(b"", body)  # a drawing and its substitute for older programs are one
    return LeftOut(
        changes=_TRACKED.search(body) is not None,
        hidden=_HIDDEN.search(body) is not None,
        comments=len(_COMMENT.findall(parts.get("word/comments.xml", b""))),
        notes=walker.notes,
        pictures=len(_PICTURE.findall(once)),
        embedded=len(_EMBEDDED.findall(body)),
        boxes=_lost_boxes(once, "".join(walker.said)),
    )


def _lost_boxes(body: bytes, text: str) -> int:
    """How many text boxes hold words that mammoth did not give (it reads the older of the two forms of a box)."""
    found = re.sub(r"\s", "", text)
    lost = 0
    for box in _BOX.findall(body):
        words = b"".join(_TEXT.findall(box)).decode("utf-8", "replace")
        words = words.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
        lost += re.sub(r"\s", "", words) not in found
    return lost


class _Walker(HTMLParser):
    """Tells `blocks` what stands in mammoth's HTML, which is always well formed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks = Blocks()
        self.said: list[str] = []
        self.notes = 0
        self._bold = 0
        self._skip = 0  # depth inside a footnote or its mark

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        name = values.get("id") or ""
        if self._skip or (tag in ("li", "a") and name.startswith(_NOTE)):
            self.notes += tag == "li" and not self._skip
            self._skip += tag in ("li", "a")
        elif tag == "br":
            self.blocks.text("\n", bold=True)
        elif tag == "strong":
            self._bold += 1
        elif tag in _BLOCKS:
            self.blocks.end_paragraph()
        elif tag == "table":
            self.blocks.start_table()
        elif tag == "tr":
            self.blocks.start_row()
        elif tag in ("td", "th"):
            self.blocks.start_cell(_span(values.get("colspan")), _span(values.get("rowspan")))

    def handle_endtag(self, tag: str) -> None:
        if self._skip:
            self._skip -= tag in ("li", "a")
        elif tag == "strong":
            self._bold -= 1
        elif tag in _BLOCKS or tag in ("td", "th"):
            self.blocks.end_paragraph()
        elif tag == "table":
            self.blocks.end_table()

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self.blocks.text(data, bold=self._bold > 0)
            self.said.append(data)


def _span(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 6 else 1
