"""What office documents hold beside their talk: counted, and told in words."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.records import Problem


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was left out of a document (counts), and what it was read in spite of (changes, hidden)."""

    changes: bool = False
    hidden: bool = False
    comments: int = 0
    notes: int = 0
    pictures: int = 0
    boxes: int = 0
    page_numbers: int = 0
    soft_hyphens: int = 0
    times: int = 0
    columns: int = 0
    other_tables: int = 0
    embedded: int = 0
    unreadable: int = 0


def told(name: str, found: LeftOut) -> tuple[Problem, ...]:
    """A Problem for everything that an analyst should know of."""
    problems = []
    if found.changes:
        what = "the document holds tracked changes; it was read as if all were accepted"
        todo = "Accept or reject the changes in the document if that is not what you want."
        problems.append(Problem(name, what, todo))
    if found.hidden:
        what = "the document holds hidden text; it was read as if it were shown"
        problems.append(Problem(name, what, "Delete the hidden text if it is not part of the talk."))
    for count, one, many, todo in (
        (found.comments, "comment was", "comments were", ""),
        (found.notes, "footnote or endnote was", "footnotes or endnotes were", ""),
        (found.pictures, "picture was", "pictures were", ""),
        (found.boxes, "text box was", "text boxes were", "Move what is said in them into the text."),
        (found.page_numbers, "typed page number was", "typed page numbers were", ""),
        (found.soft_hyphens, "invisible hyphen inside words was", "invisible hyphens inside words were", ""),
        (found.times, "time of a table's row without a speaker was", "times of table rows without a speaker were", ""),
        (found.columns, "further column of a table was", "further columns of tables were", ""),
    ):
        if count:
            problems.append(Problem(name, f"{count} {one if count == 1 else many} left out", todo))
    if found.embedded:
        what = f"text that is embedded as a file of its own was not read: {found.embedded} in all"
        problems.append(Problem(name, what, "Open the document in Word and save it again."))
    if found.unreadable:
        what = f"{found.unreadable} letters could not be read (\N{REPLACEMENT CHARACTER})"
        problems.append(Problem(name, what, "Save the document again, or as .docx."))
    if found.other_tables:
        what = "tables that are no transcripts (speaker, text and perhaps time) were read cell by cell"
        problems.append(Problem(name, f"{what}: {found.other_tables} in all"))
    return tuple(problems)
