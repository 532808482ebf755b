"""From cues on a screen to the turns of a recording, for captions and subtitles alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipeline.config import IngestConfig
from pipeline.ingest.decode import Decoded
from pipeline.ingest.drafts import Loaded, Reading
from pipeline.ingest.formats.cues import Cue, repeats_told, without_repeats
from pipeline.ingest.formats.names import Line, speeches_of
from pipeline.ingest.speech import in_time, reading_of, sound_times, times_left_out
from pipeline.records import Problem


def recording(
    cues: Sequence[Cue],
    problems: Sequence[Problem],
    bare: Callable[[str], str],
    lines_of: Callable[[Cue, int | None, int | None], list[Line]],
    decoded: Decoded,
    loaded: Loaded,
    config: IngestConfig,
) -> Reading:
    """The recording: repeated lines left out, speakers named, pieces in the order of time, turns joined.

    bare: the words of a raw line.  lines_of: the lines of a cue, given its start and end (None: not known).
    problems: what was noticed on reading the cues.
    """
    kept, shortened = without_repeats(cues, bare)
    lines: list[Line] = []
    bad = []
    for cue in kept:
        start, end, right = sound_times(cue.start_ms, cue.end_ms)
        lines += lines_of(cue, start, end)
        if not right:
            bad.append(f"{loaded.name}, cue {cue.number}")
    speeches, noticed = speeches_of(lines, loaded.name, config)
    speeches, moved = in_time(speeches, loaded.name)
    told = (*decoded.problems, *problems, *repeats_told(shortened, loaded.name), *times_left_out(bad), *noticed, *moved)
    return reading_of(speeches, loaded, decoded.encoding, told)
