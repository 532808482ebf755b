"""Zip archives read by hand where the standard library trusts too much.

`zipfile` unpacks as much as a part's stream holds, up to 2 GB, whatever size the archive declares, and does not look
whether parts share their bytes; both were measured with Python 3.11.7.
"""

from __future__ import annotations

import io
import itertools
import struct
import zipfile
import zlib
from dataclasses import dataclass

_LOCAL, _CENTRAL, _END = b"PK\3\4", b"PK\1\2", b"PK\5\6"
_HEAD = 30  # bytes of a local header before the name
_TAIL = 22  # bytes of the end record
_ZIP64 = 76  # bytes of the two records that a large archive has before its end record
_UTF8 = 0x800
_SECRET = 0x1 | 0x40 | 0x2000  # encrypted, strongly encrypted, with hidden headers
_STORED, _DEFLATED = 0, 8


@dataclass(frozen=True, slots=True)
class Entry:
    """One part, named like zipfile's.  file_size, compress_size: bytes as declared.  begin: where its bytes start.

    mode: the Unix file mode, 0 if the archive gives none.
    """

    filename: str
    file_size: int
    compress_size: int
    begin: int
    method: int
    crc: int
    mode: int
    secret: bool

    @property
    def folder(self) -> bool:
        """Whether the entry only says that there is a folder."""
        return self.filename.endswith("/")


def count_of(data: bytes) -> int:
    """About how many parts an archive lists, never fewer than it has; found without building a list of them."""
    end = len(data) - _TAIL if data[-_TAIL:].startswith(_END) else data.rfind(_END)  # as zipfile looks for it
    if end < 0 or len(data) < end + _TAIL:
        return 0
    size = int.from_bytes(data[end + 12 : end + 16], "little")
    start = 0 if size == 0xFFFFFFFF else max(0, end - _ZIP64 - size)
    return data.count(_CENTRAL, start, end)


def names_of(data: bytes, most: int) -> tuple[str, ...]:
    """The names in an archive, none if the data is no archive, is damaged, or lists more than `most` parts."""
    if not data.startswith(b"PK") or count_of(data) > most:
        return ()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return tuple(entry.orig_filename for entry in archive.infolist())
    except (zipfile.BadZipFile, UnicodeDecodeError, ValueError, struct.error):
        return ()


def entries_of(data: bytes) -> tuple[Entry, ...]:
    """The parts of an archive in the order of its list.

    Raises zipfile.BadZipFile if the list and the headers in front of the parts disagree, parts share bytes, or
    something stands before the first of them: readers of other make could see another archive than this one.
    """
    if not data.startswith(b"PK"):
        raise zipfile.BadZipFile("it does not begin as such files do")
    if _END not in data:
        raise zipfile.BadZipFile("its end is missing")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = archive.infolist()
    entries = tuple(_entry(data, info) for info in found)
    spans = sorted(
        (info.header_offset, entry.begin + entry.compress_size) for info, entry in zip(found, entries, strict=True)
    )
    if spans and spans[0][0] != 0:
        raise zipfile.BadZipFile("something stands before the first part")
    if any(start < end for (_, end), (start, _) in itertools.pairwise(spans)):
        raise zipfile.BadZipFile("parts share their bytes")
    return entries


def _entry(data: bytes, info: zipfile.ZipInfo) -> Entry:
    head = data[info.header_offset : info.header_offset + _HEAD]
    if len(head) < _HEAD or not head.startswith(_LOCAL):
        raise zipfile.BadZipFile("a part is not where the list says")
    flags, method = struct.unpack("<2H", head[6:10])
    length, extra = struct.unpack("<2H", head[26:30])
    named = info.header_offset + _HEAD
    name = data[named : named + length].decode("utf-8" if info.flag_bits & _UTF8 else "cp437")
    if name != info.orig_filename or method != info.compress_type:
        raise zipfile.BadZipFile("the list of parts and their headers disagree")
    begin = named + length + extra
    if begin + info.compress_size > len(data):
        raise zipfile.BadZipFile("the file is cut off")
    return Entry(
        filename=info.orig_filename,
        file_size=info.file_size,
        compress_size=info.compress_size,
        begin=begin,
        method=method,
        crc=info.CRC,
        mode=info.external_attr >> 16,
        secret=bool((flags | info.flag_bits) & _SECRET),
    )


def unpack(data: bytes, entry: Entry) -> bytes:
    """The bytes of one part; never more than its declared size is unpacked, whatever its stream holds.

    Raises zipfile.BadZipFile if size or checksum differ from what the archive declares, and for a packing that office
    programs do not use.
    """
    packed = data[entry.begin : entry.begin + entry.compress_size]
    if entry.method == _STORED:
        part = packed
    elif entry.method == _DEFLATED:
        stream = zlib.decompressobj(-zlib.MAX_WBITS)
        part = stream.decompress(packed, entry.file_size + 1)
        if len(part) == entry.file_size and not (stream.eof and not stream.unused_data):
            raise zipfile.BadZipFile("a part is cut off")
    else:
        raise zipfile.BadZipFile("a part is packed by a method that is not known here")
    if len(part) != entry.file_size:
        raise zipfile.BadZipFile("a part is larger or smaller than the archive says")
    if zlib.crc32(part) != entry.crc:
        raise zipfile.BadZipFile("the checksum of a part is wrong")
    return part


def pack(parts: dict[str, bytes]) -> bytes:
    """An archive of these parts, unpacked and without dates: the same parts give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part)
    return out.getvalue()
