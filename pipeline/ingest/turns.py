"""Typed text to a draft: paragraphs, turns without their labels, and the head of the transcript as front matter."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence

from pipeline.config import IngestConfig
from pipeline.ingest.drafts import Draft, Loaded, Talk, trimmed
from pipeline.ingest.lines import Paragraph, paragraphs_of
from pipeline.ingest.times import at_end
from pipeline.records import Dropped, Problem


def draft_of(
    text: str, loaded: Loaded, encoding: str, config: IngestConfig, known: Collection[str] = ()
) -> tuple[Draft, tuple[Problem, ...]]:
    """The document in a typed transcript, and what was noticed; see lines.py for paragraphs and labels.

    known: labels that the file's layout vouches for.
    A paragraph without a label continues the last speaker's turn; what stands before the first label is dropped as
    "header". Without any label every paragraph is a turn of nobody known.
    """
    paragraphs = paragraphs_of(text, config, known)
    name = document_id(loaded)
    first = next((i for i, paragraph in enumerate(paragraphs) if paragraph.label), len(paragraphs))
    problems: tuple[Problem, ...] = ()
    if first == len(paragraphs):
        talks = [_nobody(text, k, paragraph) for k, paragraph in enumerate(paragraphs, start=1)]
        dropped: list[Dropped] = []
        todo = "Begin each turn with `NAME: `, or name the speakers in ingest.interviewers and ingest.participants."
        problems = (Problem(loaded.name, "no speaker labels found: who asks and who answers is not known", todo),)
    else:
        dropped = _front_matter(text, name, paragraphs[:first])
        talks, empty = _spoken(text, name, paragraphs[first:])
        dropped += empty
    starts = tuple(paragraph.start for paragraph in paragraphs if not paragraph.inner)
    draft = Draft(name, text, loaded.name, loaded.sha256, encoding, "transcript", starts, tuple(talks), tuple(dropped))
    return draft, problems


def document_id(loaded: Loaded) -> str:
    """The id of the document in a file: its stem, composed (macOS writes accents as separate characters)."""
    return unicodedata.normalize("NFC", loaded.path.stem)


def _nobody(text: str, number: int, paragraph: Paragraph) -> Talk:
    start, end = trimmed(text, paragraph.start, paragraph.end)
    return Talk(number, start, end, "")


def _front_matter(text: str, name: str, paragraphs: Sequence[Paragraph]) -> list[Dropped]:
    if not paragraphs:
        return []
    start, end = trimmed(text, paragraphs[0].start, paragraphs[-1].end)
    return [Dropped(name, start, end, text[start:end], "ingest", "header")]


def _spoken(text: str, name: str, paragraphs: Sequence[Paragraph]) -> tuple[list[Talk], list[Dropped]]:
    heads = [i for i, paragraph in enumerate(paragraphs) if paragraph.label]
    talks: list[Talk] = []
    dropped: list[Dropped] = []
    for i, following in zip(heads, [*heads[1:], len(paragraphs)], strict=True):
        paragraph, last = paragraphs[i], paragraphs[following - 1]
        label = paragraph.label
        if label is None:
            continue
        start, end = trimmed(text, min(paragraph.start + label.end, last.end), last.end)
        if start == end:
            begin, close = trimmed(text, paragraph.start, last.end)
            dropped.append(Dropped(name, begin, close, text[begin:close], "ingest", "empty turn"))
        else:
            talks.append(Talk(len(talks) + 1, start, end, label.text, "", label.start_ms, at_end(text[start:end])))
    return talks, dropped
