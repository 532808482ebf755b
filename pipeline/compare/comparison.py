"""The room's front door: everything that can be said of machine and human coding side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from pipeline.compare.attributes import Attributes, by_attribute
from pipeline.compare.coders import baselines_with_coders, machine_with_coders, people, with_others
from pipeline.compare.consensus import with_consensus
from pipeline.compare.disagree import disagreements
from pipeline.compare.drift import drift
from pipeline.compare.effort import effort
from pipeline.compare.found import found_by_chance, themes_found
from pipeline.compare.groupings import ceiling, without_reading
from pipeline.compare.mapped import CANDIDATES_MAPPED, RANDOM_MAPPED, map_groups, shuffled
from pipeline.compare.structure import Sample, as_baseline, draw_codes, score_structure
from pipeline.compare.units import Machine, Study, align, arrange, has_code, renumber
from pipeline.config import CompareConfig
from pipeline.errors import StageError
from pipeline.records import (
    Coding,
    CodingTable,
    Comparison,
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


@dataclass(frozen=True, slots=True)
class Beside:
    """What a study may have beside its codings.

    baselines: further suggestions, held out like the machine's, to score as coders (name -> suggestions).
    attributes: document -> (name, value) pairs.  codings: for their dates.
    """

    baselines: Mapping[str, Suggestions] = field(default_factory=dict)
    attributes: Attributes = field(default_factory=dict)
    codings: Sequence[Coding] = ()


NOTHING = Beside()


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
    beside: Beside = NOTHING,
) -> Comparison:
    """Machine against people, people against people, candidates against codes; nothing is learned here.

    held_out: suggestions learned without the utterance's own document where fold >= 0.  definitions: zero-shot ones,
    the baseline "nearest definition".  groupings: further groupings to score for structure, int [n], -1 = set aside
    (name -> labels).  parents: code -> parent theme ("" or missing: none).  Figures do not depend on the order of
    utterances.  Without codings only placed shares are filled, and reason says so.  Raises StageError if arrays do not
    fit the utterances, or if suggestions would be scored on documents that they learned from.
    """
    _check(len(utterances), placement, theme_ids, groupings)
    if not table.coded.any():
        return _without_codings(utterances, placement, table, beside, config)
    study = arrange(utterances, table, (held_out, definitions, *beside.baselines.values()))
    machine = align(held_out, study) if held_out is not None and (held_out.fold >= 0).any() else None
    theme = placement.theme[study.row].astype(np.int32)
    groups = {name: each[study.row].astype(np.int32) for name, each in groupings.items()}
    baselines = {name: align(each, study) for name, each in beside.baselines.items()}
    baselines |= _mapped(study, theme, machine, config)
    return replace(
        with_coders(study, machine, None if definitions is None else align(definitions, study), baselines, config),
        structure=structure(study, theme, groups, config),
        found=themes_found(study, theme, theme_ids, parents),
        found_by_chance=found_by_chance(study, theme, theme_ids, parents, config),
        placed_by_site=placed_by_site(utterances, placement),
        drift=drift(study, machine, beside.codings, config),
        by_attribute=by_attribute(utterances, placement, beside.attributes, study, machine, config),
        n_coded=int(has_code(study.coded).sum()),
    )


def _without_codings(
    utterances: Sequence[Utterance], placement: Placement, table: CodingTable, beside: Beside, config: CompareConfig
) -> Comparison:
    return Comparison(
        placed_by_site=placed_by_site(utterances, placement),
        by_attribute=by_attribute(utterances, placement, beside.attributes, None, None, config),
        reason=NO_CODED_UTTERANCE if table.coders and table.codes else NO_CODINGS,
    )


def with_coders(
    study: Study,
    machine: Machine | None,
    zero_shot: Machine | None,
    baselines: Mapping[str, Machine],
    config: CompareConfig,
) -> Comparison:
    """The part that rests on suggestions and coders; themes enter it only as baselines.

    machine: suggestions of which at least one document was held out; without them reason says so.
    """
    both = with_consensus(study)
    return Comparison(
        agreements=() if machine is None else machine_with_coders(both, machine, config),
        baselines=baselines_with_coders(both, machine, zero_shot, baselines, config),
        human=people(study, machine, config) + with_others(study, config),
        disagreements=disagreements(study, machine, config.disagreements),
        effort=effort(study, machine, zero_shot, config),
        reason=NOT_HELD_OUT if machine is None else "",
    )


def _mapped(study: Study, theme: Ints, machine: Machine | None, config: CompareConfig) -> dict[str, Machine]:
    """Our candidates as a coder, held out like the machine; random ones of the same sizes, which come to nothing."""
    if machine is None:
        return {}
    chance = shuffled(theme, has_code(study.coded), config.seed)
    return {
        CANDIDATES_MAPPED: map_groups(theme, study.coded, machine.fold),
        RANDOM_MAPPED: map_groups(chance, study.coded, machine.fold),
    }


def structure(
    study: Study, theme: Ints, groupings: Mapping[str, Ints], config: CompareConfig
) -> tuple[StructureRow, ...]:
    """Our candidates first, then the caller's groupings in their order, groupings that read no word, the ceiling.

    All but the first row take fewer draws, rotations and resamples (see structure.as_baseline).
    """
    units = has_code(study.coded)
    values = study.coded[units]
    sample = Sample(renumber(study.document[units]), values, draw_codes(values, config.draws, config.seed))
    baselines = [(name, groups[units]) for name, groups in groupings.items()]
    baselines += without_reading(study, units, theme[units], config.seed)
    baselines.append(ceiling(values, config.seed))
    fewer = as_baseline(config)
    rows = [score_structure(CANDIDATES, theme[units], sample, config)]
    rows += [score_structure(name, groups, sample, fewer) for name, groups in baselines]
    return tuple(rows)


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
