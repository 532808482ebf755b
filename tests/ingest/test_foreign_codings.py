"""Lists of coded passages of other programs: fixtures, samples where they lie, and the rules one by one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import ingest
from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest import read_codebook, read_codings
from pipeline.ingest.code_index import CodeIndex
from pipeline.ingest.foreign.dates import Calendar, calendar_of
from pipeline.ingest.foreign.joined_codes import parted
from pipeline.records import Code, Codebook, Codings, Corpus

FIXTURES = Path(__file__).parents[1] / "fixtures" / "formats" / "13_segments"
SAMPLES = Path(__file__).parents[3] / "shared" / "interchange" / "samples"
EXPECTED = sorted(FIXTURES.glob("*.expected.json"))
sample = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples do not lie at ../shared/interchange/samples")
TALK = "I: Why?\n\nPSW: They trust me. They trust me.\n\nI: And nights?\n\nPSW: Nights are long. They trust me."
BOOK = Codebook((Code("Trust", "Relations"), Code("Nights"), Code("Fear, shame")))


@pytest.fixture(scope="module")
def wards() -> Corpus:
    return ingest.read([FIXTURES / "ward_1.txt", FIXTURES / "ward_2.txt"], None, IngestConfig())


def coded(tmp_path: Path, content: str, corpus: Corpus, codebook: Codebook = BOOK, name: str = "x.csv") -> Codings:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    return read_codings(path, corpus, codebook)


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.name.removesuffix(".expected.json"))
def test_a_fixture_gives_its_codings(expected: Path, wards: Corpus) -> None:
    wanted = json.loads(expected.read_text(encoding="utf-8"))
    file = expected.with_name(expected.name.removesuffix(".expected.json"))
    found = read_codings(file, wards, read_codebook(FIXTURES / "codebook.csv"))
    texts = {document.id: document.text for document in wards.documents}
    assert len(found.items) == len(wanted["codings"])
    for coding, want in zip(found.items, wanted["codings"], strict=True):
        text = texts[coding.document][coding.start : coding.end]
        got = {"text": text, **{key: getattr(coding, key) for key in want if key != "text"}}
        assert got == want
    assert [unplaced.code for unplaced in found.unplaced] == [want["code"] for want in wanted["unplaced"]]
    for unplaced, want in zip(found.unplaced, wanted["unplaced"], strict=True):
        assert want["reason"] in unplaced.reason
    assert len(found.memos) == len(wanted["memos"])
    for memo, want in zip(found.memos, wanted["memos"], strict=True):
        assert {key: getattr(memo, key) for key in want} == want
    for told in wanted["problems"]:
        assert any(told in problem.what for problem in found.problems), told


def test_there_are_fixtures() -> None:
    assert len(EXPECTED) == 6


@sample
def test_the_sample_of_atlasti_is_placed_but_for_the_code_that_its_codebook_lacks(study, tmp_path: Path) -> None:
    folder = SAMPLES / "atlasti"
    lines = (folder / "atlasti_quotations_first25.csv").read_text(encoding="utf-8").splitlines()[1:]
    quotes = [line.split('"""')[1].replace('""', '"') for line in lines]
    corpus = study({"[ATLAS] - Codifying Fragments.txt": "Head\n\nBody\n\n" + "\n\n".join(quotes)})
    for name in ("atlasti_codebook_full.csv", "atlasti_code_manager_list.csv"):
        found = read_codings(folder / "atlasti_quotations_first25.csv", corpus, read_codebook(folder / name))
        assert (len(found.items), len(found.unplaced), len(found.memos)) == (56, 1, 1)
        assert found.unplaced[0].code == '"Check the publishing and receiving messages via MQTTBox."'
        assert {coding.date for coding in found.items} == {"2025-03-25", "2025-03-31"}


@sample
def test_the_samples_of_taguette(study) -> None:
    talk = "I: How far?\n\nP: We walked there,\nabout two hours. The queue was long. 😀 It was fine"
    corpus = study({"interview-1.txt": talk})
    folder = SAMPLES / "taguette-1.5.2"
    for name in ("highlights.csv", "highlights.xlsx"):
        found = read_codings(folder / name, corpus, read_codebook(folder / "codebook.csv"))
        assert [c.code for c in found.items] == ["access", "access.distance", "waiting", "waiting"]
        assert not found.unplaced
        assert corpus.documents[0].text[found.items[3].start :] == "😀 It was fine"


