from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import ingest
from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.records import Corpus, Role

TALK = "I: How was it?\n\nAnn: It was good.\n\nI: And then?\n\nAnn: Then we left.\n"


def said(corpus: Corpus) -> list[tuple[str, str]]:
    texts = {document.id: document.text for document in corpus.documents}
    return [(turn.speaker, texts[turn.document][turn.start : turn.end]) for turn in corpus.turns]


def reasons(corpus: Corpus) -> list[tuple[str, str]]:
    return [(dropped.reason, dropped.text) for dropped in corpus.dropped]


def test_a_paragraph_is_a_turn_without_its_label(study) -> None:
    corpus = study({"BU.txt": TALK})
    assert said(corpus) == [
        ("I", "How was it?"),
        ("Ann", "It was good."),
        ("I", "And then?"),
        ("Ann", "Then we left."),
    ]
    assert [turn.number for turn in corpus.turns] == [1, 2, 3, 4]
    assert [turn.paragraph for turn in corpus.turns] == [1, 2, 3, 4]
    assert corpus.documents[0].paragraphs == (0, 16, 35, 49)
    assert corpus.problems == ()


def test_a_paragraph_without_a_label_continues_the_turn(study) -> None:
    corpus = study({"a.txt": "I: How?\n\nAnn: First.\n\nSecond, a longer one.\n\nI: Ok.\n\nAnn: Bye."})
    assert said(corpus)[1] == ("Ann", "First.\n\nSecond, a longer one.")
    assert [turn.paragraph for turn in corpus.turns] == [1, 2, 4, 5]


def test_text_before_the_first_label_is_a_header(study) -> None:
    corpus = study({"a.txt": "A talk about gardens\n3 May\n\n" + TALK})
    assert reasons(corpus) == [("header", "A talk about gardens\n3 May")]
    assert corpus.dropped[0].turn == 0
    assert not corpus.dropped[0].whole_turn
    assert [turn.paragraph for turn in corpus.turns] == [2, 3, 4, 5]


def test_a_head_that_names_the_interviewer_is_no_turn(study) -> None:
    head = "Interviewer: Mary Smith\nParticipant: P07\nDate: 3 May 2020\nPlace: Leeds"
    corpus = study({"a.txt": f"{head}\n\n{TALK}"})
    assert reasons(corpus) == [("header", head)]
    assert {speaker for speaker, _ in said(corpus)} == {"I", "Ann"}


def test_a_moderator_who_opens_once_is_a_speaker(study) -> None:
    corpus = study({"a.txt": "Moderator: Welcome.\n\nP1: Yes.\n\nP2: No.\n\nP1: Well.\n\nP2: Hm."})
    assert said(corpus)[0] == ("Moderator", "Welcome.")


def test_words_with_a_colon_are_not_speakers(study) -> None:
    odd = (
        "Note: it rained.\nNote: it stopped.\nQuestion 3: gardens?\nQuestion 3: again\n10:30 we left\nhttp://a.b is it"
    )
    corpus = study({"a.txt": f"I: How?\nAnn: So.\n{odd}\nI: Ok?\nAnn: Yes."})
    assert [speaker for speaker, _ in said(corpus)] == ["I", "Ann", "I", "Ann"]
    assert said(corpus)[1] == ("Ann", f"So.\n{odd}")


def test_a_label_seen_once_is_talk_unless_configured(study) -> None:
    text = "I: Who was there?\n\nAnn: Many.\n\nGarden: that was the word.\n\nI: Yes?\n\nAnn: Yes."
    assert [s for s, _ in said(study({"a.txt": text}))] == ["I", "Ann", "I", "Ann"]
    assert [s for s, _ in said(study({"a.txt": text}, participants=("GARDEN",)))] == ["I", "Ann", "Garden", "I", "Ann"]


