"""The .qdpx file, read back with an independent reader: positions, people, variables, bytes, and what is left out."""

from __future__ import annotations

import dataclasses
import io
import itertools
import re
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import records as r
from pipeline.errors import CountError
from pipeline.exchange import codebook_qdc, losses, project_qdpx
from pipeline.records import MACHINE


def document(name: str, text: str, **more: object) -> r.Document:
    return r.Document(name, text, f"{name}.txt", "0" * 64, "utf-8", "transcript", (0,), **more)


def test_codings_come_back_with_their_text_coder_and_code(clinic, read):
    quote = "We walked two hours 🚶 & waited."
    assert read(project_qdpx(clinic)).codings() == [
        ("BU", "We walked", "Ann", "Distance"),
        ("BU", "We walked", "Bea", "Access"),
        ("BU", "We walked", "Bea", "Distance"),
        ("BU", quote, MACHINE, 'T2 walking & "waiting"'),
        ("BU", "هم خو", "Ann", "Unknown code"),
        ("BU", 'هم خوب بودند <very> "kind".', MACHINE, "T1 kind staff"),
    ]


def test_texts_stand_as_they_were_with_lf_and_no_mark(clinic, read):
    project = read(project_qdpx(clinic))
    sources = list(project.root.iter("TextSource"))
    raw = [project.files[f"sources/{source.get('guid')}.txt"] for source in sources]
    assert raw == [document.text.encode() for document in clinic.corpus.documents]
    assert [source.get("plainTextPath") for source in sources] == [f"internal://{s.get('guid')}.txt" for s in sources]


def test_codes_that_codings_use_can_be_coded_with(clinic, read):
    codes = {code.get("name"): code for code in read(project_qdpx(clinic)).root.iter("Code")}
    assert {name: code.get("isCodable") for name, code in codes.items()} == {
        "Access": "true",  # a folder in the codebook, but Bea coded with it
        "Distance": "true",
        "Staff": "true",
        "Unknown code": "true",
        "SUGGESTED (machine)": "false",
        "T1 kind staff": "true",
        'T2 walking & "waiting"': "true",
    }
    assert codes["Access"].find("Code").get("name") == "Distance"
    assert codes["Distance"].findtext("Description") == "How far\n\nInclude: walks"


def test_codes_have_the_guids_of_the_codebook_file(clinic, read):
    data = codebook_qdc(clinic.codebook, clinic.themes).decode()
    alone = dict(re.findall(r'guid="(.*?)" name="(.*?)"', data))
    project = {code.get("guid") for code in read(project_qdpx(clinic)).root.iter("Code")}
    assert len(alone) == 6
    assert set(alone) < project


def test_users_are_the_coders_and_the_machine(clinic, read):
    table = dataclasses.replace(clinic.table, coders=("Zoe",))
    project = read(project_qdpx(dataclasses.replace(clinic, table=table)))
    users = [(user.get("name"), user.get("guid")) for user in project.root.iter("User")]
    assert [name for name, _ in users] == ["Ann", "Bea", "Zoe", MACHINE]
    assert project.root.get("creatingUserGUID") == users[-1][1]


def test_a_coder_with_the_machines_name_gets_a_number(make, read):
    text = document("D", "We waited.")
    coding = r.Coding("D", 0, 2, MACHINE, "A")
    project = read(project_qdpx(make((text,), codes=(r.Code("A"),), codings=(coding,))))
    assert [user.get("name") for user in project.root.iter("User")] == [MACHINE + " 2", MACHINE]
    assert project.codings() == [("D", "We", MACHINE + " 2", "A")]


def test_site_and_attributes_stand_at_sources_and_cases(clinic, read):
    project = read(project_qdpx(clinic))

    def values(element):
        return [(project.name(v[0].get("targetGUID")), v[1].text) for v in element.findall("VariableValue")]

    expected = {"BU": [("site", "Burundi"), ("age", "34")], "NL": [("note", "a<b")]}
    assert {s.get("name"): values(s) for s in project.root.iter("TextSource")} == expected
    cases = list(project.root.iter("Case"))
    assert {case.get("name"): values(case) for case in cases} == expected
    assert [project.name(case.find("SourceRef").get("targetGUID")) for case in cases] == ["BU", "NL"]
    assert {variable.get("typeOfVariable") for variable in project.root.iter("Variable")} == {"Text"}


def test_a_repeated_column_keeps_both_values(make, read):
    text = document("D", "We waited.", site="BU", attributes=(("site", "north"), ("age", "3"), ("age", "4")))
    project = read(project_qdpx(make((text,))))
    assert [v.get("name") for v in project.root.iter("Variable")] == ["site", "site 2", "age", "age 2"]
    (source,) = project.root.iter("TextSource")
    assert [value.text for value in source.iter("TextValue")] == ["BU", "north", "3", "4"]


