"""What the encoder reads of a code: its name made readable, and its definition."""

from __future__ import annotations

import re

from pipeline.records import Code, Codebook

# Two small letters after the last capital: the plural "GPs" is one word.
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")


def readable(name: str) -> str:
    """A code's name as words: `AddDependent` -> `Add Dependent`, `crossing_boundaries` -> `crossing boundaries`."""
    return " ".join(_CAMEL.sub(" ", name.replace("_", " ")).split())


def code_texts(codebook: Codebook) -> tuple[str, ...]:
    """For each code "name: definition"; the parent theme is left out, since it lowered agreement (docs/method.md)."""
    return tuple(_text(code) for code in codebook.codes)


def _text(code: Code) -> str:
    name = readable(code.name)
    return f"{name}: {code.definition}" if code.definition else name
