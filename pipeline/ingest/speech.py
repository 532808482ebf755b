"""Talk from formats that name the speaker of each piece (captions, recognisers, annotations) as a document.

Where a file names nobody, its pieces become turns by their pace: a turn ends before a pause of two seconds, at the end
of a sentence once it has 40 words, and at the end of a piece once it has 120 words (automatic captions may have no
full stops). These are this software's rules of thumb.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.ingest.drafts import Draft, Loaded, Reading, Talk, key_of
from pipeline.ingest.turns import document_id
from pipeline.records import Problem

_GLUE = "\n\n"
_PAUSE_MS = 2000
_WORDS, _MOST_WORDS = 40, 120
_CLOSING = "\"'”’»)]"
_ENDS = (".", "?", "!", "…", "。", "？", "！", "؟")
_LONGEST_MS = 1_000 * 3_600_000  # no recording lasts a thousand hours: such a number is no time


@dataclass(frozen=True, slots=True)
class Speech:
    """What one person says without a break.  label: as the file names the speaker, "" if it does not.

    text: without the label and without line breaks that are mere layout.  start_ms, end_ms: in the recording.
    original: the same in the original language, where the file gives both.  role: as the file states it.
    goes_on: the file shows that an unnamed speaker is the one of the piece before; begins: that it is somebody else.
    turn: what the file calls the turn, "" if it does not: pieces of two such turns never join.
    """

    label: str
    text: str
    start_ms: int | None = None
    end_ms: int | None = None
    original: str = ""
    role: str = ""
    goes_on: bool = False
    begins: bool = False
    turn: str = ""


def joined(speeches: Iterable[Speech]) -> list[Speech]:
    """Neighbouring pieces of one speaker as one turn: texts joined by a blank, from the first start to the last end.

    Pieces without text are left out. Pieces without a label join only where the file shows that the speaker goes on.
    """
    groups: list[list[Speech]] = []
    for speech in speeches:
        if not speech.text.strip():
            continue
        if groups and _same(groups[-1][-1], speech):
            groups[-1].append(speech)
        else:
            groups.append([speech])
    return [_one(group) for group in groups]


def reading_of(speeches: Iterable[Speech], loaded: Loaded, encoding: str, problems: Sequence[Problem]) -> Reading:
    """The document of a file that holds one recording; of a file that names nobody, by the rule at the head."""
    pieces = [speech for speech in speeches if speech.text.strip()]
    if not pieces:
        return Reading(
            (), (*problems, Problem(loaded.name, "the file holds no talk", "It was left out.")), "transcript"
        )
    turns: list[Speech] = []
    for unnamed, run in itertools.groupby(pieces, key=lambda piece: not piece.label):
        turns += (paced if unnamed else joined)(run)
    draft = draft_from(turns, loaded, encoding)
    return Reading((draft,), (*problems, *_nameless(turns, loaded.name)), "transcript")


def _nameless(turns: Sequence[Speech], name: str) -> tuple[Problem, ...]:
    nameless = [number for number, turn in enumerate(turns, start=1) if not turn.label]
    if len(nameless) == len(turns):
        todo = "Name the speakers in the program that made the file, or type `NAME: ` before what each of them says."
        return (Problem(name, "no speaker labels found: who asks and who answers is not known", todo),)
    if nameless:
        told = f"turns without a speaker: {len(nameless)}; the first is turn {nameless[0]}"
        return (Problem(name, told, "They are analysed as turns of an unknown speaker."),)
    return ()


def in_time(speeches: Sequence[Speech], name: str) -> tuple[list[Speech], tuple[Problem, ...]]:
    """The pieces in the order of their starts, and a Problem if that is not the order of the file.

    A piece without a start stays behind the one before it.
    """
    begins: list[int] = []
    for speech in speeches:
        begins.append((begins[-1] if begins else 0) if speech.start_ms is None else speech.start_ms)
    order = sorted(range(len(speeches)), key=begins.__getitem__)
    if order == list(range(len(speeches))):
        return list(speeches), ()
    told = "the file is not in the order of time; the talk was put into that order"
    return [speeches[i] for i in order], (Problem(name, told, "Check a few turns against the recording."),)


def paced(pieces: Iterable[Speech]) -> list[Speech]:
    """Pieces without a name as turns: by what the file shows of changes of speaker, else by the rule at the head."""
    groups: list[list[Speech]] = []
    words = 0
    for piece in pieces:
        if groups and not _ended(groups[-1][-1], piece, words):
            groups[-1].append(piece)
            words += len(piece.text.split())
        else:
            groups.append([piece])
            words = len(piece.text.split())
    return [_one(group) for group in groups]


def sound_times(start_ms: int | None, end_ms: int | None) -> tuple[int | None, int | None, bool]:
    """Start and end as far as they can be times of one stretch, and whether both were right.

    A time below zero or above a thousand hours is none; an end before its start is none.
    """
    start, end = _possible(start_ms), _possible(end_ms)
    right = start == start_ms and end == end_ms
    if start is not None and end is not None and end < start:
        return start, None, False
    return start, end, right


def times_left_out(where: Sequence[str]) -> tuple[Problem, ...]:
    """What to tell about the places whose times cannot be right."""
    if not where:
        return ()
    told = f"times that cannot be right (below zero, too large, or an end before its start): {len(where)} in all"
    return (Problem(where[0], told, "They were left out; the talk was kept."),)


def draft_from(turns: Sequence[Speech], loaded: Loaded, encoding: str) -> Draft:
    """The document: a paragraph a turn, `LABEL: text` (only the text where there is no label), blank lines between.

    The text of a turn stands in the document without the white space around it; turns are numbered from 1.
    """
    pieces, talks, starts, at = [], [], [], 0
    for number, turn in enumerate((turn for turn in turns if turn.text.strip()), start=1):
        head = f"{turn.label}: " if turn.label else ""
        text = turn.text.strip()
        starts.append(at)
        begin = at + len(head)
        end = begin + len(text)
        talks.append(Talk(number, begin, end, turn.label, turn.role, turn.start_ms, turn.end_ms, turn.original))
        pieces.append(head + text)
        at = end + len(_GLUE)
    return Draft(
        id=document_id(loaded),
        text=_GLUE.join(pieces),
        source=loaded.name,
        sha256=loaded.sha256,
        encoding=encoding,
        form="transcript",
        paragraphs=tuple(starts),
        talks=tuple(talks),
    )


def _same(last: Speech, speech: Speech) -> bool:
    if last.turn != speech.turn:
        return False
    if not speech.label:
        return not last.label and speech.goes_on
    return key_of(last.label) == key_of(speech.label)


def _ended(last: Speech, piece: Speech, words: int) -> bool:
    """Whether a turn of an unnamed speaker ends between two pieces."""
    if piece.begins or piece.goes_on:
        return piece.begins
    if last.end_ms is not None and piece.start_ms is not None and piece.start_ms - last.end_ms >= _PAUSE_MS:
        return True
    closed = last.text.rstrip().rstrip(_CLOSING).endswith(_ENDS)
    return words >= _MOST_WORDS or (closed and words >= _WORDS)


def _one(group: Sequence[Speech]) -> Speech:
    starts = [piece.start_ms for piece in group if piece.start_ms is not None]
    ends = [piece.end_ms for piece in group if piece.end_ms is not None]
    start, end, _ = sound_times(min(starts, default=None), max(ends, default=None))
    return replace(
        group[0],
        text=" ".join(piece.text.strip() for piece in group),
        start_ms=start,
        end_ms=end,
        original=" ".join(piece.original for piece in group if piece.original),
    )


def _possible(time: int | None) -> int | None:
    return time if time is not None and 0 <= time <= _LONGEST_MS else None
