"""Zip archives that are built to do harm: each is refused with an error that names the file, and memory stays small."""

from __future__ import annotations

import io
import json
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import ingest
from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.archive import checked_parts, copy_of, open_archive
from pipeline.ingest.drafts import Loaded
from pipeline.ingest.unzip import count_of, names_of, pack

SET = Path(__file__).parents[1] / "fixtures" / "formats" / "10_evil"
EXPECTED = json.loads((SET / "evil.expected.json").read_text())
Load = Callable[[str, bytes], Loaded]
CONFIG = IngestConfig()


def test_the_committed_set_is_what_its_builder_writes(evil: ModuleType, tmp_path: Path) -> None:
    evil.write(tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == sorted(path.name for path in SET.glob("*.qdpx"))
    assert all((tmp_path / name).read_bytes() == (SET / name).read_bytes() for name in names)
    told = {name for group in EXPECTED.values() for name in group}
    assert told == set(evil.SMALL)


@pytest.mark.parametrize(("name", "message"), EXPECTED["refused when opened"].items())
def test_an_unsafe_archive_is_refused_before_anything_is_unpacked(name: str, message: str, loaded: Load) -> None:
    file = f"{name}.qdpx"
    with pytest.raises(InputError) as caught:
        open_archive(loaded(file, (SET / file).read_bytes()), CONFIG)
    assert message in caught.value.what
    assert caught.value.where.startswith(file)
    assert caught.value.todo
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(("name", "told"), EXPECTED["refused when the part is read"].items())
def test_a_part_that_lies_is_refused_when_it_is_read(name: str, told: list[str], loaded: Load) -> None:
    file = f"{name}.qdpx"
    archive = open_archive(loaded(file, (SET / file).read_bytes()), CONFIG)
    assert archive.read("sources/talk.txt").startswith(b"INT:")
    with pytest.raises(InputError) as caught:
        archive.read(told[0])
    assert told[1] in caught.value.what
    assert caught.value.where == f"{file}, part {told[0]}"


@pytest.mark.parametrize("method", ["DEFLATED", "STORED", "BZIP2", "LZMA"])
def test_a_declared_ratio_of_ten_thousand_is_refused_and_takes_no_memory(
    method: str, evil: ModuleType, loaded: Load
) -> None:
    packed = b"\0" * 20_000
    part = evil.Part("sources/long.txt", b"", getattr(evil, method), size=10_000 * len(packed), packed=packed)
    archive = open_archive(loaded("bomb.qdpx", evil.qdpx(part)), CONFIG)
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match="unpacks to 200 MB, 10,000 times its packed size") as caught:
            archive.read("sources/long.txt")
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    assert caught.value.where == "bomb.qdpx, part sources/long.txt"
    assert "ingest.max_ratio" in caught.value.todo


def test_a_bomb_that_hides_its_size_is_unpacked_no_further_than_it_says(evil: ModuleType, loaded: Load) -> None:
    data = evil.lying("sources/long.txt", 100_000_000, 1000)
    assert len(data) < 110_000
    archive = open_archive(loaded("bomb.qdpx", data), CONFIG)
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match="larger or smaller than the archive says"):
            archive.read("sources/long.txt")
        assert tracemalloc.get_traced_memory()[1] < 1_000_000  # zipfile itself takes 200 MB for this
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("declared", [200_001, 199_999])
def test_a_size_that_is_off_by_one_is_damage(declared: int, evil: ModuleType, loaded: Load) -> None:
    data = evil.lying("sources/long.txt", 200_000, declared)
    with pytest.raises(InputError, match="larger or smaller"):
        open_archive(loaded("a.qdpx", data), CONFIG).read("sources/long.txt")


def test_each_limit_is_in_the_configuration_and_told(evil: ModuleType, loaded: Load) -> None:
    text = bytes(range(256)) * 8_000  # 2 MB, packs well
    parts = [evil.Part(f"sources/{i}.txt", text) for i in range(4)]
    file = loaded("a.qdpx", evil.qdpx(*parts))
    names = [part.name for part in parts]
    wide = IngestConfig(max_ratio=1000)
    archive = open_archive(file, wide)
    assert [archive.read(name) for name in names] == [text] * 4
    assert archive.read(names[0]) == text
    with pytest.raises(InputError, match=r"6 parts, more than the 5 .*Raise ingest\.max_parts"):
        open_archive(file, IngestConfig(max_parts=5))
    with pytest.raises(InputError, match=r"unpacks to 2 MB, more than the 1 MB .*Raise ingest\.max_part_mb"):
        open_archive(file, IngestConfig(max_ratio=1000, max_part_mb=1)).read(names[0])
    with pytest.raises(InputError, match=r"unpacks to 2 MB, \d+ times .*Raise ingest\.max_ratio"):
        open_archive(file, IngestConfig(max_ratio=2)).read(names[0])


