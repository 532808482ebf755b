"""What is drawn before people begin: utterances that everybody codes, decoys, and tests for a theme. No clock, no luck:
the same seed draws the same, and whoever has the log can draw it again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence


def share_of(names: Sequence[str], share: float, seed: int, what: str) -> tuple[str, ...]:
    """The share of the names with the lowest hashes, at least one if the share is above 0 and there is a name."""
    if share <= 0 or not names:
        return ()
    order = sorted(names, key=lambda name: hash_of(seed, what, name))
    chosen = set(order[: max(1, round(share * len(order)))])
    return tuple(name for name in names if name in chosen)


def decoys(candidates: Mapping[str, Sequence[str]], share: float, seed: int) -> dict[str, str]:
    """For a share of the utterances a code that the machine does not suggest there.

    candidates: utterance id -> codes that may serve as a decoy, none of which is suggested or given there.
    """
    able = [name for name, codes in candidates.items() if codes]
    chosen = share_of(able, share, seed, "decoy")
    return {name: _one(candidates[name], seed, f"which:{name}") for name in chosen}


def place(seed: int, name: str, n_places: int) -> int:
    """A place among n, from 0, that depends on nothing but seed and name."""
    return int.from_bytes(hash_of(seed, "place", name)[:6], "big") % max(n_places, 1)


def intrusion(
    members: Sequence[str], others: Sequence[str], seed: int, test: str, n_members: int = 4
) -> tuple[tuple[str, ...], str]:
    """Utterances of a theme and one that is not of it, in an order that tells nothing; and which one that is.

    Source: the word intrusion test of Chang et al. (2009), Reading tea leaves, with quotes in place of words.
    Nothing () if there are fewer members or no others.
    """
    if len(members) < n_members or not others:
        return (), ""
    shown = sorted(members, key=lambda name: hash_of(seed, f"member:{test}", name))[:n_members]
    intruder = _one(others, seed, f"intruder:{test}")
    order = sorted((*shown, intruder), key=lambda name: hash_of(seed, f"order:{test}", name))
    return tuple(order), intruder


def hash_of(seed: int, what: str, name: str) -> bytes:
    """A digest of the three, to sort by."""
    return hashlib.sha256(f"{seed}:{what}:{name}".encode()).digest()


def _one(names: Sequence[str], seed: int, what: str) -> str:
    return min(names, key=lambda name: hash_of(seed, what, name))
