"""report.html: ten sections, everything escaped, nothing from outside, every link with its target, careful words."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import lxml.html
import numpy as np
import pytest

from pipeline import ingest
from pipeline.config import IngestConfig, ReportConfig
from pipeline.records import Codings, Comparison, Mapping, Result, ThemeRelation
from pipeline.report import html, seven_lines
from pipeline.report.view_map import _thinned

HEADINGS = [
    "2 In seven lines",
    "3 Themes at a glance",
    "4 Map and sites",
    "5 Theme by theme",
    "6 Machine and codebook",
    "7 Worth discussing",
    "8 What to read next",
    "9 What was left out and why",
    "10 How it was done",
    "All utterances, by theme",
]
FORBIDDEN = re.compile(r"discovered|accurate|the theme is|saturation reached|\bAI\b", re.IGNORECASE)
NAMES = ("rich", "empty", "reflexive", "large", "full", "full_reflexive")
Page = lxml.html.HtmlElement


@pytest.fixture(scope="module")
def texts(request: pytest.FixtureRequest) -> dict[str, str]:
    return {name: html(request.getfixturevalue(name), ReportConfig()) for name in NAMES}


@pytest.fixture(scope="module")
def pages(texts: dict[str, str]) -> dict[str, Page]:
    return {name: lxml.html.document_fromstring(text) for name, text in texts.items()}


def words(element: Page) -> str:
    return " ".join(" ".join(element.itertext()).split())


def section(page: Page, anchor: str) -> Page:
    return page.get_element_by_id(anchor)


def page_of(result: Result) -> Page:
    return lxml.html.document_fromstring(html(result, ReportConfig()))


class Balance(HTMLParser):
    """Counts what is open, so that a tag that is never closed is seen."""

    VOID = frozenset({"meta", "input", "br", "link", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Closed in itself."""

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.wrong.append(f"{tag} in {self.open[-3:]}")


@pytest.mark.parametrize("name", NAMES)
def test_all_ten_sections_in_order(pages: dict[str, Page], name: str) -> None:
    page = pages[name]
    assert len(page.xpath("//h1")) == 1
    assert [words(h) for h in page.xpath("//section/h2")] == HEADINGS
    assert all(h.getparent().get("id") for h in page.xpath("//section/h2"))


@pytest.mark.parametrize("name", NAMES)
def test_tags_are_balanced(texts: dict[str, str], name: str) -> None:
    balance = Balance()
    balance.feed(texts[name])
    assert (balance.wrong, balance.open) == ([], [])


@pytest.mark.parametrize("name", NAMES)
def test_every_link_stays_in_the_page_and_has_its_target(pages: dict[str, Page], name: str) -> None:
    page = pages[name]
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    targets = page.xpath("//@href")
    assert targets
    assert {link for link in targets if not (link[0] == "#" and link[1:] in ids)} == set()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_from_outside_and_nothing_that_runs(pages: dict[str, Page], texts: dict[str, str], name: str) -> None:
    page = pages[name]
    assert not page.xpath("//script | //link | //iframe | //img | //object | //form | //*[@src] | //*[@style]")
    assert not [key for element in page.iter() for key in element.attrib if key.startswith("on")]
    outside = re.findall(r"https?:|//[a-z]|url\((?!#)|@import", texts[name])
    assert outside == []


@pytest.mark.parametrize("name", NAMES)
def test_the_policy_allows_just_this_style(pages: dict[str, Page], name: str) -> None:
    (policy,) = pages[name].xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    (style,) = pages[name].xpath("//style")
    digest = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_nasty_texts_are_shown_as_they_are(pages: dict[str, Page], texts: dict[str, str]) -> None:
    assert "<script" not in texts["rich"]
    said = words(section(pages["rich"], "utterances"))
    assert "<script>alert(1)</script> is what the screen said & nobody laughed." in said
    assert "It costs $5 a day and {braces} and %s and \\alpha_1 $x^2$." in said
    assert "advice on <medicines>" in words(section(pages["rich"], "glance"))


@pytest.mark.parametrize("name", NAMES)
def test_words_that_claim_too_much_are_never_used(pages: dict[str, Page], name: str) -> None:
    assert FORBIDDEN.findall(words(pages[name].find("body"))) == []
    assert FORBIDDEN.findall(" ".join(pages[name].xpath("//@title | //title/text() | //desc/text()"))) == []


