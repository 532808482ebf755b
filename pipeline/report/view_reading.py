"""What to talk about (section 7) and what to read next (section 8)."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.records import Disagreement, Effort, Suggestions, Utterance
from pipeline.report.draw_matplotlib import draw_curve
from pipeline.report.frame import Frame, Mark, QuoteView, quote
from pipeline.report.lines import why_nothing_compared
from pipeline.report.view_map import aside_note
from pipeline.report.words import cut, is_missing, percent, plural, share

_CONTEXT = 220


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


@dataclass(frozen=True, slots=True)
class NextView:
    """Section 8.  reading: the sentence; svg: the curve, "" without one; suggestions: what those codes rest on."""

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
    """How much there is to read in the suggested order, and against which expectation."""
    effort = frame.result.comparison.effort
    basis = _basis(frame.result.suggestions)
    if effort is None or effort.suggested is None:
        reason = (
            effort.reason.rstrip(".") if effort is not None and effort.reason else why_nothing_compared(frame.result)
        )
        return NextView("", "", (), reason, basis)
    reading = (
        f"To meet 95% of {plural(effort.n_codes, 'code')} three times each, {share(effort.suggested, effort.total)} "
        f"utterances are to be read in the suggested order"
    )
    reading += f", about {round(effort.random)} in random order." if effort.random is not None else "."
    points = tuple((read, percent(ours), percent(chance)) for read, ours, chance in effort.curve)
    return NextView(reading, _curve(effort), points, "", basis)


def suggested(suggestions: Suggestions, index: int) -> tuple[str, ...]:
    """`hope (72%)`, `tasks (18%)`; where the evidence allows no number `hope (likely)`, `tasks (possible)`."""
    found = []
    for rank, code in enumerate(suggestions.ranked[index].tolist()):
        if code < 0:
            continue
        probability = float(suggestions.probability[index, rank])
        word = "likely" if rank == 0 else "possible"
        found.append(f"{suggestions.codes[code]} ({word if is_missing(probability) else percent(probability)})")
    return tuple(found)


def _discuss(frame: Frame, item: Disagreement) -> DiscussView:
    utterance = frame.result.utterances[item.utterance]
    theme = int(frame.result.clusters.placement.theme[item.utterance])
    before, after = _context(frame, utterance)
    views = item.views
    if frame.result.suggestions is not None and not any(who == "machine" for who, _ in views):
        views = (*views, ("machine", ", ".join(suggested(frame.result.suggestions, item.utterance)) or "no suggestion"))
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
