"""What analysts decided on candidate themes, put on top of the clusters that came out without them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from pipeline.cluster.distinct import Distinct, collapse
from pipeline.cluster.levels import upper_level
from pipeline.cluster.model import cohesion
from pipeline.cluster.vote import place
from pipeline.config import ClusterConfig
from pipeline.records import Bools, Clusters, Floats, Ints, Placement, ThemeModel, Utterance, Vectors


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """Clusters with what analysts decided on top.  of: for each kept theme its number in them, -1 if it has no row."""

    clusters: Clusters
    of: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Labels:
    """Labels of m distinct rows: base groups from 0, then kept themes, then rejected ones; -1 for none.

    row: int32 [m].  said: int32 [m], the label that analysts gave, -1 where they said nothing.  home: for each kept
    theme the base group that holds most of its rows, -1 if none does.  n_base, n_kept: how many labels of a kind.
    """

    row: Ints
    said: Ints
    home: tuple[int, ...]
    n_base: int
    n_kept: int


def hold(
    clusters: Clusters,
    utterances: Sequence[Utterance],
    vectors: Vectors,
    kept: Sequence[Ints],
    rejected: Sequence[Ints],
    config: ClusterConfig,
    out: Sequence[int] = (),
) -> Held:
    """The clusters with themes kept that analysts shaped or accepted, and without those that they rejected.

    kept, rejected: for each such theme the utterances that are in it (int, row numbers).  An utterance of two counts
    for the first, and for a kept one before a rejected one.  The utterances of a kept theme stand in it whatever their
    neighbours say.  A base group that is one of these themes by half goes along with it: so a theme
    takes up what is new and belongs to it, and a rejected one does not come back.  What a rejected theme wins is set
    aside.  Kept themes are never dissolved for their size.  out: row numbers of utterances that analysts took out of
    every theme; they are set aside unless a kept theme has them.  With nothing of all this the clusters come back as
    they are.
    """
    if not any(map(len, (*kept, *rejected, out))):
        return Held(clusters, (-1,) * len(kept))
    with threadpool_limits(1):
        distinct = collapse(utterances, vectors)
        theme = _first_of(kept, len(utterances))
        labels = _said(distinct, clusters.model, theme, rejected, len(kept))
        labels = _kept_groups(_rejected_groups(labels, len(rejected)))
        gone = np.setdiff1d(out, np.flatnonzero(theme >= 0)).astype(np.int32)
        labels = _without_voice(labels, distinct.of, gone)
        model, numbers = _model(distinct, clusters.model, labels, theme, vectors.mixed, config)
        model = dataclasses.replace(model, out=np.unique(vectors.mixed[gone], axis=0))
        return _held(clusters, model, numbers, labels, vectors, distinct.of, config)


def _first_of(sets: Sequence[Ints], n: int) -> Ints:
    """int32 [n]: the first of the sets that names each row, -1 for none."""
    first = np.full(n, -1, np.int32)
    for number in reversed(range(len(sets))):
        first[np.asarray(sets[number], np.intp)] = number
    return first


def _said(distinct: Distinct, model: ThemeModel, theme: Ints, rejected: Sequence[Ints], n_kept: int) -> _Labels:
    """Each distinct row with its base group, and with what analysts said of it."""
    known: dict[bytes, int] = {}
    for row, group in zip(model.reference, model.theme.tolist(), strict=True):
        known.setdefault(row.tobytes(), group)
    base = np.array([known.get(row.tobytes(), -1) for row in distinct.vectors], np.int32)
    n_base = int(model.theme.max(initial=-1)) + 1
    said = np.full(len(base), -1, np.int32)
    refused = _first_of(rejected, len(theme))
    for label, rows in (*_by_number(refused, n_base + n_kept, reverse=True), *_by_number(theme, n_base, reverse=True)):
        said[distinct.of[rows]] = label
    home = []
    for number in range(n_kept):
        groups = np.bincount(base[(said == n_base + number) & (base >= 0)], minlength=1)
        home.append(int(groups.argmax()) if groups.max() else -1)
    return _Labels(base, said, tuple(home), n_base, n_kept)


def _by_number(numbers: Ints, offset: int, *, reverse: bool) -> list[tuple[int, Ints]]:
    """(label, rows) of each number, from 0."""
    present = sorted(set(numbers[numbers >= 0].tolist()), reverse=reverse)
    return [(offset + number, np.flatnonzero(numbers == number).astype(np.int32)) for number in present]


def _rejected_groups(labels: _Labels, n_rejected: int) -> _Labels:
    """Base groups that are rejected themes by half of either; of one that is a kept theme's, only the rows named."""
    row, first = labels.row.copy(), labels.n_base + labels.n_kept
    free = (labels.said < labels.n_base) | (labels.said >= first)
    for group in range(labels.n_base):
        rest = (labels.row == group) & free
        found = []
        for label in range(first, first + n_rejected):
            whole, both = int((labels.said == label).sum()), int((rest & (labels.said == label)).sum())
            if both and 2 * both >= min(whole, int(rest.sum())):
                found.append((-both, label))
        if found:
            label = min(found)[1]
            row[rest & (labels.said == label) if _is_kept(labels, group) else labels.row == group] = label
    return dataclasses.replace(labels, row=row)


