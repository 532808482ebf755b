"""What entries of the log say, in sentences for people."""

from __future__ import annotations

import bisect

from pipeline.records import Act, Entry
from pipeline.report.words import listing, plural
from pipeline.review.desk import Desk

_WORDS = {
    Act.OPEN: "opened the run",
    Act.PLAN: "set how the team works",
    Act.DECOYS: "had decoys drawn",
    Act.ACCEPT_THEME: "accepted candidate theme {theme}",
    Act.REJECT_THEME: "rejected candidate theme {theme}",
    Act.RENAME_THEME: "renamed candidate theme {theme} to “{text}”",
    Act.MERGE_THEMES: "merged {members} into candidate theme {theme}",
    Act.SPLIT_THEME: "took {n_members} out of candidate theme {theme} as “{text}”",
    Act.MOVE_UTTERANCES: "moved {n_members} to {theme}",
    Act.TIE_THEME: "tied candidate theme {theme} to the code “{code}”",
    Act.ACCEPT_CODE: "accepted “{code}” for {utterance}",
    Act.REJECT_CODE: "rejected “{code}” for {utterance}",
    Act.GIVE_CODE: "gave {utterance} the code “{code}”",
    Act.TAKE_CODE: "took “{code}” off {utterance}",
    Act.NO_CODE: "said that no code applies to {utterance}",
    Act.LOCK: "coded {utterance} before suggestions were shown: {members}",
    Act.SETTLE: "settled {utterance}: {members}",
    Act.NEW_CODE: "made the code “{code}”",
    Act.EDIT_CODE: "edited the code “{code}”",
    Act.DROP_CODE: "dropped the code “{code}”",
    Act.MEMO: "wrote a memo on {about}",
    Act.INTRUDER: "picked a quote as not belonging to {theme}",
    Act.UNDO: "took back no. {undoes}",
}
_NOTHING = {Act.LOCK: "no code", Act.SETTLE: "no code applies"}


def told(desk: Desk, entry: Entry) -> str:
    """What was done, without who did it: `accepted candidate theme T3`, `gave (BU 42) the code “trust”`."""
    if entry.act is Act.TIE_THEME and not entry.code:
        return f"untied candidate theme {entry.theme} from its code"
    if entry.act is Act.ACCEPT_CODE and desk.state.decoys.get(entry.utterance) == entry.code:
        return f"said yes to “{entry.code}” for {_place(desk, entry)}, which was a decoy: it is no coding"
    return _WORDS[entry.act].format(
        theme=entry.theme or "no candidate theme",
        text=entry.text,
        code=entry.code,
        utterance=_place(desk, entry),
        members=listing(entry.members) or _NOTHING.get(entry.act, "nothing"),
        n_members=plural(len(entry.members), "utterance"),
        about=_about(desk, entry),
        undoes=entry.undoes,
    )


def told_with_undone(desk: Desk, entry: Entry) -> str:
    """As told; of an undoing what it took back."""
    entries = desk.state.entries
    if entry.act is not Act.UNDO or entry.undoes not in entries:
        return told(desk, entry)
    return f"took back: {told(desk, entries[entry.undoes])}"


def _place(desk: Desk, entry: Entry) -> str:
    """Where the words stand, as the team cites them; of an earlier run, too, whose utterances had other ids."""
    document = desk.documents.get(entry.document)
    if document is None:
        return entry.utterance or f"words of {entry.document}"
    cited = f"({document.id} {bisect.bisect_right(document.paragraphs, entry.start)})"
    return cited if entry.utterance else f"a stretch of {cited}"


def _about(desk: Desk, entry: Entry) -> str:
    if entry.theme:
        return f"candidate theme {entry.theme}"
    if entry.code:
        return f"the code “{entry.code}”"
    return _place(desk, entry) if entry.utterance else "the study"
