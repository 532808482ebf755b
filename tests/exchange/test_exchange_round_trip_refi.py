"""There and back: a study written as a project and read again is the study, up to what the losses name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import ingest
from pipeline import records as r
from pipeline.config import IngestConfig
from pipeline.exchange import Study, codebook_qdc, project_qdpx, study_losses, study_qdpx
from pipeline.ingest import refi
from pipeline.ingest.files import load
from pipeline.records import Decision, Verdict

CONFIG = IngestConfig()
EXAMPLE = Path(__file__).parents[2] / "examples" / "peer_support"
SAMPLES = Path(__file__).parents[3] / "shared" / "interchange" / "samples"


def study_in(path: Path, name: str = "Study") -> Study:
    """What a project file holds for a study."""
    corpus = ingest.read(path, None, CONFIG)
    book = ingest.read_codebook(path, CONFIG)
    return Study(name, corpus, book, refi.read_codings(load(path, CONFIG.max_file_mb), corpus, book, CONFIG))


def study_without_texts(path: Path) -> Study:
    """The same for a project whose texts are not there."""
    nothing, codebook = r.Corpus((), (), (), (), (), ()), ingest.read_codebook(path, CONFIG)
    found = refi.read_codings(load(path, CONFIG.max_file_mb), nothing, codebook, CONFIG)
    return Study("Study", nothing, codebook, found)


@pytest.fixture
def back(tmp_path: Path) -> Callable[[bytes], Study]:
    def reader(data: bytes) -> Study:
        path = tmp_path / "project.qdpx"
        path.write_bytes(data)
        return study_in(path)

    return reader


def documents(study: Study) -> list[tuple]:
    """What must be equal of documents; empty values are told to be left out."""
    return [
        (d.id, d.text, d.site, d.encoding, d.source, tuple((name, value) for name, value in d.attributes if value))
        for d in study.corpus.documents
    ]


def turns(study: Study) -> list[r.Turn]:
    """Turns without their original language, which is told to be lost, and with times only where texts do not show
    who speaks."""
    told = "\n".join(study_losses(study))
    timeless = {"start_ms": None, "end_ms": None} if "Times in the recording" in told else {}
    return [replace(turn, original="", **timeless) for turn in study.corpus.turns]


def book(study: Study) -> tuple:
    """The codebook without identifiers, words that are parents as folders, memos in an order of their own."""
    found = study.codebook
    known = {code.name for code in found.codes} | {folder.name for folder in found.folders}
    above = [*(code.theme for code in found.codes), *(folder.parent for folder in found.folders)]
    words = tuple(r.Folder(word) for word in dict.fromkeys(above) if word and word not in known)
    return (
        sorted((replace(code, guid="") for code in found.codes), key=lambda code: code.name),
        sorted((replace(folder, guid="") for folder in (*found.folders, *words)), key=lambda folder: folder.name),
        found.sets,
        in_order(found.memos),
    )


def in_order(memos: Iterable[r.Memo]) -> list[r.Memo]:
    return sorted(memos, key=lambda memo: (memo.document, memo.start, memo.end, memo.code, memo.text, memo.author))


def codings(study: Study) -> list[r.Coding]:
    return sorted(study.codings.items, key=lambda c: (c.document, c.start, c.end, c.coder, c.code))


def assert_same(found: Study, expected: Study) -> None:
    assert documents(found) == documents(expected)
    assert turns(found) == turns(expected)
    assert book(found) == book(expected)
    assert codings(found) == codings(expected)
    assert in_order(found.codings.memos) == in_order(expected.codings.memos)


def test_the_example_study_comes_back(back):
    corpus = ingest.read(EXAMPLE / "transcripts", EXAMPLE / "documents.csv", CONFIG)
    codebook = ingest.read_codebook(EXAMPLE / "codebook.csv", CONFIG)
    study = Study("Study", corpus, codebook, ingest.read_codings(EXAMPLE / "codings.csv", corpus, codebook, CONFIG))
    first = study_qdpx(study)
    again = back(first)
    assert len(again.codings.items) > 100
    assert_same(again, study)
    second = study_qdpx(again)
    assert_same(back(second), study)
    assert study_qdpx(back(second)) == second


TYPED = """Interview 3

