"""Zip archives (office files, REFI-QDA projects): what makes one unsafe to open is refused before anything is read.

Nothing is ever unpacked to disk: parts are read into memory, within the limits of the configuration.
"""

from __future__ import annotations

import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.drafts import Loaded
from pipeline.ingest.unzip import Entry, count_of, entries_of, pack, unpack
from pipeline.ingest.xml_guard import refuse_unsafe_xml, without_marked_text

_OLE = b"\xd0\xcf\x11\xe0"
_MB = 1_000_000
_SMALL = 1_000_000  # bytes: below this size any ratio is harmless
_OUTSIDE = re.compile(r"[A-Za-z]:|/|.*\\|(?:.*/)?\.\.?(?:/|\Z)", re.DOTALL)  # drive, root, backslash, `.` and `..`
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")  # and marks that turn the shown name around
_NESTED = (".zip", ".qdpx", ".7z", ".rar", ".tar", ".gz", ".bz2", ".xz")
_XML = (".xml", ".rels")
_KEPT = frozenset(("mimetype",))  # no XML, and OpenDocument readers ask for it
_AGAIN = "Open the file in its program and save it again."
_UNLOCKED = "Save it again without a password."
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, OSError)


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive whose entries are safe by name, number and declared size.  parts: names as they stand in it.

    What was read of it is counted, so that many parts together stay within the limit as well.
    """

    loaded: Loaded
    config: IngestConfig
    entries: tuple[Entry, ...]
    _named: Mapping[str, Entry]
    _folded: Mapping[str, str]
    _read: dict[str, int] = field(default_factory=dict, compare=False)

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of all parts that are not folders, in the order of the archive."""
        return tuple(entry.filename for entry in self.entries if not entry.folder)

    def find(self, name: str) -> str:
        """The part of that name whatever its case, "" if there is none."""
        return self._folded.get(name.casefold(), "")

    def read(self, name: str) -> bytes:
        """The bytes of one part.

        Raises InputError if there is no such part, it is too large, grows too much, or is damaged, or if all parts
        that were read so far are too large together.
        """
        if name not in self._named:
            raise InputError(f"the file holds no part {name!r}", self.loaded.name, _AGAIN)
        entry = self._named[name]
        where = _part(self.loaded.name, name)
        _refuse_size(where, entry.file_size, entry.compress_size, self.config)
        _refuse_total(self.loaded.name, sum({**self._read, name: entry.file_size}.values()), self.config)
        with _damage_told(where):
            part = unpack(self.loaded.data, entry)
        self._read[name] = len(part)
        return part


def open_archive(loaded: Loaded, config: IngestConfig) -> Archive:
    """The archive in a file, its entries checked; nothing is unpacked yet.

    Raises InputError if the file is no archive, encrypted or damaged, holds names that lead elsewhere, links, two parts
    of one name, or further archives, or declares more than the configuration allows.
    """
    if loaded.data.startswith(_OLE):
        raise InputError("the file is encrypted, or in the format of before 2007", loaded.name, _UNLOCKED)
    if (count := count_of(loaded.data)) > config.max_parts:
        told = f"the file holds {count} parts, more than the {config.max_parts} that are allowed"
        raise InputError(told, loaded.name, "Raise ingest.max_parts in the configuration if this is intended.")
    with _damage_told(loaded.name):
        entries = entries_of(loaded.data)
    seen: dict[str, str] = {}
    for entry in entries:
        _refuse_entry(loaded.name, entry)
        key = unicodedata.normalize("NFC", entry.filename.rstrip("/")).casefold()
        if key in seen:
            raise InputError("the file holds two parts of one name", _part(loaded.name, entry.filename), _AGAIN)
        seen[key] = entry.filename
    folded = {entry.filename.casefold(): entry.filename for entry in entries if not entry.folder}
    return Archive(loaded, config, entries, {entry.filename: entry for entry in entries}, folded)


