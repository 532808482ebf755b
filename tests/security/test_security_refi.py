"""Projects that are built to do harm: nothing outside the archive is ever opened, and the error names the file."""

from __future__ import annotations

import builtins
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from pipeline import ingest
from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.drafts import Loaded
from pipeline.ingest.readers import read_transcript
from pipeline.records import Codebook

Load = Callable[[str, bytes], Loaded]
CONFIG = IngestConfig()
SET = Path(__file__).parents[1] / "fixtures" / "formats" / "10_evil"
OUT = ("path_up", "path_up_deep", "path_coded", "path_root", "path_other_part")
ELSEWHERE = ("path_absolute", "path_file", "path_http", "path_host", "path_relative", "path_relative_up", "path_plain")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names of all files that are opened, those of Python's own modules left out."""
    names: list[str] = []
    plain_open, plain_os, plain_io = builtins.open, os.open, io.open

    def noted(path: object) -> None:
        if isinstance(path, str | bytes | os.PathLike):
            name = os.fsdecode(path)
            if not name.endswith((".py", ".pyc", ".so", ".xsd")):
                names.append(name)

    def open_(path: object, *rest: object, **more: object) -> object:
        noted(path)
        return plain_open(path, *rest, **more)  # type: ignore[call-overload]

    def os_open(path: object, *rest: object, **more: object) -> object:
        noted(path)
        return plain_os(path, *rest, **more)  # type: ignore[arg-type]

    def io_open(path: object, *rest: object, **more: object) -> object:
        noted(path)
        return plain_io(path, *rest, **more)  # type: ignore[call-overload]

    with monkeypatch.context() as patch:
        patch.setattr(builtins, "open", open_)
        patch.setattr(os, "open", os_open)
        patch.setattr(io, "open", io_open)
        yield names


def test_the_plain_project_is_read(evil: ModuleType, loaded: Load) -> None:
    reading = read_transcript(loaded("a.qdpx", evil.qdpx()), CONFIG)
    assert [draft.id for draft in reading.drafts] == ["talk"]
    assert "ward sister" in reading.drafts[0].text


@pytest.mark.parametrize("name", OUT)
def test_a_path_that_leads_out_of_the_archive_is_refused(name: str, loaded: Load, opened: list[str]) -> None:
    file = f"{name}.qdpx"
    data = (SET / file).read_bytes()
    opened.clear()
    with pytest.raises(InputError, match="leads out of the project") as caught:
        read_transcript(loaded(file, data), CONFIG)
    assert caught.value.where.startswith(file)
    assert caught.value.todo
    assert opened == []


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_path_to_somewhere_else_is_told_and_not_opened(
    name: str, evil: ModuleType, loaded: Load, opened: list[str], listener: tuple[str, Callable[[], int]]
) -> None:
    file = f"{name}.qdpx"
    data = (SET / file).read_bytes()
    opened.clear()
    reading = read_transcript(loaded(file, data), CONFIG)
    assert reading.drafts == ()
    told = " ".join(f"{problem.where} {problem.what}" for problem in reading.problems)
    assert "talk" in told
    assert file in told
    assert opened == []


@pytest.mark.parametrize("attribute", ["plainTextPath", "richTextPath"])
@pytest.mark.parametrize("scheme", ["internal://", "INTERNAL://", "Internal://"])
@pytest.mark.parametrize(
    "path",
    [
        "..",
        "../",
        "a/../../b.txt",
        "%2e%2e/b.txt",
        "%2E%2E%2Fb.txt",
        "%252e%252e/b.txt",
        "..\\b.txt",
        "%2e%2e%5cb.txt",
        "/b.txt",
        "//host/b.txt",
        "\\\\host\\b.txt",
        "C:/b.txt",
        "C:\\b.txt",
        "%43:/b.txt",
    ],
)
def test_no_way_of_writing_it_leads_out(
    path: str, scheme: str, attribute: str, evil: ModuleType, loaded: Load, opened: list[str]
) -> None:
    """The text itself stays readable where only the styled twin has the bad path; nothing outside is opened."""
    qde = evil.project(scheme + path)
    if attribute == "richTextPath":
        good = b'plainTextPath="internal://talk.txt"'
        qde = evil.project().replace(good, good + f' richTextPath="{scheme}{path}"'.encode())
    opened.clear()
    try:
        reading = read_transcript(loaded("a.qdpx", evil.qdpx(qde=qde)), CONFIG)
    except InputError as problem:
        texts, where = [], problem.where
    else:
        texts, where = [draft.text.strip() for draft in reading.drafts], "a.qdpx"
    assert where.startswith("a.qdpx")
    assert texts in ([], [evil.TALK.strip()] if attribute == "richTextPath" else [])
    assert opened == []


