"""Who speaks in captions and subtitles, by what stands at the start of their lines.

A line may begin with `NAME: `, `[NAME]: ` (whisperX writes so) or `>> NAME: `; `(NAME)` may stand above the words.
`- ` and `>>` say that somebody else begins, without a name. A name counts under the rules of typed transcripts: it
occurs at least twice, is a usual word for a role, or is named in the configuration, and it is none of the words that
never name a speaker (`Note:`). A name may hold brackets and a colon: `Ward 3: Ann: ` is one name if every `Ward 3: ` is
followed by such a name. A line without a name goes on with the speaker before it, over the ends of cues too.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.config import IngestConfig
from pipeline.ingest.drafts import key_of
from pipeline.ingest.labels import MAX_CHARS, MAX_WORDS, is_stopped, is_usual
from pipeline.ingest.speech import Speech
from pipeline.records import Problem

_HEAD = 120
_CHANGE = re.compile(r"\s*(?:>{2,3}|-(?=[^\W\d_\s(])|[-–]\s+(?=\S))\s*")
_DASHES = ("-", "–")
_MARKS = re.compile(r"\A\s*>{2,3}\s*")
_BOXED = re.compile(r"\s*\[(?P<name>[^\W\d_][^\[\]:\n]{0,79})\](?P<colon>[ \t]*[:：])?(?=\s|$)\s*")
_PLAIN = re.compile(r"\s*(?P<name>[^\W\d_][^:：\t\n<>!?;\"“”„|]{0,79}?)[ \t]*[:：](?=\s|$)\s*")
_ABOVE = re.compile(r"\s*\((?P<name>[^\W\d_][^():\n]{0,59})\)\s*")
_ASIDES = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])")
_IDENTIFIER = re.compile(r"[^\W\d_]{1,12}[ _-]?\d{1,4}")
# What captions describe in brackets; such a line names nobody.
_SOUNDS = re.compile(
    r"\b(laugh\w*|applause|clap\w*|music|silence|pause|cough\w*|sigh\w*|cheer\w*|cr(?:y|ies|ying)|sob\w*|sniff\w*"
    r"|inaudible|unintelligible|unclear|crosstalk|overlap\w*|noise|phone|ring\w*|knock\w*|door|beep\w*|chuckl\w*"
    r"|whisper\w*|foreign|background|recording|end|continued|indistinct|static|break)\b"
)
_FEWEST = 2
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a cue.  voice: the speaker whom the format itself names for it, None if it names none.

    first: it is the first line of its cue that has words.  follows: there are more words below it in its cue.
    turn: as in Cue.
    """

    text: str
    voice: str | None
    start_ms: int | None
    end_ms: int | None
    first: bool = False
    follows: bool = False
    turn: str = ""


@dataclass(frozen=True, slots=True)
class _Head:
    """What may be a name at the start of a line.  end: where the talk begins.  kind: "plain", "boxed" or "above"."""

    name: str
    end: int
    kind: str

    @property
    def key(self) -> str:
        return key_of(self.name)


@dataclass(frozen=True, slots=True)
class _Read:
    """A line with the marks at its start.  change: somebody else begins.  heads: one name, or the two parts of one."""

    line: Line
    change: bool
    text: str
    heads: tuple[_Head, ...]


def speeches_of(lines: Sequence[Line], name: str, config: IngestConfig) -> tuple[list[Speech], tuple[Problem, ...]]:
    """The lines as pieces of talk with their speakers, and names that occur only once, which were read as talk.

    name: of the file, for messages.
    """
    read = [_read(line) for line in lines]
    vouched = {key_of(who) for who in (*config.interviewers, *config.participants)}
    vouched |= {key_of(line.voice) for line in lines if line.voice}
    accepted = _accepted(read, vouched)
    spelled: dict[str, str] = {}
    changes = any(piece.change for piece in read)
    speeches: list[Speech] = []
    label, begun = "", False
    for piece in read:
        found = _name(piece, accepted)
        line, text, fresh = piece.line, piece.text, True
        if line.voice is not None:
            label = line.voice
        elif found is not None:
            label, text = spelled.setdefault(found.key, found.name), text[found.end :]
        elif piece.change:
            label = ""
        else:
            fresh = False
        goes_on = not label and not fresh and begun and changes
        begun = True
        begins = piece.change and not label
        times = (line.start_ms, line.end_ms)
        speeches.append(Speech(label, text.strip(), *times, goes_on=goes_on, begins=begins, turn=line.turn))
    return speeches, _told_once(read, accepted, name)


