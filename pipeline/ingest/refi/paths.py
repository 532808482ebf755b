"""Where the texts of a project lie: inside its archive, and nowhere else.

Nothing outside is ever opened, whatever a path says; a path into the archive that leads out of it is refused.
"""

from __future__ import annotations

import re

from pipeline.errors import InputError
from pipeline.ingest.refi.elements import every
from pipeline.ingest.refi.project import Project

_INTERNAL = "internal://"
_FOLDER = "sources/"
_CODED = re.compile("(?:%[0-9A-Fa-f]{2})+")
_DRIVE = re.compile(r"[A-Za-z]:")
_OWNERS = (
    "TextSource",
    "PDFSource",
    "PictureSource",
    "AudioSource",
    "VideoSource",
    "Representation",
    "Transcript",
    "TextDescription",
    "Note",
)
_PATHS = ("path", "currentPath", "plainTextPath", "richTextPath")


def part_of(project: Project, written: str) -> str:
    """The part of the archive that a path means, whatever its case; "" if it is not there or the path leads elsewhere.

    Raises InputError if an internal path leads out of the folder of sources.
    """
    if not written.lower().startswith(_INTERNAL):
        return ""
    name = written[len(_INTERNAL) :]
    _refuse_way_out(name, project.name)
    if project.archive is None:
        return ""
    return project.archive.find(_FOLDER + name) or project.archive.find(_FOLDER + _unquoted(name))


def is_inside(written: str) -> bool:
    """True if a path means a part of the archive."""
    return written.lower().startswith(_INTERNAL)


def orphans(project: Project) -> tuple[str, ...]:
    """The parts of the archive that nothing in the project refers to."""
    if project.archive is None:
        return ()
    named = {
        part_of(project, path)
        for element in every(project.root, *_OWNERS)
        for attribute in _PATHS
        if (path := element.get(attribute))
    }
    return tuple(part for part in project.archive.parts if "/" in part and part not in named)


def _unquoted(path: str) -> str:
    """The path with `%20` and its like as the characters that they stand for (RFC 3986, in UTF-8)."""
    return _CODED.sub(lambda run: bytes.fromhex(run[0].replace("%", "")).decode("utf-8", "replace"), path)


def _refuse_way_out(name: str, where: str) -> None:
    seen = name
    for _ in range(3):  # `%252e` is `%2e` is `.`
        steps = seen.replace("\\", "/").split("/")
        if steps[0] == "" or ".." in steps or _DRIVE.match(seen) or "\0" in seen:
            raise InputError(
                f"the path {_INTERNAL}{name} leads out of the project", where, "Do not use this file: it is not safe."
            )
        seen = _unquoted(seen)
