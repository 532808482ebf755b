"""A REFI-QDA file, opened: its one project file found, its XML checked, and what deviates from the standard told.

Programs deviate in names, namespaces and order; only what cannot be read at all is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.archive import Archive, open_archive
from pipeline.ingest.drafts import Loaded
from pipeline.ingest.read_lxml import local, namespace, root_of, schema_findings
from pipeline.ingest.refi.elements import below, children, every, first, guid, words
from pipeline.records import MACHINE, ORIGIN, Problem

_SPACES = re.compile(r"\{urn:[^{}]*\}")
_SPACE = "urn:QDA-XML:"
_VERSION = ":1.0"
_SCHEMAS = {"Project": "Project.xsd", "CodeBook": "Codebook.xsd"}
_READ = frozenset(
    "Project Users User CodeBook Codes Code Description NoteRef Variables Variable VariableValue VariableRef TextValue "
    "BooleanValue IntegerValue FloatValue DateValue DateTimeValue Cases Case SourceRef Sources TextSource PDFSource "
    "AudioSource VideoSource Representation Transcript SyncPoint PlainTextContent PlainTextSelection "
    "TranscriptSelection Coding CodeRef Notes Note Links Sets Set MemberCode MemberSource Graphs".split()
)
_HELD = {"PDFSource": "Representation", "AudioSource": "Transcript", "VideoSource": "Transcript"}
_AGAIN = "Export the project again as REFI-QDA."


@dataclass(frozen=True, slots=True)
class Project:
    """A file and its root element, Project or CodeBook (lxml).  archive: None for XML that is not packed.

    origin: the program as the file names it.  ours: true if this software wrote the file, or what came back from it.
    """

    loaded: Loaded
    archive: Archive | None
    root: Any
    origin: str
    ours: bool
    problems: tuple[Problem, ...]

    @property
    def name(self) -> str:
        """The file's name, for messages."""
        return self.loaded.name


def open_project(loaded: Loaded, config: IngestConfig) -> Project:
    """The file, opened; its texts are read later, one by one.

    Raises InputError for archives that are unsafe, or hold no or several project files, for XML that is not well
    formed, and for XML that is no REFI-QDA.
    """
    archive = open_archive(loaded, config) if loaded.data.startswith(b"PK") else None
    problems: list[Problem] = []
    if archive is None:
        root = root_of(loaded.data, loaded.name, config)
    else:
        part = _project_file(archive)
        if part != "project.qde":
            problems.append(Problem(loaded.name, f"the project file inside is called {part}, not project.qde"))
        root = root_of(archive.read(part), f"{loaded.name}, part {part}", config)
    problems += _standard(root, loaded.name)
    origin = root.get("origin") or ""
    ours = origin.startswith(ORIGIN) or any(user.get("name") == MACHINE for user in below(root, "Users", "User"))
    return Project(loaded, archive, root, origin, ours, (*problems, *_not_read(root, loaded.name)))


def _project_file(archive: Archive) -> str:
    found = [part for part in archive.parts if "/" not in part and part.lower().endswith(".qde")]
    if not found:
        raise InputError("the archive holds no project file (project.qde)", archive.loaded.name, _AGAIN)
    if len(found) > 1:
        told = f"the archive holds {len(found)} project files ({', '.join(sorted(found))})"
        raise InputError(told, archive.loaded.name, "Export one project at a time.")
    return found[0]


def _standard(root: Any, name: str) -> list[Problem]:
    """How the file deviates from the standard; old versions are read as they are, without a schema."""
    kind, space = local(root), namespace(root)
    if not space.startswith(_SPACE) or kind not in _SCHEMAS:
        raise InputError(f"this XML is no REFI-QDA project or codebook (its first element is {kind})", name, _AGAIN)
    if not space.endswith(_VERSION):
        return [Problem(name, f"the file follows an old version of the standard ({space}); it was read all the same")]
    found = schema_findings(root, _SCHEMAS[kind])
    if not found:
        return []
    said = _SPACES.sub("", "; ".join(finding.rstrip(".") for finding in found))
    told = f"the file does not follow the standard (it was read all the same): {said}"
    return [Problem(name, told)]


def _not_read(root: Any, name: str) -> list[Problem]:
    """What has no place in a study, by element and count, as the standard asks of importers (section 7)."""
    counts: Counter[str] = Counter()
    notes = {guid(note) for note in below(root, "Notes", "Note")}
    for element in root.iter():
        kind = local(element)
        if kind == "Link":
            # a link between a memo and something else is read as the memo's place
            counts[kind] += not notes & {guid(element, "originGUID"), guid(element, "targetGUID")}
        elif kind not in _READ:
            counts[kind] += 1
        elif kind in _HELD and first(element, _HELD[kind]) is None:
            counts[f"{kind} without text"] += 1
    counts["CodeRef in Case"] = sum(len(children(case, "CodeRef")) for case in every(root, "Case"))
    counts["Description in Variable"] = sum(bool(words(one)) for one in every(root, "Variable"))
    found = {kind: count for kind, count in counts.items() if count}
    if not found:
        return []
    listed = ", ".join(f"{count} {kind}" for kind, count in sorted(found.items()))
    return [Problem(name, f"elements that are not read: {listed}")]