def test_the_seven_lines_stand_first_and_lead_on(pages: dict[str, Page], rich: Result) -> None:
    items = section(pages["rich"], "seven-lines").xpath(".//li")
    lines = seven_lines(rich)
    assert len(items) == len(lines) == 7
    for item, line in zip(items, lines, strict=True):
        assert line.sentence in words(item)
        assert item.xpath(".//a/@href") == [f"#{line.anchor}"]


def test_the_summary_counts(pages: dict[str, Page]) -> None:
    assert words(pages["rich"].xpath("//p[@class='summary']")[0]) == (
        "48 utterances of 24 participants at 6 sites; 7 candidate themes hold 42 of them."
    )


def test_unstable_themes_stand_at_the_end_and_it_is_said(pages: dict[str, Page]) -> None:
    rows = [words(row) for row in section(pages["rich"], "glance").xpath(".//tbody/tr")]
    marks = [row.split()[0] for row in rows]
    assert marks == ["T1", "T2", "T3", "T4", "T5", "Unstable:", "T6", "T7"]
    assert [words(h) for h in section(pages["rich"], "cards").xpath(".//article/h3")][-2:] == [
        "T6 no shared room",
        "T7 hope by example",
    ]


def test_an_unstable_theme_stands_at_the_end_however_large(rich: Result) -> None:
    first = dataclasses.replace(rich.themes[0], stability=0.4, stability_word="unstable")
    page = lxml.html.document_fromstring(
        html(dataclasses.replace(rich, themes=(first, *rich.themes[1:])), ReportConfig())
    )
    marks = [words(h).split()[0] for h in section(page, "cards").xpath(".//article/h3")]
    assert marks == ["T2", "T3", "T4", "T5", "T1", "T6", "T7"]


def test_a_theme_without_a_code_has_a_dash_with_its_reason(pages: dict[str, Page]) -> None:
    (dash,) = section(pages["rich"], "glance").xpath(".//tr[th//*[text()='T5']]//abbr")
    assert (words(dash), dash.get("title")) == ("–", "no code of the codebook fits this candidate")
    (note,) = dash.xpath("following-sibling::sup/a/@href")
    assert "no code of the codebook fits this candidate" in words(pages["rich"].get_element_by_id(note[1:]))


def test_a_card_says_who_speaks_and_shows_verbatim_quotes(pages: dict[str, Page], rich: Result) -> None:
    card = pages["rich"].get_element_by_id("card-T1")
    text = words(card)
    first = rich.utterances[rich.themes[0].quotes[0].utterance]
    assert first.text in text
    assert f"({first.document} {first.paragraph}) {first.speaker}" in text
    assert f"{rich.themes[0].n_speakers} participants in {rich.themes[0].n_documents} documents" in text
    for expected in ("Typical", "Fits badly", "Near miss", "highly stable", "Memo", "agreement: it meets a code"):
        assert expected in text
    assert "mostly answers to one question" in words(pages["rich"].get_element_by_id("card-T4"))


def test_the_number_of_quotes_is_configured(rich: Result) -> None:
    page = lxml.html.document_fromstring(html(rich, ReportConfig(quotes_per_theme=1, disagreements=2)))
    assert len(page.get_element_by_id("card-T1").xpath(".//blockquote")) == 3
    assert len(section(page, "discuss").xpath(".//article")) == 2


def test_the_site_table_counts_every_member(pages: dict[str, Page], rich: Result) -> None:
    (table,) = section(pages["rich"], "map").xpath(".//table")
    for theme, row in zip(rich.themes, table.xpath(".//tbody/tr"), strict=True):
        figures = [int(words(cell)) for cell in row.xpath("./td")]
        assert figures == [n for _, n in theme.sites] + [theme.size]


def test_agreement_stands_beside_the_human_ceiling(pages: dict[str, Page]) -> None:
    row = section(pages["rich"], "codebook").xpath(".//h3[.='Code by code']/following::table[1]//tbody/tr")[0]
    assert [words(cell) for cell in row.xpath("./td")][-2:] == ["0.30 n 12 of 44", "0.30 n 12 and 11 of 44"]
    text = " ".join(section(pages["rich"], "codebook").text_content().split())
    assert "0.31 (0.21 to 0.43), n 44" in text
    assert "1.40 of 3 are met on average" in text
    assert "fewer than two codes at this site" in words(section(pages["rich"], "methods"))


