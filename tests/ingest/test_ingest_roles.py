from __future__ import annotations

import csv
import io

import pytest

from pipeline.records import Corpus, Role

ASKS = ["How was it?", "What came next?", "Fine.", "And why was that?"]
TELLS = [
    "We walked a long way up to the old garden.",
    "It rained and we sat inside.",
    "Nobody minded that much at all.",
]


def talk(first: str, second: str, turns: int = 8) -> str:
    lines = []
    for i in range(turns):
        lines += [f"{first}: {ASKS[i % 4]}", f"{second}: {TELLS[i % 3]}"]
    return "\n\n".join(lines)


def roles(corpus: Corpus) -> dict[tuple[str, str], str]:
    return {(speaker.document, speaker.label): speaker.role.value for speaker in corpus.speakers}


def reason(corpus: Corpus, label: str) -> str:
    return next(speaker.reason for speaker in corpus.speakers if speaker.label == label)


def test_who_asks_in_all_documents_interviews(study) -> None:
    corpus = study({f"d{i}.txt": talk("Dan", f"Guest {i}") for i in range(3)})
    assert {role for (_, label), role in roles(corpus).items() if label == "Dan"} == {"interviewer"}
    assert {role for (_, label), role in roles(corpus).items() if label != "Dan"} == {"participant"}
    assert reason(corpus, "Dan") == (
        "asks: 75% of 24 turns hold a question; 27% of the words; speaks in 3 of 3 documents"
    )
    assert {turn.role for turn in corpus.turns if turn.speaker == "Dan"} == {Role.INTERVIEWER}
    dan = next(speaker for speaker in corpus.speakers if speaker.label == "Dan")
    assert (dan.turns, dan.words, dan.questions) == (8, 22, 6)


def test_a_usual_word_decides(study) -> None:
    corpus = study({"a.txt": "Moderator: Hello.\n\nR1: What is this?\n\nModerator: A talk.\n\nR1: Why?"})
    assert roles(corpus) == {("a", "Moderator"): "interviewer", ("a", "R1"): "participant"}
    assert reason(corpus, "Moderator") == "label is a usual word for an interviewer"


def test_the_configuration_decides_over_everything(study) -> None:
    corpus = study({"a.txt": talk("Interviewer", "Ann")}, interviewers=("ANN",), participants=("interviewer",))
    assert roles(corpus) == {("a", "Interviewer"): "participant", ("a", "Ann"): "interviewer"}
    assert reason(corpus, "Ann") == "named in the configuration"


def test_talk_without_questions_has_no_interviewer(study) -> None:
    corpus = study({"a.txt": "Ann: One.\n\nBob: Two.\n\nAnn: Three.\n\nBob: Four."})
    assert set(roles(corpus).values()) == {"participant"}


def test_somebody_who_asks_but_speaks_most_is_no_interviewer(study) -> None:
    long = "Why is it so that we never get to the end of this very long story of ours?"
    corpus = study({"a.txt": "\n\n".join([f"Ann: {long}", "Bob: Yes."] * 6)})
    assert roles(corpus)[("a", "Ann")] == "participant"


def test_two_who_ask_alike_are_both_participants(study) -> None:
    corpus = study({"a.txt": "\n\n".join(["Ann: Why?", "Bob: How?", "Ann: So.", "Bob: Well."] * 3)})
    assert set(roles(corpus).values()) == {"participant"}


def test_a_guest_who_asks_less_than_the_host_takes_part(study) -> None:
    files = {f"d{i}.txt": talk("Host", "Guest") for i in range(3)}
    files["d3.txt"] = talk("Host", "Rare") + "\n\nRare: Why?\n\nHost: Why?"
    assert roles(study(files))[("d3", "Rare")] == "participant"