def test_the_total_is_counted_over_what_is_really_read(evil: ModuleType, loaded: Load) -> None:
    text = bytes(range(256)) * 8_000
    parts = [evil.Part(f"sources/{i}.txt", text, evil.STORED) for i in range(4)]
    archive = open_archive(loaded("a.qdpx", evil.qdpx(*parts)), IngestConfig(max_unpacked_mb=5))
    for _ in range(5):
        assert archive.read("sources/0.txt") == text  # one part again and again is counted once
    archive.read("sources/1.txt")
    with pytest.raises(InputError, match=r"unpacks to 6 MB, more than the 5 MB .*Raise ingest\.max_unpacked_mb"):
        archive.read("sources/2.txt")


def test_many_small_parts_that_grow_too_much_together_are_refused(evil: ModuleType, loaded: Load) -> None:
    parts = [evil.Part(f"word/{i}.xml", b"<a>" + b" " * 900_000 + b"</a>") for i in range(20)]  # each below the limit
    file = loaded("a.docx", evil.word(*parts))
    with pytest.raises(InputError, match=r"the file unpacks to 18 MB, \d+ times its packed size") as caught:
        checked_parts(file, CONFIG)
    assert caught.value.where == "a.docx"
    with pytest.raises(InputError, match="the file unpacks to 18 MB, more than the 10 MB"):
        checked_parts(file, IngestConfig(max_ratio=100_000, max_unpacked_mb=10))


def test_an_endless_list_of_parts_is_counted_before_it_is_read(loaded: Load) -> None:
    entry = b"PK\1\2" + b"\0" * 42
    listed = entry * 300_000
    data = b"PK\3\4" + listed + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, len(listed), 4, 0)
    assert count_of(data) == 300_000
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match="300000 parts"):
            open_archive(loaded("a.qdpx", data), CONFIG)
        assert names_of(data, 1000) == ()
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_what_is_legitimate_is_read(evil: ModuleType, loaded: Load) -> None:
    more = [
        evil.Part("sources/", b"", evil.STORED, mode=0o040755),
        evil.Part("sources/.root", b"", evil.STORED, mode=0),
        evil.Part("sources/styled.docx", evil.word()),
        evil.Part("sources/Mabêl 2ième.txt", "é".encode()),
        evil.Part("sources/..talk..txt", b"dots in a name"),
        evil.Part("sources/empty.txt", b""),
    ]
    archive = open_archive(loaded("a.qdpx", evil.qdpx(*more, after=b"\r\n")), CONFIG)
    assert archive.read("sources/Mabêl 2ième.txt") == "é".encode()
    assert archive.read("sources/..talk..txt") == b"dots in a name"
    assert archive.read("sources/empty.txt") == b""
    assert archive.find("SOURCES/Talk.TXT") == "sources/talk.txt"
    assert archive.find("sources/gone.txt") == archive.find("sources/") == ""
    assert "sources/" not in archive.parts
    inner = loaded("styled.docx", archive.read("sources/styled.docx"))
    assert b"ward sister" in checked_parts(inner, CONFIG)["word/document.xml"]
    sheet = evil.word(evil.Part("word/embeddings/Sheet1.xlsx", evil.archive([evil.Part("xl/workbook.xml", b"<a/>")])))
    assert "word/embeddings/Sheet1.xlsx" not in checked_parts(loaded("a.docx", sheet), CONFIG)


