"""Codes as NVivo exports them to Word or text: blocks of references below the name of their file.

`<Files\\\\Interview 1> - § 2 references coded [4.20% Coverage]`, then `Reference 1 - 2.10% Coverage`, then its text.
The German words are guesses.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.archive import open_archive
from pipeline.ingest.code_index import Path
from pipeline.ingest.coding_tree import written_path
from pipeline.ingest.decode import decode
from pipeline.ingest.drafts import Loaded
from pipeline.ingest.foreign.segments import Marked, Segment
from pipeline.ingest.formats.left_out import told as told_of
from pipeline.ingest.formats.read_mammoth import read_docx
from pipeline.records import Problem

_FILE = re.compile(
    r"\s*<(?P<name>[^<>\n]+)>\s*[-–]\s*§?\s*(?P<number>\d+)\s+(?:references?|referenz(?:en)?)\b.*", re.IGNORECASE
)
_REFERENCE = re.compile(
    r"\s*(?:Reference|Referenz)\s+\d+\s*[-–]\s*[\d.,]+\s*%\s*(?:Coverage|Abdeckung)\s*", re.IGNORECASE
)
_NAME = re.compile(
    r"(?:Name|Code|Node|Knoten)\s*:\s*(?P<name>.+)|<(?P<path>(?:Codes|Nodes|Knoten)\\+[^<>]+)>", re.IGNORECASE
)
_PARAGRAPH_NUMBER = re.compile(r"¶\s?\d+:\s?")  # before each paragraph of a reference in some exports (a guess)
_TOPS = ("codes", "nodes", "knoten")
_STEP = re.compile(r"\\+")
_TAG = re.compile(rb"<[^>]*>")
_PARAGRAPH = re.compile(rb"</w:p>")
_HEAD = 20  # lines in which the first block must begin
_SUFFIXES = (".docx", ".txt")


def is_export(loaded: Loaded, config: IngestConfig) -> bool:
    """Whether a Word or text file is such an export: the name of a file and its references stand in its first lines."""
    if b"<" not in loaded.data and not loaded.data.startswith(b"PK"):
        return False
    suffix = loaded.path.suffix.lower()
    if suffix not in _SUFFIXES:
        return False
    if loaded.data.startswith(b"PK"):
        lines = _first_lines(loaded, config)
    elif suffix == ".docx":
        return False
    else:
        lines = [line for line in decode(loaded, config).text.split("\n") if line.strip()]
    return any(_FILE.fullmatch(line) for line in lines[:_HEAD])


def _first_lines(loaded: Loaded, config: IngestConfig) -> list[str]:
    """The first paragraphs of a Word file, roughly: enough to tell what it is, without the cost of reading it."""
    archive = open_archive(loaded, config)
    part = archive.find("word/document.xml")
    pieces = _PARAGRAPH.split(archive.read(part), 3 * _HEAD)[: 3 * _HEAD] if part else []
    lines = (html.unescape(_TAG.sub(b"", piece).decode("utf-8", "replace")).strip() for piece in pieces)
    return [line for line in lines if line]


def read_export(loaded: Loaded, config: IngestConfig) -> Marked:
    """The references of an export; the code is named above the first block, else by the file's name.

    Raises InputError if the file cannot be read or holds no reference.
    """
    if loaded.data.startswith(b"PK"):
        word = read_docx(loaded, config)
        lines = word.text.split("\n")
        marked = Marked(loaded.name, [], list(told_of(loaded.name, word.left_out)))
    else:
        decoded = decode(loaded, config)
        lines = decoded.text.split("\n")
        marked = Marked(loaded.name, [], list(decoded.problems))
    first = next((i for i, line in enumerate(lines) if _FILE.fullmatch(line)), len(lines))
    paths = _codes([line.strip() for line in lines[:first] if line.strip()], loaded.path.stem)
    for block in _blocks(lines, first):
        place = f"{loaded.name}, line {block.line}"
        if block.announced != len(block.references):
            there = len(block.references)
            told = f"the file announces {block.announced} references for {block.document} and holds {there}"
            marked.problems.append(Problem(place, told))
        for line, quote in block.references:
            where = f"{loaded.name}, line {line}"
            marked.segments.append(Segment(where, block.document, written_path(paths[0]), paths, quote))
    if not marked.segments:
        raise InputError("the file holds no coded reference", loaded.name, "Export the code again, with its text.")
    return marked


@dataclass(slots=True)
class _Block:
    """The references of one file: line and text of each."""

    line: int
    document: str
    announced: int
    references: list[tuple[int, str]] = field(default_factory=list)


def _blocks(lines: Sequence[str], first: int) -> Iterator[_Block]:
    """lines[first:] as blocks; what stands between a heading and the next is the text of a reference."""
    block: _Block | None = None
    inside = False
    for place, line in enumerate(lines[first:], start=first + 1):
        if head := _FILE.fullmatch(line):
            if block is not None:
                yield block
            parts = [part for part in _STEP.split(head["name"].strip()) if part]
            block, inside = _Block(place, "\\".join(parts[1:] or parts), int(head["number"])), False
        elif block is not None and _REFERENCE.fullmatch(line):
            block.references.append((place, ""))
            inside = True
        elif block is not None and inside:
            at, text = block.references[-1]
            said = line[number.end() :] if (number := _PARAGRAPH_NUMBER.match(line)) else line
            block.references[-1] = (at, f"{text}\n{said}".strip("\n"))
    if block is not None:
        yield block


def _codes(head: Sequence[str], stem: str) -> tuple[Path, ...]:
    """What the code may be, likeliest first: a line that names it, the only line above the blocks, the file's name."""
    found = [_path(match["name"] or match["path"]) for match in map(_NAME.fullmatch, head) if match]
    if len(head) == 1 and not found:
        found.append(_path(head[0]))
    return tuple(dict.fromkeys(path for path in (*found, _path(stem)) if path))


def _path(written: str) -> Path:
    parts = tuple(part.strip() for part in _STEP.split(written) if part.strip())
    return parts[1:] if len(parts) > 1 and parts[0].casefold() in _TOPS else parts
