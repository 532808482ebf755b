"""WebVTT captions: Zoom, Teams, caption services, and what recognisers write as .vtt."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.config import IngestConfig
from pipeline.ingest.decode import decode
from pipeline.ingest.drafts import Loaded, Reading
from pipeline.ingest.formats.cues import TAGS, Cue
from pipeline.ingest.formats.heads import head_of
from pipeline.ingest.formats.names import Line, numbered
from pipeline.ingest.formats.read_webvtt import read_cues
from pipeline.ingest.formats.recording import recording

_SIGNATURE = re.compile(r"WEBVTT(?=[ \t\n]|\Z)")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?(?:[ \t\n]+([^<>]*))?>|</v>")
# Only what WebVTT defines, and numbers: a general decoder would also turn `&copy` in `R&copying` into a sign.
_ENTITY = re.compile(r"&(?:(amp|lt|gt|nbsp|lrm|rlm)|#(\d{1,7})|#[xX]([0-9A-Fa-f]{1,6}));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "nbsp": "\u00a0", "lrm": "\u200e", "rlm": "\u200f"}


def looks(loaded: Loaded) -> bool:
    """Whether the file begins with the word WEBVTT, as every such file must."""
    return bool(_SIGNATURE.match(head_of(loaded)))


def read(loaded: Loaded, config: IngestConfig) -> Reading:
    """The recording in a caption file; cues without a speaker go on with the speaker before.

    Raises InputError if the file is damaged.
    """
    decoded = decode(loaded, config)
    cues, problems = read_cues(decoded.text, loaded.name)
    return recording(cues, problems, _bare, _lines, decoded, loaded, config)


def _lines(cue: Cue, start: int | None, end: int | None) -> list[Line]:
    """The lines of a cue, each with the voice that its tags name."""
    found = []
    for voice, raw in _voices("\n".join(cue.lines)):
        for line in raw.split("\n"):
            text = " ".join(_plain(line).split())
            if text:
                found.append(Line(text, voice, start, end, turn=cue.turn))
    return numbered(found)


def _voices(raw: str) -> Iterable[tuple[str | None, str]]:
    """The cue's text cut at its voice tags; None for what stands outside of any, as far as the cue goes."""
    voice: str | None = None
    at = 0
    for match in _VOICE.finditer(raw):
        yield voice, raw[at : match.start()]
        voice = None if match[0] == "</v>" else " ".join(_decoded(match[1] or "").split())
        at = match.end()
    yield voice, raw[at:]


def _plain(raw: str) -> str:
    """Tags first, entities last: `&lt;b&gt;` was typed by somebody and is no tag."""
    return _decoded(TAGS.sub("", raw))


def _bare(raw: str) -> str:
    return _plain(_VOICE.sub("", raw))


def _decoded(raw: str) -> str:
    return _ENTITY.sub(_character, raw)


def _character(match: re.Match[str]) -> str:
    if match[1]:
        return _NAMED[match[1]]
    number = int(match[2]) if match[2] else int(match[3], 16)
    allowed = 31 < number < 0x110000 and not 0xD800 <= number < 0xE000
    return chr(number) if allowed else match[0]
