"""Segmentation of one transcript as a file that reads as documentation; `make golden` writes it anew."""

from __future__ import annotations

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_utterances_of_the_golden_transcript():
    spec = importlib.util.spec_from_file_location("golden", ROOT / "scripts" / "golden.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    folder = ROOT / "tests" / "golden"
    expected = (folder / "utterances.golden.txt").read_text(encoding="utf-8")
    assert script.render(folder / "utterances.input.txt") == expected
