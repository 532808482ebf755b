"""Projects one oddity at a time: people, paths, texts, trees, turns that we marked, other texts of the same talk."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.drafts import Loaded
from pipeline.ingest.refi import read_codebook, read_codings, sources
from pipeline.records import MACHINE, ORIGIN, SPEAKERS, SUGGESTED, Code, Codebook, Codings, Corpus, Document, Folder

CONFIG = IngestConfig()


def _builder() -> ModuleType:
    path = Path(__file__).parents[1] / "fixtures" / "build" / "refi.py"
    spec = importlib.util.spec_from_file_location("build_refi", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


B = _builder()
TALK: str = B.TALK


def loaded(data: bytes, name: str = "x.qdpx") -> Loaded:
    return Loaded(Path(name), name, data, "0" * 64)


def project(inside: str, texts: Sequence[tuple[str, str]] = (), origin: str = "Other 1", **more: str) -> Loaded:
    """A project whose texts lie at sources/NAME."""
    parts = [("project.qde", B.project(origin, inside, **more))]
    return loaded(B.packed([*parts, *((f"sources/{name}", text.encode()) for name, text in texts)]))


def source(number: int, name: str, inside: str = "", path: str = "", **more: str) -> str:
    given = {"plainTextPath": path or f"internal://{number}.txt"} if path != "none" else {}
    found: str = B.element("TextSource", inside, guid=B.guid("source", number), name=name, **given, **more)
    return found


def held(*inside: str) -> str:
    found: str = B.element("Sources", "".join(inside))
    return found


def corpus(**texts: str) -> Corpus:
    documents = tuple(Document(name, text, "f", "0", "utf-8", "transcript", (0,)) for name, text in texts.items())
    return Corpus(documents, (), (), (), (), ())


def told(problems: Sequence[object]) -> str:
    return "\n".join(getattr(problem, "what", "") for problem in problems)


def one_coding(quote: str = "gave me a key", user: int = 1, number: int = 1) -> str:
    start = TALK.index(quote)
    found: str = B.selection(number, start, start + len(quote), B.coding(number, 1, user), name=quote)
    return found


def read(inside: str, study: Corpus, book: Codebook = Codebook()) -> Codings:  # noqa: B008 - frozen
    return read_codings(project(inside, [("1.txt", TALK)]), study, book, CONFIG)


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("internal://../1.txt", "leads out"),
        ("internal:///1.txt", "leads out"),
        ("internal://C:/1.txt", "leads out"),
        ("internal://a\\..\\..\\1.txt", "leads out"),
        ("internal://%2e%2e/1.txt", "leads out"),
        ("internal://%252e%252e/1.txt", "leads out"),
        ("INTERNAL://%2E./1.txt", "leads out"),
    ],
)
def test_paths_that_lead_out_of_the_project_are_refused(path: str, part: str) -> None:
    with pytest.raises(InputError, match=part):
        sources.read(project(held(source(1, "A", path=path)), [("1.txt", TALK)]), CONFIG)


@pytest.mark.parametrize(
    "path",
    ["relative:///1.txt", "absolute:///C:/1.txt", "file:///etc/hosts", "http://a.b/1.txt", "\\\\host\\1.txt", "1.txt"],
)
def test_paths_to_elsewhere_are_never_opened(path: str) -> None:
    reading = sources.read(project(held(source(1, "A", path=path)), [("1.txt", TALK)]), CONFIG)
    assert reading.drafts == ()
    assert "1 text is missing: A (1 outside of the project, where nothing is opened)" in told(reading.problems)


def test_names_in_archives_are_found_whatever_their_case_or_coding() -> None:
    inside = held(source(1, "A", path="internal://Ward%20A.TXT"), source(2, "B", path="internal://b.txt"))
    parts = [("x.QDE", B.project("Other", inside)), ("Sources/ward a.txt", b"PSW: Hi.\n"), ("Sources/B.TXT", b"Hi.\n")]
    reading = sources.read(loaded(B.packed(parts)), CONFIG)
    assert [draft.id for draft in reading.drafts] == ["A", "B"]
    assert "called x.QDE" in told(reading.problems)


def test_documents_lose_the_ending_of_a_file_and_never_share_a_name() -> None:
    texts = [(f"{k}.txt", f"PSW: {k}.\n") for k in range(1, 6)]
    names = ("BU.docx", "bu.TXT", "Dr. Smith", "BU", "Zoë".replace("ë", "e\u0308"))
    inside = held(*(source(k, name) for k, name in enumerate(names, start=1)))
    reading = sources.read(project(inside, texts), CONFIG)
    assert [draft.id for draft in reading.drafts] == ["BU", "bu (2)", "Dr. Smith", "BU (3)", "Zo\u00eb"]


def test_text_inside_the_project_file_and_text_that_is_only_formatted() -> None:
    inner = B.text("PlainTextContent", "PSW: Inside.\nINT: Yes?\nPSW: Yes.\n")
    inside = held(source(1, "A", inner, "none"), source(2, "B", path="none", richTextPath="internal://2.docx"))
    reading = sources.read(project(inside), CONFIG)
    assert [draft.text for draft in reading.drafts] == ["PSW: Inside.\nINT: Yes?\nPSW: Yes.\n"]
    assert "1 text is missing: B (1 there as formatted text only" in told(reading.problems)


def test_an_unreadable_text_is_told_and_its_codings_kept() -> None:
    inside = B.users("Ann") + B.flat() + held(source(1, "A", one_coding()))
    bad = loaded(B.packed([("project.qde", B.project("Other", inside)), ("sources/1.txt", b"a\0b" * 50)]))
    reading = sources.read(bad, CONFIG)
    assert reading.drafts == ()
    assert any("sources/1.txt" in problem.where for problem in reading.problems)
    found = read_codings(bad, corpus(A=TALK), Codebook(), CONFIG)
    assert [(one.reason, one.text) for one in found.unplaced] == [("the text cannot be read", "gave me a key")]


def test_old_versions_and_bare_project_files_are_read() -> None:
    data = B.project("NVivo", B.users("Ann") + B.flat()).replace(b"project:1.0", b"project:0:10")
    book = read_codebook(loaded(data, "p.qde"), CONFIG)
    assert [code.name for code in book.codes] == ["trust", "key", "handover"]
    assert "urn:QDA-XML:project:0:10" in told(book.problems)


@pytest.mark.parametrize("data", [b"<a/>", b"<Project xmlns='urn:other'/>", b"<Sets xmlns='urn:QDA-XML:project:1.0'/>"])
def test_other_xml_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="no REFI-QDA"):
        read_codebook(loaded(data), CONFIG)


def test_a_codebook_file_holds_neither_texts_nor_codings() -> None:
    data = loaded(b'<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes/></CodeBook>', "c.qdc")
    with pytest.raises(InputError, match="no transcripts"):
        sources.read(data, CONFIG)
    with pytest.raises(InputError, match="no codings"):
        read_codings(data, corpus(), Codebook(), CONFIG)


def test_several_project_files_or_none_are_refused() -> None:
    with pytest.raises(InputError, match="2 project files"):
        read_codebook(loaded(B.packed([("a.qde", b""), ("B.QDE", b"")])), CONFIG)
    with pytest.raises(InputError, match="no project file"):
        read_codebook(loaded(B.packed([("sub/a.qde", b"")])), CONFIG)


def test_colours_folders_with_codings_and_doubled_names() -> None:
    codes = (
        B.code(1, "Ward", B.code(2, "Key"), isCodable="false", color="rgb(1,2,3)") + B.code(3, "Key") + B.code(4, "Key")
    )
    data = project(B.users("Ann") + B.book(codes) + held(source(1, "A", one_coding())), [("1.txt", TALK)])
    book = read_codebook(data, CONFIG)
    assert [(code.name, code.theme, code.label, code.color) for code in book.codes] == [
        ("Ward", "", "", ""), ("Ward > Key", "Ward", "Key", ""), ("Key", "", "", ""), ("Key (2)", "", "Key", "")
    ]  # fmt: skip
    assert "1 colour left out, not written as #RRGGBB: rgb(1,2,3)" in told(book.problems)
    assert "1 folder with codings became codes: Ward" in told(book.problems)
    assert "1 name twice in one branch; numbered here: Key" in told(book.problems)


def test_memos_on_codes_and_members_that_are_no_codes() -> None:
    tie = B.element("NoteRef", targetGUID=B.guid("note", 1).lower())
    note = B.element(
        "Note", B.text("PlainTextContent", "Why?"), guid=B.guid("note", 1), name="Q", creatingUser=B.guid("user", 1)
    )
    members = B.element("MemberCode", targetGUID="{" + B.guid("code", 1) + "}") + B.element(
        "MemberCode", targetGUID=B.guid("code", 9)
    )
    inside = B.users("Ann") + B.book(B.code(1, "Key", tie)) + B.element("Notes", note)
    book = read_codebook(
        project(inside + B.element("Sets", B.element("Set", members, guid=B.guid("set", 1), name="S"))), CONFIG
    )
    assert [(memo.text, memo.title, memo.author, memo.code) for memo in book.memos] == [("Why?", "Q", "Ann", "Key")]
    assert [(found.name, found.members) for found in book.sets] == [("S", ("Key",))]
    assert "1 member of sets left out" in told(book.problems)
    found = read_codings(project(inside), corpus(), Codebook(), CONFIG)
    assert found.memos == ()


BASE = B.users("Ann", MACHINE) + B.flat()


def test_in_another_text_of_the_same_talk_words_that_occur_once_have_a_place() -> None:
    inside = BASE + held(source(1, "A.docx", one_coding() + one_coding("ward", number=2) + one_coding("PSW", number=3)))
    other = TALK.replace("\n", "\n\n").replace("ward greet", "house greet")
    found = read(inside, corpus(A=other))
    first = other.index("PSW")
    assert [(item.start, other[item.start : item.end]) for item in found.items] == [
        (other.index("gave me"), "gave me a key"), (first, "PSW")
    ]  # fmt: skip
    assert [(one.document, one.reason.partition("the words ")[2]) for one in found.unplaced] == [("A", "are not in it")]


def test_words_that_recur_have_a_place_by_their_surroundings() -> None:
    start = TALK.index("handover", TALK.index("Nobody"))
    once = B.selection(1, start, start + 8, B.coding(1, 1), name="handover")
    other = TALK.replace("\n", "\n\n").replace("ward greet", "house greet")
    found = read(BASE + held(source(1, "A", once)), corpus(A=other))
    where = other.index("handover", other.index("Nobody"))
    assert [(item.start, item.end) for item in found.items] == [(where, where + 8)]
    twice = read(BASE + held(source(1, "A", once)), corpus(A=other + other))
    assert [one.reason.partition("the words ")[2] for one in twice.unplaced] == [
        "occur 4 times in it, 2 times in the project's"
    ]


def test_words_whose_only_place_left_is_another_one_have_none() -> None:
    """The study's text lacks what the project's begins with; what is left of the words stands elsewhere."""
    text = "Key\n\nPSW: A bunch of them hung there.\n\nInterviewer: What did you get?\n\nPSW: Key one, I think.\n"
    part = B.book(B.code(1, "trust"))
    first = B.selection(1, 0, 3, B.coding(1, 1), name="Key")
    start = text.index("Key one")
    second = B.selection(2, start, start + 3, B.coding(2, 1), name="Key")
    held_text = B.element(
        "TextSource", B.text("PlainTextContent", text) + first + second, guid=B.guid("source", 1), name="A"
    )
    other = text.partition("\n\n")[2]
    found = read(B.users("Ann") + part + held(held_text), corpus(A=other))
    assert [(item.start, item.end) for item in found.items] == [(other.index("Key"), other.index("Key") + 3)]
    (only,) = found.unplaced
    assert only.reason.endswith("and the words occur 1 time in it, 2 times in the project's")


TALKS = st.lists(
    st.lists(
        st.sampled_from("I you key the “ward” it’s cannot café – yes no… now, then? 10:30 -".split()), max_size=12
    ),
    min_size=1,
    max_size=8,
)
CHANGES = {"“": '"', "”": '"', "’": "'", "–": "-", "…": "...", " ": "\u00a0", "é": "e\u0301", "\n": "\r\n"}


@given(TALKS, st.data())
def test_in_a_text_typed_otherwise_what_is_placed_is_the_right_stretch(
    talks: list[list[str]], data: st.DataObject
) -> None:
    """Marks, dashes, blanks, line ends, accents typed otherwise, the first paragraphs cut away: never a wrong place."""
    paragraphs = ["PSW: " + " ".join(words) for words in talks]
    text = "\n".join(paragraphs)
    cut = sum(len(line) + 1 for line in paragraphs[: data.draw(st.integers(0, len(paragraphs) - 1))])
    changed = data.draw(st.sets(st.sampled_from(sorted(CHANGES))))
    origins: list[int] = []  # of each character of the other text
    other = ""
    for at, letter in enumerate(text[cut:], start=cut):
        typed = CHANGES[letter] if letter in changed else letter
        other += typed
        origins += [at] * len(typed)
    words = [match.span() for match in re.finditer(r"\S+", text)]
    at = data.draw(st.integers(0, len(words) - 1))
    start, end = words[at][0], words[min(len(words) - 1, at + data.draw(st.integers(0, 9)))][1]
    held_text = B.element(
        "TextSource",
        B.text("PlainTextContent", text) + B.selection(1, start, end, B.coding(1, 1)),
        guid=B.guid("source", 1),
        name="A",
    )
    found = read(BASE + held(held_text), corpus(A=other))
    assert len(found.items) + len(found.unplaced) == 1
    assert all(one.reason for one in found.unplaced)
    for item in found.items:
        meant = [at for at in range(start, end) if not text[at].isspace()]
        assert [at for at in dict.fromkeys(origins[item.start : item.end]) if not text[at].isspace()] == meant


def test_a_document_of_another_name_is_known_by_its_text() -> None:
    found = read(BASE + held(source(1, "A", one_coding())), corpus(B=TALK))
    assert [(item.document, item.start) for item in found.items] == [("B", TALK.index("gave me"))]
    found = read(BASE + held(source(1, "A", one_coding())), corpus(B=TALK, C=TALK))
    assert [one.reason for one in found.unplaced] == ["the study has no document 'A'"]


@pytest.mark.parametrize(
    ("codes", "folders", "expected"),
    [
        ((Code("Trusting", guid=B.guid("code", 1)),), (), "Trusting"),
        ((Code("TRUST"),), (), "TRUST"),
        ((Code("Other > trust", "Other", label="trust"),), (), "Other > trust"),
        (
            (Code("A > trust", "A", label="trust"), Code("B > trust", "B", label="trust")),
            (),
            "stands in several branches",
        ),
        ((Code("trusted"),), (), "is not in the codebook; did you mean 'trusted'?"),
        ((Code("x"),), (Folder("trust"),), "is a folder in"),
    ],
)
def test_codes_are_found_in_another_codebook(
    codes: tuple[Code, ...], folders: tuple[Folder, ...], expected: str
) -> None:
    found = read(BASE + held(source(1, "A", one_coding())), corpus(A=TALK), Codebook(codes, (), folders))
    if found.items:
        assert ([item.code for item in found.items], found.unplaced) == ([expected], ())
    else:
        assert [expected in one.reason for one in found.unplaced] == [True]
        assert found.unplaced[0].reason.startswith("the code 'trust' ")


def test_codes_of_one_name_are_found_by_their_paths() -> None:
    codes = B.book(B.code(8, "A", B.code(1, "trust")) + B.code(9, "B", B.code(2, "trust")))
    book = Codebook(
        (Code("A"), Code("B"), Code("A > trust", "A", label="trust"), Code("B > trust", "B", label="trust"))
    )
    found = read(B.users("Ann") + codes + held(source(1, "A", one_coding())), corpus(A=TALK), book)
    assert [item.code for item in found.items] == ["A > trust"]


def test_the_machines_codings_are_no_persons() -> None:
    top = B.code(7, SUGGESTED, B.code(8, "T1 keys"), isCodable="false")
    start = TALK.index("gave me")
    machine = B.selection(5, start, start + 4, B.coding(5, 8, 2) + B.coding(6, 1, 2), creatingUser=B.guid("user", 2))
    person = B.selection(6, start, start + 4, B.coding(7, 8, 1))
    inside = (
        B.users("Ann", MACHINE)
        + B.book(B.code(1, "trust") + top)
        + held(source(1, "A", machine + person + one_coding()))
    )
    data = project(inside, [("1.txt", TALK)])
    book = read_codebook(data, CONFIG)
    assert [code.name for code in book.codes] == ["trust"]
    assert SUGGESTED in told(book.problems)
    found = read_codings(data, corpus(A=TALK), book, CONFIG)
    assert [(item.coder, item.code) for item in found.items] == [("Ann", "trust")]
    assert found.memos == ()
    assert "2 codings by the machine left out" in told(found.problems)
    assert "1 coding by people with candidate themes" in told(found.problems)


def test_a_teams_own_branch_of_that_name_is_kept() -> None:
    codes = B.code(1, SUGGESTED, B.code(2, "mine")) + B.code(3, f"{SUGGESTED} 2", B.code(4, "T1"), isCodable="false")
    book = read_codebook(project(B.book(codes), origin=ORIGIN), CONFIG)
    assert [code.name for code in book.codes] == [SUGGESTED, "mine"]
    other = read_codebook(project(B.book(codes)), CONFIG)
    assert len(other.codes) == 3


def test_memos_on_candidate_themes_stay_with_the_study() -> None:
    tie = B.element("NoteRef", targetGUID=B.guid("note", 1))
    top = B.code(7, SUGGESTED, B.code(8, "T1 keys", tie), isCodable="false")
    note = B.element(
        "Notes", B.element("Note", B.text("PlainTextContent", "Doubtful"), guid=B.guid("note", 1), name="T1")
    )
    inside = B.users(MACHINE) + B.book(B.code(1, "trust") + top) + note
    assert read_codebook(project(inside), CONFIG).memos == ()
    found = read_codings(project(inside), corpus(), Codebook(), CONFIG)
    assert [(memo.title, memo.text, memo.document) for memo in found.memos] == [("T1", "Doubtful", "")]


def test_a_text_that_grows_beyond_measure_is_refused() -> None:
    with pytest.raises(InputError, match="times its packed size"):
        sources.read(project(held(source(1, "A")), [("1.txt", "a" * 3_000_000)]), CONFIG)
    long = [(f"{k}.txt", "ab" * 350_000) for k in (1, 2)]
    with pytest.raises(InputError, match="unpacks to 1 MB, more than the 1 MB"):
        sources.read(project(held(source(1, "A"), source(2, "B")), long), IngestConfig(max_unpacked_mb=1))


ROWS = "Who helped?\n\n\n\nThe ward clerk.\nShe did.\n\nOnly me"


def _turn(number: int, words: str, code: int, told: str) -> str:
    start = ROWS.index(words)
    found: str = B.selection(
        number, start, start + len(words), B.text("Description", told) + B.coding(number, code, 2),
        name=words, creatingUser=B.guid("user", 2),
    )  # fmt: skip
    return found


def _marked(form: str = "table") -> Loaded:
    codes = B.code(7, SPEAKERS, B.code(8, "INT") + B.code(9, "PSW") + B.code(10, "(no speaker)"), isCodable="false")
    turns = (
        _turn(1, "Who helped?", 8, "turn 1; role interviewer; 00:00:05.000 to 00:00:09.100")
        + _turn(3, "The ward clerk.\nShe did.", 9, "turn 3; role participant; from 00:01:10.000")
        + _turn(4, "Only me", 10, "turn 4; role unknown; to 01:00:00.000")
    )
    about = B.text("Description", f"form: {form}; encoding: cp1252; file: turns.csv")
    inside = B.users("Ann", MACHINE) + B.book(B.code(1, "trust") + codes) + held(source(1, "W1", about + turns))
    return project(inside, [("1.txt", ROWS)], origin=f"{ORIGIN} 1")


def test_turns_that_we_marked_come_back_as_they_were() -> None:
    reading = sources.read(_marked(), CONFIG)
    (draft,) = reading.drafts
    assert (draft.form, draft.encoding, draft.source) == ("table", "cp1252", "turns.csv")
    assert [(t.number, draft.text[t.start : t.end], t.label, t.role, t.start_ms, t.end_ms) for t in draft.talks] == [
        (1, "Who helped?", "INT", "interviewer", 5000, 9100),
        (3, "The ward clerk.\nShe did.", "PSW", "participant", 70000, None),
        (4, "Only me", "", "unknown", None, 3600000),
    ]
    assert draft.paragraphs == (0, 13, 15, 41)
    assert [(one.start, one.turn, one.reason) for one in draft.dropped] == [(13, 2, "empty turn")]
    assert reading.problems == ()
    found = read_codings(_marked(), corpus(W1=ROWS), Codebook(), CONFIG)
    assert (found.items, found.unplaced, found.memos, found.problems) == ((), (), (), ())


def test_transcripts_of_recordings_and_texts_of_pdfs_are_documents_and_give_times() -> None:
    film = "INT: Who?\nPSW: The clerk.\nINT: When?\nPSW: At noon.\n"
    points = "".join(
        B.element("SyncPoint", guid=B.guid("point", k), position=film.index(word), timeStamp=time)
        for k, (word, time) in enumerate((("INT", 0), ("PSW", 2500)), start=1)
    )
    reach = B.element(
        "TranscriptSelection",
        B.coding(1, 1),
        guid=B.guid("select", 1),
        fromSyncPoint=B.guid("point", 1),
        toSyncPoint=B.guid("point", 2),
    )
    transcript = B.element("Transcript", points + reach, guid=B.guid("source", 2), plainTextPath="internal://2.txt")
    page = B.element("Representation", guid=B.guid("source", 4), plainTextPath="internal://4.txt")
    inside = BASE + held(
        B.element("VideoSource", transcript, guid=B.guid("source", 1), name="film.mp4", path="internal://f.mp4"),
        B.element("PDFSource", page, guid=B.guid("source", 3), name="rules.pdf", path="internal://r.pdf"),
    )
    data = project(inside, [("2.txt", film), ("4.txt", "House rules.\n")])
    drafts = sources.read(data, CONFIG).drafts
    assert [draft.id for draft in drafts] == ["film.mp4", "rules.pdf"]
    assert [(talk.label, talk.start_ms) for talk in drafts[0].talks] == [
        ("INT", 0), ("PSW", 2500), ("INT", None), ("PSW", None)
    ]  # fmt: skip
    study = corpus(**{"film.mp4": film})
    assert [(item.start, item.end) for item in read_codings(data, study, Codebook(), CONFIG).items] == [(0, 10)]


def test_values_at_sources_and_cases_are_attributes() -> None:
    def value(number: int, said: str, kind: str = "TextValue") -> str:
        reference = B.element("VariableRef", targetGUID=B.guid("variable", number))
        found: str = B.element("VariableValue", reference + B.text(kind, said))
        return found

    names = "".join(
        B.element("Variable", guid=B.guid("variable", k), name=name, typeOfVariable="Text")
        for k, name in enumerate(("Site", "years", "role"), start=1)
    )
    case = B.element(
        "Case",
        B.text("Description", "works nights") + value(1, "North") + value(2, "4", "IntegerValue")
        + B.element("SourceRef", targetGUID=B.guid("source", 1)),
        guid=B.guid("case", 1), name="P1",
    )  # fmt: skip
    group = B.element(
        "Set", B.element("MemberSource", targetGUID=B.guid("source", 1)), guid=B.guid("set", 1), name="Group 1"
    )
    inside = (
        B.element("Variables", names) + B.element("Cases", case)
        + held(source(1, "A", value(1, "North") + value(2, "5") + value(3, ""))) + B.element("Sets", group)
    )  # fmt: skip
    reading = sources.read(project(inside, [("1.txt", TALK)]), CONFIG)
    (draft,) = reading.drafts
    assert draft.site == "North"
    assert draft.attributes == (("years", "5"), ("document sets", "Group 1"), ("case", "P1"))
    assert "A has several values for years; the first counts" in told(reading.problems)
    found = read(inside, corpus(A=TALK))
    assert [(memo.text, memo.document) for memo in found.memos] == [("works nights", "A")]


def test_a_variable_called_case_is_not_overwritten_by_the_cases() -> None:
    said = B.element("VariableRef", targetGUID=B.guid("variable", 1)) + B.text("TextValue", "acute")
    variable = B.element("Variable", guid=B.guid("variable", 1), name="Case", typeOfVariable="Text")
    case = B.element("Case", B.element("SourceRef", targetGUID=B.guid("source", 1)), guid=B.guid("case", 1), name="P1")
    inside = B.element("Variables", variable) + B.element("Cases", case)
    (draft,) = sources.read(
        project(inside + held(source(1, "A", B.element("VariableValue", said))), [("1.txt", TALK)]), CONFIG
    ).drafts
    assert draft.attributes == (("Case", "acute"), ("case (2)", "P1"))


def test_what_is_odd_about_a_file_is_told_in_equal_words_by_all_three_readers() -> None:
    inside = BASE + held(source(1, "A", one_coding()), source(2, "B"), B.element("PictureSource", name="p.jpg"))
    data = project(inside, [("1.txt", TALK)], origin="Other 1")
    study = corpus(A=TALK)
    told_by = [
        {one.what for one in sources.read(data, CONFIG).problems},
        {one.what for one in read_codebook(data, CONFIG).problems},
        {one.what for one in read_codings(data, study, Codebook(), CONFIG).problems},
    ]
    both = {what for what in told_by[0] if "elements that are not read" in what}
    assert len(both) == 1
    assert all(both <= told for told in told_by)
    missing = {what for what in told_by[0] if "is missing" in what}
    assert len(missing) == 1
    assert missing <= told_by[2]


def test_a_coding_that_stands_nowhere_is_kept() -> None:
    found = read(
        BASE + B.coding(1, 1) + held(B.element("AudioSource", B.coding(2, 2), name="tape.mp3")), corpus(A=TALK)
    )
    assert [(one.document, one.code, one.reason) for one in found.unplaced] == [
        ("Peer support", "trust", "the coding lies on a source that has no text"),
        ("tape.mp3", "key", "the coding lies on a source that has no text"),
    ]


def test_dates_are_utc_and_midnight_is_a_day() -> None:
    dates = ("2026-01-02T01:30:00+02:00", "2026-01-02T00:00:00Z", "2026-01-02T10:00:00.1234567Z", "2026-01-02", "soon")
    start = TALK.index("gave me a key")
    inside = "".join(
        B.selection(k, start, start + k, B.coding(k, 1, creationDateTime=date)) for k, date in enumerate(dates, start=1)
    )
    found = read(BASE + held(source(1, "A", inside)), corpus(A=TALK))
    expected = ["2026-01-01T23:30:00", "2026-01-02", "2026-01-02T10:00:00", "2026-01-02", ""]
    assert [item.date for item in found.items] == expected
    assert "1 date of codings could not be read" in told(found.problems)


@given(st.binary(max_size=200), st.booleans())
def test_bytes_that_are_no_project_are_refused_in_words(data: bytes, packed: bool) -> None:
    what = loaded(B.packed([("project.qde", data)]) if packed else data)
    for reader in (lambda: sources.read(what, CONFIG), lambda: read_codebook(what, CONFIG)):
        with pytest.raises(InputError):
            reader()


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60), st.booleans())
def test_text_and_places_of_turns_agree_whatever_the_text(text: str, crlf: bool) -> None:
    written = "PSW: " + (text.replace("\n", "\r\n") if crlf else text)
    reading = sources.read(project(BASE + held(source(1, "A", one_coding())), [("1.txt", written)]), CONFIG)
    for draft in reading.drafts:
        assert "\r" not in draft.text
        for talk in draft.talks:
            assert draft.text[talk.start : talk.end].strip() == draft.text[talk.start : talk.end] != ""


def test_a_project_of_several_hundred_texts_keeps_its_messages_short() -> None:
    names = [f"T{k}" for k in range(1, 301)]
    inside = held(*(source(k, name) for k, name in enumerate(names, start=1)))
    reading = sources.read(replace(project(inside)), CONFIG)
    assert "300 texts are missing: T1, T2, T3, T4, T5 and 295 more" in told(reading.problems)


KINDS = ("03_qualcoder/qualcoder", "04_atlas84/atlas84", "09_edge_sel/edge_sel")
ODD = ("", "-1", "x", "\u00b2", "99999999999", "{}", "internal://2.txt", "true", "2026-13-01T00:00:00Z")


@given(st.sampled_from(KINDS), st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from(ODD)), max_size=8), st.data())
def test_no_damage_to_a_project_file_crashes_a_reader(
    kind: str, spoilt: list[tuple[int, str]], data: st.DataObject
) -> None:
    parts = B.parts_of(B.FILES[f"{kind}.qdpx"]())
    name = next(part for part in parts if part.lower().endswith(".qde"))
    values = re.findall('"[^"<>]*"', parts[name].decode())
    xml = parts[name].decode()
    for which, odd in spoilt:
        xml = xml.replace(values[which % len(values)], f'"{odd}"', 1)
    lost = data.draw(st.sampled_from(["", "Users", "CodeBook", "Notes", "Sources", "Cases", "Variables"]))
    xml = re.sub(f"<{lost}>.*</{lost}>", "", xml, flags=re.DOTALL) if lost else xml
    what = loaded(B.packed([(name, xml.encode()), *((n, d) for n, d in parts.items() if n != name)]))
    try:
        texts = {draft.id: draft.text for draft in sources.read(what, CONFIG).drafts}
        found = read_codings(what, corpus(**texts), read_codebook(what, CONFIG), CONFIG)
    except InputError:
        return
    for item in found.items:
        assert 0 <= item.start < item.end <= len(texts[item.document])
        assert item.coder
        assert item.code