def test_a_document_never_consists_of_interviewers_only(study) -> None:
    corpus = study({"a.txt": "Interviewer: A long memo on the day.\n\nAssistant: Short.\n\nInterviewer: More."})
    assert roles(corpus) == {("a", "Interviewer"): "participant", ("a", "Assistant"): "interviewer"}
    assert reason(corpus, "Interviewer").startswith("speaks most in a document without any other participant")
    fixed = study({"a.txt": "Interviewer: A memo.\n\nInterviewer: More."}, interviewers=("interviewer",))
    assert roles(fixed) == {("a", "Interviewer"): "interviewer"}
    assert "every speaker is an interviewer" in fixed.problems[0].what


def table(rows: list[tuple[str, ...]], *columns: str) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([columns, *rows])
    return out.getvalue()


def test_evidence_is_pooled_over_the_documents_of_a_table(study) -> None:
    rows = []
    for i in range(20):
        rows += [
            (f"t{i:02}", "Doctor", "Where does it hurt?" if i % 4 else "Sit down."),
            (f"t{i:02}", "Patient", "Here and there, I think."),
        ]
    rows += [("t20", "Guest", "I am her son and came along with her."), ("t20", "Doctor", "Who are you?")]
    rows += [("t21", "Doctor", "Is anybody there?")]
    found = roles(study({"turns.csv": table(rows, "document", "speaker", "text")}))
    assert found[("t00", "Doctor")] == "interviewer"  # asks nothing in this document
    assert found[("t00", "Patient")] == "participant"
    assert found[("t20", "Guest")] == "participant"
    assert found[("t21", "Doctor")] == "participant"  # nobody else is there


def test_a_single_label_everywhere_takes_part(study) -> None:
    rows = [("a", "Customer", "Can you help?"), ("b", "Customer", "How do I pay?")]
    corpus = study({"turns.csv": table(rows, "document", "speaker", "text")})
    assert set(roles(corpus).values()) == {"participant"}


@pytest.mark.parametrize(
    ("stated", "role"), [("Interviewer", "interviewer"), ("unknown", "unknown"), ("P", "participant")]
)
def test_a_role_column_wins_over_words_and_behaviour(study, stated: str, role: str) -> None:
    rows = [("a", "Participant", stated, "Hm."), ("a", "Interviewer", "participant", "Why?")]
    corpus = study({"turns.csv": table(rows, "document", "speaker", "role", "text")})
    assert roles(corpus) == {("a", "Participant"): role, ("a", "Interviewer"): "participant"}


def test_roles_without_speakers_are_labels(study) -> None:
    rows = [("a", "interviewer", "Why?"), ("a", "participant", "So.")]
    corpus = study({"turns.csv": table(rows, "document", "role", "text")})
    assert roles(corpus) == {("a", "interviewer"): "interviewer", ("a", "participant"): "participant"}


def test_an_unknown_role_word_is_told(study) -> None:
    corpus = study({"turns.csv": table([("a", "Ann", "wizard", "So.")], "document", "speaker", "role", "text")})
    assert corpus.problems[0].what == "roles that are not known: wizard"


def test_speakers_without_names_are_judged_in_each_document(study) -> None:
    """`Speaker 1` asks in one file and answers in the other: a recogniser numbers whoever speaks first."""
    answer = "Speaker 2: I went home on the bus and told my sister all about the ward."
    asks = "\n\n".join(f"Speaker 1: And what did you do then, number {i}?\n\n{answer}" for i in range(6))
    answers = asks.replace("Speaker 1", "X").replace("Speaker 2", "Speaker 1").replace("X", "Speaker 2")
    corpus = study({"a.txt": asks, "b.txt": answers}, speakers_global=True)
    roles = {(s.document, s.label): str(s.role) for s in corpus.speakers}
    assert roles["a", "Speaker 1"] == roles["b", "Speaker 2"] == "interviewer"
    assert roles["a", "Speaker 2"] == roles["b", "Speaker 1"] == "participant"
    assert len({turn.person for turn in corpus.turns}) == 4