def test_spellings_of_one_label_are_one_person(study) -> None:
    corpus = study({"a.txt": "I: Q?\n\nParticipant 1: A.\n\nI: Q?\n\nPARTICIPANT  1: B.\n\nparticipant 1: C."})
    turns = [turn for turn in corpus.turns if turn.role is Role.PARTICIPANT]
    assert [turn.speaker for turn in turns] == ["Participant 1", "PARTICIPANT 1", "participant 1"]
    assert {turn.person for turn in turns} == {"a/participant 1"}
    assert [(s.label, s.turns) for s in corpus.speakers] == [("I", 2), ("Participant 1", 3)]


def test_persons_belong_to_a_document_unless_labels_are_global(study) -> None:
    files = {"a.txt": TALK, "b.txt": TALK}
    assert {turn.person for turn in study(files).turns} == {"a/i", "a/ann", "b/i", "b/ann"}
    assert {turn.person for turn in study(files, speakers_global=True).turns} == {"i", "ann"}


def test_without_labels_every_paragraph_is_a_turn_of_nobody(study) -> None:
    corpus = study({"a.txt": "We went out.\n\nIt was cold."})
    assert said(corpus) == [("", "We went out."), ("", "It was cold.")]
    assert {turn.role for turn in corpus.turns} == {Role.UNKNOWN}
    assert "no speaker labels found" in corpus.problems[0].what


def test_lines_are_paragraphs_without_blank_lines(study) -> None:
    corpus = study({"a.txt": "I: How?\nAnn: So\nand so.\nI: Ok?\nAnn: Yes."})
    assert said(corpus)[1] == ("Ann", "So\nand so.")
    assert corpus.documents[0].paragraphs == (0, 8, 16, 24, 31)


def test_hard_wrapped_lines_are_joined_to_their_paragraph(study) -> None:
    text = "I: How was\nthat for you?\n\nAnn: It was\nlong and\ncold.\n\nI: And\nthen?\n\nAnn: We\nleft."
    corpus = study({"a.txt": text})
    assert [turn.paragraph for turn in corpus.turns] == [1, 2, 3, 4]
    assert said(corpus)[1] == ("Ann", "It was\nlong and\ncold.")


def test_a_known_label_inside_a_wrapped_block_begins_a_turn(study) -> None:
    text = "I: How was\nthat for\nyou?\nAnn: It was\nlong.\n\nI: And\nthen?\n\nAnn: We\nleft."
    assert said(study({"a.txt": text}))[:2] == [("I", "How was\nthat for\nyou?"), ("Ann", "It was\nlong.")]


def test_blank_lines_between_sections_of_turns(study) -> None:
    corpus = study({"a.txt": "I: One?\nAnn: Two.\nI: Three?\nAnn: Four.\n\nI: Five?\nAnn: Six."})
    assert len(corpus.turns) == 6


def test_long_lines_are_paragraphs_even_with_a_blank_line(study) -> None:
    line = "word " * 60
    corpus = study({"a.txt": f"Title\n\n{line}\n{line}\n{line}"})
    assert len(corpus.documents[0].paragraphs) == 4


def test_a_form_feed_is_a_line_break(study) -> None:
    corpus = study({"a.txt": "I: How?\fAnn: So.\n\fI: Ok?\nAnn: Yes."})
    assert [speaker for speaker, _ in said(corpus)] == ["I", "Ann", "I", "Ann"]


def test_names_on_their_own_lines_with_times(study) -> None:
    corpus = study({"a.txt": "Ann Lee  0:15\nHello there.\n\nBob  1:20\nHi.\n\nAnn Lee  1:25\nBye.\n\nBob  1:31\nBye."})
    assert said(corpus) == [("Ann Lee", "Hello there."), ("Bob", "Hi."), ("Ann Lee", "Bye."), ("Bob", "Bye.")]
    assert [turn.start_ms for turn in corpus.turns] == [15_000, 80_000, 85_000, 91_000]


def test_a_label_alone_on_its_line_takes_the_next_paragraph(study) -> None:
    corpus = study({"a.txt": "ANNA\n\nHello.\n\nBOB\n\nOkay\n\nANNA\n\nBye.\n\nBOB\n\nOkay"})
    assert said(corpus) == [("ANNA", "Hello."), ("BOB", "Okay"), ("ANNA", "Bye."), ("BOB", "Okay")]