def test_what_other_programs_write_is_read(loaded: Load) -> None:
    """Parts written as a stream: sizes behind the data, and in 64 bits."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:
            self.data += data
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("project.qde", "w", force_zip64=True) as part:
            part.write(b"<a/>" * 1000)
        archive.writestr("sources/é.txt", "Ann: Yes.")
    opened = open_archive(loaded("a.qdpx", bytes(pipe.data)), CONFIG)
    assert opened.read("project.qde") == b"<a/>" * 1000
    assert opened.read("sources/é.txt") == b"Ann: Yes."


def test_a_part_that_is_not_there_is_an_input_error(evil: ModuleType, loaded: Load) -> None:
    with pytest.raises(InputError, match=r"a\.qdpx: the file holds no part 'x'"):
        open_archive(loaded("a.qdpx", evil.qdpx()), CONFIG).read("x")


@pytest.mark.parametrize("cut", [1, 21, 22, 60, 200, 400])
def test_a_file_that_is_cut_off_is_named(cut: int, evil: ModuleType, loaded: Load) -> None:
    with pytest.raises(InputError, match=r"a\.qdpx.*damaged"):
        open_archive(loaded("a.qdpx", evil.qdpx()[:-cut]), CONFIG)


def test_a_wrong_checksum_is_damage(evil: ModuleType, loaded: Load) -> None:
    archive = open_archive(loaded("a.qdpx", evil.qdpx(evil.Part("sources/b.txt", b"b", crc=1))), CONFIG)
    with pytest.raises(InputError, match=r"part sources/b\.txt: .*checksum"):
        archive.read("sources/b.txt")


def test_the_copy_for_a_library_holds_the_checked_parts_only(evil: ModuleType, loaded: Load) -> None:
    data = evil.word(
        evil.Part("word/media/picture.svg", b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg/>'),
        evil.Part("mimetype", b"application/x", evil.STORED),
        evil.Part("word/document.bin", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'),
    )
    parts = checked_parts(loaded("a.docx", data), CONFIG)
    copied = copy_of(parts)
    assert copied == copy_of(parts)
    with zipfile.ZipFile(io.BytesIO(copied)) as archive:
        names = ["[Content_Types].xml", "_rels/.rels", "word/document.xml", "mimetype"]
        assert archive.namelist() == names == list(parts)
        assert {name: archive.read(name) for name in names} == parts


def test_an_open_document_with_a_password_is_named(evil: ModuleType, loaded: Load) -> None:
    manifest = b'<manifest:manifest xmlns:manifest="urn:x"><manifest:encryption-data/></manifest:manifest>'
    parts = [
        evil.Part("mimetype", b"application/vnd.oasis.opendocument.text", evil.STORED),
        evil.Part("content.xml", bytes(range(200))),
        evil.Part("META-INF/manifest.xml", manifest),
    ]
    with pytest.raises(InputError, match=r"a\.odt: the file is encrypted.*without a password"):
        checked_parts(loaded("a.odt", evil.archive(parts)), CONFIG)


@settings(max_examples=40)
@given(st.dictionaries(st.sampled_from(("a.xml", "b/c.xml", "é.txt", "d e.rels")), st.binary(max_size=300), max_size=5))
def test_what_was_packed_is_unpacked(parts: dict[str, bytes]) -> None:
    archive = open_archive(Loaded(Path("a.zip"), "a.zip", pack(parts), ""), CONFIG)
    assert {name: archive.read(name) for name in archive.parts} == parts


@given(data=st.data())
def test_a_changed_byte_is_refused_or_harmless(data: st.DataObject, evil: ModuleType) -> None:
    whole = bytearray(evil.qdpx())
    for _ in range(data.draw(st.integers(1, 3))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        archive = open_archive(Loaded(Path("a.qdpx"), "a.qdpx", bytes(whole), ""), CONFIG)
        read = {name: archive.read(name) for name in archive.parts}
    except InputError as problem:
        where = problem.where
    else:
        where = "a.qdpx"
        assert set(read.values()) <= {evil.project(), evil.TALK.encode(), b""}
    assert where.startswith("a.qdpx")


@given(st.binary(max_size=200).map(lambda data: b"PK\3\4" + data + b"PK\5\6" + data))
def test_arbitrary_bytes_are_an_input_error(data: bytes) -> None:
    with pytest.raises(InputError):
        open_archive(Loaded(Path("a.qdpx"), "a.qdpx", data, ""), CONFIG).read("x")


def test_nothing_of_the_set_leaves_a_file_behind(tmp_path: Path, evil: ModuleType) -> None:
    folder = tmp_path / "one" / "two"
    folder.mkdir(parents=True)
    refused = {name for group in EXPECTED.values() for name in group} - {"lying_size", "bzip2"}  # nobody needs the part
    for name in refused:
        (folder / f"{name}.qdpx").write_bytes((SET / f"{name}.qdpx").read_bytes())
    (folder / "good.txt").write_text(evil.TALK)
    before = sorted(path for path in tmp_path.rglob("*"))
    corpus = ingest.read(folder, None, IngestConfig(skip_unreadable=True))
    assert [document.id for document in corpus.documents] == ["good"]
    told = {problem.where.split(",")[0].removesuffix(".qdpx") for problem in corpus.skipped}
    assert told == refused
    assert sorted(path for path in tmp_path.rglob("*")) == before
