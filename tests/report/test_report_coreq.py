"""COREQ: 32 items in three domains, filled only with what the run knows; the methods text cites what it lists."""

from __future__ import annotations

import dataclasses
import re

import lxml.html
import pytest

from pipeline.config import ReportConfig, StudyConfig, from_json, to_json
from pipeline.records import Result, Triage
from pipeline.report import coreq, html
from pipeline.report.coreq import DRAFT, FILLED, TODO, items
from pipeline.report.frame import open_frame
from pipeline.report.methods_text import methods_text
from pipeline.report.references import REFERENCES, cited

CITED = re.compile(r"[A-Z][A-Za-z]+(?:, [A-Z][a-z]+)*(?: and (?:[A-Z][a-z]+|others))? (?:19|20)\d\d")


def states(result: Result) -> dict[int, str]:
    return {item.number: item.state for item in items(result)}


def text_of(result: Result, number: int) -> str:
    return items(result)[number - 1].text


def rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if re.match(r"\| \d+ \|", line)]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def with_methodology(result: Result, methodology: str) -> Result:
    config = from_json(result.manifest.config)
    study = StudyConfig(name=config.study.name, methodology=methodology)  # type: ignore[arg-type]
    changed = to_json(dataclasses.replace(config, study=study))
    return dataclasses.replace(result, manifest=dataclasses.replace(result.manifest, config=changed))


def test_all_32_items_stand_under_their_domain(full: Result) -> None:
    text = coreq(full)
    assert [int(row[0]) for row in rows(text)] == list(range(1, 33))
    assert {len(row) for row in rows(text)} == {5}
    heads = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert heads == ["Research team and reflexivity", "Study design", "Analysis and findings"]
    parts = re.split(r"^## .*$", text, flags=re.MULTILINE)[1:]
    assert [len(rows(part)) for part in parts] == [8, 15, 9]
    assert "doi:10.1093/intqhc/mzm042" in text


def test_what_the_run_knows_is_filled_and_the_rest_is_not(full: Result, empty: Result) -> None:
    found = states(full)
    assert {k for k, state in found.items() if state == FILLED} == {12, 24, 25, 27}
    assert {k for k, state in found.items() if state == DRAFT} == {9, 14, 22, 26, 29, 30, 31, 32}
    assert {k for k, state in states(empty).items() if state != TODO} == {9, 27}
    for item in items(full):
        assert bool(item.text) is (item.state != TODO)


def test_the_items_say_what_the_run_says(full: Result) -> None:
    assert text_of(full, 12) == "24 participants in 6 documents; counted by speaker labels."
    assert text_of(full, 14).startswith("6 sites: BE, BU, DA, LI, NO and PU.")
    assert text_of(full, 24).startswith("2 people. The machine suggests; it is not a coder.")
    assert text_of(full, 25).startswith("6 codes under 4 themes;")
    assert "7 candidate themes in 4 groups from the data; the team decided" in text_of(full, 26)
    assert "all-MiniLM-L6-v2" in text_of(full, 27)
    assert "T1 opening doors by lived experience, T2 doubt, then trust and T3" in text_of(full, 31)
    assert "T6 no shared room and T7 hope by example" in text_of(full, 32)


def test_saturation_is_a_bound_and_never_a_claim(full: Result, rich: Result, full_reflexive: Result) -> None:
    text = text_of(full, 22)
    assert text == f"The run makes no claim of saturation. What can be said is a bound: {full.triage.stopping}"
    assert states(rich)[22] == TODO
    assert "doi:10.1080/2159676X.2019.1704846" in text_of(full_reflexive, 22)
    alone = dataclasses.replace(full_reflexive, triage=Triage())
    assert "What can be said" not in text_of(alone, 22)


@pytest.mark.parametrize(
    ("methodology", "said"),
    [
        ("codebook", "Thematic analysis with a codebook"),
        ("content", "Qualitative content analysis"),
        ("reliability", "coding reliability"),
        ("reflexive", "agreement between coders was not sought"),
    ],
)
def test_the_methodology_is_the_studys(full: Result, methodology: str, said: str) -> None:
    assert said in text_of(with_methodology(full, methodology), 9)