def test_a_reflexive_page_has_no_agreement_figure_and_says_why(pages: dict[str, Page]) -> None:
    book = words(section(pages["reflexive"], "codebook"))
    assert "No agreement figures here: this study works by reflexive thematic analysis" in book
    whole = words(pages["reflexive"].find("body"))
    for word in ("Mean kappa", "mean kappa", "0.31 (", "0.48 (", "excess 0", "coded utterances. Codes were learned"):
        assert word not in whole
    assert section(pages["reflexive"], "discuss").xpath(".//article")


def test_disagreements_show_context_and_both_views_the_most_telling_first(pages: dict[str, Page]) -> None:
    talks = section(pages["rich"], "discuss").xpath(".//article")
    assert [words(t.find("h3")) for t in talks] == [
        "1. Machine sure, no code",
        "2. Coder against coder",
        "3. Human code, machine elsewhere",
    ]
    assert "anna no code machine hope (81%)" in words(talks[0])
    assert re.search(r"ben doubt at first machine .+ \(\d+%\)", words(talks[1]))
    assert "The code <hope> ranks fifth." in words(talks[2])
    assert all("Before:" in words(talk) or "After:" in words(talk) for talk in talks)


def test_the_flow_adds_up(pages: dict[str, Page], rich: Result) -> None:
    boxes = [words(box) for box in section(pages["rich"], "left-out").xpath(".//*[@class='box']")]
    assert boxes == [
        "6 files read: 6 documents",
        "66 turns",
        "48 turns to be analysed",
        "48 utterances",
        "42 of 48 (88%) placed in 7 candidate themes",
    ]
    away = words(section(pages["rich"], "left-out").xpath(".//ol")[0])
    assert "Text outside every turn, left out heading: 1" in away
    assert "Pieces of these turns, left out: none" in away
    assert "interviewer's turn (context): 18" in away
    assert "too far from every theme: 3" in away
    assert "vote too divided: 3" in away


def test_the_flow_counts_transcripts_and_the_files_left_out(rich: Result, tmp_path: Path) -> None:
    for name, text in (("a.txt", "R: We meet.\n"), ("empty.txt", ""), ("x.mp3", "-"), ("y.mp3", "-")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "documents.csv").write_text("document,site\na,BE\n", encoding="utf-8")
    corpus = ingest.read(tmp_path, tmp_path / "documents.csv", IngestConfig())
    page = page_of(dataclasses.replace(rich, corpus=corpus))
    first = section(page, "left-out").xpath(".//ol/li")[0]
    assert words(first.xpath("./div[@class='box']")[0]) == "2 files read: 1 document"
    away = words(first.xpath("./div[2]")[0])
    assert away.startswith("Files left out of a kind that is not read: 2 held no text: 1 Text outside every turn")


def test_without_a_theme_the_flow_and_the_summary_say_so(rich: Result) -> None:
    page = page_of(CHANGES["all set aside"](rich))
    assert words(section(page, "left-out").xpath(".//*[@class='box']")[-1]) == "no candidate theme"
    assert words(page.xpath("//p[@class='summary']")[0]).endswith("there is no candidate theme.")
    assert "gave no candidate theme of at least" in words(section(page, "methods"))
    for text in ("0 candidate themes", "0 of 48 (0%)"):
        assert text not in words(page.find("body"))


def with_relations(result: Result, relation: str, reason: str) -> Result:
    found = tuple(ThemeRelation(theme.id, relation, "", reason) for theme in result.themes)
    return dataclasses.replace(result, mapping=dataclasses.replace(result.mapping, relations=found, silent=()))


def uncoded(result: Result) -> Result:
    table = dataclasses.replace(result.table, values=np.zeros_like(result.table.values))
    return dataclasses.replace(result, table=table, codings=Codings())


def lists(page: Page) -> list[str]:
    return [
        words(section(page, "codebook").xpath(f".//h3[.='{head}']/following-sibling::*[1]")[0])
        for head in ("Codes that nothing covers", "Candidates that no code covers")
    ]


def test_what_cannot_be_told_is_neither_listed_nor_called_covered(rich: Result) -> None:
    reason = "only 2 of its utterances lie in documents that were coded"
    page = page_of(with_relations(rich, "not told", reason))
    assert f"Beside the codebook not told; {reason}" in words(page.get_element_by_id("card-T5"))
    assert "no code fits" not in words(section(page, "cards"))
    (dash,) = section(page, "glance").xpath(".//tr[th//*[text()='T5']]//abbr")
    assert dash.get("title") == f"not told: {reason}"
    assert lists(page)[1] == (
        "Nothing to show here: each other candidate overlaps with a code; of 7 it cannot be told, because too little "
        "of them was coded."
    )