def test_running_numbers_are_not_part_of_a_name(study) -> None:
    corpus = study({"a.txt": "Dan 1: How?\nAnn 2: So.\nDan 3: Ok?\nAnn 4: Yes."})
    assert [turn.speaker for turn in corpus.turns] == ["Dan", "Ann", "Dan", "Ann"]
    group = study({"a.txt": "P 1: How.\nP 2: So.\nP 3: Ok.\nP 4: Yes."})
    assert [turn.speaker for turn in group.turns] == ["P 1", "P 2", "P 3", "P 4"]


def test_a_name_with_a_time_is_a_speaker_even_once(study) -> None:
    text = "[00:01] Speaker A: How?\n[00:05] Guest: So.\n[00:08] Speaker A: Ok?\n10:30 Dinner: was served"
    assert [speaker for speaker, _ in said(study({"a.txt": text}))] == ["Speaker A", "Guest", "Speaker A"]


def test_a_known_speaker_behind_the_end_of_a_sentence_begins_a_turn(study) -> None:
    corpus = study({"a.txt": "I: Yes? P: No. It is. Note: so.\n\nI: I asked P: him.\n\nP: Well."})
    assert said(corpus) == [("I", "Yes?"), ("P", "No. It is. Note: so."), ("I", "I asked P: him."), ("P", "Well.")]
    assert [turn.paragraph for turn in corpus.turns] == [1, 1, 2, 3]


def test_an_empty_turn_is_dropped_and_counted(study) -> None:
    corpus = study({"a.txt": "I:\n\nAnn: Yes.\n\nI: And?\n\nAnn: No."})
    assert reasons(corpus) == [("empty turn", "I:")]
    assert [turn.number for turn in corpus.turns] == [1, 2, 3]


def test_the_f4_time_closes_a_turn(study) -> None:
    corpus = study({"a.txt": "I: How? #00:00:05-0#\n\nB: So. #00:00:09-5#"})
    assert [(turn.start_ms, turn.end_ms) for turn in corpus.turns] == [(None, 5_000), (None, 9_500)]
    assert said(corpus)[1] == ("B", "So. #00:00:09-5#")


def test_right_to_left_talk(study) -> None:
    corpus = study({"א.txt": "מראיין: מה שלומך?\n\nדנה: טוב.\n\nמראיין: ואז?\n\nדנה: הלכנו."})
    assert said(corpus)[1] == ("דנה", "טוב.")
    assert corpus.documents[0].id == "א"


def test_file_names_with_blanks_and_split_accents(study) -> None:
    corpus = study({"Cafe\u0301 group 1.txt": TALK})
    assert corpus.documents[0].id == "Café group 1"


def test_files_are_listed_with_their_digest(study) -> None:
    corpus = study({"a.txt": "I: x", "b.txt": "", ".hidden.txt": "I: x", "~$a.docx": "lock", "c.pdf": "%PDF-1"})
    assert [(file.name, file.kind) for file in corpus.files] == [("a.txt", "transcript"), ("b.txt", "transcript")]
    assert corpus.files[1].sha256 == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert [document.id for document in corpus.documents] == ["a"]
    told = [problem.what for problem in corpus.problems]
    assert "1 files were not read: c.pdf" in told
    assert "the file holds no text" in told


@pytest.mark.parametrize("names", [("a.txt", "a.md"), ("a.txt", "A.txt")])
def test_two_documents_of_one_name_are_refused(study, names: tuple[str, str]) -> None:
    with pytest.raises(InputError) as caught:
        study(dict.fromkeys(names, TALK))
    assert all(name in str(caught.value) for name in names)


