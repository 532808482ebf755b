"""The state of a log tied to the texts alone, so that another run can take it in."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.decide.carry import is_held, spans_of
from pipeline.decide.codes import renamed
from pipeline.decide.state import Note, Said, State, WorkingTheme
from pipeline.records import (
    AGREED,
    Coding,
    Decision,
    Finished,
    HeldTheme,
    Memo,
    Span,
    Standing,
    Verdict,
)


def standing(state: State) -> Standing:
    """What all decisions amount to; nothing of a run but its words is left in it."""
    where = spans_of(state.runs[state.run]) if state.run else {}
    edits = tuple(edit for _, edit in state.edits)
    codings = (*_codings(state, where), *_agreed(state, where))
    names = renamed(edits)
    return Standing(
        themes=tuple(_held(state)),
        retired=tuple(sorted(state.retired | _retired_now(state))),
        edits=edits,
        codings=tuple(coding for coding in codings if names.get(coding.code, coding.code)),
        refused=tuple(_refused(state, where)),
        out=tuple(sorted((where[id_] for id_ in state.out if id_ in where), key=_in_order)),
        withdrawn=tuple(_withdrawn(state, where)),
        finished=tuple(_finished(state, where)),
        memos=tuple(_memo(note, state, where) for note in state.notes),
        lost=tuple(state.lost),
    )


def _retired_now(state: State) -> set[str]:
    return {t.id for t in state.themes.values() if not t.stands or t.verdict is Verdict.REJECTED}


def _held(state: State) -> Iterator[HeldTheme]:
    """Held themes of this run, then those of earlier ones that it does not show (rejected, or left out)."""
    for theme in state.themes.values():
        if is_held(theme):
            yield _held_theme(theme, spans_of(state.runs[state.run]))
    for id_, (theme, run) in state.before.items():
        if id_ not in state.themes:
            yield _held_theme(theme, spans_of(state.runs[run]))


def _held_theme(theme: WorkingTheme, where: dict[str, Span]) -> HeldTheme:
    members = sorted((where[m] for m in theme.members if m in where), key=_in_order)
    decided = tuple(coder for coder, verdict in theme.verdicts if verdict is theme.verdict)
    return HeldTheme(
        theme.id, theme.name, theme.verdict, tuple(members), decided or theme.shaped, theme.code, theme.why
    )


def _in_order(span: Span) -> tuple[str, int, int]:
    return span.document, span.start, span.end


def _each(state: State, where: dict[str, Span]) -> Iterator[tuple[str, str, Span, Said]]:
    """(utterance, coder, where it stands, what she said of it) of everything that was said."""
    for utterance, words in state.said.items():
        if utterance in where:
            for coder, said in words.items():
                yield utterance, coder, where[utterance], said


def _codings(state: State, where: dict[str, Span]) -> Iterator[Coding]:
    for _, coder, span, said in _each(state, where):
        for code in said.codes:
            yield Coding(span.document, span.start, span.end, coder, code, said.at)
    for (coder, document, start, end, code), at in state.spans.items():
        yield Coding(document, start, end, coder, code, at)


def _agreed(state: State, where: dict[str, Span]) -> Iterator[Coding]:
    for utterance, settled in state.settled.items():
        if utterance in where:
            span = where[utterance]
            for code in settled.codes:
                yield Coding(span.document, span.start, span.end, AGREED, code, settled.at)


def _refused(state: State, where: dict[str, Span]) -> Iterator[Coding]:
    """Codes that somebody refused and nobody gave here; where it was settled, what somebody gave or refused besides."""
    for utterance, coder, span, said in _each(state, where):
        settled = state.settled.get(utterance)
        given = {code for each in state.said[utterance].values() for code in each.codes}
        codes = said.refused if settled is None else (*said.refused, *said.codes)
        for code in dict.fromkeys(codes):
            if code not in (given if settled is None else settled.codes):
                yield Coding(span.document, span.start, span.end, coder, code, said.at)


def _withdrawn(state: State, where: dict[str, Span]) -> Iterator[Coding]:
    """Whatever a coder refused is no longer hers, also where a file says so; elsewhere this changes nothing."""
    for _, coder, span, said in _each(state, where):
        for code in said.refused:
            yield Coding(span.document, span.start, span.end, coder, code, said.at)


def _finished(state: State, where: dict[str, Span]) -> Iterator[Finished]:
    for _, coder, span, said in _each(state, where):
        if said.done:
            yield Finished(coder, span)
    for utterance in state.settled:
        if utterance in where:
            yield Finished(AGREED, where[utterance])


def _memo(note: Note, state: State, where: dict[str, Span]) -> Memo:
    """The memo with its place; one on a theme is a memo of the study that names it."""
    span = where.get(note.utterance)
    if span is not None:
        return Memo(note.text, "", note.coder, note.at, span.document, span.start, span.end, note.code)
    theme = state.themes.get(note.theme)
    title = f"Candidate theme {note.theme}" + (f", {theme.name}" if theme else "") if note.theme else ""
    return Memo(note.text, title, note.coder, note.at, code=note.code)


def decisions(standing: Standing) -> tuple[Decision, ...]:
    """The word of analysts on candidate themes as exports know it; an accepted one becomes the code of its name."""
    return tuple(
        Decision(coder, theme.verdict, theme=theme.id, code=theme.code or theme.name, memo=theme.memo)
        for theme in standing.themes
        if theme.verdict is not None
        for coder in theme.coders or ("",)
    )
