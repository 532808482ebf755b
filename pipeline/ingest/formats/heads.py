"""The start of a text file, enough to say what kind of file it is."""

from __future__ import annotations

import codecs

from pipeline.ingest.drafts import Loaded

_BYTES = 4000


def head_of(loaded: Loaded) -> str:
    """The first characters of a file, as far as they can be read without knowing its encoding; line ends are LF."""
    data = loaded.data[:_BYTES]
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16", "ignore")
    else:
        # UTF-16 without a mark: plain letters have a zero byte beside them
        text = data.removeprefix(codecs.BOM_UTF8).replace(b"\0", b"").decode("utf-8", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")