@pytest.mark.parametrize(
    "name", ["doctype", "doctype_file", "doctype_remote", "two_projects", "dotdot", "link", "twice"]
)
def test_codebook_and_codings_of_such_a_project_are_refused_too(name: str, evil: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(evil.TALK)
    corpus = ingest.read(tmp_path / "a.txt", None, CONFIG)
    with pytest.raises(InputError) as first:
        ingest.read_codebook(SET / f"{name}.qdpx", CONFIG)
    with pytest.raises(InputError) as second:
        ingest.read_codings(SET / f"{name}.qdpx", corpus, Codebook(), CONFIG)
    assert f"{name}.qdpx" in first.value.where
    assert f"{name}.qdpx" in second.value.where


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\3\4", b"<Project/>", b"{}", b"\0" * 100, b"<?xml version='1.0'?>"])
def test_what_is_no_project_is_named(data: bytes, loaded: Load, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.qdpx"):
        read_transcript(loaded("a.qdpx", data), CONFIG)
    for ending in ("qdc", "qdpx"):
        path = tmp_path / f"b.{ending}"
        path.write_bytes(data)
        with pytest.raises(InputError, match=rf"b\.{ending}"):
            ingest.read_codebook(path, CONFIG)


def test_codes_nested_to_the_limit_are_read_or_refused_but_never_a_crash(evil: ModuleType, loaded: Load) -> None:
    for depth in (150, 190, 1000):
        inner = ""
        for i in range(depth):
            inner = f'<Code guid="{evil.GUID.format(100 + i)}" name="c{i}" isCodable="true">{inner}</Code>'
        qde = evil.project().replace(b"<Codes>", f"<Codes>{inner}".encode())
        try:
            drafts = len(read_transcript(loaded("a.qdpx", evil.qdpx(qde=qde)), CONFIG).drafts)
        except InputError as problem:
            drafts = 1 if "nested" in problem.what else 0
        assert drafts == 1


def test_codes_that_hold_each_other_in_sets_and_notes_end(evil: ModuleType, loaded: Load) -> None:
    guid = evil.GUID
    more = (
        f'<Sets><Set guid="{guid.format(50)}" name="s"><MemberCode targetGUID="{guid.format(50)}"/>'
        f'<MemberCode targetGUID="{guid.format(2)}"/></Set></Sets>'
    )
    qde = evil.project().replace(b"</Sources>", f"</Sources>{more}".encode())
    assert len(read_transcript(loaded("a.qdpx", evil.qdpx(qde=qde)), CONFIG).drafts) == 1


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("-1", "5"),
        ("5", "1"),
        ("0", "9" * 5000),
        ("9" * 30, "9" * 31),
        ("a", "b"),
        ("", ""),
        ("1.5", "2"),
        ("１", "２"),
    ],
)
def test_absurd_positions_are_told(start: str, end: str, evil: ModuleType, loaded: Load, tmp_path: Path) -> None:
    qde = evil.project().replace(
        b'startPosition="39" endPosition="54"', f'startPosition="{start}" endPosition="{end}"'.encode()
    )
    path = tmp_path / "a.qdpx"
    path.write_bytes(evil.qdpx(qde=qde))
    corpus = ingest.read(path, None, CONFIG)
    codings = ingest.read_codings(path, corpus, ingest.read_codebook(path, CONFIG), CONFIG)
    assert len(codings.items) + len(codings.unplaced) == 1
    for coding in codings.items:
        assert 0 <= coding.start < coding.end <= len(corpus.documents[0].text)


def test_a_text_that_is_too_large_or_grows_too_much_is_refused(evil: ModuleType, loaded: Load) -> None:
    long = evil.TALK.encode() + b" " * 3_000_000
    data = evil.archive([evil.Part("project.qde", evil.project()), evil.Part("sources/talk.txt", long)])
    with pytest.raises(InputError, match=r"unpacks to 3 MB, [\d,]+ times its packed size") as caught:
        read_transcript(loaded("a.qdpx", data), CONFIG)
    assert caught.value.where.startswith("a.qdpx")
    with pytest.raises(InputError, match="more than the 1 MB that are allowed"):
        read_transcript(loaded("a.qdpx", data), IngestConfig(max_ratio=100_000, max_part_mb=1))
    lying = evil.archive(
        [
            evil.Part("project.qde", evil.project()),
            evil.Part("sources/talk.txt", b"", size=10, crc=0, packed=evil.deflated(long)),
        ]
    )
    with pytest.raises(InputError, match="larger or smaller"):
        read_transcript(loaded("a.qdpx", lying), CONFIG)


def test_a_film_that_nobody_reads_may_be_large(evil: ModuleType, loaded: Load) -> None:
    """A part that is not read is not counted; its declared size may even be above every limit."""
    film = evil.Part("sources/film.mp4", b"", evil.STORED, size=3_000_000_000, packed=b"x" * 20_000_000)
    reading = read_transcript(loaded("a.qdpx", evil.qdpx(film)), CONFIG)
    assert len(reading.drafts) == 1


def test_home_folders_in_a_project_stay_out_of_the_corpus(evil: ModuleType, loaded: Load) -> None:
    qde = evil.project().replace(b'origin="hand"', b'origin="hand" basePath="/Users/ada.secret/projects"')
    reading = read_transcript(loaded("a.qdpx", evil.qdpx(qde=qde)), CONFIG)
    assert "ada.secret" not in repr(reading.drafts)
