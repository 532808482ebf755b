"""JSON of Whisper (and its kin) and of WhisperX, which adds speakers.

Where words carry speakers, a segment is cut where the speaker changes; a word without one goes with the word before.
What has no speaker in a file that names some is said by `Unknown speaker`.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.decode import decode
from pipeline.ingest.drafts import Loaded, Reading
from pipeline.ingest.formats.heads import head_of
from pipeline.ingest.speech import Speech, in_time, reading_of, sound_times, times_left_out
from pipeline.records import Problem

_UNKNOWN = "Unknown speaker"
_SEGMENTS = re.compile(rb'"(?:segments|transcription)"\s*:\s*\[\s*(?:\{|\])')
# JSON can spell half characters and control characters, which no text may hold.
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
# Whisper's service gives the words only, unless it is asked for more; those are cut at the ends of sentences.
_WHOLE = {"text", "segments", "language", "duration", "task", "usage", "logprobs", "words"}
_SENTENCE = re.compile(r"(?<=[.?!…])\s+")
_NEAR = 20_000  # bytes: the words of a segment, which may stand before its text, with their times
_AGAIN = "Choose JSON as the output of Whisper or WhisperX."


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a segment; speaker "" where the file names none."""

    text: str
    speaker: str
    start_ms: int | None
    end_ms: int | None


def looks(loaded: Loaded) -> bool:
    """Whether the file is a JSON object with a list called segments, the first of which has a text.

    Only looked for, not parsed: such a file may be large, and reading it will tell the rest.
    """
    if not head_of(loaded).lstrip().startswith("{"):
        return False
    match = _SEGMENTS.search(loaded.data)
    if match is None:
        return False
    return match[0].endswith(b"]") or b'"text"' in loaded.data[match.end() : match.end() + _NEAR]


def read(loaded: Loaded, config: IngestConfig) -> Reading:
    """The recording in a recogniser's JSON.

    Raises InputError for damaged JSON, and for JSON that holds no segments with text.
    """
    decoded = decode(loaded, config)
    segments = _segments(decoded.text, loaded.name)
    speeches: list[Speech] = []
    bad: list[str] = []
    for number, segment in enumerate(segments, start=1):
        pieces, right = _pieces(segment)
        speeches += pieces
        if not right:
            bad.append(f"{loaded.name}, segment {number}")
    speeches, repeated = _without_loops(speeches)
    speeches, moved = in_time(speeches, loaded.name)
    problems = [*decoded.problems, *times_left_out(bad), *_remarks(speeches, repeated, loaded.name), *moved]
    if any(speech.label for speech in speeches):
        speeches = [replace(speech, label=speech.label or _UNKNOWN) for speech in speeches]
    return reading_of(speeches, loaded, decoded.encoding, problems)


def _segments(text: str, name: str) -> list[Mapping[str, Any]]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as problem:
        told = f"the JSON is damaged or cut off ({problem.msg}, column {problem.colno})"
        raise InputError(told, f"{name}, line {problem.lineno}", "Export the transcript again.") from problem
    except (RecursionError, ValueError) as problem:
        raise InputError("the JSON is nested too deeply, or holds a number without end", name, _AGAIN) from problem
    segments = found.get("segments", found.get("transcription")) if isinstance(found, dict) else None
    if not segments and isinstance(found, dict) and set(found) <= _WHOLE and isinstance(found.get("text"), str):
        return [{"text": sentence} for sentence in _SENTENCE.split(found["text"])]
    if not isinstance(segments, list):
        raise InputError("this JSON is no output of Whisper: it has no list called segments", name, _AGAIN)
    for number, segment in enumerate(segments, start=1):
        if not isinstance(segment, dict) or not isinstance(segment.get("text", ""), str):
            raise InputError("this segment has no text", f"{name}, segment {number}", _AGAIN)
    if segments and not any("text" in segment for segment in segments):
        raise InputError("this JSON is no output of Whisper: its segments have no text", name, _AGAIN)
    return segments


def _pieces(segment: Mapping[str, Any]) -> tuple[list[Speech], bool]:
    """What is said in a segment, a piece for each speaker, and whether all of its times were right."""
    text = _clean(segment.get("text", ""))
    start, end, right = _times(segment)
    own = _speaker(segment)
    words, words_right = _words(segment.get("words"))
    runs = _runs(words, own)
    if len(runs) < 2:
        label = own if not runs or not runs[0][0].speaker else runs[0][0].speaker
        return [Speech(label, text, start, end)], right
    texts = _cut(text, runs)
    cut = [Speech(run[0].speaker, said, _first(run), _last(run)) for run, said in zip(runs, texts, strict=True) if said]
    if cut:
        cut[0] = replace(cut[0], start_ms=cut[0].start_ms if start is None else start)
        cut[-1] = replace(cut[-1], end_ms=cut[-1].end_ms if end is None else end)
    return cut, right and words_right