def test_duration_comes_from_time_marks(full: Result) -> None:
    first = [t for t in full.corpus.turns if t.document == "BE"][-1]
    timed = {id(first): 61 * 60_000, id(full.corpus.turns[-1]): 32 * 60_000}
    turns = tuple(dataclasses.replace(t, end_ms=timed.get(id(t))) for t in full.corpus.turns)
    result = dataclasses.replace(full, corpus=dataclasses.replace(full.corpus, turns=turns))
    assert text_of(result, 21) == "32 to 61 minutes, from the time marks of 2 documents."
    assert states(full)[21] == TODO


def test_attributes_of_documents_describe_the_sample(full: Result) -> None:
    documents = tuple(dataclasses.replace(d, attributes=(("country", "UG"),)) for d in full.corpus.documents)
    result = dataclasses.replace(full, corpus=dataclasses.replace(full.corpus, documents=documents))
    assert text_of(result, 16).startswith("Known of each document: country.")


def test_labels_cannot_break_the_table(full: Result) -> None:
    themes = (dataclasses.replace(full.themes[0], label="a | b\nc"), *full.themes[1:])
    text = coreq(dataclasses.replace(full, themes=themes))
    assert "T1 a \\| b c" in text
    assert {len(row) for row in rows(text)} == {5}


def test_every_source_in_the_text_is_listed_and_every_listed_one_is_in_the_text(full: Result, rich: Result) -> None:
    for result in (full, rich):
        texts = methods_text(open_frame(result, ReportConfig()))
        found, listed = set(CITED.findall(" ".join(texts))), cited(texts)
        assert len(found) == len(listed) > 5
        assert all(any(entry.startswith(f"{name}. ") for entry in listed) for name in found)


def test_references_have_a_place_to_be_found_and_are_in_order() -> None:
    names = [short for short, _ in REFERENCES]
    assert names == sorted(names)
    assert all(CITED.fullmatch(name) for name in names)
    for _, rest in REFERENCES:
        assert re.search(r"doi:10\.|arXiv:\d|\d+-\d+|Sage|MIT Press", rest)


def test_the_methods_text_tells_what_the_run_did(full: Result) -> None:
    text = " ".join(methods_text(open_frame(full, ReportConfig())))
    for said in (
        "form 4 groups, the upper of two levels",
        "Among 12 utterances that fit nothing (the machine's own answer is no code) the same grouping found 1 new",
        "the suggestions rest on 48 coded utterances and 6 definitions",
        "(Platt 1999)",
        "No code at all was an answer of its own",
        "conformal prediction with documents as the unit (Dunn, Wasserman and Ramdas 2022)",
        "The consensus of coders",
        "Other ways to code were scored on the same utterances for comparison: most frequent code.",
        "followed over the dates of the codings",
        "A reading order was suggested for 32 unread utterances: the suggestions and what was met so far.",
        full.triage.stopping,
    ):
        assert said in text


def test_the_methods_text_tells_only_what_the_run_did(rich: Result, empty: Result, full_reflexive: Result) -> None:
    text = " ".join(methods_text(open_frame(rich, ReportConfig())))
    for absent in (
        "two levels",
        "new candidate",
        "conformal",
        "consensus of coders",
        "dates of",
        "reading order",
        "[]",
    ):
        assert absent not in text
    nothing = methods_text(open_frame(empty, ReportConfig()))
    assert "No human coding was compared." in nothing
    assert cited(nothing) == tuple(f"{a}. {b}" for a, b in REFERENCES if a == "Reimers and Gurevych 2019")
    hidden = " ".join(methods_text(open_frame(full_reflexive, ReportConfig())))
    assert "No agreement is reported" in hidden
    for absent in ("Cohen", "Krippendorff", "mutual information", "Other ways"):
        assert absent not in hidden


def test_the_page_shows_the_items_that_are_known(full: Result) -> None:
    page = lxml.html.document_fromstring(html(full, ReportConfig()))
    (table,) = page.xpath("//div[@aria-label='COREQ items']/table")
    shown = [row.xpath("./td")[0].text_content() for row in table.xpath(".//tbody/tr")]
    assert shown == [*(str(k) for k, state in states(full).items() if state != TODO), ""]
    listed = page.xpath("//ul[@class='references']/li")
    assert len(listed) == len(cited(methods_text(open_frame(full, ReportConfig()))))
