"""The seven lines: what a run says first, in the report and in the terminal, each with its number and its section."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from pipeline.records import Agreement, Estimate, Result, ThemeRelation
from pipeline.report.cells import settings
from pipeline.report.words import (
    CEILING,
    MACHINE,
    UNNAMED_SITE,
    count,
    interval,
    is_consensus,
    is_missing,
    listing,
    number,
    percent,
    plural,
    share,
)

REFLEXIVE = (
    "this study works by reflexive thematic analysis, a school that rejects agreement as a measure, so no such figures "
    "are shown"
)
NOT_TOLD = "not told"
"""The relation of a theme of which too little was coded to compare it with the codebook."""
_NO_THEME = "There is no candidate theme."
_NO_UTTERANCE = "the codings touch no utterance of this run"
STABILITY_WORDS = ("highly stable", "stable", "doubtful", "unstable")


@dataclass(frozen=True, slots=True)
class Line:
    """One of the seven: a sentence with its number.  anchor: id of the section that shows why.  name: its subject."""

    sentence: str
    anchor: str
    name: str


def seven_lines(result: Result) -> tuple[Line, ...]:
    """The seven sentences in their fixed order; one that has no number says why."""
    return (
        Line(_found(result), "codebook", "Themes found"),
        Line(_agreement(result), "codebook", "Coding agreement"),
        Line(_structure(result), "codebook", "Structure"),
        Line(_placed(result), "left-out", "Placed and set aside"),
        Line(_stability(result), "glance", "Stability"),
        Line(_uncovered(result), "codebook", "Without a code"),
        Line(_effort(result), "next", "Effort"),
    )


def is_reflexive(result: Result) -> bool:
    """True if the study's methodology rejects agreement statistics."""
    return settings(result).study.methodology == "reflexive"


def has_levels(result: Result) -> bool:
    """True if candidate themes stand in groups that say something: several groups, one of them of several themes."""
    return len(result.groups) > 1 and any(len(group.themes) > 1 for group in result.groups)


def why_nothing_compared(result: Result) -> str:
    """The reason why there is no comparison with human coding."""
    if result.comparison.reason:
        return result.comparison.reason.rstrip(".")
    if not result.codings.items:
        return "no codings were given"
    return "too little is coded" if result.comparison.n_coded else _NO_UTTERANCE


def why_nothing_coded(result: Result) -> str:
    """The reason why no utterance carries a code that people gave, "" where one does."""
    if result.table.values.any():
        return ""
    return _NO_UTTERANCE if result.codings.items else "nobody has coded yet"


def uncovered(result: Result) -> tuple[ThemeRelation, ...]:
    """Candidates that no code covers; none where nobody coded, since then it cannot be told."""
    if why_nothing_coded(result):
        return ()
    return tuple(relation for relation in result.mapping.relations if relation.relation == "complementary")


def not_told(result: Result) -> str:
    """`of 3 it cannot be told, because too little of them was coded`; "" where all is told."""
    n = sum(relation.relation == NOT_TOLD for relation in result.mapping.relations)
    return f"of {count(n)} it cannot be told, because too little of {'it' if n == 1 else 'them'} was coded" if n else ""


def n_placed(result: Result) -> int:
    """Utterances that stand in a candidate theme."""
    return int((result.clusters.placement.theme >= 0).sum())


def human_pair(result: Result) -> Agreement | None:
    """The two coders of the team that share most utterances, None where no two coded the same."""
    pairs = [a for a in result.comparison.human if a.second != MACHINE and not _with_consensus(a)]
    return max(pairs, key=lambda agreement: agreement.n_units, default=None)


def ceiling(result: Result) -> float | None:
    """The excess that the codes themselves reach as a grouping, None where it was not computed."""
    rows = [row for row in result.comparison.structure if row.name.startswith(CEILING)]
    value = rows[0].excess.value if rows else None
    return None if is_missing(value) else value


def same_utterances(result: Result, humans: Agreement) -> Agreement | None:
    """The machine beside the first of two people over the very same utterances; its row follows that of the pair."""
    rows = result.comparison.human
    at = rows.index(humans)
    return next((a for a in rows[at + 1 : at + 2] if a.second == MACHINE and a.first == humans.first), None)


def _with_consensus(agreement: Agreement) -> bool:
    return is_consensus(agreement.first) or is_consensus(agreement.second)


def _found(result: Result) -> str:
    n = len(result.themes)
    if not n:
        return _NO_THEME
    if is_reflexive(result):
        return f"{plural(n, 'candidate theme')} to read beside your own; {REFLEXIVE}."
    found = result.comparison.found
    if not found:
        reason = why_nothing_compared(result)
        return f"{plural(n, 'candidate theme')}; whether the team's own are among them is open: {reason}."
    missed = [item.name for item in found if not item.found]
    tail = f"; not met: {listing(missed)}" if missed else ""
    met = share(len(found) - len(missed), len(found))
    chance = result.comparison.found_by_chance
    if chance is not None and not is_missing(chance):
        tail += f"; by position alone, with candidates shifted along the transcripts, {number(chance)} on average"
    were = "was" if len(found) - len(missed) == 1 else "were"
    by = "the only candidate theme" if n == 1 else f"one of {count(n)} candidate themes"
    return f"{met} of the team's themes {were} met by {by}{tail}."


