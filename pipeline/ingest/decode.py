"""Bytes to text: byte order mark, UTF-16 by its zero bytes, strict UTF-8, then the user's choice or cp1252.

The order is that of interchange practice: a library's guess is wrong too often to be more than advice.
"""

from __future__ import annotations

import codecs
import re
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
_CONTROLS = bytes(set(range(1, 32)) - set(b"\t\n\v\f\r\x1a\x1b")) + b"\x7f"
# Two bytes of a UTF-8 letter read as cp1252 or Latin-1: "Ã¤", "â€™", "Â ".
_MOJIBAKE = re.compile("Ã[\u0080-\u009f\u00a1-\u00bfŸœŒ]|â€[\u0080-\u009f™œžšœ“”˜¦¢]|Â[\u0080-\u009f\u00a0-\u00bf]")


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
    except LookupError as problem:
        raise UsageError(
            f"the encoding {codec!r} is not known",
            "ingest.encoding",
            "Use a name such as cp1252, latin-1 or mac-roman.",
        ) from problem
    except UnicodeDecodeError as problem:
        raise InputError(
            f"the text cannot be read as {codec}: byte {problem.start} does not fit",
            loaded.name,
            f"Save the file as UTF-8, or set ingest.encoding in the configuration.{_advice(loaded.data, codec)}",
        ) from problem


def _wide_codec(data: bytes) -> str:
    """UTF-16 without a mark: a fifth of the bytes are zero and nearly all of them stand on one side of the pairs."""
    zeros = data.count(0)
    if len(data) < 4 or len(data) % 2 or zeros * 5 < len(data):
        return ""
    even = data[0::2].count(0)
    if even * 20 <= zeros:
        return "utf-16-le"
    return "utf-16-be" if (zeros - even) * 20 <= zeros else ""


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
    broken = _MOJIBAKE.findall(text)
    if broken:
        at = text.count("\n", 0, text.index(broken[0])) + 1
        found.append(
            Problem(
                f"{name}, line {at}",
                f"letters look broken by a wrong encoding, such as {broken[0]!r} ({len(broken)} in all)",
                "Export the transcript again as UTF-8.",
            )
        )
    if lost := text.count("\N{REPLACEMENT CHARACTER}"):
        found.append(
            Problem(name, f"{lost} letters were already lost before the file was saved (\N{REPLACEMENT CHARACTER})")
        )
    return tuple(found)
