"""The seven lines: what a run says first, in the report and in the terminal, each with its number and its section."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from pipeline.records import Agreement, Estimate, Result
from pipeline.report.tables import settings
from pipeline.report.words import (
    MACHINE,
    UNNAMED_SITE,
    count,
    interval,
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


def why_nothing_compared(result: Result) -> str:
    """The reason why there is no comparison with human coding."""
    if result.comparison.reason:
        return result.comparison.reason.rstrip(".")
    return "no codings were given" if not result.codings.items else "the codings touch no utterance of this run"


def placed_by_site(result: Result) -> tuple[tuple[str, int, int], ...]:
    """(site, placed utterances, utterances) in the order of the sites' names; "" where sites are unknown."""
    total = Counter(u.site for u in result.utterances)
    theme = result.clusters.placement.theme
    placed = Counter(u.site for u, k in zip(result.utterances, theme.tolist(), strict=True) if k >= 0)
    return tuple((site, placed[site], total[site]) for site in sorted(total))


def human_pair(result: Result) -> Agreement | None:
    """The two coders of the team that share most utterances, None where no two coded the same."""
    pairs = [agreement for agreement in result.comparison.human if agreement.second != MACHINE]
    return max(pairs, key=lambda agreement: agreement.n_units, default=None)


def _found(result: Result) -> str:
    n = len(result.themes)
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
    return f"{met} of the team's themes were met by one of {plural(n, 'candidate theme')}{tail}."


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
    return f"{text}{_ratio(result.comparison.human, humans)}."


def _kappa(estimate: Estimate) -> str:
    if is_missing(estimate.value):
        return f"no mean kappa ({estimate.reason or 'too few utterances a code'})"
    return f"mean kappa {interval(estimate)}"


def _ratio(rows: tuple[Agreement, ...], humans: Agreement) -> str:
    """Machine as a share of the human ceiling, from the row that was computed over the very same utterances."""
    at = rows.index(humans)
    same = next((a for a in rows[at + 1 : at + 2] if a.second == MACHINE and a.first == humans.first), None)
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
    ours = rows[0]
    if is_missing(ours.excess.value):
        reason = ours.excess.reason or ours.reason or "too little is coded"
        return f"Structure beside the codes: none computed, because {reason}."
    return (
        f"How far candidate themes follow the team's codes beyond what standing side by side explains: excess "
        f"{interval(ours.excess)} "
        f"(adjusted mutual information {number(ours.ami)} less {number(ours.null)} by position)."
    )


def _placed(result: Result) -> str:
    rows = placed_by_site(result)
    placed, total = sum(row[1] for row in rows), sum(row[2] for row in rows)
    if not total:
        return "No utterance was left to place."
    text = f"{share(placed, total)} utterances are placed in a candidate theme, {count(total - placed)} are set aside"
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
    if not result.mapping.relations:
        return "Candidates that no code covers: not told, because no theme could be laid beside a code."
    if not result.table.values.any():
        return "Candidates that no code covers: not told, because nobody has coded yet."
    unknown = sum(relation.relation == "not told" for relation in result.mapping.relations)
    rest = f"; of {count(unknown)} it cannot be told, because too little of them was coded" if unknown else ""
    free = [relation.theme for relation in result.mapping.relations if relation.relation == "complementary"]
    labels = {theme.id: f"{theme.id} {theme.label}" for theme in result.themes}
    named = f": {listing([labels.get(theme, theme) for theme in free], 3)}" if free else ""
    return f"{share(len(free), len(result.themes))} candidate themes are covered by no code{named}{rest}."


def _effort(result: Result) -> str:
    effort = result.comparison.effort
    if effort is None or effort.suggested is None:
        reason = effort.reason.rstrip(".") if effort is not None and effort.reason else why_nothing_compared(result)
        return f"Utterances to read for 95% of the codes: not told, because {reason}."
    read = f"read {share(effort.suggested, effort.total)} utterances in the suggested order"
    text = f"To meet 95% of {plural(effort.n_codes, 'code')} three times, {read}"
    return f"{text}; in random order {count(round(effort.random))}." if effort.random is not None else f"{text}."
