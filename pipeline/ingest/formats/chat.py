"""CHAT transcripts (.cha) of CLAN and TalkBank, read line by line: real files break the rules that parsers demand.

A main line is `*COD:`, a tab and the words; lines that begin with a tab go on with the line before. The marks of CHAT
(`[/]`, `&-uh`, `(.)`) stay, the time between two control characters is taken out and used. `%eng:` or `%tra:` below a
main line is its translation, which is then the turn's text, the words themselves its `original`; other `%` lines are
left out and counted. Format: https://talkbank.org/0info/manuals/CHAT.html
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.config import IngestConfig
from pipeline.ingest.decode import decode
from pipeline.ingest.drafts import Loaded, Reading, key_of
from pipeline.ingest.formats.heads import head_of
from pipeline.ingest.labels import stated_role
from pipeline.ingest.speech import Speech, reading_of, sound_times, times_left_out
from pipeline.records import Problem

_HEADER = re.compile(r"\s*@(?:UTF8|Begin|Font:|PID:|Window:|ColorWords:|Loc:)")
_BEGIN = re.compile(r"^@(?:UTF8|Begin)\s*$", re.MULTILINE)
_MAIN = re.compile(r"\*(?P<code>[^\s:]{1,30}):[ \t]*(?P<text>.*)", re.DOTALL)
_BELOW = re.compile(r"%(?P<kind>[^\s:]{1,30}):[ \t]*(?P<text>.*)", re.DOTALL)
_ENTRY = re.compile(r"\s*(?P<code>\S+)(?:\s+(?P<rest>.*))?", re.DOTALL)
# `start_end` in ms between two marks, the older form with the name of the recording before it
_BULLET = re.compile('\x1b(?:%\\w{3}:"[^"\x1b]*"_)?(\\d{1,12})_(\\d{1,12})-?\x1b')
_BULLET_BYTES = re.compile(b'\x15((?:%\\w{3}:"[^"\x15\r\n]*"_)?\\d{1,12}_\\d{1,12}-?)\x15')
_TRANSLATION = ("eng", "tra")
_ROLES = {"investigator": "interviewer"}
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with those that go on with it.  number: of its first line in the file."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class _Said:
    """A main line with the translation below it, "" if there is none."""

    line: _Line
    code: str
    text: str
    translation: str = ""


def looks(loaded: Loaded) -> bool:
    """Whether the file begins with a header of CHAT."""
    head = head_of(loaded)
    return bool(_HEADER.match(head) and _BEGIN.search(head))


def read(loaded: Loaded, config: IngestConfig) -> Reading:
    """The recording in a CHAT file; speakers are the codes of its main lines, with the roles of @Participants."""
    # The marks around times are control characters, many of which mean that a file is no text; one that is allowed
    # takes their place. In UTF-16 the pattern fits nowhere.
    decoded = decode(replace(loaded, data=_BULLET_BYTES.sub(b"\x1b\\1\x1b", loaded.data)), config)
    lines = _lines(decoded.text.replace("\x15", "\x1b"))
    roles = _roles(lines)
    said, left, stray = _said(lines)
    translated = any(one.translation for one in said)
    speeches, bad = [], []
    for one in said:
        speech, right = _speech(one, roles.get(key_of(one.code), ""), translated)
        speeches.append(speech)
        if not right:
            bad.append(f"{loaded.name}, line {one.line.number}")
    problems = [*decoded.problems, *times_left_out(bad), *_remarks(left, stray, loaded.name)]
    if translated:
        problems += _translation_told([one for one in said if not one.translation], loaded.name)
    return reading_of(speeches, loaded, decoded.encoding, problems)


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.startswith(("\t", " ")) and line.strip() and lines:
            lines[-1] = replace(lines[-1], text=f"{lines[-1].text} {line.strip()}")
        elif line.strip():
            lines.append(_Line(number, line.rstrip()))
    return lines


def _roles(lines: Sequence[_Line]) -> dict[str, str]:
    """For each code the role that @Participants gives, as far as it is one of an interview."""
    found: dict[str, str] = {}
    for line in lines:
        if not line.text.startswith("@Participants:"):
            continue
        for entry in line.text.partition(":")[2].split(","):
            match = _ENTRY.match(entry)
            words = (match["rest"] or "").split() if match else []
            if match and words:
                found[key_of(match["code"])] = _ROLES.get(key_of(words[-1]), "") or stated_role(words[-1])
    return found


def _said(lines: Sequence[_Line]) -> tuple[list[_Said], Counter[str], list[_Line]]:
    """The main lines with their translations, how many lines of each other kind there are, and lines of no kind."""
    said: list[_Said] = []
    left: Counter[str] = Counter()
    stray: list[_Line] = []
    for line in lines:
        if match := _MAIN.fullmatch(line.text):
            said.append(_Said(line, match["code"], match["text"]))
        elif (match := _BELOW.fullmatch(line.text)) and match["kind"].casefold() in _TRANSLATION and said:
            said[-1] = replace(said[-1], translation=f"{said[-1].translation} {match['text']}".strip())
        elif match:
            left[match["kind"]] += 1
        elif not line.text.startswith("@"):
            stray.append(line)
    return said, left, stray


def _speech(said: _Said, role: str, translated: bool) -> tuple[Speech, bool]:
    """A main line as talk, and whether its times were right."""
    spans = [(int(start), int(end)) for start, end in _BULLET.findall(said.text)]
    start, end = (min(span[0] for span in spans), max(span[1] for span in spans)) if spans else (None, None)
    start, end, right = sound_times(start, end)
    words, english = _plain(said.text), _plain(said.translation)
    original = words if translated else ""
    return Speech(said.code, english or words, start, end, original, role), right


def _plain(text: str) -> str:
    """The text without times; `\\x1b` that belongs to no time goes too, since no text should hold it."""
    return " ".join(_BULLET.sub(" ", text).replace("\x1b", " ").split())


def _translation_told(without: Sequence[_Said], name: str) -> list[Problem]:
    told = "the translation below the lines is analysed; what was said is kept beside it as the original"
    found = [Problem(name, told, "Remove the lines %eng and %tra if the original is to be analysed.")]
    if without:
        told = f"lines without a translation: {len(without)}; they are analysed as they were said"
        found.append(Problem(f"{name}, line {without[0].line.number}", told))
    return found


def _remarks(left: Counter[str], stray: Sequence[_Line], name: str) -> list[Problem]:
    found = []
    if left:
        shown = ", ".join(f"%{kind} ({n})" for kind, n in left.most_common(_SHOWN))
        more = f" and {len(left) - _SHOWN} other kinds" if len(left) > _SHOWN else ""
        found.append(Problem(name, f"lines below the talk were left out: {shown}{more}"))
    if stray:
        told = f"lines of no speaker were left out: {len(stray)}, such as {stray[0].text[:60]!r}"
        todo = "Begin a line with *CODE: and a tab, or with a tab if it goes on with the line before."
        found.append(Problem(f"{name}, line {stray[0].number}", told, todo))
    return found
