"""Word files through mammoth: HTML out, then paragraphs; tracked changes are found in the XML."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from xml.parsers.expat import ExpatError

from pipeline.errors import InputError
from pipeline.ingest.archive import checked_parts
from pipeline.ingest.drafts import Loaded
from pipeline.ingest.labels import MAX_CHARS, MAX_WORDS
from pipeline.ingest.times import milliseconds
from pipeline.ingest.words import TABLE_HEADINGS
from pipeline.records import Problem

_BLOCKS = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "li"))
_NOTE = ("footnote-", "endnote-")
_TRACKED = re.compile(rb"<w:(ins|del|moveFrom|moveTo)[ >]")
_BLANKS = re.compile("[ \t\n]+")


@dataclass(frozen=True, slots=True)
class Word:
    """A Word file's paragraphs in order.  labels: speakers that a table's column or bold type vouches for."""

    paragraphs: tuple[str, ...]
    labels: frozenset[str]
    problems: tuple[Problem, ...]


def read_paragraphs(loaded: Loaded, max_file_mb: int) -> Word:
    """The text of a Word file, tracked changes accepted, headers, footers, comments and footnotes left out.

    A table row of two or three cells (speaker, text, and perhaps a time, in any order) becomes `SPEAKER: text`.
    Raises InputError if the file is no Word file.
    """
    import mammoth

    parts = checked_parts(loaded, max_file_mb)
    if "word/document.xml" not in parts:
        raise InputError("the file is not a Word document", loaded.name, "Save the transcript as .docx.")
    try:
        html: str = mammoth.convert_to_html(
            io.BytesIO(loaded.data),
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
    labels = walker.labels | {name for name, n in Counter(walker.bold_lines).items() if n > 1}
    return Word(tuple(walker.paragraphs), frozenset(labels), _remarks(loaded.name, parts, walker.notes))


def _remarks(name: str, parts: Mapping[str, bytes], notes: int) -> tuple[Problem, ...]:
    found = []
    if _TRACKED.search(parts["word/document.xml"]):
        todo = "Accept or reject the changes in Word if that is not what you want."
        found.append(Problem(name, "the document holds tracked changes; it was read as if all were accepted", todo))
    if notes:
        found.append(Problem(name, f"{notes} footnotes or endnotes were left out"))
    return tuple(found)


@dataclass
class _Cells:
    """A table that is being read: for each row its cells, for each cell its paragraphs."""

    rows: list[list[list[str]]] = field(default_factory=list)


class _Walker(HTMLParser):
    """Collects the paragraphs of mammoth's HTML, which is always well formed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs: list[str] = []
        self.labels: set[str] = set()
        self.bold_lines: list[str] = []
        self.notes = 0
        self._pieces: list[str] = []
        self._plain = False  # something outside bold type stands in this paragraph
        self._bold = 0
        self._skip = 0  # depth inside a footnote or its mark
        self._tables: list[_Cells] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = dict(attrs).get("id") or ""
        if self._skip or (tag in ("li", "a") and name.startswith(_NOTE)):
            self.notes += tag == "li" and not self._skip
            self._skip += tag in ("li", "a")
        elif tag == "br":
            self._pieces.append("\n")
        elif tag == "strong":
            self._bold += 1
        elif tag in _BLOCKS:
            self._flush()
        elif tag == "table":
            self._flush()
            self._tables.append(_Cells())
        elif tag == "tr" and self._tables:
            self._tables[-1].rows.append([])
        elif tag in ("td", "th") and self._tables:
            self._flush()
            self._tables[-1].rows[-1].append([])

    def handle_endtag(self, tag: str) -> None:
        if self._skip:
            self._skip -= tag in ("li", "a")
        elif tag == "strong":
            self._bold -= 1
        elif tag in _BLOCKS or tag in ("td", "th"):
            self._flush()
        elif tag == "table" and self._tables:
            self._flush()
            for paragraph in self._from_table(self._tables.pop()):
                self._put(paragraph)

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self._pieces.append(data)
            self._plain = self._plain or (not self._bold and bool(data.strip()))

    def close(self) -> None:
        super().close()
        self._flush()

    def _flush(self) -> None:
        text = "".join(self._pieces).strip(" \n")
        if text.strip():
            if not self._plain and _may_be_label(text):
                self.bold_lines.append(text.removesuffix(":"))
            self._put(text)
        self._pieces, self._plain = [], False

    def _put(self, paragraph: str) -> None:
        if self._tables and self._tables[-1].rows and self._tables[-1].rows[-1]:
            self._tables[-1].rows[-1][-1].append(paragraph)
        else:
            self.paragraphs.append(paragraph)

    def _from_table(self, table: _Cells) -> list[str]:
        rows = [["\n".join(cell) for cell in row] for row in table.rows]
        order = _columns([row for row in rows if any(row)])
        if order is None:
            return [cell for row in rows for cell in row if cell]
        found = []
        if {cell.strip().casefold() for cell in rows[0] if cell} <= TABLE_HEADINGS:
            found.append(" | ".join(rows.pop(0)))
        for row in rows:
            speaker, text, time = (row[i] if 0 <= i < len(row) else "" for i in order)
            label = _BLANKS.sub(" ", speaker).strip().removesuffix(":").rstrip()
            if not label and not text:
                continue
            if label:
                self.labels.add(label)
            head = f"[{time.strip().strip('[]()')}] " if label and milliseconds(time) is not None else ""
            found.append(f"{head}{label}: {text}" if label else text)
        return found


def _may_be_label(text: str) -> bool:
    return len(text) <= MAX_CHARS and len(text.split()) <= MAX_WORDS and not text.endswith((".", "?", "!"))


def _columns(rows: Sequence[Sequence[str]]) -> tuple[int, int, int] | None:
    """Which columns hold speaker, text and time (-1: none); None if the table is no transcript.

    The time column holds times only, the text column most of the letters; the speakers' cells are short and recur.
    """
    width = max(map(len, rows), default=0)
    if width not in (2, 3) or len(rows) < 2:
        return None
    cells = [[row[i].strip() if i < len(row) else "" for row in rows] for i in range(width)]
    # the first row may be a heading
    times = [
        i for i in range(width) if all(milliseconds(c) is not None for c in cells[i][1:] if c) and any(cells[i][1:])
    ]
    rest = [i for i in range(width) if i not in times]
    if len(rest) != 2 or len(times) > 1:
        return None
    first, second = rest
    speaker, text = (first, second) if len("".join(cells[first])) <= len("".join(cells[second])) else (second, first)
    names = [cell for cell in cells[speaker][1:] if cell]
    if not names or not all(map(_may_be_label, names)) or len(set(names)) == len(names) > 2:
        return None
    return speaker, text, times[0] if times else -1