def test_an_empty_run_leaves_empty_containers_out(make, read):
    project = read(project_qdpx(make()))
    assert [child.tag for child in project.root] == ["Users", "Description"]
    assert [entry.filename for entry in project.entries] == ["project.qde"]


def test_a_document_without_anything_known(make, read):
    project = read(project_qdpx(make((document("D", ""),))))
    assert [child.tag for child in project.root] == ["Users", "Sources", "Description"]
    (only,) = project.root.find("Sources")[0]
    assert (only.tag, only.text) == ("Description", "form: transcript; encoding: utf-8; file: D.txt")


def test_the_same_run_gives_the_same_bytes(clinic):
    data = project_qdpx(clinic)
    later = dataclasses.replace(clinic.manifest, name="run-2", started="2031-01-01T00:00:00Z")
    turned = r.Codings(clinic.codings.items[::-1])
    assert project_qdpx(dataclasses.replace(clinic, manifest=later)) == data
    assert project_qdpx(dataclasses.replace(clinic, codings=turned)) == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = [(e.date_time, e.compress_type, e.create_system, e.external_attr >> 16) for e in archive.infolist()]
    assert entries == [((1980, 1, 1, 0, 0, 0), zipfile.ZIP_STORED, 3, 0o644)] * 3
    assert b"DateTime" not in data
    assert b"\r" not in data


def test_guids_are_distinct_upper_case_and_of_this_study(clinic, read):
    guids = read(project_qdpx(clinic)).guids()
    assert len(guids) == len(set(guids)) == 28
    assert all(re.fullmatch("[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", guid) for guid in guids)
    first, second = clinic.corpus.documents
    other = dataclasses.replace(clinic.corpus, documents=(first, dataclasses.replace(second, text=second.text + "!")))
    # only the codes are those of the codebook, whatever the texts are
    assert len(set(guids) & set(read(project_qdpx(dataclasses.replace(clinic, corpus=other))).guids())) == 7


def test_names_are_the_first_80_characters(make, read):
    text = document("D", "🚶" + "x\n" * 100)
    project = read(project_qdpx(make((text,), codes=(r.Code("A"),), codings=(r.Coding("D", 0, 201, "Ann", "A"),))))
    (selection,) = project.root.iter("PlainTextSelection")
    assert selection.get("name") == "🚶" + "x\n" * 39 + "x"
    assert (selection.get("startPosition"), selection.get("endPosition")) == ("0", "201")


def test_an_empty_selection_has_no_name(make, read):
    run = make((document("D", "abc"),), codes=(r.Code("A"),), codings=(r.Coding("D", 1, 1, "", "A"),))
    project = read(project_qdpx(run))
    assert [s.get("name") for s in project.root.iter("PlainTextSelection")] == [None]
    assert [user.get("name") for user in project.root.iter("User")] == ["(no name)", MACHINE]


def test_a_second_byte_order_mark_and_half_a_pair_move_nothing(make, read):
    run = make((document("D", "\ufeff\ud83dabc"),), codes=(r.Code("A"),), codings=(r.Coding("D", 2, 5, "Ann", "A"),))
    project = read(project_qdpx(run))
    assert project.codings() == [("D", "abc", "Ann", "A")]
    assert project.text(project.root.find("Sources")[0]) == "\u2060\ufffdabc"
    assert losses(run)[-1] == "Half surrogate pairs, or a second byte order mark, in 1 text: they are replaced."


def test_codings_outside_the_texts_and_repeated_ones_are_counted(make, read):
    inside = r.Coding("D", 0, 3, "Ann", "A")
    outside = (r.Coding("D", 0, 4, "Ann", "A"), r.Coding("E", 0, 1, "Ann", "A"), r.Coding("D", -1, 2, "Ann", "A"))
    run = make((document("D", "abc"),), codes=(r.Code("A"),), codings=(inside, inside, *outside))
    assert read(project_qdpx(run)).codings() == [("D", "abc", "Ann", "A")]
    said = losses(run)
    assert "3 codings outside every text (unknown document, or positions past its end)." in said
    assert "1 repetition of a coding by the same coder on the same text." in said


@pytest.mark.parametrize("placed", [(0, 0), (1,)])
def test_placements_that_do_not_fit_are_a_defect(clinic, placed):
    wrong = dataclasses.replace(clinic.clusters.placement, theme=np.array(placed, np.int32))
    themes, utterances = clinic.themes[:1], clinic.utterances[:1]
    clusters = dataclasses.replace(clinic.clusters, placement=wrong)
    run = dataclasses.replace(clinic, clusters=clusters, themes=themes, utterances=utterances)
    with pytest.raises(CountError, match=f"{len(placed)} placements do not fit 1 utterances and 1 themes"):
        project_qdpx(run)


