"""What a REFI-QDA project does not hold of a run, in sentences for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.exchange.plan import plan_of
from pipeline.exchange.plan_losses import many, plan_losses, tree_losses
from pipeline.exchange.study import Study, study_of
from pipeline.exchange.verdicts import Verdicts, verdicts
from pipeline.records import Codebook, Corpus, Decision, Result, Theme, Verdict

_SHOWN = 10


def losses(result: Result, decisions: Sequence[Decision] = ()) -> tuple[str, ...]:
    """One sentence for each thing that the project file leaves out or changes; only what this run has is named.

    Raises CountError if placements and utterances or themes do not belong together.
    """
    said = verdicts(decisions)
    study = study_of(result, decisions)
    corpus = replace(study.corpus, dropped=tuple(dict.fromkeys((*result.corpus.dropped, *result.dropped))))
    plan = plan_of(replace(study, corpus=corpus))
    return (*_machine(result), *_comparison(result), *_decided(result, decisions, said), *plan_losses(plan))


def qdc_losses(codebook: Codebook, themes: Sequence[Theme], decisions: Sequence[Decision] = ()) -> tuple[str, ...]:
    """The same for codebook_qdc, whose arguments these are."""
    nothing = Corpus((), (), (), (), (), ())
    plan = plan_of(Study("", nothing, codebook, themes=tuple(themes), decisions=tuple(decisions)))
    return (*_on_themes(themes, decisions, plan.said), *tree_losses(plan))


def study_losses(study: Study) -> tuple[str, ...]:
    """The same for study_qdpx: texts, codes, codings and memos without a run."""
    return plan_losses(plan_of(study))


def _machine(result: Result) -> Iterator[str]:
    themes = result.clusters.placement.theme
    n_placed = int((themes >= 0).sum())
    n_aside = len(themes) - n_placed
    if result.themes:
        n_themes = many(len(result.themes), "candidate theme")
        yield f"Stability and cohesion of {n_themes} as figures; their words are kept."
        yield "Which quotes are typical or atypical of a candidate theme, or near misses."
    if n_placed:
        yield f"Membership and second candidate theme of {many(n_placed, 'utterance')}: a coding has no strength."
    if n_aside:
        yield f"{many(n_aside, 'utterance')} set aside, with the reason and the nearest candidate theme."
    if result.groups:
        yield f"The {many(len(result.groups), 'group')} that candidate themes stand in."
    if result.new_themes is not None and result.new_themes.themes:
        yield f"{many(len(result.new_themes.themes), 'candidate theme')} among utterances that fit nothing so far."
    if result.suggestions is not None:
        n_suggested = many(len(result.suggestions.ranked), "utterance")
        yield f"Suggested codes for {n_suggested}, with their probabilities: they are undecided."
    if result.utterances:
        yield "Vectors and the map of utterances."


def _comparison(result: Result) -> Iterator[str]:
    if result.mapping.cells or result.mapping.relations or result.mapping.silent:
        yield "How candidate themes stand to the codes."
    if result.comparison.n_coded:
        yield f"Agreement and disagreements over {many(result.comparison.n_coded, 'coded utterance')}."
    if result.triage.items or result.triage.documents:
        yield "What to read next, and why."


def _on_themes(themes: Sequence[Theme], decisions: Sequence[Decision], said: Verdicts) -> Iterator[str]:
    known = {theme.id for theme in themes}
    rejected = [f"{key} ({_people(found)})" for key, found in said.rejected.items() if key in known]
    if rejected:
        yield f"Candidate themes that were rejected, with their codings: {_some(rejected)}."
    last = {(one.coder, one.theme): one for one in decisions if one.theme in said.accepted}
    against = [f"{one.theme} ({_people((one,))})" for one in last.values() if one.verdict == Verdict.REJECTED]
    if against:
        yield f"That candidate themes which somebody accepted were rejected by others: {_some(against)}."
    strange = [key for key in (*said.accepted, *said.rejected) if key not in known]
    if strange:
        yield f"Decisions on candidate themes that this file does not know: {_some(strange)}."


def _decided(result: Result, decisions: Sequence[Decision], said: Verdicts) -> Iterator[str]:
    yield from _on_themes(result.themes, decisions, said)
    if said.refused:
        yield f"{many(len(said.refused), 'suggested code')} that analysts rejected."
    utterances = {utterance.id for utterance in result.utterances}
    n_lost = sum(one.utterance not in utterances or not one.code for one in said.codes)
    if n_lost:
        yield f"{many(n_lost, 'accepted suggestion')} for utterances that this run does not know, or without a code."


def _people(found: Sequence[Decision]) -> str:
    return ", ".join(dict.fromkeys(one.coder or "an analyst" for one in found))


def _some(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
