"""What a file is: told by its content, then by its ending; and what becomes of files that cannot be read."""

from __future__ import annotations

import importlib.util
import io
import os
import socket
import sys
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from pipeline import ingest
from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.drafts import Loaded
from pipeline.ingest.files import load
from pipeline.ingest.readers import FORMATS, format_of
from pipeline.ingest.suffixes import TRANSCRIPTS
from pipeline.records import Corpus

Study = Callable[..., Corpus]
TALK = "INT: Who helped you?\n\nPSW: The ward sister did.\n\nINT: How?\n\nPSW: With a key.\n"
VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nPSW: The ward sister did.\n"
SRT = "1\n00:00:01,000 --> 00:00:02,000\nPSW: The ward sister did.\n"
CHA = "@UTF8\n@Begin\n@Participants:\tPSW Adult\n*PSW:\tthe ward sister did .\n@End\n"
WHISPER = '{"segments": [{"start": 1.0, "end": 2.0, "text": " The ward sister did."}]}'
CSV = "speaker,text\nINT,Who helped you?\nPSW,The ward sister did.\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def build(name: str) -> ModuleType:
    path = Path(__file__).parents[1] / "fixtures" / "build" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"detection_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


evil, office = build("evil"), build("bare_office")


def packed(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part)
    return out.getvalue()


def parquet() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.table({"speaker": ["PSW"], "text": ["The ward sister did."]}), out)
    return out.getvalue()


KINDS: dict[str, bytes] = {
    "REFI-QDA project": evil.qdpx(),
    "Word document": evil.word(),
    "OpenDocument text": packed(office.odt()),
    "rich text": b"{\\rtf1\\ansi INT: Who helped you?\\par PSW: The ward sister did.\\par}",
    "Excel workbook": packed(office.xlsx()),
    "OpenDocument sheet": packed(office.ods()),
    "Parquet table": parquet(),
    "WebVTT captions": VTT.encode(),
    "SubRip subtitles": SRT.encode(),
    "Whisper JSON": WHISPER.encode(),
    "ELAN annotations": office.eaf().encode(),
    "CHAT transcript": CHA.encode(),
}


def loaded(name: str, data: bytes) -> Loaded:
    return Loaded(Path(name), name, data, "")


def test_every_format_that_content_can_tell_is_in_the_table() -> None:
    assert set(KINDS) == {kind.name for kind in FORMATS if kind.looks is not None}
    assert {suffix for kind in FORMATS for suffix in kind.suffixes} == set(TRANSCRIPTS)


@pytest.mark.parametrize("ending", [*TRANSCRIPTS, "", ".doc", ".xml", ".TXT", ".Docx", ".bak"])
@pytest.mark.parametrize("kind", KINDS)
def test_content_goes_before_the_ending(kind: str, ending: str) -> None:
    assert format_of(loaded(f"talk{ending}", KINDS[kind])).name == kind


@pytest.mark.parametrize("ending", [".txt", ".TXT", ".md", ".text"])
@pytest.mark.parametrize(
    "data", [TALK, "", "PK is a name", "WEB VTT is a format", "1\nAnn: Yes.", "Rar! said Ann", "{}"]
)
def test_plain_text_is_told_by_its_ending(ending: str, data: str) -> None:
    assert format_of(loaded(f"talk{ending}", data.encode())).name == "text"


@pytest.mark.parametrize(
    ("ending", "name"), [(suffix, kind.name) for kind in FORMATS for suffix in kind.suffixes], ids=TRANSCRIPTS
)
def test_without_a_mark_in_the_content_the_ending_tells(ending: str, name: str) -> None:
    assert format_of(loaded(f"talk{ending}", TALK.encode())).name == name
    assert format_of(loaded(f"talk{ending.upper()}", TALK.encode())).name == name


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_ending_is_told_and_the_file_is_read(kind: str, study: Study) -> None:
    corpus = study({"talk.txt": KINDS[kind]})
    assert "ward sister" in corpus.documents[0].text
    told = [problem for problem in corpus.problems if "the content is" in problem.what]
    assert [(p.where, p.todo) for p in told] == [("talk.txt", "Rename the file.")]
    assert f"ends in '.txt', the content is a {kind}" in told[0].what


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(("kind", "text"), [("WebVTT captions", VTT), ("SubRip subtitles", SRT)])
def test_captions_in_other_encodings_are_known_by_content(kind: str, text: str, mark: str) -> None:
    data = text.replace("\n", "\r\n").encode(mark)
    assert format_of(loaded("talk.txt", data)).name == kind


