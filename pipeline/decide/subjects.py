"""What an entry is about: two entries on one subject that do not know of each other are a conflict."""

from __future__ import annotations

from pipeline.records import Act, Entry

_ON_THEME = frozenset({Act.ACCEPT_THEME, Act.REJECT_THEME, Act.RENAME_THEME, Act.TIE_THEME, Act.SPLIT_THEME})
_ON_CODING = frozenset({Act.ACCEPT_CODE, Act.REJECT_CODE, Act.GIVE_CODE, Act.TAKE_CODE, Act.NO_CODE, Act.LOCK})
_ON_CODE = frozenset({Act.NEW_CODE, Act.EDIT_CODE, Act.DROP_CODE})


def subjects(entry: Entry, themes: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The subjects of an entry, such as `theme:T3`, `coding:Ann:D1-4-1`, `code:trust`, `settle:D1-4-1`, `plan`.

    themes: that the entry changes without naming them (see themes.unnamed).  Memos and guesses have none: they take
    nothing away from anybody.  Taking back is about what the entry taken back was about.
    """
    if entry.act in _ON_THEME:
        return tuple(f"theme:{theme}" for theme in sorted({entry.theme, *themes}))
    if entry.act is Act.MERGE_THEMES:
        return tuple(f"theme:{theme}" for theme in (entry.theme, *entry.members))
    if entry.act is Act.MOVE_UTTERANCES:
        return tuple(f"theme:{theme}" for theme in sorted({entry.theme, *themes} - {""}))
    if entry.act in _ON_CODING:
        place = entry.utterance or f"{entry.document}:{entry.start}-{entry.end}"
        return (f"coding:{entry.coder}:{place}",)
    if entry.act in _ON_CODE:
        named = {entry.code, dict(entry.details).get("name", entry.code), entry.text}
        return tuple(f"code:{code}" for code in sorted(named - {""}))
    if entry.act is Act.SETTLE:
        return (f"settle:{entry.utterance}",)
    return ("plan",) if entry.act in (Act.PLAN, Act.DECOYS) else ()