def _words(found: object) -> tuple[list[_Word], bool]:
    """The words of a segment in order, and whether their times were right; what is no word is passed over."""
    words, all_right = [], True
    for word in found if isinstance(found, list) else ():
        said = word.get("word", word.get("text")) if isinstance(word, dict) else None
        if not isinstance(said, str) or not said.strip():
            continue
        start, end, right = _times(word)
        words.append(_Word(_clean(said), _speaker(word), start, end))
        all_right = all_right and right
    return words, all_right


def _runs(words: Sequence[_Word], own: str) -> list[list[_Word]]:
    """The words in stretches of one speaker, each word with its speaker; none if no word has one."""
    first = next((word.speaker for word in words if word.speaker), "")
    if not first:
        return []
    runs: list[list[_Word]] = []
    speaker = first if words[0].speaker or not own else own
    for word in words:
        speaker = word.speaker or speaker
        if not runs or runs[-1][0].speaker != speaker:
            runs.append([])
        runs[-1].append(replace(word, speaker=speaker))
    return runs


def _cut(text: str, runs: Sequence[Sequence[_Word]]) -> list[str]:
    """The segment's text cut at the first word of each run; the words themselves where they are not found in it."""
    cuts, at = [0], 0
    for k, run in enumerate(runs):
        for n, word in enumerate(run):
            found = text.find(word.text, at)
            if found < 0:
                return [" ".join(word.text for word in run) for run in runs]
            if n == 0 and k:
                cuts.append(found)
            at = found + len(word.text)
    return [text[begin:end].strip() for begin, end in zip(cuts, [*cuts[1:], len(text)], strict=True)]


def _speaker(piece: Mapping[str, Any]) -> str:
    speaker = piece.get("speaker")
    label = _clean(str(speaker)) if isinstance(speaker, (str, int)) else ""
    return f"Speaker {label}" if label.isdigit() else label


def _clean(text: str) -> str:
    return " ".join(_NO_TEXT.sub("\ufffd", text).split())


def _times(piece: Mapping[str, Any]) -> tuple[int | None, int | None, bool]:
    """Start and end, and whether they were right; a time that is not given is right."""
    offsets = piece.get("offsets")  # whisper.cpp writes milliseconds
    if isinstance(offsets, dict):
        given, unit = (offsets.get("from"), offsets.get("to")), 1
    else:
        given, unit = (piece.get("start"), piece.get("end")), 1000
    (start, start_right), (end, end_right) = (_milliseconds(time, unit) for time in given)
    start, end, right = sound_times(start, end)
    return start, end, right and start_right and end_right


def _milliseconds(time: object, unit: int) -> tuple[int | None, bool]:
    """A time in units of so many milliseconds, and whether it was a number; NaN and infinity are none."""
    if time is None:
        return None, True
    if isinstance(time, bool) or not isinstance(time, (int, float)):
        return None, False
    if isinstance(time, float) and not math.isfinite(time):
        return None, False
    return round(min(max(time, -unit), 10**12) * unit), True


def _first(words: Sequence[_Word]) -> int | None:
    return min((word.start_ms for word in words if word.start_ms is not None), default=None)


def _last(words: Sequence[_Word]) -> int | None:
    return max((word.end_ms for word in words if word.end_ms is not None), default=None)


def _without_loops(speeches: Sequence[Speech]) -> tuple[list[Speech], int]:
    """The pieces without those that stand twice at the same time, and how many these were.

    A recogniser that repeats itself at later times may be right: people do; that is told, not mended.
    """
    kept: list[Speech] = []
    for speech in speeches:
        if not speech.text or (kept and kept[-1] == speech and speech.start_ms is not None):
            continue
        kept.append(speech)
    return kept, sum(bool(speech.text) for speech in speeches) - len(kept)


_LOOP = 3


def _remarks(speeches: Sequence[Speech], repeated: int, name: str) -> list[Problem]:
    found = []
    if repeated:
        found.append(Problem(name, f"segments that stand twice with the same times: {repeated}; they were taken once"))
    longest, run, again = 1, 1, ""
    for last, speech in itertools.pairwise(speeches):
        run = run + 1 if last.text == speech.text else 1
        if run > longest:
            longest, again = run, speech.text
    if longest >= _LOOP:
        told = f"{again[:60]!r} stands {longest} times in a row, which recognisers do where they hear nothing"
        found.append(Problem(name, told, "Listen to that place; the words were kept."))
    unnamed = sum(not speech.label for speech in speeches)
    if 0 < unnamed < len(speeches):
        told = f"pieces without a speaker: {unnamed}; they are said by “{_UNKNOWN}”"
        found.append(Problem(name, told, "Correct the speakers in the recogniser's output if you can."))
    return found