UNREADABLE: dict[str, tuple[str, bytes, str, str]] = {
    "pdf": ("a.txt", b"%PDF-1.7\n", "this is a PDF", "Save the transcript as .docx"),
    "pdf, named Word": ("a.docx", b"%PDF-1.7\n", "this is a PDF", "Save the transcript as .docx"),
    "picture": ("a.txt", b"\x89PNG\r\n\x1a\n\0\0", "this is a picture", "Transcribe it"),
    "photo": ("a.docx", b"\xff\xd8\xff\xe0\0\x10JFIF", "this is a picture", "Transcribe it"),
    "sound": ("a.txt", b"RIFF\x24\x08\0\0WAVEfmt ", "this is a sound recording", "Transcribe it"),
    "music": ("a.vtt", b"ID3\x03\0\0\0\0\0\x0f", "this is a sound recording", "Transcribe it"),
    "film": ("a.srt", b"\0\0\0\x20ftypisom\0\0", "this is a recording", "Transcribe it"),
    "gzip": ("a.csv", b"\x1f\x8b\x08\0\0\0\0\0", "this is a packed file (gzip)", "Unpack it"),
    "7z": ("a.docx", b"7z\xbc\xaf\x27\x1c\0\4", "this is a 7-Zip archive", "Unpack it"),
    "tar": ("a.txt", b"talk.txt".ljust(257, b"\0") + b"ustar\0", "this is a tar archive", "Unpack it"),
    "database": ("a.qdpx", b"SQLite format 3\0\x10\0", "this is a database", "REFI-QDA (.qdpx)"),
    "old Word": (
        "a.docx",
        OLE + "WordDocument".encode("utf-16-le"),
        "Word document of the format before 2007",
        ".docx",
    ),
    "old Excel": ("a.xlsx", OLE + "Workbook".encode("utf-16-le"), "Excel workbook of the format before 2007", ".xlsx"),
    "e-mail": ("a.txt", OLE + "__substg1.0_".encode("utf-16-le"), "an e-mail of Outlook", ".docx"),
    "locked Word": ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "is encrypted", "without a password"),
    "locked Excel": ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "is encrypted", "without a password"),
    "some OLE": ("a.docx", OLE, "encrypted, or in the format of before 2007", "without a password"),
    "zip": ("a.txt", packed({"talk.txt": TALK}), "this is a zip archive that holds no transcript", "Unpack it"),
    "zip named Word": ("a.docx", packed({"talk.txt": TALK}), "not a Word document", ".docx"),
    "slides": ("a.docx", packed({"ppt/presentation.xml": "<a/>"}), "a PowerPoint presentation", "Save the transcript"),
    "binary Excel": ("a.xlsx", packed({"xl/workbook.bin": "x"}), "binary form (.xlsb)", "Save it as .xlsx"),
    "Pages": ("a.docx", packed({"Index/Document.iwa": "x"}), "a document of Pages", "Export it"),
    "e-book": ("a.odt", packed({"META-INF/container.xml": "<a/>"}), "an e-book", "Save the transcript"),
    "cut Word": (
        "a.docx",
        evil.word()[:-30],
        "damaged or not what its name says (its end is missing)",
        "save it again",
    ),
    "cut Excel": ("a.xlsx", packed(office.xlsx())[:-30], "damaged", "save it again"),
    "cut sheet": ("a.ods", packed(office.ods())[:-30], "damaged", "save it again"),
    "cut project": ("a.qdpx", evil.qdpx()[:-30], "damaged", "save it again"),
    "cut Word, named text": ("a.txt", evil.word()[:-30], "a zip archive or an office document", "plain text"),
    "cut Parquet": ("a.parquet", parquet()[:-30], "cannot be read", "again"),
    "no Word": ("a.docx", TALK.encode(), "(it does not begin as such files do)", "save it again"),
    "no Excel": ("a.xlsx", CSV.encode(), "damaged or not what its name says", "save it again"),
    "no Parquet": ("a.parquet", CSV.encode(), "cannot be read", "again"),
    "no Whisper": ("a.json", b'{"answers": [1, 2]}', "this JSON is no output of Whisper", "Whisper"),
    "no JSON": ("a.json", TALK.encode(), "the JSON is damaged or cut off", "Export the transcript again"),
    "empty JSON": ("a.json", b"", "the file is empty (0 bytes)", "Copy or export it again"),
    "no ELAN": ("a.eaf", b"<html/>", "this XML is no ELAN file", "ELAN"),
    "no XML": ("a.eaf", TALK.encode(), "the XML cannot be read", "Export the file again"),
    "empty Word": ("a.docx", b"", "the file is empty (0 bytes)", "Copy or export it again"),
    "empty Excel": ("a.xlsx", b"", "the file is empty (0 bytes)", "Copy or export it again"),
    "empty project": ("a.qdpx", b"", "the file is empty (0 bytes)", "Copy or export it again"),
    "empty Parquet": ("a.parquet", b"", "the file is empty (0 bytes)", "Copy or export it again"),
    "empty OpenDocument": ("a.odt", b"", "the file is empty (0 bytes)", "Copy or export it again"),
    "empty ELAN": ("a.eaf", b"", "the file is empty (0 bytes)", "Copy or export it again"),
    "empty rich text": ("a.rtf", b"", "the file is empty (0 bytes)", "Copy or export it again"),
    "zeros": ("a.txt", b"\0" * 5000, "the file holds nothing but zero bytes", "Copy or export it again"),
    "zeros in Word": ("a.docx", b"\0" * 5000, "the file holds nothing but zero bytes", "Copy or export it again"),
    "empty table": ("a.csv", b"", "the table is empty", "headings"),
    "random": ("a.txt", bytes(range(256)) * 20, "not a text file", "plain text"),
    "NUL": ("a.txt", b"Ann: Yes.\n\0\nAnn: No.\n" * 50, "NUL", "UTF-8"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_an_unreadable_file_is_named_and_the_others_go_on_if_asked(case: str, study: Study) -> None:
    name, data, what, todo = UNREADABLE[case]
    files = {name: data, "good.txt": TALK, "other.vtt": VTT}
    with pytest.raises(InputError) as caught:
        study(files)
    assert caught.value.where.startswith(name)
    assert what in caught.value.what
    assert todo in caught.value.todo
    assert "object at" not in str(caught.value)
    corpus = study(files, skip_unreadable=True)
    assert [document.id for document in corpus.documents] == ["good", "other"]
    assert [(p.where, p.what, p.todo) for p in corpus.skipped] == [
        (caught.value.where, caught.value.what, caught.value.todo)
    ]
    assert name not in {file.name for file in corpus.files}


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.vtt", "a.srt", "a.cha"])
def test_an_empty_text_is_left_out_and_told(name: str, study: Study) -> None:
    try:
        corpus = study({name: b"", "good.txt": TALK})
    except InputError:
        corpus = study({name: b"", "good.txt": TALK}, skip_unreadable=True)
    assert [document.id for document in corpus.documents] == ["good"]
    assert any(problem.where.startswith(name) for problem in (*corpus.problems, *corpus.skipped))


def test_each_skipped_file_is_told_in_the_order_of_names(study: Study) -> None:
    files = {f"{i}.docx": b"no" for i in range(5)}
    corpus = study({**files, "good.txt": TALK}, skip_unreadable=True)
    assert [problem.where for problem in corpus.skipped] == [f"{i}.docx" for i in range(5)]
    assert all(problem.what and problem.todo for problem in corpus.skipped)


def test_if_no_file_can_be_read_the_run_stops_and_names_the_first(study: Study) -> None:
    with pytest.raises(InputError, match=r"no transcript holds any text \(a\.docx: .*damaged"):
        study({"a.docx": b"no", "b.docx": b"no"}, skip_unreadable=True)


def test_a_file_of_an_unknown_kind_by_name_is_refused() -> None:
    with pytest.raises(InputError, match=r"files of type '\.doc' cannot be read\. Files that can be read end in \.txt"):
        format_of(loaded("a.doc", TALK.encode()))
    with pytest.raises(InputError, match="files without an ending cannot be read"):
        format_of(loaded("README", TALK.encode()))


def test_rich_text_that_is_called_doc_is_read(tmp_path: Path) -> None:
    """Word saves rich text under the old ending if asked to, and so do dictation programs."""
    path = tmp_path / "talk.doc"
    path.write_bytes(KINDS["rich text"])
    corpus = ingest.read(path, None, IngestConfig())
    assert "ward sister" in corpus.documents[0].text
    assert any("the content is a rich text" in problem.what for problem in corpus.problems)


def with_skip(folder: Path, skip: bool = True) -> Corpus:
    return ingest.read(folder, None, IngestConfig(skip_unreadable=skip))


def test_a_file_that_vanishes_is_named(study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study({"a.txt": TALK, "b.txt": TALK, "c.txt": TALK})
    folder = tmp_path / "transcripts"

    def vanish(done: int, total: int) -> None:
        if done == 1:
            (folder / "b.txt").unlink(missing_ok=True)

    corpus = ingest.read(folder, None, IngestConfig(skip_unreadable=True), vanish)
    assert [(p.where, p.what) for p in corpus.skipped] == [
        ("b.txt", "the file cannot be read (No such file or directory)")
    ]
    assert [document.id for document in corpus.documents] == ["a", "c"]


def test_a_file_without_permission_is_skipped_by_name(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study({"a.txt": TALK, "b.txt": TALK})
    plain = os.open

    def refuse(path: str, flags: int, mode: int = 0o777) -> int:
        if str(path).endswith("b.txt"):
            raise PermissionError(13, "Permission denied")
        return plain(path, flags, mode)

    monkeypatch.setattr(os, "open", refuse)
    corpus = with_skip(tmp_path / "transcripts")
    assert [(p.where, p.what) for p in corpus.skipped] == [("b.txt", "the file cannot be read (Permission denied)")]


def within(seconds: float, work: Callable[[], object]) -> None:
    """The work ends in time; a thread that hangs is left behind and the test fails."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(seconds)
    assert not thread.is_alive(), "reading hangs"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_in_the_folder_does_not_hang(study: Study, tmp_path: Path) -> None:
    study({"a.txt": TALK})
    os.mkfifo(tmp_path / "transcripts" / "b.txt")
    found: list[Corpus] = []
    within(5, lambda: found.append(with_skip(tmp_path / "transcripts")))
    assert [(p.where, p.what) for p in found[0].skipped] == [("b.txt", "this is not a file")]
    with pytest.raises(InputError, match=r"b\.txt: this is not a file\. Name a file, not a folder, a pipe"):
        with_skip(tmp_path / "transcripts", skip=False)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_as_codebook_or_codings_does_not_hang(study: Study, tmp_path: Path) -> None:
    corpus = study({"a.txt": TALK})
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    told: list[str] = []

    def all_of_them() -> None:
        for work in (
            lambda: ingest.file_record(pipe, "codebook"),
            lambda: ingest.read_codebook(pipe),
            lambda: ingest.read_codings(pipe, corpus, ingest.read_codebook(pipe)),
            lambda: ingest.read(tmp_path / "transcripts", pipe, IngestConfig()),
        ):
            with pytest.raises(InputError, match="this is not a file") as caught:
                work()
            told.append(caught.value.where)

    within(5, all_of_them)
    assert told == [str(pipe)] * 4


def test_a_socket_in_the_folder_is_skipped(study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study({"a.txt": TALK})
    monkeypatch.chdir(tmp_path / "transcripts")  # the name of a socket must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("b.txt")
        corpus = with_skip(tmp_path / "transcripts")
    assert [p.where for p in corpus.skipped] == ["b.txt"]


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_a_device_is_refused(device: str) -> None:
    if not Path(device).exists():
        pytest.skip("this system has no such device")
    with pytest.raises(InputError, match="this is not a file"):
        load(Path(device), 1)


def test_a_link_out_of_the_folder_is_skipped_or_stops_the_run(study: Study, tmp_path: Path) -> None:
    study({"a.txt": TALK})
    secret = tmp_path / "secret.txt"
    secret.write_text("Ann: The password.\n\nAnn: Yes.\n")
    (tmp_path / "transcripts" / "b.txt").symlink_to(secret)
    (tmp_path / "transcripts" / "c.txt").symlink_to("../secret.txt")
    corpus = with_skip(tmp_path / "transcripts")
    assert [p.where for p in corpus.skipped] == ["b.txt", "c.txt"]
    assert {p.what for p in corpus.skipped} == {"this is a symbolic link that leads out of the folder of transcripts"}
    assert all("password" not in document.text for document in corpus.documents)
    with pytest.raises(InputError, match=r"b\.txt: this is a symbolic link that leads out of the folder"):
        with_skip(tmp_path / "transcripts", skip=False)


def test_a_link_to_a_file_of_the_folder_and_a_folder_that_is_a_link_are_read(study: Study, tmp_path: Path) -> None:
    study({"a.txt": TALK})
    (tmp_path / "transcripts" / "b.txt").symlink_to("a.txt")
    (tmp_path / "linked").symlink_to("transcripts")
    assert [document.id for document in with_skip(tmp_path / "linked", skip=False).documents] == ["a", "b"]
    assert with_skip(tmp_path / "linked" / "b.txt", skip=False).documents[0].text.startswith("INT:")


def test_links_in_a_circle_are_skipped_or_stop_the_run(study: Study, tmp_path: Path) -> None:
    study({"a.txt": TALK})
    folder = tmp_path / "transcripts"
    (folder / "b.txt").symlink_to("c.txt")
    (folder / "c.txt").symlink_to("b.txt")
    assert [(p.where, p.what) for p in with_skip(folder).skipped] == [
        ("b.txt", "this symbolic link leads nowhere"),
        ("c.txt", "this symbolic link leads nowhere"),
    ]
    with pytest.raises(InputError, match=r"b\.txt: this symbolic link leads nowhere"):
        with_skip(folder, skip=False)
    with pytest.raises(InputError):
        with_skip(folder / "b.txt", skip=False)


def test_a_folder_with_the_name_of_a_file_is_told(study: Study, tmp_path: Path) -> None:
    study({"a.txt": TALK})
    (tmp_path / "transcripts" / "b.docx").mkdir()
    corpus = with_skip(tmp_path / "transcripts", skip=False)
    assert any("1 folders inside were not read: b.docx" in problem.what for problem in corpus.problems)
    with pytest.raises(InputError, match="not a file"):
        load(tmp_path / "transcripts" / "b.docx", 1)


def test_a_file_that_grows_while_it_is_read_is_still_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_bytes(b"x" * 1_500_000)
    size = os.fstat

    def small(number: int) -> os.stat_result:
        found = list(size(number))
        found[6] = 10
        return os.stat_result(found)

    monkeypatch.setattr(os, "fstat", small)
    with pytest.raises(InputError, match=r"the file is too large \(1 MB, the limit is 1 MB\)"):
        load(tmp_path / "a.txt", 1)


def test_a_huge_file_is_named_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(300_000_000)  # holes: nothing is written
    with pytest.raises(
        InputError, match=r"a\.txt: the file is too large \(300 MB, the limit is 200 MB\)\. Raise"
    ) as caught:
        load(tmp_path / "a.txt", IngestConfig().max_file_mb)
    assert "ingest.max_file_mb" in caught.value.todo


@pytest.mark.parametrize(
    ("name", "shown"), [(b"b\xff.txt", r"b\udcff.txt"), (b"b\x1b[2J.txt", r"b\x1b[2J.txt"), (b"b\n.txt", r"b\n.txt")]
)
def test_a_name_that_cannot_be_written_is_told_in_a_form_that_can(
    name: bytes, shown: str, study: Study, tmp_path: Path
) -> None:
    study({"a.txt": TALK})
    folder = tmp_path / "transcripts"
    try:
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text(TALK)
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name + b".bak")).write_text(TALK)
    except OSError:
        pytest.skip("this file system takes no such names")
    corpus = with_skip(folder)
    assert [(p.where, p.what) for p in corpus.skipped] == [
        (shown, "the name of the file holds characters that cannot be written")
    ]
    assert any(f"1 files were not read: {shown}.bak" in problem.what for problem in corpus.problems)
    for problem in (*corpus.skipped, *corpus.problems):
        f"{problem.where} {problem.what}".encode()
        assert problem.what.isprintable()
    with pytest.raises(InputError, match="holds characters that cannot be written"):
        with_skip(folder, skip=False)


def test_letters_of_every_script_are_names(study: Study) -> None:
    names = ["é", "e\u0301", "面接", "interview \U0001f469\u200d\u2695\ufe0f", "a\u3000b", "שיחה"]
    corpus = study({f"{name}.txt": TALK for name in names if name != "e\u0301"})
    assert len(corpus.documents) == len(names) - 1


def test_a_word_file_whose_main_part_is_numbered_is_read(tmp_path) -> None:
    """The Word of browsers writes word/document2.xml."""
    whole = Path(__file__).parents[1] / "fixtures" / "formats" / "14_typed_word" / "typed.docx"
    other = tmp_path / "typed.docx"
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            data = old.read(name).replace(b"word/document.xml", b"word/document2.xml")
            new.writestr(name.replace("document.xml", "document2.xml"), data)
    texts = [ingest.read(path, None, IngestConfig()).documents[0].text for path in (whole, other)]
    assert texts[0] == texts[1]
    assert len(texts[0]) > 300
