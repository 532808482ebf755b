"""Codebooks of other programs: fixtures with what must come out, samples where they lie, and the rules one by one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest import read_codebook
from pipeline.ingest.coding_tree import steps
from pipeline.records import Code, Codebook, Folder

FIXTURES = Path(__file__).parents[1] / "fixtures" / "formats"
SAMPLES = Path(__file__).parents[3] / "shared" / "interchange" / "samples"
EXPECTED = sorted(path for row in ("11_*", "12_*") for path in FIXTURES.glob(f"{row}/*.expected.json"))
sample = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples do not lie at ../shared/interchange/samples")


def book(tmp_path: Path, content: str, name: str = "codebook.csv", **settings: object) -> Codebook:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8", newline="")
    return read_codebook(path, IngestConfig(**settings))


def tree(codebook: Codebook) -> list[tuple[str, str]]:
    return [(code.name, code.theme) for code in codebook.codes]


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.name.removesuffix(".expected.json"))
def test_a_fixture_gives_its_tree(expected: Path) -> None:
    wanted = json.loads(expected.read_text(encoding="utf-8"))
    found = read_codebook(expected.with_name(expected.name.removesuffix(".expected.json")))
    assert [code.name for code in found.codes] == [code["name"] for code in wanted["codes"]]
    for code, want in zip(found.codes, wanted["codes"], strict=True):
        assert {key: getattr(code, key) for key in want} == want
    assert [{"name": f.name, "theme": f.parent} for f in found.folders] == wanted["folders"]
    assert [{"name": s.name, "members": list(s.members)} for s in found.sets] == wanted["sets"]
    assert len(found.problems) == len(wanted["problems"])
    for problem, told in zip(found.problems, wanted["problems"], strict=True):
        assert told in problem.what


def test_there_are_fixtures() -> None:
    assert len(EXPECTED) == 4


@sample
def test_the_sample_of_atlasti_is_read_whole() -> None:
    found = read_codebook(SAMPLES / "atlasti" / "atlasti_codebook_full.csv")
    assert len(found.codes) == 465
    assert {group.name: len(group.members) for group in found.sets} == {
        "Themes": 18, "ATLAS": 436, "Research 1": 8, "Research 2": 3,
    }  # fmt: skip
    (only,) = found.problems
    assert only.what.startswith("447 names seem to hold a path, parted by ': '; read as they are: T1. Edge")
    split = read_codebook(SAMPLES / "atlasti" / "atlasti_codebook_full.csv", IngestConfig(code_separator=": "))
    listed = read_codebook(SAMPLES / "atlasti" / "atlasti_code_manager_list.csv")
    assert len(listed.codes) == 465
    assert sum(not code.theme for code in listed.codes) == 18
    assert {(code.label or code.name, code.theme) for code in split.codes} == {
        (code.label or code.name, code.theme) for code in listed.codes
    }


@sample
@pytest.mark.parametrize("name", ["codebook.csv", "codebook.xlsx"])
def test_the_samples_of_taguette(name: str) -> None:
    found = read_codebook(SAMPLES / "taguette-1.5.2" / name)
    assert [code.name for code in found.codes] == ["access", "access.distance", "unused", "waiting"]
    assert found.codes[3].definition == "Time spent <waiting>"
    nested = read_codebook(SAMPLES / "taguette-1.5.2" / name, IngestConfig(code_separator="."))
    assert tree(nested)[1] == ("distance", "access")


@sample
def test_the_sample_of_qualcoder() -> None:
    found = read_codebook(SAMPLES / "qualcoder-4.0beta" / "plain_codes_categories_for_import.txt")
    assert tree(found) == [
        ("code1", ""), ("code2", "cat1"), ("code3", "cat1"), ("code4", "cat2"), ("code5", "cat3"), ("code6", ""),
    ]  # fmt: skip
    assert found.folders == (Folder("cat1"), Folder("cat3"), Folder("cat2", "cat3"))
    assert (found.codes[0].definition, found.codes[3].definition) == ("A memo for code 1", "another memo")


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Barriers > Citizenship", ("Barriers", "Citizenship")),
        ("A  >  B > C", ("A", "B", "C")),
        ("a>b", ("a>b",)),
        ("a->b", ("a->b",)),
        ("pay \\> thanks", ("pay > thanks",)),
        ("A > pay \\> thanks", ("A", "pay > thanks")),
        ("A >", ("A >",)),
    ],
)
def test_only_an_arrow_between_blanks_parts_names(written: str, names: tuple[str, ...]) -> None:
    assert steps(written) == names


def test_paths_in_our_own_table(tmp_path: Path) -> None:
    found = book(
        tmp_path, "code,definition\nBarriers > Ward > Night,n\nBarriers > Citizenship,a\nPolicy > Citizenship,b\n"
    )
    assert tree(found) == [
        ("Night", "Ward"), ("Barriers > Citizenship", "Barriers"), ("Policy > Citizenship", "Policy"),
    ]  # fmt: skip
    assert [code.label for code in found.codes] == ["", "Citizenship", "Citizenship"]
    assert found.folders == (Folder("Ward", "Barriers"),)


def test_a_parent_may_be_given_twice_or_as_a_path(tmp_path: Path) -> None:
    rows = "code,parent\nTrust,Relations\nRelations > Trust > Nurses,Trust\nWaiting,Relations > Trust\n"
    rows += "income > 1000,Money\n"
    assert tree(book(tmp_path, rows)) == [
        ("Trust", "Relations"), ("Nurses", "Trust"), ("Waiting", "Trust"), ("income > 1000", "Money"),
    ]  # fmt: skip


def test_a_theme_is_the_one_code_of_that_name_or_a_word(tmp_path: Path) -> None:
    rows = "code,theme\nTrust,Relations\nNurses,Trust\nLoop a,Loop b\nLoop b,Loop a\nSelf,Self\n"
    found = book(tmp_path, rows)
    assert tree(found) == [
        ("Trust", "Relations"), ("Nurses", "Trust"), ("Loop a", "Loop b"), ("Loop b", "Loop a"), ("Self", "Self"),
    ]  # fmt: skip
    assert (found.folders, found.problems) == ((), ())


def test_a_parent_that_may_be_several_codes_is_told(tmp_path: Path) -> None:
    found = book(tmp_path, "code,theme\nPay,Ward\nPay,Policy\nFair,Pay\n")
    assert tree(found) == [("Ward > Pay", "Ward"), ("Policy > Pay", "Policy"), ("Fair", "Pay")]
    assert found.problems[0].what.startswith("several codes are called 'Pay'")


@pytest.mark.parametrize("rows", ["A > B,1\nA>B,2\nA  >  b,3\n", "A > B,1\nC,2\na > b,3\n"])
def test_the_same_path_twice_is_an_error(tmp_path: Path, rows: str) -> None:
    with pytest.raises(InputError, match=r"the code 'b' stands in lines 2 and 4"):
        book(tmp_path, f"code,definition\n{rows}")


def test_folders_colours_and_identifiers(tmp_path: Path) -> None:
    guid = "5c0f2a5e-1111-4222-8333-0123456789ab"
    found = book(tmp_path, f"code,folder,color,id\nTop,yes,,\nTop > A,no,#0af,{{{guid}}}\nTop > B,,green,\n")
    assert found.folders == (Folder("Top"),)
    assert found.codes[0] == Code("A", "Top", color="#00AAFF", guid=guid.upper())
    assert found.problems[0].what == "left out: 1 colour not written as #RRGGBB: green"


def test_columns_of_these_names_that_hold_something_else_are_not_used(tmp_path: Path) -> None:
    found = book(tmp_path, "code,definition,folder,color,id\nTrust,x,ring binder,red,17\n")
    assert found.codes == (Code("Trust", "", "x"),)
    assert found.problems[0].what == "columns that are not used: folder, color, id"


def test_what_the_machine_had_added_is_left_out(tmp_path: Path) -> None:
    rows = "code\nTrust\nSUGGESTED (machine)\nSUGGESTED (machine) > T1 nights\nSPEAKERS (turns) > PSW\n"
    found = book(tmp_path, rows)
    assert tree(found) == [("Trust", "")]
    assert found.problems[0].what.startswith(
        "left out: 2 codes that the machine had suggested, or that stand for speakers"
    )


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        ("tag;description\naccess;Getting there\n", [("access", "")]),
        ("Path,Description\na.b,x\n", [("a.b", "")]),
        ("name,description,colour\nWaiting,Time,#ff0000\n", [("Waiting", "")]),
        ("Name,Description,Files,References\nCare,,3,4\n  Nights,d,1,1\n    Long,,1,1\n  Days,,2,3\n",
         [("Care", ""), ("Nights", "Care"), ("Long", "Nights"), ("Days", "Care")]),
        ("Name,Description,Files,References\nCodes\\\\Care,,3,4\nCodes\\\\Care\\Nights,d,1,1\n",
         [("Care", ""), ("Nights", "Care")]),
        ("Name;Beschreibung;Dateien;Referenzen\nPflege;;3;4\n", [("Pflege", "")]),
    ],
)  # fmt: skip
def test_codebooks_with_names(tmp_path: Path, content: str, codes: list[tuple[str, str]]) -> None:
    found = book(tmp_path, content)
    assert tree(found) == codes
    assert found.problems == ()


def test_two_columns_that_could_be_the_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'tag' and 'name' could both hold the codes"):
        book(tmp_path, "tag,name,description\na,b,c\n")


def test_a_text_codebook_with_a_category_that_is_a_code(tmp_path: Path) -> None:
    found = book(tmp_path, "Care\tmemo, of care\nCare>>Nights\nWard >> Rules\tInclude: all\n", "tree.txt")
    assert tree(found) == [("Care", ""), ("Nights", "Care"), ("Rules", "Ward")]
    assert found.folders == (Folder("Ward"),)
    assert (found.codes[0].definition, found.codes[2].include) == ("memo, of care", "all")
    as_table = book(tmp_path, '"Care","memo, of care"\n"Care>>Nights",""\n', "tree.csv")
    assert tree(as_table) == [("Care", ""), ("Nights", "Care")]


def test_unknown_columns_are_told(tmp_path: Path) -> None:
    found = book(tmp_path, "Code;Comment;Code Group 1;Mood\nTrust;c;G;glad\n")
    assert found.problems[0].what == "columns that are not used: Mood"


def test_trees_without_end_are_refused(tmp_path: Path) -> None:
    chain = "code,theme\nc0,\n" + "".join(f"c{i},c{i - 1}\n" for i in range(1, 3000))
    with pytest.raises(InputError, match="more than 100 levels"):
        book(tmp_path, chain)
    with pytest.raises(InputError, match=r"line 2: the coding tree has more than 100 levels"):
        book(tmp_path, "code\n" + " > ".join(["a"] * 5000) + "\n")
    with pytest.raises(InputError, match="more than 100 levels"):
        book(tmp_path, ">>".join(["a"] * 5000) + "\n", "tree.txt")
    deep = "".join(f"{' ' * i}c{i},,1,1\n" for i in range(300))
    with pytest.raises(InputError, match="more than 100 levels"):
        book(tmp_path, f"Name,Description,Files,References\n{deep}")
