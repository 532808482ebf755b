"""Writes coded sets as .docx, .vtt, .xlsx and .qdpx, reads them back, and compares the utterances.

    python scripts/round_trip.py --data ../shared/data

The example study is always tried; --data adds every set in a folder. Exit code 1 if an utterance differs in speaker,
role or words; utterances that differ in white space only are counted apart (captions cannot hold an empty line).
"""

from __future__ import annotations

import argparse
import dataclasses
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

from pipeline import exchange, ingest, segment
from pipeline.benchmark.sets import coded_sets
from pipeline.config import IngestConfig, SegmentConfig
from pipeline.records import Corpus, Document, Turn

# A document, the number of a turn within it from 1, the piece of that turn, who speaks in which role, and the words.
Said = tuple[str, int, int, str, str, str]
_SPLIT = SegmentConfig(unit="packed")  # the default looks at the kind of file, which is what changes here


def main() -> int:
    """Try every set in every format; gives the exit code."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=Path, help="folder of coded sets, one a folder")
    data = arguments.parse_args().data
    parser = segment.open_parser()
    failed = 0
    print(f"{'set':<26}{'format':<7}{'documents':>10}{'turns':>8}{'utterances':>12}{'differ':>8}{'in blanks only':>16}")
    for chosen in coded_sets(data):
        documents = Path(chosen.study.documents) if chosen.study.documents else None
        corpus = ingest.read(Path(chosen.study.transcripts), documents, IngestConfig())
        before = list(said(corpus, parser))
        for ending, write in WRITERS.items():
            with tempfile.TemporaryDirectory() as folder:
                write(corpus, Path(folder))
                back = read_back(Path(folder))
            after = list(said(back, parser))
            blanks, differ = differences(before, after)
            counts = f"{len(back.documents):>10}{len(back.turns):>8}{len(after):>12}{differ:>8}{blanks:>16}"
            print(f"{chosen.name:<26}{ending:<7}{counts}", flush=True)
            failed += differ
    return 1 if failed else 0


def read_back(folder: Path) -> Corpus:
    """What was written into a folder."""
    names = sorted(folder.iterdir())
    return ingest.read(names[0] if len(names) == 1 else folder, None, IngestConfig())


def first(corpus: Corpus, n: int) -> Corpus:
    """The first n documents of a study."""
    documents = corpus.documents[:n]
    names = {document.id for document in documents}
    turns = tuple(turn for turn in corpus.turns if turn.document in names)
    speakers = tuple(speaker for speaker in corpus.speakers if speaker.document in names)
    return dataclasses.replace(corpus, documents=documents, turns=turns, speakers=speakers)


def said(corpus: Corpus, parser: segment.Parser) -> Iterator[Said]:
    """Every utterance with its place among the turns of its document."""
    cut = segment.split(corpus, parser, _SPLIT)
    order = {
        (document, turn.number): place
        for document, turns in groupby(corpus.turns, key=lambda turn: turn.document)
        for place, turn in enumerate(turns, start=1)
    }
    for key, pieces in groupby(cut.utterances, key=lambda u: (u.document, u.turn)):
        for piece, u in enumerate(pieces, start=1):
            yield u.document, order[key], piece, u.speaker, str(u.role), u.text


def differences(before: list[Said], after: list[Said]) -> tuple[int, int]:
    """(utterances that differ in blanks only, utterances that differ or are missing on one side)."""
    old, new = ({one[:3]: one for one in side} for side in (before, after))
    changed = [(old.get(key), new.get(key)) for key in old.keys() | new.keys() if old.get(key) != new.get(key)]
    blanks = sum(1 for one, two in changed if one and two and _squeezed(one) == _squeezed(two))
    return blanks, len(changed) - blanks


def _squeezed(one: Said) -> Said:
    return (*one[:5], " ".join(one[5].split()))


def _docx(corpus: Corpus, folder: Path) -> None:
    """A document a file: a typed transcript as its paragraphs, talk from a table as a table of speaker and text."""
    import docx
    from docx.enum.style import WD_STYLE_TYPE

    for document, turns in _documents(corpus):
        word = docx.Document()
        for style in [style for style in word.styles if style.type == WD_STYLE_TYPE.TABLE]:
            style.delete()  # a hundred of them come with the library's template, and take most of the time to read
        if document.form == "transcript":
            for paragraph in re.split(r"\n\n+", document.text):
                word.add_paragraph(paragraph)
        else:
            table = word.add_table(0, 2)
            said = [(turn.speaker, document.text[turn.start : turn.end]) for turn in turns]
            for cells in [("Speaker", "Text"), *said]:
                for cell, text in zip(table.add_row().cells, cells, strict=True):
                    cell.text = text
        word.save(str(folder / f"{document.id}.docx"))


def _vtt(corpus: Corpus, folder: Path) -> None:
    """A turn a cue of one second; the identifier keeps two turns of one speaker apart."""
    for document, turns in _documents(corpus):
        cues = ["WEBVTT"]
        for number, turn in enumerate(turns, start=1):
            text = re.sub(r"\n\s*\n", "\n", document.text[turn.start : turn.end])
            times = f"{_clock(number)} --> {_clock(number + 1)}"
            cues.append(f"turn {number}\n{times}\n<v {escape(turn.speaker)}>{escape(text)}</v>")
        (folder / f"{document.id}.vtt").write_text("\n\n".join(cues) + "\n", encoding="utf-8")


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.000"


def _xlsx(corpus: Corpus, folder: Path) -> None:
    """All documents in one sheet, a row a turn."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(folder / "turns.xlsx"), options) as book:
        sheet = book.add_worksheet("turns")
        sheet.write_row(0, 0, ("document", "speaker", "role", "text"))
        texts = {document.id: document.text for document in corpus.documents}
        for row, turn in enumerate(corpus.turns, start=1):
            said = texts[turn.document][turn.start : turn.end]
            sheet.write_row(row, 0, (turn.document, turn.speaker, str(turn.role), said))


def _qdpx(corpus: Corpus, folder: Path) -> None:
    """The whole study as one REFI-QDA project."""
    (folder / "study.qdpx").write_bytes(exchange.study_qdpx(exchange.Study("study", corpus)))


def _documents(corpus: Corpus) -> Iterator[tuple[Document, list[Turn]]]:
    turns = {name: list(group) for name, group in groupby(corpus.turns, key=lambda turn: turn.document)}
    for document in corpus.documents:
        yield document, turns.get(document.id, [])


WRITERS: Mapping[str, Callable[[Corpus, Path], None]] = {".docx": _docx, ".vtt": _vtt, ".xlsx": _xlsx, ".qdpx": _qdpx}


if __name__ == "__main__":
    sys.exit(main())
