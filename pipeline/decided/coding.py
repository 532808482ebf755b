"""Codebook and codings of a study after the review."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeVar

from pipeline import decide
from pipeline.decided.spans import touched
from pipeline.records import (
    AGREED,
    Codebook,
    Coding,
    Codings,
    Corpus,
    Memo,
    Problem,
    Span,
    Standing,
    Unplaced,
    Utterance,
)
from pipeline.stages import Inputs

_WHERE = "review"
_T = TypeVar("_T")
_Key = tuple[str, int, int, str, str]


def taken_in(inputs: Inputs, utterances: Sequence[Utterance], standing: Standing) -> Inputs:
    """The inputs of a run with what was decided on codes and codings."""
    book, codings = codebook_and_codings(inputs.corpus, inputs.codebook, inputs.codings, utterances, standing)
    return dataclasses.replace(inputs, codebook=book, codings=codings)


def codebook_and_codings(
    corpus: Corpus, book: Codebook, codings: Codings, utterances: Sequence[Utterance], standing: Standing
) -> tuple[Codebook, Codings]:
    """The coding tree after its edits, and codings of the files and of the review together.

    Those of the files go on under the names that codes have now, without what their coders took back.  A coding that
    has no place any more is told among the unplaced, with the reason.
    """
    book = decide.edited(book, standing.edits)
    texts = {document.id: document.text for document in corpus.documents}
    known = {code.name for code in book.codes}
    filed, gone = _renamed(codings.items, decide.renamed(standing.edits))
    in_review = {_key(coding) for coding in standing.codings}
    filed = _without(filed, standing.withdrawn, utterances)
    have = {_key(coding) for coding in filed}
    given = [coding for coding in standing.codings if _key(coding) not in have]
    lost = [(coding, reason) for coding in given if (reason := _why_not(coding, texts, known))]
    lost += [(coding, f"the code {coding.code} was dropped in the review") for coding in gone]
    refused = [coding for coding in standing.refused if not _why_not(coding, texts, known)]
    lost_refusals = len(standing.refused) - len(refused)
    finished = [coding for coding in _finished(standing) if not _why_not(coding, texts, {""})]
    placed = [coding for coding in given if not _why_not(coding, texts, known)]
    on_codes, elsewhere = _memos(standing.memos, texts, known)
    after = dataclasses.replace(
        codings,
        items=(*filed, *placed),
        problems=_once(codings.problems, _untold(standing, lost_refusals, finished)),
        unplaced=_once(codings.unplaced, (_unplaced(coding, reason, texts) for coding, reason in lost)),
        memos=_once(codings.memos, elsewhere),
        refused=_undisputed(refused, (*filed, *placed), standing, utterances),
        reviewed=tuple(coding for coding in (*filed, *placed) if _key(coding) in in_review),
        finished=tuple(finished),
    )
    return dataclasses.replace(book, memos=_once(book.memos, on_codes)), after


def _once(first: Iterable[_T], more: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys((*first, *more)))


def _key(coding: Coding) -> _Key:
    return coding.document, coding.start, coding.end, coding.coder, coding.code


def _renamed(codings: Iterable[Coding], names: dict[str, str]) -> tuple[list[Coding], list[Coding]]:
    """The codings under today's names, and those whose code was dropped without another in its place."""
    now = [(coding, names.get(coding.code, coding.code)) for coding in codings]
    return [dataclasses.replace(coding, code=name) for coding, name in now if name], [c for c, name in now if not name]


def _without(codings: Sequence[Coding], withdrawn: Sequence[Coding], utterances: Sequence[Utterance]) -> list[Coding]:
    """The codings without the utterances at which their coder took them back; of a longer one the rest stays."""
    back: dict[tuple[str, str], list[Span]] = defaultdict(list)
    for coding in withdrawn:
        back[coding.coder, coding.code].append(_span(coding))
    where = {(coding.coder, coding.code, coding.document) for coding in withdrawn}
    concerned = [coding for coding in codings if (coding.coder, coding.code, coding.document) in where]
    rows = dict(zip(concerned, touched([[_span(coding)] for coding in concerned], utterances), strict=True))
    taken = {who: set(found.tolist()) for who, found in zip(back, touched([*back.values()], utterances), strict=True)}
    kept: list[Coding] = []
    for coding in codings:
        own = rows[coding].tolist() if coding in rows else []
        out = taken.get((coding.coder, coding.code), set()) & set(own)
        kept += _cut(coding, [utterances[i] for i in own], {utterances[i].id for i in out}) if out else [coding]
    return kept


