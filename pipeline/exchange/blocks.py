"""Paragraphs of a document as plain records."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_COLOUR = re.compile("#[0-9A-Fa-f]{6}")

Look = Literal["", "bold", "muted"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Words in one look.  colour: `#RRGGBB` of the letters, "" for the usual one."""

    text: str
    look: Look = ""
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph.  level: of a heading, from 1.  joined: it stays on the page of the next one."""

    style: Literal["title", "heading", "text", "quote"]
    pieces: tuple[Piece, ...]
    level: int = 1
    joined: bool = False


def title(text: str) -> Block:
    """The title of a document."""
    return Block("title", (Piece(text),))


def heading(text: str, level: int = 1, colour: str = "") -> Block:
    """A heading, with a swatch in front if there is a colour as `#RRGGBB`."""
    swatch = (Piece("■ ", colour=colour),) if _COLOUR.fullmatch(colour) else ()
    return Block("heading", (*swatch, Piece(text)), level)


def text(*pieces: Piece | str, joined: bool = False) -> Block:
    """A paragraph of running text."""
    return Block("text", tuple(Piece(piece) if isinstance(piece, str) else piece for piece in pieces), joined=joined)


def quote(words: str, citation: str) -> Block:
    """Verbatim words with their citation after them."""
    return Block("quote", (Piece(words), Piece(f" {citation}", "muted")))
