"""What a file says of a code and of a candidate theme: REFI-QDA has one text for all of it."""

from __future__ import annotations

import re

from pipeline.records import Code, Theme

# paragraphs that readers take for another field; the pattern is that of ingest.coding_tree
_FIELD = re.compile(
    r"^(definition|include|inclusion|exclude|exclusion|examples?)(?: criteria)?:[ \n]", re.IGNORECASE | re.MULTILINE
)


def code_text(code: Code) -> str:
    """What the codebook says of a code, as paragraphs."""
    parts = (
        ("", code.definition),
        ("Include: ", code.include),
        ("Exclude: ", code.exclude),
        ("Examples: ", code.examples),
    )
    return "\n\n".join(label + text for label, text in parts if text)


def comes_apart(code: Code) -> bool:
    """True if a field of the code holds a paragraph that will be read as another field."""
    return any(_FIELD.search(text) for text in (code.definition, code.include, code.exclude, code.examples))


def theme_text(theme: Theme) -> str:
    """What is shown of a candidate theme: keywords, size, the words for its stability, and its flags."""
    return "\n".join((f"Candidate theme {theme.id}, suggested by the machine, undecided.", *theme_facts(theme)))


def theme_facts(theme: Theme) -> tuple[str, ...]:
    """The lines that say what a candidate theme holds, whatever became of it."""
    lines = (
        f"Keywords: {', '.join(theme.keywords)}" if theme.keywords else "",
        f"Utterances: {theme.size}; speakers: {theme.n_speakers}; documents: {theme.n_documents}",
        f"Comes back: {theme.stability_word}" if theme.stability_word else "",
        f"Cohesion: {theme.cohesion_word}" if theme.cohesion_word else "",
        *theme.flags,
    )
    return tuple(line for line in lines if line)
