"""Turns -> utterances with exact offsets, and what is left out with the reason."""

from __future__ import annotations

import bisect
import dataclasses
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.config import SegmentConfig
from pipeline.records import Corpus, Document, Dropped, Progress, Role, Turn, Utterance
from pipeline.segment.marks import clean, count_words, is_backchannel, mask
from pipeline.segment.pack import Span, pack, trim
from pipeline.segment.parse_spacy import Parsed, Parser

# A turn of a table (a call, a chat) of up to this many times the wanted size is one utterance: 25 to 80 words are
# level in agreement with human codes (docs/method.md), and a comment should stay whole.
_WHOLE_TURN = 2
_OPENING = "[({“„«‘"


class Segmented(NamedTuple):
    """Utterances in document order, what was dropped, and sentences that the report must show."""

    utterances: tuple[Utterance, ...]
    dropped: tuple[Dropped, ...]
    notes: tuple[str, ...]


def split(
    corpus: Corpus, parser: Parser, config: SegmentConfig, question_chars: int = 400, progress: Progress | None = None
) -> Segmented:
    """Every turn becomes utterances or is dropped with a reason; for each utterance document.text[start:end] == text.

    question_chars: how much of the interviewer's last question is kept as context (its end).
    """
    documents = {document.id: document for document in corpus.documents}
    kept: list[Turn] = []
    dropped: list[Dropped] = []
    context: dict[tuple[str, int], tuple[str, int]] = {}
    for turn, question, block in _with_questions(corpus.turns, documents, question_chars):
        reason = _reason_against(turn, documents[turn.document].text, config)
        if reason:
            dropped.append(_drop(turn, documents[turn.document], reason))
        else:
            kept.append(turn)
            context[turn.document, turn.number] = question, block
    utterances: list[Utterance] = []
    masked = [mask(documents[turn.document].text[turn.start : turn.end]) for turn in kept]
    for i, (turn, text, parsed) in enumerate(zip(kept, masked, parser.parse(masked), strict=True), start=1):
        question, block = context[turn.document, turn.number]
        cut = _utterances(turn, documents[turn.document], text, parsed, config)
        utterances += [dataclasses.replace(utterance, question=question, block=block) for utterance in cut]
        if progress:
            progress(i, len(kept))
    notes = () if "en_core_web_sm is not" not in parser.name else (f"Sentences were found by {parser.name}.",)
    return Segmented(tuple(utterances), tuple(dropped), notes)


def _with_questions(
    turns: Sequence[Turn], documents: dict[str, Document], question_chars: int
) -> Iterator[tuple[Turn, str, int]]:
    """Each turn with what the interviewer last asked before it, and how often an interviewer had spoken by then.

    An interviewer's "mm-hm" asks nothing, therefore it does not close the question before it.
    """
    document, question, block = "", "", 0
    for turn in turns:
        if turn.document != document:
            document, question, block = turn.document, "", 0
        yield turn, question, block
        if turn.role is Role.INTERVIEWER:
            asked = clean(mask(documents[document].text[turn.start : turn.end]))
            if asked and not is_backchannel(asked):
                question, block = _ending(asked, question_chars), block + 1


def _ending(text: str, length: int) -> str:
    """The last `length` characters of a text, from a whole word on where there is one."""
    if len(text) <= length:
        return text
    first = len(text) - length
    ending = text[first:]
    return ending if text[first - 1] == " " else ending.partition(" ")[2] or ending


def _reason_against(turn: Turn, text: str, config: SegmentConfig) -> str:
    """Why a whole turn is not analysed, "" if it is."""
    if turn.role is Role.INTERVIEWER:
        return "interviewer"
    if turn.role is Role.UNKNOWN and not config.keep_unknown_speakers:
        return "unknown speaker"
    cleaned = clean(mask(text[turn.start : turn.end]))
    if not count_words(cleaned):
        return "marks only"
    if is_backchannel(cleaned):
        return "backchannel"
    return "too short" if count_words(cleaned) < config.min_words else ""


def _drop(turn: Turn, document: Document, reason: str) -> Dropped:
    text = document.text[turn.start : turn.end]
    return Dropped(turn.document, turn.start, turn.end, text, "segment", reason, turn.number, whole_turn=True)


def _utterances(
    turn: Turn, document: Document, masked: str, parsed: Parsed, config: SegmentConfig
) -> Iterator[Utterance]:
    spans = [trim(masked, span) for span in _spans(document.form, masked, parsed, config)]
    spans = [(start, end) for start, end in spans if end > start]
    starts = [start for start, _, _ in parsed.phrases]
    for number, span in enumerate(_whole_marks(document.text[turn.start : turn.end], spans), start=1):
        start, end = turn.start + span[0], turn.start + span[1]
        yield Utterance(
            id=f"{turn.document}-{turn.number}-{number}",
            document=turn.document,
            site=document.site,
            turn=turn.number,
            paragraph=_paragraph(document, start),
            start=start,
            end=end,
            speaker=turn.speaker,
            person=turn.person,
            role=turn.role,
            text=document.text[start:end],
            clean=clean(masked[span[0] : span[1]]),
            phrases=_phrases_within(parsed, starts, span),
        )


def _phrases_within(parsed: Parsed, starts: Sequence[int], span: Span) -> tuple[str, ...]:
    # a turn may be a whole interview: looking through all of its phrases for each utterance took minutes
    inside = range(bisect.bisect_left(starts, span[0]), bisect.bisect_left(starts, span[1]))
    return tuple(parsed.phrases[i][2] for i in inside if parsed.phrases[i][1] <= span[1])


def _spans(form: str, masked: str, parsed: Parsed, config: SegmentConfig) -> list[Span]:
    whole = [(0, len(masked))]
    unit = config.unit
    if unit == "auto":
        short = form == "table" and count_words(masked) <= _WHOLE_TURN * config.target_words
        unit = "turn" if form == "answers" or short else "packed"
    if unit == "turn":
        return whole
    sentences = list(parsed.sentences) or whole
    return sentences if unit == "sentence" else pack(masked, sentences, config.target_words)


def _whole_marks(text: str, spans: list[Span]) -> list[Span]:
    """Spans grown over the marks between them (masked as blanks), so that a turn's quotes leave none of it out.

    An opening bracket or quotation mark belongs to the words that it opens: "[The PSW] came" is one quote.
    """
    starts = [0, *(len(text[:start].rstrip(_OPENING)) for start, _ in spans[1:])]
    ends = [*starts[1:], len(text)]
    return [trim(text, span) for span in zip(starts, ends, strict=True)] if spans else []


def _paragraph(document: Document, offset: int) -> int:
    return max(1, bisect.bisect_right(document.paragraphs, offset))
