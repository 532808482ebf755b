"""Files that people have beside their transcripts and that cannot be read: what they are, and what to do instead."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.errors import InputError
from pipeline.ingest.drafts import Loaded
from pipeline.ingest.suffixes import ANNOTATED, OPEN_TEXT, PROJECTS, RECOGNISED, RICH_TEXT, WORD
from pipeline.ingest.unzip import names_of

MOST_PARTS = 100_000  # for a look at the names only; the limit of the configuration is kept where parts are read
_OLE = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\3\4"
_ZIPPED = (*WORD, *OPEN_TEXT, *PROJECTS, ".xlsx", ".ods")
_NEVER_EMPTY = (*_ZIPPED, *RICH_TEXT, *RECOGNISED, *ANNOTATED, ".parquet")
_COPY = "Copy or export it again; it did not arrive whole."
_SAVE = "Save the transcript as .docx or plain text."
_TYPE = "Transcribe it, or name the transcript instead."
_UNPACK = "Unpack it, and name the files in it."


@dataclass(frozen=True, slots=True)
class _Kind:
    """How files of a kind begin, with what else after `at` bytes, what they are, and what to do."""

    start: bytes
    name: str
    todo: str
    at: int = 0
    then: bytes = b""


_KINDS = (
    _Kind(b"%PDF-", "a PDF", _SAVE),
    _Kind(b"\x89PNG\r\n", "a picture", _TYPE),
    _Kind(b"\xff\xd8\xff", "a picture", _TYPE),
    _Kind(b"GIF87a", "a picture", _TYPE),
    _Kind(b"GIF89a", "a picture", _TYPE),
    _Kind(b"II*\0", "a picture", _TYPE),
    _Kind(b"MM\0*", "a picture", _TYPE),
    _Kind(b"ID3\x02", "a sound recording", _TYPE),
    _Kind(b"ID3\x03", "a sound recording", _TYPE),
    _Kind(b"ID3\x04", "a sound recording", _TYPE),
    _Kind(b"\xff\xfb", "a sound recording", _TYPE),
    _Kind(b"OggS\0", "a sound recording", _TYPE),
    _Kind(b"fLaC\0", "a sound recording", _TYPE),
    _Kind(b"RIFF", "a sound recording", _TYPE, 8, b"WAVE"),
    _Kind(b"\0\0", "a recording", _TYPE, 4, b"ftyp"),
    _Kind(b"\x1a\x45\xdf\xa3", "a recording", _TYPE),
    _Kind(b"\x1f\x8b\x08", "a packed file (gzip)", _UNPACK),
    _Kind(b"BZh91AY&SY", "a packed file (bzip2)", _UNPACK),
    _Kind(b"\xfd7zXZ\0", "a packed file (xz)", _UNPACK),
    _Kind(b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    _Kind(b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    _Kind(b"", "a tar archive", _UNPACK, 257, b"ustar"),
    _Kind(b"SQLite format 3\0", "a database", "Export the project as REFI-QDA (.qdpx) from the program it is from."),
    _Kind(b"\xffWPC", "a WordPerfect document", _SAVE),
    _Kind(b"\x7fELF", "a program", _SAVE),
    _Kind(b"MZ\x90\0", "a program", _SAVE),
)
# names of streams in an OLE file, as they stand in its directory
_OLE_KINDS = (
    ("EncryptedPackage", "the file is encrypted", "Save it again without a password."),
    ("WordDocument", "this is a Word document of the format before 2007, which cannot be read", "Save it as .docx."),
    ("Workbook", "this is an Excel workbook of the format before 2007, which cannot be read", "Save it as .xlsx."),
    ("Book", "this is an Excel workbook of the format before 2007, which cannot be read", "Save it as .xlsx."),
    ("__substg1.0_", "this is an e-mail of Outlook, which cannot be read", _SAVE),
)
# a part of an archive, or how its name begins, and what the archive then is
_ZIP_KINDS = (
    ("xl/workbook.bin", "an Excel workbook in binary form (.xlsb)", "Save it as .xlsx."),
    ("ppt/presentation.xml", "a PowerPoint presentation", _SAVE),
    ("Index/Document.iwa", "a document of Pages, Numbers or Keynote", "Export it as .docx or .xlsx."),
    ("META-INF/container.xml", "an e-book", _SAVE),
)


def refuse_other_kinds(loaded: Loaded) -> None:
    """Raises InputError if the content shows that the file is of a kind that cannot be read, whatever its name says."""
    data = loaded.data
    if not data and loaded.path.suffix.lower() in _NEVER_EMPTY:
        raise InputError("the file is empty (0 bytes)", loaded.name, _COPY)
    if data and not data.strip(b"\0"):
        raise InputError("the file holds nothing but zero bytes", loaded.name, _COPY)
    for kind in _KINDS:
        if data.startswith(kind.start) and data.startswith(kind.then, kind.at):
            raise InputError(f"this is {kind.name}, which cannot be read", loaded.name, kind.todo)
    if data.startswith(_OLE):
        _refuse_ole(loaded)
    if data.startswith(_ZIP) and (names := names_of(data, MOST_PARTS)):
        for part, what, todo in _ZIP_KINDS:
            if any(name.startswith(part) for name in names):
                raise InputError(f"this is {what}, which cannot be read", loaded.name, todo)
        if loaded.path.suffix.lower() not in _ZIPPED:  # else the reader says what it misses
            raise InputError("this is a zip archive that holds no transcript", loaded.name, _UNPACK)


def _refuse_ole(loaded: Loaded) -> None:
    for stream, what, todo in _OLE_KINDS:
        if stream.encode("utf-16-le") in loaded.data:
            raise InputError(what, loaded.name, todo)
    told = "the file is encrypted, or in the format of before 2007"
    raise InputError(told, loaded.name, "Save it again without a password, as .docx or .xlsx.")
