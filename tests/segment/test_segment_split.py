from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pipeline import segment
from pipeline.config import SegmentConfig
from pipeline.segment.marks import mask


def texts(cut: segment.Segmented) -> list[str]:
    return [utterance.text for utterance in cut.utterances]


TEN = "One two three four five six seven eight nine ten."


@pytest.mark.parametrize(
    ("unit", "said", "utterances"),
    [
        ("packed", "We waited long. Nobody came.", ["We waited long. Nobody came."]),
        ("packed", f"{TEN} {TEN} {TEN}", [f"{TEN}", f"{TEN}", f"{TEN}"]),
        ("sentence", "We waited long. Nobody came.", ["We waited long.", "Nobody came."]),
        ("turn", f"{TEN} {TEN} {TEN}", [f"{TEN} {TEN} {TEN}"]),
        ("sentence", "We [the PSWs] waited. [laughs] Nobody came.", ["We [the PSWs] waited. [laughs]", "Nobody came."]),
        ("sentence", "[laughs] We waited. Nobody came (pause)", ["[laughs] We waited.", "Nobody came (pause)"]),
        ("sentence", "It took 3.5 hours. Nobody came.", ["It took 3.5 hours.", "Nobody came."]),
    ],
)
def test_units(split_talk, unit: str, said: str, utterances: list[str]) -> None:
    cut = split_talk([("P", said)], unit=unit, target_words=10)
    assert texts(cut) == utterances
    assert cut.dropped == ()


