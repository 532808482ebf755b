from __future__ import annotations

import subprocess
import sys

import pytest

from pipeline.codebook import code_texts, readable
from pipeline.records import Code, Codebook


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("AddDependent", "Add Dependent"),
        ("crossing_boundaries", "crossing boundaries"),
        ("_trust__in_nurses_", "trust in nurses"),
        ("HIVTest", "HIV Test"),
        ("AddAMember", "Add A Member"),
        ("Trust in GPs", "Trust in GPs"),
        ("ATMs", "ATMs"),
        ("Gaining trust through interaction", "Gaining trust through interaction"),
        ("ID card", "ID card"),
        ("éducationDeBase", "éducation De Base"),
        ("", ""),
    ],
)
def test_readable(name: str, words: str) -> None:
    assert readable(name) == words
    assert readable(words) == words


def test_code_texts_hold_name_and_definition_but_not_the_theme() -> None:
    codes = (Code("AddDependent", "Members", "Somebody joins the policy."), Code("waiting_long", "Access"))
    assert code_texts(Codebook(codes)) == ("Add Dependent: Somebody joins the policy.", "waiting long")
    assert code_texts(Codebook()) == ()


def test_code_texts_hold_what_a_code_includes_and_examples_but_not_what_it_excludes() -> None:
    code = Code("waiting", "Access", "Time lost.", "queues", "travel", "we sat there")
    assert code_texts(Codebook((code,))) == ("waiting: Time lost. queues we sat there",)
    assert code_texts(Codebook((Code("waiting", include="queues"),))) == ("waiting: queues",)


def test_importing_the_room_loads_no_heavy_library() -> None:
    code = "import sys, pipeline.codebook; print([n for n in ('sklearn', 'scipy', 'torch') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
