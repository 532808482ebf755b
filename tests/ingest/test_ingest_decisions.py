from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.ingest.decisions import read_decisions
from pipeline.records import Decision, Verdict

YES, NO = Verdict.ACCEPTED, Verdict.REJECTED


def table(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "decisions.csv"
    path.write_text(content, encoding="utf-8")
    return path


def test_decisions_on_themes_and_suggestions(tmp_path: Path) -> None:
    rows = (
        "coder;decision;theme_id;utterance_id;code;parent;memo;date\n"
        "Ann;Accepted;T1;;Night work;Conditions;as Ben says;2026-05-31\n"
        "Ben;rejected;T1;;;;;31.05.2026 10:30\n"
        "Ann;accepted;;ward_1-4;Listening;;;\n"
        "Ann;;T2;;;;;\n"
    )
    assert read_decisions(table(tmp_path, rows)) == (
        Decision("Ann", YES, theme="T1", code="Night work", parent="Conditions", memo="as Ben says", date="2026-05-31"),
        Decision("Ben", NO, theme="T1", date="2026-05-31T10:30:00"),
        Decision("Ann", YES, utterance="ward_1-4", code="Listening"),
    )


def test_the_last_word_of_a_coder_on_a_thing_counts(tmp_path: Path) -> None:
    rows = "coder,decision,theme_id,utterance_id,code\nAnn,accepted,T1,,A\nBen,accepted,T1,,\nann,rejected,T1,,\n"
    rows += "Ann,accepted,,u1,A\nAnn,rejected,,u1,B\nAnn,rejected,,u1,a\n"
    found = read_decisions(table(tmp_path, rows))
    assert [(d.coder, d.verdict, d.theme or d.utterance, d.code) for d in found] == [
        ("Ben", YES, "T1", ""),
        ("ann", NO, "T1", ""),
        ("Ann", NO, "u1", "B"),
        ("Ann", NO, "u1", "a"),
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("Ann,maybe,T1,,,", "line 2: decision is neither accepted nor rejected: 'maybe'"),
        (",accepted,T1,,,", "line 2: no coder is given"),
        ("Ann,accepted,,,X,", "line 2: neither a theme nor an utterance is given"),
        ("Ann,accepted,T1,u1,X,", "line 2: both a theme and an utterance are given"),
        ("Ann,accepted,,u1,,", "line 2: the suggested code for utterance 'u1' is missing"),
        ("Ann,accepted,T1,,,soon", "line 2: date is not a date: 'soon'"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, row: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_decisions(table(tmp_path, f"coder,decision,theme_id,utterance_id,code,date\n{row}\n"))
    assert message in str(caught.value)
    assert str(caught.value).startswith("decisions.csv: 1 decision of 1 cannot be used: ")


@pytest.mark.parametrize(
    ("heads", "missing"),
    [("decision,theme_id", "coder"), ("coder,theme_id", "decision"), ("coder,decision,code", "theme_id")],
)
def test_missing_columns(tmp_path: Path, heads: str, missing: str) -> None:
    with pytest.raises(InputError, match=f"'{missing}' is missing"):
        read_decisions(table(tmp_path, f"{heads}\n"))
