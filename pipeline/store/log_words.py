"""What an entry that came first has done, in words for the person whose decision came second."""

from __future__ import annotations

from pipeline.errors import ConflictError
from pipeline.records import Act, Entry

_DONE = {
    Act.OPEN: "opened the run",
    Act.PLAN: "set how the team works",
    Act.DECOYS: "had decoys drawn",
    Act.ACCEPT_THEME: "accepted {theme}",
    Act.REJECT_THEME: "rejected {theme}",
    Act.RENAME_THEME: "renamed {theme} to “{text}”",
    Act.MERGE_THEMES: "merged {members} into {theme}",
    Act.SPLIT_THEME: "split {theme}",
    Act.MOVE_UTTERANCES: "moved utterances to {theme}",
    Act.TIE_THEME: "tied {theme} to {code}",
    Act.ACCEPT_CODE: "accepted {code} for {place}",
    Act.REJECT_CODE: "rejected {code} for {place}",
    Act.GIVE_CODE: "gave {place} {code}",
    Act.TAKE_CODE: "took {code} off {place}",
    Act.NO_CODE: "said that no code applies to {place}",
    Act.LOCK: "coded {place}",
    Act.SETTLE: "settled {place}",
    Act.NEW_CODE: "made {code}",
    Act.EDIT_CODE: "edited {code}",
    Act.DROP_CODE: "dropped {code}",
    Act.MEMO: "wrote a memo",
    Act.INTRUDER: "picked a quote that does not belong to {theme}",
    Act.UNDO: "took back no. {undoes}",
}


def conflict(first: Entry, now: str) -> ConflictError:
    """The error for a decision on what `first` is about, made on a page from before it.

    now: UTC, ISO date and time; the date is said only if it is another one.
    """
    words: dict[str, str] = {
        "theme": f"candidate theme {first.theme}" if first.theme else "no candidate theme",
        "code": f"the code “{first.code}”" if first.code else "no code",
        "place": f"utterance {first.utterance}" if first.utterance else f"a stretch of {first.document}",
        "text": first.text,
        "members": ", ".join(first.members),
        "undoes": str(first.undoes),
    }
    day = "" if first.at[:10] == now[:10] else f"on {first.at[:10]} "
    done = _DONE[first.act].format(**words)
    fact = f"{first.coder or 'Somebody'} {done} {day}at {first.at[11:16]} UTC, after this page was opened"
    todo = "Nothing was written. Open the page again, look at how it stands now, and then decide."
    return ConflictError(fact, _where(first, words), todo, first.coder)


def _where(first: Entry, words: dict[str, str]) -> str:
    if first.theme or first.act is Act.MOVE_UTTERANCES:
        return words["theme"]
    if first.utterance or first.document:
        return words["place"]
    return words["code"] if first.code else "how the team works"
