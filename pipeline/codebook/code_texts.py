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
    """For each code "name: definition", then what it includes and its examples.

    Left out: the parent theme, since it lowered agreement (docs/method.md), and what the code excludes, since an
    encoder does not read "not".
    """
    return tuple(_text(code) for code in codebook.codes)


def _text(code: Code) -> str:
    name = readable(code.name)
    told = " ".join(part for part in (code.definition, code.include, code.examples) if part)
    return f"{name}: {told}" if told else name
