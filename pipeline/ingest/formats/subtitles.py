"""SubRip subtitles (.srt)."""

from __future__ import annotations

import re

from pipeline.config import IngestConfig
from pipeline.ingest.decode import decode
from pipeline.ingest.drafts import Loaded, Reading
from pipeline.ingest.formats.cues import TAGS, Cue
from pipeline.ingest.formats.heads import head_of
from pipeline.ingest.formats.names import Line, numbered
from pipeline.ingest.formats.read_srt import read_cues
from pipeline.ingest.formats.recording import recording

_CLOCK = r"(?:\d{1,3}:)?\d{1,2}:\d{1,2}[,.]\d{1,3}"
_FIRST = re.compile(rf"\s*(?:\d+[ \t]*\n)?[ \t]*{_CLOCK}[ \t]*-->[ \t]*{_CLOCK}")


def looks(loaded: Loaded) -> bool:
    """Whether the file begins with a subtitle's number and times, or with the times."""
    return bool(_FIRST.match(head_of(loaded)))


def read(loaded: Loaded, config: IngestConfig) -> Reading:
    """The recording in a subtitle file; SubRip knows no entities, so that `&amp;` is what was typed.

    Raises InputError if the file is damaged.
    """
    decoded = decode(loaded, config)
    cues, problems = read_cues(decoded.text, loaded.name)
    return recording(cues, problems, _plain, _lines, decoded, loaded, config)


def _lines(cue: Cue, start: int | None, end: int | None) -> list[Line]:
    texts = [text for line in cue.lines if (text := _plain(line))]
    return numbered([Line(text, None, start, end) for text in texts])


def _plain(raw: str) -> str:
    return " ".join(TAGS.sub("", raw).split())