WORDS = st.text(max_size=30)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.text(max_size=120), min_size=1, max_size=3), st.data(), WORDS, WORDS, WORDS)
def test_any_text_comes_back_and_is_quoted_at_its_positions(make, read, texts, data, name, coder, code):
    documents = tuple(document(f"{k}{name}", text, site=name) for k, text in enumerate(texts))
    codings = []
    for place in documents:
        ends = data.draw(st.lists(st.integers(0, len(place.text)), min_size=2, max_size=6))
        spans = [sorted(pair) for pair in itertools.pairwise(ends)]
        codings += [r.Coding(place.id, start, end, coder, code) for start, end in spans]
    project = read(project_qdpx(make(documents, codings=tuple(codings))))
    sources = project.root.find("Sources")
    for place, source in zip(documents, sources, strict=True):
        written = project.text(source)
        assert written == place.text.replace("\ufeff", "\u2060", 1 if place.text.startswith("\ufeff") else 0)
        selections = source.findall("PlainTextSelection")
        spans = [(int(s.get("startPosition")), int(s.get("endPosition"))) for s in selections]
        assert spans == sorted({(c.start, c.end) for c in codings if c.document == place.id})
        for (start, end), selection in zip(spans, selections, strict=True):
            shown = selection.get("name", "")
            assert len(shown) == min(80, end - start)
            pairs = zip(shown, written[start:end], strict=False)
            assert all(a == b or (a == (" " if b.isspace() else "\ufffd") and not is_xml(b)) for a, b in pairs)
    guids = project.guids()
    assert len(set(guids)) == len(guids)


def is_xml(character: str) -> bool:
    """Whether XML 1.0 can hold it, asked of an XML reader."""
    from xml.parsers import expat

    if character in "<&":
        return True
    try:
        expat.ParserCreate().Parse(f"<a>{character}</a>".encode(), True)
    except expat.ExpatError:
        return False
    return character not in "\ufffe\uffff"  # which expat lets pass


def test_losses_name_what_this_run_has(clinic, make):
    turn = r.Turn("BU", 1, 1, 3, 7, "I", "I", r.Role.INTERVIEWER, start_ms=0, original="Loin ?")
    dropped = r.Dropped("BU", 0, 7, "I: Far?", "segment", "interviewer", 1, True)
    ranked = np.zeros((3, 1), np.int32)
    scores = np.zeros((3, 1), np.float32)
    run = dataclasses.replace(
        clinic,
        corpus=dataclasses.replace(clinic.corpus, turns=(turn,), dropped=(dropped,)),
        dropped=(dropped,),
        suggestions=r.Suggestions(
            ("A",),
            ranked,
            scores,
            scores,
            scores,
            ranked[:, 0],
            "test",
            scores > 0,
            scores[:, 0],
            (),
            scores,
            scores > 0,
        ),
        mapping=r.Mapping(silent=(("Staff", "rare"),)),
        comparison=r.Comparison(n_coded=2),
    )
    assert losses(run) == (
        "What was left out of the analysis and why (1 passage); the texts are complete.",
        "Speakers and roles of 1 turn, other than as words of the text.",
        "Times in the recording of 1 turn, other than as words of the text.",
        "The original language of 1 turn.",
        "Include, exclude and examples as fields of their own: they are paragraphs of the code's text.",
        "With what share of the vote 2 utterances were placed: a coding has no strength.",
        "Only the report has: stability figures of 2 candidate themes; which quotes are typical of them; how they "
        "stand to the codes; second candidate themes of utterances; why 1 utterance was set aside, and its nearest "
        "theme; suggested codes for 3 utterances on which nobody decided; agreement and disagreements over 2 coded "
        "utterances.",
    )
    assert losses(make()) == ()


def test_losses_of_codes_and_characters(make):
    codes = (r.Code("A", "X"), r.Code("A", "Y"), r.Code("B", "B"))
    run = make((document("D", "a\x0cb"),), codes=codes, codings=(r.Coding("D", 0, 3, "A\x01", "B"),))
    assert losses(run) == (
        "Which branch a coding meant, for codes with the same name (the first is used): A.",
        "That codes stand below themselves in the codebook (they are written at the top): “B”.",
        "Characters that XML 1.0 forbids, in 1 document: they stay in the texts, but names of selections show a blank "
        "or U+FFFD.",
        "Characters that XML 1.0 forbids in names and descriptions: they show as U+FFFD.",
    )


def test_the_project_says_what_it_leaves_out(clinic, read):
    text = read(project_qdpx(clinic)).root.findtext("Description")
    lines = ["Codings by the machine are suggestions.", *(f"Not carried: {loss}" for loss in losses(clinic))]
    assert text.splitlines() == lines


def test_importing_the_room_loads_no_xml_library():
    code = "import sys, pipeline.exchange; sys.exit('lxml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
