"""Positions in texts of projects: every way of counting is found again by test, and doubt is told."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest.refi.positions import Marked, Plain, Resolved, Ruler, Way, quoted, resolve

WORDS = st.lists(st.sampled_from(["ward", "key", "😀", "nurse", "café", "Zoë", "𝒳", "I"]), min_size=1, max_size=6)
LINES = st.lists(WORDS, min_size=2, max_size=8)
WAYS = (
    Way(),
    Way("two"),
    Way("one", wide=True),
    Way("two", wide=True),
    Way("one", mark=True),
    Way("two", wide=True, mark=True),
)


def plain(text: str, crlf: bool, mark: bool = False) -> Plain:
    return Plain(text.replace("\n", "\r\n") if crlf else text, text, mark)


def counted(before: str, way: Way) -> int:
    """Independent of the ruler: how long the text before a place is in a way of counting."""
    shaped = before.replace("\n", "\r\n") if way.ends == "two" else before
    return (len(shaped.encode("utf-16-le")) // 2 if way.wide else len(shaped)) + way.mark


def marked(text: str, spans: Sequence[tuple[int, int]], way: Way, named: bool = True) -> list[Marked]:
    return [
        Marked(counted(text[:start], way), counted(text[:end], way), text[start:end] if named else "")
        for start, end in spans
    ]


def only(source: Plain, selections: Sequence[Marked], origin: str = "") -> Resolved:
    return resolve([(source, selections)], origin)[0]


def places(found: Resolved, selections: Sequence[Marked]) -> list[tuple[int, int]]:
    return [(found.ruler.at(one.start), found.ruler.at(one.end)) for one in selections]


@given(LINES, st.sampled_from(WAYS), st.data())
def test_a_ruler_undoes_its_way_of_counting(lines: list[list[str]], way: Way, data: st.DataObject) -> None:
    text = "\n".join(" ".join(words) for words in lines)
    ruler = Ruler(plain(text, crlf=way.ends == "two", mark=way.mark), way)
    at = data.draw(st.integers(0, len(text)))
    assert ruler.at(counted(text[:at], way)) == at
    assert not ruler.halves(counted(text[:at], way))
    assert ruler.length == counted(text, way)
    assert ruler.at(ruler.length + 1) == -1
    assert ruler.at(-1) == -1


@given(LINES, st.sampled_from(WAYS), st.data())
def test_named_selections_are_found_whatever_the_way_of_counting(
    lines: list[list[str]], way: Way, data: st.DataObject
) -> None:
    text = "\n".join(f"P{number}: {' '.join(words)}" for number, words in enumerate(lines))
    starts = [text.index(f"P{number}:") for number in range(len(lines))]
    chosen = data.draw(st.lists(st.sampled_from(starts), min_size=1, max_size=4, unique=True))
    spans = [(start, text.find("\n", start) if "\n" in text[start:] else len(text)) for start in chosen]
    source = plain(text, crlf=way.ends == "two", mark=way.mark)
    selections = marked(text, spans, way)
    found = only(source, selections)
    assert places(found, selections) == spans


@pytest.mark.parametrize("way", WAYS)
def test_the_halves_of_a_letter_or_line_end_are_their_beginning(way: Way) -> None:
    ruler = Ruler(plain("a😀\nb", crlf=True, mark=True), way)
    halves = [place for place in range(ruler.length + 1) if ruler.halves(place)]
    assert len(halves) == way.wide + (way.ends == "two")
    for place in halves:
        assert ruler.at(place) == ruler.at(place - 1)


TALK = "INT: How was it?\nPSW: The ward was loud.\nINT: And then?\nPSW: We sat down.\n"
SPANS = [(TALK.index(quote), TALK.index(quote) + len(quote)) for quote in ("The ward was loud", "We sat down")]


@pytest.mark.parametrize(("ends", "expected"), [("one", "a line end counts one"), ("two", "a line end counts two")])
def test_without_names_whole_words_decide(ends: str, expected: str) -> None:
    way = Way("two") if ends == "two" else Way()
    selections = marked(TALK, SPANS, way, named=False)
    found = only(plain(TALK, crlf=True), selections)
    assert places(found, selections) == SPANS
    assert found.ruler.way.told() == expected
    assert found.other is None


def test_line_ends_that_were_changed_later_are_believed_only_if_names_say_so() -> None:
    way = Way("two")
    named, nameless = marked(TALK, SPANS, way), marked(TALK, SPANS, way, named=False)
    assert places(only(plain(TALK, crlf=False), named), named) == SPANS
    assert only(plain(TALK, crlf=False), nameless).ruler.way == Way()


ALIKE = plain("I\nI I I I I\n", crlf=True)
DOUBT = [Marked(4, 5)]


@pytest.mark.parametrize(
    ("origin", "ends"), [("ATLAS.ti 22", "one"), ("QualCoder 3.8", "one"), ("NVivo 12", "two"), ("", "two")]
)
def test_where_nothing_decides_the_program_does_and_the_doubt_is_told(origin: str, ends: str) -> None:
    found = only(ALIKE, DOUBT, origin)
    assert found.ruler.way == Way("two" if ends == "two" else "one")
    assert found.other == Way("one" if ends == "two" else "two")
    assert found.differing == 1


def test_other_texts_of_the_project_decide_before_the_program_does() -> None:
    sure = marked(TALK, SPANS, Way())
    _, found = resolve([(plain(TALK, crlf=True), sure), (ALIKE, DOUBT)], "NVivo 12")
    assert found.ruler.way == Way("one")
    assert found.other == Way("two")


def test_a_name_of_a_persons_own_decides_nothing() -> None:
    selections = [Marked(*SPANS[0], "noise on the ward"), Marked(*SPANS[1], "We sat…")]
    found = only(plain(TALK, crlf=False), selections)
    assert places(found, selections) == SPANS
    assert found.other is None


def test_mixed_line_ends_can_count_as_they_are() -> None:
    raw = "PSW: one\r\nPSW: two words\nPSW: three\r\nPSW: four words\n"
    text = raw.replace("\r\n", "\n")
    start = raw.index("four words")
    selections = [Marked(start, start + 10, "four words"), Marked(raw.index("two"), raw.index("two") + 9, "two words")]
    found = only(Plain(raw, text), selections)
    assert [text[a:b] for a, b in places(found, selections)] == ["four words", "two words"]
    assert found.ruler.way.told() == "line ends count as they are"


@pytest.mark.parametrize(
    ("name", "expected"), [("a key…", "a key"), ("a  key\n...", "a key"), ("…", ""), (" a ... key ", "a ... key")]
)
def test_names_are_compared_without_an_ellipsis_at_the_end(name: str, expected: str) -> None:
    assert quoted(name) == expected


@given(st.text(max_size=30), st.lists(st.builds(Marked, st.integers(-9, 60), st.integers(-9, 60), st.text(max_size=5))))
def test_no_selection_breaks_it(raw: str, selections: list[Marked]) -> None:
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    found = only(Plain(raw, text, mark=True), selections)
    for start, end in places(found, selections):
        assert -1 <= start <= len(text)
        assert -1 <= end <= len(text)