def test_paragraphs_count_only_where_other_passages_confirm_how_they_are_counted(study, tmp_path: Path) -> None:
    corpus = study({"a.txt": TALK})
    head = "Document name,Code,Segment,Beginning,End,Created by\n"
    unsure = coded(tmp_path, head + "a,Nights,They trust me.,7,7,Ann\n", corpus)
    assert unsure.unplaced[0].reason == "found 3 times in the document"
    sure = coded(tmp_path, head + "a,Nights,They trust me.,7,7,Ann\na,Nights,Nights are long.,7,7,Ann\n", corpus)
    assert corpus.documents[0].text[sure.items[0].start :] == "They trust me."
    wrong = coded(tmp_path, head + "a,Nights,They trust me.,4,4,Ann\na,Nights,Nights are long.,7,7,Ann\n", corpus)
    assert [unplaced.reason for unplaced in wrong.unplaced] == ["found 3 times in the document"]


def test_a_code_is_never_guessed_from_another_branch(study, tmp_path: Path) -> None:
    corpus = study({"a.txt": TALK})
    rows = (
        "Document name,Code,Segment\na,Trust,Nights are long.\na,Codes > Trust,Why?\na,Relations\\Trust,And nights?\n"
    )
    found = coded(tmp_path, rows, corpus)
    assert [coding.code for coding in found.items] == ["Trust", "Trust"]
    assert found.unplaced[0].reason == "the code 'Codes > Trust' is not in the codebook"
    flat = coded(tmp_path, rows, corpus, Codebook((Code("Trust"),)))
    assert len(flat.items) == 3


def test_one_name_in_several_branches_needs_its_path() -> None:
    index = CodeIndex(
        Codebook((Code("Ward > Pay", "Ward", label="Pay"), Code("Policy > Pay", "Policy", label="Pay"), Code("Time")))
    )
    assert index.find((("Ward", "Pay"), ("Ward > Pay",))) == "Ward > Pay"
    assert index.find((("Pay",),)) is None
    assert index.find((("policy", "pay"),)) == "Policy > Pay"
    assert CodeIndex(Codebook()).find((("A", "B"), ("A\\B",))) == "A > B"


def test_without_a_codebook_codes_are_taken_as_they_are(study, tmp_path: Path) -> None:
    corpus = study({"a.txt": TALK})
    found = coded(tmp_path, "id,document,tag,content\n1,a,New,Why?\n", corpus, Codebook())
    assert [coding.code for coding in found.items] == ["New"]
    head = "Text Content;Document;Codes;Number of Codes\n"
    two = coded(tmp_path, f"{head}Why?;a;One, Two;2\nAnd nights?;a;Fear, shame;1\n", corpus, Codebook())
    assert [coding.code for coding in two.items] == ["One", "Two", "Fear, shame"]


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("Fear, shame, Trust", ("Fear, shame", "Trust")),
        ("Fear, Fear, shame", ("Fear", "Fear, shame")),
        ("Fear, shame, b", ("Fear", "shame, b")),
        ("Trust\nFear, shame", ("Trust", "Fear, shame")),
        ("Trust, no, such, Fear", ("Trust", "no, such", "Fear")),
        ("no, such", ("no, such",)),
        ("", ()),
    ],
)
def test_codes_in_one_cell_are_parted_by_the_names_that_are_known(cell: str, codes: tuple[str, ...]) -> None:
    names = ("Fear, shame", "shame, b", "Trust", "Fear")
    assert parted(cell, names) == codes


@given(st.lists(st.sampled_from(["A", "A, B", "B, C, D", "D", "e"]), max_size=6))
def test_parted_codes_join_to_the_cell_again(codes: list[str]) -> None:
    cell = ", ".join(codes)
    found = parted(cell, ["B, C, D", "A, B", "A", "D", "e"])
    assert ", ".join(found) == cell
    assert {*found} <= {"A", "A, B", "B, C, D", "D", "e"}


def test_dates_with_slashes_are_read_only_if_the_file_decides() -> None:
    assert calendar_of(["3/5/25", "9/14/25"]).read("3/5/25") == "2025-03-05"
    assert calendar_of(["3/5/25", "14/9/2025 1:05 PM"]).read("3/5/25") == "2025-05-03"
    assert calendar_of(["14/9/2025"]).read("14/9/2025 1:05 PM") == "2025-09-14T13:05:00"
    assert calendar_of(["3/5/25"]) == calendar_of(["3/14/25", "14/3/25"]) == Calendar()
    assert (Calendar().read("3/5/25"), Calendar().read("4/4/25"), Calendar().read("2025-05-03")) == (
        "", "2025-04-04", "2025-05-03",
    )  # fmt: skip
    assert Calendar("mdy").read("2/30/25") == ""


def test_dates_that_stay_unsure_are_left_out_and_told(study, tmp_path: Path) -> None:
    rows = "Document name,Code,Segment,Created\na,Nights,Why?,3/5/25\n"
    found = coded(tmp_path, rows, study({"a.txt": TALK}))
    assert found.items[0].date == ""
    assert found.problems[0].what.startswith("left out: 1 date whose day and month cannot be told apart")


