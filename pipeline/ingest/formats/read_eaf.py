"""The XML of ELAN files as tiers with annotations, times filled in."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.drafts import Loaded
from pipeline.ingest.read_lxml import local, root_of
from pipeline.records import Problem

_UNITS = {"PAL-frames": 40.0, "NTSC-frames": 1001 / 30}  # ms; what ELAN itself writes is milliseconds
_DIGITS = 12  # a time slot with more of them is no time


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotation.  refers: the annotation on which it hangs, "" if it is aligned with time itself."""

    id: str
    value: str
    refers: str
    start_ms: int | None
    end_ms: int | None


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier.  kind: its linguistic type.  parent: name of the tier on which it hangs, "" if it stands on its own."""

    name: str
    participant: str
    kind: str
    language: str
    parent: str
    annotations: tuple[Annotation, ...]


@dataclass(frozen=True, slots=True)
class Eaf:
    """An ELAN file: its tiers in their order."""

    tiers: tuple[Tier, ...]
    encoding: str
    problems: tuple[Problem, ...]

    def root_of(self, tier: Tier) -> str:
        """The name of the tier that stands on its own and on which a tier hangs, over others perhaps."""
        parents = {other.name: other.parent for other in self.tiers}
        name = tier.name
        for _ in self.tiers:  # as many steps as there are tiers: a damaged file may hang tiers on each other in a ring
            if not parents.get(name):
                break
            name = parents[name]
        return name

    def translated(self, chosen: Iterable[Tier]) -> tuple[dict[str, str], int]:
        """The text in the chosen tiers for each annotation that stands on its own, several pieces joined by blanks.

        Also how many pieces hang on no such annotation.
        """
        notes = {note.id: note for tier in self.tiers for note in tier.annotations}
        found: dict[str, list[str]] = defaultdict(list)
        for tier in chosen:
            root = self.root_of(tier)
            owners = _Owners(notes, next(other.annotations for other in self.tiers if other.name == root))
            for note in tier.annotations:
                if note.value:
                    found[owners.of(note)].append(note.value)
        lost = len(found.pop("", ()))
        return {name: " ".join(values) for name, values in found.items()}, lost


def read_eaf(loaded: Loaded, config: IngestConfig) -> Eaf:
    """The tiers of an ELAN file.

    Raises InputError if the XML is damaged, unsafe, or not ELAN's.
    """
    root = root_of(loaded.data, loaded.name, config)
    if local(root) != "ANNOTATION_DOCUMENT":
        raise InputError("this XML is no ELAN file", loaded.name, "Save the transcript in ELAN.")
    slots, by_place, bad = _slots(root)
    tiers = tuple(_tier(element, slots, by_place) for element in root if local(element) == "TIER")
    problems = []
    if bad:
        told = f"time slots that hold no time: {bad}; they were taken as unknown"
        problems.append(Problem(loaded.name, told, "Check these places in ELAN."))
    encoding = str(root.getroottree().docinfo.encoding or "utf-8").lower()
    own = {tier.name for tier in tiers if not tier.parent}
    lost = [tier.name for tier in tiers if Eaf(tiers, encoding, ()).root_of(tier) not in own]
    if lost:
        told = "tiers hang on a tier that is not there, or on each other, and were read as tiers of their own: "
        problems.append(Problem(loaded.name, told + ", ".join(lost)))
        tiers = tuple(replace(tier, parent="") if tier.name in lost else tier for tier in tiers)
    return Eaf(tiers, encoding, tuple(problems))


def _slots(root: Any) -> tuple[dict[str, int | None], dict[str, int | None], int]:
    """The time of each slot, None if it has none; the same filled in; how many hold something that is no time."""
    slots: dict[str, int | None] = {}
    bad = 0
    unit = next((_UNITS.get(header.get("TIME_UNITS") or "", 1.0) for header in root.iter("{*}HEADER")), 1.0)
    for slot in root.iter("{*}TIME_SLOT"):
        value = (slot.get("TIME_VALUE") or "").strip()
        right = value.isascii() and value.isdigit() and len(value) <= _DIGITS
        bad += bool(value) and not right
        slots[slot.get("TIME_SLOT_ID") or ""] = round(int(value) * unit) if right else None
    by_place = _filled(list(slots), slots)
    return slots, by_place, bad


def _tier(element: Any, slots: Mapping[str, int | None], by_place: Mapping[str, int | None]) -> Tier:
    found = [child for holder in element if local(holder) == "ANNOTATION" for child in holder]
    edges = [(child.get("TIME_SLOT_REF1") or "", child.get("TIME_SLOT_REF2") or "") for child in found]
    times = _filled([slot for edge in edges for slot in edge if slot], slots)
    # a slot at the rim of its tier has no neighbour there, but perhaps among all slots, which stand in order of time
    times = {slot: by_place.get(slot) if time is None else time for slot, time in times.items()}
    annotations = tuple(
        Annotation(
            id=child.get("ANNOTATION_ID") or "",
            value=_value(child),
            refers=child.get("ANNOTATION_REF") or "",
            start_ms=times.get(start),
            end_ms=times.get(end),
        )
        for child, (start, end) in zip(found, edges, strict=True)
    )
    return Tier(
        name=element.get("TIER_ID") or "",
        participant=element.get("PARTICIPANT") or "",
        kind=element.get("LINGUISTIC_TYPE_REF") or "",
        language=element.get("LANG_REF") or "",
        parent=element.get("PARENT_REF") or "",
        annotations=annotations,
    )


def _value(annotation: Any) -> str:
    texts = ["".join(child.itertext()) for child in annotation if local(child) == "ANNOTATION_VALUE"]
    return " ".join(" ".join(texts).split())


def _filled(chain: Sequence[str], slots: Mapping[str, int | None]) -> dict[str, int | None]:
    """The times of a tier's slots in their order; unknown ones lie evenly between the known ones around them."""
    order = list(dict.fromkeys(chain))
    times = [slots.get(slot) for slot in order]
    known = [i for i, time in enumerate(times) if time is not None]
    for left, right in pairwise(known):
        first, last = times[left], times[right]
        if first is not None and last is not None:
            for i in range(left + 1, right):
                times[i] = round(first + (last - first) * (i - left) / (right - left))
    return dict(zip(order, times, strict=True))


class _Owners:
    """The annotations of a tier that stands on its own, found by what hangs on them."""

    def __init__(self, notes: Mapping[str, Annotation], roots: Sequence[Annotation]) -> None:
        self._notes = notes
        self._ids = {root.id for root in roots}
        timed = ((root.start_ms, root.end_ms, root.id) for root in roots)
        self._spans = sorted((start, end, name) for start, end, name in timed if start is not None and end is not None)

    def of(self, note: Annotation) -> str:
        """The id of the annotation on which a note hangs, by its reference or by the middle of its time; "" if none."""
        for _ in self._notes:  # references may run in a ring in a damaged file
            if note.id in self._ids or note.refers not in self._notes:
                break
            note = self._notes[note.refers]
        if note.id in self._ids:
            return note.id
        if note.start_ms is None or note.end_ms is None:
            return ""
        middle = (note.start_ms + note.end_ms) / 2
        at = bisect_right(self._spans, middle, key=lambda span: span[0]) - 1
        return self._spans[at][2] if at >= 0 and middle <= self._spans[at][1] else ""
