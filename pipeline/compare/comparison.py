"""The room's front door: everything that can be said of machine and human coding side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from pipeline.compare.coders import baselines_with_coders, machine_with_coders, people
from pipeline.compare.disagree import disagreements
from pipeline.compare.effort import reading_effort
from pipeline.compare.found import found_by_chance, themes_found
from pipeline.compare.groupings import without_reading
from pipeline.compare.structure import Sample, as_baseline, draw_codes, score_structure
from pipeline.compare.units import Machine, Study, align, arrange, has_code, renumber
from pipeline.config import CompareConfig
from pipeline.errors import StageError
from pipeline.records import (
    CodingTable,
    Comparison,
    Effort,
    Ints,
    Placement,
    StructureRow,
    Suggestions,
    Utterance,
)

CANDIDATES = "candidate themes"
NO_CODINGS = "no codings were given"
NO_CODED_UTTERANCE = "no coding touches an utterance"
NOT_HELD_OUT = "the machine is not scored: no coded document could be left out when its suggestions were learned"


def compare(
    utterances: Sequence[Utterance],
    placement: Placement,
    theme_ids: Sequence[str],
    table: CodingTable,
    held_out: Suggestions | None,
    definitions: Suggestions | None,
    groupings: Mapping[str, Ints],
    parents: Mapping[str, str],
    config: CompareConfig,
) -> Comparison:
    """Machine against people, people against people, candidates against codes; nothing is learned here.

    held_out: suggestions learned without the utterance's own document where fold >= 0.  definitions: zero-shot
    suggestions, the baseline "nearest definition".  groupings: further groupings of the same utterances to score for
    structure, int [n], -1 = set aside (name -> labels).  parents: code -> parent theme ("" or missing: none).
    Figures do not depend on the order of utterances: they are sorted by document, start, end and id first.
    Without codings only placed_by_site is filled, and reason says so.
    Raises StageError if arrays do not fit the utterances, or if suggestions would be scored on documents that they
    learned from.
    """
    _check(len(utterances), placement, theme_ids, groupings)
    sites = placed_by_site(utterances, placement)
    if not table.coders or not table.codes or not table.values.any():
        no_codings = not table.coders or not table.codes
        return Comparison(placed_by_site=sites, reason=NO_CODINGS if no_codings else NO_CODED_UTTERANCE)
    study = arrange(utterances, table, (held_out, definitions))
    zero_shot = None if definitions is None else align(definitions, study)
    theme = placement.theme[study.row].astype(np.int32)
    others = {name: groups[study.row].astype(np.int32) for name, groups in groupings.items()}
    found = with_coders(study, None if held_out is None else align(held_out, study), zero_shot, config)
    return replace(
        found,
        structure=structure(study, theme, others, config),
        found=themes_found(study, theme, theme_ids, parents),
        found_by_chance=found_by_chance(study, theme, theme_ids, parents, config),
        placed_by_site=sites,
        n_coded=int(has_code(study.coded).sum()),
    )


def with_coders(study: Study, machine: Machine | None, zero_shot: Machine | None, config: CompareConfig) -> Comparison:
    """The part that rests on suggestions and coders; themes do not enter it.

    Suggestions of which no document was held out are not scored, and reason says so.
    """
    left_out = machine if machine is not None and (machine.fold >= 0).any() else None
    return Comparison(
        agreements=() if left_out is None else machine_with_coders(study, left_out, config),
        baselines=baselines_with_coders(study, left_out, zero_shot, config),
        human=people(study, left_out, config),
        disagreements=disagreements(study, left_out, config.disagreements),
        effort=effort(study, left_out, zero_shot),
        reason=NOT_HELD_OUT if left_out is None else "",
    )


def structure(
    study: Study, theme: Ints, groupings: Mapping[str, Ints], config: CompareConfig
) -> tuple[StructureRow, ...]:
    """Our candidates first, then the caller's groupings in their order, then groupings that read no word.

    All but the first row take fewer draws, rotations and resamples (see structure.as_baseline).
    """
    units = has_code(study.coded)
    values = study.coded[units]
    sample = Sample(renumber(study.document[units]), values, draw_codes(values, config.draws, config.seed))
    baselines = [(name, groups[units]) for name, groups in groupings.items()]
    baselines += without_reading(study, units, theme[units], config.seed)
    fewer = as_baseline(config)
    rows = [score_structure(CANDIDATES, theme[units], sample, config)]
    rows += [score_structure(name, groups, sample, fewer) for name, groups in baselines]
    return tuple(rows)


def effort(study: Study, machine: Machine | None, definitions: Machine | None) -> Effort:
    """Reading effort over the coded utterances, in the machine's held-out order.

    Where coded utterances were not held out, by the definitions alone; where there are none, random reading only.
    """
    units = has_code(study.coded)
    if machine is not None and (machine.fold[units] >= 0).all():
        return reading_effort(study.coded[units], machine.scores[units])
    if definitions is not None:
        return reading_effort(study.coded[units], definitions.scores[units], "the order rests on the definitions alone")
    return reading_effort(study.coded[units], None, "the machine gives no order: nothing was held out")


def placed_by_site(utterances: Sequence[Utterance], placement: Placement) -> tuple[tuple[str, int, int], ...]:
    """(site, placed utterances, utterances) in the order of the sites' names; site "" where it is not known."""
    total = Counter(utterance.site for utterance in utterances)
    placed = Counter(u.site for u, theme in zip(utterances, placement.theme, strict=True) if theme >= 0)
    return tuple((site, placed[site], total[site]) for site in sorted(total))


def _check(n: int, placement: Placement, theme_ids: Sequence[str], groupings: Mapping[str, Ints]) -> None:
    for name, groups in {CANDIDATES: placement.theme, **groupings}.items():
        if groups.shape != (n,):
            raise StageError(f"the grouping has {len(groups)} rows, not one for each of {n} utterances", name)
    if int(placement.theme.max(initial=-1)) >= len(theme_ids):
        raise StageError(f"an utterance is in theme {int(placement.theme.max())} of {len(theme_ids)}", CANDIDATES)
