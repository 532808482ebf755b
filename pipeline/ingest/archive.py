"""Office files are zip archives: what makes one unsafe to open is refused before any library sees it."""

from __future__ import annotations

import io
import zipfile
import zlib

from pipeline.errors import InputError
from pipeline.ingest.drafts import Loaded

_OLE = b"\xd0\xcf\x11\xe0"
_MB = 1_000_000
_GROWTH = 10  # unpacked size allowed, in multiples of ingest.max_file_mb
_MAX_PARTS = 10_000


def checked_parts(loaded: Loaded, max_file_mb: int) -> dict[str, bytes]:
    """The XML parts of an office file by name.

    Raises InputError if the file is no archive, encrypted, damaged, unpacks to more than ten times max_file_mb, or
    declares a document type (which is how entity bombs are written; no office program does so).
    """
    if loaded.data.startswith(_OLE):
        raise InputError(
            "the file is encrypted, or in the format of before 2007", loaded.name, "Save it again without a password."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(loaded.data)) as archive:
            entries = archive.infolist()
            _refuse_bombs(loaded.name, entries, max_file_mb)
            parts = {e.filename: archive.read(e) for e in entries if e.filename.lower().endswith((".xml", ".rels"))}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError) as problem:
        raise InputError(
            f"the file is damaged or not what its name says ({problem})", loaded.name, "Open and save it again."
        ) from problem
    for name, part in parts.items():
        if b"<!DOCTYPE" in part.replace(b"\0", b""):  # zero bytes: the part may be in UTF-16
            raise InputError(f"the part {name} declares a document type", loaded.name, "Open and save the file again.")
    return parts


def _refuse_bombs(name: str, entries: list[zipfile.ZipInfo], max_file_mb: int) -> None:
    # zipfile never unpacks more than the size that an entry declares, so the declared sizes are a true limit.
    total = sum(entry.file_size for entry in entries)
    if total > max_file_mb * _GROWTH * _MB or len(entries) > _MAX_PARTS:
        raise InputError(
            f"the file unpacks to {total / _MB:.0f} MB in {len(entries)} parts, more than is allowed",
            name,
            "Raise ingest.max_file_mb in the configuration if this is intended.",
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise InputError("the file is encrypted", name, "Save it again without a password.")
    if len({entry.filename.casefold() for entry in entries}) < len(entries):
        raise InputError("the file holds two parts of one name", name, "Open and save it again.")
