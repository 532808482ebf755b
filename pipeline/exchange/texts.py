"""What files say of a code and of a candidate theme in one text, and the characters that they may hold."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.records import Code, Theme

# paragraphs that readers take for another field; the pattern is that of ingest.coding_tree
_FIELD = re.compile(
    r"^(definition|include|inclusion|exclude|exclusion|examples?)(?: criteria)?:[ \n]", re.IGNORECASE | re.MULTILINE
)

# XML 1.0 (fifth edition), production [2] Char, turned round; https://www.w3.org/TR/xml/#charsets
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


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
        f"Stability (coming back without part of the talk): {theme.stability_word}" if theme.stability_word else "",
        f"Cohesion (how alike its utterances are): {theme.cohesion_word}" if theme.cohesion_word else "",
        *theme.flags,
    )
    return tuple(line for line in lines if line)


def safe(text: str) -> str:
    """The text with each character that XML 1.0 forbids replaced by U+FFFD, so that its length stays."""
    return _FORBIDDEN.sub("\ufffd", text)


def is_safe(text: str) -> bool:
    """True if XML 1.0 can hold the text as it is."""
    return _FORBIDDEN.search(text) is None


def plain(text: str) -> str:
    """The content of a source's text file: the text itself, as long as it was, so that all positions hold.

    Two characters cannot stand in a UTF-8 file: half a surrogate pair becomes U+FFFD, and a leading U+FEFF, which
    readers take for a byte order mark and do not count, becomes U+2060 (as invisible as it was).
    """
    whole = _SURROGATE.sub("\ufffd", text)
    return "\u2060" + whole[1:] if whole.startswith("\ufeff") else whole


def free_name(name: str, taken: Iterable[str]) -> str:
    """The name, or the name with the first number from 2 that makes it differ from those that are taken."""
    used = set(taken)
    number, found = 1, name
    while found in used:
        number += 1
        found = f"{name} {number}"
    return found
