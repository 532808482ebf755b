"""Bytes to text: byte order mark, UTF-16 by its zero bytes, strict UTF-8, then the user's choice or cp1252.

The order is that of interchange practice: a library's guess is wrong too often to be more than advice.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

from pipeline.config import IngestConfig
from pipeline.errors import InputError, UsageError
from pipeline.ingest.drafts import Loaded
from pipeline.ingest.guess_charset_normalizer import guess
from pipeline.records import Problem

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "utf-32"),  # before UTF-16: its mark begins like the one of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32", "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16"),
)
_OTHER_KINDS = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"{\\rtf", "a rich text (RTF) document"),
    (b"\xd0\xcf\x11\xe0", "an old or encrypted office document"),
)
_CONTROLS = bytes(set(range(1, 32)) - set(b"\t\n\v\f\r\x15\x1a\x1b")) + b"\x7f"
# Two bytes of a UTF-8 letter read as cp1252 or Latin-1 ("Ã¤", "â€™", "Â "), or as Mac Roman ("√§", "‚Äô").  Left out is
# what Portuguese writes in earnest: "MANHÃ" before a quotation mark or an ellipsis.
_MOJIBAKE = re.compile(
    "Ã[\u0080-\u009f\u00a1-\u00bfŸœŒ„–‰ƒ‡†ˆŠ‹Ž˜™š›ž‚€]|â€[\u0080-\u009f™œžšœ“”˜¦¢]|Â[\u0080-\u009f\u00a0-\u00bf]"
    "|√[§∂ºü©®Ññú]|‚Ä[ôúùìî¶]"
)
# The same done once more: "ÃƒÂ¤" for "ä", "Ã¢â‚¬â„¢" for an apostrophe, "Ã‚Â " for a blank.
_TWICE = re.compile("Ãƒ[Â\u0080-\u00bf]|Ã¢â[‚\u0080-\u0082]|Ã‚Â")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text with LF line ends and without a mark, the encoding that was used, and what was noticed."""

    text: str
    encoding: str
    problems: tuple[Problem, ...]


def decode(loaded: Loaded, config: IngestConfig) -> Decoded:
    """The text of a file.

    Raises InputError for bytes that are no text, UsageError for an encoding in the configuration that nobody knows.
    """
    text, encoding, advice = _text_of(loaded, config)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:  # in a file with a mark or in UTF-16, where a zero byte alone says nothing
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputError(
            "the text holds a NUL character", f"{loaded.name}, line {line}", "Save the file again as UTF-8."
        )
    return Decoded(text, encoding, (*advice, *_damage(text, loaded.name)))


def _text_of(loaded: Loaded, config: IngestConfig) -> tuple[str, str, tuple[Problem, ...]]:
    data = loaded.data
    for mark, codec, shown in _MARKS:
        if data.startswith(mark):
            return _strict(loaded, codec), shown, () if shown == "utf-8" else (_told(loaded.name, shown),)
    _refuse_other_kinds(loaded)
    if wide := _wide_codec(data):
        return _strict(loaded, wide), wide, (_told(loaded.name, wide),)
    _refuse_binary(loaded)
    try:
        return data.decode("utf-8"), "utf-8", ()
    except UnicodeDecodeError:
        codec = "cp1252" if config.encoding == "auto" else config.encoding
        return _strict(loaded, codec), codec, (_told(loaded.name, codec, _advice(data, codec)),)


def _told(name: str, encoding: str, advice: str = "") -> Problem:
    todo = f"Check a few accented letters.{advice} Set ingest.encoding in the configuration if they are wrong."
    return Problem(name, f"the text is not UTF-8; it was read as {encoding}", todo)


def _advice(data: bytes, codec: str) -> str:
    other = guess(data)
    return f" It might also be {other}." if other and other.replace("_", "-") not in (codec, "ascii", "utf-8") else ""


def _strict(loaded: Loaded, codec: str) -> str:
    try:
        return loaded.data.decode(codec)
    except UnicodeError as problem:
        at = getattr(problem, "start", 0)  # some codecs do not say where
        raise InputError(
            f"the text cannot be read as {codec}: byte {at} does not fit",
            loaded.name,
            f"Save the file as UTF-8, or set ingest.encoding in the configuration.{_advice(loaded.data, codec)}",
        ) from problem
    except (LookupError, ValueError) as problem:  # ValueError: a NUL in the name
        raise UsageError(
            f"the encoding {codec!r} is not known",
            "ingest.encoding",
            "Use a name such as cp1252, latin-1 or mac-roman.",
        ) from problem


def _wide_codec(data: bytes) -> str:
    """UTF-16 without a mark: nearly all zero bytes stand on one side of the pairs, and either a fifth of all bytes are
    zero (Latin letters) or the pairs are letters of another script, of which only blanks and line ends have zeros."""
    zeros = data.count(0)
    if len(data) < 4 or len(data) % 2 or not zeros:
        return ""
    even = data[0::2].count(0)
    side = "utf-16-le" if even * 20 <= zeros else "utf-16-be" if (zeros - even) * 20 <= zeros else ""
    return side if side and (zeros * 5 >= len(data) or _is_talk(data, side)) else ""


def _is_talk(data: bytes, codec: str) -> bool:
    """Whether the bytes are text in that encoding: blanks between letters and marks, hardly any control character."""
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return False
    strange = sum(unicodedata.category(letter) in ("Cc", "Cn", "Co", "Cs") for letter in text if letter not in "\t\n\r")
    blanks = sum(letter in " \n\r\t" for letter in text)
    return strange * 100 <= len(text) and blanks * 50 >= len(text)


def _refuse_other_kinds(loaded: Loaded) -> None:
    for start, kind in _OTHER_KINDS:
        if loaded.data.startswith(start):
            raise InputError(f"this is not plain text but {kind}", loaded.name, "Save it as plain text or .docx.")


def _refuse_binary(loaded: Loaded) -> None:
    data = loaded.data
    zeros = data.count(0)
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if (zeros + controls) * 20 > len(data):
        raise InputError("this is not a text file", loaded.name, "Save the transcript as plain text or .docx.")
    if zeros:
        offset = data.index(0)
        line = data.count(b"\n", 0, offset) + 1
        raise InputError(
            f"the text holds a NUL byte at offset {offset}",
            f"{loaded.name}, line {line}",
            "Save the file again as UTF-8.",
        )


def _damage(text: str, name: str) -> tuple[Problem, ...]:
    found = []
    if broken := _MOJIBAKE.findall(text):
        twice = _TWICE.search(text)
        shown = text[twice.start() : twice.end() + 1] if twice else broken[0]
        at = text.count("\n", 0, text.index(shown)) + 1
        how = "broken twice by wrong encodings" if twice else "broken by a wrong encoding"
        told = f"letters look {how}, such as {shown!r} ({len(broken)} in all)"
        found.append(Problem(f"{name}, line {at}", told, "Export the transcript again as UTF-8."))
    if lost := text.count("\N{REPLACEMENT CHARACTER}"):
        at = text.count("\n", 0, text.index("\N{REPLACEMENT CHARACTER}")) + 1
        told = f"{lost} letters were already lost before the file was saved (\N{REPLACEMENT CHARACTER})"
        found.append(Problem(f"{name}, line {at}", told, "Go back to an earlier copy of the transcript."))
    return tuple(found)
