"""Search over everything, by words and by meaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pipeline.report.words import cite
from pipeline.review import queue
from pipeline.review.desk import Desk
from pipeline.review.page import Shell, in_path

MOST = 50
"""Utterances shown; the page says how many more there are."""
Runs = tuple[tuple[str, bool], ...]
Nearest = Callable[[str, int], Sequence[tuple[int, float]]]


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found.  runs: (piece, it is one of the words looked for)."""

    href: str
    title: str
    runs: Runs


@dataclass(frozen=True, slots=True)
class SearchView:
    """What was found.  n_utterances: all that hold the words, also those beyond MOST.  by: words or meaning."""

    shell: Shell
    words: str
    by: str
    n_utterances: int
    utterances: tuple[Hit, ...]
    codes: tuple[Hit, ...]
    themes: tuple[Hit, ...]
    memos: tuple[Hit, ...]
    documents: tuple[Hit, ...]


def search_view(shell: Shell, desk: Desk, coder: str, words: str, by: str, nearest: Nearest) -> SearchView:
    """What holds all of the words; by meaning utterances that are near to them, whatever words these use.

    nearest: gives rows and cosines for words.  Memos on utterances that the coder must not see yet are left out.
    """
    wanted = words.casefold().split()
    near = by == "meaning"
    rows = [row for row, _ in nearest(words, MOST)] if near and wanted else list(_rows(desk, wanted))
    return SearchView(
        shell=shell,
        words=words,
        by=by,
        n_utterances=len(rows),
        utterances=tuple(_utterance(desk, row, () if near else wanted) for row in rows[:MOST]),
        codes=tuple(_codes(desk, wanted)),
        themes=tuple(_themes(desk, wanted)),
        memos=tuple(_memos(desk, coder, wanted)),
        documents=tuple(_documents(desk, wanted)),
    )


def _rows(desk: Desk, wanted: Sequence[str]) -> Iterable[int]:
    for row, text in enumerate(desk.folded if wanted else ()):
        if all(word in text for word in wanted):
            yield row


def _utterance(desk: Desk, row: int, wanted: Sequence[str]) -> Hit:
    utterance = desk.result.utterances[row]
    title = f"{cite(utterance)} {utterance.speaker}".strip()
    return Hit(f"/code/{in_path(utterance.id)}", title, runs_of(utterance.text, wanted))


def _codes(desk: Desk, wanted: Sequence[str]) -> Iterable[Hit]:
    for code in desk.codebook.codes:
        text = " ".join(filter(None, (code.definition, code.include, code.exclude, code.examples)))
        if _holds(f"{code.name} {text}", wanted):
            yield Hit(f"/codebook/code?name={in_path(code.name)}", code.name, runs_of(text, wanted))


def _themes(desk: Desk, wanted: Sequence[str]) -> Iterable[Hit]:
    keywords = {theme.id: ", ".join(theme.keywords) for theme in desk.result.themes}
    for theme in desk.state.themes.values():
        told = keywords.get(theme.id, "")
        if theme.stands and _holds(f"{theme.name} {told}", wanted):
            yield Hit(f"/themes/{in_path(theme.id)}", f"{theme.id} {theme.name}", runs_of(told, wanted))


def _memos(desk: Desk, coder: str, wanted: Sequence[str]) -> Iterable[Hit]:
    hidden = queue.hidden(desk, coder)
    for note in desk.state.notes:
        if _holds(note.text, wanted) and (note.utterance not in hidden or note.coder == coder):
            about = _about(desk, note.utterance) or note.code or note.theme or "the study"
            yield Hit(
                _place(note.utterance, note.code, note.theme), f"{note.coder} on {about}", runs_of(note.text, wanted)
            )


def _documents(desk: Desk, wanted: Sequence[str]) -> Iterable[Hit]:
    for document in desk.documents.values():
        told = ", ".join(filter(None, (document.site, *(value for _, value in document.attributes))))
        if _holds(f"{document.id} {told}", wanted):
            yield Hit(f"/read/{in_path(document.id)}", document.id, runs_of(told, wanted))


def _about(desk: Desk, utterance: str) -> str:
    return cite(desk.utterance(utterance)) if utterance in desk.row else ""


def _place(utterance: str, code: str, theme: str) -> str:
    if utterance:
        return f"/differences/{in_path(utterance)}"
    if code:
        return f"/codebook/code?name={in_path(code)}"
    return f"/themes/{in_path(theme)}" if theme else "/log"


def _holds(text: str, wanted: Sequence[str]) -> bool:
    folded = text.casefold()
    return bool(wanted) and all(word in folded for word in wanted)


def runs_of(text: str, wanted: Sequence[str]) -> Runs:
    """The text in pieces, those that are one of the words marked."""
    if not wanted:
        return ((text, False),)
    words = "|".join(re.escape(word) for word in sorted(wanted, key=len, reverse=True))
    pieces = re.split(f"({words})", text, flags=re.IGNORECASE)
    return tuple((piece, number % 2 == 1) for number, piece in enumerate(pieces) if piece)
