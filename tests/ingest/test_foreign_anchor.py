from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest.foreign.anchor import Place, find, place

TALK = "A: We  walked\nthere – “two hours”…\n\nB: It’s far. It’s far. cafe\u0301 😀 soft\u00adly  "


@pytest.mark.parametrize(
    ("quote", "there"),
    [
        ("We walked there", "We  walked\nthere"),
        ('there - "two hours"...', "there – “two hours”…"),
        ("hours", "hours"),
        ("caf\u00e9 😀", "cafe\u0301 😀"),
        ("softly", "soft\u00adly"),
        ("  A:\u00a0We ", "A: We"),
        ("two hours”… B: It's", "two hours”…\n\nB: It’s"),
    ],
)
def test_a_passage_is_found_however_blanks_and_marks_are_typed(quote: str, there: str) -> None:
    ((start, end),) = find(quote, TALK)
    assert TALK[start:end] == there


def test_every_hit_is_told_also_overlapping_ones() -> None:
    assert find("It's far.", TALK) == (
        (TALK.index("It’s"), TALK.index("It’s") + 9),
        (TALK.rindex("It’s"), TALK.rindex("It’s") + 9),
    )
    assert find("ana", "banana") == ((1, 4), (3, 6))
    assert find("", TALK) == find("  ", TALK) == find("…", TALK, cut=True) == find("We", "") == ()


def test_part_of_a_letter_is_no_hit() -> None:
    assert find("cafe", "cafe\u0301") == find("cafe", "caf\u00e9") == ()
    assert find("hours”.", TALK) == ()  # a single stop of an ellipsis
    assert find("We Walked", TALK) == ()


def test_a_cut_passage_is_found_by_what_is_left_of_it_if_asked() -> None:
    assert find("We walked th…", TALK) == ()
    assert [TALK[a:b] for a, b in find("We walked th…", TALK, cut=True)] == ["We  walked\nth"]
    assert [TALK[a:b] for a, b in find("We walked ...", TALK, cut=True)] == ["We  walked"]


def test_one_hit_is_a_place_and_several_need_a_paragraph() -> None:
    text = "Yes.\n\nNo. Yes.\n\nYes, maybe.\nYes. Yes."
    starts = (0, 6, 16)
    assert place("maybe", text) == Place(21, 26)
    assert place("No. Yes.", text, starts, (3, 3)) == Place(6, 14)  # only one hit: the paragraph is not asked
    assert place("Yes.", text, starts, (2, 2)) == Place(10, 14)
    assert place("Yes.", text, starts, (3, 3)).reason == "found 4 times in the document"
    assert place("Yes.", text).reason == "found 4 times in the document"
    assert place("Never", text).reason == "not found in the document"
    assert place(" ", text).reason == "no words are quoted"
    assert place("Yes. No.", text, starts, (1, 2)) == Place(0, 9)


def test_marks_that_a_program_puts_round_a_passage_are_ignored_only_if_they_are_not_there() -> None:
    assert place('"two hours"', "we took two hours") == Place(8, 17)
    assert place('"two hours"', "we took “two hours”") == Place(8, 19)


def test_long_texts_are_prepared_once() -> None:
    text = "".join(f"Ward {i} – “nobody asked”  us…\n\n" for i in range(30_000))
    for i in range(0, 30_000, 100):
        assert place(f'Ward {i} - "nobody', text).reason == ""


PIECES = st.text("ab \n\t“\"'’–-….é\u0301\u00ad\u200b😀", max_size=25)
WORDS = st.text("abc", min_size=1, max_size=3)


@given(PIECES, PIECES)
def test_a_hit_reads_as_the_passage(text: str, quote: str) -> None:
    for start, end in find(quote, text):
        assert 0 <= start < end <= len(text)
        assert (0, end - start) in find(quote, text[start:end])


@given(PIECES, st.lists(WORDS, min_size=1, max_size=4), st.sampled_from([" ", "\n\n", " \t", "\u00a0"]), PIECES)
def test_what_stands_in_a_text_is_found_there(before: str, words: list[str], blank: str, after: str) -> None:
    passage = blank.join(words)
    text = f"{before} {passage} {after}"
    assert (len(before) + 1, len(before) + 1 + len(passage)) in find(" ".join(words), text)