def test_nothing_to_read(study, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no transcript"):
        study({})
    with pytest.raises(InputError, match="no transcript holds any text"):
        study({"a.txt": " \n"})
    with pytest.raises(InputError, match="no such file"):
        ingest.read(tmp_path / "missing", None, IngestConfig())
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    with pytest.raises(InputError, match="cannot be read"):
        ingest.read(tmp_path / "a.pdf", None, IngestConfig())


def test_a_file_without_permission_is_an_input_error(study, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str, flags: int) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pipeline.ingest.files._at_once", refuse)
    with pytest.raises(InputError, match="Permission denied"):
        study({"a.txt": TALK})


def test_a_file_above_the_limit_is_refused(study) -> None:
    with pytest.raises(InputError, match="too large"):
        study({"a.txt": b"x" * 1_000_001}, max_file_mb=1)


def test_order_of_files_and_progress(study, tmp_path: Path) -> None:
    study({"b.txt": TALK, "a.txt": TALK})
    seen: list[tuple[int, int]] = []
    corpus = ingest.read(tmp_path / "transcripts", None, IngestConfig(), lambda done, total: seen.append((done, total)))
    assert [document.id for document in corpus.documents] == ["a", "b"]
    assert seen == [(1, 2), (2, 2)]


def test_documents_csv_gives_sites_and_attributes(study, tmp_path: Path) -> None:
    study({"a.txt": TALK, "b.txt": TALK, "c.txt": TALK})
    table = tmp_path / "documents.csv"
    table.write_text("Document;Site;Country\nA.txt;BU;DE\nb;TU;\nbb;X;Y\n")
    corpus = ingest.read(tmp_path / "transcripts", table, IngestConfig())
    assert [(d.site, d.attributes) for d in corpus.documents] == [
        ("BU", (("Country", "DE"),)),
        ("TU", (("Country", ""),)),
        ("", ()),
    ]
    assert [(problem.where, problem.what) for problem in corpus.problems] == [
        ("documents.csv, line 4", "document 'bb' is not among the transcripts; did you mean 'b'?"),
        ("documents.csv", "1 documents of the study have no row: c"),
    ]
    table.write_text("document,site\na,BU\na,TU\n")
    with pytest.raises(InputError, match="lines 2 and 3"):
        ingest.read(tmp_path / "transcripts", table, IngestConfig())
    table.write_text("name,site\na,BU\n")
    with pytest.raises(InputError, match=r"'document' is missing.*Columns found: name, site"):
        ingest.read(tmp_path / "transcripts", table, IngestConfig())


def test_documents_csv_among_the_transcripts_is_no_transcript(study, tmp_path: Path) -> None:
    study({"a.txt": TALK})
    table = tmp_path / "transcripts" / "documents.csv"
    table.write_text("document,site\na,BU\n")
    corpus = ingest.read(tmp_path / "transcripts", table, IngestConfig())
    assert [(d.id, d.site) for d in corpus.documents] == [("a", "BU")]
    assert [(file.name, file.kind) for file in corpus.files] == [
        ("documents.csv", "documents"),
        ("a.txt", "transcript"),
    ]


def test_folders_inside_are_told(study, tmp_path: Path) -> None:
    (tmp_path / "transcripts" / "old").mkdir(parents=True)
    assert study({"a.txt": TALK}).problems[0].what == "1 folders inside were not read: old"


@pytest.mark.parametrize("filler", ["word ", "A b: ", " ", "\t", "[00:15] ", "– "])
def test_one_very_long_turn_is_read_whole(study, filler: str) -> None:
    long = filler * 200_000
    corpus = study({"a.txt": f"I: How?\n\nAnn: so {long} end.\n\nI: Ok?\n\nAnn: Yes."})
    assert corpus.turns[1].end - corpus.turns[1].start == len(f"so {long} end.")


def test_a_head_that_lists_the_participants_is_nobody_speaking(tmp_path):
    (tmp_path / "PU.txt").write_text(
        "Focus group\n\nParticipants: four staff (Participant 1 to Participant 4).\n\n"
        "Mod: What changed?\n\nParticipant 1: We trust her now.\n\nMod: And you?\n\nParticipant 2: Not yet.\n"
    )
    corpus = ingest.read(tmp_path, None, IngestConfig())
    assert [turn.speaker for turn in corpus.turns] == ["Mod", "Participant 1", "Mod", "Participant 2"]
    assert [dropped.reason for dropped in corpus.dropped] == ["header"]
    assert "four staff" in corpus.dropped[0].text
