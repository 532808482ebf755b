"""The texts of a project: each with the name of its document, its content, and the selections on it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.counted import many, shown
from pipeline.ingest.decode import decode
from pipeline.ingest.drafts import Loaded
from pipeline.ingest.read_lxml import local
from pipeline.ingest.refi.elements import children, first, guid
from pipeline.ingest.refi.paths import is_inside, part_of
from pipeline.ingest.refi.positions import Plain
from pipeline.ingest.refi.project import Project
from pipeline.ingest.suffixes import TRANSCRIPTS
from pipeline.records import Problem

_NONE = Plain("", "")
MISSING = "the text is missing"
_KINDS = {
    "TextSource": ("text", "texts"),
    "Representation": ("text of a PDF", "texts of PDFs"),
    "Transcript": ("transcript of a recording", "transcripts of recordings"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """One text.

    elements: what holds its selections (TextSource, Representation, Transcript; one text may be both).  owners: the
    sources that it belongs to.  kind: TextSource, Representation (of a PDF) or Transcript.  missing: why it has no
    text, "" if it has.
    """

    id: str
    kind: str
    elements: tuple[Any, ...]
    owners: tuple[Any, ...]
    plain: Plain = _NONE
    encoding: str = ""
    missing: str = ""

    @property
    def guids(self) -> frozenset[str]:
        """All identifiers under which a file may refer to the text."""
        return frozenset(guid(element) for element in (*self.elements, *self.owners)) - {""}


def texts_of(project: Project, config: IngestConfig) -> tuple[tuple[Source, ...], tuple[Problem, ...]]:
    """The texts in the order of the file, also those that are missing, and what was odd.

    Raises InputError for paths that lead out of the archive, and for parts that are too large.
    """
    sources: list[Source] = []
    parts: dict[str, int] = {}
    taken: set[str] = set()
    problems: list[Problem] = []
    held = first(project.root, "Sources")
    pairs = [(owner, element) for owner in ([] if held is None else held) for element in _texts(owner)]
    for owner, element in pairs:
        # the same path names the same text also where the archive does not hold it
        path = (element.get("plainTextPath") or "").lower()
        if is_inside(path) and path in parts:  # a text that is the transcript of a film as well
            one = sources[parts[path]]
            both = replace(one, elements=(*one.elements, element), owners=(*one.owners, owner))
            sources[parts[path]] = both
            continue
        found, noticed = _source(project, owner, element, config)
        problems += noticed
        parts[path] = len(sources)
        sources.append(replace(found, id=_free(found.id or f"text {len(sources) + 1}", taken)))
    return tuple(sources), (*problems, *_missing(sources, project.name))


def content(project: Project, element: Any, config: IngestConfig) -> tuple[Plain, str, tuple[Problem, ...]]:
    """The text of a source or note, its encoding, and what was odd; the encoding is "" if there is no text.

    Raises InputError as part_of and archives do.
    """
    path = element.get("plainTextPath") or ""
    part = part_of(project, path) if path else ""
    if part and project.archive is not None:
        where = f"{project.name}, part {part}"
        data = project.archive.read(part)
        try:
            decoded = decode(Loaded(Path(part), where, data, ""), config)
        except InputError as problem:
            return _NONE, "", (Problem(problem.where, problem.what, problem.todo),)
        raw = data.decode("utf-8-sig" if decoded.encoding == "utf-8" else decoded.encoding)
        if raw.replace("\r\n", "\n").replace("\r", "\n") != decoded.text:
            raw = decoded.text  # decoding left something out: no position can count it
        mark = decoded.encoding in ("utf-16", "utf-32") or data.startswith(b"\xef\xbb\xbf")
        return Plain(raw, decoded.text, mark), decoded.encoding, decoded.problems
    inner = first(element, "PlainTextContent")
    if inner is None:
        return _NONE, "", ()
    raw = "".join(inner.itertext())
    return Plain(raw, raw.replace("\r\n", "\n").replace("\r", "\n")), "utf-8", ()


def without_suffix(name: str) -> str:
    """The name of a document without the ending of a transcript's file, composed."""
    composed = unicodedata.normalize("NFC", name.strip())
    ending = next((suffix for suffix in TRANSCRIPTS if composed.lower().endswith(suffix)), "")
    return composed[: -len(ending)].rstrip() or composed if ending else composed


def _texts(owner: Any) -> list[Any]:
    kind = local(owner)
    if kind == "TextSource":
        return [owner]
    return children(owner, "Representation" if kind == "PDFSource" else "Transcript")


def _source(project: Project, owner: Any, element: Any, config: IngestConfig) -> tuple[Source, tuple[Problem, ...]]:
    plain, encoding, problems = content(project, element, config)
    missing = "" if encoding else "the text cannot be read" if problems else MISSING
    named = owner if local(element) == "Representation" else element
    name = without_suffix(named.get("name") or owner.get("name") or "")
    if element.get("plainTextPath") and first(element, "PlainTextContent") is not None:
        told = f"the text of {name} is given twice, in the project and as a file; the file counts if it is there"
        problems = (*problems, Problem(project.name, told))
    return Source(name, local(element), (element,), (owner,), plain, encoding, missing), problems


def _free(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 1
    while name.casefold() in taken:
        number += 1
        name = f"{wanted} ({number})"
    taken.add(name.casefold())
    return name


def _missing(sources: Sequence[Source], file: str) -> list[Problem]:
    """The texts that are not there, by kind, and those that are empty."""
    found = []
    for kind, (one, several) in _KINDS.items():
        lacking = [source for source in sources if source.kind == kind and source.missing == MISSING]
        if lacking:
            verb = "is" if len(lacking) == 1 else "are"
            told = f"{many(len(lacking), one, several)} {verb} missing: {shown([source.id for source in lacking])}"
            found.append(Problem(file, told + _reasons(lacking), "Export the project again with its documents."))
    empty = [source.id for source in sources if not source.missing and not source.plain.text.strip()]
    if empty:
        found.append(Problem(file, f"{many(len(empty), 'text')} without any words: {shown(empty)}"))
    return found


def _reasons(lacking: Sequence[Source]) -> str:
    paths = [source.elements[0].get("plainTextPath") or "" for source in lacking]
    outside = sum(bool(path) and not is_inside(path) for path in paths)
    styled = sum(
        not path and bool(source.elements[0].get("richTextPath")) for source, path in zip(lacking, paths, strict=True)
    )
    told = [f"{outside} outside of the project, where nothing is opened"] if outside else []
    told += [f"{styled} there as formatted text only, without the plain text that is read"] if styled else []
    return f" ({'; '.join(told)})" if told else ""