def _is_kept(labels: _Labels, group: int) -> bool:
    """At least half of the base group lies in kept themes."""
    inside = labels.said[labels.row == group]
    n_kept = int(((inside >= labels.n_base) & (inside < labels.n_base + labels.n_kept)).sum())
    return 0 < len(inside) <= 2 * n_kept


def _kept_groups(labels: _Labels) -> _Labels:
    """A base group that is a kept theme by half votes for it.

    A few rows of a group that stand in another kept theme vote on with their group, as they did when the analysts saw
    them there; a quarter of it or more votes for the theme that it stands in.  Where several kept themes come from one
    group (an analyst split it), each row votes for its own, and what is new belongs to none yet: the vote tells.
    """
    row = labels.row.copy()
    kept = range(labels.n_base, labels.n_base + labels.n_kept)
    for group in sorted(set(labels.row.tolist()) - {-1}):
        inside = labels.row == group
        shares = [int((inside & (labels.said == label)).sum()) for label in kept]
        most = int(np.argmax(shares)) if shares else -1
        whole = group < labels.n_base and _is_kept(labels, group)
        alone = all(home != group or number == most for number, home in enumerate(labels.home))
        led = whole and alone and 2 * shares[most] >= int(inside.sum())
        if whole:
            row[inside] = kept[most] if led else -1
        for label, n in zip(kept, shares, strict=True):
            if 4 * n >= int(inside.sum()) or (whole and not led):
                row[inside & (labels.said == label)] = label
    for label in kept:
        if not (row == label).any():
            row[labels.said == label] = label
    return dataclasses.replace(labels, row=row)


def _without_voice(labels: _Labels, texts: Ints, gone: Ints) -> _Labels:
    """Distinct rows that were taken out wherever they were said vote for nothing."""
    row = labels.row.copy()
    times = np.bincount(texts, minlength=len(row))
    row[(np.bincount(texts[gone], minlength=len(row)) == times) & (labels.said < 0)] = -1
    return dataclasses.replace(labels, row=row)


def _model(
    distinct: Distinct, base: ThemeModel, labels: _Labels, theme: Ints, mixed: Floats, config: ClusterConfig
) -> tuple[ThemeModel, Ints]:
    """The model under labels, and the labels that its theme numbers (from 0) stand for.

    Kept utterances are pinned with their own vectors, so that each is known again: the same words may have been said in
    another context, and mean something else there.  What is left of a group that lost rows is dissolved if it is
    smaller than a theme may be.
    """
    lost = [
        group
        for group in range(labels.n_base)
        if int((base.theme == group).sum()) > int((labels.row == group).sum()) < config.min_theme
    ]
    row = np.where(np.isin(labels.row, lost), -1, labels.row)
    seen: set[bytes] = set()
    reference, label, pinned = [], [], []
    of_text: dict[int, list[int]] = {}
    for i in np.flatnonzero(theme >= 0).tolist():
        of_text.setdefault(int(distinct.of[i]), []).append(i)
    for text in range(len(row)):
        own = sorted((int(theme[i]), mixed[i].tobytes(), i) for i in of_text.get(text, ()))
        for number, content, i in own:
            if content not in seen:
                seen.add(content)
                reference.append(mixed[i])
                label.append(labels.n_base + number)
                pinned.append(True)
        if row[text] >= 0:
            reference.append(distinct.vectors[text])
            label.append(int(row[text]))
            pinned.append(False)
    numbers, dense = np.unique(np.array(label, np.int32), return_inverse=True)
    rows = np.array(reference, np.float32).reshape(len(label), mixed.shape[1])
    n_rejected = int((numbers >= labels.n_base + labels.n_kept).sum())
    model = dataclasses.replace(
        base, reference=rows, theme=dense.astype(np.int32), pinned=np.array(pinned, np.bool_), rejected=n_rejected
    )
    return _with_families(model, numbers, labels), numbers


