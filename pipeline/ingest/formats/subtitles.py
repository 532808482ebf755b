"""SubRip subtitles (.srt)."""

from __future__ import annotations

import re

from pipeline.config import IngestConfig
from pipeline.ingest.decode import decode
from pipeline.ingest.drafts import Loaded, Reading
from pipeline.ingest.formats.cues import TAGS, repeats_told, without_repeats
from pipeline.ingest.formats.heads import head_of
from pipeline.ingest.formats.names import Line, numbered, speeches_of
from pipeline.ingest.formats.read_srt import read_cues
from pipeline.ingest.speech import in_time, reading_of, sound_times, times_left_out

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
    cues, shortened = without_repeats(cues, _plain)
    lines, bad = [], []
    for cue in cues:
        start, end, right = sound_times(cue.start_ms, cue.end_ms)
        texts = [text for line in cue.lines if (text := _plain(line))]
        lines += numbered([Line(text, None, start, end) for text in texts])
        if not right:
            bad.append(f"{loaded.name}, subtitle {cue.number}")
    speeches, noticed = speeches_of(lines, loaded.name, config)
    speeches, moved = in_time(speeches, loaded.name)
    told = (*decoded.problems, *problems, *repeats_told(shortened, loaded.name), *times_left_out(bad), *noticed, *moved)
    return reading_of(speeches, loaded, decoded.encoding, told)


def _plain(raw: str) -> str:
    return " ".join(TAGS.sub("", raw).split())
