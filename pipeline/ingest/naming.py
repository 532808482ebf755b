"""Finding the document that a table means by a name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import PurePath

from pipeline.ingest.suffixes import TRANSCRIPTS

# Programs show the files that they took in, or made of them: Taguette's documents end in .html.
_ENDINGS = (*TRANSCRIPTS, ".html", ".htm", ".doc", ".pdf", ".mp3", ".mp4", ".m4a", ".wav", ".mov")


class Names:
    """The ids of a study's documents; a name may differ in case, in how accents are stored, or end like a file."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._ids = {_key(name): name for name in ids}

    def find(self, written: str) -> str | None:
        """The id that is meant, None if there is none."""
        key = _key(written)
        if key in self._ids:
            return self._ids[key]
        stem, suffix = PurePath(key).stem, PurePath(key).suffix
        return self._ids.get(stem) if suffix in _ENDINGS else None

    def nearest(self, written: str) -> str:
        """A sentence that names the most similar id, "" if none is similar."""
        return nearest(written, list(self._ids.values()))


def nearest(written: str, known: list[str]) -> str:
    """ "; did you mean X?" with the most similar known word, "" if none is similar."""
    found = get_close_matches(written, known, n=1)
    return f"; did you mean {found[0]!r}?" if found else ""


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name.strip()).casefold()
