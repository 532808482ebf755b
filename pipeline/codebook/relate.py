"""Candidate themes beside codes: where they meet, where only one of them stands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.records import Bools, CodingTable, Floats, Mapping, Placement, Suggestions, ThemeCode, ThemeRelation

NOT_TOLD = "not told"
# A pair needs this many utterances before it is called anything.
_LEAST = 3
# A code stands for a theme if it is on this share of the theme's coded utterances and this much more often than
# among all coded ones; a theme that is coded this much less often than the rest is about something that the codebook
# lacks.
_SHARE, _LIFT, _LESS = 0.3, 2.0, 0.5
# A code is covered if this share of its utterances stands in one theme that it is typical of.
_COVERED = 0.25


def relate(
    theme_ids: Sequence[str],
    placement: Placement,
    table: CodingTable,
    suggestions: Suggestions | None,
    held_out: Floats | None,
) -> Mapping:
    """Theme x code cells, the relation of each candidate to the codebook, and the codes that no candidate covers.

    Rests on the codings of all coders together where there are any, else on first suggestions by definition. These can
    suggest which code a theme meets, but not which theme no code covers: on the example, the two themes that the
    codebook lacks are as near to its definitions as the others. Then the relation is "not told", and no code is silent.
    held_out: float32 [themes, codes], F1 on documents not used to pair the two, NaN where there is none.
    """
    if suggestions is None or not table.codes:
        return Mapping()
    by_people = bool(table.coded.any())
    if by_people:
        used, looked_at = table.by_anyone, table.looked_at
    else:
        used, looked_at = np.zeros(suggestions.scores.shape, np.bool_), np.ones(len(placement.theme), np.bool_)
        rows = np.flatnonzero(suggestions.ranked[:, 0] >= 0)  # of some utterances people refused every code
        used[rows, suggestions.ranked[rows, 0]] = True
    members = [(placement.theme == number) & looked_at for number in range(len(theme_ids))]
    cells = [
        cell
        for number, theme in enumerate(theme_ids)
        for cell in _cells(theme, members[number], used, table.codes, None if held_out is None else held_out[number])
    ]
    usual = float(used[looked_at].any(axis=1).mean()) if looked_at.any() else 0.0
    relations = tuple(
        _relation(theme, members[number], used, [c for c in cells if c.theme == theme], usual, by_people)
        for number, theme in enumerate(theme_ids)
    )
    silent = _silent(table.codes, used, cells) if by_people else ()
    return Mapping(tuple(cells), relations, silent)


def _cells(theme: str, member: Bools, used: Bools, codes: Sequence[str], held_out: Floats | None) -> list[ThemeCode]:
    coded = used.any(axis=1)
    in_theme, everywhere = int((member & coded).sum()), int(coded.sum())
    cells = []
    for j, code in enumerate(codes):
        n, total = int((member & used[:, j]).sum()), int(used[:, j].sum())
        if not n:
            continue
        share = n / in_theme
        f1 = None if held_out is None or np.isnan(held_out[j]) else float(held_out[j])
        cells.append(ThemeCode(theme, code, n, share, share / (total / everywhere), f1))
    return sorted(cells, key=lambda cell: (-cell.n, cell.code))


def _relation(
    theme: str, member: Bools, used: Bools, cells: Sequence[ThemeCode], usual: float, by_people: bool
) -> ThemeRelation:
    size, coded = int(member.sum()), int((member & used.any(axis=1)).sum())
    what = "coded" if by_people else "suggested by definition"
    if size < _LEAST:
        reason = f"only {size} of its utterances lie in documents that were coded"
        return ThemeRelation(theme, NOT_TOLD, "", reason)
    if by_people and coded < _LESS * usual * size:
        reason = f"{coded} of {size} utterances carry a code, against {usual:.0%} of all: no code fits"
        return ThemeRelation(theme, "complementary", "", reason)
    fitting = [cell for cell in cells if cell.n >= _LEAST and cell.share >= _SHARE and cell.lift >= _LIFT]
    if fitting:
        best = max(fitting, key=lambda cell: (cell.n, cell.lift))
        reason = f"{best.code} is {what} on {best.n} of {coded}, {best.lift:.1f} times as often as overall"
        return ThemeRelation(theme, "agreement", best.code, reason)
    if not by_people:
        return ThemeRelation(theme, NOT_TOLD, "", "no definition is typical of it, and nobody has coded yet")
    nearest = cells[0]
    usually = f"{nearest.lift:.1f} times as often as overall"
    reason = f"no code is typical of it; the most frequent, {nearest.code}, is on {nearest.n} of {coded}, {usually}"
    return ThemeRelation(theme, "dissonant", nearest.code, reason)


def _silent(codes: Sequence[str], used: Bools, cells: Sequence[ThemeCode]) -> tuple[tuple[str, str], ...]:
    silent = []
    for j, code in enumerate(codes):
        total = int(used[:, j].sum())
        own = [cell for cell in cells if cell.code == code]
        if not total or any(cell.lift >= _LIFT and cell.n >= _COVERED * total for cell in own):
            continue
        best = max(own, key=lambda cell: cell.n, default=None)
        if best is None:
            silent.append((code, f"none of the utterances that carry it ({total}) stands in a candidate theme"))
        else:
            together = f"at most {best.n} of its {total} utterances stand together, in {best.theme}"
            typical = any(cell.lift >= _LIFT for cell in own)
            how = "it is spread thinly" if typical else "no candidate theme is typical of it"
            silent.append((code, f"{how}; {together}"))
    return tuple(silent)
