"""What to talk about (section 7) and what to read next (section 8)."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.records import Disagreement, Effort, Suggestions, Triage, TriageDocument, TriageItem, Utterance
from pipeline.report.draw_matplotlib import draw_curve
from pipeline.report.frame import MOST_NEXT, Frame, Mark, QuoteView, quote
from pipeline.report.lines import why_nothing_compared
from pipeline.report.view_map import aside_note
from pipeline.report.view_suggested import Reasons, reasons, suggested
from pipeline.report.words import MACHINE, count, cut, listing, number, percent, plural, share

MOST_DOCUMENTS = 30
_CONTEXT = 220
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class DiscussView:
    """One disagreement: the question, what was said before and after, the utterance, who says what, and why."""

    kind: str
    why: str
    question: str
    before: str
    quote: QuoteView
    after: str
    views: tuple[tuple[str, str], ...]
    mark: Mark | None
    aside: str
    reasons: Reasons


@dataclass(frozen=True, slots=True)
class NextUtterance:
    """An utterance to read.  checked: true if it also belongs to the random check."""

    quote: QuoteView
    site: str
    why: str
    codes: str
    checked: bool


@dataclass(frozen=True, slots=True)
class NextDocument:
    """A document to read, with what it is expected to bring."""

    name: str
    unread: str
    expected: str
    themes: str
    why: str


@dataclass(frozen=True, slots=True)
class NextView:
    """Section 8.  reading: the sentence; svg: the curve, "" without one; suggestions: what those codes rest on.

    order: how the reading order was made; rest: how many stand beyond those shown; empty_…: why there is none.
    stopping: the bounded sentence on what is unread.
    """

    order: str
    utterances: tuple[NextUtterance, ...]
    rest: str
    documents: tuple[NextDocument, ...]
    empty_order: str
    empty_documents: str
    stopping: str
    reading: str
    svg: str
    points: tuple[tuple[int, str, str], ...]
    empty: str
    suggestions: str


def discuss(frame: Frame) -> tuple[DiscussView, ...]:
    """The disagreements that are worth talking about, the most telling first, as many as the configuration asks for."""
    ordered = sorted(frame.result.comparison.disagreements, key=lambda d: -d.weight)
    return tuple(_discuss(frame, item) for item in ordered[: frame.config.disagreements])


def next_view(frame: Frame) -> NextView:
    """What to read next, and how much there is to read in the suggested order against reading at random."""
    effort, triage = frame.result.comparison.effort, frame.result.triage
    reading, empty, svg = "", "", ""
    points: tuple[tuple[int, str, str], ...] = ()
    if effort is None or effort.suggested is None:
        empty = (
            effort.reason.rstrip(".") if effort is not None and effort.reason else why_nothing_compared(frame.result)
        )
    else:
        reading, svg = _effort(effort), _curve(effort)
        points = tuple((read, percent(ours), percent(chance)) for read, ours, chance in effort.curve)
    rest = len(triage.items) - MOST_NEXT
    return NextView(
        order=_order(triage),
        utterances=tuple(_next(frame, item) for item in triage.items[:MOST_NEXT]),
        rest=f"{plural(rest, 'further utterance')} in triage.csv, in the same order." if rest > 0 else "",
        documents=tuple(_document(row) for row in triage.documents[:MOST_DOCUMENTS]),
        empty_order="" if triage.items else _nothing_unread(frame),
        empty_documents="" if triage.documents else _no_document(frame),
        stopping=_stopping(triage),
        reading=reading,
        svg=svg,
        points=points,
        empty=empty,
        suggestions=_basis(frame.result.suggestions),
    )


def _order(triage: Triage) -> str:
    if not triage.items:
        return ""
    text = f"{plural(triage.n_unread, 'utterance')} unread, {count(triage.n_read)} read."
    basis = triage.basis.rstrip(".")
    return f"{text} How the order was made: {basis}." if basis else text


def _nothing_unread(frame: Frame) -> str:
    if not frame.result.utterances:
        return "there is no utterance"
    triage = frame.result.triage
    return triage.basis.rstrip(".") or (
        "every document was worked on" if triage.n_read else "no reading order was made in this run"
    )


def _no_document(frame: Frame) -> str:
    return "every document was worked on" if frame.result.triage.items else _nothing_unread(frame)


def _stopping(triage: Triage) -> str:
    marked = " The random ones are marked in triage.csv, column check_sample." if triage.check else ""
    return f"{triage.stopping}{marked}" if triage.stopping else ""


def _next(frame: Frame, item: TriageItem) -> NextUtterance:
    return NextUtterance(
        quote(frame, item.utterance, (), _LONGEST),
        frame.result.utterances[item.utterance].site,
        item.why,
        listing(item.codes, 4),
        item.utterance in frame.result.triage.check,
    )


def _document(row: TriageDocument) -> NextDocument:
    return NextDocument(row.document, count(row.unread), number(row.expected_new), count(row.n_themes), row.why)


def _effort(effort: Effort) -> str:
    """How much there is to read in the suggested order, and against which expectation."""
    reading = (
        f"To meet 95% of {plural(effort.n_codes, 'code')} three times each, "
        f"{share(effort.suggested or 0, effort.total)} utterances are to be read in the suggested order"
    )
    return reading + (f", about {round(effort.random)} in random order." if effort.random is not None else ".")


def _discuss(frame: Frame, item: Disagreement) -> DiscussView:
    utterance = frame.result.utterances[item.utterance]
    theme = int(frame.result.clusters.placement.theme[item.utterance])
    before, after = _context(frame, utterance)
    views = item.views
    if frame.result.suggestions is not None and not any(who == MACHINE for who, _ in views):
        views = (*views, (MACHINE, ", ".join(suggested(frame.result.suggestions, item.utterance)) or "no suggestion"))
    placed = 0 <= theme < len(frame.marks)
    return DiscussView(
        item.kind,
        item.why,
        ""
        if utterance.question and " ".join(utterance.question.split()) in before
        else cut(utterance.question, _CONTEXT),
        before,
        quote(frame, item.utterance),
        after,
        views,
        frame.marks[theme] if placed else None,
        "" if placed else aside_note(frame, item.utterance),
        reasons(frame, item),
    )


def _context(frame: Frame, utterance: Utterance) -> tuple[str, str]:
    """What stands right before and after the utterance in its transcript, cut at words; "" where there is nothing."""
    document = frame.documents.get(utterance.document)
    if document is None:
        return "", ""
    before = document.text[max(0, utterance.start - _CONTEXT) : utterance.start]
    after = document.text[utterance.end : utterance.end + _CONTEXT]
    if utterance.start > _CONTEXT:
        before = "… " + before.split(" ", 1)[-1]
    if utterance.end + _CONTEXT < len(document.text):
        after = after.rsplit(" ", 1)[0] + " …"
    return " ".join(before.split()), " ".join(after.split())


def _curve(effort: Effort) -> str:
    if len(effort.curve) < 2:
        return ""
    description = (
        "Full line: suggested order. Broken line: expectation in random order. The figures stand in the table below."
    )
    return draw_curve(effort.curve, "Codes met three times against utterances read", description)


def _basis(suggestions: Suggestions | None) -> str:
    if suggestions is None:
        return "No codes are suggested in this run, because there is no codebook to suggest from."
    basis = suggestions.basis.rstrip(".")
    return f"Codes are suggested for each utterance in utterances.csv and report.xlsx; they rest on {basis}."
