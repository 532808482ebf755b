"""Typed text to a draft: paragraphs, turns without their labels, and the head of the transcript as front matter."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.config import IngestConfig
from pipeline.ingest.asides import PAGE_NUMBER
from pipeline.ingest.drafts import Draft, Loaded, Talk, trimmed
from pipeline.ingest.labels import Label
from pipeline.ingest.lines import Paragraph, paragraphs_of
from pipeline.ingest.stamps import Stamp, after_time, at_end, stamp_of, timed
from pipeline.records import Dropped, Problem

_NOTHING = 2  # characters behind a label that are no talk yet: blanks, the end of bold type


def draft_of(
    text: str,
    loaded: Loaded,
    encoding: str,
    config: IngestConfig,
    known: Collection[str] = (),
    given: Mapping[int, Label] | None = None,
) -> tuple[Draft, tuple[Problem, ...]]:
    """The document in a typed transcript, and what was noticed; see lines.py for paragraphs and labels.

    known: labels that the file's layout vouches for.  given: labels that it gives to the lines at these offsets.
    A paragraph without a label continues the last speaker's turn; what stands before the first label is dropped as
    "header". Without any label every paragraph is a turn of nobody known. Lines that nobody said (asides.py) end a
    turn and are dropped, but a page number inside a turn stays: a sentence may go on behind it. Times: see stamps.py.
    """
    paragraphs = paragraphs_of(text, config, known, given)
    name = document_id(loaded)
    first = next((i for i, paragraph in enumerate(paragraphs) if paragraph.label), len(paragraphs))
    dropped: list[Dropped] = []
    if first == len(paragraphs):
        blocks = list(_nobodys(paragraphs))
    else:
        leads = first > 0 and paragraphs[first - 1].time
        dropped = _front_matter(text, name, paragraphs[: first - leads])
        blocks = list(_blocks(paragraphs[first - leads :], leads))
    talks, stamps, lost = _spoken(text, name, blocks)
    timed_talks, told = timed(text, talks, stamps, loaded.name)
    starts = tuple(paragraph.start for paragraph in paragraphs if not paragraph.inner)
    draft = Draft(
        name,
        text,
        loaded.name,
        loaded.sha256,
        encoding,
        "transcript",
        starts,
        tuple(timed_talks),
        tuple(sorted((*dropped, *lost), key=lambda item: item.start)),
    )
    return draft, (*_remarks(blocks, first == len(paragraphs), loaded.name), *told)


def _remarks(blocks: Sequence[_Block], nobody: bool, where: str) -> Iterator[Problem]:
    if nobody:
        todo = "Begin each turn with `NAME: `, or name the speakers in ingest.interviewers and ingest.participants."
        yield Problem(where, "no speaker labels found: who asks and who answers is not known", todo)
    if inside := sum(p.aside == PAGE_NUMBER for block in blocks for p in block.paragraphs[1:]):
        what = f"page numbers stand in the middle of turns and were read as talk: {inside} in all"
        yield Problem(where, what, "Remove them in the transcript.")


def document_id(loaded: Loaded) -> str:
    """The id of the document in a file: its stem, composed (macOS writes accents as separate characters)."""
    return unicodedata.normalize("NFC", loaded.path.stem)


@dataclass(frozen=True, slots=True)
class _Block:
    """Neighbouring paragraphs of one speaker, or one that nobody said.  stamp: the time on the line before, ""."""

    label: Label | None
    paragraphs: tuple[Paragraph, ...]
    stamp: Paragraph | None = None


def _front_matter(text: str, name: str, paragraphs: Sequence[Paragraph]) -> list[Dropped]:
    if not paragraphs:
        return []
    start, end = trimmed(text, paragraphs[0].start, paragraphs[-1].end)
    return [Dropped(name, start, end, text[start:end], "ingest", "header")]


def _nobodys(paragraphs: Sequence[Paragraph]) -> Iterator[_Block]:
    """Every paragraph of a file without labels; a time alone on its line goes with the paragraph behind it."""
    stamp: Paragraph | None = None
    for paragraph, following in itertools.zip_longest(paragraphs, paragraphs[1:]):
        if paragraph.time and following is not None and not following.time and not following.aside:
            stamp = paragraph
        else:
            yield _Block(None, (paragraph,), stamp)
            stamp = None


def _blocks(paragraphs: Sequence[Paragraph], leads: bool) -> Iterator[_Block]:
    """The turns, the asides, and the turns that go on behind an aside.

    leads: a time alone on its line belongs to the label behind it, not to the talk before it.
    """
    label: Label | None = None
    held: list[Paragraph] = []
    stamp: Paragraph | None = None
    for paragraph, following in itertools.zip_longest(paragraphs, paragraphs[1:]):
        aside = bool(paragraph.aside) and (paragraph.aside != PAGE_NUMBER or _is_at_edge(held, following))
        to_next = leads and paragraph.time and following is not None and following.label is not None
        if (aside or to_next or paragraph.label) and held:
            yield _Block(label, tuple(held), stamp)
            held, stamp = [], None
        if aside:
            yield _Block(None, (paragraph,))
        elif to_next:
            stamp = paragraph
        else:
            label = paragraph.label or label
            held.append(paragraph)
    if held:
        yield _Block(label, tuple(held), stamp)


def _is_at_edge(held: Sequence[Paragraph], following: Paragraph | None) -> bool:
    """Whether a page number stands behind a turn; below a name alone on its line digits are what that person says."""
    head = held[0] if len(held) == 1 else None
    if head is not None and head.label is not None and head.end - head.start - head.label.end <= _NOTHING:
        return False
    return following is None or following.label is not None or bool(following.aside)


def _spoken(text: str, name: str, blocks: Sequence[_Block]) -> tuple[list[Talk], list[Stamp], list[Dropped]]:
    """The turns, the times as written with each of them, and what is no turn."""
    talks: list[Talk] = []
    stamps: list[Stamp] = []
    dropped: list[Dropped] = []
    for block in blocks:
        head, last = block.paragraphs[0], block.paragraphs[-1]
        label = head.label
        begin, written = min(head.start + (label.end if label else 0), last.end), ""
        if not head.aside:
            begin, written = after_time(text, begin, last.end)
        start, end = trimmed(text, begin, last.end)
        if head.aside or start == end:
            start, end = trimmed(text, head.start, last.end)
            dropped.append(Dropped(name, start, end, text[start:end], "ingest", head.aside or "empty turn"))
            continue
        before = text[block.stamp.start : block.stamp.end] if block.stamp else ""
        talks.append(Talk(len(talks) + 1, start, end, block.label.text if block.label else ""))
        stamps.append(stamp_of((label.stamp if label else "") or written or before, at_end(text[start:end])))
    return talks, stamps, dropped