def test_the_same_coding_twice_counts_once_with_its_earliest_date(study, tmp_path: Path) -> None:
    rows = (
        "Document name,Code,Segment,Created,Created by\na,Nights,Why?,2026-02-02,Ann\na,Nights, Why?,2026-01-01,Ann\n"
    )
    found = coded(tmp_path, rows, study({"a.txt": TALK}))
    assert [(c.coder, c.date) for c in found.items] == [("Ann", "2026-01-01")]
    assert found.problems[0].what == "counted once, with the earliest date: 1 repeated coding"


def test_case_reports_of_qualcoder_have_a_column_more(study, tmp_path: Path) -> None:
    rows = "Case,Filename,Coder,Coded,Id,Codename,Coded_Memo,Category\nAnn,a,me,Why?,ctid:1,Trust,,Relations\n"
    found = coded(tmp_path, rows, study({"a.txt": TALK}))
    assert [(c.document, c.coder, c.code) for c in found.items] == [("a", "me", "Trust")]


def test_an_export_of_nvivo_in_german_named_by_its_file(study, tmp_path: Path) -> None:
    text = "<Dateien\\\\a> - § 1 Referenz kodiert  [9,00% Abdeckung]\n\nReferenz 1 - 9,00% Abdeckung\n\n"
    text += "¶7: Nights are long.\n"
    found = coded(tmp_path, text, study({"a.txt": TALK}), name="Nights.txt")
    assert [(c.code, c.end - c.start) for c in found.items] == [("Nights", 16)]


def test_a_word_file_without_references_is_refused(study, tmp_path: Path) -> None:
    build = (FIXTURES / "Listening.docx").read_bytes()
    (tmp_path / "x.docx").write_bytes(build[:200])
    with pytest.raises(InputError):
        read_codings(tmp_path / "x.docx", study({"a.txt": TALK}), BOOK)


CELLS = st.text("ab,;\t\"'\n >\\:é😀1", max_size=12)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=5))
def test_no_content_of_cells_crashes_a_reader(rows: list[tuple[str, str, str]]) -> None:
    from pipeline.ingest.drafts import Loaded
    from pipeline.ingest.foreign.headings import columns_of, passages_of
    from pipeline.ingest.foreign.segment_tables import READERS
    from pipeline.ingest.foreign.segments import placed
    from pipeline.ingest.grids import Grid, Row
    from pipeline.records import Document

    del Loaded
    corpus = Corpus((Document("a", TALK, "a", "", "utf-8", "transcript", (0,)),), (), (), (), (), ())
    heads = (
        ("document name", "code", "segment"), ("document", "codes", "content"), ("document", "tag", "content"),
    )  # fmt: skip
    for head in heads:
        grid = Grid("", "x", "utf-8", (Row(1, head), *(Row(i, row) for i, row in enumerate(rows, start=2))))
        shape = passages_of(columns_of(grid).folded)
        marked = READERS[shape](grid, CodeIndex(BOOK), IngestConfig(), "x")
        found = placed(marked, corpus, BOOK)
        assert len(found.items) + len(found.unplaced) <= len(marked.segments)
        assert all(0 <= c.start < c.end <= len(TALK) for c in found.items)


def test_many_rows_that_fit_nothing_take_no_time(study, tmp_path: Path) -> None:
    corpus = study({f"talk {i}.txt": TALK for i in range(60)})
    rows = "".join(f"{i},unheard {i},tag {i},Why?\n" for i in range(4000))
    found = coded(tmp_path, f"id,document,tag,content\n{rows}", corpus)
    head = "Text Content;Document;Codes\n"
    joint = coded(tmp_path, f"{head}Why?;talk 1;{', '.join(['Fear, shame', 'x'] * 4000)}\n", corpus)
    assert (len(found.unplaced), len(joint.items), len(joint.unplaced)) == (4000, 1, 4000)
    assert found.problems[0].todo == "Reasons: 4,000 in an unknown document."


def test_without_transcripts_every_passage_says_so(tmp_path: Path) -> None:
    path = tmp_path / "highlights.csv"
    path.write_text("id,document,tag,content\n1,a.html,Pay,We met\n2,b.html,Pay,Why\n")
    found = read_codings(path, Corpus((), (), (), (), (), ()), Codebook())
    assert [one.reason for one in found.unplaced] == ["no transcript was given"] * 2
    assert found.problems[0].what == "2 of 2 codings have no place in the texts; they are listed as unplaced"
    assert found.problems[0].todo == "Reasons: 2 without a transcript."


def test_codes_that_only_a_codebook_can_part_are_told(wards: Corpus, tmp_path: Path) -> None:
    path = tmp_path / "quotations.csv"
    path.write_text('Document,Codes,Text Content\nward_1,"Trust, Nights",x\nward_1,Trust,y\n')
    told = read_codings(path, wards, Codebook()).problems[0]
    assert told.what == "1 cell may hold several codes with commas between them, read as one: Trust, Nights"
    assert "codes with commas" not in " ".join(one.what for one in read_codings(path, wards, BOOK).problems)