@pytest.mark.parametrize(
    ("form", "n_words", "n_utterances"),
    [
        ("transcript", 20, 2),
        ("table", 20, 1),  # a comment of up to two targets stays whole
        ("table", 30, 3),
        ("answers", 30, 1),
        ("answers", 500, 1),
    ],
)
def test_rows_of_tables_and_answers_stay_whole(split_talk, form: str, n_words: int, n_utterances: int) -> None:
    cut = split_talk([("P", " ".join([TEN] * (n_words // 10)))], form=form, target_words=10)
    assert len(cut.utterances) == n_utterances


@pytest.mark.parametrize(
    ("who", "said", "reason"),
    [
        ("I", "And how did you wait there?", "interviewer"),
        ("I", "mm-hm", "interviewer"),
        ("P", "[laughs] (...)", "marks only"),
        ("P", "😀 …", "marks only"),
        ("P", "Yes, [coughs] exactly.", "backchannel"),
        ("P", "Two words.", "too short"),
        ("P", "Three words count.", ""),
        ("?", "Who said this here?", ""),
    ],
)
def test_reasons(split_talk, who: str, said: str, reason: str) -> None:
    cut = split_talk([(who, said)])
    if reason:
        (dropped,) = cut.dropped
        assert (dropped.reason, dropped.text, dropped.stage) == (reason, said, "segment")
        assert (dropped.turn, dropped.whole_turn, dropped.start, dropped.end) == (1, True, 3, 3 + len(said))
    assert texts(cut) == ([] if reason else [said])


def test_unknown_speakers_can_be_left_out(split_talk) -> None:
    cut = split_talk([("?", "Who said this here?")], keep_unknown_speakers=False)
    assert [dropped.reason for dropped in cut.dropped] == ["unknown speaker"]


def test_everything_of_an_utterance(split_talk) -> None:
    said = "[sighs] Understanding grew slowly."
    (utterance,) = split_talk([("I", "How was it?"), ("P", said)]).utterances
    assert utterance.id == "d0-2-1"
    assert (utterance.document, utterance.site, utterance.turn, utterance.paragraph) == ("d0", "S0", 2, 2)
    assert (utterance.speaker, utterance.person, utterance.role) == ("P", "d0/P", "participant")
    assert (utterance.text, utterance.clean) == (said, "Understanding grew slowly.")
    assert (utterance.question, utterance.block) == ("How was it?", 1)
    assert utterance.phrases == ("understanding",)


def test_phrases_go_to_the_utterance_that_holds_them(split_talk) -> None:
    cut = split_talk([("P", "[laughs] Understanding grew. Afterwards everybody left.")], unit="sentence")
    assert [utterance.phrases for utterance in cut.utterances] == [("understanding",), ("afterwards", "everybody")]


def test_continuation_paragraphs_are_cited_where_they_stand(split_talk) -> None:
    cut = split_talk([("I", "How?"), ("P", "First we waited. \nThen she came.\n\nAt last we left.")], unit="sentence")
    assert [utterance.paragraph for utterance in cut.utterances] == [2, 3, 5]
    assert {utterance.turn for utterance in cut.utterances} == {2}


SAID = "We waited for long."


def test_an_interviewers_backchannel_does_not_close_a_question(split_talk) -> None:
    cut = split_talk(
        [
            ("P", SAID),
            ("I", "How was [laughs] the clinic?"),
            ("P", SAID),
            ("I", "mm-hm"),
            ("P", SAID),
            ("I", "[nods]"),
            ("P", SAID),
            ("I", "And then?"),  # asks to go on with the same
            ("P", SAID),
            ("I", "Who came with you?"),
            ("I", "What came next?"),
            ("P", SAID),
        ]
    )
    assert [(u.question, u.block) for u in cut.utterances] == [
        ("", 0),
        ("How was the clinic?", 1),
        ("How was the clinic?", 1),
        ("How was the clinic?", 1),
        ("How was the clinic?", 1),
        ("What came next?", 3),
    ]


def test_a_question_does_not_reach_the_next_document(split_talk) -> None:
    cut = split_talk([("I", "How was the clinic?"), ("P", SAID)], [("P", SAID)])
    assert [(u.document, u.question, u.block) for u in cut.utterances] == [
        ("d0", "How was the clinic?", 1),
        ("d1", "", 0),
    ]


@pytest.mark.parametrize(
    ("chars", "question"),
    [
        (0, ""),
        (7, "clinic?"),  # exactly a word
        (9, "clinic?"),  # the beginning of a cut word goes
        (11, "the clinic?"),
        (400, "How was the clinic?"),
        (3, "ic?"),  # no whole word fits
    ],
)
def test_the_end_of_a_question_is_kept(split_talk, chars: int, question: str) -> None:
    cut = split_talk([("I", "How was the clinic?"), ("P", SAID)], question_chars=chars)
    assert cut.utterances[0].question == question


def test_no_turns_and_no_documents(split_talk) -> None:
    assert split_talk() == segment.Segmented((), (), ())
    assert split_talk([]) == segment.Segmented((), (), ())


def test_progress_counts_the_turns_that_are_analysed(corpus_of, parser) -> None:
    seen: list[tuple[int, int]] = []
    corpus = corpus_of([("I", "How?"), ("P", SAID), ("P", SAID)])
    segment.split(corpus, parser, SegmentConfig(), progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]


def test_a_turn_of_200_000_words_is_cut_up_whole(split_talk) -> None:
    said = ("Understanding the beautiful neighbourhood took us many years. " * 25_000).strip()
    cut = split_talk([("P", said)])
    assert len(said.split()) == 200_000
    assert " ".join(texts(cut)) == said
    assert sum(len(utterance.phrases) for utterance in cut.utterances) == 3 * 25_000


PIECES = st.sampled_from(
    [
        "We waited. ",
        "mm-hm ",
        "[laughs] ",
        "(...)",
        "[the PSW] ",
        "\n",
        "!",
        "3.5 ",
        "😀",
        "👩\u200d⚕️",
        "היא באה. ",
        "\u202eabc\u202c ",
        "\x07",
        "\x1f",
        "\u2028",
        "[",
        ")",
        "translator: ",
        "00:12",
    ]
)
TALK = st.lists(PIECES | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8))
SAYING = TALK.map("".join).map(str.strip).filter(bool)
TURNS = st.lists(st.tuples(st.sampled_from("IP?"), SAYING), max_size=6)


# the fixtures hold no state, therefore they may serve all examples
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TURNS, max_size=3), st.sampled_from(["auto", "packed", "sentence", "turn"]), st.integers(1, 12))
@example([[("P", "[laughs] a b c. [x] d (...)")]], "sentence", 1)
def test_no_word_is_lost_and_every_utterance_quotes_its_document(corpus_of, parser, talk, unit, target) -> None:
    corpus = corpus_of(*talk)
    cut = segment.split(corpus, parser, SegmentConfig(unit=unit, target_words=target))
    documents = {document.id: document.text for document in corpus.documents}
    for utterance in cut.utterances:
        assert documents[utterance.document][utterance.start : utterance.end] == utterance.text
        assert utterance.text == utterance.text.strip() != ""
    turns = [(turn.document, turn.number) for turn in corpus.turns]
    analysed = list(dict.fromkeys((u.document, u.turn) for u in cut.utterances))
    left_out = [(d.document, d.turn) for d in cut.dropped]
    assert sorted(analysed + left_out) == sorted(turns)
    assert analysed == [turn for turn in turns if turn in set(analysed)]
    for turn in corpus.turns:
        _check_turn(turn, documents[turn.document], cut)
    assert len({u.id for u in cut.utterances}) == len(cut.utterances)


def _check_turn(turn, text: str, cut: segment.Segmented) -> None:
    own = [u for u in cut.utterances if (u.document, u.turn) == (turn.document, turn.number)]
    at = turn.start
    for utterance in own:
        assert at <= utterance.start < utterance.end <= turn.end
        assert not text[at : utterance.start].strip()  # not even a mark is left out
        at = utterance.end
    if own:
        assert not text[at : turn.end].strip()
        said = "".join(mask(text[turn.start : turn.end]).split())
        assert "".join("".join(u.clean.split()) for u in own) == said


def test_importing_the_room_loads_no_heavy_library() -> None:
    code = "import sys, pipeline.segment; print([n for n in ('spacy', 'torch', 'sklearn') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
