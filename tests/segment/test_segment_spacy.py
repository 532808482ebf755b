from __future__ import annotations

import pytest

from pipeline import segment
from pipeline.config import SegmentConfig
from pipeline.segment import parse_spacy


@pytest.fixture(scope="module")
def english() -> segment.Parser:
    return segment.open_parser()


@pytest.fixture(scope="module")
def without_model() -> segment.Parser:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parse_spacy, "_MODEL", "no_such_model")
        return segment.open_parser()


def sentences(parser: segment.Parser, text: str) -> list[str]:
    (parsed,) = parser.parse([text])
    return [text[start:end] for start, end in parsed.sentences]


def test_the_packaged_model_cuts_english_and_says_what_it_is(english) -> None:
    assert english.name == "spaCy en_core_web_sm 3.8.0"
    text = "It took 3.5 hours to get there. Dr. Mensah was away. Nobody came!"
    assert sentences(english, text) == ["It took 3.5 hours to get there.", "Dr. Mensah was away.", "Nobody came!"]


def test_phrases_are_noun_chunks_and_verbs_with_their_objects(english) -> None:
    text = "The old nurses filed the insurance claim. She gave me a thing, and I like it."
    (parsed,) = english.parse([text])
    found = {phrase: text[start:end] for start, end, phrase in parsed.phrases}
    assert found == {
        "old nurses": "old nurses",
        "insurance claim": "insurance claim",
        "file insurance claim": "filed the insurance claim",
    }
    assert list(parsed.phrases) == sorted(parsed.phrases)


def test_phrases_of_later_pieces_stand_where_they_were_said(english) -> None:
    text = "We waited. " * 950 + "The old nurses filed the insurance claim."
    (parsed,) = english.parse([text])
    assert len(text) > 10_000
    assert [(text[start:end], phrase) for start, end, phrase in parsed.phrases] == [
        ("old nurses", "old nurses"),
        ("filed the insurance claim", "file insurance claim"),
        ("insurance claim", "insurance claim"),
    ]


def test_real_talk_through_the_whole_room(english, corpus_of) -> None:
    talk = [
        ("I", "How did you file your claim?"),
        ("P", "[laughs] We lost the keys of [the clinic]. It took 3.5 hours (...) to find a locksmith."),
        ("P", "Uh-huh, right."),
    ]
    cut = segment.split(corpus_of(talk), english, SegmentConfig(unit="sentence"))
    assert [(u.text, u.clean) for u in cut.utterances] == [
        ("[laughs] We lost the keys of [the clinic].", "We lost the keys of the clinic ."),
        ("It took 3.5 hours (...) to find a locksmith.", "It took 3.5 hours to find a locksmith."),
    ]
    assert {"keys", "clinic", "lose keys"} <= set(cut.utterances[0].phrases)
    assert "locksmith" in cut.utterances[1].phrases
    assert {u.question for u in cut.utterances} == {"How did you file your claim?"}
    assert [dropped.reason for dropped in cut.dropped] == ["interviewer", "backchannel"]
    assert cut.notes == ()


def test_without_the_model_sentences_are_still_found_and_the_report_is_told(without_model, corpus_of) -> None:
    cut = segment.split(
        corpus_of([("P", "We waited for long. Nobody came.")]), without_model, SegmentConfig(unit="sentence")
    )
    assert [u.text for u in cut.utterances] == ["We waited for long.", "Nobody came."]
    assert {u.phrases for u in cut.utterances} == {()}
    assert cut.notes == ("Sentences were found by spaCy sentencizer (en_core_web_sm is not installed).",)


@pytest.mark.parametrize("texts", [[], [""], ["", "One. Two.", ""], ["   "]])
def test_each_text_gets_its_own_parse(without_model, texts: list[str]) -> None:
    parsed = list(without_model.parse(texts))
    assert len(parsed) == len(texts)
    for text, one in zip(texts, parsed, strict=True):
        assert "".join(text[start:end] for start, end in one.sentences).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize("said", ["We waited at the gate. ", "waited waded ", "x"])
def test_long_texts_are_parsed_in_pieces_that_hold_all_of_them(said: str) -> None:
    text = said * (45_000 // len(said))
    pieces = list(parse_spacy._pieces(text))
    assert "".join(piece for _, piece in pieces) == text
    assert all(text[start : start + len(piece)] == piece for start, piece in pieces)
    assert max(len(piece) for _, piece in pieces) <= 10_000
    end = said.rstrip(" ")[-1]  # after a sentence where there are any, else at a blank, else anywhere
    assert all(piece.rstrip(" ").endswith(end) for _, piece in pieces)


def test_a_turn_of_200_000_words_through_the_adapter(without_model, corpus_of) -> None:
    said = ("We waited at the old gate of the clinic. " * 22_223).strip()
    cut = segment.split(corpus_of([("P", said)]), without_model, SegmentConfig())
    assert " ".join(u.text for u in cut.utterances) == said
    assert {len(u.text.split()) for u in cut.utterances[:-1]} == {36}  # four whole sentences, across all pieces
