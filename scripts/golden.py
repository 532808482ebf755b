"""Writes the golden file of segmentation anew; read the difference before you commit it."""

from __future__ import annotations

import sys
from pathlib import Path

from pipeline import ingest, segment
from pipeline.config import IngestConfig, SegmentConfig

GOLDEN = Path(__file__).resolve().parents[1] / "tests" / "golden"


def render(transcript: Path) -> str:
    """Utterances of a transcript with citation, question and what the encoder reads; what is left out."""
    corpus = ingest.read(transcript, None, IngestConfig())
    cut = segment.split(corpus, segment.open_parser(), SegmentConfig())
    lines = ["# Utterances", ""]
    for u in cut.utterances:
        words = "\n  ".join(u.text.splitlines())
        lines += [
            f"{u.id} ({u.document} {u.paragraph}) {u.speaker}, {u.start} to {u.end}, block {u.block}",
            f"  {words}",
        ]
        lines += [f"  reads:   {u.clean}", f"  asked:   {u.question}", f"  phrases: {'; '.join(u.phrases)}", ""]
    lines += ["# Left out", ""]
    lines += [f"{d.stage}, {d.reason}, turn {d.turn}: {d.text}" for d in (*corpus.dropped, *cut.dropped)]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the file and say so."""
    target = GOLDEN / "utterances.golden.txt"
    target.write_text(render(GOLDEN / "utterances.input.txt"), encoding="utf-8")
    print(target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