def _agreement(result: Result) -> str:
    if is_reflexive(result):
        return f"Agreement with this team's coding: {REFLEXIVE}."
    agreements = result.comparison.agreements
    if not agreements:
        return f"Agreement with this team's coding: none computed, because {why_nothing_compared(result)}."
    machine, humans = agreements[0], human_pair(result)
    text = f"Agreement with this team's coding on held-out documents ({machine.first}): {_kappa(machine.macro_kappa)}"
    if humans is None:
        return f"{text}; no two people coded the same documents, so there is no human ceiling beside it."
    text += f"; two people of the team ({humans.first}, {humans.second}): {_kappa(humans.macro_kappa)}"
    return f"{text}{_ratio(result, humans)}."


def _kappa(estimate: Estimate) -> str:
    if is_missing(estimate.value):
        return f"no mean kappa ({estimate.reason or 'too few utterances a code'})"
    return f"mean kappa {interval(estimate)}"


def _ratio(result: Result, humans: Agreement) -> str:
    """Machine as a share of the human ceiling, from the row that was computed over the very same utterances."""
    same = same_utterances(result, humans)
    ceiling, reached = humans.macro_kappa.value, same.macro_kappa.value if same else None
    if ceiling is None or reached is None or is_missing(ceiling) or is_missing(reached) or ceiling <= 0:
        return ""
    return f"; on the same utterances machine to human {number(reached / ceiling)}"


def _structure(result: Result) -> str:
    if is_reflexive(result):
        return f"Structure beside the codes: {REFLEXIVE}."
    rows = result.comparison.structure
    if not rows:
        return f"Structure beside the codes: none computed, because {why_nothing_compared(result)}."
    ours, best = rows[0], ceiling(result)
    if is_missing(ours.excess.value):
        reason = ours.excess.reason or ours.reason or "too little is coded"
        return f"Structure beside the codes: none computed, because {reason}."
    return (
        f"How far candidate themes follow the team's codes beyond what standing side by side explains: excess "
        f"{interval(ours.excess)} "
        f"(adjusted mutual information {number(ours.ami)} less {number(ours.null)} by position)"
        f"{f'; the codes themselves would reach {number(best)}' if best is not None else ''}."
    )


def _placed(result: Result) -> str:
    placed, total = n_placed(result), len(result.utterances)
    if not total:
        return "No utterance was left to place."
    if not result.themes:
        return f"{_NO_THEME[:-1]}: all utterances ({count(total)}) are set aside."
    are, others = ("is" if part == 1 else "are" for part in (placed, total - placed))
    text = f"{share(placed, total)} utterances {are} placed in a candidate theme, {count(total - placed)} {others}"
    text += " set aside"
    rows = result.comparison.placed_by_site
    if len(rows) < 2:
        return f"{text}."
    if len({percent(part / whole) for _, part, whole in rows}) == 1:
        return f"{text}; the same share at each of {len(rows)} sites."
    low, high = min(rows, key=lambda row: row[1] / row[2]), max(rows, key=lambda row: row[1] / row[2])
    ends = [f"{site or UNNAMED_SITE} {percent(part / whole)}, n {whole}" for site, part, whole in (low, high)]
    return f"{text}; placed by site: from {ends[0]}, to {ends[1]}."


def _stability(result: Result) -> str:
    if not result.themes:
        return "There is no candidate theme whose stability could be told."
    words = Counter(theme.stability_word for theme in result.themes)
    order = [*STABILITY_WORDS, *sorted(set(words) - set(STABILITY_WORDS))]
    parts = [f"{words[word]} {word or 'not told'}" for word in order if words[word]]
    whole = plural(len(result.themes), "candidate theme")
    what = result.clusters.resampled
    return f"When some {what} are left out and the rest is grouped again, of {whole}: {listing(parts, 6)}."


def _uncovered(result: Result) -> str:
    if not result.codebook.codes:
        return "Candidates that no code covers: not told, because no codebook was given."
    if not result.themes:
        return f"{_NO_THEME[:-1]} that a code could cover."
    if not result.mapping.relations:
        return "Candidates that no code covers: not told, because no theme could be laid beside a code."
    if nothing := why_nothing_coded(result):
        return f"Candidates that no code covers: not told, because {nothing}."
    free, rest = [relation.theme for relation in uncovered(result)], not_told(result)
    labels = {theme.id: f"{theme.id} {theme.label}" for theme in result.themes}
    named = f": {listing([labels.get(theme, theme) for theme in free], 3)}" if free else ""
    are = "is" if len(free) == 1 else "are"
    text = f"{share(len(free), len(result.themes))} candidate themes {are} covered by no code{named}"
    return f"{text}; {rest}." if rest else f"{text}."


def _effort(result: Result) -> str:
    effort = result.comparison.effort
    if effort is None or effort.suggested is None:
        reason = effort.reason.rstrip(".") if effort is not None and effort.reason else why_nothing_compared(result)
        return f"Utterances to read for 95% of the codes: not told, because {reason}."
    read = f"read {share(effort.suggested, effort.total)} utterances in the suggested order"
    text = f"To meet 95% of {plural(effort.n_codes, 'code')} three times, {read}"
    return f"{text}; in random order {count(round(effort.random))}." if effort.random is not None else f"{text}."
