"""The run on screen with what was decided on it, without clustering again: what exports and figures go by."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline import cluster, codebook, decide, label
from pipeline import config as configs
from pipeline.decided.coding import codebook_and_codings
from pipeline.decided.machine import mapping_after, suggestions_after
from pipeline.decided.spans import touched
from pipeline.decided.themes import as_held, decision_flags, kept_and_rejected
from pipeline.records import Bools, Clusters, Codings, HeldTheme, Ints, Placement, Result, Standing, Theme


@dataclass(frozen=True, slots=True)
class _Working:
    """A theme as it stands now.  rows: its utterances, ascending.  old: number of the run's theme that most of them
    were in, -1 if none.  same: it is that theme, with the same utterances.  held: what analysts said, None if nothing.
    """

    id: str
    rows: tuple[int, ...]
    old: int
    same: bool
    held: HeldTheme | None


def after(result: Result, standing: Standing) -> Result:
    """The result as people left it: their themes exactly, their coding tree, all codings; table and counts anew.

    Utterances of rejected themes, and those that were taken out of theirs, are set aside and say so.  Suggestions stay,
    under today's names of codes; comparison and reading order stay those of the run, and so does the model in clusters,
    which places nothing here.
    """
    files = _files_alone(result)
    book, codings = codebook_and_codings(result.corpus, result.codebook, files, result.utterances, standing)
    working, reasons = _working(result, standing)
    clusters = _clusters(result, working, reasons)
    themes = tuple(_theme(result, clusters, number, theme) for number, theme in enumerate(working))
    names = decide.renamed(standing.edits)
    suggestions, explanations = suggestions_after(result.suggestions, result.explanations, names)
    placed = int((clusters.placement.theme >= 0).sum())
    counts = {
        "utterances placed": placed,
        "utterances set aside": len(result.utterances) - placed,
        "candidate themes": len(themes),
        "codes": len(book.codes),
        "codings": len(codings.items),
    }
    new_counts = tuple((name, counts.get(name, count)) for name, count in result.manifest.counts)
    return dataclasses.replace(
        result,
        codebook=book,
        codings=codings,
        clusters=clusters,
        themes=themes,
        table=codebook.coding_table(result.utterances, book, codings),
        suggestions=suggestions,
        explanations=explanations,
        mapping=mapping_after(result.mapping, {t.id for t in working if t.same}, names),
        manifest=dataclasses.replace(result.manifest, counts=new_counts),
        groups=label.name_groups(themes, clusters),
        standing=standing,
    )


def _files_alone(result: Result) -> Codings:
    """The codings of the study's files: those that the run took in from the review come with the standing again."""
    in_review = set(result.standing.codings)
    items = tuple(coding for coding in result.codings.items if coding not in in_review)
    return dataclasses.replace(result.codings, items=items)


def _working(result: Result, standing: Standing) -> tuple[list[_Working], dict[int, str]]:
    """The themes as they stand, largest first, and for utterances that are in none any more the reason."""
    ids = [theme.id for theme in result.themes]
    kept, rejected = ([t for t in held if _on_screen(t.id, ids)] for held in kept_and_rejected(standing))
    found = touched([theme.members for theme in (*kept, *rejected)], result.utterances)
    claimed = _claims(found[: len(kept)], len(result.utterances))
    refused = _claims(found[len(kept) :], len(result.utterances)) >= 0
    decided = {*standing.retired, *(theme.id for theme in (*kept, *rejected))}
    before = result.clusters.placement.theme
    themes = [(theme.id, claimed == k, theme) for k, theme in enumerate(kept)]
    free = [(id_, (before == k) & (claimed < 0), None) for k, id_ in enumerate(ids) if id_ not in decided]
    working = [_as_working(id_, rows, held, before, ids) for id_, rows, held in (*themes, *free) if rows.any()]
    working.sort(key=lambda theme: (-len(theme.rows), ids.index(theme.id) if theme.id in ids else len(ids), theme.id))
    inside = {row for theme in working for row in theme.rows}
    out = [row for row in np.flatnonzero((before >= 0) | refused).tolist() if row not in inside]
    return working, {row: cluster.REJECTED if refused[row] else cluster.TAKEN_OUT for row in out}


def _on_screen(id_: str, ids: Sequence[str]) -> bool:
    """The run shows the theme, or the one that it was split from; others belong to earlier runs."""
    while id_ and id_ not in ids:
        id_ = id_.rpartition(".")[0]
    return bool(id_)


