from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.ingest.kinds import what_is

FIXTURES = Path(__file__).parents[1] / "fixtures" / "formats"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("11_maxqda_codes/codes_maxqda.xlsx", "codebook"),
        ("12_atlas_codebook/atlas_codebook.csv", "codebook"),
        ("12_atlas_codebook/atlas_code_manager_list.csv", "codebook"),
        ("13_segments/codebook.csv", "codebook"),
        ("13_segments/segments_maxqda.xlsx", "codings"),
        ("13_segments/segments_atlasti.csv", "codings"),
        ("13_segments/segments_qualcoder.csv", "codings"),
        ("13_segments/segments_taguette.csv", "codings"),
        ("13_segments/segments_nvivo.txt", "codings"),
        ("13_segments/Listening.docx", "codings"),
        ("13_segments/ward_1.txt", "transcript"),
    ],
)
def test_fixtures_are_told_apart(name: str, kind: str) -> None:
    assert what_is(FIXTURES / name) == kind


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.csv", "document,turn,coder,code\na,1,me,X\n", "codings"),
        ("a.csv", "document,start,end,code\na,1,3,X\n", "codings"),
        ("a.csv", "document,turn,speaker,text,code\na,1,P,Yes,X\n", "transcript"),
        ("a.csv", "name,text\nAnn,Yes\n", "transcript"),
        ("a.csv", "speaker,text\nAnn,Yes\n", "transcript"),
        ("a.csv", "code,theme\nX,Y\n", "codebook"),
        ("a.tsv", "tag\tdescription\nX\tY\n", "codebook"),
        ("a.txt", "code\tdefinition\nX\tY\n", "codebook"),
        ("a.txt", "A>>B\tmemo\nA>>C\n", "codebook"),
        ("a.txt", "I: Yes, code. \n\nP: No, name.\n\nI: “Why?\n", "transcript"),
        ("a.txt", ">> ANN: We met, once.\n>> BOB: Yes.\nANN>> Well, we did.\nBOB>> So.\n", "transcript"),
        ("a.csv", "coder,decision,theme_id\nme,accepted,T1\n", "decisions"),
        ("a.csv", "coder,decision,utterance_id,code\nme,accepted,a-1,X\n", "decisions"),
        ("a.csv", 'code,"definition\nX,Y\n', "transcript"),
        ("a.qdc", "", "codebook"),
        ("a.qdpx", "", "project"),
        ("a.csv", "", "transcript"),
        ("a.vtt", "WEBVTT\n", "transcript"),
    ],
)
def test_content_tells(tmp_path: Path, name: str, content: str, kind: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert what_is(tmp_path / name) == kind
