"""Every output table of a run, once: the CSV files and the sheets of the workbook are made from these."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.records import Agreement, Dropped, Estimate, Result, Suggestions, ThemeRelation
from pipeline.report.cells import Cell, Row, Table, figure, settings
from pipeline.report.tables_inputs import input_tables
from pipeline.report.tables_machine import machine_tables
from pipeline.report.tables_original import original_tables
from pipeline.report.tables_reading import reading_tables
from pipeline.report.tables_team import team_tables
from pipeline.report.words import MACHINE, is_consensus, n_sites

N_CODES = 3
"""Suggestions a row in utterances.csv: code_1, probability_1 … code_3, probability_3."""

BASELINE = "baseline"

_UTTERANCES = (
    "utterance_id", "document", "site", "turn", "paragraph", "start", "end", "speaker", "role", "text", "theme_id",
    "membership", "second_theme_id", "set_aside", "code_1", "probability_1", "code_2", "probability_2", "code_3",
    "probability_3",
)  # fmt: skip
_THEMES = (
    "theme_id", "label", "keywords", "size", "speakers", "documents", "sites", "stability", "stability_word",
    "nearest_code", "relation", "note",
)  # fmt: skip
_QUOTES = ("theme_id", "kind", "utterance_id", "text")
_CODES = ("theme_id", "code", "n", "share", "lift", "held_out_agreement")
_DISAGREEMENTS = ("utterance_id", "document", "paragraph", "kind", "views", "why", "weight", "text")
_DROPPED = ("document", "start", "end", "text", "stage", "reason")
_AGREEMENT = (
    "comparison", "first", "second", "code", "n_first", "n_second", "n_units", "precision", "recall", "f1", "kappa",
)  # fmt: skip
_OVERALL = ("comparison", "first", "second", "figure", "value", "low", "high", "n", "reason")
_STRUCTURE = (
    "grouping", "groups", "ami", "null", "excess", "excess_low", "excess_high", "n", "ami_all", "phi", "placed",
    "reason",
)  # fmt: skip


def tables(result: Result) -> Mapping[str, Table]:
    """All tables of a run by the name of their file or sheet.

    For a study by reflexive thematic analysis the tables of agreement are empty and held-out figures are left out,
    since that school rejects them.  The text of a set-aside utterance keeps its nearest theme in second_theme_id.
    """
    hidden = settings(result).study.methodology == "reflexive"
    return {
        "utterances": Table(_UTTERANCES, tuple(_utterances(result))),
        "themes": Table(_THEMES, tuple(_themes(result))),
        "theme_quotes": Table(_QUOTES, tuple(_quotes(result))),
        "theme_codes": Table(_CODES, tuple(_theme_codes(result, hidden))),
        "disagreements": Table(_DISAGREEMENTS, tuple(_disagreements(result))),
        "dropped": Table(
            _DROPPED, tuple((d.document, d.start, d.end, d.text, d.stage, d.reason) for d in left_out(result))
        ),
        "agreement": Table(_AGREEMENT, () if hidden else tuple(_agreement(result))),
        "agreement_overall": Table(_OVERALL, () if hidden else tuple(_overall(result))),
        "structure": Table(_STRUCTURE, () if hidden else tuple(_structure(result))),
        **team_tables(result, hidden),
        **machine_tables(result),
        **reading_tables(result),
        **original_tables(result),
        **input_tables(result),
    }


def left_out(result: Result) -> tuple[Dropped, ...]:
    """What reading and splitting left out, in order, each once."""
    return tuple(dict.fromkeys((*result.corpus.dropped, *result.dropped)))


def relations(result: Result) -> Mapping[str, ThemeRelation]:
    """How each theme stands to the codebook, by theme id."""
    return {relation.theme: relation for relation in result.mapping.relations}


def compared(result: Result) -> tuple[tuple[str, Agreement], ...]:
    """(kind, agreement) of all that was compared: machine, pairs of people, machine on their utterances, baselines."""
    comparison = result.comparison
    return (
        *((MACHINE, agreement) for agreement in comparison.agreements),
        *((_kind(a), a) for a in comparison.human),
        *((BASELINE, agreement) for agreement in comparison.baselines),
    )


def _kind(agreement: Agreement) -> str:
    if agreement.second == MACHINE:
        return "machine, same utterances"
    consensus = is_consensus(agreement.first) or is_consensus(agreement.second)
    return "person beside the others" if consensus else "two people"


def _theme_id(result: Result, index: int) -> str:
    return result.themes[index].id if 0 <= index < len(result.themes) else ""


def _utterances(result: Result) -> Iterator[Row]:
    placement = result.clusters.placement
    for i, u in enumerate(result.utterances):
        placed = int(placement.theme[i]) >= 0
        next_best = placement.second if placed else placement.nearest
        yield (
            *(u.id, u.document, u.site, u.turn, u.paragraph, u.start, u.end, u.speaker, str(u.role), u.text),
            *(_theme_id(result, int(placement.theme[i])), figure(float(placement.membership[i]))),
            *(_theme_id(result, int(next_best[i])), placement.set_aside[i]),
            *_suggested(result.suggestions, i),
        )


def _suggested(suggestions: Suggestions | None, i: int) -> Iterator[Cell]:
    for k in range(N_CODES):
        code = int(suggestions.ranked[i, k]) if suggestions is not None and k < suggestions.ranked.shape[1] else -1
        if suggestions is None or code < 0:
            yield from (None, None)
        else:
            yield from (suggestions.codes[code], figure(float(suggestions.probability[i, k])))


def _themes(result: Result) -> Iterator[Row]:
    known = relations(result)
    for t in result.themes:
        relation = known.get(t.id, ThemeRelation(t.id, "", "", ""))
        note = "; ".join((*t.flags, *((relation.reason,) if relation.reason else ())))
        yield (
            *(t.id, t.label, ", ".join(t.keywords), t.size, t.n_speakers, t.n_documents, n_sites(t)),
            *(figure(t.stability), t.stability_word, relation.nearest_code, relation.relation, note),
        )


def _quotes(result: Result) -> Iterator[Row]:
    placed = result.clusters.placement.theme
    for k, theme in enumerate(result.themes):
        shown = [(quote.kind, quote.utterance) for quote in theme.quotes]
        shown += [("disagreement", d.utterance) for d in result.comparison.disagreements if placed[d.utterance] == k]
        for kind, index in dict.fromkeys(shown):
            yield (theme.id, kind, result.utterances[index].id, result.utterances[index].text)


def _theme_codes(result: Result, hidden: bool) -> Iterator[Row]:
    for c in result.mapping.cells:
        yield (c.theme, c.code, c.n, figure(c.share), figure(c.lift), None if hidden else figure(c.held_out))


def _disagreements(result: Result) -> Iterator[Row]:
    for d in result.comparison.disagreements:
        u = result.utterances[d.utterance]
        views = " | ".join(f"{who}: {what}" for who, what in d.views)
        yield (u.id, u.document, u.paragraph, d.kind, views, d.why, figure(d.weight), u.text)


def _agreement(result: Result) -> Iterator[Row]:
    for name, a in compared(result):
        for c in a.codes:
            figures = (figure(c.precision), figure(c.recall), figure(c.f1), figure(c.kappa))
            yield (name, a.first, a.second, c.code, c.n_first, c.n_second, c.n_units, *figures)


def _structure(result: Result) -> Iterator[Row]:
    for s in result.comparison.structure:
        excess = (figure(s.excess.value), figure(s.excess.low), figure(s.excess.high), s.excess.n)
        rest = (figure(s.ami_all), figure(s.phi), figure(s.placed), s.reason or s.excess.reason)
        yield (s.name, s.groups, figure(s.ami), figure(s.null), *excess, *rest)


def _overall(result: Result) -> Iterator[Row]:
    for name, a in compared(result):
        named: tuple[tuple[str, Estimate], ...] = (
            *(("macro kappa", a.macro_kappa), ("MASI alpha", a.masi_alpha), ("top 1", a.top1), ("top 3", a.top3)),
            ("calibration error", a.ece),
            *((f"macro kappa at site {site}", estimate) for site, estimate in a.sites),
        )
        for label, e in named:
            yield (name, a.first, a.second, label, figure(e.value), figure(e.low), figure(e.high), e.n, e.reason)