def _cut(coding: Coding, own: Sequence[Utterance], out: set[str]) -> list[Coding]:
    """The parts of a coding on the utterances that it touches, less those that are out."""
    parts: list[list[Utterance]] = [[]]
    for utterance in sorted(own, key=lambda u: u.start):
        if utterance.id in out:
            parts.append([])
        else:
            parts[-1].append(utterance)
    return [
        dataclasses.replace(coding, start=max(coding.start, part[0].start), end=min(coding.end, part[-1].end))
        for part in parts
        if part
    ]


def _span(coding: Coding) -> Span:
    return Span(coding.document, coding.start, coding.end)


def _why_not(coding: Coding, texts: dict[str, str], known: set[str]) -> str:
    """Why a coding of the review has no place in this study, "" if it has one."""
    if coding.document not in texts:
        return f"the document {coding.document} is not among the transcripts"
    if not 0 <= coding.start < coding.end <= len(texts[coding.document]):
        return f"the document {coding.document} has changed since and does not reach so far"
    return "" if coding.code in known else f"the codebook has no code {coding.code}"


def _unplaced(coding: Coding, reason: str, texts: dict[str, str]) -> Unplaced:
    text = texts.get(coding.document, "")[max(coding.start, 0) : coding.end]
    return Unplaced(_WHERE, coding.document, coding.coder, coding.code, text, reason)


def _finished(standing: Standing) -> list[Coding]:
    return [Coding(f.span.document, f.span.start, f.span.end, f.coder, "") for f in standing.finished]


def _undisputed(
    refused: Sequence[Coding], codings: Sequence[Coding], standing: Standing, utterances: Sequence[Utterance]
) -> tuple[Coding, ...]:
    """Refused codes that nobody gives there, in the files either, or of which it was settled that they do not apply."""
    rows = touched([[_span(coding)] for coding in refused], utterances)
    given: dict[str, set[int]] = defaultdict(set)
    wanted = {coding.code for coding in refused}
    by_code = [(code, [_span(coding) for coding in codings if coding.code == code]) for code in sorted(wanted)]
    for (code, _), found in zip(by_code, touched([spans for _, spans in by_code], utterances), strict=True):
        given[code].update(found.tolist())
    settled = {finished.span for finished in standing.finished if finished.coder == AGREED}
    return tuple(
        coding
        for coding, found in zip(refused, rows, strict=True)
        if _span(coding) in settled or not given[coding.code] & set(found.tolist())
    )


def _untold(standing: Standing, lost_refusals: int, finished: Sequence[Coding]) -> list[Problem]:
    """Sentences on decisions that have no place here and are no codings."""
    counts = (
        (lost_refusals, "codes that were refused"),
        (len(standing.finished) - len(finished), "utterances that coders were done with"),
    )
    told = [
        Problem(_WHERE, f"{n} {what} in the review lie in documents or under codes that are not here")
        for n, what in counts
        if n
    ]
    return told + [Problem(_WHERE, sentence) for sentence in standing.lost]


def _memos(memos: Iterable[Memo], texts: dict[str, str], known: set[str]) -> tuple[list[Memo], list[Memo]]:
    """Memos on codes, and all others; one whose place is gone is a memo of the study that names it."""
    on_codes, elsewhere = [], []
    for memo in memos:
        if memo.document and memo.end > len(texts.get(memo.document, "")):
            title = " ".join(filter(None, (memo.title, f"(on {memo.document}, {memo.start} to {memo.end})")))
            elsewhere.append(dataclasses.replace(memo, title=title, document="", start=-1, end=-1, code=""))
        elif memo.code and not memo.document and memo.code in known:
            on_codes.append(memo)
        elif memo.code and memo.code not in known:
            title = " ".join(filter(None, (memo.title, f"(on the code {memo.code})")))
            elsewhere.append(dataclasses.replace(memo, title=title, code=""))
        else:
            elsewhere.append(memo)
    return on_codes, elsewhere