@pytest.mark.parametrize("relation", ["not told", "agreement", "complementary"])
def test_without_codings_no_list_claims_anything(rich: Result, relation: str) -> None:
    page = page_of(uncoded(with_relations(rich, relation, "by definition")))
    assert lists(page) == ["Nothing to show here: nobody has coded yet."] * 2
    assert "suggested utterances" in words(page.get_element_by_id("card-T1"))


def test_codings_that_touch_nothing_are_not_called_no_codings(rich: Result) -> None:
    table = dataclasses.replace(rich.table, values=np.zeros_like(rich.table.values))
    page = page_of(dataclasses.replace(with_relations(rich, "not told", "none"), table=table))
    assert lists(page) == ["Nothing to show here: the codings touch no utterance of this run."] * 2


def test_a_machine_that_is_not_scored_is_explained_beside_people_and_baselines(rich: Result) -> None:
    reason = "the machine is not scored: nothing was held out"
    for human in (rich.comparison.human[:1], ()):
        changed = dataclasses.replace(rich.comparison, agreements=(), human=human, disagreements=(), reason=reason)
        page = page_of(dataclasses.replace(rich, comparison=changed))
        assert f"No machine here: {reason}." in words(section(page, "codebook"))
        assert f"No agreement with the machine was computed: {reason}." in words(section(page, "methods"))
        expected = "the views do not differ anywhere" if human else reason
        assert f"Nothing to show here: {expected}." in words(section(page, "discuss"))


@pytest.mark.parametrize(
    ("documents", "text"),
    [
        ((1, 1), "only, without 95% intervals where all of it comes from one document."),
        ((19, 19), "only, with 95% intervals by jackknife with Student's t over 19 documents."),
        ((20, 20), "only, with 95% intervals by bootstrap over 20 documents."),
        (
            (19, 25),
            "by jackknife with Student's t over 19 documents and with 95% intervals by bootstrap over 25 documents.",
        ),
    ],
)
def test_methods_take_documents_from_the_agreement(rich: Result, documents: tuple[int, int], text: str) -> None:
    rows = [dataclasses.replace(a, n_documents=n) for a, n in zip(rich.comparison.agreements, documents, strict=True)]
    changed = dataclasses.replace(rich.comparison, agreements=tuple(rows))
    assert text in words(section(page_of(dataclasses.replace(rich, comparison=changed)), "methods"))


def test_sites_are_those_that_compare_counted(rich: Result) -> None:
    changed = dataclasses.replace(rich.comparison, placed_by_site=(("BE", 3, 8), ("", 1, 2)))
    page = page_of(dataclasses.replace(rich, comparison=changed))
    table = section(page, "codebook").xpath(".//h3[.='By site']/following::table[1]//tbody/tr")
    assert [words(row.xpath("./td")[-1]) for row in table] == ["3 of 8 (38%)", "1 of 2 (50%)"]


def test_every_set_aside_utterance_is_listed_with_its_nearest_theme(pages: dict[str, Page], rich: Result) -> None:
    notes = [words(note) for note in section(pages["rich"], "utterances").xpath(".//span[@class='small']")]
    aside = [i for i, theme in enumerate(rich.clusters.placement.theme) if theme < 0]
    nearest = rich.clusters.placement.nearest
    assert notes == [f"not placed (nearest: T{nearest[i] + 1}): {rich.clusters.placement.set_aside[i]}" for i in aside]


def test_methods_name_settings_versions_and_digests(pages: dict[str, Page], rich: Result) -> None:
    text = words(section(pages["rich"], "methods"))
    assert "6 documents at 6 sites (24 participants, 66 turns) were split into 48 utterances" in text
    assert "numpy 2.4.6" in text
    assert "seed 2026" in text
    assert rich.manifest.inputs[3].sha256 in text
    assert "cluster.vote_neighbours" in text
    assert "jackknife with Student's t over 6 documents" in text
    assert "TO BE COMPLETED Items 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 13, 15" in text


