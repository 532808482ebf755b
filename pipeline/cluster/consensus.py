"""What the members agree on: co-association, its consensus groups, and how often a theme comes back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.cluster.members import Member
from pipeline.cluster.spectral import consensus_spectrum, number_told, turned
from pipeline.records import Bools, Floats, Ints


def co_association(members: Sequence[Member]) -> Floats:
    """float32 [m, m]: of the members in which both rows are in a group, the share in which it is the same one.

    Rows that no member grouped together score 0. Source: Fred and Jain (2005), doi:10.1109/TPAMI.2005.113. Counting
    noise as "apart", or filling it by the vote first, gave fewer and vaguer themes (docs/method.md).
    """
    m = len(members[0].groups)
    placed = np.zeros((m, len(members)), np.float32)
    grouped = []
    for number, member in enumerate(members):
        placed[:, number] = member.groups >= 0
        grouped.append(member.groups[:, None] == np.arange(int(member.groups.max(initial=-1)) + 1))
    inside = np.concatenate(grouped, axis=1).astype(np.float32)
    together, both = inside @ inside.T, placed @ placed.T  # whole numbers far below 2 ** 24: exact
    together /= np.maximum(both, np.float32(1))
    return together


def consensus_groups(together: Floats, min_size: int) -> Ints:
    """int32 [m]: groups that the members agree on; -1 in groups of fewer than min_size rows.

    The number of groups is told by the table's eigenvalues (spectral.number_told), the groups by its eigenvectors.
    Average linkage on the same tables gave themes that came back half as often (docs/method.md).
    """
    if len(together) < 2:
        return np.full(len(together), -1, np.int32)
    values, vectors = consensus_spectrum(together)
    return renumber(turned(vectors[:, : number_told(values, len(together))]), min_size)


def renumber(groups: Ints, min_size: int) -> Ints:
    """Groups numbered from 0 by falling size, ties by their first row; -1 for noise and groups below min_size."""
    found, first, sizes = np.unique(groups, return_index=True, return_counts=True)
    order = sorted((-size, start, group) for group, start, size in zip(found, first, sizes, strict=True) if group >= 0)
    number = {group: i for i, (size, _, group) in enumerate(order) if -size >= min_size}
    return np.array([number.get(group, -1) for group in groups], np.int32)


def best_jaccard(theme: Bools, others: Ints) -> float:
    """The highest Jaccard of a set of rows (bool [m]) with one of the groups (int32 [m], -1 in none), 0 to 1."""
    if not theme.any():
        return 0.0
    n_groups = int(others.max(initial=-1)) + 1
    overlap = np.bincount(others[theme & (others >= 0)], minlength=n_groups)
    sizes = np.bincount(others[others >= 0], minlength=n_groups)
    return float((overlap / (sizes + theme.sum() - overlap)).max(initial=0.0))
