"""Rich text made ready for a library that gives plain text: what it would lose or mix up is marked or taken out first.

The control words are walked once. Of what is seen everything stays as it is; ends of paragraphs, cells and rows and
bold type get marks that no text can hold; deleted text, list numbers, pictures and all other hidden destinations go.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

from pipeline.errors import InputError
from pipeline.ingest.formats.left_out import LeftOut

PARAGRAPH, CELL_PARAGRAPH, CELL, ROW, LINE, BOLD, PLAIN = (
    chr(0xFDD0 + i) for i in range(7)
)  # no characters of any text
MARKS = re.compile("([\ufdd0-\ufdef])")
_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([\r\n]+)|([^\\{}\r\n]+)"
)
_ENDS = {"par": PARAGRAPH, "sect": PARAGRAPH, "page": PARAGRAPH, "cell": CELL, "row": ROW, "line": LINE}
_ENDS |= {"nestcell": CELL_PARAGRAPH, "nestrow": CELL_PARAGRAPH}
_SWITCHES = {
    "b": "bold",
    "plain": "",
    "pard": "",
    "deleted": "deleted",
    "revised": "revised",
    "mvf": "deleted",  # moved from here
    "mvt": "revised",  # moved to here
    "v": "hidden",
    "intbl": "in_table",
    "nonshppict": "shadow",
}
_LETTERS = frozenset(
    "tab emdash endash emspace enspace qmspace bullet lquote rquote ldblquote rdblquote".split()
)  # as striprtf knows them
_PASSED = frozenset(("rtf", "ansicpg", "deff", "f", "uc"))  # all else that striprtf heeds
_NO_TEXT = frozenset(("listtext",))  # the number of a list's paragraph
_BOXES = frozenset(("shptxt", "dptxbxtext"))
_HIGH = re.compile("[\x80-\xff]")
_DEEPEST = 1000
_DAMAGED = "Open and save it again."


@dataclass(frozen=True, slots=True)
class _State:
    """What holds inside a group."""

    bold: bool = False
    deleted: bool = False
    revised: bool = False
    hidden: bool = False
    in_table: bool = False
    ignored: bool = False
    fonts: bool = False
    shadow: bool = False  # the picture for older programs


@dataclass
class _Walk:
    """The rich text as it is handed on, and what was found in it."""

    destinations: Collection[str]
    out: list[str] = field(default_factory=list)
    state: _State = field(default_factory=_State)
    stack: list[_State] = field(default_factory=list)
    found: LeftOut = field(default_factory=LeftOut)
    font: str = ""
    charset: str = ""


def marked(data: bytes, where: str, destinations: Collection[str]) -> tuple[str, LeftOut]:
    """The rich text with marks, and what was taken out of it.

    destinations: control words whose groups hold no text.  Raises InputError if the file is cut off, or no rich text.
    """
    text = data.decode("latin-1")
    if not re.match(r"\s*\{\s*\\rtf", text):
        raise InputError("the file is not rich text", where, "Save the transcript as .rtf or .docx.")
    walk = _Walk(destinations)
    for match in _tokens(text):
        word, number, letter, symbol, brace, _, run = match.groups()
        if brace:
            if _brace(walk, brace, where):
                return "".join(walk.out), walk.found
        elif word:
            _word(walk, word, number)
        elif letter is not None:
            _seen(walk, match[0])
        elif symbol:
            _symbol(walk, symbol)
        elif run:
            _seen(walk, run)
    raise InputError("the rich text breaks off before its end", where, _DAMAGED)


def _tokens(text: str) -> Iterator[re.Match[str]]:
    """The tokens of rich text, raw bytes after `\\bin` left out."""
    at = 0
    while match := _TOKEN.match(text, at):
        at = match.end()
        if match[1] == "bin" and match[2] and int(match[2]) > 0:
            at += int(match[2])
        yield match


def _brace(walk: _Walk, brace: str, where: str) -> bool:
    """Whether the outermost group ends here."""
    if brace == "{":
        if len(walk.stack) >= _DEEPEST:
            raise InputError(f"the rich text is nested more than {_DEEPEST} levels deep", where, _DAMAGED)
        walk.stack.append(walk.state)
        walk.out.append(brace)
        return False
    _end_font(walk)
    before = walk.stack.pop()
    if before.bold != walk.state.bold:
        _mark(walk, BOLD if before.bold else PLAIN)
    walk.out.append(brace)
    walk.state = before
    return not walk.stack


def _word(walk: _Walk, word: str, number: str | None) -> None:
    _count(walk, word)
    state, on = walk.state, number != "0"
    if word == "fonttbl":
        _keep(walk, "\\fonttbl ")
        walk.state = replace(state, fonts=not state.ignored)
    elif state.fonts:
        walk.font = number or "" if word == "f" else walk.font
        walk.charset = number or "" if word == "fcharset" else walk.charset
    elif word in walk.destinations or word in _NO_TEXT:
        walk.state = replace(state, ignored=True)
    elif word in _ENDS:
        _end(walk, word)
    elif word in _SWITCHES:
        _switch(walk, word, on)
    elif word == "u":
        _seen(walk, f"\\u{_letter(number)} ")
    elif word in _LETTERS:
        _seen(walk, f"\\{word} ")
    elif word in _PASSED:
        _keep(walk, f"\\{word}{number or ''} ")


def _switch(walk: _Walk, word: str, on: bool) -> None:
    """A word that changes how what follows is read."""
    state = walk.state
    after = replace(state, **{_SWITCHES[word]: on}) if _SWITCHES[word] else state
    if word == "plain":
        after = replace(state, bold=False, deleted=False, revised=False, hidden=False)
    elif word == "pard":
        after = replace(state, in_table=False)
    if after.bold != state.bold:
        _mark(walk, BOLD if after.bold else PLAIN)
    walk.state = after


def _count(walk: _Walk, word: str) -> None:
    found, state = walk.found, walk.state
    if word == "annotation":
        walk.found = replace(found, comments=found.comments + 1)
    elif word == "footnote" and not state.ignored:
        walk.found = replace(found, notes=found.notes + 1)
    elif word == "pict" and not state.shadow:
        walk.found = replace(found, pictures=found.pictures + 1)
    elif word in _BOXES:
        walk.found = replace(found, boxes=found.boxes + 1)


def _end(walk: _Walk, word: str) -> None:
    mark = _ENDS[word]
    if mark == PARAGRAPH and walk.state.in_table:
        mark = CELL_PARAGRAPH
    if mark in (PARAGRAPH, CELL_PARAGRAPH, LINE) and walk.state.deleted:
        return  # the next paragraph goes on in this one
    _mark(walk, mark)


def _symbol(walk: _Walk, symbol: str) -> None:
    if symbol == "*":
        walk.state = replace(walk.state, ignored=True)
    elif symbol in "\r\n":
        _end(walk, "par")
    elif symbol == "\\":
        _seen(walk, "\\'5c")  # or a path in the talk could look like a control word to the library
    elif symbol in "~-_{}":
        _seen(walk, f"\\{symbol}")


def _seen(walk: _Walk, written: str) -> None:
    """Something that a reader of the document sees, unless it was deleted."""
    state = walk.state
    if state.ignored or state.fonts:
        if ";" in written:
            _end_font(walk)
        return
    if written.strip():
        walk.found = replace(
            walk.found,
            changes=walk.found.changes or state.deleted or state.revised,
            hidden=walk.found.hidden or (state.hidden and not state.deleted),
        )
    if not state.deleted:
        _keep(walk, _HIGH.sub(lambda byte: f"\\'{ord(byte[0]):02x}", written))


def _keep(walk: _Walk, written: str) -> None:
    if not walk.state.ignored:
        walk.out.append(written)


def _end_font(walk: _Walk) -> None:
    """A font of the table in its shortest form: on others the library's search may take for ever."""
    if walk.state.fonts and not walk.state.ignored and walk.font.isdigit() and walk.charset.isdigit():
        _keep(walk, f"\\f{walk.font} \\fcharset{walk.charset} x;")
        walk.font = walk.charset = ""


def _mark(walk: _Walk, mark: str) -> None:
    """The mark, behind a control word without a meaning: it ends what may be left to skip of a letter's substitute."""
    _keep(walk, f"\\pipelinemark {mark}")


def _letter(number: str | None) -> int:
    """The number of a letter, as it stands or with another in place of what cannot be one."""
    value = int(number or 0xFFFD)
    value += 0x10000 * (value < 0)
    return 0xFFFD if not 0 < value <= 0x10FFFF or 0xFDD0 <= value <= 0xFDEF else value