def _with_families(model: ThemeModel, numbers: Ints, labels: _Labels) -> ThemeModel:
    """Kept themes of one home win together, as the parts of a split do."""
    home = [labels.home[n - labels.n_base] if 0 <= n - labels.n_base < labels.n_kept else -1 for n in numbers.tolist()]
    names = [("home", h) if h >= 0 else ("own", i) for i, h in enumerate(home)]
    if len(set(names)) == len(names):
        return model
    order = list(dict.fromkeys(names))
    return dataclasses.replace(model, family=np.array([order.index(name) for name in names], np.int32))


def _held(
    clusters: Clusters,
    model: ThemeModel,
    numbers: Ints,
    labels: _Labels,
    vectors: Vectors,
    texts: Ints,
    config: ClusterConfig,
) -> Held:
    """The clusters of the model, without themes that win too few different texts unless they are kept."""
    while True:
        placement = place(vectors.mixed, model)
        n_shown = len(numbers) - model.rejected
        pairs = np.unique(np.column_stack([placement.theme, texts])[placement.theme >= 0], axis=0)
        different = np.bincount(pairs[:, 0], minlength=len(numbers))
        small = (numbers < labels.n_base) & (different < config.min_theme)
        if not small.any():
            break
        model, numbers = _renumbered(model, np.flatnonzero(~small).astype(np.int32)), numbers[~small]
    sizes = np.bincount(placement.theme[placement.theme >= 0], minlength=len(numbers))
    first = np.array([int(np.argmax(model.theme == theme)) for theme in range(len(numbers))])
    order = sorted(range(n_shown), key=lambda t: (-sizes[t], first[t]))
    model = _renumbered(model, np.array([*order, *range(n_shown, len(numbers))], np.int32))
    placement = place(vectors.mixed, model)
    shown = [int(numbers[t]) for t in order]
    number = {label: theme for theme, label in enumerate(shown)}
    after = dataclasses.replace(
        clusters,
        placement=placement,
        model=model,
        stability=_stability(clusters, placement, shown, labels),
        cohesion=cohesion(placement, vectors.own, n_shown),
        group=upper_level(model),
    )
    return Held(after, tuple(number.get(labels.n_base + kept, -1) for kept in range(labels.n_kept)))


def _renumbered(model: ThemeModel, order: Ints) -> ThemeModel:
    """The model with the themes named alone, in this order."""
    number = np.full(int(model.theme.max(initial=-1)) + 1, -1, np.int32)
    number[order] = np.arange(len(order))
    stays: Bools = number[model.theme] >= 0
    return dataclasses.replace(
        model,
        reference=model.reference[stays],
        theme=number[model.theme[stays]],
        pinned=model.pinned[stays],
        family=model.family[order] if len(model.family) else model.family,
    )


def _stability(clusters: Clusters, placement: Placement, shown: Sequence[int], labels: _Labels) -> Floats:
    """float32 [themes]: that of the base theme which holds the same utterances, or which lost no row; else NaN."""
    whole = np.bincount(clusters.model.theme, minlength=labels.n_base)
    left = np.bincount(labels.row[labels.row >= 0], minlength=labels.n_base)[: labels.n_base]
    before = {np.flatnonzero(clusters.placement.theme == t).tobytes(): t for t in range(len(clusters.stability))}
    stability = np.full(len(shown), np.nan, np.float32)
    for theme, label in enumerate(shown):
        same = before.get(np.flatnonzero(placement.theme == theme).tobytes(), -1)
        was = label if label < labels.n_base and left[label] >= whole[label] else same
        if was >= 0:
            stability[theme] = clusters.stability[was]
    return stability
