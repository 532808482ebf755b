"""ELAN annotations (.eaf): a tier that stands on its own and is aligned with time is what one speaker says.

The speaker is the tier's PARTICIPANT, else the tier's name before `@`. A tier that hangs on such a tier and whose name
or type says that it is a translation into English gives the text of the turns; what was said goes to their `original`.
Other tiers that hang on a tier (glosses, words) are left out and counted. A time slot without a value lies evenly
between its known neighbours in the tier. Turns are in the order of their starts, then of the tiers.
Format: https://www.mpi.nl/tools/elan/EAF_Annotation_Format_3.0_and_ELAN.pdf
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.drafts import Loaded, Reading
from pipeline.ingest.formats.heads import head_of
from pipeline.ingest.formats.read_eaf import Annotation, Eaf, Tier, read_eaf
from pipeline.ingest.speech import Speech, reading_of, sound_times, times_left_out
from pipeline.records import Problem

_ROOT = re.compile(r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*<ANNOTATION_DOCUMENT[\s>]", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = ("english", "eng")
_TRANSLATION = ("translation", "translations", "translated")
_SHOWN = 5


def looks(loaded: Loaded) -> bool:
    """Whether the file is XML whose first element is ELAN's."""
    return bool(_ROOT.match(head_of(loaded)))


def read(loaded: Loaded, config: IngestConfig) -> Reading:
    """The recording in an ELAN file.

    Raises InputError if the XML is damaged or not ELAN's, or no tier stands on its own.
    """
    eaf = read_eaf(loaded, config)
    parents = [tier for tier in eaf.tiers if not tier.parent]
    if not parents:
        raise InputError("no tier of this file stands on its own", loaded.name, "Save the file again in ELAN.")
    chosen = _translations(eaf)
    english, lost = eaf.translated(chosen)
    pieces: list[tuple[float, int, Speech]] = []
    bad: list[str] = []
    untranslated = 0
    for order, tier in enumerate(parents):
        spoken = [note for note in tier.annotations if note.value or english.get(note.id)]
        for note, (start, end, right) in zip(spoken, _spans(spoken), strict=True):
            text = english.get(note.id, "")
            untranslated += bool(chosen) and not text
            original = note.value if chosen else ""
            speech = Speech(_label(tier), text or note.value, start, end, original)
            after = pieces[-1][0] if pieces and pieces[-1][1] == order else 0.0
            pieces.append((after if start is None else start, order, speech))
            if not right:
                bad.append(f"{loaded.name}, tier {tier.name}")
    pieces.sort(key=lambda piece: piece[:2])
    problems = [*eaf.problems, *times_left_out(bad), *_remarks(eaf, parents, chosen, untranslated, loaded.name)]
    if lost:
        told = f"pieces of a translation that belong to no talk were left out: {lost}"
        problems.append(Problem(loaded.name, told, "Check these places in ELAN."))
    return reading_of([speech for _, _, speech in pieces], loaded, eaf.encoding, problems)


def _spans(notes: Sequence[Annotation]) -> list[tuple[int | None, int | None, bool]]:
    return [sound_times(note.start_ms, note.end_ms) for note in notes]


def _label(tier: Tier) -> str:
    return " ".join((tier.participant or tier.name.partition("@")[0] or tier.name).split())


def _translations(eaf: Eaf) -> list[Tier]:
    """For each tier that stands on its own the tier under it that holds its English, where there is one.

    English goes before a translation into a language that is not told.
    """
    by_root: dict[str, list[tuple[int, Tier]]] = defaultdict(list)
    spoken_in_english = {tier.name for tier in eaf.tiers if not tier.parent and _rank(tier) == 1}
    for tier in eaf.tiers:
        root = eaf.root_of(tier)
        if tier.parent and root not in spoken_in_english and (rank := _rank(tier)):
            by_root[root].append((rank, tier))
    return [min(found, key=lambda pair: pair[0])[1] for found in by_root.values()]


def _rank(tier: Tier) -> int:
    """How surely a tier is English: 1 by its name, type or language, 2 if it is only called a translation, else 0.

    A translation whose language is told, and is another one, is none.
    """
    words = {word.casefold() for word in _WORD.findall(f"{tier.name.partition('@')[0]} {tier.kind} {tier.language}")}
    if words & set(_ENGLISH):
        return 1
    return 2 if words & set(_TRANSLATION) and not tier.language else 0


def _remarks(eaf: Eaf, parents: Sequence[Tier], chosen: Sequence[Tier], untranslated: int, name: str) -> list[Problem]:
    found = []
    if chosen:
        shown = ", ".join(tier.name for tier in chosen[:_SHOWN])
        told = f"the translation is analysed (tier {shown}); what was said is kept beside it as the original"
        found.append(Problem(name, told, "Rename that tier in ELAN if the original is to be analysed."))
    if untranslated:
        told = f"annotations without a translation: {untranslated}; they are analysed as they were said"
        found.append(Problem(name, told, "Fill the translation tier."))
    left = [tier for tier in eaf.tiers if tier.parent and tier not in chosen and tier.annotations]
    if left:
        shown = ", ".join(f"{tier.name} ({len(tier.annotations)})" for tier in left[:_SHOWN])
        more = f" and {len(left) - _SHOWN} more" if len(left) > _SHOWN else ""
        found.append(Problem(name, f"tiers that hang on others were left out: {shown}{more}"))
    nameless = [tier.name for tier in parents if not tier.participant and tier.annotations]
    if nameless and any(tier.participant for tier in parents):
        told = f"tiers without a participant, beside others that have one, were read as speakers: {', '.join(nameless)}"
        found.append(Problem(name, told, "Remove such a tier before you export if it holds notes and no talk."))
    return found