I: Did you meet the peer worker?
P1: Twice, on the ward. 🚶

I: And then?
P1: We talked [laughs].
"""
TABLE = """document;turn;speaker;role;start_time;end_time;text;original;site
ward;3;Mod;interviewer;0:01;0:04,5;"Who helped
you?";;BU
ward;5;Ada;participant;0:05;;The PSW did.;C'est le pair.;BU
ward;7;;;;0:09;Mostly.;;BU
ward;9;Ada;participant;;;"a ]]> b ""quoted"" é é 👩‍🚀";;BU
"""
ANSWERS = "id,text\nq1,It helped me a lot.\nq2,Not at all.\n"
CAPTIONS = """WEBVTT

1
00:00:01.000 --> 00:00:03.500
<v Mod>Who helped you?</v>

2
00:00:04.000 --> 00:00:06.000
<v Ada>The peer worker.</v>
"""


@pytest.fixture
def mixed(tmp_path: Path) -> Study:
    """A typed transcript, a table with times and a gap, answers, and captions in which everybody speaks once."""
    folder = tmp_path / "transcripts"
    folder.mkdir()
    for name, text in (("typed.txt", TYPED), ("talk.csv", TABLE), ("answers.csv", ANSWERS), ("film.vtt", CAPTIONS)):
        (folder / name).write_text(text, encoding="utf-8")
    corpus = ingest.read(folder, None, CONFIG)
    texts = {d.id: d.text for d in corpus.documents}
    at = texts["typed"].index("We talked")
    book_ = r.Codebook(
        codes=(
            r.Code("Barriers > talk", "Barriers", "First", "in", "out", "eg", "#FF0000", "talk"),
            r.Code("Help > talk", "Help", label="talk", color="#00AA00"),
            r.Code('"Ward" <life> & ]]>', "Help > talk", "One\n\nTwo"),
            r.Code("Free"),
            r.Code("a > b"),
        ),
        folders=(r.Folder("Barriers", definition="What hinders"), r.Folder("Empty"), r.Folder("Help", color="#0000FF")),
        sets=(r.CodeSet("Group", ("Free", "Help > talk"), "Both"),),
        memos=(r.Memo("Why it is here", "Thoughts", "Zoe", "2026-11-20", code="Help > talk"),),
    )
    items = (
        r.Coding("typed", at, at + 9, "Ann", "Barriers > talk", "2026-11-21T10:11:12"),
        r.Coding("typed", at, at + 9, "Bea", "Help > talk", "2026-11-22"),
        r.Coding("typed", at, at + 9, "Bea", "a > b"),
        r.Coding("ward", 0, 10, "Ann", '"Ward" <life> & ]]>'),
        r.Coding("q1", 0, 2, "Ann", "Free"),
    )
    memos = (
        r.Memo("On the whole study", "Journal", "Ann", "2026-11-22T08:00:00"),
        r.Memo("On a text", document="q2"),
        r.Memo("On words", "", "Zoe", "2026-11-22", "typed", at, at + 2),
        r.Memo("On a coding", "", "Bea", "", "typed", at, at + 9, "Help > talk"),
    )
    return Study("Study", corpus, book_, r.Codings(items, memos=memos))


def test_a_study_of_all_forms_comes_back(mixed, back):
    data = study_qdpx(mixed)
    again = back(data)
    assert_same(again, mixed)
    table = [turn for turn in again.corpus.turns if turn.document == "ward"]
    assert [(turn.number, turn.speaker, turn.role, turn.start_ms, turn.end_ms) for turn in table] == [
        (3, "Mod", "interviewer", 1000, 4500),
        (5, "Ada", "participant", 5000, None),
        (7, "", "unknown", None, 9000),
        (9, "Ada", "participant", None, None),
    ]
    forms = {d.id: d.form for d in again.corpus.documents}
    assert forms == {"q1": "answers", "q2": "answers", "film": "transcript", "typed": "transcript", "ward": "table"}
    second = study_qdpx(again)
    assert_same(back(second), mixed)
    assert study_qdpx(back(second)) == second


def test_the_codebook_file_comes_back(mixed, tmp_path):
    path = tmp_path / "codebook.qdc"
    path.write_bytes(codebook_qdc(mixed.codebook, ()))
    again = ingest.read_codebook(path, CONFIG)
    without_memos = replace(mixed, codebook=replace(mixed.codebook, memos=()))
    assert book(replace(mixed, codebook=again)) == book(without_memos)
    assert codebook_qdc(again, ()) == path.read_bytes()


def test_what_the_machine_did_is_not_taken_for_the_teams(clinic, back):
    again = back(project_qdpx(clinic))
    assert [code.name for code in again.codebook.codes] == ["Access", "Distance", "Staff", "Unknown code"]
    assert {coding.coder for coding in again.codings.items} == {"Ann", "Bea"}
    assert codings(again) == codings(Study("", clinic.corpus, clinic.codebook, clinic.codings))


def test_decisions_come_back_as_the_teams(clinic, back):
    said = (
        Decision("Ann", Verdict.ACCEPTED, theme="T1", code="Kindness", parent="Access", date="2026-11-22"),
        Decision("Zoe", Verdict.ACCEPTED, utterance="NL-4", code="Staff", memo="Clearly", date="2026-11-22T09:30:00"),
    )
    again = back(project_qdpx(clinic, said))
    (kind,) = [code for code in again.codebook.codes if code.name == "Kindness"]
    assert (kind.theme, kind.color) == ("Access", "#E69F00")
    assert r.Coding("NL", 4, 19, "Zoe", "Staff", "2026-11-22T09:30:00") in again.codings.items
    assert again.codings.memos == (r.Memo("Clearly", "", "Zoe", "2026-11-22T09:30:00", "NL", 4, 19, "Staff"),)


CHARACTERS = st.text(
    st.sampled_from(list("ab é̈🚶👩\u200d\U00010348ﷺ\u2028\x0c\t\n]>&<\"'“"))
    | st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff"),
    min_size=1,
    max_size=60,
)
WORDS = st.text(st.sampled_from("abé🚶 >&<\"']#:"), min_size=1, max_size=8).map(lambda s: " ".join(s.split()) or "x")


def typed(name: str, text: str) -> tuple[r.Document, tuple[r.Turn, ...]]:
    whole = r.Turn(name, 1, 1, 0, len(text), "", f"{name}/", r.Role.UNKNOWN)
    return r.Document(name, text, "rows.csv", "0" * 64, "utf-8", "answers", (0,)), (whole,)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CHARACTERS.filter(str.strip), min_size=1, max_size=3), st.data())
def test_any_text_and_its_codings_come_back(back, texts, data):
    pairs = [typed(f"d{k}", text) for k, text in enumerate(texts)]
    corpus = r.Corpus(tuple(d for d, _ in pairs), tuple(t for _, ts in pairs for t in ts), (), (), (), ())
    items = []
    for place in corpus.documents:
        spans = st.tuples(st.integers(0, len(place.text)), st.integers(0, len(place.text)))
        for one, other in data.draw(st.lists(spans, max_size=5)):
            if one != other:
                who = data.draw(st.sampled_from(["Ann", "Bea & co", "Zoë"]))
                code = data.draw(st.sampled_from(["A", "b > c", '"B"']))
                when = data.draw(st.sampled_from(["", "2026-11-22", "2026-11-22T09:30:05"]))
                items.append(r.Coding(place.id, min(one, other), max(one, other), who, code, when))
    memos = tuple(r.Memo("note", "", "Ann", "", c.document, c.start, c.end) for c in items[:1])
    study = Study("Study", corpus, r.Codebook(), r.Codings(tuple(items), memos=memos))
    again = back(study_qdpx(study))
    assert [(d.id, d.text) for d in again.corpus.documents] == [(d.id, d.text) for d in corpus.documents]
    assert [(t.number, t.start, t.end, t.speaker) for t in again.corpus.turns] == [
        (t.number, t.start, t.end, t.speaker) for t in corpus.turns
    ]
    dated: dict[tuple, str] = {}
    for c in sorted(items, key=lambda c: (not c.date, c.date)):
        dated.setdefault((c.document, c.start, c.end, c.coder, c.code), c.date)
    found = {(c.document, c.start, c.end, c.coder, c.code): c.date for c in again.codings.items}
    assert found == dated
    assert again.codings.memos == memos
    assert not again.codings.unplaced


TIMES = st.none() | st.integers(0, 4 * 3_600_000)
SPEAKER = st.sampled_from(["", "Ada", "Mod é", "P1 (nurse)", "SPEAKERS (turns)", "a > b", "I:", '"x"'])


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(SPEAKER, CHARACTERS.map(str.strip).filter(bool), TIMES, TIMES), min_size=1, max_size=6),
    st.data(),
)
def test_any_turns_of_a_table_come_back(back, rows, data):
    numbers = sorted(data.draw(st.sets(st.integers(0, 500), min_size=len(rows), max_size=len(rows))))
    found, at = [], 0
    for number, (label, text, start_ms, end_ms) in zip(numbers, rows, strict=True):
        place = (number, 1, at, at + len(text), label, "person", r.Role.PARTICIPANT)
        found.append(r.Turn("talk", *place, start_ms, end_ms))
        at += len(text) + 2
    text = "\n\n".join(row[1] for row in rows)
    document = r.Document("talk", text, "talk.csv", "0" * 64, "cp1252", "table", (0,))
    again = back(study_qdpx(Study("Study", r.Corpus((document,), tuple(found), (), (), (), ()))))
    told = [(t.number, t.start, t.end, t.speaker, t.start_ms, t.end_ms) for t in again.corpus.turns]
    assert told == [(t.number, t.start, t.end, t.speaker, t.start_ms, t.end_ms) for t in found]
    (only,) = again.corpus.documents
    assert (only.text, only.form, only.encoding, only.source) == (text, "table", "cp1252", "talk.csv")


@st.composite
def trees(draw: st.DrawFn) -> r.Codebook:
    """A tree as a reader gives it: names unique in the study, whole paths where one name stands in two branches."""
    from pipeline.ingest.coding_tree import TreeNode, codes_and_folders

    paths: list[tuple[str, ...]] = []
    for _ in range(draw(st.integers(1, 8))):
        above = draw(st.sampled_from([(), *paths]))
        path = (*above, draw(WORDS))
        if path not in paths:
            paths.append(path)
    below: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for path in paths:
        below.setdefault(path[:-1], []).append(path)

    def walk(path: tuple[str, ...]) -> list[tuple[str, ...]]:
        return [one for child in below.get(path, ()) for one in (child, *walk(child))]

    nodes = [
        TreeNode(path, draw(st.booleans()), draw(WORDS), color=draw(st.sampled_from(["", "#12AB90"])))
        for path in walk(())
    ]
    codes, folders = codes_and_folders(nodes)
    names = [code.name for code in codes]
    members = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)) if names else []
    sets = (r.CodeSet("Set", tuple(members), draw(WORDS)),) if members else ()
    return r.Codebook(codes, (), folders, sets)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(trees())
def test_any_tree_comes_back(tmp_path, tree):
    path = tmp_path / "codebook.qdc"
    path.write_bytes(codebook_qdc(tree, ()))
    again = ingest.read_codebook(path, CONFIG)
    bare = replace(again, problems=(), codes=tuple(replace(code, guid="") for code in again.codes))
    assert replace(bare, folders=tuple(replace(folder, guid="") for folder in bare.folders)) == tree
    assert codebook_qdc(again, ()) == path.read_bytes()


FIXTURES = Path(__file__).parents[1] / "fixtures" / "formats"
PROJECTS = sorted(path for path in FIXTURES.glob("0*/*.qdpx"))
TEXTLESS = ("atlas84", "nvivo_mac")
CODEBOOKS = sorted(path for path in FIXTURES.glob("0*/*.qd*"))


@pytest.mark.parametrize("path", PROJECTS, ids=lambda path: path.stem)
def test_projects_in_the_shapes_of_other_programs_come_back(path, back, read):
    """CRLF and UTF-16 counting, odd selections, texts that lack: all is told once, and stays as it was read."""
    study = study_in(path) if path.stem not in TEXTLESS else study_without_texts(path)
    data = study_qdpx(study)
    read(data)
    lost = [loss for loss in study_losses(study) if "found no place" in loss]
    assert bool(lost) == bool(study.codings.unplaced)
    if not study.corpus.documents:
        assert not study.codings.items
        return
    again = back(data)
    assert_same(again, study)
    assert not again.codings.unplaced
    assert study_qdpx(back(study_qdpx(again))) == study_qdpx(again)


@pytest.mark.parametrize("path", CODEBOOKS, ids=lambda path: path.stem)
def test_codebooks_in_the_shapes_of_other_programs_come_back(path, tmp_path, read_codes):
    assert_codebook_comes_back(path, tmp_path / "codebook.qdc", read_codes)


def transcripts() -> list[Path]:
    """The fixtures of captions, recordings and tables, and whatever other transcripts there are."""
    endings = (
        ".vtt",
        ".srt",
        ".json",
        ".eaf",
        ".cha",
        ".docx",
        ".odt",
        ".rtf",
        ".txt",
        ".csv",
        ".tsv",
        ".xlsx",
        ".ods",
    )
    found = (path for pattern in ("1[4-9]_*/*", "2*_*/*") for path in FIXTURES.glob(pattern))
    return sorted(path for path in found if path.suffix in endings and ".expected" not in path.name)


@pytest.mark.parametrize("path", transcripts(), ids=lambda path: path.name)
def test_transcripts_of_all_formats_come_back(path, back):
    study = Study("Study", ingest.read(path, None, CONFIG))
    assert study.corpus.turns
    assert_same(back(study_qdpx(study)), study)


def sample(name: str) -> Path:
    path = SAMPLES / name
    if not path.exists():
        pytest.skip("the samples of other programs are not part of the repository")
    return path


def test_a_project_of_qualcoder_comes_back(back):
    study = study_in(sample("qualcoder-4.0beta/clinic.qdpx"))
    assert len(study.codings.items) == 5
    again = back(study_qdpx(study))
    assert_same(again, study)
    assert study_qdpx(back(study_qdpx(again))) == study_qdpx(again)


def test_a_project_without_its_texts_comes_back(tmp_path):
    """ATLAS.ti 8.4, annex A.2: the archive holds no text, so the codings have no place, and the losses say so."""
    study = study_without_texts(sample("spec-annex/refi-annex-A2-atlasti-8.4-mac.qdpx"))
    assert len(study.codebook.codes) == 14
    assert (
        f"{len(study.codings.unplaced)} codings that found no place in the texts when they were read."
        in study_losses(study)
    )
    written = tmp_path / "project.qdpx"
    written.write_bytes(study_qdpx(study))
    again = study_without_texts(written)
    assert book(again) == book(study)
    assert in_order(again.codings.memos) == in_order(study.codings.memos)


@pytest.mark.parametrize(
    "name",
    [
        "qualcoder-4.0beta/clinic.qdpx",
        "qualcoder-4.0beta/codebook-clinic.qdc",
        "spec-annex/refi-annex-A1-codebook.qdc",
        "spec-annex/refi-annex-A2-atlasti-8.4-mac.qdpx",
        "taguette-1.5.2/codebook.qdc",
        "taguette-1.5.2/codebook.csv",
        "atlasti/atlasti_codebook_full.csv",
    ],
)
def test_codebooks_of_other_programs_come_back(name, tmp_path, read_codes):
    assert_codebook_comes_back(sample(name), tmp_path / "codebook.qdc", read_codes)


def assert_codebook_comes_back(path: Path, written: Path, read_codes: Callable[[bytes], list]) -> None:
    """The file is valid, holds the same tree with the same identifiers, and is written again byte for byte."""
    first = replace(ingest.read_codebook(path, CONFIG), memos=(), problems=())
    written.write_bytes(codebook_qdc(first, ()))
    read_codes(written.read_bytes())
    again = replace(ingest.read_codebook(written, CONFIG), problems=())
    empty = Study("Study", r.Corpus((), (), (), (), (), ()))
    assert book(replace(empty, codebook=again)) == book(replace(empty, codebook=first))
    identifiers = {code.name: code.guid for code in again.codes}
    assert all(identifiers[code.name] == code.guid for code in first.codes if code.guid)
    assert codebook_qdc(again, ()) == written.read_bytes()