def _claims(sets: Sequence[Ints], n: int) -> Ints:
    """int32 [n]: the first of the sets that holds each row, -1 for none."""
    claimed = np.full(n, -1, np.int32)
    for number in reversed(range(len(sets))):
        claimed[sets[number]] = number
    return claimed


def _as_working(id_: str, here: Bools, held: HeldTheme | None, before: Ints, ids: Sequence[str]) -> _Working:
    rows = np.flatnonzero(here)
    were = before[rows][before[rows] >= 0]
    old = int(np.bincount(were).argmax()) if len(were) else -1
    same = id_ in ids and np.array_equal(rows, np.flatnonzero(before == ids.index(id_)))
    return _Working(id_, tuple(rows.tolist()), ids.index(id_) if same else old, same, held)


def _clusters(result: Result, working: Sequence[_Working], reasons: Mapping[int, str]) -> Clusters:
    """The clusters of the themes as they stand; stability of those that changed is not known."""
    clusters, n = result.clusters, len(working)
    placement = _placement(clusters.placement, working, reasons, len(result.themes))
    stability = [clusters.stability[theme.old] if theme.same else np.nan for theme in working]
    last = int(clusters.group.max(initial=-1)) + 1
    kin = [int(clusters.group[theme.old]) if theme.old >= 0 else last for theme in working]
    return dataclasses.replace(
        clusters,
        placement=placement,
        stability=np.array(stability, np.float32),
        cohesion=cluster.cohesion(placement, result.vectors.own, n),
        group=np.unique(kin, return_inverse=True)[1].astype(np.int32) if n else np.zeros(0, np.int32),
    )


def _placement(old: Placement, working: Sequence[_Working], reasons: Mapping[int, str], n_old: int) -> Placement:
    """Where utterances stand now.  Those whose theme is another one have the whole vote: people placed them."""
    theme = np.full(len(old.theme), -1, np.int32)
    for number, each in enumerate(working):
        theme[list(each.rows)] = number
    follows = np.full(n_old + 1, -1, np.int32)  # the theme that took most of an old one; the last stands for none
    for number in range(n_old):
        heirs = theme[(old.theme == number) & (theme >= 0)]
        follows[number] = np.bincount(heirs).argmax() if len(heirs) else -1
    first, next_ = follows[old.nearest], follows[old.second]
    nearest = np.where(theme >= 0, theme, np.where(first >= 0, first, next_))
    second = np.where(first != nearest, first, np.where(next_ != nearest, next_, -1))
    moved = (theme >= 0) & (theme != follows[old.theme])
    return Placement(
        theme,
        nearest.astype(np.int32),
        second.astype(np.int32),
        np.where(moved, np.float32(1), old.membership),
        tuple(
            "" if here >= 0 else reasons.get(i, reason)
            for i, (here, reason) in enumerate(zip(theme.tolist(), old.set_aside, strict=True))
        ),
    )


def _theme(result: Result, clusters: Clusters, number: int, working: _Working) -> Theme:
    """The record of a theme as it stands: that of the run if it has the same utterances."""
    if working.same:
        old = result.themes[working.old]
        said = {held.id: decision_flags(held) for held in result.standing.themes}.get(old.id, ())
        theme = dataclasses.replace(old, flags=tuple(flag for flag in old.flags if flag not in said))
    else:
        config = configs.from_json(result.manifest.config).label
        words = _keywords(result, working, config.keywords)
        theme = label.describe(
            number, working.id, working.id, words, result.utterances, result.vectors, clusters, config
        )
    return as_held(theme, working.held) if working.held else theme


def _keywords(result: Result, working: _Working, most: int) -> tuple[str, ...]:
    """Keywords of the themes that its utterances were in, the fullest first; those alone that one of them says."""
    was = result.clusters.placement.theme[list(working.rows)]
    sources = np.bincount(was[was >= 0], minlength=len(result.themes))
    order = [k for k in np.argsort(-sources, kind="stable").tolist() if sources[k]]
    texts = [result.utterances[row].clean.casefold() for row in working.rows]
    phrases = {phrase for row in working.rows for phrase in result.utterances[row].phrases}
    words = dict.fromkeys(word for k in order for word in result.themes[k].keywords)
    return tuple(w for w in words if w in phrases or any(w.casefold() in text for text in texts))[:most]
