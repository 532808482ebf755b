"""A bilingual study: the original stands below the translation, and never where there is none."""

from __future__ import annotations

import dataclasses
import re

import pytest

from pipeline.config import ReportConfig
from pipeline.records import Result
from pipeline.report.frame import open_frame, quote
from pipeline.report.page import html
from pipeline.report.tables_original import ORIGINALS, original_tables

NASTY = "<script>alert(1)</script> Früher & heute"


@pytest.fixture
def bilingual(full: Result) -> Result:
    """Every turn but the first of each document in another language, too."""
    turns = tuple(
        dataclasses.replace(turn, original=f"{NASTY} {turn.document} {turn.number}" if turn.number > 1 else "")
        for turn in full.corpus.turns
    )
    return dataclasses.replace(full, corpus=dataclasses.replace(full.corpus, turns=turns))


def test_a_quote_carries_the_original_of_its_turn(bilingual: Result) -> None:
    frame = open_frame(bilingual, ReportConfig())
    seen = set()
    for index, utterance in enumerate(bilingual.utterances):
        view = quote(frame, index)
        assert view.original == (f"{NASTY} {utterance.document} {utterance.turn}" if utterance.turn > 1 else "")
        seen.add(bool(view.original))
    assert True in seen


def test_a_part_of_a_turn_says_that_the_original_is_of_the_whole(bilingual: Result) -> None:
    index, utterance = next((i, u) for i, u in enumerate(bilingual.utterances) if u.turn > 1)
    for more, is_part in ((0, False), (5, True)):
        turns = tuple(
            dataclasses.replace(turn, start=utterance.start, end=utterance.end + more)
            if (turn.document, turn.number) == (utterance.document, utterance.turn)
            else turn
            for turn in bilingual.corpus.turns
        )
        changed = dataclasses.replace(bilingual, corpus=dataclasses.replace(bilingual.corpus, turns=turns))
        assert quote(open_frame(changed, ReportConfig()), index).whole_turn is is_part


def test_the_page_shows_originals_escaped_where_quotes_stand(bilingual: Result) -> None:
    page = html(bilingual, ReportConfig())
    shown = re.findall(r'<p class="original">.*?</p>', page)
    assert shown
    assert "<script" not in page
    assert all("&lt;script&gt;alert(1)&lt;/script&gt; Früher &amp; heute" in text for text in shown)
    for section in ("cards", "discuss", "next"):
        begin = page.index(f'<section id="{section}">')
        assert 'class="original"' in page[begin : page.index("</section>", begin)], section


def test_a_study_in_one_language_shows_none(full: Result) -> None:
    turns = tuple(dataclasses.replace(turn, original="") for turn in full.corpus.turns)
    plain = dataclasses.replace(full, corpus=dataclasses.replace(full.corpus, turns=turns))
    assert 'class="original"' not in html(plain, ReportConfig())
    assert original_tables(plain)["originals"].rows == ()


def test_the_table_of_originals_holds_each_turn_with_its_translation(bilingual: Result) -> None:
    table = original_tables(bilingual)["originals"]
    assert table.columns == ORIGINALS
    texts = {document.id: document.text for document in bilingual.corpus.documents}
    turns = [turn for turn in bilingual.corpus.turns if turn.number > 1]
    assert [row[:2] for row in table.rows] == [(turn.document, turn.number) for turn in turns]
    first, turn = dict(zip(ORIGINALS, table.rows[0], strict=True)), turns[0]
    assert first["original"] == f"{NASTY} {turn.document} {turn.number}"
    assert first["text"] == texts[turn.document][turn.start : turn.end]