def checked_parts(loaded: Loaded, config: IngestConfig) -> dict[str, bytes]:
    """The XML parts of an office file by name (and `mimetype`), each found safe for any library to parse.

    Give a library `copy_of` these parts instead of the file: it then cannot see anything that was not checked.
    Raises InputError as open_archive does, for parts that are too large, one by one or together, and as
    refuse_unsafe_xml does.
    """
    archive = open_archive(loaded, config)
    for entry in archive.entries:
        _refuse_size(_part(loaded.name, entry.filename), entry.file_size, entry.compress_size, config)
    total = sum(entry.file_size for entry in archive.entries)
    _refuse_total(loaded.name, total, config)
    _refuse_size(loaded.name, total, len(loaded.data), config, whole=True)
    names = [name for name in archive.parts if name.lower().endswith(_XML) or name in _KEPT]
    parts = {name: archive.read(name) for name in names}
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise InputError("the file is encrypted", loaded.name, _UNLOCKED)
    for name in [name for name, part in parts.items() if name not in _KEPT and (part or not _is_blank(name))]:
        refuse_unsafe_xml(parts[name], f"{loaded.name}, part {name}", config, office=not name.startswith("customXml/"))
        parts[name] = without_marked_text(parts[name])
    return parts


def copy_of(parts: Mapping[str, bytes]) -> bytes:
    """An archive that holds the parts and nothing else, for a library to open in the place of the file.

    Two programs can read one archive differently, and a library may parse parts whatever their names; this closes both.
    """
    return pack(dict(parts))


def _is_blank(name: str) -> bool:
    """Whether LibreOffice writes the part without content."""
    return name.startswith("Configurations2/")


def _part(archive: str, name: str) -> str:
    return f"{archive}, part {name!r}" if _CONTROL.search(name) else f"{archive}, part {name}"


@contextmanager
def _damage_told(where: str) -> Iterator[None]:
    try:
        yield
    except _DAMAGE as problem:
        raise InputError(f"the file is damaged or not what its name says ({problem})", where, _AGAIN) from problem


def _refuse_entry(archive: str, entry: Entry) -> None:
    where = _part(archive, entry.filename)
    kind = stat.S_IFMT(entry.mode)
    if (
        not entry.filename
        or _OUTSIDE.match(entry.filename)
        or _CONTROL.search(entry.filename)
        or "//" in entry.filename
    ):
        raise InputError("the name of a part leads out of the archive, or is no name", where, _AGAIN)
    if kind == stat.S_IFLNK:
        raise InputError("a part is a symbolic link", where, _AGAIN)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise InputError("a part is neither a file nor a folder", where, _AGAIN)
    if entry.secret:
        raise InputError("the file is encrypted", where, _UNLOCKED)
    if entry.filename.lower().endswith(_NESTED):
        raise InputError("a part is an archive itself", where, "Unpack it, and name its files one by one.")


def _refuse_total(archive: str, total: int, config: IngestConfig) -> None:
    if total > config.max_unpacked_mb * _MB:
        told = f"the file unpacks to {total / _MB:.0f} MB, more than the {config.max_unpacked_mb} MB that are allowed"
        raise InputError(told, archive, "Raise ingest.max_unpacked_mb in the configuration if this is intended.")


def _refuse_size(where: str, size: int, packed: int, config: IngestConfig, whole: bool = False) -> None:
    """For a part, or for the whole file: there only the ratio counts, the sum has a limit of its own."""
    what = f"the {'file' if whole else 'part'} unpacks to {size / _MB:.0f} MB"
    if size > config.max_part_mb * _MB and not whole:
        told = f"{what}, more than the {config.max_part_mb} MB that are allowed"
        raise InputError(told, where, "Raise ingest.max_part_mb in the configuration if this is intended.")
    if size > _SMALL and size > config.max_ratio * max(packed, 1):
        told = f"{what}, {size // max(packed, 1):,} times its packed size"
        raise InputError(told, where, "Raise ingest.max_ratio in the configuration if this is intended.")
