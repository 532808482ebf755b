"""Studies written as .docx, .vtt, .xlsx and .qdpx and read back give the same utterances (scripts/round_trip.py)."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from pipeline import ingest
from pipeline.config import IngestConfig
from pipeline.records import Corpus

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
ENDINGS = (".docx", ".vtt", ".xlsx", ".qdpx")
_SPEC = importlib.util.spec_from_file_location("round_trip", ROOT / "scripts" / "round_trip.py")
round_trip = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(round_trip)


def came_back(corpus: Corpus, ending: str, folder: Path, parser) -> tuple[int, int, int]:
    """(utterances, how many differ in blanks only, how many differ otherwise)."""
    folder.mkdir()
    round_trip.WRITERS[ending](corpus, folder)
    back = round_trip.read_back(folder)
    before, after = (list(round_trip.said(side, parser)) for side in (corpus, back))
    return (len(after), *round_trip.differences(before, after))


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_example_study_comes_back(ending: str, tmp_path: Path, tools) -> None:
    corpus = ingest.read(ROOT / "examples" / "peer_support" / "transcripts", None, IngestConfig())
    n, blanks, differ = came_back(corpus, ending, tmp_path / "out", tools.open_parser())
    assert n > 600
    assert differ == 0
    assert blanks == 0 or ending == ".vtt"


def test_a_difference_is_noticed(tmp_path: Path, tools) -> None:
    corpus = ingest.read(ROOT / "examples" / "peer_support" / "transcripts", None, IngestConfig())
    before = list(round_trip.said(corpus, tools.open_parser()))
    changed = [(*said[:5], said[5].replace("the", "a")) for said in before]
    assert round_trip.differences(before, changed)[1] > 100
    assert round_trip.differences(before, before[1:])[1] == 1


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("name", ["pdpilot_interviews", "dstc11_insurance", "mts_dialog"])
def test_the_real_sets_come_back(name: str, ending: str, tmp_path: Path, tools) -> None:
    """Of the sets with a thousand dialogues the first fifty in Word and captions; the script does all."""
    folder = DATA / name
    if not folder.is_dir():
        pytest.skip(f"the coded set {name} is not beside this checkout (../shared/data)")
    talk = folder / "transcripts"
    corpus = ingest.read(talk if talk.is_dir() else folder / "turns.csv", None, IngestConfig())
    if ending in {".docx", ".vtt"}:
        corpus = round_trip.first(corpus, 50)
    n, blanks, differ = came_back(corpus, ending, tmp_path / "out", tools.open_parser())
    assert n > 40
    assert differ == 0
    assert blanks == 0 or ending == ".vtt"