def test_empty_sections_say_why(pages: dict[str, Page]) -> None:
    page = pages["empty"]
    wanted = {
        "glance": "no utterance of a participant was left to group",
        "map": "there is no utterance to place on it",
        "codebook": "no codebook was given",
        "discuss": "no codings were given",
        "next": "no codings were given",
        "left-out": "no text was left out",
        "utterances": "there is no utterance",
    }
    for anchor, reason in wanted.items():
        assert f"Nothing to show here: {reason}." in words(section(page, anchor))


CHANGES: dict[str, Callable[[Result], Result]] = {
    "no comparison": lambda r: dataclasses.replace(
        r, comparison=Comparison(placed_by_site=r.comparison.placed_by_site, reason="no codings were given")
    ),
    "no mapping": lambda r: dataclasses.replace(r, mapping=Mapping()),
    "no suggestions": lambda r: dataclasses.replace(r, suggestions=None),
    "no documents": lambda r: dataclasses.replace(r, corpus=dataclasses.replace(r.corpus, documents=())),
    "no sites": lambda r: dataclasses.replace(
        r,
        utterances=tuple(dataclasses.replace(u, site="") for u in r.utterances),
        themes=tuple(dataclasses.replace(t, sites=(("", t.size),)) for t in r.themes),
        comparison=dataclasses.replace(r.comparison, placed_by_site=(("", 42, 48),)),
    ),
    "no stability": lambda r: dataclasses.replace(
        r, themes=tuple(dataclasses.replace(t, stability=float("nan"), stability_word="not computed") for t in r.themes)
    ),
    "all set aside": lambda r: dataclasses.replace(
        r,
        themes=(),
        mapping=Mapping(),
        clusters=dataclasses.replace(
            r.clusters,
            placement=dataclasses.replace(
                r.clusters.placement,
                theme=np.full(len(r.utterances), -1, np.int32),
                nearest=np.full(len(r.utterances), -1, np.int32),
                set_aside=("no themes",) * len(r.utterances),
            ),
        ),
    ),
    "no place on the map": lambda r: dataclasses.replace(
        r, clusters=dataclasses.replace(r.clusters, xy=np.full((len(r.utterances), 2), np.nan, np.float32))
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_is_missing_all_sections_stand(rich: Result, change: str) -> None:
    page = lxml.html.document_fromstring(html(CHANGES[change](rich), ReportConfig()))
    assert [words(h) for h in page.xpath("//section/h2")] == HEADINGS
    ids = set(page.xpath("//@id"))
    assert all(link[1:] in ids for link in page.xpath("//@href"))
    assert "nan" not in words(page.find("body")).split()


def test_same_text_twice(rich: Result, texts: dict[str, str]) -> None:
    assert html(rich, ReportConfig()) == texts["rich"]


def test_many_utterances_are_thinned_out_and_it_is_said(pages: dict[str, Page], texts: dict[str, str]) -> None:
    page = pages["large"]
    assert len(texts["large"].encode()) < 3_000_000
    listed = section(page, "utterances").xpath(".//li")
    assert 1900 <= len(listed) <= 2000
    left_out = [words(note) for note in section(page, "utterances").xpath(".//p[@class='note']")]
    counts = [int(re.match(r"[\d,]+", note)[0].replace(",", "")) for note in left_out]  # type: ignore[index]
    assert sum(counts) == 5000 - len(listed)
    assert all("the whole is in utterances.csv" in note for note in left_out)
    assert "Points carry no hover text" in words(section(page, "map"))
    assert "is drawn" not in words(section(page, "map"))


def test_long_utterances_do_not_make_a_page_of_more_than_three_megabytes(large: Result) -> None:
    whole = dataclasses.replace(
        large, utterances=tuple(dataclasses.replace(u, text="a long answer " * 300) for u in large.utterances[:1500])
    )
    placement = large.clusters.placement
    cut = dataclasses.replace(
        placement,
        theme=placement.theme[:1500],
        nearest=placement.nearest[:1500],
        second=placement.second[:1500],
        membership=placement.membership[:1500],
        set_aside=placement.set_aside[:1500],
    )
    clusters = dataclasses.replace(large.clusters, placement=cut, xy=large.clusters.xy[:1500])
    assert len(html(dataclasses.replace(whole, clusters=clusters), ReportConfig()).encode()) < 3_000_000


def test_a_map_of_more_points_than_are_drawn_says_so() -> None:
    assert _thinned(2000) == ""
    assert "drawn" not in _thinned(20_000)
    assert _thinned(100_000).endswith("An even choice of at most 20,000 of 100,000 is drawn.")
