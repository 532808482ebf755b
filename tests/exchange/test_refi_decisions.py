"""What analysts accepted and rejected, in the codebook and in the project."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import records as r
from pipeline.exchange import codebook_qdc, losses, project_qdpx
from pipeline.records import MACHINE, SUGGESTED, Decision, Verdict

YES, NO = Verdict.ACCEPTED, Verdict.REJECTED
SPOKEN = 'هم خوب بودند <very> "kind".'
WALKED = "We walked two hours 🚶 & waited."


def branches(codes: list) -> dict[str, list[str]]:
    return {name: [child[0] for child in children] for name, _, _, _, children in codes}


def of(read_codes, clinic, *decisions: Decision) -> list:
    return read_codes(codebook_qdc(clinic.codebook, clinic.themes, decisions))


def test_an_accepted_theme_is_a_code_of_the_team(clinic, read_codes, read):
    said = Decision("Ann", YES, theme="T1", parent="Access", memo="Fits the ward", date="2026-11-22T09:00:00")
    codes = of(read_codes, clinic, said)
    assert branches(codes) == {
        "Access": ["Distance", "kind staff"],
        "Staff": [],
        SUGGESTED: ['T2 walking & "waiting"'],
    }
    (_, new), *_ = [code[4] for code in codes]
    assert new == [
        "kind staff",
        "true",
        "#E69F00",
        "Keywords: walk, wait\nUtterances: 5; speakers: 2; documents: 1\n"
        "Stability (coming back without part of the talk): doubtful\nCohesion (how alike its utterances are): loose\n"
        "one site only\nCandidate theme T1 of the machine, accepted by Ann on 2026-11-22: Fits the ward",
        [],
    ]
    # the machine placed the utterances, still
    assert ("BU", SPOKEN, MACHINE, "kind staff") in read(project_qdpx(clinic, (said,))).codings()


def test_its_identifier_is_that_of_the_candidate(clinic):
    def guid(data: bytes, name: str) -> str:
        return data.decode().split(f'" name="{name}')[0][-36:]

    before = codebook_qdc(clinic.codebook, clinic.themes)
    after = codebook_qdc(clinic.codebook, clinic.themes, (Decision("Ann", YES, theme="T1"),))
    assert guid(before, "T1 kind staff") == guid(after, "kind staff")
    assert guid(before, "Staff") == guid(after, "Staff")


def test_a_label_that_is_taken_gets_a_number(clinic, read_codes):
    themes = (dataclasses.replace(clinic.themes[0], label="Staff"), clinic.themes[1])
    run = dataclasses.replace(clinic, themes=themes)
    assert list(branches(of(read_codes, run, Decision("Ann", YES, theme="T1")))) == [
        "Access",
        "Staff",
        "Staff 2",
        SUGGESTED,
    ]


def test_a_theme_that_is_a_code_of_the_team_already(clinic, read_codes, read):
    said = Decision("Zoe", YES, theme="T1", code="Staff", memo="The same", date="2026-11-22")
    assert branches(of(read_codes, clinic, said)) == {
        "Access": ["Distance"],
        "Staff": [],
        SUGGESTED: ['T2 walking & "waiting"'],
    }
    project = read(project_qdpx(clinic, (said,)))
    assert ("BU", SPOKEN, MACHINE, "Staff") in project.codings()
    (note,) = project.root.iter("Note")
    assert note.get("name") == "Candidate theme T1 accepted"
    assert project.name(note.get("creatingUser")) == "Zoe"
    assert note.get("creationDateTime") == "2026-11-22T00:00:00Z"
    text = note.findtext("PlainTextContent")
    assert text.startswith("kind staff\nKeywords: walk, wait\n")
    assert text.endswith("accepted by Zoe on 2026-11-22: The same")
    (staff,) = [code for code in project.root.iter("Code") if code.get("name") == "Staff"]
    assert [ref.get("targetGUID") for ref in staff.findall("NoteRef")] == [note.get("guid")]


def test_two_themes_become_one_new_code(clinic, read_codes, read):
    said = (Decision("Ann", YES, theme="T1", code="Help"), Decision("Ann", YES, theme="T2", code="Help"))
    codes = of(read_codes, clinic, *said)
    assert list(branches(codes)) == ["Access", "Staff", "Help"]
    assert codes[2][3].count("accepted by Ann.") == 2
    found = read(project_qdpx(clinic, said)).codings()
    assert [quote for _, quote, user, code in found if (user, code) == (MACHINE, "Help")] == [WALKED, SPOKEN]


def test_a_rejected_theme_is_left_out_and_told(clinic, read_codes, read):
    said = Decision("Ann", NO, theme="T2", memo="Two things")
    assert branches(of(read_codes, clinic, said))[SUGGESTED] == ["T1 kind staff"]
    project = read(project_qdpx(clinic, (said,)))
    assert [code for _, _, user, code in project.codings() if user == MACHINE] == ["T1 kind staff"]
    assert "Candidate themes that were rejected, with the utterances placed there: T2 (Ann: Two things)." in losses(
        clinic, (said,)
    )
    assert "T2 (Ann: Two things)" in project.root.findtext("Description")


def test_why_a_theme_was_rejected_is_told(clinic):
    said = (Decision("Ann", NO, theme="T2", memo="Too mixed"), Decision("Bea", NO, theme="T2"))
    told = "Candidate themes that were rejected, with the utterances placed there: T2 (Ann: Too mixed; Bea)."
    assert told in losses(clinic, said)


def test_without_candidates_their_folder_is_gone(clinic, read_codes):
    said = (Decision("Ann", NO, theme="T1"), Decision("Ann", NO, theme="T2"))
    assert SUGGESTED not in branches(of(read_codes, clinic, *said))


@pytest.mark.parametrize(
    ("decisions", "stands"),
    [
        ((("Ann", NO), ("Ann", YES)), "accepted"),  # the last word counts
        ((("Ann", YES), ("Ann", NO)), "rejected"),
        ((("Ann", NO), ("Bea", NO)), "rejected"),
        ((("Ann", YES), ("Bea", YES)), "accepted"),
        ((("Ann", YES), ("Bea", NO)), "accepted"),  # one is enough; the other is told
    ],
)
def test_the_last_word_of_each_coder_counts(clinic, read_codes, decisions, stands):
    found = branches(of(read_codes, clinic, *(Decision(coder, verdict, theme="T1") for coder, verdict in decisions)))
    where = "accepted" if "kind staff" in found else "candidate" if "T1 kind staff" in found[SUGGESTED] else "rejected"
    assert where == stands


def test_a_rejection_of_what_somebody_accepted_is_told(clinic):
    said = (Decision("Ann", YES, theme="T1"), Decision("Bea", YES, theme="T1"), Decision("Bea", NO, theme="T1"))
    assert "That some rejected candidate themes which others accepted: T1 (Bea)." in losses(clinic, said)


def test_an_accepted_suggestion_is_a_coding_of_who_accepted_it(clinic, read):
    said = (
        Decision("Zoe", YES, utterance="NL-4", code="Staff", memo="Clearly", date="2026-11-22T09:30:00"),
        Decision("Ann", YES, utterance="NL-4", code="New one"),
        Decision("Ann", NO, utterance="BU-42", code="Staff"),
    )
    project = read(project_qdpx(clinic, said))
    assert ("NL", "Nothing\tto add.", "Zoe", "Staff") in project.codings()
    assert ("NL", "Nothing\tto add.", "Ann", "New one") in project.codings()
    (coding,) = [c for c in project.root.iter("Coding") if project.name(c.get("creatingUser")) == "Zoe"]
    assert coding.get("creationDateTime") == "2026-11-22T09:30:00Z"
    (note,) = project.root.iter("Note")
    assert [ref.get("targetGUID") for ref in coding.findall("NoteRef")] == [note.get("guid")]
    assert note.findtext("PlainTextContent") == "Clearly"
    assert "1 suggested code that analysts rejected." in losses(clinic, said)


def test_decisions_on_what_this_run_does_not_know_are_told(clinic, read):
    said = (
        Decision("Ann", YES, theme="T9"),
        Decision("Ann", YES, utterance="gone", code="Staff"),
        Decision("Ann", YES, utterance="NL-4"),
    )
    read(project_qdpx(clinic, said))
    told = losses(clinic, said)
    assert "Decisions on candidate themes that this run does not have: “T9”." in told
    assert "2 accepted suggestions for utterances that this run does not have, or without a code." in told


def test_the_same_decisions_give_the_same_bytes(clinic):
    said = (
        Decision("Ann", YES, theme="T1"),
        Decision("Bea", NO, theme="T2"),
        Decision("Ann", YES, utterance="NL-4", code="A"),
    )
    assert project_qdpx(clinic, said) == project_qdpx(clinic, said)
    assert r.Verdict("accepted") is YES


DECISIONS = st.lists(
    st.builds(
        Decision,
        coder=st.sampled_from(["", "Ann", "Bea", MACHINE]),
        verdict=st.sampled_from([YES, NO]),
        theme=st.sampled_from(["", "T1", "T2", "T3"]),
        utterance=st.sampled_from(["NL-4", "BU-0", ""]),
        code=st.sampled_from(["", "Staff", "Access", "New", "kind staff", SUGGESTED]),
        parent=st.sampled_from(["", "Access", "Staff", "New", "Elsewhere"]),
        memo=st.text(max_size=5),
        date=st.sampled_from(["", "2026-11-22", "some day"]),
    ),
    max_size=6,
)


@settings(max_examples=150, deadline=None)
@given(DECISIONS)
def test_any_decisions_give_valid_files(clinic, read, read_codes, said):
    project = read(project_qdpx(clinic, said))
    guids = project.guids()
    assert len(set(guids)) == len(guids)
    known = set(guids)
    assert {e.get("targetGUID") for e in project.root.iter() if e.get("targetGUID")} <= known
    assert {e.get("creatingUser") for e in project.root.iter() if e.get("creatingUser")} <= known
    read_codes(codebook_qdc(clinic.codebook, clinic.themes, said))
    # what people coded before is there whatever was decided
    before = {coding for coding in read(project_qdpx(clinic)).codings() if coding[2] != MACHINE}
    assert before <= set(project.codings())
    assert all((line and line[0].isupper()) or line[0].isdigit() for line in losses(clinic, said))
