"""The coding tree after the edits of a log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pipeline.records import Act, Code, Codebook, CodeEdit, Entry

_FIELDS = ("theme", "definition", "include", "exclude", "examples")


def edit_of(entry: Entry) -> CodeEdit:
    """The change that an entry (new, edit or drop code) makes."""
    if entry.act is Act.DROP_CODE:
        return CodeEdit(entry.code, None, entry.text)
    told = dict(entry.details)
    code = Code(told.get("name", entry.code), **{name: told.get(name, "") for name in _FIELDS})
    return CodeEdit("" if entry.act is Act.NEW_CODE else entry.code, code)


def edited(codebook: Codebook, edits: Iterable[CodeEdit]) -> Codebook:
    """The codebook after the edits, in their order; an edit of a code that is not there is passed over.

    A new code of a name that is there already changes nothing.  Where a code is renamed, codes below it, sets and
    memos go with it; where one is dropped, codes below it move up to its parent.
    """
    book = codebook
    for edit in edits:
        names = {code.name for code in book.codes}
        if edit.code is not None and not edit.name:
            book = book if edit.code.name in names else replace(book, codes=(*book.codes, edit.code))
        elif edit.name in names:
            book = _changed(book, edit)
    return book


def _changed(book: Codebook, edit: CodeEdit) -> Codebook:
    old = next(code for code in book.codes if code.name == edit.name)
    if edit.code is None:
        kept = (code for code in book.codes if code.name != edit.name)
        codes = tuple(replace(code, theme=old.theme) if code.theme == old.name else code for code in kept)
        return _followed(replace(book, codes=codes), old.name, edit.into)
    new = replace(edit.code, color=old.color, guid=old.guid, label=old.label if edit.code.name == old.name else "")
    codes = tuple(
        new if code.name == old.name else replace(code, theme=new.name) if code.theme == old.name else code
        for code in book.codes
    )
    return _followed(replace(book, codes=codes), old.name, new.name)


def _followed(book: Codebook, old: str, new: str) -> Codebook:
    """The sets and memos that name a code, after it has another name ("": it is gone)."""
    sets = tuple(
        replace(s, members=tuple(dict.fromkeys(new if m == old else m for m in s.members if new or m != old)))
        for s in book.sets
    )
    memos = tuple(replace(memo, code=new) if memo.code == old else memo for memo in book.memos)
    return replace(book, sets=sets, memos=memos)


def renamed(edits: Iterable[CodeEdit]) -> dict[str, str]:
    """Old name -> the name under which codings of that code go on; "" for a dropped code without a successor."""
    now: dict[str, str] = {}
    for edit in edits:
        new = edit.into if edit.code is None else edit.code.name
        if not edit.name or new == edit.name:
            continue
        now = {old: new if name == edit.name else name for old, name in now.items()}
        now[edit.name] = new
    return {old: name for old, name in now.items() if old != name}