def _read(line: Line) -> _Read:
    if line.voice is not None:
        return _Read(line, False, _MARKS.sub("", line.text), ())
    text, change = line.text, False
    if match := _CHANGE.match(text):
        text, change = text[match.end() :], True
    first = _head(text, line, change)
    if first is None or first.kind == "above":
        return _Read(line, change, text, (first,) if first else ())
    second = _PLAIN.match(text[first.end : first.end + _HEAD])
    if first.kind == "plain" and second and not is_stopped(key_of(second["name"])):
        whole = text[: first.end].strip() + " " + second["name"]
        return _Read(line, change, text, (first, _Head(_squeezed(whole), first.end + second.end(), "plain")))
    return _Read(line, change, text, (first,))


def _head(text: str, line: Line, change: bool) -> _Head | None:
    head = text[:_HEAD]
    if (match := _BOXED.match(head)) and (match["colon"] or _is_person(match["name"])):
        return _fitting(match, "boxed")
    if match := _PLAIN.match(head):
        return _fitting(match, "plain")
    if (line.first or change) and line.follows and (match := _ABOVE.fullmatch(text)) and match["name"][0].isupper():
        return _fitting(match, "above")
    return None


def _fitting(match: re.Match[str], kind: str) -> _Head | None:
    """A name as long as labels may be, brackets in it not counted."""
    name = _squeezed(match["name"])
    base = _ASIDES.sub("", name)
    key = key_of(base)
    if not key or len(base) > MAX_CHARS or len(base.split()) > MAX_WORDS or is_stopped(key):
        return None
    if kind != "plain" and _SOUNDS.search(key):
        return None
    return _Head(name, match.end(), kind)


def _is_person(name: str) -> bool:
    """Brackets are common in talk (`[laughs]`): without a colon only identifiers and long role words are names."""
    key = key_of(name)
    return bool(_IDENTIFIER.fullmatch(name.strip())) or (len(key) > 2 and is_usual(key))


def _accepted(read: Iterable[_Read], vouched: Collection[str]) -> frozenset[str]:
    """The names that count, as keys; the rule is at the head of this file."""
    pieces = [piece for piece in read if piece.heads]
    counts = Counter(head.key for piece in pieces for head in piece.heads)
    parts: dict[str, list[_Read]] = defaultdict(list)
    for piece in pieces:
        parts[piece.heads[0].key].append(piece)
    often = {key for key, n in counts.items() if n >= _FEWEST or key in vouched or is_usual(key)}
    accepted = {key for key in often if key in parts}
    for key, group in parts.items():
        wholes = {piece.heads[1].key for piece in group if len(piece.heads) == 2}
        if all(len(piece.heads) == 2 for piece in group) and wholes <= often:
            accepted = (accepted - {key}) | wholes
    return frozenset(accepted)


def _name(piece: _Read, accepted: Collection[str]) -> _Head | None:
    return next((head for head in reversed(piece.heads) if head.key in accepted), None)


def _told_once(read: Iterable[_Read], accepted: Collection[str], name: str) -> tuple[Problem, ...]:
    """Words that look like a name but occur once."""
    once = dict.fromkeys(
        piece.heads[0].name
        for piece in read
        if piece.heads and _name(piece, accepted) is None and piece.heads[0].name.istitle()
    )
    if not once:
        return ()
    shown = ", ".join(f"“{who}:”" for who in list(once)[:_SHOWN])
    told = f"{shown} {'begins' if len(once) == 1 else 'begin'} a line only once and was read as talk, not as a speaker"
    return (Problem(name, told, "If it is a speaker, name it in ingest.participants or ingest.interviewers."),)


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def numbered(lines: Sequence[Line]) -> list[Line]:
    """The lines of one cue with first and follows filled in; a dash on a line of its own is that of the next line."""
    kept: list[Line] = []
    dash = False
    for line in lines:
        if line.text in _DASHES:
            dash = True
            continue
        kept.append(replace(line, text=f"- {line.text}") if dash else line)
        dash = False
    return [replace(line, first=k == 0, follows=k + 1 < len(kept)) for k, line in enumerate(kept)]
