"""Speakers and times of documents whose texts do not show them, as codings that the machine put on turns.

A table's text holds what was said, not by whom; a caption file's times stand nowhere in its text. What a reader of
typed text would find again needs no codings, and gets none: they fill the margins of a program's screen.
"""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from pipeline.exchange.refi.identifiers import guid
from pipeline.exchange.refi.nodes import Node, description, quoted
from pipeline.exchange.texts import plain
from pipeline.records import Document, Turn

_PLAIN = (".txt", ".text", ".md")  # such a text is read again as it was read
_TYPED = (*_PLAIN, ".docx", ".odt", ".rtf", ".qdpx")


def coded_turns(documents: Sequence[Document], turns: Sequence[Turn]) -> dict[str, tuple[Turn, ...]]:
    """The turns to code, by document: all turns of the documents whose texts do not show who speaks."""
    by_document: dict[str, list[Turn]] = {}
    for turn in turns:
        by_document.setdefault(turn.document, []).append(turn)
    return {
        document.id: tuple(by_document[document.id])
        for document in documents
        if document.id in by_document and not shows_speakers(document, by_document[document.id])
    }


def shows_speakers(document: Document, turns: Sequence[Turn]) -> bool:
    """True if a reader of typed text finds the turns of a document again: each label stands right before its turn.

    That holds of typed transcripts.  Rows of a table never show who speaks, and captions and recordings give names as
    nobody types them, and times that their texts do not hold; without either there is nothing to write.  Where layout
    may have helped, each speaker must be met twice: readers take what stands once before a colon for no name.
    Nothing but labels may stand between the turns.
    """
    source = document.source.lower()
    counts = Counter(_key(turn.speaker) for turn in turns)
    if document.form != "transcript" or set(counts) <= {""}:
        timed = any(turn.start_ms is not None or turn.end_ms is not None for turn in turns)
        return document.form == "transcript" and (source.endswith(_TYPED) or not timed)
    if not source.endswith(_TYPED) or (not source.endswith(_PLAIN) and min(counts.values()) < 2):
        return False
    last = 0
    for turn in turns:
        name, _, _ = _key(turn.speaker).partition(" (")
        before = _key(document.text[last : turn.start])
        if not name or not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", before):
            return False
        if last and _letters(before) != _letters(name):  # layout told what is no talk, such as the number of a page
            return False
        last = turn.end
    return True


def _letters(text: str) -> str:
    """The letters and digits outside brackets and times."""
    return re.sub(r"\([^)]*\)|\[[^]]*\]|#[^#]*#|\d+(?:[:.,-]\d+)+|[\W_]", "", text)


def labels(found: Mapping[str, Sequence[Turn]]) -> tuple[str, ...]:
    """The speakers of turns that are coded, in the order in which they first speak."""
    return tuple(dict.fromkeys(turn.speaker for turns in found.values() for turn in turns))


def turn_nodes(
    document: Document, turns: Sequence[Turn], space: uuid.UUID, codes: Mapping[str, str], machine: str
) -> Iterator[Node]:
    """A selection for each turn, with the code of its speaker.  machine: GUID of the user; codes: GUID by label."""
    text = plain(document.text)
    for turn in turns:
        key = (document.id, turn.number, turn.start, turn.end)
        named = [("guid", guid(space, "turn", *key)), *quoted(text, turn.start, turn.end)]
        named.append(("creatingUser", machine))
        coding = Node(
            "Coding",
            (("guid", guid(space, "speaker", *key)), ("creatingUser", machine)),
            (Node("CodeRef", (("targetGUID", codes[turn.speaker]),)),),
        )
        yield Node("PlainTextSelection", tuple(named), (*description(turn_text(turn)), coding))


def turn_text(turn: Turn) -> str:
    """What is known of a turn: `turn 17; role participant; 00:00:05.000 to 00:00:09.100`."""
    start, end = _clock(turn.start_ms), _clock(turn.end_ms)
    time = f"{start} to {end}" if start and end else f"from {start}" if start else f"to {end}" if end else ""
    return "; ".join(filter(None, (f"turn {turn.number}", f"role {turn.role}", time)))


def _clock(ms: int | None) -> str:
    if ms is None:
        return ""
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


def _key(label: str) -> str:
    return " ".join(label.split()).casefold()
