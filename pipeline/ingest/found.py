"""Which files on disk are the transcripts of a study."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import InputError
from pipeline.ingest.files import shown
from pipeline.ingest.readers import known_endings
from pipeline.ingest.suffixes import TRANSCRIPTS
from pipeline.records import Problem

_SHOWN = 10


def transcript_files(transcripts: Path | Sequence[Path], documents: Path | None) -> tuple[list[Path], list[Problem]]:
    """The files to read, in the order of their names, and what lies beside them unread.

    transcripts: a folder, whose files with a known ending count, or files, which count whatever their ending.
    documents: the table of attributes, which is no transcript although it may lie in the folder.
    Raises InputError if there is no such file or folder, or a folder holds no transcript.
    """
    if not isinstance(transcripts, Path):
        return list(transcripts), []
    try:
        there = transcripts.exists()
    except (OSError, ValueError) as problem:  # a name that is too long, a NUL in the path
        fact = f"this is no path ({getattr(problem, 'strerror', problem)})"
        raise InputError(fact, str(transcripts), "Check the path of the transcripts.") from problem
    if not there:
        raise InputError("there is no such file or folder", str(transcripts), "Check the path of the transcripts.")
    return _in_folder(transcripts, documents) if transcripts.is_dir() else ([transcripts], [])


def where_of(transcripts: Path | Sequence[Path]) -> str:
    """The transcripts as a message names them."""
    return str(transcripts) if isinstance(transcripts, Path) else ", ".join(map(str, transcripts))


def _in_folder(folder: Path, documents: Path | None) -> tuple[list[Path], list[Problem]]:
    files, folders = _listing(folder)
    if documents is not None:
        files = [path for path in files if not _same(path, documents)]
    known = [path for path in files if path.suffix.lower() in TRANSCRIPTS]
    unknown = [path.name for path in files if path.suffix.lower() not in TRANSCRIPTS]
    problems = []
    if unknown:
        told = f"{len(unknown)} files were not read: {_some(unknown)}"
        problems.append(Problem(folder.name, told, known_endings()))
    if folders:
        told = f"{len(folders)} folders inside were not read: {_some(folders)}"
        problems.append(Problem(folder.name, told, "Put all transcripts into one folder."))
    if not known:
        raise InputError("the folder holds no transcript", str(folder), known_endings())
    return known, problems


def _listing(folder: Path) -> tuple[list[Path], list[str]]:
    """The files of a folder by name, and the names of its subfolders, which are not read.

    Hidden files and the lock files of office programs (`~$...`) count as absent.
    """
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
        seen = [entry for entry in entries if not entry.name.startswith((".", "~$"))]
        return [e for e in seen if not e.is_dir()], [e.name for e in seen if e.is_dir()]
    except OSError as problem:
        raise InputError(
            f"the folder cannot be read ({problem.strerror})", str(folder), "Check the path and its permissions."
        ) from problem


def refuse_link_out(path: Path, transcripts: Path | Sequence[Path]) -> None:
    """Raises InputError for a link in the folder of transcripts that leads out of it, or in a circle.

    Such a folder may come from somebody else, and a link in it may point at any file of this machine.
    """
    if not isinstance(transcripts, Path) or path == transcripts or not path.is_symlink():
        return
    todo = "Copy the file itself into the folder."
    try:
        inside = path.resolve(strict=True).is_relative_to(transcripts.resolve())
    except FileNotFoundError:
        return  # whoever reads it says that there is no such file
    except (OSError, RuntimeError) as problem:  # RuntimeError: a circle, up to Python 3.12
        raise InputError("this symbolic link leads nowhere", str(path), todo) from problem
    if not inside:
        raise InputError("this is a symbolic link that leads out of the folder of transcripts", str(path), todo)


def _same(path: Path, documents: Path) -> bool:
    """Whether both are one file; a path that leads nowhere is told when it is read."""
    try:
        return path.samefile(documents)
    except (OSError, ValueError):
        return False


def _some(names: Sequence[str]) -> str:
    return ", ".join(map(shown, names[:_SHOWN])) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
